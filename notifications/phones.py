"""Mobile numbers: as people type them, as providers take them, as pages and logs show them."""

import phonenumbers
from phonenumbers import PhoneMetadata, PhoneNumber, PhoneNumberFormat, PhoneNumberType

_UK = 44
# Ofcom's range for drama is never given to anyone, so the numbering plan calls it invalid; every
# test and demonstration uses it.
_DRAMA = range(7700_900_000, 7700_901_000)

_EXAMPLE = "like 07700 900123"
_REFUSALS = {
    PhoneNumberType.FIXED_LINE: "That is a landline: a text needs a mobile number",
    PhoneNumberType.PERSONAL_NUMBER: "Numbers that start 070 cannot get texts: enter a mobile one",
    PhoneNumberType.PAGER: "That is a pager: a text needs a mobile number",
}


class PhoneError(ValueError):
    """A number that cannot be texted; the message is one sentence for whoever typed it."""


def normalise_mobile(text: str) -> str:
    """The number in E.164, `+447700900123`, from any usual way of writing a UK mobile.

    Raises PhoneError for everything that is not a UK mobile, landlines and 070 numbers included.
    """
    number = _parsed(text)
    if number.country_code != _UK:
        raise PhoneError(f"That is a number abroad: enter a UK mobile number, {_EXAMPLE}.")
    if number.national_number not in _DRAMA:
        kind = phonenumbers.number_type(number)
        if kind != PhoneNumberType.MOBILE:
            sentence = _REFUSALS.get(kind, "That is not a UK mobile number: enter one")
            raise PhoneError(f"{sentence}, {_EXAMPLE}.")
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def mobile_pattern() -> str:
    """A regular expression of the numbers taken, for schemas: without spaces, E.164 or from 0."""
    uk = PhoneMetadata.metadata_for_region("GB")
    given_out = uk.mobile.national_number_pattern if uk and uk.mobile else None
    in_digits = (given_out or "7[0-9]{9}").replace(r"\d", "[0-9]")
    return rf"^(?:\+44|0)(?:{in_digits}|7700900[0-9]{{3}})$"


def display(e164: str) -> str:
    """The number as it is written at home: `07700 900123`."""
    return phonenumbers.format_number(phonenumbers.parse(e164), PhoneNumberFormat.NATIONAL)


def masked(e164: str) -> str:
    """Enough of the number to recognise it, too little to ring it: `07*** ***123`."""
    shown = display(e164)
    return shown[:2] + "".join("*" if each.isdigit() else each for each in shown[2:-3]) + shown[-3:]


def _parsed(text: str) -> PhoneNumber:
    # phonenumbers reads letters as the keys of a telephone: "9OO" would become 966
    if any(each.isalpha() for each in text):
        raise PhoneError(f"Enter a mobile number in digits, {_EXAMPLE}.")
    try:
        number = phonenumbers.parse(text, "GB")
    except phonenumbers.NumberParseException:
        raise PhoneError(f"Enter one mobile number, {_EXAMPLE}.") from None
    if number.extension:
        raise PhoneError(f"Enter a mobile number without an extension, {_EXAMPLE}.")
    return number

"""Mobile numbers: as they are typed, kept and shown."""

from booking.errors import BadDetail
from notifications.phones import PhoneError, display, mobile_pattern, normalise_mobile

MOBILE_PATTERN = mobile_pattern()


def mobile_of(text: str) -> str:
    """The number in E.164, or BadDetail with the sentence for the form."""
    try:
        return normalise_mobile(text)
    except PhoneError as error:
        raise BadDetail("mobile", str(error)) from None


def mobile_in_words(e164: str) -> str:
    """`07700 900123`, or nothing."""
    return display(e164) if e164 else ""


def number_in_words(number: str) -> str:
    """A sender's mobile as it is written at home; anything else as it came."""
    try:
        return display(normalise_mobile(number))
    except PhoneError:
        return number

"""The texts themselves, and the one rule by which a text that is too long gives way.

A text is a row of phrases, all sent when they fit one part. When they do not, GIVE_WAY says what
goes first: each stays if it fits beside all that matters more. Weekday, date, time, office and
how to arrive never go. A channel that takes replies gives the field `code`, another the field
`link`: nobody is asked to answer where no answer arrives. An office's name that leaves no room to
answer is shortened; the code and the link never are.
"""

from collections.abc import Mapping
from functools import cache, lru_cache
from string import Formatter

from notifications.parts import Parts, count_parts, in_gsm7
from notifications.short_names import shorter
from notifications.welsh import SAME_TIME, WELSH
from notifications.when import short_date
from notifications.wording import WordingError

Fields = Mapping[str, str]
Phrases = Mapping[str, str]

_WHO = {"who": "Next Step careers adviser", "adviser": " {adviser}"}
_WHEN_AND_WHERE = {"when": ", {weekday} {date}, {time}, {office}."}
_ARRIVAL = {"arrival": " {arrival}."}
_BRING = {"bring": " Bring {bring}."}
_PHONE = {"phone": " Help? Ring {phone}."}
_CHANGE = {
    "reply": " Changes? Reply CHANGE {code} or NO {code}.",
    "link": " Changes? {link}",
}
_REMINDER = {
    **_WHO,
    **_WHEN_AND_WHERE,
    **_ARRIVAL,
    "reply": " Reply YES {code}, CHANGE {code} or NO {code}.",
    "link": " Coming? {link}",
    **_BRING,
    "phone": " Can't come? Ring {phone}.",
    "remark": " It is about your skills and work.",
}

ENGLISH: Mapping[str, Phrases] = {
    "confirmation": {
        "opening": "Booked: ",
        **_WHO,
        **_WHEN_AND_WHERE,
        **_ARRIVAL,
        **_CHANGE,
        **_BRING,
        **_PHONE,
        "remark": " It is about your skills and work.",
    },
    "reminder": _REMINDER,
    "same_day": {"opening": "Today: ", **_REMINDER},
    "moved": {
        "opening": "Moved: ",
        **_WHO,
        **_WHEN_AND_WHERE,
        **_ARRIVAL,
        **_CHANGE,
        **_BRING,
        **_PHONE,
        "remark": " This replaces the earlier time.",
    },
    SAME_TIME: {
        "opening": "Same time, new adviser: ",
        "who": "Next Step careers adviser",
        "seeing": " {adviser}",
        **_WHEN_AND_WHERE,
        "arrival as before": " {arrival}.",
        **_CHANGE,
        **_BRING,
        **_PHONE,
    },
    "cancelled": {
        "opening": "Cancelled: ",
        **_WHO,
        **_WHEN_AND_WHERE,
        "no need": " You do not need to come.",
        "phone": " To book again, ring {phone}.",
    },
    "receipt": {
        "opening": "We have your message of {rang_time} on {rang_weekday} {rang_date}",
        "remark": " about your appointment",
        "colon": ": ",
        **_WHO,
        **_WHEN_AND_WHERE,
        "link": " Changes? {link}",
        **_PHONE,
    },
    "offer": {
        "opening": "Sooner? ",
        **_WHO,
        **_WHEN_AND_WHERE,
        "first": " First to answer by {until} has it.",
        "reply": " Reply YES {code} or NO.",
        "link": " {link}",
        "phone": " Ring {phone}.",
    },
}
TEXTS: Mapping[tuple[str, str], Phrases] = {
    (kind, language): phrases
    for language, texts in (("en", ENGLISH), ("cy", WELSH))
    for kind, phrases in texts.items()
}

# What is said again behind the link, or answered by a reply, goes before the link or the reply.
GIVE_WAY = (
    "remark",
    "adviser",
    "dates in full",
    "phone",
    "bring",
    "arrival as before",
    "seeing",
    "reply",
    "link",
)
_ANSWERS = {"link": "link", "reply": "code"}  # each phrase by which one answers, and its field

# Every text fits one part while these fields are no longer, in GSM-7 units; the rest may be left
# out. Forms that take an office's name or its arrival instruction hold to them.
LONGEST: Mapping[str, int] = {"office": 50, "arrival": 40}


def template_name(kind: str, language: str = "en") -> str:
    """What a provider that holds the wording itself calls the text."""
    return f"{kind}-{language}"


def render(kind: str, fields: Fields, *, language: str = "en") -> str:
    """The text of a kind with its fields filled in: always one part.

    Fields: weekday, date, time (`when_fields`), office, arrival ("Report to reception"), and
    where they are known adviser, bring ("any CV"), phone, and code or link; a phrase whose field
    is empty is left out. The receipt needs rang_weekday, rang_date and rang_time too. A text takes
    the fields it uses: one set of facts does for every kind.
    Raises WordingError for a field that is missing, unknown, or too long (see LONGEST).
    """
    if (kind, language) not in TEXTS:
        raise WordingError(f"There is no text {template_name(kind, language)}.")
    phrases = TEXTS[kind, language]
    filled: Fields = tidied(fields)
    _check_fields(template_name(kind, language), phrases, filled)
    kept = {name for name in phrases if name not in GIVE_WAY}
    phrases, filled = _with_room_to_answer(phrases, filled, kept)
    text = _composed(phrases, filled, kept)
    if count_parts(text).count > 1:
        raise WordingError(_too_long(template_name(kind, language), filled, count_parts(text)))
    for step in _most_needed_first(phrases, filled, kept):
        if _fits(phrases, filled, kept | {step}):
            kept = kept | {step}
    return _composed(phrases, filled, kept)


def _with_room_to_answer(
    phrases: Phrases, values: Fields, kept: set[str]
) -> tuple[Phrases, Fields]:
    """As they are where an answer fits; else the office's name as long as it can be; at last the
    link without the words before it, and without how to arrive, which stands behind it."""
    answers = [name for name, field in _ANSWERS.items() if name in phrases and values.get(field)]
    bare = {name: " {link}" if name == "link" else each for name, each in phrases.items()}
    barest = {name: each for name, each in bare.items() if name != "arrival"}
    for tried in (phrases, bare, barest) if answers else ():
        for office in (values["office"], *shorter(values["office"])):
            fields = {**values, "office": office}
            if any(_fits(tried, fields, kept | {name}) for name in answers):
                return tried, fields
    return phrases, values


def field_names(phrases: Phrases) -> set[str]:
    """The fields that the phrases of a text use."""
    return set[str]().union(*map(_fields_of, phrases.values()))


@lru_cache(maxsize=1024)
def _fields_of(phrase: str) -> frozenset[str]:
    return frozenset(field for _, field, _, _ in Formatter().parse(phrase) if field)


def _most_needed_first(phrases: Phrases, values: Fields, kept: set[str]) -> list[str]:
    """GIVE_WAY from its end; whom to ring comes first where no other answer finds room."""
    answers = [name for name, field in _ANSWERS.items() if name in phrases and values.get(field)]
    fits = any(_fits(phrases, values, kept | {name}) for name in answers)
    first = [] if fits else ["phone"]
    return [*first, *(step for step in reversed(GIVE_WAY) if step not in first)]


def _fits(phrases: Phrases, values: Fields, kept: set[str]) -> bool:
    return count_parts(_composed(phrases, values, kept)).count == 1


def _composed(phrases: Phrases, values: Fields, kept: set[str]) -> str:
    """The phrases that are kept and whose fields are known, with the fields filled in."""
    if "dates in full" not in kept:
        values = {name: short_date(name, value) for name, value in values.items()}
    return "".join(
        each.format_map(values)
        for name, each in phrases.items()
        if name in kept and all(values.get(field) for field in _fields_of(each))
    )


def tidied(fields: Fields) -> dict[str, str]:
    """One line each, without a full stop of its own, in characters that cost one unit or two."""
    return {name: in_gsm7(" ".join(value.split()).rstrip(".")) for name, value in fields.items()}


def _check_fields(text_name: str, phrases: Phrases, fields: Fields) -> None:
    kept = {name: each for name, each in phrases.items() if name not in GIVE_WAY}
    if unknown := sorted(fields.keys() - _known_fields()):
        raise WordingError(f"No text has a field {unknown[0]}.")
    if missing := sorted(name for name in field_names(kept) if not fields.get(name)):
        raise WordingError(f"The text {text_name} needs the field {missing[0]}.")


@cache
def _known_fields() -> frozenset[str]:
    return frozenset(name for phrases in TEXTS.values() for name in field_names(phrases))


def _too_long(text_name: str, fields: Fields, parts: Parts) -> str:
    if parts.forcing:
        return f"The text {text_name} cannot be written with {' '.join(parts.forcing)}."
    longest = max(LONGEST, key=lambda name: len(fields.get(name, "")))
    return (
        f"The text {text_name} is {parts.units} characters at its shortest, and 160 fit: "
        f"the field {longest} is too long."
    )

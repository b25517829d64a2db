"""What a text may say: known fields, one part, and never a threat or anybody's private affairs."""

import re
from collections.abc import Mapping
from string import Formatter

from notifications.parts import Parts, count_parts

# Phones are shared and read over shoulders: a text says when, where and whom, and nothing of
# money, health or the law; and it never threatens (002:2104-2116).
NEVER_STARTS = (
    *("sanction", "penal", "punish", "warn", "threat", "enforce", "disallow", "deduct", "suspen"),
    *("consequence", "compli", "comply", "mandat", "compulsory", "oblig", "require", "fail"),
    *("losing", "non-attend", "benefit", "allowance", "payment", "credit", "jobseeker"),
    *("claim", "unemploy", "debt", "health", "medic", "illness", "sick", "disab", "diagnos"),
    *("mental", "addict", "alcohol", "drug", "pregnan", "treatment", "refuge", "asylum"),
    *("offence", "offend", "convict", "crim", "prison", "probation", "police"),
)
NEVER_WHOLE = ("must", "lose", "stopped", "ill", "jsa", "esa", "pip", "uc", "dole", "fined")
_NEVER = re.compile(rf"\b(?:(?:{'|'.join(NEVER_STARTS)})\w*|(?:{'|'.join(NEVER_WHOLE)})\b)", re.I)
# Networks unsubscribe whoever sends one of these back, so a text does not put it in their mouth.
_OPTS_OUT = re.compile(r"\b(?:(?i:cancel|unsubscribe|revoke|quit|stopall|optout)|END)\b")


class WordingError(ValueError):
    """A text that must not be used; the message is one sentence for whoever wrote it."""


def check_wording(
    text: str, *, fields: Mapping[str, str], most_parts: int = 1, allow_ucs2: bool = False
) -> Parts:
    """What the text costs at its longest, or WordingError with the first thing wrong with it.

    `fields` has every field the text may use, with the longest value it can take. The words are
    judged without the values, which are names of people and places.
    """
    words = _words_around_fields(text, fields)
    if found := _NEVER.search(words):
        raise WordingError(f"A text never says “{found[0]}”.")
    if found := _OPTS_OUT.search(words):
        raise WordingError(f"A text never says “{found[0]}”: sent as a reply, it opts out.")
    parts = count_parts(text.format_map(fields))
    if parts.forcing and not allow_ucs2:
        letters = " ".join(parts.forcing)
        raise WordingError(f"These characters more than halve the room in a text: {letters}")
    if parts.count > most_parts:
        raise WordingError(
            f"The text can become {parts.count} parts long, and {most_parts} is the most allowed."
        )
    return parts


def _words_around_fields(text: str, fields: Mapping[str, str]) -> str:
    try:
        pieces = list(Formatter().parse(text))
    except ValueError:
        raise WordingError("The text has a { or } that belongs to no field.") from None
    for _, field, form, conversion in pieces:
        if field is not None and (field not in fields or form or conversion):
            raise WordingError(f"A text has no field {{{field}}}.")
    return " ".join(literal for literal, *_ in pieces)

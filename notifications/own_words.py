"""Texts in somebody's own words: `{fields}` filled in, `[phrases]` left out when they must be.

A phrase in square brackets goes when one of its fields is empty. When the text would become too
long the bracketed phrases go one by one, those without a field first, then the last first. What
stands outside always stays.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from notifications.parts import Parts, count_parts, in_gsm7
from notifications.texts import GIVE_WAY, TEXTS, Fields, field_names, tidied
from notifications.wording import WordingError, check_wording

_BRACKETED = re.compile(r"\[([^\[\]]*)\]")
_ANY_NUMBER = 99


@dataclass(frozen=True)
class Written:
    """A text as it would go, what it costs, and the phrases it had to leave out."""

    body: str
    parts: Parts
    left_out: tuple[str, ...]


@dataclass(frozen=True)
class _Phrase:
    words: str
    may_go: bool


def fields_of_text(kind: str, language: str) -> set[str]:
    """The fields that a text of the kind may use: those of the built-in one."""
    return field_names(TEXTS[kind, language])


def fields_that_stay(kind: str, language: str) -> set[str]:
    """The fields that the built-in text never leaves out, so that no other text does either."""
    kept = {name: each for name, each in TEXTS[kind, language].items() if name not in GIVE_WAY}
    return field_names(kept)


def built_in(kind: str, language: str) -> str:
    """The built-in text as somebody could have written it, to start from."""
    return "".join(
        f"[{each}]" if name in GIVE_WAY else each for name, each in TEXTS[kind, language].items()
    )


def write(text: str, fields: Fields, *, most_parts: int = 1) -> Written:
    """The text with its fields filled in, in at most so many parts.

    Raises WordingError when a field outside brackets is empty, or nothing more can be left out.
    """
    values = tidied(fields)
    phrases = [each for each in _phrases(text) if not each.may_go or _has_all(each, values)]
    for each in phrases:
        if not _has_all(each, values):
            raise WordingError(f"The text needs {_lacking(each, values)}, and there is none.")
    left_out: list[str] = []
    while True:
        body = " ".join("".join(each.words for each in phrases).format_map(values).split())
        parts = count_parts(body)
        if parts.count <= most_parts:
            return Written(body, parts, tuple(left_out))
        may_go = [each for each in phrases if each.may_go]
        if not may_go:
            raise WordingError(_too_long(parts, most_parts))
        plain = [each for each in may_go if not field_names({"": each.words})]
        goes = (plain or may_go)[-1]
        phrases.remove(goes)
        left_out.append(" ".join(goes.words.split()))


def check(
    text: str, *, kind: str, language: str, longest: Mapping[str, str], most_parts: int = 1
) -> Written:
    """The text at its longest, or WordingError with the first thing that is wrong with it.

    `longest` holds, for each field of the kind, the longest value it can take.
    """
    if not text.strip():
        raise WordingError("Write the text.")
    phrases = list(_phrases(text))
    words = "".join(each.words for each in phrases)
    known = {name: longest[name] for name in fields_of_text(kind, language)}
    parts = check_wording(words, fields=tidied(known), most_parts=_ANY_NUMBER, allow_ucs2=True)
    outside = field_names({"": "".join(each.words for each in phrases if not each.may_go)})
    if lacking := sorted(fields_that_stay(kind, language) - outside):
        raise WordingError(f"The text always says {{{lacking[0]}}}, outside square brackets.")
    if parts.forcing:
        raise WordingError(_plainer(words, parts))
    return write(text, known, most_parts=most_parts)


def _phrases(text: str) -> Iterator[_Phrase]:
    for position, words in enumerate(_BRACKETED.split(text)):
        if "[" in words or "]" in words:
            raise WordingError("The text has a [ or ] without the other.")
        if words:
            yield _Phrase(words, may_go=position % 2 == 1)


def _has_all(phrase: _Phrase, values: Fields) -> bool:
    return not _lacking(phrase, values)


def _lacking(phrase: _Phrase, values: Fields) -> str:
    lacking = sorted(name for name in field_names({"": phrase.words}) if not values.get(name))
    return f"{{{lacking[0]}}}" if lacking else ""


def _plainer(words: str, parts: Parts) -> str:
    """Names the characters, with the nearest that cost no more than a letter."""
    forcing = [each for each in parts.forcing if each in words]
    instead = [(each, in_gsm7(each)) for each in forcing]
    known = ", ".join(f"{plain} for {each}" for each, plain in instead if plain != each)
    sentence = f"These characters more than halve the room in a text: {' '.join(forcing)}."
    return f"{sentence} Write {known}." if known else sentence


def _too_long(parts: Parts, most_parts: int) -> str:
    allowed = "one part is" if most_parts == 1 else f"{most_parts} parts are"
    return (
        f"At its longest the text is {parts.units} characters and {parts.count} parts, and "
        f"{allowed} the most allowed. Shorten it, or put in [ ] what may be left out."
    )

"""The kinds of value a request may hold, each refusing what no database could keep."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields

# One line of text: no control characters (PostgreSQL refuses NUL, texts carry none).
_PRINTED = r"[^\u0000-\u001f\u007f-\u009f]"
_SEEN = r"[^\s\u0000-\u001f\u007f-\u009f]"
LINE = f"^{_PRINTED}*$"
LINE_WITH_WORDS = f"^{_PRINTED}*{_SEEN}{_PRINTED}*$"
_SURROGATE = re.compile("[\ud800-\udfff]")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

_MESSAGES: dict[str, Any] = {
    "unknown": "There is no such field.",
    "required": "This is missing.",
    "null": "Give a value, or leave the field out.",
    "invalid": "Give a string.",
    "type": "Give an object.",
    "validator_failed": "This cannot be used.",
}


class Line(fields.Field[str]):
    """One line of text of at most `longest` characters, not empty unless `pattern` is LINE."""

    default_error_messages = _MESSAGES

    def __init__(self, longest: int, *, pattern: str = LINE_WITH_WORDS, **options: Any) -> None:
        self._longest, self._pattern = longest, pattern
        shape = {"type": "string", "maxLength": longest, "pattern": pattern}
        super().__init__(metadata={**shape, **options.pop("metadata", {})}, **options)

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_: Any
    ) -> str:
        if not isinstance(value, str):
            raise self.make_error("invalid")
        if len(value) > self._longest:
            raise ValidationError(f"Use at most {self._longest} characters.")
        if _SURROGATE.search(value) or not re.fullmatch(LINE, value):
            raise ValidationError("Use one line of text, without control characters.")
        if not re.fullmatch(self._pattern, value):
            raise ValidationError("This is empty, or holds what it cannot.")
        return value.strip()


class Word(fields.Field[StrEnum]):
    """One of the office's own words, by whatever spells it."""

    default_error_messages = _MESSAGES

    def __init__(self, spelled: Mapping[str | int, StrEnum], **options: Any) -> None:
        self._words = spelled
        shape: dict[str, Any] = {"enum": list(spelled)}
        if all(isinstance(spelling, str) for spelling in spelled):
            shape["type"] = "string"
        super().__init__(metadata={**shape, **options.pop("metadata", {})}, **options)

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_: Any
    ) -> StrEnum:
        # True and 1.0 equal 1, and are not how anybody spells a stage
        word = self._words.get(value) if type(value) in (str, int) else None
        if word is None:
            choices = dict.fromkeys(str(spelling) for spelling in self._words)
            raise ValidationError(f"Give one of {', '.join(choices)}.")
        return word


def by_value(words: Iterable[StrEnum]) -> dict[str | int, StrEnum]:
    return {word.value: word for word in words}


_NO_DAY = "Give a real date, like 2026-12-01."


class Day(fields.Field[date]):
    """A date as 2026-12-01."""

    default_error_messages = _MESSAGES

    def __init__(self, **options: Any) -> None:
        shape = {"type": "string", "format": "date"}
        super().__init__(metadata={**shape, **options.pop("metadata", {})}, **options)

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_: Any
    ) -> date:
        if not isinstance(value, str) or not _DAY.fullmatch(value):
            raise ValidationError(_NO_DAY)
        try:
            return date.fromisoformat(value)
        except ValueError:  # a 30 February
            raise ValidationError(_NO_DAY) from None


class Section(fields.Nested):
    """Another object inside the request."""

    default_error_messages = _MESSAGES


class StrictSchema(Schema):
    """Fields nobody asked for are refused: a misspelt one would be lost in silence."""

    error_messages = _MESSAGES

    class Meta:
        unknown = RAISE

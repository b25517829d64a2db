"""What somebody's words for a text come to at the longest names the district really has."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from flask import current_app
from sqlalchemy import select

from booking import particulars
from booking.database import db
from booking.errors import BadDetail
from booking.models import Adviser, Office
from booking.words import TextName
from notifications import own_words
from notifications.channels import CHANNELS, HOLD_THE_WORDS
from notifications.parts import count_parts, in_gsm7
from notifications.texts import TEXTS
from notifications.when import when_fields
from notifications.wording import WordingError

EVERY_CHANNEL = ""
_ONE_YEAR = [datetime(2027, 1, 1, 10, 15, tzinfo=UTC) + timedelta(days=day) for day in range(365)]
_OTHERWISE = {
    "code": "8888",
    "until": "Wed 10:15am",
    "link": "https://localdiaries.example/a/AbCdEfGhIjKlMnOpQrSt",
}
_UNKNOWN = "x" * 20


@dataclass(frozen=True)
class Checked:
    """A text at the longest names, and as most claimants will read it: with the code of a reply,
    and where no reply arrives with a link."""

    written: own_words.Written
    usual: Sequence[str]

    @property
    def in_words(self) -> str:
        """`1 part, 148 of 160 characters`."""
        parts = self.written.parts
        plural = "part" if parts.count == 1 else "parts"
        return f"{parts.count} {plural}, {parts.units} of {parts.room} characters"


def texts_there_are() -> Sequence[tuple[TextName, str]]:
    """Every text with each language it is written in."""
    return [(TextName(name), language) for name, language in TEXTS]


def channels_there_are() -> Sequence[str]:
    return [EVERY_CHANNEL, *sorted(CHANNELS)]


def are_held_elsewhere() -> bool:
    """Whether the channel in use sends words of its own, and none that are written here."""
    return current_app.config["SMS_GATEWAY"] in HOLD_THE_WORDS


def must_be_one_of_them(kind: str, language: str, channel: str) -> None:
    """BadDetail when there is no such text or channel."""
    if (kind, language) not in texts_there_are():
        raise BadDetail("kind", "There is no such text.")
    if channel not in channels_there_are():
        raise BadDetail("channel", "There is no such channel.")


def built_in(kind: str, language: str) -> str:
    return own_words.built_in(kind, language)


def fields_to_use(kind: str, language: str) -> Sequence[str]:
    """The fields a text of the kind may use, those it always says first."""
    stay = own_words.fields_that_stay(kind, language)
    return sorted(stay) + sorted(own_words.fields_of_text(kind, language) - stay)


def checked(
    text: str, *, kind: str, language: str, longest: Mapping[str, str], most_parts: int
) -> Checked:
    """The text at its longest, or BadDetail with what is wrong with it.

    No text carries both the code of a reply and the link: each way is looked at by itself.
    """
    by_reply, by_link = ({**longest, name: ""} for name in ("link", "code"))
    try:
        written = max(
            (
                own_words.check(
                    text, kind=kind, language=language, longest=each, most_parts=most_parts
                )
                for each in (by_reply, by_link)
            ),
            key=lambda found: found.parts.units,
        )
        usual = [
            own_words.write(text, _usual(each, language), most_parts=most_parts).body
            for each in (by_reply, by_link)
        ]
    except WordingError as error:
        raise BadDetail("text", str(error)) from None
    return Checked(written, list(dict.fromkeys(usual)))


def longest_values(district_id: int | None, kind: str, language: str) -> dict[str, str]:
    """For each field of the text the longest value it takes in a district, or anywhere."""
    offices = select(Office.name, Office.reception_note, Office.phone).where(
        Office.closed_on.is_(None)
    )
    advisers = select(Adviser.name).where(Adviser.active)
    if district_id is not None:
        offices = offices.where(Office.district_id == district_id)
        advisers = advisers.where(Adviser.district_id == district_id)
    rows = db.session.execute(offices).all()
    found = {
        "office": _longest([*(name for name, _, _ in rows), "by telephone"]),
        "arrival": _longest([*(note for _, note, _ in rows), "Report to reception"]),
        "phone": _longest(phone for _, _, phone in rows),
        "adviser": _longest(db.session.scalars(advisers)),
        "bring": particulars.BRING_IN_A_TEXT[language],
        **_longest_when(language),
        **_OTHERWISE,
    }
    fields = own_words.fields_of_text(kind, language)
    return {name: found.get(name) or _UNKNOWN for name in sorted(fields)}


def _longest_when(language: str) -> dict[str, str]:
    every = [
        when_fields(at, language=language) | when_fields(at, prefix="rang_", language=language)
        for at in _ONE_YEAR
    ]
    return {name: _longest(each[name] for each in every) for name in every[0]}


def _longest(values: Iterable[str]) -> str:
    """The dearest in a text, which a rare letter makes dearer than its length."""
    return max(values, key=lambda value: count_parts(in_gsm7(value)).units, default="")


def _usual(longest: Mapping[str, str], language: str) -> dict[str, str]:
    usual = {**longest, **{f: v for f, v in _A_DAY[language].items() if f in longest}}
    named = {"office": "Thistlewick", "adviser": "Ada Invented", "arrival": "Report to reception"}
    return usual | {name: value for name, value in named.items() if name in longest}


_A_DAY = {
    language: when_fields(_ONE_YEAR[19], language=language)
    | when_fields(_ONE_YEAR[17], prefix="rang_", language=language)
    for _, language in TEXTS
}

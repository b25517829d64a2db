"""Which words a text goes out in: a trial's, the district's, the service's or the built-in."""

import logging
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select

from booking.database import db
from booking.models import OutboxMessage, Wording, WordingTrial
from booking.words import Arm, TextName
from notifications import own_words
from notifications.texts import render
from notifications.wording import WordingError

# The texts that come before an appointment: only these could make a difference to who attends.
MAY_BE_TRIED = (
    TextName.CONFIRMATION,
    TextName.REMINDER,
    TextName.SAME_DAY,
    TextName.MOVED,
)
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Words:
    """Somebody's own words for a text; empty stands for the built-in ones."""

    text: str
    most_parts: int
    wording_id: int | None = None


_BUILT_IN = Words("", 1)


def text_name(row: OutboxMessage) -> TextName:
    """Which of the texts it is: of its kind, or that nothing but the adviser changes."""
    return TextName.SAME_TIME if row.same_time else TextName(row.kind)


def put_into_words(row: OutboxMessage, fields: Mapping[str, str], *, channel: str) -> str:
    """The body of a text about to be sent; the row says which words it went out in.

    Runs inside the claim, when it is settled that the text goes: a trial never has a say in who
    is texted or when. No text is lost because of its wording: one that cannot be used gives way
    to the built-in text, and the log says so. Raises WordingError when not even that can be sent.
    """
    trial = _trial_of(row)
    if trial is not None:
        row.trial_id, row.arm = trial.id, row.arm or _drawn(row, trial)
        words = _of_arm(trial, row.arm)
    else:
        words = _in_force(row, channel)
    row.wording_id = words.wording_id
    if words.text:
        try:
            return own_words.write(words.text, fields, most_parts=words.most_parts).body
        except WordingError as error:
            _log.warning("Text %s went out in the built-in words: %s", row.id, error)
            row.wording_id = None
            row.wording_note = f"The built-in words went instead. {error}"[:200]
    return render(text_name(row), fields, language=row.language)


def as_it_would_read(row: OutboxMessage, fields: Mapping[str, str], *, channel: str) -> str:
    """The body if it went now; a trial that has not drawn yet is not drawn by looking."""
    words = _in_force(row, channel)
    if row.arm is not None and row.trial is not None:
        words = _of_arm(row.trial, row.arm)
    if words.text:
        try:
            return own_words.write(words.text, fields, most_parts=words.most_parts).body
        except WordingError as error:
            _log.info("Text %s would go out in the built-in words: %s", row.id, error)
    return render(text_name(row), fields, language=row.language)


def in_force(district_id: int | None, kind: str, language: str, channel: str) -> Wording | None:
    """The latest wording with words in it: the district's before the service's, and of either
    the channel's own before the one for every channel. None: the built-in text."""
    latest = (
        select(func.max(Wording.id))
        .where(
            Wording.kind == kind,
            Wording.language == language,
            Wording.channel.in_({channel, ""}),
            Wording.district_id.is_(None)
            if district_id is None
            else (Wording.district_id == district_id) | Wording.district_id.is_(None),
        )
        .group_by(Wording.district_id, Wording.channel)
    )
    found = [
        each
        for each in db.session.scalars(select(Wording).where(Wording.id.in_(latest)))
        if each.text
    ]
    return max(found, key=lambda each: (each.district_id is not None, each.channel), default=None)


def running_trial(district_id: int, kind: str, language: str) -> WordingTrial | None:
    return db.session.scalar(
        select(WordingTrial).where(
            WordingTrial.district_id == district_id,
            WordingTrial.kind == kind,
            WordingTrial.language == language,
            WordingTrial.ended_at.is_(None),
        )
    )


def words_of(trial: WordingTrial) -> tuple[str, str]:
    """The two wordings, an empty one as the built-in text."""
    otherwise = own_words.built_in(trial.kind, trial.language)
    return trial.text_a or otherwise, trial.text_b or otherwise


def _of_arm(trial: WordingTrial, arm: Arm) -> Words:
    if arm == Arm.A:
        return Words(trial.text_a, trial.parts_a)
    return Words(trial.text_b, trial.parts_b)


def _in_force(row: OutboxMessage, channel: str) -> Words:
    district_id = row.slot.session.office.district_id
    found = in_force(district_id, text_name(row), row.language, channel)
    return Words(found.text, found.most_parts, found.id) if found is not None else _BUILT_IN


def _trial_of(row: OutboxMessage) -> WordingTrial | None:
    """The trial a text is in: the one it was drawn for, else the one that runs now."""
    if row.trial is not None:
        return row.trial
    if row.appointment_id is None or text_name(row) not in MAY_BE_TRIED:
        return None
    return running_trial(row.slot.session.office.district_id, row.kind, row.language)


def _drawn(row: OutboxMessage, trial: WordingTrial) -> Arm:
    """By chance, once for an appointment: one that was moved keeps the arm it has."""
    earlier = db.session.scalar(
        select(OutboxMessage.arm)
        .where(
            OutboxMessage.appointment_id == row.appointment_id,
            OutboxMessage.trial_id == trial.id,
            OutboxMessage.arm.is_not(None),
        )
        .limit(1)
    )
    return earlier or secrets.choice(list(Arm))

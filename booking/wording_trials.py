"""Trials of two wordings in a district: started, ended, and what came of them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import func, select, update

from booking import audit, clock
from booking.database import db, refused, use_case
from booking.errors import BadDetail, BookingError, NotAllowed, NotFound
from booking.messages import wording_check, wordings
from booking.models import Appointment, OutboxMessage, WordingTrial
from booking.proportions import Difference, difference
from booking.rights import Actor
from booking.wording import TheText, TrialRuns, preview, text_in_force
from booking.words import STILL_TO_COME, Arm, MessageKind, Status, TextName


class NotToBeTried(BookingError):
    code = "not_to_be_tried"
    sentence = "Only a text before the appointment can make a difference to who attends."


class NothingToTry(BookingError):
    code = "nothing_to_try"
    sentence = "The provider holds the words of texts, so both groups would be sent the same."


@dataclass(frozen=True)
class ArmCounts:
    """What became of the appointments that chance gave one wording, whatever was then sent."""

    arm: Arm
    words: str
    became: Counter[Status] = field(default_factory=Counter)

    @property
    def allocated(self) -> int:
        return self.became.total()

    @property
    def to_come(self) -> int:
        return sum(self.became[status] for status in STILL_TO_COME)

    @property
    def over(self) -> int:
        """Everyone allocated whose appointment has come to something: the denominator."""
        return self.allocated - self.to_come

    @property
    def attended(self) -> int:
        return self.became[Status.ATTENDED]

    @property
    def failed(self) -> int:
        return self.became[Status.FAILED_TO_ATTEND]


@dataclass(frozen=True)
class Report:
    """A trial with its two arms. `of_all` is by intention to treat; `of_outcomes` of those only
    who attended or failed to, the service's usual rate, which a wording may itself select."""

    trial: WordingTrial
    a: ArmCounts
    b: ArmCounts

    @property
    def of_all(self) -> Difference | None:
        return difference(self.a.attended, self.a.over, self.b.attended, self.b.over)

    @property
    def of_outcomes(self) -> Difference | None:
        known_a, known_b = (arm.attended + arm.failed for arm in (self.a, self.b))
        return difference(self.a.attended, known_a, self.b.attended, known_b)

    @property
    def in_words(self) -> str:
        found = self.of_all
        if found is None:
            return "Nothing can be said yet: no appointment of one wording is over."
        if not found.is_shown:
            return "No difference shown: the interval holds 0."
        more = "B" if found.estimate > 0 else "A"
        return f"More of those given wording {more} attended: the interval does not hold 0."


@use_case
def start(*, kind: TextName, language: str, words: str, most_parts: int, by: Actor) -> WordingTrial:
    """Try new words (B) against those in force (A), by chance for each appointment from now.

    Raises BadDetail when the words cannot be used or are the same, TrialRuns when one runs,
    NothingToTry where the provider sends words of its own.
    """
    district_id = _district(by)
    if kind not in wordings.MAY_BE_TRIED:
        raise NotToBeTried
    if wording_check.are_held_elsewhere():
        raise NothingToTry
    text = TheText(kind, language)
    now_in_force = text_in_force(text, by=by)
    preview(text, words, most_parts=most_parts, by=by)
    words = " ".join(words.split())
    if words == now_in_force.words:
        raise BadDetail("text", "The two wordings are the same.")
    own = now_in_force.wording
    trial = WordingTrial(
        district_id=district_id,
        kind=MessageKind(kind),
        language=language,
        text_a=own.text if own else "",
        text_b=words,
        parts_a=own.most_parts if own else 1,
        parts_b=most_parts,
        started_at=clock.now(),
        started_by=by.name,
    )
    with refused(uq_wording_trial_running=TrialRuns):
        db.session.add(trial)
    audit.record(by, "started trial", trial, after={"kind": kind, "text_b": words})
    return trial


@use_case
def end(*, trial_id: int, by: Actor) -> WordingTrial:
    """No appointment is drawn any more; those drawn keep their arm, and are still counted."""
    trial = _reached(trial_id, by)
    now = clock.now()
    ended = db.session.execute(
        update(WordingTrial)
        .where(WordingTrial.id == trial.id, WordingTrial.ended_at.is_(None))
        .values(ended_at=now, ended_by=by.name)
        .returning(WordingTrial.id)
    ).first()
    if ended:
        audit.record(by, "ended trial", trial, after={"ended_at": now})
    return trial


def of_district(*, by: Actor) -> Sequence[WordingTrial]:
    """The district's trials, the latest first."""
    return db.session.scalars(
        select(WordingTrial)
        .where(WordingTrial.district_id == _district(by))
        .order_by(WordingTrial.id.desc())
    ).all()


def report(trial_id: int, *, by: Actor) -> Report:
    """What became of everyone allocated, counted once an appointment, as it stands now."""
    trial = _reached(trial_id, by)
    drawn = (
        select(OutboxMessage.appointment_id, func.min(OutboxMessage.arm).label("arm"))
        .where(OutboxMessage.trial_id == trial.id)
        .group_by(OutboxMessage.appointment_id)
        .subquery()
    )
    rows = db.session.execute(
        select(drawn.c.arm, Appointment.status, func.count())
        .join(Appointment, Appointment.id == drawn.c.appointment_id)
        .group_by(drawn.c.arm, Appointment.status)
    )
    became: dict[Arm, Counter[Status]] = {arm: Counter() for arm in Arm}
    for arm, status, count in rows:
        became[Arm(arm)][status] = count
    a, b = wordings.words_of(trial)
    return Report(trial, ArmCounts(Arm.A, a, became[Arm.A]), ArmCounts(Arm.B, b, became[Arm.B]))


def _district(by: Actor) -> int:
    by.must("try wordings")
    if by.district_id is None:
        raise NotAllowed("A trial is a district's.")
    return by.district_id


def _reached(trial_id: int, by: Actor) -> WordingTrial:
    trial = db.session.get(WordingTrial, trial_id)
    if trial is None or trial.district_id != _district(by):
        raise NotFound
    return trial

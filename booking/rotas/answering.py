"""Questions about rotas: claimed by one worker, worked out in a process apart."""

from typing import Any

from sqlalchemy import select

from booking import audit, clock
from booking.database import db, use_case
from booking.models import RotaQuestion
from booking.rights import THE_SERVICE
from booking.rotas import claims
from booking.rotas.apart import answer_of, told_to_stop
from booking.rotas.drafts import Solved
from booking.words import RunState

_PATIENCE_SECONDS = 240
_OUT_OF_DATE = "The draft was changed before this was worked out."


def answer_asked() -> int:
    """Work out every question that waits; how many came to an end."""
    answered = 0
    while not told_to_stop.is_set() and (question_id := _claim_next()) is not None:
        answered += _answer(question_id)
    return answered


def _claim_next() -> int | None:
    db.session.rollback()
    waiting = select(RotaQuestion.id).where(claims.waits(RotaQuestion)).order_by(RotaQuestion.id)
    for question_id in db.session.scalars(waiting).all():
        if _claim(question_id):
            return question_id
    return None


@use_case
def _claim(question_id: int) -> bool:
    """Take the question up; of two workers who try, the database gives it to one."""
    if not claims.take(RotaQuestion, question_id, claims.waits(RotaQuestion)):
        return False
    audit.record(THE_SERVICE, "took up question", db.session.get_one(RotaQuestion, question_id))
    return True


def _answer(question_id: int) -> bool:
    """False when it was handed back, or somebody else has taken it over."""
    asked = _asked(question_id)
    if asked is None:
        return _keep(question_id, {"fault": _OUT_OF_DATE})
    answer = answer_of(
        "booking.rotas.answer_apart",
        asked,
        beat=lambda: _beat(question_id),
        seconds=_PATIENCE_SECONDS,
    )
    return _hand_back(question_id) if answer is None else _keep(question_id, answer)


def _asked(question_id: int) -> dict[str, Any] | None:
    """What the process is asked; None when the rota is another by now."""
    question = db.session.get(RotaQuestion, question_id)
    solved = Solved(question.draft) if question else None
    asked = None
    if question and solved and solved.rota_sha256 == question.rota_sha256:
        asked = {
            "kind": question.kind,
            "about": question.about,
            "half": question.half,
            "problem": solved.draft.problem,
            "rota": solved.draft.rota,
            "by_hand": sorted(solved.by_hand),
        }
    db.session.rollback()
    return asked


@use_case
def _beat(question_id: int) -> bool:
    return claims.changed(claims.mine(RotaQuestion, question_id).values(beat_at=clock.now()))


@use_case
def _hand_back(question_id: int) -> bool:
    """It waits again, for the next worker; never True."""
    if claims.changed(claims.mine(RotaQuestion, question_id).values(state=RunState.ASKED)):
        question = db.session.get_one(RotaQuestion, question_id)
        audit.record(THE_SERVICE, "handed question back", question)
    return False


@use_case
def _keep(question_id: int, said: dict[str, Any]) -> bool:
    """The answer, or the sentence that says why there is none."""
    fault = str(said.get("fault", ""))
    ended = {
        "state": RunState.FAILED if fault else RunState.SOLVED,
        "answer": said.get("answer", ""),
        "fault": fault,
        "answered_at": clock.now(),
    }
    if not claims.changed(claims.mine(RotaQuestion, question_id).values(**ended)):
        return False
    question = db.session.get_one(RotaQuestion, question_id)
    audit.record(THE_SERVICE, "answered of rota", question, after={"answer": question.answer})
    return True

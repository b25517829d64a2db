"""What a lead asks of a draft's rota: what one more adviser or room would do, or not moving."""

from collections.abc import Mapping

from sqlalchemy import select

from booking import audit, clock
from booking.database import TryAgain, db, refused, use_case
from booking.errors import BookingError, NotFound
from booking.models import RotaQuestion
from booking.rights import Actor
from booking.rotas import drafts, edits, reasons
from booking.rotas.drafts import Solved
from booking.rotas.reasons import Move
from booking.words import QuestionKind, RunState

Key = tuple[QuestionKind, str, int]


class NothingToAsk(BookingError):
    code = "nothing_to_ask"
    sentence = "There is nothing to work out here any more: somebody has changed the draft."


@use_case
def ask_of_office(*, draft_id: int, office_id: int, half: int, by: Actor) -> RotaQuestion:
    """What one more adviser in the half-day would cost, or one more room where none is free.

    NothingToAsk where nobody is short, or nobody could come.
    """
    by.must("plan the rota")
    drafts.held(draft_id, by)
    solved = drafts.solved(draft_id, by)
    short = reasons.why(solved, office_id, half)
    if short is None or short.question is None:
        raise NothingToAsk
    return _asked(solved, (short.question, short.office, half), by)


@use_case
def ask_of_day(*, draft_id: int, adviser_id: int, day: int, by: Actor) -> RotaQuestion:
    """What it would cost to leave the adviser's day as it was last week.

    NothingToAsk where it is as it was, or cannot be.
    """
    by.must("plan the rota")
    drafts.held(draft_id, by)
    solved = drafts.solved(draft_id, by)
    name = edits.adviser_called(solved, adviser_id)
    if not any(each.day == day and each.can_stay for each in reasons.moves(solved, name)):
        raise NothingToAsk
    return _asked(solved, (QuestionKind.STAYING, name, 2 * day), by)


def of_rota(solved: Solved) -> Mapping[Key, RotaQuestion]:
    """What was asked of the rota as it stands."""
    rows = db.session.scalars(
        select(RotaQuestion).where(
            RotaQuestion.draft_id == solved.draft.id,
            RotaQuestion.rota_sha256 == solved.rota_sha256,
        )
    )
    return {(row.kind, row.about, row.half): row for row in rows}


def moves(solved: Solved, adviser: str) -> list[tuple[Move, RotaQuestion | None]]:
    """The adviser's days that are not as last week, and what was asked of each."""
    asked = of_rota(solved)
    return [
        (each, asked.get((QuestionKind.STAYING, adviser, 2 * each.day)))
        for each in reasons.moves(solved, adviser)
    ]


def reachable(question_id: int, by: Actor) -> RotaQuestion:
    """The question; NotFound when out of reach."""
    question = db.session.get(RotaQuestion, question_id)
    if question is None:
        raise NotFound
    drafts.reachable(question.draft_id, by)
    return question


def _asked(solved: Solved, key: Key, by: Actor) -> RotaQuestion:
    """The one question of this kind, whoever asked first; one that failed is asked again."""
    question = of_rota(solved).get(key)
    if question is not None and question.state != RunState.FAILED:
        return question
    kind, about, half = key
    if question is None:
        question = RotaQuestion(
            draft_id=solved.draft.id,
            rota_sha256=solved.rota_sha256,
            kind=kind,
            about=about,
            half=half,
        )
    question.state, question.fault = RunState.ASKED, ""
    question.asked_at, question.asked_by = clock.now(), by.name
    with refused(uq_rota_question_draft_id_rota_sha256_kind_about_half=TryAgain):
        db.session.add(question)
    audit.record(by, "asked of rota", question, after={"kind": kind, "about": about, "half": half})
    return question

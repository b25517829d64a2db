"""What a lead asks of a draft: one answer for whoever asks, of the rota as it stands."""

from collections import Counter
from collections.abc import Iterator

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from booking.database import db
from booking.models import AuditEntry, RotaDraft, RotaQuestion
from booking.rotas import answering, drafts, questions, reasons
from booking.words import QuestionKind, RunState
from tests.makers import at
from tests.rota_makers import MONDAY, Vale, make_draft, make_vale


@pytest.fixture(autouse=True)
def monday_morning() -> Iterator[None]:
    with time_machine.travel(at(MONDAY, 8), tick=False):
        yield


def short_of(vale: Vale, draft: RotaDraft, kind: QuestionKind) -> dict[str, object]:
    """A half-day of which this can be asked, as the use case is told it."""
    solved = drafts.solved(draft.id, vale.lead)
    for office in vale.offices:
        for half in range(10):
            told = reasons.why(solved, office.id, half)
            if told is not None and told.question == kind:
                return {"draft_id": draft.id, "office_id": office.id, "half": half}
    pytest.fail(f"nothing to ask: {kind}")


def without_prices(draft: RotaDraft) -> RotaDraft:
    """As after a search that was stopped: everything can still be asked."""
    draft.run.prices = None
    db.session.commit()
    return draft


def a_busy_vale() -> tuple[Vale, RotaDraft]:
    vale = make_vale(claims_stage_1=1200)
    return vale, without_prices(make_draft(vale))


def now(question: RotaQuestion) -> RotaQuestion:
    db.session.rollback()
    return db.session.get_one(RotaQuestion, question.id)


def test_one_more_adviser_is_asked_for_and_answered(app: Flask) -> None:
    vale, draft = a_busy_vale()
    asked = questions.ask_of_office(
        **short_of(vale, draft, QuestionKind.ONE_MORE_ADVISER), by=vale.lead
    )
    assert asked.state == RunState.ASKED
    assert answering.answer_asked() == 1
    answered = now(asked)
    assert answered.state == RunState.SOLVED, answered.fault
    assert answered.answer.startswith("One more adviser there ")
    actions = Counter(db.session.scalars(select(AuditEntry.action)))
    assert (actions["asked of rota"], actions["answered of rota"]) == (1, 1)
    assert answering.answer_asked() == 0

"""Questions about a draft: why a half-day is short, why somebody moved, and what it would cost."""

from flask import abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from booking.boards.rota_week import days_of
from booking.errors import BookingError
from booking.rotas import drafts, grid, questions, reasons
from booking.rotas.half_days import SESSIONS
from booking.routes.access import the_actor
from booking.routes.rota.blueprint import for_leads, rota


@rota.get("/drafts/<int:draft_id>/offices/<int:office_id>/<int:half>")
@for_leads
def why(draft_id: int, office_id: int, half: int) -> ResponseReturnValue:
    return _why(draft_id, office_id, half)


@rota.post("/drafts/<int:draft_id>/offices/<int:office_id>/<int:half>")
@for_leads
def ask_why(draft_id: int, office_id: int, half: int) -> ResponseReturnValue:
    """Ask what one more adviser would cost, or one more room bring; a worker works it out."""
    try:
        questions.ask_of_office(draft_id=draft_id, office_id=office_id, half=half, by=the_actor())
    except questions.NothingToAsk as refusal:
        return _why(draft_id, office_id, half, refusal)
    return redirect(url_for(".why", draft_id=draft_id, office_id=office_id, half=half))


@rota.get("/questions/<int:question_id>/progress")
@for_leads
def question_progress(question_id: int) -> ResponseReturnValue:
    """The part of a question's page that changes: how long it has taken, then the answer."""
    question = questions.reachable(question_id, the_actor())
    return render_template("rota/_question.html", question=question)


def _why(
    draft_id: int, office_id: int, half: int, refusal: BookingError | None = None
) -> ResponseReturnValue:
    solved = drafts.solved(draft_id, the_actor())
    row = next((row for row in grid.by_office(solved) if row.office_id == office_id), None)
    if row is None or half >= SESSIONS:
        abort(404)
    told = reasons.why(solved, office_id, half)
    key = (told.question, told.office, half) if told and told.question else None
    page = render_template(
        "rota/why.html",
        draft=solved.draft,
        row=row,
        cell=row.cells[half],
        why=told,
        question=questions.of_rota(solved).get(key) if key else None,
        on=days_of(solved.draft.week)[half // 2],
        refusal=refusal,
    )
    return page, refusal.status if refusal else 200

"""Inside a draft: an adviser's day with every choice, two drafts compared."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from booking.boards.rota_week import days_of
from booking.errors import BookingError
from booking.rotas import drafts, edits, grid, questions, terms, wishes
from booking.rotas.half_days import DAYS
from booking.routes.access import the_actor
from booking.routes.ids import an_id
from booking.routes.rota.blueprint import for_leads, rota
from booking.words import WishKind


@rota.get("/drafts/<int:draft_id>/advisers/<int:adviser_id>/<int:day>")
@for_leads
def adviser_day(draft_id: int, adviser_id: int, day: int) -> ResponseReturnValue:
    return _adviser_day(draft_id, adviser_id, day)


@rota.post("/drafts/<int:draft_id>/advisers/<int:adviser_id>/<int:day>")
@for_leads
def choose(draft_id: int, adviser_id: int, day: int) -> ResponseReturnValue:
    """Give the adviser another day in the draft; the price is known before."""
    try:
        chosen = edits.choose(
            draft_id=draft_id,
            version=request.form.get("version", 0, type=an_id),
            adviser_id=adviser_id,
            day=day,
            key=request.form.get("key", ""),
            by=the_actor(),
        )
    except (drafts.DraftChanged, drafts.AlreadyPublished, edits.EditRefused) as refusal:
        return _adviser_day(draft_id, adviser_id, day, refusal=refusal)
    flash(f"Changed. The week now costs {chosen.rise_in_words}.", "success")
    return redirect(url_for(".draft", draft_id=draft_id))


@rota.post("/drafts/<int:draft_id>/advisers/<int:adviser_id>/<int:day>/staying")
@for_leads
def ask_day(draft_id: int, adviser_id: int, day: int) -> ResponseReturnValue:
    """Ask what it would cost to leave the day as it was last week; a worker works it out."""
    by = the_actor()
    try:
        questions.ask_of_day(draft_id=draft_id, adviser_id=adviser_id, day=day, by=by)
    except questions.NothingToAsk as refusal:
        return _adviser_day(draft_id, adviser_id, day, refusal=refusal)
    return redirect(url_for(".adviser_day", draft_id=draft_id, adviser_id=adviser_id, day=day))


@rota.post("/drafts/<int:draft_id>/advisers/<int:adviser_id>/<int:day>/wish")
@for_leads
def wish(draft_id: int, adviser_id: int, day: int) -> ResponseReturnValue:
    """Pin the adviser to an office that day, or keep them from it that week."""
    by = the_actor()
    draft = drafts.reachable(draft_id, by)
    kind = request.form.get("kind", type=WishKind)
    if kind not in (WishKind.PINNED, WishKind.FORBIDDEN):
        abort(400)
    wishes.decide(
        adviser_id=adviser_id,
        office_id=request.form.get("office_id", 0, type=an_id),
        kind=kind,
        week=draft.week,
        weekday=day if kind == WishKind.PINNED else None,
        by=by,
    )
    flash("Noted for this week. The next rota you propose keeps to it.", "success")
    return redirect(url_for(".adviser_day", draft_id=draft_id, adviser_id=adviser_id, day=day))


@rota.get("/drafts/<int:draft_id>/compare/<int:other_id>")
@for_leads
def compare(draft_id: int, other_id: int) -> ResponseReturnValue:
    by = the_actor()
    one, other = drafts.solved(draft_id, by), drafts.solved(other_id, by)
    if one.draft.week != other.draft.week:
        abort(404)
    return render_template(
        "rota/compare.html",
        draft=one.draft,
        other=other.draft,
        terms=terms.side_by_side(one, other.rota),
        differences=grid.differences(one, other),
        days=days_of(one.draft.week),
    )


def _adviser_day(
    draft_id: int, adviser_id: int, day: int, refusal: BookingError | None = None
) -> ResponseReturnValue:
    solved = drafts.solved(draft_id, the_actor())
    if day >= DAYS:
        abort(404)
    name = edits.adviser_called(solved, adviser_id)
    moves = questions.moves(solved, name)
    page = render_template(
        "rota/adviser_day.html",
        draft=solved.draft,
        name=name,
        adviser_id=adviser_id,
        day=day,
        on=days_of(solved.draft.week)[day],
        days=days_of(solved.draft.week),
        options=edits.options(solved, name, day),
        moves=moves,
        halves=grid.halves_changed(solved, adviser_id, beside={move.day for move, _ in moves}),
        offices=solved.draft.keys["offices"],
        wishes=[
            each
            for each in wishes.granted(solved.draft.district_id, solved.draft.week)
            if each.adviser_id == adviser_id
        ],
        refusal=refusal,
    )
    return page, refusal.status if refusal else 200

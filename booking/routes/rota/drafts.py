"""A draft: the search under way, then the week grid, its price, its name, its publication."""

from collections.abc import Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from booking.boards import rota_week
from booking.errors import BookingError
from booking.forms.refusals import show_refusal
from booking.forms.rota import RenameForm
from booking.models import RotaDraft
from booking.rotas import drafts, grid, publishing, terms, unmoved
from booking.routes.access import the_actor
from booking.routes.ids import an_id
from booking.routes.rota.blueprint import for_leads, rota
from booking.routes.words_on_pages import day_in_words


@rota.get("/drafts/<int:draft_id>")
@for_leads
def draft(draft_id: int) -> ResponseReturnValue:
    shown = drafts.reachable(draft_id, the_actor())
    return _page(shown, RenameForm(formdata=None, name=shown.name))


def _page(shown: RotaDraft, form: RenameForm) -> ResponseReturnValue:
    if shown.rota is None:
        return _search("rota/search.html", shown)
    solved = drafts.Solved(shown)
    beside = terms.to_compare(solved)
    by_adviser = request.args.get("view") == "advisers"
    return render_template(
        "rota/draft.html",
        draft=shown,
        form=form,
        solved=solved,
        offices=grid.by_office(solved),
        advisers=grid.by_adviser(solved),
        by_adviser=by_adviser,
        days=rota_week.days_of(shown.week),
        why_not=publishing.why_not(shown),
        beside=list(beside),
        terms=terms.side_by_side(solved, *beside.values()),
        may_move_nobody=unmoved.is_another(solved) and shown.published_at is None,
        others=[
            each
            for each in drafts.of_week(shown.district_id, shown.week)
            if each.id != shown.id and each.rota is not None
        ],
    )


@rota.get("/drafts/<int:draft_id>/progress")
@for_leads
def progress(draft_id: int) -> ResponseReturnValue:
    """The part of the search's page that changes; the rota's own page once there is one."""
    shown = drafts.reachable(draft_id, the_actor())
    return _search("rota/_progress.html", shown)


@rota.post("/drafts/<int:draft_id>/stop")
@for_leads
def stop(draft_id: int) -> ResponseReturnValue:
    drafts.stop(draft_id=draft_id, by=the_actor())
    flash("The search stops; the best rota so far is kept.", "success")
    return redirect(url_for(".draft", draft_id=draft_id))


@rota.post("/drafts/<int:draft_id>/rename")
@for_leads
def rename(draft_id: int) -> ResponseReturnValue:
    by, form = the_actor(), RenameForm()
    shown = drafts.reachable(draft_id, by)
    if form.validate_on_submit():
        try:
            drafts.rename(draft_id=draft_id, name=form.name.data, by=by)
        except BookingError as refusal:
            show_refusal(form, refusal)
        else:
            flash("Renamed.", "success")
            return redirect(url_for(".draft", draft_id=draft_id))
    return _page(shown, form)


@rota.post("/drafts/<int:draft_id>/throw-away")
@for_leads
def throw_away(draft_id: int) -> ResponseReturnValue:
    version = request.form.get("version", 0, type=an_id)
    week = drafts.throw_away(draft_id=draft_id, version=version, by=the_actor())
    flash("The draft is gone.", "success")
    return redirect(url_for(".week", on_date=week))


@rota.post("/drafts/<int:draft_id>/unmoved")
@for_leads
def take_unmoved(draft_id: int) -> ResponseReturnValue:
    """The rota beside it that moves nobody, to look at, to change and to publish."""
    taken = unmoved.take(draft_id=draft_id, by=the_actor())
    flash("This is the rota that moves nobody, as a draft of its own.", "success")
    return redirect(url_for(".draft", draft_id=taken.id))


@rota.get("/drafts/<int:draft_id>/publish")
@for_leads
def preview(draft_id: int) -> ResponseReturnValue:
    """What publishing would do to the diary, before anybody does it."""
    solved = drafts.solved(draft_id, the_actor())
    refusal = publishing.why_not(solved.draft)
    return _preview(solved, [str(refusal)] if refusal else [])


@rota.post("/drafts/<int:draft_id>/publish")
@for_leads
def publish(draft_id: int) -> ResponseReturnValue:
    by = the_actor()
    solved = drafts.solved(draft_id, by)
    try:
        published = publishing.publish(
            draft_id=draft_id, version=request.form.get("version", 0, type=an_id), by=by
        )
    except publishing.RotaRefused as refusal:
        return _preview(solved, refusal.reasons), refusal.status
    except (drafts.DraftChanged, *publishing.NEVER) as refusal:
        return _preview(solved, [str(refusal)]), refusal.status
    week = day_in_words(published.week)
    flash(f"Published: the week of {week}. Everybody's diary shows it.", "success")
    for line in publishing.in_words(solved).gave_way:
        flash(f"{line}.", "message")
    return redirect(url_for("lead.sessions", week=published.week))


def _search(template: str, shown: RotaDraft) -> str:
    waits_long = drafts.waits_long(shown.run)
    return render_template(template, draft=shown, run=shown.run, waits_long=waits_long)


def _preview(solved: drafts.Solved, reasons: Sequence[str]) -> str:
    return render_template(
        "rota/publish.html",
        draft=solved.draft,
        changes=publishing.in_words(solved),
        reasons=reasons,
        may_publish=publishing.why_not(solved.draft) is None,
    )

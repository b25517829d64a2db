"""Trying two wordings in a district: started, looked at, ended, as a file."""

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from booking import wording as words
from booking import wording_trials
from booking.errors import BookingError
from booking.exchange import trial_export
from booking.forms.refusals import show_refusal
from booking.forms.wording import WordingForm
from booking.proportions import METHOD
from booking.routes.access import the_actor
from booking.routes.wording.blueprint import for_leads, name_of, the_text, wording
from booking.routes.wording.editor import look
from booking.wording import TheText
from booking.words import TextName


@wording.get("/trials")
@for_leads
def trials() -> ResponseReturnValue:
    return render_template("wording/trials.html", trials=wording_trials.of_district(by=the_actor()))


@wording.route("/<kind>/<language>/trial", methods=["GET", "POST"])
@for_leads
def try_words(kind: str, language: str) -> ResponseReturnValue:
    """The words to try against those in force."""
    by, text = the_actor(), the_text(kind, language)
    now = words.text_in_force(text, by=by)
    form = WordingForm(text=now.words)
    form.submit.label.text = "Start the trial"
    if form.validate_on_submit():
        try:
            trial = wording_trials.start(
                kind=text.kind,
                language=language,
                words=form.text.data,
                most_parts=form.most_parts,
                by=by,
            )
        except BookingError as refusal:
            show_refusal(form, refusal)
        else:
            flash("The trial runs from now.", "success")
            return redirect(url_for(".trial", trial_id=trial.id))
    return render_template(
        "wording/try.html",
        form=form,
        text=text,
        name=name_of(text),
        now=now,
        **look(text, form, by),
    )


@wording.get("/trials/<int:trial_id>")
@for_leads
def trial(trial_id: int) -> ResponseReturnValue:
    report = wording_trials.report(trial_id, by=the_actor())
    about = TheText(TextName(report.trial.kind), report.trial.language)
    return render_template("wording/trial.html", report=report, name=name_of(about), method=METHOD)


@wording.post("/trials/<int:trial_id>/end")
@for_leads
def end(trial_id: int) -> ResponseReturnValue:
    wording_trials.end(trial_id=trial_id, by=the_actor())
    flash("The trial has ended. Appointments drawn already are still counted.", "success")
    return redirect(url_for(".trial", trial_id=trial_id))


@wording.get("/trials/<int:trial_id>.csv")
@for_leads
def trial_file(trial_id: int) -> ResponseReturnValue:
    """The counts of each arm and their difference, for whoever wants to work them out again."""
    lines = trial_export.lines(wording_trials.report(trial_id, by=the_actor()))
    return Response(
        lines,
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="trial-{trial_id}.csv"'},
    )

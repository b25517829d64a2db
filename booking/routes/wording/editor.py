"""Writing a text: typed, looked at with the longest names, saved as a version, or taken back."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from booking import wording as words
from booking.errors import BookingError
from booking.forms.refusals import show_refusal
from booking.forms.wording import WordingForm
from booking.messages import wording_check
from booking.messages.wordings import MAY_BE_TRIED
from booking.rights import Actor
from booking.routes.access import the_actor
from booking.routes.wording.blueprint import (
    LANGUAGES,
    SENT_WHEN,
    for_keepers,
    name_of,
    the_text,
    wording,
)
from booking.wording import TheText


@wording.get("")
@for_keepers
def texts() -> ResponseReturnValue:
    """Every text with the words it goes out in, and whose they are."""
    by = the_actor()
    return render_template(
        "wording/texts.html",
        texts=words.every_text(by=by),
        of_district=by.district_id is not None,
        may_try=by.may("try wordings") and by.district_id is not None,
        tried=MAY_BE_TRIED,
        languages=LANGUAGES,
        sent_when=SENT_WHEN,
    )


@wording.route("/<kind>/<language>", methods=["GET", "POST"])
@for_keepers
def edit(kind: str, language: str) -> ResponseReturnValue:
    """The words of one text. Without JavaScript the second button shows what they come to."""
    by, text = the_actor(), the_text(kind, language)
    now = words.text_in_force(text, by=by)
    two_parts = now.wording is not None and now.wording.most_parts == 2
    form = WordingForm(text=now.words, two_parts=two_parts)
    if form.validate_on_submit() and "preview" not in request.form:
        try:
            words.save(text, form.text.data, most_parts=form.most_parts, by=by)
        except BookingError as refusal:
            show_refusal(form, refusal)
        else:
            flash("Saved. Texts sent from now on read like this.", "success")
            return redirect(_address(text))
    return render_template(
        "wording/edit.html",
        form=form,
        text=text,
        name=name_of(text),
        sent_when=SENT_WHEN[text.kind],
        now=now,
        history=words.history(text, by=by),
        channels=wording_check.channels_there_are(),
        fields=wording_check.fields_to_use(kind, language),
        of_district=by.district_id is not None,
        **look(text, form, by),
    )


@wording.post("/<kind>/<language>/preview")
@for_keepers
def preview(kind: str, language: str) -> ResponseReturnValue:
    """The preview alone, for the page that asks again while somebody types."""
    text = the_text(kind, language)
    return render_template("wording/_preview.html", **look(text, WordingForm(), the_actor()))


@wording.post("/<kind>/<language>/take-back")
@for_keepers
def take_back(kind: str, language: str) -> ResponseReturnValue:
    text = the_text(kind, language)
    try:
        words.take_back(text, by=the_actor())
    except BookingError as refusal:
        flash(str(refusal))
    else:
        flash("Your own words are taken back.", "success")
    return redirect(_address(text))


def look(text: TheText, form: WordingForm, by: Actor) -> dict[str, Any]:
    """What the preview shows: the text at its longest, or why it cannot be used."""
    shown: dict[str, Any] = {
        "longest": words.longest_names(text, by=by),
        "pence": words.pence_per_part(by=by),
        "checked": None,
        "problem": "",
    }
    try:
        shown["checked"] = words.preview(
            text, form.text.data or "", most_parts=form.most_parts, by=by
        )
    except BookingError as problem:
        shown["problem"] = str(problem)
    return shown


def _address(text: TheText) -> str:
    return url_for(
        "wording.edit", kind=text.kind, language=text.language, channel=text.channel or None
    )

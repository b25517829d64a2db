"""The rules a district or an office has of its own."""

from collections.abc import Callable
from functools import partial

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from booking import places as offices_and_rooms
from booking.errors import BookingError, NotFound
from booking.forms.refusals import show_refusal
from booking.forms.rules import RulesForm, rules_form
from booking.models import District, Office
from booking.routes.access import the_actor
from booking.routes.places.blueprint import for_keepers, places
from booking.rules import Rules


@places.route("/districts/<code>/rules", methods=["GET", "POST"])
@for_keepers
def district_rules(code: str) -> ResponseReturnValue:
    by = the_actor()
    district = next((d for d in offices_and_rooms.districts_in_reach(by) if d.code == code), None)
    if district is None:
        raise NotFound
    form = rules_form(Rules(), district.rule_overrides, whose="Default", of_district=True)
    save = partial(offices_and_rooms.save_district_rules, district_id=district.id, by=by)
    if _holds(form, Rules()) and _saved(form, district, save):
        flash("The district's rules are saved. Sessions open already stay as they are.", "success")
        return redirect(url_for(".district_rules", code=code))
    return render_template("places/rules.html", form=form, name=district.name, office=None)


@places.route("/offices/<code>/rules", methods=["GET", "POST"])
@for_keepers
def office_rules(code: str) -> ResponseReturnValue:
    by = the_actor()
    office = offices_and_rooms.office_of_code(code, by=by)
    base = office.district.rules
    form = rules_form(base, office.rule_overrides, whose="District", of_district=False)
    save = partial(offices_and_rooms.save_office, office_id=office.id, by=by)
    if _holds(form, base) and _saved(form, office, save):
        flash("The office's rules are saved. Sessions open already stay as they are.", "success")
        return redirect(url_for(".office", code=code))
    return render_template("places/rules.html", form=form, name=office.name, office=office)


def _saved(form: RulesForm, whose: District | Office, save: Callable[..., object]) -> bool:
    """Whether the rules were saved; if not the form says why, and shows what holds by now."""
    try:
        save(rule_overrides=form.overrides(), rules_seen=form.rules_seen())
    except BookingError as refusal:
        show_refusal(form, refusal)
        form.has_seen(whose.rule_overrides)
        return False
    return True


def _holds(form: RulesForm, base: Rules) -> bool:
    """Whether the form was sent and every rule in it can hold; each that cannot says why."""
    if not form.is_submitted():
        return False
    form.validate()
    for name, sentence in base.overridden(form.overrides()).problems().items():
        if name in form and not form[name].errors:
            form[name].errors = [sentence]
    return not form.errors

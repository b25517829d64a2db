"""Letters to print: the dated written notice of an appointment for whoever no text reaches."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from markupsafe import Markup

from booking import appointments, contacts, particulars, places
from booking.boards.call_list import calls
from booking.claimant_links import link_to
from booking.languages import language_of
from booking.models import Appointment
from booking.routes.access import audience, the_actor
from booking.routes.jobcentre.blueprint import STAFF

letters = Blueprint("letters", __name__, url_prefix="/letters")


@letters.get("/<int:appointment_id>")
@audience(*STAFF)
def letter(appointment_id: int) -> ResponseReturnValue:
    """One letter. Showing it issues the notice; the same again changes nothing."""
    written = appointments.visible(appointment_id, the_actor())
    return _printed([written], url_for("appointment.show", appointment_id=appointment_id))


@letters.get("/calls")
@audience(*STAFF)
def for_calls() -> ResponseReturnValue:
    """A letter for everybody on the call list who is better written to, one to a sheet."""
    by = the_actor()
    code = request.args.get("office")
    office = next((each for each in places.offices_in_reach(by) if each.code == code), None)
    to_ring = calls(by=by, office_id=office.id if office else None)
    to_write = [call.appointment for call in to_ring if call.by_letter]
    return _printed(to_write, url_for("calls.listed", office=code))


def _printed(written: Sequence[Appointment], back_href: str) -> ResponseReturnValue:
    large, alone = bool(request.args.get("large")), len(written) == 1
    return render_template(
        "letters/letters.html",
        sheets=[_sheet(each.id, large=large, alone=alone) for each in written],
        names=[each.claimant.called for each in written],
        large=large,
        as_large=url_for(request.endpoint or "", **{**_the_same(), "large": "y"}),
        back_href=back_href,
    )


def _the_same() -> dict[str, Any]:
    """What the address names, so that the same page can be asked for in another size."""
    return {**(request.view_args or {}), **request.args}


def _sheet(appointment_id: int, *, large: bool, alone: bool) -> Markup:
    """The letter in its claimant's language; a batch may be in two."""
    by = the_actor()
    notice = contacts.issue_notice(appointment_id=appointment_id, by=by, by_letter=True)
    appointment = appointments.visible(appointment_id, by)
    language = language_of(appointment.claimant)
    with force_locale(language):
        letter = render_template(
            "letters/_letter.html",
            appointment=appointment,
            facts=particulars.of(appointment, language),
            told=notice.contents,
            issued_at=notice.issued_at,
            link=link_to(appointment),
            large=large,
            alone=alone,
        )
    return Markup(letter)

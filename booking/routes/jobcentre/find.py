"""Finding a slot for the claimant at the desk."""

from flask import render_template
from flask.typing import ResponseReturnValue

from booking.boards import offers
from booking.routes.access import audience, the_actor
from booking.routes.jobcentre import looked_for
from booking.routes.jobcentre.asked import asked, carried
from booking.routes.jobcentre.blueprint import STAFF, jobcentre
from booking.routes.jobcentre.time_to_book import begun


@jobcentre.get("/find")
@audience(*STAFF)
def find() -> ResponseReturnValue:
    """Ranked free slots, this office first; a referral in the address is booked again."""
    by = the_actor()
    it = asked(by)
    good = it.form.validate()
    found = offers.search(it.form.needs(), office_id=it.office.id, by=by) if good else None
    if found is not None:
        count = len(found.here.offers) + sum(len(each.offers) for each in found.elsewhere)
        looked_for.note(it.form.needs(), office_id=it.office.id, offered=count, by=by)
    return render_template(
        "jobcentre/find.html",
        office=it.office,
        needs_form=it.form,
        referral=it.referral,
        found=found,
        carried={"started": begun(), **carried()},
        errors=not good,
    )

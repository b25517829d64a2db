"""The office today, its walkover board, and what became of one's referrals."""

from flask import render_template
from flask.typing import ResponseReturnValue

from booking import clock, diaries, handovers, referrals, waiting_list, walkovers
from booking.availability import Needs
from booking.boards import offers
from booking.forms.jobcentre import REASONS
from booking.models import Session
from booking.rights import Actor
from booking.routes.access import audience, the_actor
from booking.routes.jobcentre.asked import asked
from booking.routes.jobcentre.blueprint import REFERRERS, STAFF, jobcentre


@jobcentre.get("/office")
@audience(*STAFF)
def home() -> ResponseReturnValue:
    """Who is in, what is free and what has come free: the page a day starts from."""
    by = the_actor()
    it = asked(by)
    found = offers.search(Needs(), office_id=it.office.id, by=by)
    return render_template(
        "jobcentre/home.html",
        office=it.office,
        needs_form=it.form,
        here=found.here,
        elsewhere=found.elsewhere,
        waits=offers.waits(it.office.id, by=by),
        in_today=[_in_today(each) for each in diaries.office_day(it.office.id, clock.today())],
        today=clock.today(),
        handovers=handovers.of_user(by.user_id) if by.user_id else (),
        **_board(it.office.id, by),
    )


@jobcentre.get("/walkovers", endpoint="walkovers")
@audience(*STAFF)
def walkover_board() -> ResponseReturnValue:
    by = the_actor()
    it = asked(by)
    return render_template(
        "jobcentre/walkovers.html", office=it.office, needs_form=it.form, **_board(it.office.id, by)
    )


@jobcentre.get("/walkovers/gaps", endpoint="walkover_gaps")
@audience(*STAFF)
def walkover_gaps() -> ResponseReturnValue:
    """The board's live part alone."""
    by = the_actor()
    it = asked(by)
    return render_template("jobcentre/_gaps.html", office=it.office, **_board(it.office.id, by))


@jobcentre.get("/referrals", endpoint="referrals")
@audience(*REFERRERS)
def my_referrals() -> ResponseReturnValue:
    by = the_actor()
    mine = referrals.mine(by)
    return render_template(
        "jobcentre/referrals.html",
        mine=mine,
        waits=waiting_list.waiting_on([referral.id for referral, _ in mine]),
        lately=referrals.became_lately(by),
        reasons=REASONS,
    )


def _in_today(session: Session) -> dict[str, object]:
    """An adviser's half-day: places held, and those that can still be booked."""
    held, _ = diaries.booked(session)
    overbooked = sum(slot.overbooked for slot in session.slots)
    free = walkovers.free_from_now(session)
    return {"session": session, "free": free, "held": held, "overbooked": overbooked}


def _board(office_id: int, by: Actor) -> dict[str, object]:
    """Gaps that somebody left or that run now; whole slots to come are found as free ones."""
    gaps = [gap for gap in walkovers.gaps(office_id, by=by) if gap.why or gap.under_way]
    return {"gaps": sorted(gaps, key=lambda gap: (gap.slot.starts_at, gap.slot.id))}

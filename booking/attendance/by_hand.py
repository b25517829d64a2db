"""A level a lead sets by hand, with the reason; and back to the computed one."""

from booking import audit, clock
from booking.attendance import levels
from booking.database import db, use_case
from booking.errors import BadDetail, BookingError, NotFound, WrongState
from booking.models import Session
from booking.rights import Actor, reachable_office
from booking.words import SessionState


class BeyondTheCap(BookingError):
    code = "beyond_the_cap"


@use_case
def set_level(*, session_id: int, level: int, reason: str, by: Actor) -> Session:
    """Offer so many slots of a session whatever the forecast says; the reason is shown with it.

    Raises BadDetail naming the field, BeyondTheCap when the adviser's day would offer too many,
    WrongState for a session that is over, cancelled or for groups.
    """
    day, session = _locked(session_id, by)
    slots = len(levels.usable(session))
    if not 0 <= level <= slots:
        raise BadDetail("level", f"Enter a whole number from 0 to {slots}.")
    if not reason.strip():
        raise BadDetail("reason", "Say why the level is set by hand.")
    spoken_for = sum(levels.spoken_for(day, other) for other in day.sessions if other != session)
    cap = day.rules.daily_cap
    if level + spoken_for > cap:
        raise BeyondTheCap(
            f"{session.adviser.name} is offered at most {cap} a day, and {spoken_for} of them are "
            "in the other half of it."
        )
    _change(session, by, level=level, level_reason=reason.strip(), level_by=by.name)
    return session


@use_case
def back_to_computed(*, session_id: int, by: Actor) -> Session:
    """Let the forecast decide again."""
    _, session = _locked(session_id, by)
    if not session.level_reason:
        raise WrongState("The level is the computed one already.")
    _change(session, by, level_reason="", level_by="")
    return session


def can_set(session: Session) -> bool:
    """Whether `set_level` would have a level to set now."""
    return (
        session.kind in levels.ONE_TO_ONE
        and session.state == SessionState.PUBLISHED
        and session.on_date >= clock.today()
    )


def _locked(session_id: int, by: Actor) -> tuple[levels.AdviserDay, Session]:
    by.must("set a level")
    session = db.session.get(Session, session_id)
    if session is None:
        raise NotFound
    reachable_office(session.office, by)
    day = levels.locked_day(session.adviser_id, session.on_date)
    if not can_set(session):
        raise WrongState("That session has no level to set: it is over, cancelled or for a group.")
    return day, session


def _change(session: Session, by: Actor, **values: object) -> None:
    before, after = audit.change(session, **values)
    levels.settle_now(session.adviser_id, session.on_date)
    office_id = session.office_id
    audit.record(by, "set level", session, office_id=office_id, before=before, after=after)

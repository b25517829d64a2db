"""Leave that advisers ask for; granted, it is leave, and the rota goes round it."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from booking import audit, clock
from booking.advisers import record_leave_within
from booking.database import db, use_case
from booking.errors import AlreadyAnswered, BadDetail, NotFound
from booking.models import Adviser, LeaveRequest
from booking.rights import Actor
from booking.words import LeaveKind, RequestState


@use_case
def ask(
    *, adviser_id: int, kind: LeaveKind, first_on: date, last_on: date, by: Actor
) -> LeaveRequest:
    """Ask for whole days off; nothing changes until a lead answers."""
    by.must("ask about the rota")
    adviser = db.session.get(Adviser, adviser_id)
    if adviser is None or adviser.user_id != by.user_id:
        raise NotFound
    if last_on < first_on:
        raise BadDetail("last_on", "The last day is before the first.")
    if first_on < clock.today():
        raise BadDetail("first_on", "The first day is over.")
    request = LeaveRequest(
        adviser_id=adviser.id,
        kind=kind,
        first_on=first_on,
        last_on=last_on,
        state=RequestState.ASKED,
        asked_at=clock.now(),
    )
    db.session.add(request)
    audit.record(by, "asked for leave", request, after={"first_on": first_on, "last_on": last_on})
    return request


@use_case
def take_back(*, request_id: int, by: Actor) -> None:
    """Ask no more for what nobody has answered yet."""
    by.must("ask about the rota")
    request = db.session.get(LeaveRequest, request_id, with_for_update=True)
    if request is None or request.adviser.user_id != by.user_id:
        raise NotFound
    if request.state != RequestState.ASKED:
        raise AlreadyAnswered
    before = {"first_on": request.first_on, "last_on": request.last_on}
    audit.record(by, "took leave request back", request, before=before)
    db.session.delete(request)


@use_case
def grant(*, request_id: int, by: Actor) -> LeaveRequest:
    """Make it leave: empty sessions in it are cancelled, one with appointments stops it."""
    request = _open(request_id, by)
    record_leave_within(
        adviser_id=request.adviser_id,
        kind=request.kind,
        first_on=request.first_on,
        last_on=request.last_on,
        by=by,
    )
    return _answered(request, RequestState.GRANTED, "", by)


def granted_within(request: LeaveRequest, by: Actor) -> None:
    """Granted by what a repair has recorded already; runs inside its use case."""
    _answered(request, RequestState.GRANTED, "", by)


@use_case
def refuse(*, request_id: int, reason: str, by: Actor) -> LeaveRequest:
    """Say no, and why."""
    request = _open(request_id, by)
    if not reason.strip():
        raise BadDetail("reason", "Say why the leave cannot be given.")
    return _answered(request, RequestState.REFUSED, reason.strip(), by)


def asked_by(adviser_id: int) -> Sequence[LeaveRequest]:
    """What an adviser has asked for, the newest first."""
    return db.session.scalars(
        select(LeaveRequest)
        .where(LeaveRequest.adviser_id == adviser_id)
        .order_by(LeaveRequest.id.desc())
    ).all()


def open_of(adviser_id: int) -> Sequence[LeaveRequest]:
    """What an adviser has asked for and nobody has answered, locked, the oldest first."""
    return db.session.scalars(
        select(LeaveRequest)
        .where(LeaveRequest.adviser_id == adviser_id, LeaveRequest.state == RequestState.ASKED)
        .order_by(LeaveRequest.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()


def unanswered(district_id: int) -> Sequence[LeaveRequest]:
    return db.session.scalars(
        select(LeaveRequest)
        .where(
            LeaveRequest.adviser.has(district_id=district_id),
            LeaveRequest.state == RequestState.ASKED,
        )
        .order_by(LeaveRequest.first_on, LeaveRequest.id)
    ).all()


def _open(request_id: int, by: Actor) -> LeaveRequest:
    by.must("record leave")
    request = db.session.get(LeaveRequest, request_id, with_for_update=True)
    if request is None or not by.reaches_district(request.adviser.district_id):
        raise NotFound
    if request.state != RequestState.ASKED:
        raise AlreadyAnswered
    return request


def _answered(request: LeaveRequest, state: RequestState, answer: str, by: Actor) -> LeaveRequest:
    request.state, request.answer, request.answered_at = state, answer, clock.now()
    audit.record(by, "answered leave request", request, after={"state": state})
    return request

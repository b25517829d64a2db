"""Publishing a draft: sessions and slots made, all of them or none; no booked person is harmed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import select, update

from booking import audit, clock
from booking.database import db, use_case
from booking.errors import AdviserBusy, BookingError, CannotOpenSession, RoomBusy
from booking.models import Adviser, District, Office, RotaDraft
from booking.rights import Actor
from booking.rotas import drafts
from booking.rotas.drafts import AlreadyPublished, DraftChanged, DraftOutdated, Solved
from booking.rotas.half_days import WeekOver, is_over, when
from booking.rotas.news import advisers_told
from booking.rotas.seats import Seat, housed, room_for, seats_of
from booking.rotas.standing import Standing, standing
from booking.sessions import cancel_empty, open_session_within
from booking.words import SessionKind


class RotaRefused(BookingError):
    """The diary says no; each sentence names who and where."""

    code = "rota_refused"

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__("The rota cannot be published: " + " ".join(reasons))
        self.reasons = reasons


NEVER = (AlreadyPublished, WeekOver, DraftOutdated)  # what no second press will mend


@dataclass
class Changes:
    """What publishing does to the diary."""

    opened: list[Seat] = field(default_factory=list)
    kept: list[Standing] = field(default_factory=list)
    cancelled: list[Standing] = field(default_factory=list)
    gave_way: list[tuple[Seat, Standing]] = field(default_factory=list)
    """Seats that are not opened, each with the booked session elsewhere that stays instead."""


@use_case
def publish(*, draft_id: int, version: int, by: Actor) -> RotaDraft:
    """Make the week's sessions from the draft.

    Sessions with appointments stay as they are, and what the rota wants elsewhere of whoever is
    booked there gives way; empty ones that are not in the rota are cancelled. Raises
    DraftChanged, AlreadyPublished, WeekOver, DraftOutdated, or RotaRefused with a sentence for
    each conflict.
    """
    by.must("plan the rota")
    draft = drafts.reachable(draft_id, by)
    db.session.get(District, draft.district_id, with_for_update=True)  # one rota at a time
    db.session.refresh(draft)
    if refusal := why_not(draft):
        raise refusal
    if draft.version != version:
        raise DraftChanged
    solved = drafts.solved(draft_id, by)
    changes = changes_of(solved, lock=True)
    week = (draft.week, draft.week + timedelta(days=6))
    why = f"The rota of the week of {draft.week:%A} {draft.week.day} {draft.week:%B} is published."
    with advisers_told(draft.district, *week, why=why, by=by):
        for each in changes.cancelled:
            cancel_empty(each.session, by)
        db.session.flush()
        refusals = [line for seat in changes.opened for line in _open(seat, draft.week, by)]
        if refusals:
            raise RotaRefused(refusals)
    db.session.execute(
        update(RotaDraft)
        .where(RotaDraft.id == draft.id)
        .values(version=version + 1, published_at=clock.now(), published_by=by.name)
    )
    db.session.refresh(draft)
    audit.record(
        by,
        "published rota",
        draft,
        after={
            "week": draft.week,
            "draft": draft.name,
            "opened": len(changes.opened),
            "kept": len(changes.kept),
            "cancelled": len(changes.cancelled),
            "gave_way": len(changes.gave_way),
        },
    )
    return draft


def why_not(draft: RotaDraft) -> BookingError | None:
    """What keeps a draft from being published, whoever asks."""
    if draft.published_at is not None:
        return AlreadyPublished()
    if is_over(draft.week):
        return WeekOver()
    return DraftOutdated() if _published_since(draft) else None


def changes_of(solved: Solved, *, lock: bool = False) -> Changes:
    """What publishing would do, as the diary stands."""
    draft = solved.draft
    there = standing(draft.district_id, draft.week, lock=lock)
    wanted = {
        (seat.adviser_id, seat.session): seat
        for seat in seats_of(solved)
        if when(draft.week, seat.session)[0] >= clock.today()
    }
    changes = Changes()
    for each in there:
        session = each.session
        seat = wanted.get((session.adviser_id, each.index))
        same_office = seat is not None and seat.office_id == session.office_id
        same = seat is not None and same_office and seat.room_id == session.room_id
        if each.stays or same:
            changes.kept.append(each)
            if same_office:
                del wanted[session.adviser_id, each.index]
        else:
            changes.cancelled.append(each)
    for seat in list(wanted.values()):
        instead = next((each for each in changes.kept if _holds_elsewhere(each, seat)), None)
        if instead is not None:
            changes.gave_way.append((wanted.pop((seat.adviser_id, seat.session)), instead))
    changes.opened = housed(list(wanted.values()), changes.kept)
    return changes


def _holds_elsewhere(each: Standing, seat: Seat) -> bool:
    """Whether a booking made since the rota was found keeps the adviser elsewhere that day."""
    session = each.session
    return (
        each.booked > 0
        and session.kind == SessionKind.INTERVIEWS
        and session.adviser_id == seat.adviser_id
        and session.office_id != seat.office_id
        and each.index // 2 == seat.session // 2
    )


@dataclass(frozen=True)
class ChangesInWords:
    """What publishing would do, a line for each session; `kept` only those with appointments."""

    opened: Sequence[str]
    kept: Sequence[str]
    cancelled: Sequence[str]
    gave_way: Sequence[str]
    as_they_are: int


def in_words(solved: Solved) -> ChangesInWords:
    """The changes for people to read before they are made."""
    changes = changes_of(solved)
    names = {
        kind: {row_id: name for name, row_id in rows.items()}
        for kind, rows in solved.draft.keys.items()
    }
    opened = []
    for seat in sorted(changes.opened, key=lambda seat: (seat.session, seat.office_id)):
        place = names["rooms"][seat.room_id] if seat.room_id else "a venue nearby"
        opened.append(f"{_half_day(solved, seat)}: {names['advisers'][seat.adviser_id]}, {place}")
    return ChangesInWords(
        opened,
        [_in_words(each) for each in changes.kept if each.booked],
        [_in_words(each) for each in changes.cancelled],
        [
            f"{_half_day(solved, seat)}: {names['advisers'][seat.adviser_id]} stays at"
            f" {instead.session.office.name}, where somebody is booked that day, and nobody comes"
            f" to {names['offices'][seat.office_id]} instead"
            for seat, instead in changes.gave_way
        ],
        sum(not each.booked for each in changes.kept),
    )


def _half_day(solved: Solved, seat: Seat) -> str:
    on, half_day = when(solved.draft.week, seat.session)
    return f"{on:%A} {half_day}"


def _in_words(each: Standing) -> str:
    session = each.session
    where = f"{session.room.name} at {session.office.name}" if session.room else "by telephone"
    booked = f", {each.booked} booked" if each.booked else ""
    return f"{session.on_date:%A} {session.half_day}: {session.adviser.name}, {where}{booked}"


def _open(seat: Seat, week: date, by: Actor) -> Iterator[str]:
    """Open the session of a seat; a sentence when the diary refuses it."""
    on, half_day = when(week, seat.session)
    adviser = db.session.get_one(Adviser, seat.adviser_id)
    office = db.session.get_one(Office, seat.office_id)
    where = f"{adviser.name}, {on:%A} {half_day} at {office.name}"
    room = room_for(seat, office, week)
    if room is None:
        yield f"{where}: no room is free."
        return
    try:
        with db.session.begin_nested():
            open_session_within(
                office_id=room.office_id,
                adviser_id=adviser.id,
                on=on,
                half_day=half_day,
                room_id=room.id,
                by=by,
            )
    except (CannotOpenSession, AdviserBusy, RoomBusy) as refusal:
        yield f"{where}: {refusal}"


def _published_since(draft: RotaDraft) -> bool:
    """Whether another rota of the week was published after this one's problem was written."""
    later = select(RotaDraft.id).where(
        RotaDraft.district_id == draft.district_id,
        RotaDraft.week == draft.week,
        RotaDraft.published_at > draft.created_at,
    )
    return db.session.scalar(later.limit(1)) is not None

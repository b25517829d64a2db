"""Drafts of a week's rota: proposed, read, renamed, thrown away; two leads never overwrite."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from sqlalchemy import select

from booking import audit, clock
from booking.database import db, refused, use_case
from booking.errors import BadDetail, BookingError, NotFound
from booking.models import District, RotaDraft, RotaRun
from booking.rights import Actor
from booking.rotas import problem
from booking.rotas.half_days import must_not_be_over
from booking.words import RunState
from optimizer.rota.problem import Problem
from optimizer.rota.problem_file import parse_problem
from optimizer.rota.rota import Rota, parse_rota

LONGEST_SEARCH_SECONDS = 600
_A_LONG_WAIT = timedelta(minutes=1)


class DraftNameTaken(BookingError):
    code = "draft_name_taken"
    sentence = "There is a draft of that name for the week already."


class DraftChanged(BookingError):
    """Somebody else changed the draft since the page was read."""

    code = "draft_changed"
    sentence = "Somebody has changed this draft since you opened it. Look at it again."


class DraftOutdated(BookingError):
    """The diary is another rota's by now."""

    code = "draft_outdated"
    sentence = (
        "Another rota of this week has been published since this draft was made. Propose again."
    )


class AlreadyPublished(BookingError):
    """A published rota is the diary's: it stays as the record of what was published."""

    code = "already_published"
    sentence = "This rota is published. To change the week, propose another rota or repair it."


class NoRotaYet(BookingError):
    code = "no_rota_yet"
    sentence = "This draft has no rota yet."


@dataclass(frozen=True)
class Solved:
    """A draft that has a rota, with both documents read."""

    draft: RotaDraft

    @cached_property
    def problem(self) -> Problem:
        return parse_problem(self.draft.problem.encode())

    @cached_property
    def rota(self) -> Rota:
        assert self.draft.rota is not None
        return parse_rota(self.draft.rota.encode())

    @cached_property
    def unmoved(self) -> Rota | None:
        """The best rota that moves nobody; None where the search was stopped before it."""
        written = self.draft.run.unmoved
        return parse_rota(written.encode()) if written else None

    @property
    def rota_sha256(self) -> str:
        """Names the rota as it stands: whoever changes it makes it another."""
        return hashlib.sha256((self.draft.rota or "").encode()).hexdigest()

    @cached_property
    def by_hand(self) -> frozenset[tuple[str, int]]:
        """Adviser and day wherever the rota is not as the solver left it."""
        assert self.draft.proposed_rota is not None
        then, now = (
            {(each.adviser, each.day): each for each in rota.assignments}
            for rota in (parse_rota(self.draft.proposed_rota.encode()), self.rota)
        )
        return frozenset(key for key in then.keys() | now.keys() if then.get(key) != now.get(key))


@use_case
def propose(
    *, district_id: int, week: date, name: str = "", seconds: int = 60, by: Actor
) -> RotaDraft:
    """Write the week's problem from the diary and ask for its rota; a worker takes it up."""
    by.must("plan the rota")
    district = db.session.get(District, district_id)
    if district is None or not by.reaches_district(district.id):
        raise NotFound
    _check_week(week)
    if not 1 <= seconds <= LONGEST_SEARCH_SECONDS:
        raise BadDetail("seconds", f"Search for 1 to {LONGEST_SEARCH_SECONDS} seconds.")
    built, now = problem.build(district, week), clock.now()
    draft = RotaDraft(
        district_id=district.id,
        week=week,
        name=name.strip() or _next_name(district.id, week),
        problem=built.text,
        keys=built.keys,
        created_at=now,
        created_by=by.name,
        changed_at=now,
        changed_by=by.name,
        run=RotaRun(state=RunState.ASKED, seconds_allowed=seconds, asked_at=now),
    )
    with refused(uq_rota_draft_district_id_week_name=DraftNameTaken):
        db.session.add(draft)
    audit.record(by, "proposed rota", draft, after={"week": week, "draft": draft.name})
    return draft


@use_case
def stop(*, draft_id: int, by: Actor) -> RotaDraft:
    """End the search; the best rota so far is kept with its bound."""
    by.must("plan the rota")
    draft = reachable(draft_id, by)
    draft.run.stop_asked = True
    audit.record(by, "stopped search", draft)
    return draft


@use_case
def rename(*, draft_id: int, name: str, by: Actor) -> RotaDraft:
    by.must("plan the rota")
    draft = reachable(draft_id, by)
    with refused(uq_rota_draft_district_id_week_name=DraftNameTaken):
        before, after = audit.change(draft, name=name.strip())
    audit.record(by, "renamed rota", draft, before=before, after=after)
    return draft


@use_case
def throw_away(*, draft_id: int, version: int, by: Actor) -> date:
    """Delete a draft nobody published and nobody changed meanwhile; returns its week."""
    by.must("plan the rota")
    draft = held(draft_id, by)
    if draft.published_at is not None:
        raise BookingError("A published rota is kept.")
    if draft.version != version:
        raise DraftChanged
    audit.record(by, "threw rota away", draft, before={"week": draft.week, "draft": draft.name})
    db.session.delete(draft)
    return draft.week


def reachable(draft_id: int, by: Actor) -> RotaDraft:
    """The draft; NotFound when out of reach."""
    by.must("plan the rota")
    draft = db.session.get(RotaDraft, draft_id)
    if draft is None or not by.reaches_district(draft.district_id):
        raise NotFound
    return draft


def held(draft_id: int, by: Actor) -> RotaDraft:
    """The draft, which nobody else changes or throws away until this use case has ended."""
    by.must("plan the rota")
    row = select(RotaDraft).where(RotaDraft.id == draft_id)
    draft = db.session.scalar(row.with_for_update().execution_options(populate_existing=True))
    if draft is None or not by.reaches_district(draft.district_id):
        raise NotFound
    return draft


def solved(draft_id: int, by: Actor) -> Solved:
    """The draft with its rota; NoRotaYet while it has none."""
    draft = reachable(draft_id, by)
    if draft.rota is None:
        raise NoRotaYet
    return Solved(draft)


def of_week(district_id: int, week: date) -> Sequence[RotaDraft]:
    """The drafts of a week, the newest first."""
    return db.session.scalars(
        select(RotaDraft)
        .where(RotaDraft.district_id == district_id, RotaDraft.week == week)
        .order_by(RotaDraft.id.desc())
    ).all()


def waits_long(run: RotaRun) -> bool:
    """Whether no worker has taken the search up for longer than a busy one needs."""
    return run.state == RunState.ASKED and clock.now() - run.asked_at > _A_LONG_WAIT


def _check_week(week: date) -> None:
    if week.weekday() != 0:
        raise BadDetail("week", f"A rota's week starts on a Monday, and {week} is none.")
    must_not_be_over(week)


def _next_name(district_id: int, week: date) -> str:
    names = {draft.name for draft in of_week(district_id, week)}
    number = len(names) + 1
    while f"Draft {number}" in names:
        number += 1
    return f"Draft {number}"

"""What a week's rota is made from: demand, people, rooms that are lost, drafts so far."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from operator import and_

from sqlalchemy import select
from sqlalchemy.orm import load_only

from booking import clock
from booking.database import db
from booking.errors import NotFound
from booking.models import Adviser, AdviserLeave, Closure, District, Office, RotaDraft, RotaWish
from booking.rights import Actor
from booking.rotas import drafts, leave_requests, news, wishes
from booking.rotas.availability import Week, available
from booking.rotas.coverage import days_wanted
from booking.rotas.expected import Expected, expected
from booking.rotas.half_days import DAYS, SESSIONS, day_of, is_over
from booking.rotas.offering import interview_rooms
from booking.rotas.plans import Plan, plans_of
from booking.rotas.problem import advisers_of, offices_of
from booking.rotas.standing import in_brief, standing

WEEKS_AHEAD = 8
_PUBLISHED = (RotaDraft.published_at, RotaDraft.published_by)


@dataclass(frozen=True)
class WeekInList:
    """A week to choose: what is in its diary, and the drafts made for it."""

    monday: date
    sessions: int
    booked: int
    drafts: int
    published: RotaDraft | None


@dataclass(frozen=True)
class OfficeDemand:
    office: Office
    days_wanted: int
    rooms: int  # where interviews can be held
    sessions: Sequence[Expected]


@dataclass(frozen=True)
class Person:
    adviser: Adviser
    half_days: int  # when they can work and some office is open
    plan: Plan
    leave: Sequence[AdviserLeave]
    wishes: Sequence[RotaWish]


@dataclass(frozen=True)
class Preparation:
    monday: date
    offices: Sequence[OfficeDemand]
    people: Sequence[Person]
    closures: Sequence[Closure]
    drafts: Sequence[RotaDraft]
    not_seen: Sequence[str]  # advisers who have not said yet that they read what changed

    @property
    def days(self) -> Sequence[date]:
        return days_of(self.monday)

    @property
    def is_over(self) -> bool:
        return is_over(self.monday)


def days_of(monday: date) -> Sequence[date]:
    """Monday to Friday."""
    return [day_of(monday, day) for day in range(DAYS)]


def the_district(by: Actor) -> District:
    """The district the actor plans; one without a district plans none."""
    by.must("plan the rota")
    district = db.session.get(District, by.district_id) if by.district_id else None
    if district is None:
        raise NotFound
    return district


def weeks(*, by: Actor) -> list[WeekInList]:
    """This week and those ahead."""
    district = the_district(by)
    monday = clock.monday_of(clock.today())
    mondays = [monday + timedelta(weeks=n) for n in range(WEEKS_AHEAD)]
    made = db.session.scalars(
        select(RotaDraft)
        .where(RotaDraft.district_id == district.id, RotaDraft.week.in_(mondays))
        .options(load_only(RotaDraft.week, RotaDraft.name, *_PUBLISHED))
    ).all()
    return [
        _in_list(district, week, [draft for draft in made if draft.week == week])
        for week in mondays
    ]


def unanswered(*, by: Actor) -> int:
    """How many things advisers have asked for and nobody has answered."""
    district = the_district(by)
    return len(leave_requests.unanswered(district.id)) + len(wishes.unanswered(district.id))


def _in_list(district: District, monday: date, made: Sequence[RotaDraft]) -> WeekInList:
    sessions, booked = in_brief(district.id, monday)
    published = [draft for draft in made if draft.published_at is not None]
    last = max(published, key=lambda draft: draft.published_at or draft.created_at, default=None)
    return WeekInList(monday, sessions, booked, len(made), last)


def prepare(monday: date, *, by: Actor) -> Preparation:
    """Everything the week's problem is written from."""
    district = the_district(by)
    offices, people = offices_of(district, monday), advisers_of(district)
    wanted = expected(offices, monday)
    plans = plans_of(people, offices, monday)
    noted = wishes.granted(district.id, monday)
    days = days_wanted(offices, monday)
    week = Week(monday, standing(district.id, monday))
    friday = day_of(monday, DAYS - 1)
    open_somewhere = [any(each[s].capacity for each in wanted.values()) for s in range(SESSIONS)]
    return Preparation(
        monday,
        [
            OfficeDemand(
                office,
                days[office.id],
                len(interview_rooms(office)),
                wanted[office.id],
            )
            for office in offices
        ],
        [
            Person(
                adviser,
                sum(map(and_, available(adviser, week), open_somewhere)),
                plans[adviser.id],
                [
                    each
                    for each in adviser.leave
                    if each.first_on <= friday and monday <= each.last_on
                ],
                [wish for wish in noted if wish.adviser_id == adviser.id],
            )
            for adviser in people
        ],
        [
            closure
            for office in offices
            for closure in office.closures
            if _falls_in(closure, monday, friday)
        ],
        drafts.of_week(district.id, monday),
        news.not_seen_of(district, monday, day_of(monday, 6)),
    )


def _falls_in(closure: Closure, monday: date, friday: date) -> bool:
    """Whether it takes something away on any working day of the week."""
    days = [closure.weekday] if closure.weekday is not None else range(DAYS)
    return any(
        closure.first_on <= monday + timedelta(days=day) <= min(closure.last_on, friday)
        for day in days
    )

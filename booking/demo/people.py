"""The demo's staff: advisers of both organisations, reception, a lead, an administrator."""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta

from booking import clock
from booking.accounts import hashed_password
from booking.database import db
from booking.demo.names import EMAIL_DOMAIN, email
from booking.demo.places import Offices
from booking.models import (
    Adviser,
    AdviserLeave,
    AdviserPlan,
    District,
    RotaWish,
    User,
    WorkingHours,
)
from booking.words import LeaveKind, RequestState, Role, WishKind

PASSWORD = "local-diaries-demo"

# Who signs in to look round: an address one can remember for each role.
SIGN_INS: Mapping[Role, str] = {
    Role.JOBCENTRE_ADVISER: f"jobcentre@{EMAIL_DOMAIN}",
    Role.NEXT_STEP_ADVISER: f"nextstep@{EMAIL_DOMAIN}",
    Role.RECEPTION: f"reception@{EMAIL_DOMAIN}",
    Role.DISTRICT_LEAD: f"lead@{EMAIL_DOMAIN}",
    Role.ADMIN: f"admin@{EMAIL_DOMAIN}",
}

# Jobcentre advisers at each office: thirty in all; receptions at the three largest.
_AT_JOBCENTRES = {"T": 6, "N": 4, "O": 3, "M": 5, "L": 2, "G": 3, "C": 3, "H": 2, "S": 2}
_RECEPTIONS = "TNM"

_FULL_TIME = (time(8, 30), time(17))
_MORNINGS = (time(8, 30), time(13))
_AFTERNOONS = (time(13), time(17))


@dataclass(frozen=True)
class Diary:
    """One Next Step adviser's week: a letter of an office for each day, `.` for none."""

    week: str
    hours: tuple[time, time] = _FULL_TIME
    languages: Sequence[str] = ()
    days_off: Sequence[int] = ()


DIARIES: Sequence[Diary] = (
    Diary("TTTT."),  # dedicated to Thistlewick, as the next is
    Diary(".TTTT", languages=("Polish",)),
    Diary("NN.NN"),
    Diary("MMM.M", languages=("Urdu", "Punjabi")),
    Diary("MWMW."),
    Diary(".NPN.", days_off=(0,)),
    Diary("O.O.O"),
    Diary("GG.G.", languages=("Welsh",)),
    Diary("C.C.C", days_off=(1,)),
    Diary("HOH.."),
    Diary(".B.LB"),
    Diary("TGCM.", languages=("Arabic", "French")),
    Diary("M.N.T", hours=_MORNINGS),
    Diary(".C.G.", hours=_MORNINGS, days_off=(0, 4)),
    Diary("T.BTB"),
    Diary("P..HN", languages=("British Sign Language",)),
    Diary(".CG.C", hours=_AFTERNOONS),
    Diary("WM.MW"),
)


@dataclass(frozen=True)
class Staff:
    """Everybody who works in the district; Jobcentre advisers by the letter of their office."""

    advisers: Sequence[Adviser]
    jobcentre: Mapping[str, Sequence[User]]
    receptions: Mapping[str, User]
    lead: User


def add_staff(district: District, offices: Offices, monday: date, names: Iterator[str]) -> Staff:
    """Accounts for all, who sign in with one password, and the Next Step advisers' diaries."""
    hire = _Accounts(district, names)
    lead = hire.account(Role.DISTRICT_LEAD)
    hire.account(Role.ADMIN)
    receptions = {letter: hire.account(Role.RECEPTION, letter, offices) for letter in _RECEPTIONS}
    jobcentre = {
        letter: [hire.account(Role.JOBCENTRE_ADVISER, letter, offices) for _ in range(count)]
        for letter, count in _AT_JOBCENTRES.items()
    }
    advisers = [_adviser(district, diary, hire) for diary in DIARIES]
    _enter_leave(advisers, monday)
    db.session.add_all([*hire.accounts, *advisers])
    db.session.flush()
    db.session.add_all(_for_the_rota(advisers, offices, lead))
    db.session.flush()
    return Staff(advisers, jobcentre, receptions, lead)


class _Accounts:
    """Makes accounts; the first of each role has the address of the demo's sign-in."""

    def __init__(self, district: District, names: Iterator[str]) -> None:
        self.district, self.names = district, names
        self.accounts: list[User] = []
        self.password_hash = hashed_password(PASSWORD)  # slow on purpose, so once for all
        self.remembered = dict(SIGN_INS)

    def account(self, role: Role, letter: str = "", offices: Offices | None = None) -> User:
        name = next(self.names)
        user = User(
            email=self.remembered.pop(role, email(name)),
            name=name,
            role=role,
            district=None if role == Role.ADMIN else self.district,
            office=offices[letter] if offices else None,
            password_hash=self.password_hash,
            security_stamp=secrets.token_hex(8),
            must_change_password=False,
        )
        self.accounts.append(user)
        return user


def _adviser(district: District, diary: Diary, hire: _Accounts) -> Adviser:
    user = hire.account(Role.NEXT_STEP_ADVISER)
    starts, ends = diary.hours
    return Adviser(
        district=district,
        user=user,
        name=user.name,
        languages=list(diary.languages),
        hours=[
            WorkingHours(weekday=day, starts=starts, ends=ends)
            for day in range(5)
            if day not in diary.days_off
        ],
    )


def _for_the_rota(
    advisers: Sequence[Adviser], offices: Offices, lead: User
) -> Iterator[AdviserPlan | RotaWish]:
    """Days at most as each works now; who is always at one office is dedicated to it."""
    now = clock.now()
    for adviser, diary in zip(advisers, DIARIES, strict=True):
        days = [(day, letter) for day, letter in enumerate(diary.week) if letter in offices]
        yield AdviserPlan(adviser_id=adviser.id, max_days=len(days))
        if len({letter for _, letter in days}) == 1:
            for day, letter in days:
                yield RotaWish(
                    adviser_id=adviser.id,
                    office_id=offices[letter].id,
                    kind=WishKind.DEDICATED,
                    weekday=day,
                    state=RequestState.GRANTED,
                    asked_at=now,
                    asked_by=lead.name,
                    answered_at=now,
                )


def _enter_leave(advisers: Sequence[Adviser], monday: date) -> None:
    """A week's holiday, two days ill, a day's training: the rota goes round them."""
    for number, kind, starts_after, days in (
        (5, LeaveKind.ANNUAL, 7, 5),
        (11, LeaveKind.SICK, 1, 2),
        (8, LeaveKind.TRAINING, 16, 1),
    ):
        first_on = monday + timedelta(days=starts_after)
        last_on = first_on + timedelta(days=days - 1)
        advisers[number].leave.append(AdviserLeave(kind=kind, first_on=first_on, last_on=last_on))

"""What happened to a published week: somebody off, a room lost, an office shut."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from booking.errors import BadDetail, NotFound
from booking.models import Adviser, Office, Room, Session
from booking.rotas.half_days import SESSIONS, when
from booking.words import MishapKind

_LONGEST = timedelta(weeks=4)


@dataclass(frozen=True)
class Mishap:
    """Who or what is lost, from one day to another."""

    kind: MishapKind
    first_on: date
    last_on: date
    adviser: Adviser | None = None
    office: Office | None = None
    room: Room | None = None

    def must_hold(self) -> None:
        """Raises BadDetail naming the field that makes no sense."""
        if self.last_on < self.first_on:
            raise BadDetail("last_on", "The last day is before the first.")
        if self.last_on - self.first_on > _LONGEST:
            raise BadDetail("last_on", f"Repair at most {_LONGEST.days // 7} weeks at a time.")
        missing = self.adviser is None if self.kind == MishapKind.ADVISER_OFF else not self.office
        if missing or (self.kind == MishapKind.ROOM_LOST and self.room is None):
            raise NotFound

    def hits(self, session: Session) -> bool:
        """Whether a session cannot be held as it was published."""
        if not self.first_on <= session.on_date <= self.last_on:
            return False
        if self.kind == MishapKind.ADVISER_OFF:
            return self.adviser is not None and session.adviser_id == self.adviser.id
        if self.kind == MishapKind.ROOM_LOST:
            return self.room is not None and session.room_id == self.room.id
        # A telephone session needs no office; who works from it works from elsewhere.
        return (
            self.office is not None
            and session.office_id == self.office.id
            and session.room_id is not None
        )

    def half_days(self, week: date) -> Sequence[int]:
        """Which of the week's ten half-days it is about."""
        return [
            session
            for session in range(SESSIONS)
            if self.first_on <= when(week, session)[0] <= self.last_on
        ]

    @property
    def in_words(self) -> str:
        """`Ada Invented is off, Wed 20 Jan to Fri 22 Jan`."""
        days = f"{self.first_on:%a} {self.first_on.day} {self.first_on:%b}"
        if self.last_on != self.first_on:
            days += f" to {self.last_on:%a} {self.last_on.day} {self.last_on:%b}"
        office = self.office.name if self.office else ""
        what = {
            MishapKind.ADVISER_OFF: f"{self.adviser.name if self.adviser else ''} is off",
            MishapKind.ROOM_LOST: f"{self.room.name if self.room else ''} at {office} is lost",
            MishapKind.OFFICE_SHUT: f"{office} is shut",
        }
        return f"{what[self.kind]}, {days}"

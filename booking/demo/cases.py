"""The demo's claimants: invented people, each referred by a Jobcentre adviser of the district."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from random import Random
from typing import TypeVar

from booking.claimants import name_key
from booking.demo.names import mobile
from booking.demo.people import Staff
from booking.demo.places import Offices
from booking.models import Claimant, District, Referral, Room, Slot, User
from booking.words import ReferralReason, Stage

T = TypeVar("T")

# Which Jobcentres send people to an office: one letter is drawn from the word.
_SENT_FROM = {
    "T": "TTTTTN",
    "N": "NNNNO",
    "O": "OOON",
    "M": "MMMMT",
    "L": "LLLG",
    "G": "GGGL",
    "C": "CCCS",
    "H": "HHMS",
    "B": "T",
    "P": "NO",
    "W": "M",
}
_STAGES = {Stage.STAGE_1: 15, Stage.STAGE_2: 15, Stage.STAGE_3: 70}  # 000:992-997, roughly
_REASONS = {
    ReferralReason.SKILLS_HEALTH_CHECK: 60,
    ReferralReason.CHANGE_OF_WORK: 18,
    ReferralReason.TRAINING_ADVICE: 14,
    ReferralReason.RETURN_TO_WORK: 8,
}
_GOALS = (
    *("care work", "warehouse work", "driving", "office work", "gardening", "catering", "retail"),
    *("working with children", "joinery", "call centre work", "not sure yet", ""),
)
_LANGUAGES = ("Polish", "Urdu", "Arabic", "French", "Welsh")


@dataclass
class Case:
    """One claimant's referral, as it goes from booking to booking."""

    claimant: Claimant
    referral: Referral
    referrer: User
    phone_works: bool
    seen: int = 0  # one-to-one sessions attended, of the three that are funded
    last_slot: Slot | None = field(default=None, repr=False)
    last_settled_at: datetime | None = None

    def can_use(self, room: Room | None) -> bool:
        """Whether the claimant can get in and be private; by telephone, always."""
        person = self.claimant
        return room is None or (
            room.step_free >= person.needs_step_free and room.private >= person.needs_private
        )

    def opened(self, at: datetime) -> None:
        """Date the referral and the record of a new claimant."""
        self.referral.created_at = self.claimant.created_at = at


@dataclass
class Cases:
    """New claimants on demand, in an order that the seed decides."""

    district: District
    offices: Offices
    staff: Staff
    names: Iterator[str]
    today: date
    random: Random

    def letter(self, slot: Slot) -> str:
        """The office of a slot as the rota names it."""
        return self._letters[slot.session.office_id]

    @cached_property
    def _letters(self) -> dict[int, str]:
        return {office.id: letter for letter, office in self.offices.items()}

    def new(self, slot: Slot) -> Case:
        """Somebody new, referred to the office of the slot; `opened` says when."""
        letter = self.random.choice(_SENT_FROM[self.letter(slot)])
        referrer = self.random.choice(self.staff.jobcentre[letter])
        claimant = self._claimant(slot.session.room)
        referral = Referral(
            district_id=self.district.id,
            claimant=claimant,
            office=self.offices[letter],
            referred_by=referrer,
            stage=_drawn(self.random, _STAGES),
            reason=_drawn(self.random, _REASONS),
            job_goal=self.random.choice(_GOALS),
        )
        return Case(claimant, referral, referrer, phone_works=self.random.random() > 0.03)

    def _claimant(self, room: Room | None) -> Claimant:
        """Somebody who can use the room they are booked into."""
        random, name = self.random, next(self.names)
        weekday = random.randrange(5)
        signing_from = self.today - timedelta(days=self.today.weekday() - weekday)
        return Claimant(
            district_id=self.district.id,
            name=name,
            name_key=name_key(name),
            mobile=mobile(random),
            signing_weekday=weekday,
            signing_from=signing_from + timedelta(weeks=random.randrange(2)),
            language=random.choice(_LANGUAGES) if random.random() < 0.06 else "",
            needs_step_free=random.random() < 0.05 and (room is None or room.step_free),
            needs_private=random.random() < 0.08 and (room is None or room.private),
            available_from=time(9, 30) if random.random() < 0.10 else None,
            available_until=time(15) if random.random() < 0.12 else None,
        )


def _drawn(random: Random, shares: Mapping[T, int]) -> T:
    return random.choices(list(shares), weights=list(shares.values()))[0]

"""What a claimant needs to know of an appointment, put once for card, texts and calendar."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from babel.dates import format_date

from booking import clock
from booking.models import Appointment, Slot
from booking.words import SessionKind


def N_(words: str) -> str:
    """Words that pages show in Welsh too: the catalogue of translations is made from them."""
    return words


WHAT_TO_BRING = (
    N_("your CV, if you have one"),
    N_("any certificates"),
    N_("anything you have applied for"),
)
WHAT_TO_EXPECT = (
    "A 45-minute talk, one to one and in private, about your skills and the work you want.",
    "You leave with a short written plan that is yours.",
    "It is about your next step. It is not an interview for your claim.",
)
BRING_IN_A_TEXT = {"en": "any CV", "cy": "unrhyw CV"}
PURPOSE = N_("to talk about your skills, and the work and training that would suit you")
WHO = N_("Next Step careers adviser")
_ON_ARRIVAL = "Report to reception"  # where the office says nothing of its own
_BY_TELEPHONE = "We will ring you"
_PLACE_BY_TELEPHONE = {"en": "by telephone", "cy": "galwad gennym ni"}
# An office's own words stay as the office wrote them.
_ARRIVAL_IN_WELSH = {
    _ON_ARRIVAL: "Ewch i'r dderbynfa",
    _BY_TELEPHONE: "Byddwn yn eich ffonio",
}
_DATE = "EEEE d MMMM y"


@dataclass(frozen=True)
class Particulars:
    """When, where, whom and why; `arrival` is one short sentence without its full stop."""

    reference: str
    claimant: str
    starts_at: datetime
    ends_at: datetime
    adviser: str
    office: str
    address: str
    room: str
    arrival: str
    phone: str
    by_telephone: bool
    language: str = "en"

    @property
    def date_in_words(self) -> str:
        """`Wednesday 25 November 2026`, `Dydd Mercher 25 Tachwedd 2026`."""
        return date_words(self.starts_at, self.language)

    @property
    def time_in_words(self) -> str:
        """`10:30am to 11:15am`, `10:30am i 11:15am`."""
        to = {"en": "to", "cy": "i"}[self.language]
        starts, ends = (clock_words(at, self.language) for at in (self.starts_at, self.ends_at))
        return f"{starts} {to} {ends}"

    @property
    def place_in_a_text(self) -> str:
        return _PLACE_BY_TELEPHONE[self.language] if self.by_telephone else self.office

    def as_notice(self, say: Callable[[str], str] = str) -> dict[str, Any]:
        """The words of a dated written notice, as kept for good; `say` translates them."""
        place = (self.office, self.address, self.room)
        return {
            "when": f"{self.date_in_words}, {self.time_in_words}",
            "where": self.place_in_a_text if self.by_telephone else ", ".join(filter(None, place)),
            "arrival": self.arrival,
            "whom": f"{self.adviser}, {say(WHO)}",
            "why": say(PURPOSE),
            "bring": [] if self.by_telephone else [say(each) for each in WHAT_TO_BRING],
            "phone": self.phone,
            "reference": self.reference,
        }


def of(appointment: Appointment, language: str = "en") -> Particulars:
    """The particulars as they stand now: a room that changed is the room it changed to."""
    told = {"reference": appointment.reference, "claimant": appointment.claimant.called}
    return of_slot(appointment.slot, language, **told)


def of_slot(slot: Slot, language: str, *, reference: str = "", claimant: str = "") -> Particulars:
    """What there is to say of a slot, whether or not it is anybody's yet."""
    session = slot.session
    office, room = session.office, session.room
    by_telephone = session.kind == SessionKind.TELEPHONE
    arrival = _BY_TELEPHONE if by_telephone else office.reception_note.strip() or _ON_ARRIVAL
    return Particulars(
        reference=reference,
        claimant=claimant,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        adviser=session.adviser.name,
        office=office.name,
        address=office.address,
        room=f"{room.name}, {room.floor}" if room and not by_telephone else "",
        arrival=_ARRIVAL_IN_WELSH.get(arrival, arrival) if language == "cy" else arrival,
        phone=office.phone,
        by_telephone=by_telephone,
        language=language,
    )


def date_words(at: datetime | date, language: str = "en") -> str:
    """`Wednesday 25 November 2026`, by London's calendar when given an instant."""
    on = clock.london(at).date() if isinstance(at, datetime) else at
    words = format_date(on, _DATE, locale={"en": "en_GB", "cy": "cy"}[language])
    return words[0].upper() + words[1:]


def clock_words(at: datetime | time, language: str = "en") -> str:
    """`9am`, `10:30am`, `midday`, `1:15pm`, by London's clock when given an instant.

    In Welsh too it is am and pm, as the Department's own Welsh pages write it.
    """
    wall = clock.london(at).time() if isinstance(at, datetime) else at
    if (wall.hour, wall.minute) == (12, 0):
        return {"en": "midday", "cy": "canol dydd"}[language]
    minutes = f":{wall.minute:02}" if wall.minute else ""
    return f"{wall.hour % 12 or 12}{minutes}{'am' if wall.hour < 12 else 'pm'}"

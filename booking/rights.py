"""Who may do what, and where: role and scope, one table for pages and API alike."""

from dataclasses import dataclass

from booking.errors import NotAllowed, NotFound
from booking.models import ApiToken, Appointment, Claimant, Office, User
from booking.words import Role

_STAFF = frozenset(Role) - {Role.ADMIN}
_LEAD = frozenset({Role.DISTRICT_LEAD})
_NEXT_STEP = frozenset({Role.NEXT_STEP_ADVISER, Role.DISTRICT_LEAD})
_PLACES = frozenset({Role.DISTRICT_LEAD, Role.ADMIN})

MAY: dict[str, frozenset[Role]] = {
    "see the diary": _STAFF,
    "book": _STAFF,
    "move": _STAFF,
    "cancel": _STAFF,
    "check in": _STAFF,
    "note a contact": _STAFF,
    "keep the waiting list": _STAFF,
    "answer an offer": _STAFF,
    "change a claimant": _STAFF,
    "read strangers' texts": _LEAD,
    "refer": _STAFF - {Role.RECEPTION},
    "record an outcome": _NEXT_STEP,
    "hold a slot": _NEXT_STEP,
    "squeeze in": _NEXT_STEP,
    "keep a calendar feed": _NEXT_STEP,
    "hand over in person": frozenset({Role.JOBCENTRE_ADVISER}),
    "ask about the rota": _NEXT_STEP,
    "open a session": _LEAD,
    "cancel a session": _LEAD,
    "record leave": _LEAD,
    "brief advisers": _LEAD,
    "manage advisers": _LEAD,
    "plan the rota": _LEAD,
    "repair the rota": _LEAD,
    "see district figures": _LEAD,
    "set a level": _LEAD,
    "see joint figures": _STAFF - {Role.RECEPTION},
    "bring history in": _LEAD,
    "change places": _PLACES,
    "see messages": _PLACES,
    "change wording": _PLACES,
    "try wordings": _LEAD,
    "see offices": frozenset(Role),
    "manage users": frozenset({Role.ADMIN}),
    "manage tokens": frozenset({Role.ADMIN}),
}

# What a claimant may do, with their own appointments and nobody else's.
CLAIMANTS_MAY = frozenset({"see the diary", "move", "cancel", "note a contact", "answer an offer"})


@dataclass(frozen=True)
class Actor:
    """Who acts: a signed-in person, a machine's token, a claimant, or the service (no role)."""

    name: str
    role: Role | None = None
    district_id: int | None = None
    office_id: int | None = None
    user_id: int | None = None
    claimant_id: int | None = None

    def may(self, action: str) -> bool:
        if self.claimant_id is not None:
            return action in CLAIMANTS_MAY
        return self.role is None or self.role in MAY[action]

    def must(self, action: str) -> None:
        if not self.may(action):
            raise NotAllowed

    def reaches_district(self, district_id: int) -> bool:
        """An administrator without a district, and the service itself, reach every one."""
        return self.district_id in (None, district_id)

    def reaches(self, appointment: Appointment) -> bool:
        """Staff of one office see its diary and its own referrals; others their district's.

        A claimant reaches their own appointments.
        """
        if self.claimant_id not in (None, appointment.claimant_id):
            return False
        if not self.reaches_district(appointment.referral.district_id):
            return False
        offices = (appointment.slot.session.office_id, appointment.referral.office_id)
        return self.office_id is None or self.office_id in offices


THE_SERVICE = Actor(name="the service")


def actor_of(who: User | ApiToken) -> Actor:
    """The actor behind a sign-in or a token. A Next Step adviser reaches the whole district."""
    by_office = who.role in (Role.JOBCENTRE_ADVISER, Role.RECEPTION)
    return Actor(
        name=who.name,
        role=who.role,
        district_id=who.district_id,
        office_id=who.office_id if by_office else None,
        user_id=who.id if isinstance(who, User) else None,
    )


def the_claimant(claimant: Claimant) -> Actor:
    """The actor behind a claimant's link or text."""
    return Actor("the claimant", district_id=claimant.district_id, claimant_id=claimant.id)


def reachable_office(office: Office | None, by: Actor) -> Office:
    """The office, or NotFound: what is out of reach looks like what is not there."""
    if office is None or not by.reaches_district(office.district_id):
        raise NotFound
    return office

"""What a page's address asks for: whose diary, whose referral, what the claimant can manage."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import request
from flask_login import current_user

from booking import free_slots, places, referrals
from booking.availability import Needs
from booking.boards import offers
from booking.errors import NotFound
from booking.forms.finding import NEEDS, NeedsForm, known_of
from booking.models import Claimant, Office, Referral
from booking.rights import Actor
from booking.routes.ids import an_id


@dataclass(frozen=True)
class Asked:
    office: Office
    form: NeedsForm
    referral: Referral | None

    @property
    def needs(self) -> Needs:
        """What was typed; a broken address holds nothing that could be searched by."""
        return self.form.needs() if self.form.validate() else Needs()


def asked(by: Actor, *, claimant: Claimant | None = None, office_id: int | None = None) -> Asked:
    """Everything a search needs, from the address; the rest from whom or where it is about."""
    referral_id = request.args.get("referral", type=an_id)
    referral = referrals.visible(referral_id, by=by) if referral_id is not None else None
    person = referral.claimant if referral is not None else claimant
    offices = places.offices_in_reach(by)
    office = _the_office(offices, office_id or current_user.office_id)
    known = _known(person, office) if person is not None else {}
    form = NeedsForm(
        request.args,
        offices=offices,
        advisers=offers.advisers_of(office.district_id),
        languages=free_slots.languages_spoken(office.district_id),
        known={**known, "office": office.code},
    )
    return Asked(office, form, referral)


def _known(person: Claimant, office: Office) -> dict[str, Any]:
    telephone = person.prefers_telephone and free_slots.has_telephone(office.id)
    return known_of(person, referrals.last_adviser_id(person.id), telephone_to_be_had=telephone)


def _the_office(offices: Sequence[Office], otherwise: int | None) -> Office:
    """The office the address names, else the given one, else the first one can see."""
    code = request.args.get("office")
    wanted = [
        office for office in offices if (office.code == code if code else office.id == otherwise)
    ]
    if not offices or (code and not wanted):
        raise NotFound("There is no such office in your district.")
    return (wanted or offices)[0]


def carried() -> dict[str, list[str]]:
    """The address's own questions, to be asked again by the pages it leads to."""
    given = {name: request.args.getlist(name) for name in (*NEEDS, "office", "referral")}
    return {name: values for name, values in given.items() if any(values)}

"""Referrals of another system, brought in once each, for a Jobcentre adviser to book from."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from sqlalchemy import select

from booking import claimants, referrals
from booking.claimants import ClaimantDetails
from booking.database import db, use_case
from booking.errors import BadDetail
from booking.exchange.csv_files import Cells, fitting, read, required
from booking.messages.mobiles import mobile_of
from booking.models import Office, Referral
from booking.referrals import ReferralDetails
from booking.rights import Actor
from booking.words import ReferralReason, Stage

_COLUMNS = ("external_reference", "name", "mobile", "office", "stage", "reason", "job_goal")

W = TypeVar("W", bound=StrEnum)


@dataclass(frozen=True)
class Sent:
    """One referral as the file has it, checked."""

    claimant: ClaimantDetails
    office: Office
    details: ReferralDetails


def read_referrals(path: Path, *, district_id: int) -> tuple[Sequence[Sent], Sequence[str]]:
    """The referrals a file holds for a district, and one sentence for each bad row."""
    offices = {
        office.code: office
        for office in db.session.scalars(
            select(Office).where(Office.district_id == district_id, Office.closed_on.is_(None))
        )
    }
    seen: set[str] = set()
    return read(path, _COLUMNS, lambda cells: _sent(cells, offices, seen))


@use_case
def import_referrals(
    sent: Sequence[Sent],
    *,
    district_id: int,
    watch: Callable[[Sequence[Sent]], Iterable[Sent]] = iter,
    by: Actor,
) -> int:
    """Add the referrals whose external reference is new, in one transaction; how many those were.

    One that is here already is left as it stands, whatever the file says now.
    """
    by.must("refer")
    known = set(
        db.session.scalars(
            select(Referral.external_reference).where(Referral.district_id == district_id)
        )
    )
    new = [each for each in sent if each.details.external_reference not in known]
    for each in watch(new):
        person = claimants.find_or_add(each.claimant, district_id=district_id, by=by)
        referrals.add(each.details, claimant=person, office=each.office, by=by)
    return len(new)


def _sent(cells: Cells, offices: Mapping[str, Office], seen: set[str]) -> Sent:
    reference = required(cells, "external_reference", 60)
    if reference in seen:
        raise BadDetail("external_reference", f"external_reference {reference} is there twice.")
    office = offices.get(required(cells, "office", 20))
    if office is None:
        code = cells["office"]
        raise BadDetail("office", f"office {code} is not an open office of the district.")
    sent = Sent(
        claimant=ClaimantDetails(
            name=required(cells, "name", 100),
            mobile=mobile_of(cells["mobile"]) if cells["mobile"] else "",
        ),
        office=office,
        details=ReferralDetails(
            stage=_word(Stage, cells, "stage"),
            reason=_word(ReferralReason, cells, "reason"),
            job_goal=fitting(cells, "job_goal", 200),
            external_reference=reference,
        ),
    )
    seen.add(reference)
    return sent


def _word(kind: type[W], cells: Cells, column: str) -> W:
    try:
        return kind(cells[column])
    except ValueError:
        known = ", ".join(kind)
        raise BadDetail(column, f"{column} {cells[column]!r} is none of {known}.") from None

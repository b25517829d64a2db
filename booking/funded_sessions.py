"""The sessions with an adviser that a claimant is funded for, counted."""

from collections.abc import Iterable

from sqlalchemy import func, select

from booking.database import db
from booking.models import Appointment
from booking.models.diary import HOLDS_A_PLACE
from booking.words import AppointmentKind


def used_by(claimant_id: int) -> int:
    """One-to-one sessions attended or still to come, of the three that are funded (000:1357)."""
    return used_by_each([claimant_id]).get(claimant_id, 0)


def used_by_each(claimant_ids: Iterable[int]) -> dict[int, int]:
    """`used_by` of several claimants at once; one with none is left out."""
    rows = db.session.execute(
        select(Appointment.claimant_id, func.count())
        .where(
            Appointment.claimant_id.in_(set(claimant_ids)),
            Appointment.kind != AppointmentKind.GROUP,
            HOLDS_A_PLACE,
        )
        .group_by(Appointment.claimant_id)
    )
    return dict(rows.tuples().all())

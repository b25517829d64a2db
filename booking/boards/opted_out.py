"""The numbers that want no texts, as far as they are a claimant's in reach."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from booking.database import db
from booking.inbox import reached_claimants
from booking.models import Claimant, OptOut
from booking.rights import Actor
from booking.words import OptOutSource


@dataclass(frozen=True)
class NoTexts:
    """A number with whoever has it, since when it wants no texts, and who told us."""

    mobile: str
    people: Sequence[Claimant]
    since: datetime
    source: OptOutSource


def opted_out(*, by: Actor) -> Sequence[NoTexts]:
    """The latest first; a number that no claimant in reach has is not shown."""
    by.must("see the diary")
    rows = db.session.execute(
        select(OptOut, Claimant)
        .join(Claimant, Claimant.mobile == OptOut.mobile)
        .where(OptOut.cleared_at.is_(None), reached_claimants(by))
        .order_by(OptOut.at.desc(), OptOut.id.desc(), Claimant.id)
    )
    people: dict[OptOut, list[Claimant]] = {}
    for opt_out, claimant in rows:
        people.setdefault(opt_out, []).append(claimant)
    return [NoTexts(o.mobile, theirs, o.at, o.source) for o, theirs in people.items()]

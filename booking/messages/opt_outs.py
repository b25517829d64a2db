"""Numbers that want no texts: told by a reply, by the network or by staff; honoured everywhere."""

from sqlalchemy import select

from booking import audit, clock
from booking.database import db, refused
from booking.models import OptOut
from booking.rights import THE_SERVICE, Actor
from booking.words import OptOutSource


class _Stands(Exception):
    """The number is opted out already."""


def record(mobile: str, *, source: OptOutSource, by: Actor = THE_SERVICE) -> bool:
    """Text this number (E.164) no more; False when that was so already. Inside a use case.

    What is still due to it is suppressed when its time comes, unless the number rejoins first.
    """
    if not mobile or is_opted_out(mobile):
        return False
    try:
        with db.session.begin_nested(), refused(uq_opt_out_mobile=_Stands):
            opt_out = OptOut(mobile=mobile, source=source, at=clock.now())
            db.session.add(opt_out)
    except _Stands:
        return False
    audit.record(by, "opted out", opt_out, after={"source": source})
    return True


def clear(mobile: str) -> bool:
    """The owner of the number wants texts again; False when it was not opted out."""
    standing = db.session.scalar(
        select(OptOut).where(OptOut.mobile == mobile, OptOut.cleared_at.is_(None)).with_for_update()
    )
    if standing is None:
        return False
    standing.cleared_at = clock.now()
    audit.record(THE_SERVICE, "rejoined", standing, after={"cleared_at": standing.cleared_at})
    return True


def is_opted_out(mobile: str) -> bool:
    """Whether the number wants no texts now."""
    standing = select(OptOut.id).where(OptOut.mobile == mobile, OptOut.cleared_at.is_(None))
    return db.session.scalar(standing.limit(1)) is not None

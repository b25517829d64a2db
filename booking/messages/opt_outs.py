"""Numbers that want no texts: told by a reply, by the network or by staff; honoured everywhere."""

from sqlalchemy import CursorResult, select, update

from booking import clock
from booking.database import db, refused
from booking.models import OptOut
from booking.words import OptOutSource


class _Stands(Exception):
    """The number is opted out already."""


def record(mobile: str, *, source: OptOutSource) -> bool:
    """Text this number (E.164) no more; False when that was so already. Inside a use case.

    What is still due to it is suppressed when its time comes, unless the number rejoins first.
    """
    if not mobile:
        return False
    try:
        with db.session.begin_nested(), refused(uq_opt_out_mobile=_Stands):
            db.session.add(OptOut(mobile=mobile, source=source, at=clock.now()))
    except _Stands:
        return False
    return True


def clear(mobile: str) -> bool:
    """The owner of the number wants texts again; False when it was not opted out."""
    result = db.session.execute(
        update(OptOut)
        .where(OptOut.mobile == mobile, OptOut.cleared_at.is_(None))
        .values(cleared_at=clock.now())
    )
    assert isinstance(result, CursorResult)
    return bool(result.rowcount)


def is_opted_out(mobile: str) -> bool:
    """Whether the number wants no texts now."""
    standing = select(OptOut.id).where(OptOut.mobile == mobile, OptOut.cleared_at.is_(None))
    return db.session.scalar(standing.limit(1)) is not None

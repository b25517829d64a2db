"""What the text about a freed slot says: the slot as it is, and until when it may be answered."""

from datetime import datetime

from booking import clock, particulars
from booking.models import OutboxMessage, WaitingOffer
from booking.offer_links import link_to
from notifications.when import short_date, when_fields


def fields_of(row: OutboxMessage, offer: WaitingOffer, *, two_way: bool) -> dict[str, str]:
    """The fields of the text; a two-way channel gets the code of a reply, any other the link."""
    facts = particulars.of_slot(offer.slot, row.language)
    return {
        **when_fields(facts.starts_at, language=row.language),
        "office": facts.place_in_a_text,
        "adviser": facts.adviser,
        "phone": facts.phone,
        "until": _until(offer.lapses_at, row.created_at, row.language),
        "code": row.code if two_way else "",
        "link": "" if two_way else link_to(offer),
    }


def _until(at: datetime, offered_at: datetime, language: str) -> str:
    """`2pm`, or `Thu 10am` when it is another day."""
    when = when_fields(at, language=language)
    if clock.london(at).date() == clock.london(offered_at).date():
        return when["time"]
    return f"{short_date('weekday', when['weekday'])} {when['time']}"

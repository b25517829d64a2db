"""What a text says: its fields and its words, from the appointment as it is at this moment."""

from flask import current_app

from booking import particulars
from booking.claimant_links import link_to
from booking.messages import offer_texts
from booking.messages.wordings import as_it_would_read, text_name
from booking.models import OutboxMessage
from booking.words import MessageKind
from notifications.texts import render
from notifications.when import when_fields


def body_of(row: OutboxMessage) -> str:
    """The text as it was sent, or as it would read if it went now by the channel in use."""
    if row.body:
        return row.body
    two_way = current_app.extensions["texts"].two_way
    fields = fields_of(row, two_way=two_way)
    return as_it_would_read(row, fields, channel=current_app.config["SMS_GATEWAY"])


def wording(row: OutboxMessage) -> str:
    """The built-in words of a message, from the appointment as it is at this moment."""
    return render(text_name(row), fields_of(row), language=row.language)


def fields_of(row: OutboxMessage, *, two_way: bool = False) -> dict[str, str]:
    """The fields of the text, from the appointment as it is at this moment.

    A channel that is `two_way` gets the code of a reply, any other the claimant's link.
    """
    if row.waiting_offer is not None:
        return offer_texts.fields_of(row, row.waiting_offer, two_way=two_way)
    assert row.appointment is not None
    facts = particulars.of(row.appointment, row.language)
    fields = {
        **when_fields(facts.starts_at, language=row.language),
        "office": facts.place_in_a_text,
        "adviser": facts.adviser,
        "phone": facts.phone,
        "code": row.code if two_way else "",
        "link": "" if two_way else link_to(row.appointment),
    }
    if row.contact_note is not None:
        return fields | when_fields(row.contact_note.at, prefix="rang_", language=row.language)
    if row.kind == MessageKind.CANCELLED:
        return fields
    bring = "" if facts.by_telephone else particulars.BRING_IN_A_TEXT[row.language]
    return fields | {"arrival": facts.arrival, "bring": bring}

"""What the API answers, as schemas that both write it and document it."""

from enum import StrEnum
from typing import Any

from marshmallow import Schema, fields

from booking.words import (
    AppointmentKind,
    BookingChannel,
    ExcusedReason,
    OfficeKind,
    SessionKind,
    Status,
)


def _word(words: type[StrEnum], attribute: str | None = None, **options: Any) -> fields.String:
    values: list[str | None] = [word.value for word in words]
    if options.get("allow_none"):
        values.append(None)
    return fields.String(attribute=attribute, metadata={"enum": values}, **options)


def _text(attribute: str | None = None, says: str = "", **options: Any) -> fields.String:
    metadata = {"description": says} if says else {}
    return fields.String(attribute=attribute, metadata=metadata, **options)


class OfficeSchema(Schema):
    id = _text("code", "The office's code, which other calls take.", required=True)
    name = _text(required=True)
    kind = _word(OfficeKind, required=True)
    address = _text(required=True)
    phone = _text(required=True)


class SlotSchema(Schema):
    """Dumps a ListedSlot."""

    id = _text("slot.slot_id", required=True)
    office = _text("office_code", "The office's id.", required=True)
    office_name = _text(required=True)
    adviser = _text("slot.adviser_id", "The adviser's id.", required=True)
    adviser_name = _text(required=True)
    kind = _word(SessionKind, "slot.kind", required=True)
    starts_at = fields.DateTime(attribute="slot.starts_at", required=True)
    ends_at = fields.DateTime(attribute="slot.ends_at", required=True)
    places_left = fields.Integer(
        attribute="slot.places_left", required=True, metadata={"minimum": 1}
    )


class BookingSchema(Schema):
    """An appointment without the person: this much may be kept and repeated."""

    id = _text(required=True)
    reference = _text(says="What the claimant may quote.", required=True)
    status = _word(Status, required=True)
    kind = _word(AppointmentKind, required=True)
    channel = _word(BookingChannel, required=True)
    slot_id = _text(required=True)
    place_no = fields.Integer(required=True, metadata={"minimum": 1})
    starts_at = fields.DateTime(attribute="slot.starts_at", required=True)
    ends_at = fields.DateTime(attribute="slot.ends_at", required=True)
    office = _text("slot.session.office.code", "The office's id.", required=True)
    office_name = _text("slot.session.office.name", required=True)
    adviser = _text("slot.session.adviser_id", "The adviser's id.", required=True)
    adviser_name = _text("slot.session.adviser.name", required=True)
    excused_reason = _word(ExcusedReason, allow_none=True, required=True)
    external_reference = _text(
        "referral.external_reference",
        "The other system's reference of the referral.",
        allow_none=True,
        required=True,
    )
    version = fields.Integer(
        attribute="start_version",
        required=True,
        metadata={"minimum": 1, "description": "One more with every move."},
    )


class PersonSchema(Schema):
    name = _text(says="Empty for somebody booked by reference alone.", required=True)
    reference = _text(says="Empty for somebody booked by name.", required=True)


class AppointmentSchema(BookingSchema):
    claimant = fields.Nested(PersonSchema, required=True)


class ProblemSchema(Schema):
    """Only documents; problems.py writes them."""

    type = _text(required=True)
    title = _text(required=True)
    status = fields.Integer(required=True)
    code = _text(says="Stable: programs may rely on it.", required=True)
    detail = _text(says="One sentence for people.", required=True)
    field = _text(says="Which field of the request cannot be used.")
    alternatives = fields.List(
        fields.Nested(SlotSchema),
        metadata={"description": "When a slot cannot be had: the next free ones of its office."},
    )

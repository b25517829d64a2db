"""Appointments: book, read, move, cancel, say what became of them."""

from typing import Any

from flask import Response, jsonify, request, url_for

from booking import appointments as use_cases
from booking import idempotency, outcomes
from booking.errors import NotFound
from booking.models import Appointment
from booking.routes.api.answers import AppointmentSchema, BookingSchema
from booking.routes.api.callers import the_actor, token_id
from booking.routes.api.document import READING, WRITING, StrictBlueprint
from booking.routes.api.parsing import json_object
from booking.routes.api.requests import (
    BookSchema,
    CancelSchema,
    KeyHeaderSchema,
    MoveSchema,
    OutcomeSchema,
    claimant_details,
    referral_details,
)
from booking.words import BookingChannel

_LONGEST_ID = 9  # digits; no database here counts further

appointments = StrictBlueprint("api_appointments", "Book, read, move and cancel.")


@appointments.call(
    "POST",
    "/appointments",
    headers=KeyHeaderSchema,
    json=BookSchema,
    answer=BookingSchema(),
    status=201,
    answer_headers={"Location": {"description": "The appointment.", "schema": {"type": "string"}}},
    refuses=WRITING,
)
def book(headers: dict[str, str], asked: dict[str, Any]) -> Response:
    """Refer a claimant and book a place in one step."""
    key = headers.get("key")
    answer = idempotency.book_once(
        slot_id=_number(asked["slot_id"], "There is no such slot."),
        claimant=claimant_details(asked["claimant"]),
        referral=referral_details(asked["referral"]),
        by=the_actor(),
        channel=asked.get("channel", BookingChannel.API),
        override_reason=asked.get("override_reason", ""),
        key=idempotency.request_key(token_id=token_id(), key=key, asked=json_object(request))
        if key
        else None,
        answer=BookingSchema().dump,
    )
    response = jsonify(answer)
    response.status_code = 201
    response.location = url_for("api_appointments.show", appointment_id=answer["id"])
    return response


@appointments.call(
    "GET", "/appointments/<appointment_id>", answer=AppointmentSchema(), refuses=READING
)
def show(appointment_id: str) -> Appointment:
    """The appointment as it stands."""
    return use_cases.visible(_number(appointment_id), the_actor())


@appointments.call(
    "POST",
    "/appointments/<appointment_id>/cancel",
    json=CancelSchema,
    answer=AppointmentSchema(),
    refuses=WRITING,
)
def cancel(asked: dict[str, Any], appointment_id: str) -> Appointment:
    """Give the place back."""
    return use_cases.cancel(
        appointment_id=_number(appointment_id), reason=asked.get("reason", ""), by=the_actor()
    )


@appointments.call(
    "POST",
    "/appointments/<appointment_id>/move",
    json=MoveSchema,
    answer=AppointmentSchema(),
    refuses=WRITING,
)
def move(asked: dict[str, Any], appointment_id: str) -> Appointment:
    """Take a place in another slot and give the old one back."""
    return use_cases.move(
        appointment_id=_number(appointment_id),
        slot_id=_number(asked["slot_id"], "There is no such slot."),
        by=the_actor(),
    )


@appointments.call(
    "POST",
    "/appointments/<appointment_id>/outcome",
    json=OutcomeSchema,
    answer=AppointmentSchema(),
    refuses=WRITING,
)
def record_outcome(asked: dict[str, Any], appointment_id: str) -> Appointment:
    """Say what became of it."""
    return outcomes.record_outcome(
        appointment_id=_number(appointment_id),
        outcome=asked["outcome"],
        excused_reason=asked.get("excused_reason"),
        by=the_actor(),
    )


def _number(given: str, sentence: str | None = None) -> int:
    """The row an identifier stands for; whatever never was one is not found."""
    if given.isascii() and given.isdecimal() and len(given) <= _LONGEST_ID and given[0] != "0":
        return int(given)
    raise NotFound(sentence)

"""What a request to the API may say, field by field."""

from typing import Any

from marshmallow import EXCLUDE, ValidationError, validates_schema

from booking.claimants import ClaimantDetails
from booking.messages.mobiles import MOBILE_PATTERN
from booking.referrals import ReferralDetails
from booking.routes.api.words import LINE, Day, Line, Section, StrictSchema, Word, by_value
from booking.words import OUTCOMES, BookingChannel, ExcusedReason, ReferralReason, Stage

ID = {"description": "As another call gave it; nothing can be read out of it."}


class SlotsQuerySchema(StrictSchema):
    office = Line(20, required=True, metadata={"description": "The id of an office."})
    first_on = Day(
        data_key="from",
        metadata={"description": "The first date, by London's calendar; without it, today."},
    )
    last_on = Day(
        data_key="to",
        metadata={
            "description": "The last date, itself included; without it, two weeks. "
            "At most the first 62 days are listed."
        },
    )


class KeyHeaderSchema(StrictSchema):
    class Meta:
        unknown = EXCLUDE  # every other header is somebody else's business

    key = Line(
        200,
        pattern="^[!-~]+$",
        data_key="Idempotency-Key",
        metadata={
            "description": "Send a booking again under its key and it is booked once; "
            "the first answer is repeated.",
        },
    )


# How a claimant may be named: what must be given, and what may be given with it.
CLAIMANT_SHAPES: list[tuple[set[str], set[str]]] = [
    ({"name", "mobile"}, {"other_contact"}),
    ({"name", "other_contact"}, set()),
    ({"reference"}, {"other_contact"}),
]


class ClaimantInSchema(StrictSchema):
    name = Line(100)
    mobile = Line(
        30,
        metadata={
            "pattern": MOBILE_PATTERN,
            "description": "A UK mobile number; spaces in it do not count.",
            "example": "07700900123",
        },
    )
    other_contact = Line(200)
    reference = Line(40)

    @validates_schema
    def _check_shape(self, data: dict[str, Any], **_: Any) -> None:
        if not any(must <= data.keys() <= must | may for must, may in CLAIMANT_SHAPES):
            raise ValidationError(
                "Give a name with a mobile number or another contact, or a reference alone."
            )


class ReferralInSchema(StrictSchema):
    stage = Word(by_value(Stage) | {int(stage): stage for stage in Stage}, required=True)
    reason = Word(by_value(ReferralReason), required=True)
    job_goal = Line(200, pattern=LINE)
    external_reference = Line(60)


class BookSchema(StrictSchema):
    slot_id = Line(40, required=True, metadata=ID)
    claimant = Section(ClaimantInSchema, required=True)
    referral = Section(ReferralInSchema, required=True)
    override_reason = Line(
        200,
        pattern=LINE,
        metadata={"description": "Why to book beyond the funded sessions; it is reported."},
    )
    channel = Word(by_value(BookingChannel), metadata={"default": BookingChannel.API.value})


class CancelSchema(StrictSchema):
    reason = Line(200, pattern=LINE)


class MoveSchema(StrictSchema):
    slot_id = Line(40, required=True, metadata=ID)


class OutcomeSchema(StrictSchema):
    outcome = Word(by_value(OUTCOMES), required=True)
    excused_reason = Word(by_value(ExcusedReason))


def claimant_details(asked: dict[str, Any]) -> ClaimantDetails:
    return ClaimantDetails(**asked)


def referral_details(asked: dict[str, Any]) -> ReferralDetails:
    """The other system's users have read its own prompts."""
    return ReferralDetails(**asked, prompt_read=True)

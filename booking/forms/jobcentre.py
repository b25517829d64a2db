"""The one short form of referral and booking, with the least that booking needs (003:268)."""

from dataclasses import replace
from typing import Any

from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovRadioInput
from wtforms import BooleanField, HiddenField, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, ValidationError

from booking import clock
from booking.availability import Needs
from booking.claimants import NO_NAME, ClaimantDetails
from booking.errors import BadDetail
from booking.forms.fields import choice, text
from booking.forms.times import chosen_date, signing_choices
from booking.messages.mobiles import mobile_of
from booking.referrals import ReferralDetails
from booking.words import BookingChannel, ReferralReason, Stage

STAGES = {
    Stage.STAGE_1: "1, new claim",
    Stage.STAGE_2: "2, at 13 weeks",
    Stage.STAGE_3: "3, at 26 weeks",
}
REASONS = {
    ReferralReason.SKILLS_HEALTH_CHECK: "Skills Health Check",
    ReferralReason.CHANGE_OF_WORK: "Wants or needs different work",
    ReferralReason.TRAINING_ADVICE: "Advice on training",
    ReferralReason.RETURN_TO_WORK: "Back to work after a break",
    ReferralReason.CV_ONLY: "CV only",
    ReferralReason.BASIC_SKILLS_FIRST: "Reading, writing or number needs",
}
_CHANNELS = [
    SelectChoice(BookingChannel.DESK, "At the desk"),
    SelectChoice(BookingChannel.PHONE, "On the phone"),
]


class BookingForm(FlaskForm):
    """What every booking asks: another appointment of a known claimant asks no more."""

    channel = RadioField(
        "The claimant is",
        widget=GovRadioInput(),
        choices=_CHANNELS,
        default=BookingChannel.DESK,
    )
    override_reason = text("Reason for a session beyond the funded ones", 200)
    with_handover = BooleanField("I come along for the first minutes: a warm handover")
    started = HiddenField()


class ReferralForm(BookingForm):
    """Who is sent, why, and what they need."""

    name = text("Name", 100)
    mobile = text("Mobile number", 30)
    other_contact = text("Other way to reach them", 200)
    reference = text("Reference instead of a name", 40)
    stage = RadioField(
        "Claim stage",
        widget=GovRadioInput(),
        choices=[SelectChoice(*each) for each in STAGES.items()],
        validators=[InputRequired("Choose the claim stage.")],
        invalid_choice_message="Choose the claim stage.",
    )
    reason = choice("Reason", [SelectChoice(*each) for each in REASONS.items()])
    job_goal = text("Job goal", 200)
    signing = choice("Next signing day", default="")
    language = text("Language, if not English", 40)
    step_free = BooleanField("Needs step-free access")
    private = BooleanField("Needs a private room")
    may_text = BooleanField("Agrees to texts about the appointment", default=True)
    prompt_read = BooleanField("I have read this and still want to book")

    def __init__(self, known: Needs) -> None:
        """`known` is what was typed to find the slot: it is not asked again."""
        super().__init__(data=_known(known))
        self.signing.choices = signing_choices(clock.today())

    def claimant(self, known: Needs) -> ClaimantDetails:
        signing_on = chosen_date(self.signing.data)
        return ClaimantDetails(
            name=self.name.data,
            mobile=self.mobile.data,
            other_contact=self.other_contact.data,
            reference=self.reference.data,
            signing_weekday=signing_on.weekday() if signing_on else None,
            signing_from=signing_on,
            language=self.language.data,
            needs_step_free=self.step_free.data,
            needs_private=self.private.data,
            available_from=known.not_before,
            available_until=known.not_after,
            may_text=self.may_text.data,
        )

    def needs(self, known: Needs) -> Needs:
        """What was known before, with what this form says since."""
        return replace(
            known,
            signing_from=chosen_date(self.signing.data),
            language=self.language.data,
            step_free=self.step_free.data,
            private=self.private.data,
        )

    def referral(self) -> ReferralDetails:
        return ReferralDetails(
            stage=Stage(self.stage.data),
            reason=ReferralReason(self.reason.data),
            job_goal=self.job_goal.data,
            prompt_read=self.prompt_read.data,
        )


class ReferAndBookForm(ReferralForm):
    """A booking needs to say who comes, and a way to reach them; a signpost asks less.

    What is missing is said beside the rest at once, not after the rest is put right.
    """

    def __init__(self, known: Needs, *, by_telephone: bool) -> None:
        super().__init__(known)
        self.by_telephone = by_telephone

    def validate_name(self, field: StringField) -> None:
        if not (field.data or self.reference.data):
            raise ValidationError(NO_NAME)

    def validate_mobile(self, field: StringField) -> None:
        if field.data:
            try:
                mobile_of(field.data)
            except BadDetail as refusal:
                raise ValidationError(str(refusal)) from None
        if field.data or self.other_contact.data:
            return
        if self.by_telephone:
            raise ValidationError("Give a number to ring: the session is by telephone.")
        if self.name.data:
            raise ValidationError("Give a mobile number, or another way to reach the claimant.")


def _known(needs: Needs) -> dict[str, Any]:
    return {
        "signing": needs.signing_from.isoformat() if needs.signing_from else "",
        "language": needs.language,
        "step_free": needs.step_free,
        "private": needs.private,
    }

"""The blueprint the modules of this package hang their pages on, and the text a page is about."""

from flask import Blueprint, request

from booking.errors import BadDetail, NotFound
from booking.messages import wording_check
from booking.routes.access import audience
from booking.wording import TheText
from booking.words import Role, TextName

wording = Blueprint("wording", __name__, url_prefix="/wording")

for_keepers = audience(Role.DISTRICT_LEAD, Role.ADMIN)
for_leads = audience(Role.DISTRICT_LEAD)

wording.context_processor(lambda: {"held_elsewhere": wording_check.are_held_elsewhere})

LANGUAGES = {"en": "English", "cy": "Welsh"}
SENT_WHEN = {
    TextName.CONFIRMATION: "when somebody is booked",
    TextName.REMINDER: "the working day before",
    TextName.SAME_DAY: "on the day, where an office’s rules want it",
    TextName.MOVED: "when the time, the office or the way changes",
    TextName.SAME_TIME: "when nothing but the adviser changes",
    TextName.CANCELLED: "when an appointment is cancelled",
    TextName.RECEIPT: "when it is noted that a claimant got in touch",
    TextName.OFFER: "when a slot comes free for somebody on the waiting list",
}


def the_text(kind: str, language: str) -> TheText:
    """The text that the address names; NotFound when there is none."""
    channel = request.args.get("channel", wording_check.EVERY_CHANNEL)
    try:
        wording_check.must_be_one_of_them(kind, language, channel)
    except BadDetail as unknown:
        raise NotFound from unknown
    return TheText(TextName(kind), language, channel)


def name_of(text: TheText) -> str:
    """`Reminder, in English`."""
    kind = text.kind.replace("_", " ").capitalize()
    return f"{kind}, in {LANGUAGES.get(text.language, text.language)}"

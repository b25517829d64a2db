"""The blueprint the modules of this package hang their pages on, and the text a page is about."""

from flask import Blueprint, request

from booking.errors import BadDetail, NotFound
from booking.messages import wording_check
from booking.routes.access import audience
from booking.wording import TheText
from booking.words import MessageKind, Role

wording = Blueprint("wording", __name__, url_prefix="/wording")

for_keepers = audience(Role.DISTRICT_LEAD, Role.ADMIN)
for_leads = audience(Role.DISTRICT_LEAD)

wording.context_processor(lambda: {"held_elsewhere": wording_check.are_held_elsewhere})

LANGUAGES = {"en": "English", "cy": "Welsh"}


def the_text(kind: str, language: str) -> TheText:
    """The text that the address names; NotFound when there is none."""
    channel = request.args.get("channel", wording_check.EVERY_CHANNEL)
    try:
        wording_check.must_be_one_of_them(kind, language, channel)
    except BadDetail as unknown:
        raise NotFound from unknown
    return TheText(MessageKind(kind), language, channel)


def name_of(text: TheText) -> str:
    """`Reminder, in English`."""
    kind = text.kind.replace("_", " ").capitalize()
    return f"{kind}, in {LANGUAGES.get(text.language, text.language)}"

"""A text that a claimant sent us, as Twilio hands it over; answered in Twilio's markup."""

from flask import Response, abort, request
from flask.typing import ResponseReturnValue

from booking import texts_in as use_cases
from booking.messages.replies import as_twiml
from booking.routes.access import for_everybody
from booking.routes.texts_in.blueprint import signed_by_twilio, texts_in

_LONGEST_ID, _LONGEST_NUMBER = 64, 20


@texts_in.post("/in")
@for_everybody
@signed_by_twilio
def reply() -> ResponseReturnValue:
    """The same answer however often Twilio tells of the same text."""
    provider_id = request.form.get("MessageSid", "")
    if not provider_id or len(provider_id) > _LONGEST_ID:
        abort(400)
    words = use_cases.receive(
        provider_id=provider_id,
        sent_from=request.form.get("From", "")[:_LONGEST_NUMBER],
        sent_to=request.form.get("To", "")[:_LONGEST_NUMBER],
        body=request.form.get("Body", ""),
    )
    return Response(as_twiml(words), mimetype="text/xml")

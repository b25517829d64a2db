"""What Twilio or GOV.UK Notify says became of a text."""

from flask import abort, request
from flask.typing import ResponseReturnValue

from booking.messages import callbacks
from booking.routes.access import for_everybody
from booking.routes.texts_in.blueprint import by_notify, signed_by_twilio, texts_in

_LONGEST_ID, _LONGEST_STATUS, _LONGEST_CODE = 64, 20, 10


@texts_in.post("/status/<signed_token>")
@for_everybody
@signed_by_twilio
def status(signed_token: str) -> ResponseReturnValue:
    """204 when it is kept, for the first time or again; nothing is said back."""
    provider_id = request.form.get("MessageSid", "")
    said = request.form.get("MessageStatus", "")
    error_code = request.form.get("ErrorCode", "")
    fits = len(provider_id) <= _LONGEST_ID and len(said) <= _LONGEST_STATUS
    if not (provider_id and said and fits and len(error_code) <= _LONGEST_CODE):
        abort(400)
    heard = callbacks.hear(
        signed_token=signed_token, provider_id=provider_id, status=said, error_code=error_code
    )
    if heard == callbacks.Heard.OF_NO_TEXT:
        abort(404)
    return "", 204


@texts_in.post("/notify")
@for_everybody
@by_notify
def receipt() -> ResponseReturnValue:
    """204 also for what the same service at Notify sent for others: there is no more to say."""
    said = request.get_json(silent=True)
    if not isinstance(said, dict):
        abort(400)
    reference, provider_id, status = (said.get(name) for name in ("reference", "id", "status"))
    if not (isinstance(provider_id, str) and isinstance(status, str)):
        abort(400)
    if len(provider_id) > _LONGEST_ID or len(status) > _LONGEST_STATUS:
        abort(400)
    if isinstance(reference, str):
        callbacks.hear_of(reference, provider_id=provider_id, status=status)
    return "", 204

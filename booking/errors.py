"""Refusals: each is one plain sentence for the person who asked, with a stable code."""

from collections.abc import Sequence
from typing import Any


class BookingError(Exception):
    """A request the service will not carry out; the message is what the user reads."""

    code = "refused"
    status = 409
    sentence = "That could not be done."

    def __init__(self, sentence: str | None = None) -> None:
        super().__init__(sentence or self.sentence)


class NotFound(BookingError):
    code, status = "not_found", 404
    sentence = "There is no such thing, or it is not yours to see."


class NotAllowed(BookingError):
    code, status = "not_allowed", 403
    sentence = "Your role does not allow that."


class BadDetail(BookingError):
    """One field holds something that cannot be used."""

    code, status = "bad_detail", 422

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


class NoPlace(BookingError):
    """The slot cannot be had; carries the next free slots of its office."""

    alternatives: Sequence[Any] = ()


class SlotTaken(NoPlace):
    """Every place in the slot is held."""

    code = "slot_taken"
    sentence = "Somebody has just taken that slot."


class SlotNotOpen(NoPlace):
    code = "slot_not_open"
    sentence = "That slot is not open for booking."


class SlotPast(NoPlace):
    code = "slot_past"
    sentence = "That slot has already started."


class ChangedMeanwhile(BookingError):
    """Somebody else saved the same page between its being shown and its being sent."""

    code = "changed_meanwhile"
    sentence = (
        "Somebody else has saved this page since you opened it. "
        "Save again to put what you typed in its place."
    )


class RoomDoesNotSuit(NoPlace):
    """The claimant could not get in, or could be overheard."""

    code = "room_does_not_suit"
    sentence = "That room is not what the claimant needs."


class ClaimantBusy(BookingError):
    code = "claimant_busy"
    sentence = "The claimant already has an appointment at that time."


class AdviserBusy(BookingError):
    code = "adviser_busy"
    sentence = "The adviser already has a session in that half-day."


class RoomBusy(BookingError):
    code = "room_busy"
    sentence = "The room already has a session in that half-day."


class SessionLimitReached(BookingError):
    """Funding covers three sessions a claimant (000:1357); a fourth needs a reason."""

    code = "session_limit"
    sentence = (
        "The claimant has had every funded session. Give a reason to book another; it is reported."
    )


class NotOver(BookingError):
    code = "too_early"
    sentence = "It is too early to record that."


class OutcomeLocked(BookingError):
    code = "outcome_locked"
    sentence = "The outcome was recorded more than 48 hours ago and can no longer be changed."


class WrongState(BookingError):
    code = "wrong_state"
    sentence = "The appointment has changed since; look at it again."


class HandoverRefused(BookingError):
    """The Jobcentre adviser cannot be there, so it would be no handover."""

    code = "handover_refused"
    sentence = "There can be no warm handover then."


class AdviserAtHandover(HandoverRefused):
    code = "adviser_at_handover"
    sentence = "The Jobcentre adviser is at another handover then."


class RoomAtHandover(HandoverRefused):
    code = "room_at_handover"
    sentence = "There is another handover in that room then."


class HasAppointments(BookingError):
    """A published session with live appointments changes only by moving each of them first."""

    code = "has_appointments"


class AlreadyAnswered(BookingError):
    code = "already_answered"
    sentence = "Somebody has answered that already."


class CannotOpenSession(BookingError):
    code = "cannot_open_session"


class SignInRefused(BookingError):
    code, status = "sign_in_refused", 401
    sentence = "The email address or the password is not right."


class SignInThrottled(BookingError):
    code, status = "sign_in_throttled", 429
    sentence = "Too many attempts. Wait a quarter of an hour and try again."


class KeyReused(BookingError):
    code = "idempotency_key_reused"
    sentence = "That Idempotency-Key was used before with a different request."

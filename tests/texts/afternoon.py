"""An appointment whose reminder is due, and the ticks of a worker until nothing is left to do."""

from collections.abc import Callable
from datetime import timedelta

import time_machine
from sqlalchemy import select

from booking import appointments, clock, from_claimants
from booking.database import db, use_case
from booking.messages import opt_outs, resolving, sending
from booking.models import Appointment, OutboxMessage
from booking.rights import THE_SERVICE
from booking.words import ContactWay, MessageKind, OptOutSource
from notifications.channels import open_channel
from notifications.message import Channel
from tests.makers import WEDNESDAY, at, make_appointment, make_session
from tests.texts.fake_twilio import FakeTwilio

MONDAY_NOON = at(WEDNESDAY - timedelta(days=2), 12)
REMINDER_DUE = at(WEDNESDAY - timedelta(days=1), 10)
# Minutes after a tick that went wrong: an unfinished claim is owned up to, looked up while the
# grace lasts, given up, sent once more, and again; by the last everything has ended.
LATER = (1, 3, 6, 9, 14, 16, 18, 24, 33, 35, 24 * 60, 2 * 24 * 60)


def make_reminded() -> Appointment:
    """Booked on Monday and told so; the reminder is due on Tuesday at ten."""
    with time_machine.travel(MONDAY_NOON, tick=False):
        appointment = make_appointment(make_session())
        sending.send_due(open_channel({}), name="console")
    return appointment


def reminder_of(appointment: Appointment) -> OutboxMessage:
    db.session.rollback()
    return db.session.scalars(
        select(OutboxMessage).where(
            OutboxMessage.appointment_id == appointment.id,
            OutboxMessage.kind == MessageKind.REMINDER,
            OutboxMessage.start_version == 1,
        )
    ).one()


def tick(channel: Channel) -> None:
    """What a worker does about texts, once."""
    resolving.own_up_to_unfinished()
    resolving.look_up_unknown(channel, name="twilio")
    sending.send_due(channel, name="twilio")


def let_time_pass(network: FakeTwilio) -> None:
    """Ticks of a fresh worker until two days later."""
    channel, since = open_channel(network.settings), clock.now()
    for minutes in LATER:
        with time_machine.travel(since + timedelta(minutes=minutes), tick=False):
            tick(channel)


def move(appointment: Appointment) -> None:
    slots = appointment.slot.session.slots
    appointments.move(appointment_id=appointment.id, slot_id=slots[3].id, by=THE_SERVICE)


def cancel(appointment: Appointment) -> None:
    appointments.cancel(appointment_id=appointment.id, by=THE_SERVICE)


def confirm(appointment: Appointment) -> None:
    from_claimants.confirm(appointment_id=appointment.id, way=ContactWay.LINK, by=THE_SERVICE)


@use_case
def opt_out(appointment: Appointment) -> None:
    opt_outs.record(appointment.claimant.mobile, source=OptOutSource.REPLY)


CHANGES: dict[str, Callable[[Appointment], None]] = {
    "nothing": lambda _: None,
    "moved": move,
    "cancelled": cancel,
    "confirmed": confirm,
    "opted out": opt_out,
}

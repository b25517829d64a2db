"""A worker killed, or overtaken, at each step of sending: nobody is texted twice, nothing is lost.

In every cell each text ends sent once, or in a state that says why where somebody sees it.
"""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from booking.database import db
from booking.messages import resolving
from booking.models import Appointment
from notifications.channels import open_channel
from tests.conftest import make_app
from tests.texts import fake_twilio
from tests.texts.afternoon import (
    CHANGES,
    REMINDER_DUE,
    let_time_pass,
    make_reminded,
    reminder_of,
    tick,
)
from tests.texts.fake_twilio import FakeTwilio
from tests.texts.stopped_worker import (
    ACCEPTED,
    ANSWERED,
    CHOSEN,
    CLAIMED,
    CLAIMING,
    IN_A_TRANSACTION,
    RECORDED,
    RECORDING,
    STEPS,
    stopped_at,
)
from tests.texts.truth import untruths

NEXT_TICK = REMINDER_DUE + timedelta(minutes=1)
TOO_LATE = "too late"  # the claimant is here already when the next worker comes


@pytest.fixture
def app(database_url: str, network: FakeTwilio) -> Iterator[Flask]:
    app = make_app(database_url, **network.settings)
    with app.app_context(), time_machine.travel(REMINDER_DUE, tick=False):
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def appointment(app: Flask) -> Appointment:
    return make_reminded()


# What the reminder ends as, by the step at which its worker was killed and what happened then.
NOT_CALLED = {
    "nothing": "sent",
    "moved": "superseded",
    "cancelled": "superseded",
    "confirmed": "superseded",
    "opted out": "suppressed",
    TOO_LATE: "expired",
}
PERHAPS_CALLED = NOT_CALLED | {TOO_LATE: "not_sent"}  # it was not, as the network says
CALLED = dict.fromkeys(NOT_CALLED, "sent")
ENDS = {
    CHOSEN: NOT_CALLED,
    CLAIMING: NOT_CALLED,
    CLAIMED: PERHAPS_CALLED,
    ACCEPTED: CALLED,
    ANSWERED: CALLED,
    RECORDING: CALLED,
    RECORDED: CALLED,
}


@pytest.mark.parametrize("happened", [*CHANGES, TOO_LATE])
@pytest.mark.parametrize("step", STEPS)
def test_killed_at_each_step_whatever_happens_then(
    database_url: str,
    network: FakeTwilio,
    appointment: Appointment,
    step: str,
    happened: str,
) -> None:
    change = CHANGES.get(happened, CHANGES["nothing"])
    with stopped_at(step, url=database_url, network=network, at=REMINDER_DUE) as worker:
        if step in IN_A_TRANSACTION:  # whoever would change anything waits for it
            worker.kill()
            change(appointment)
        else:
            change(appointment)
            worker.kill()
    resumes_at = NEXT_TICK + timedelta(days=1) if happened == TOO_LATE else NEXT_TICK
    with time_machine.travel(resumes_at, tick=False):
        let_time_pass(network)
    assert reminder_of(appointment).state == ENDS[step][happened]
    assert list(untruths(network)) == []


@pytest.mark.parametrize("happened", [each for each in CHANGES if each != "nothing"])
@pytest.mark.parametrize("step", [each for each in STEPS if each not in IN_A_TRANSACTION])
def test_changed_under_a_worker_that_lives_on(
    database_url: str,
    network: FakeTwilio,
    appointment: Appointment,
    step: str,
    happened: str,
) -> None:
    with stopped_at(step, url=database_url, network=network, at=REMINDER_DUE) as worker:
        CHANGES[happened](appointment)
        worker.let_go()
    let_time_pass(network)
    overtaken = NOT_CALLED[happened] if step == CHOSEN else "sent"
    assert reminder_of(appointment).state == overtaken
    assert list(untruths(network)) == []


@pytest.mark.parametrize("step", STEPS)
def test_a_second_worker_comes_while_the_first_stands_still(
    database_url: str, network: FakeTwilio, appointment: Appointment, step: str
) -> None:
    with stopped_at(step, url=database_url, network=network, at=REMINDER_DUE) as worker:
        if step not in IN_A_TRANSACTION:
            tick(open_channel(network.settings))
        worker.let_go()
    tick(open_channel(network.settings))
    assert len(network.kept) == 1
    let_time_pass(network)
    assert reminder_of(appointment).state == "sent"
    assert list(untruths(network)) == []


@pytest.mark.parametrize("step", [ACCEPTED, ANSWERED, RECORDING, RECORDED])
def test_the_network_tells_of_a_text_whose_worker_was_killed(
    app: Flask, database_url: str, network: FakeTwilio, appointment: Appointment, step: str
) -> None:
    network.hides = True
    with stopped_at(step, url=database_url, network=network, at=REMINDER_DUE) as worker:
        worker.kill()
    (kept,) = network.kept
    report = network.report(kept, "delivered")
    answer = app.test_client().post(report.path, data=report.form, headers=report.headers)
    assert answer.status_code == 204
    let_time_pass(network)
    assert reminder_of(appointment).state == "delivered"
    assert list(untruths(network)) == []


def test_killed_on_every_try_it_is_rung_about_and_never_sent_twice(
    database_url: str, network: FakeTwilio, appointment: Appointment
) -> None:
    at = REMINDER_DUE
    for _ in range(2):
        network.next_answers = [fake_twilio.DROPPED]
        with stopped_at(CLAIMED, url=database_url, network=network, at=at) as worker:
            worker.kill()
        for minutes in (6, 16):
            with time_machine.travel(at + timedelta(minutes=minutes), tick=False):
                if minutes == 6:
                    tick(open_channel(network.settings))
                else:
                    give_up(network)
        at += timedelta(minutes=17)
    assert reminder_of(appointment).state == "not_sent"
    assert network.kept == []


def give_up(network: FakeTwilio) -> None:
    """Look the text up, and send nothing yet."""
    resolving.look_up_unknown(open_channel(network.settings), name="twilio")

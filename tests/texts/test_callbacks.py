"""What the network says of a text: signed or refused, heard once, in whatever order it comes."""

import itertools
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from booking.database import db
from booking.messages import opt_outs, resolving, sending
from booking.models import Appointment, DeliveryReport
from notifications.channels import open_channel
from tests.conftest import make_app
from tests.texts import fake_twilio
from tests.texts.afternoon import REMINDER_DUE, let_time_pass, make_reminded, reminder_of, tick
from tests.texts.fake_twilio import FakeTwilio, Kept, Report
from tests.texts.truth import untruths


@pytest.fixture
def app(database_url: str, network: FakeTwilio) -> Iterator[Flask]:
    app = make_app(database_url, **network.settings, WTF_CSRF_ENABLED=True)
    with app.app_context(), time_machine.travel(REMINDER_DUE, tick=False):
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def appointment(app: Flask) -> Appointment:
    return make_reminded()


def sent(network: FakeTwilio) -> Kept:
    tick(open_channel(network.settings))
    return network.kept[-1]


def post(client: FlaskClient, report: Report) -> int:
    return client.post(report.path, data=report.form, headers=report.headers).status_code


def heard() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(DeliveryReport)) or 0


def test_a_delivered_text_is_shown_as_delivered(
    client: FlaskClient, network: FakeTwilio, appointment: Appointment
) -> None:
    kept = sent(network)
    assert reminder_of(appointment).state == "sent"
    assert post(client, network.report(kept, "delivered")) == 204
    assert reminder_of(appointment).state == "delivered"


def test_the_same_report_twice_is_one(
    client: FlaskClient, network: FakeTwilio, appointment: Appointment
) -> None:
    report = network.report(sent(network), "delivered")
    assert [post(client, report) for _ in range(3)] == [204, 204, 204]
    assert heard() == 1


FURTHEST_ON = {
    ("sent", "delivered"): "delivered",
    ("queued", "sent", "undelivered"): "undelivered",
    ("sending", "failed"): "failed",
    ("sent", "undelivered", "delivered"): "delivered",  # a phone that was off, and then on
}


@pytest.mark.parametrize(
    ("order", "state"),
    [
        (order, state)
        for said, state in FURTHEST_ON.items()
        for order in itertools.permutations(said)
    ],
    ids=lambda each: " ".join(each) if isinstance(each, tuple) else each,
)
def test_reports_in_any_order_come_to_the_same(
    client: FlaskClient,
    network: FakeTwilio,
    appointment: Appointment,
    order: tuple[str, ...],
    state: str,
) -> None:
    kept = sent(network)
    for status in order:
        assert post(client, network.report(kept, status)) == 204
    assert reminder_of(appointment).state == state


def test_a_failure_keeps_the_code_and_says_what_it_means(
    client: FlaskClient, network: FakeTwilio, appointment: Appointment
) -> None:
    post(client, network.report(sent(network), "undelivered", "30005"))
    assert reminder_of(appointment).reason.startswith("30005: There is no such phone")
    assert list(untruths(network)) == []


def test_a_report_before_the_answer_is_not_undone_by_the_answer(
    app: Flask, network: FakeTwilio, appointment: Appointment
) -> None:
    said = []

    def tell_at_once(kept: Kept) -> None:
        said.append(post(app.test_client(), network.report(kept, "delivered")))

    network.before_answering = tell_at_once
    kept = sent(network)
    row = reminder_of(appointment)
    assert (said, row.state, row.provider_id) == ([204], "delivered", kept.sid)


def test_a_report_tells_of_a_text_whose_answer_was_lost(
    client: FlaskClient, network: FakeTwilio, appointment: Appointment
) -> None:
    network.next_answers = [fake_twilio.ACCEPTED_AND_DROPPED]
    network.hides = True  # its list would not tell
    kept = sent(network)
    assert reminder_of(appointment).state == "unknown"
    assert post(client, network.report(kept, "sent")) == 204
    row = reminder_of(appointment)
    assert (row.state, row.provider_id) == ("sent", kept.sid)
    let_time_pass(network)
    assert len(network.kept) == 1


def test_a_report_stops_the_second_try_of_a_text_given_up(
    client: FlaskClient, network: FakeTwilio, appointment: Appointment
) -> None:
    network.next_answers = [fake_twilio.ACCEPTED_AND_DROPPED]
    network.hides = True
    kept = sent(network)
    with time_machine.travel(REMINDER_DUE + timedelta(minutes=16), tick=False):
        resolving.look_up_unknown(open_channel(network.settings), name="twilio")
    assert reminder_of(appointment).state == "due"
    assert post(client, network.report(kept, "delivered")) == 204
    assert reminder_of(appointment).state == "delivered"
    let_time_pass(network)
    assert len(network.kept) == 1


def test_a_report_corrects_one_that_was_given_up_for_good(
    client: FlaskClient, network: FakeTwilio, appointment: Appointment
) -> None:
    network.next_answers = [fake_twilio.DROPPED, fake_twilio.ACCEPTED_AND_DROPPED]
    network.hides = True
    tick(open_channel(network.settings))
    let_time_pass(network)
    assert reminder_of(appointment).state == "not_sent"
    assert post(client, network.report(network.kept[0], "delivered")) == 204
    assert reminder_of(appointment).state == "delivered"


def test_the_text_the_network_names_takes_its_id_from_one_found_by_words(
    client: FlaskClient, network: FakeTwilio, appointment: Appointment
) -> None:
    kept = sent(network)
    other = make_reminded()
    network.next_answers = [fake_twilio.ACCEPTED_AND_DROPPED]
    network.hides = True
    tick(open_channel(network.settings))
    mistaken = network.kept[-1]
    row = reminder_of(appointment)
    row.provider_id = mistaken.sid  # as when two texts to one phone say the same
    db.session.commit()
    assert post(client, network.report(mistaken, "delivered")) == 204
    assert reminder_of(other).state == "delivered"
    assert reminder_of(appointment).state == "unknown"
    assert post(client, network.report(kept, "delivered")) == 204
    assert reminder_of(appointment).state == "delivered"


def test_a_second_message_under_one_token_changes_nothing(
    client: FlaskClient, network: FakeTwilio, appointment: Appointment
) -> None:
    kept = sent(network)
    assert post(client, network.report(kept, "failed", sid="SM" + "f" * 32)) == 204
    assert reminder_of(appointment).state == "sent"


def test_the_networks_stop_in_a_report_is_an_opt_out_here(
    client: FlaskClient, network: FakeTwilio, appointment: Appointment
) -> None:
    post(client, network.report(sent(network), "failed", "21610"))
    assert opt_outs.is_opted_out(appointment.claimant.mobile)


def test_what_twilio_did_not_sign_is_refused_and_changes_nothing(
    client: FlaskClient, network: FakeTwilio, appointment: Appointment
) -> None:
    kept = sent(network)
    good = network.report(kept, "delivered")
    other = network.report(kept, "failed")
    forged = [
        Report(good.path, good.form, {}),
        Report(good.path, good.form, other.headers),
        Report(good.path, {**good.form, "MessageStatus": "failed"}, good.headers),
        Report(good.path + "?more=1", good.form, good.headers),
    ]
    assert [post(client, report) for report in forged] == [403] * 4
    assert (reminder_of(appointment).state, heard()) == ("sent", 0)


def test_an_address_we_did_not_sign_leads_nowhere(
    client: FlaskClient, network: FakeTwilio, appointment: Appointment
) -> None:
    kept = sent(network)
    kept.form["StatusCallback"] = kept.status_url[:-3] + "xxx"
    assert post(client, network.report(kept, "delivered")) == 404
    assert (reminder_of(appointment).state, heard()) == ("sent", 0)


@pytest.mark.parametrize("changed", [{"MessageSid": ""}, {"MessageStatus": "x" * 21}])
def test_a_report_that_says_nothing_usable_is_refused(
    client: FlaskClient, network: FakeTwilio, appointment: Appointment, changed: dict[str, str]
) -> None:
    report = network.report(sent(network), "delivered")
    validator = fake_twilio.RequestValidator(fake_twilio.AUTH_TOKEN)
    form = report.form | changed
    signature = validator.compute_signature(fake_twilio.PUBLIC + report.path, form)
    assert post(client, Report(report.path, form, {"X-Twilio-Signature": signature})) == 400


def test_a_report_on_a_text_never_sent_is_not_believed(
    client: FlaskClient, network: FakeTwilio, appointment: Appointment
) -> None:
    kept = sent(network)
    other = make_reminded()
    claimed = sending.claim(reminder_of(other).id, channel_name="twilio")
    assert claimed is not None
    row = reminder_of(other)
    row.attempts, row.state, row.reason = 0, "superseded", "The appointment changed first."
    db.session.commit()
    kept.form["StatusCallback"] = claimed.message.status_url
    assert post(client, network.report(kept, "delivered", sid="SM" + "e" * 32)) == 204
    assert reminder_of(other).state == "superseded"

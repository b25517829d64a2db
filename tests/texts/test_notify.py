"""The GOV.UK Notify channel against a real HTTP server: templates by name, one attempt, our
reference."""

import json
import threading
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jsonschema_rs
import pytest

from notifications.channels import open_channel
from notifications.message import Accepted, ChannelError, Found, Outcome, Refused, TryLater, Unknown
from tests.texts.test_twilio import make_message

KEY = "invented-" + "0000000a-0000-4000-8000-000000000000-0000000b-0000-4000-8000-000000000000"
TEMPLATE = "0000000c-0000-4000-8000-000000000000"
SENT = jsonschema_rs.validator_for(
    {
        "type": "object",
        "required": ["phone_number", "template_id", "personalisation", "reference"],
        "additionalProperties": False,
        "properties": {
            "phone_number": {"type": "string", "pattern": r"^\+447700900\d{3}$"},
            "template_id": {"const": TEMPLATE},
            "personalisation": {"type": "object", "additionalProperties": {"type": "string"}},
            "reference": {"type": "string", "minLength": 32, "maxLength": 32},
        },
    }
)


class FakeNotify:
    """Keeps what it is sent; answers the next POST with a status, an error and its words."""

    def __init__(self) -> None:
        self.kept: list[dict[str, Any]] = []
        self.next_answer: tuple[int, str, str] | None = None
        self.drops = False
        self.templates_fail = False
        self.address = ""

    @property
    def settings(self) -> dict[str, str]:
        return {
            "SMS_GATEWAY": "notify",
            "NOTIFY_API_KEY": KEY,
            "NOTIFY_API_BASE_URL": self.address,
        }


@pytest.fixture
def notify() -> Iterator[FakeNotify]:
    fake = FakeNotify()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(fake))
    fake.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield fake
    server.shutdown()
    server.server_close()
    thread.join()


def _handler(fake: FakeNotify) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = urlsplit(self.path)
            if asked.path == "/v2/templates" and fake.templates_fail:
                self._say(500, {"errors": [{"error": "Exception", "message": "down"}]})
            elif asked.path == "/v2/templates":
                self._say(200, {"templates": [{"id": TEMPLATE, "name": "reminder-en"}]})
            else:
                reference = parse_qs(asked.query)["reference"][0]
                found = [each for each in reversed(fake.kept) if each["reference"] == reference]
                self._say(200, {"notifications": found, "links": {}})

        def do_POST(self) -> None:
            form = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            SENT.validate(form)
            if fake.next_answer is not None:
                status, error, words = fake.next_answer
                self._say(status, {"errors": [{"error": error, "message": words}]})
                return
            fake.kept.append({**form, "id": f"notification-{len(fake.kept)}"})
            if fake.drops:
                self.connection.close()
            else:
                self._say(201, {"id": fake.kept[-1]["id"], "reference": form["reference"]})

        def _say(self, status: int, said: dict[str, Any]) -> None:
            body = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def finish(self) -> None:
            with suppress(OSError, ValueError):  # it hung up on purpose
                super().finish()

        def log_message(self, *_: object) -> None:
            """Nobody reads it."""

    return Handler


def test_a_text_goes_by_its_templates_name_with_the_fields_and_our_reference(
    notify: FakeNotify,
) -> None:
    message = make_message()
    assert open_channel(notify.settings).send(message) == Accepted("notification-0")
    (kept,) = notify.kept
    assert kept["personalisation"] == dict(message.fields)
    assert kept["reference"] == message.reference


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ((400, "BadRequestError", "no"), Refused("400 BadRequestError", "no")),
        ((403, "AuthError", "no"), Refused("403 AuthError", "no")),
        ((429, "RateLimitError", "slow down"), TryLater("429 RateLimitError", "slow down")),
        ((503, "Exception", "down"), Unknown("503 Exception: down")),
    ],
)
def test_each_answer_means_one_thing(
    notify: FakeNotify, answer: tuple[int, str, str], outcome: Outcome
) -> None:
    notify.next_answer = answer
    assert open_channel(notify.settings).send(make_message()) == outcome


def test_a_lost_answer_is_found_by_our_reference(notify: FakeNotify) -> None:
    channel = open_channel(notify.settings)
    assert channel.find(make_message()) == Found()
    notify.drops = True
    assert isinstance(channel.send(make_message()), Unknown)
    assert channel.find(make_message()) == Found(("notification-0",))
    assert channel.find(make_message(reference="1" * 32)) == Found()


def test_a_template_that_is_not_there_is_named(notify: FakeNotify) -> None:
    outcome = open_channel(notify.settings).send(make_message(template="moved-cy"))
    assert outcome == Refused("template", "GOV.UK Notify has no template moved-cy.")


def test_what_went_wrong_before_sending_took_nothing(notify: FakeNotify) -> None:
    notify.templates_fail = True
    assert isinstance(open_channel(notify.settings).send(make_message()), TryLater)
    away = {**notify.settings, "NOTIFY_API_BASE_URL": "http://127.0.0.1:9"}
    assert isinstance(open_channel(away).send(make_message()), TryLater)
    assert isinstance(open_channel(away).find(make_message()), Unknown)


@pytest.mark.parametrize(
    ("key", "sentence"),
    [
        ("", "SMS_GATEWAY is notify, which needs NOTIFY_API_KEY."),
        ("short", "NOTIFY_API_KEY is not a key as GOV.UK Notify gives them out."),
    ],
)
def test_a_key_that_is_missing_or_none_is_one_sentence(key: str, sentence: str) -> None:
    with pytest.raises(ChannelError) as refused:
        open_channel({"SMS_GATEWAY": "notify", "NOTIFY_API_KEY": key})
    assert str(refused.value) == sentence


def test_replies_do_not_reach_us(notify: FakeNotify) -> None:
    assert open_channel(notify.settings).two_way is False

"""A stand-in for GOV.UK Notify: a real HTTP server that keeps what it is sent."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jsonschema_rs

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


@contextmanager
def running() -> Iterator[FakeNotify]:
    """At work on a port of its own."""
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

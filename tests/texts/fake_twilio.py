"""A stand-in for Twilio: a real HTTP server that keeps what it is sent and misbehaves on demand.

It refuses every form field it was not told of, lists what it keeps, and signs its callbacks.
"""

import json
import re
import secrets
import threading
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import jsonschema_rs
from twilio.request_validator import RequestValidator

ACCOUNT = "AC" + "0123456789abcdef" * 2
AUTH_TOKEN = "an invented auth token"
SENDER = "+447700900999"
PUBLIC = "https://diaries.example"
PATIENCE_SECONDS = 300  # a busy machine is slow, not wrong
STATUS_URL = rf"^{re.escape(PUBLIC)}/texts/status/[0-9a-f]{{32}}\.[A-Za-z0-9_-]+$"

_MOBILE = {"type": "string", "pattern": r"^\+447700900\d{3}$"}
# What we send, and what is said to us: nothing but this, either way.
CREATE = jsonschema_rs.validator_for(
    {
        "type": "object",
        "required": ["To", "From", "Body", "StatusCallback", "ValidityPeriod"],
        "additionalProperties": False,
        "properties": {
            "To": _MOBILE,
            "From": {"const": SENDER},
            "Body": {"type": "string", "minLength": 1, "maxLength": 160},
            "StatusCallback": {"type": "string", "pattern": STATUS_URL},
            "ValidityPeriod": {"type": "string", "pattern": "^[1-9][0-9]{0,4}$"},
        },
    }
)
LIST = jsonschema_rs.validator_for(
    {
        "type": "object",
        "required": ["To", "PageSize"],
        "additionalProperties": False,
        "properties": {
            "To": _MOBILE,
            "DateSent>": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT00:00:00Z$"},
            "PageSize": {"type": "string"},
        },
    }
)
CALLBACK = jsonschema_rs.validator_for(
    {
        "type": "object",
        "required": ["MessageSid", "MessageStatus", "To", "From", "AccountSid", "ApiVersion"],
        "additionalProperties": False,
        "properties": {
            "MessageSid": {"type": "string", "pattern": "^SM[0-9a-f]{32}$"},
            "SmsSid": {"type": "string"},
            "SmsStatus": {"type": "string"},
            "MessageStatus": {
                "enum": ["queued", "sending", "sent", "delivered", "undelivered", "failed"]
            },
            "ErrorCode": {"type": "string", "pattern": r"^\d{5}$"},
            "To": _MOBILE,
            "From": {"const": SENDER},
            "AccountSid": {"const": ACCOUNT},
            "ApiVersion": {"const": "2010-04-01"},
        },
    }
)


@dataclass(frozen=True)
class Answer:
    """How the next POST is answered; the message is kept when it is `taken`."""

    status: int = 201
    code: int = 0
    words: str = ""
    taken: bool = True
    dropped: bool = False


ACCEPTED = Answer()
ACCEPTED_AND_DROPPED = Answer(dropped=True)
DROPPED = Answer(taken=False, dropped=True)
UNREADABLE = Answer(words="<html>")
TOO_MANY = Answer(429, 20429, "Too Many Requests", taken=False)
UNAVAILABLE = Answer(503, 20503, "Service unavailable", taken=False)
UNAVAILABLE_BUT_TAKEN = Answer(503, 20503, "Service unavailable")
OPTED_OUT = Answer(400, 21610, "Attempt to send to unsubscribed recipient", taken=False)
NO_MOBILE = Answer(400, 21211, "The 'To' number is not a valid phone number.", taken=False)


@dataclass
class Kept:
    """A message that the network has."""

    sid: str
    form: dict[str, str]
    at: datetime
    in_queue: bool = False

    @property
    def status_url(self) -> str:
        return self.form["StatusCallback"]


@dataclass
class Report:
    """A status callback ready to be posted."""

    path: str
    form: dict[str, str]
    headers: dict[str, str]


@dataclass
class FakeTwilio:
    """What the network has, what it will answer next, and what it found wrong."""

    kept: list[Kept] = field(default_factory=list)
    next_answers: list[Answer] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)  # every call, in words
    complaints: list[str] = field(default_factory=list)
    before_answering: Callable[[Kept], None] = lambda _kept: None
    hides: bool = False  # its list does not tell of anything
    port: int = 0

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def settings(self) -> dict[str, str]:
        """The settings that point the real client here."""
        return {
            "SMS_GATEWAY": "twilio",
            "TWILIO_ACCOUNT_SID": ACCOUNT,
            "TWILIO_AUTH_TOKEN": AUTH_TOKEN,
            "TWILIO_FROM": SENDER,
            "TWILIO_API_BASE_URL": self.address,
            "PUBLIC_BASE_URL": PUBLIC,
        }

    def create(self, form: dict[str, str]) -> tuple[Answer, Kept | None]:
        self.asked.append(f"POST {form.get('To')}")
        for error in CREATE.iter_errors(form):
            self.complaints.append(f"sent: {error.message}")
            return Answer(400, 20001, error.message, taken=False), None
        answer = self.next_answers.pop(0) if self.next_answers else ACCEPTED
        if not answer.taken:
            return answer, None
        kept = Kept("SM" + secrets.token_hex(16), form, datetime.now(UTC))
        self.kept.append(kept)
        self.before_answering(kept)
        return answer, kept

    def listed(self, asked: dict[str, str]) -> list[Kept]:
        self.asked.append(f"GET {asked.get('To')}")
        self.complaints += [f"asked: {error.message}" for error in LIST.iter_errors(asked)]
        since = asked.get("DateSent>", "")[:10]
        return [
            each
            for each in reversed(self.kept)
            if not self.hides
            and each.form["To"] == asked.get("To")
            and (not since or (not each.in_queue and f"{each.at:%Y-%m-%d}" >= since))
        ]

    def report(self, kept: Kept, status: str, error_code: str = "", *, sid: str = "") -> Report:
        """What Twilio would post about a message, signed over the exact address and form."""
        sid = sid or kept.sid
        form = {
            "MessageSid": sid,
            "SmsSid": sid,
            "MessageStatus": status,
            "SmsStatus": status,
            "To": kept.form["To"],
            "From": SENDER,
            "AccountSid": ACCOUNT,
            "ApiVersion": "2010-04-01",
            **({"ErrorCode": error_code} if error_code else {}),
        }
        CALLBACK.validate(form)
        signature = RequestValidator(AUTH_TOKEN).compute_signature(kept.status_url, form)
        path = kept.status_url.removeprefix(PUBLIC)
        return Report(path, form, {"X-Twilio-Signature": signature})


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: object, client_address: object) -> None:
        """Callers are killed in these tests."""


@contextmanager
def running(fake: FakeTwilio | None = None, port: int = 0) -> Iterator[FakeTwilio]:
    """The stand-in on a free port of this machine, until the block ends."""
    fake = fake or FakeTwilio()
    server = _Server(("127.0.0.1", port), _handler(fake))
    fake.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(fake: FakeTwilio) -> type[BaseHTTPRequestHandler]:
    path = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
    known = "Basic " + b64encode(f"{ACCOUNT}:{AUTH_TOKEN}".encode()).decode()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            if not self._may_go_on():
                return
            answer, kept = fake.create(dict(parse_qsl(body, keep_blank_values=True)))
            if answer.dropped:
                self.close_connection = True
                self.connection.close()
            elif answer.status == 201 and kept is not None:
                self._say(201, answer.words or _message(kept))
            else:
                more_info = f"https://www.twilio.com/docs/errors/{answer.code}"
                told = {"code": answer.code, "message": answer.words, "more_info": more_info}
                self._say(answer.status, {**told, "status": answer.status})

        def do_GET(self) -> None:
            if not self._may_go_on():
                return
            asked = {name: values[0] for name, values in parse_qs(_query(self.path)).items()}
            messages = [_message(each) for each in fake.listed(asked)]
            page = f"https://api.twilio.com{path}?{_query(self.path)}"
            self._say(
                200,
                {
                    "messages": messages,
                    "uri": page,
                    "first_page_uri": page,
                    "next_page_uri": None,
                    "previous_page_uri": None,
                    "page": 0,
                    "page_size": 50,
                    "start": 0,
                    "end": len(messages),
                },
            )

        def _may_go_on(self) -> bool:
            if self.headers.get("Authorization") != known:
                self._say(401, {"code": 20003, "message": "Authenticate", "status": 401})
                return False
            if urlsplit(self.path).path != path:
                self._say(404, {"code": 20404, "message": "Not found", "status": 404})
                return False
            return True

        def _say(self, status: int, said: Any) -> None:
            body = said.encode() if isinstance(said, str) else json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """It has a list of what it was asked."""

    Handler.wbufsize = -1  # type: ignore[assignment]  # one packet an answer
    return Handler


def _query(path: str) -> str:
    return urlsplit(path).query


def _message(kept: Kept) -> dict[str, Any]:
    """Every field of Twilio's message, as its specification has them."""
    return {
        "account_sid": ACCOUNT,
        "api_version": "2010-04-01",
        "body": kept.form["Body"],
        "date_created": format_datetime(kept.at),
        "date_sent": None if kept.in_queue else format_datetime(kept.at),
        "date_updated": format_datetime(kept.at),
        "direction": "outbound-api",
        "error_code": None,
        "error_message": None,
        "from": SENDER,
        "messaging_service_sid": None,
        "num_media": "0",
        "num_segments": "1",
        "price": None,
        "price_unit": "GBP",
        "sid": kept.sid,
        "status": "queued" if kept.in_queue else "sent",
        "subresource_uris": {
            "media": f"/2010-04-01/Accounts/{ACCOUNT}/Messages/{kept.sid}/Media.json"
        },
        "to": kept.form["To"],
        "uri": f"/2010-04-01/Accounts/{ACCOUNT}/Messages/{kept.sid}.json",
    }

"""The app as it runs in production: gunicorn with several processes, called over HTTP."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.storms.processes import PATIENCE_SECONDS

HERE = Path(__file__).parents[2]


@contextmanager
def serving(url: str, *, processes: int = 3) -> Iterator["Web"]:
    """The app on a free port of this machine, until the block ends."""
    with socket.create_server(("127.0.0.1", 0), backlog=2_048) as door:
        server = subprocess.Popen(
            [
                *(sys.executable, "-m", "gunicorn", "app:create_app()"),
                *("--bind", f"fd://{door.fileno()}", "--workers", str(processes)),
                *("--threads", "8", "--preload", "--log-level", "error"),
                *("--timeout", str(PATIENCE_SECONDS), "--graceful-timeout", "2"),
            ],
            cwd=HERE,
            env={
                **os.environ,
                "DATABASE_URL": url,
                "SECRET_KEY": "a secret for tests",
                "API_LIMIT_PER_SECOND": "10000",
            },
            pass_fds=[door.fileno()],
        )
        web = Web(door.getsockname()[1], server)
        try:
            web.wait_until_up()
            yield web
        finally:
            server.terminate()
            server.wait(PATIENCE_SECONDS)


class Web:
    def __init__(self, port: int, server: "subprocess.Popen[bytes]") -> None:
        self.port = port
        self._server = server

    def wait_until_up(self) -> None:
        """The door is open already: whoever knocks waits until somebody answers."""
        assert call(self.port, "GET", "/healthz")[0] == 200

    def kill_a_process(self) -> None:
        """SIGKILL one of the workers; gunicorn starts another in its place."""
        children = Path(f"/proc/{self._server.pid}/task/{self._server.pid}/children").read_text()
        os.kill(int(children.split()[0]), signal.SIGKILL)


def call(
    port: int, method: str, path: str, token: str = "", asked: dict[str, Any] | None = None
) -> tuple[int, dict[str, Any]]:
    """One request on a connection of its own: status and JSON body."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
    try:
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
        connection.request(method, path, json.dumps(asked) if asked else None, headers)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read() or b"{}")
    finally:
        connection.close()


def book(port: int, token: str, slot_id: int, number: int) -> tuple[int, dict[str, Any]]:
    """Book a slot for a claimant of one's own; (0, {}) when the connection broke."""
    asked = {
        "slot_id": str(slot_id),
        "claimant": {"name": f"Invented Caller {number}", "mobile": f"07700 900{number % 1000:03}"},
        "referral": {"stage": "2", "reason": "skills_health_check"},
    }
    try:
        return call(port, "POST", "/api/v1/appointments", token, asked)
    except (OSError, http.client.HTTPException):
        return 0, {}


def live_a_little(port: int, token: str, slot_ids: list[int], seed: int) -> list[int]:
    """Book, move and cancel one's own over HTTP; the statuses that came back."""
    statuses = []
    for turn, slot_id in enumerate(slot_ids):
        status, booked = book(port, token, slot_id, seed * 50 + turn)
        statuses.append(status)
        if status != 201:
            continue
        path = f"/api/v1/appointments/{booked['id']}"
        to = {"slot_id": str(slot_ids[(turn + seed) % len(slot_ids)])}
        statuses.append(call(port, "POST", f"{path}/move", token, to)[0])
        if turn % 3 == 0:
            statuses.append(call(port, "POST", f"{path}/cancel", token, {"reason": "no need"})[0])
    return statuses

"""Twilio's published OpenAPI as a judge: Prism stands between our client and our stand-in."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.texts.fake_twilio import PATIENCE_SECONDS

PARTS = ("@stoplight/prism-cli@5.14.2", "@twilio/cli-core@8.3.2")
_SPECIFICATION = "node_modules/@twilio/cli-core/src/services/twilio-api/twilio_api_v2010.json"
_HOME = Path(tempfile.gettempdir()) / f"local-diaries-prism-5.14.2-{os.getuid()}"


class CannotJudge(Exception):
    """This machine has no Node, or cannot get the parts; the sentence says which."""


def installed() -> Path:
    """The folder with the parts, fetched on first use and kept outside the project."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        raise CannotJudge("there is no Node on this machine")
    if not (_HOME / _SPECIFICATION).exists():
        _install(npm)
    return _HOME


def _install(npm: str) -> None:
    """Whole or not at all: half of it, left by a run that was killed, would be taken for all."""
    asked = [npm, "install", "--no-audit", "--no-fund", "--ignore-scripts", *PARTS]
    with tempfile.TemporaryDirectory(dir=_HOME.parent, ignore_cleanup_errors=True) as folder:
        try:
            subprocess.run(asked, cwd=folder, check=True, capture_output=True, timeout=300)
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
            raise CannotJudge(f"npm could not get {' and '.join(PARTS)}") from None
        with suppress(OSError):  # another run was quicker
            os.rename(folder, _HOME)


@contextmanager
def between(upstream: str) -> Iterator[str]:
    """Prism in front of the address: whatever breaks the specification is answered with 4xx or
    500 instead."""
    home = installed()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    prism = subprocess.Popen(
        [
            *("node", "node_modules/@stoplight/prism-cli/dist/index.js", "proxy", "--errors"),
            *("-h", "127.0.0.1", "-p", str(port), _SPECIFICATION, upstream),
        ],
        cwd=home,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_until_up(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        prism.terminate()
        prism.wait(PATIENCE_SECONDS)


def _wait_until_up(port: int) -> None:
    for _ in range(10 * PATIENCE_SECONDS):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise CannotJudge(f"Prism did not come up within {PATIENCE_SECONDS} seconds")

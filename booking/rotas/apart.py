"""Work in a process apart: JSON lines in and out, ended at once when this process is to end."""

import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

_PROJECT = Path(__file__).resolve().parents[2]
_STEP_SECONDS = 1.0
_TO_A_WHOLE_GROUP = (signal.SIGTERM, signal.SIGINT)  # by supervisors, and by a terminal
told_to_stop = threading.Event()


def stop_soon() -> None:
    """This process is to end: no work is begun any more, what is under way ends early."""
    told_to_stop.set()


class Apart:
    """A process at work, and what it says line by line."""

    def __init__(self, child: "subprocess.Popen[bytes]") -> None:
        assert child.stdin is not None
        assert child.stdout is not None
        self._child = child
        self._listens = child.stdin
        self._lines: queue.Queue[str | None] = queue.Queue()
        self._reader = threading.Thread(target=self._read, args=[child.stdout], daemon=True)
        self._reader.start()

    def tell(self, given: bytes) -> None:
        """Say what is asked. A process that died first is known by its saying nothing."""
        with suppress(BrokenPipeError):
            self._listens.write(given)
            self._listens.flush()

    def stop(self) -> None:
        """Let it know that nobody waits any more."""
        with suppress(BrokenPipeError):
            self._listens.close()

    def said(self) -> dict[str, Any] | None:
        """What was said within a second, all of it taken together; None when it is over."""
        said: dict[str, Any] = {}
        try:
            line = self._lines.get(timeout=_STEP_SECONDS)
            while line is not None:
                said |= json.loads(line)
                line = self._lines.get_nowait()
        except queue.Empty:
            return said
        self._lines.put(None)  # it is over for whoever asks next as well
        return said or None

    def heard_out(self) -> None:
        """Wait until the process has ended and all it said is read: then its pipe may close."""
        self._reader.join()

    def was_told_to_end(self) -> bool:
        """Once it is over: whether what ends this process ended it, too early for it to refuse.

        Ctrl-C may find its interpreter half begun, which then fails of its own accord.
        """
        return -self._child.wait() in _TO_A_WHOLE_GROUP or told_to_stop.is_set()

    def _read(self, spoken: IO[bytes]) -> None:
        for line in spoken:
            if line.endswith(b"\n"):  # a process that is killed may leave half a one
                self._lines.put(line.decode())
        self._lines.put(None)


@contextmanager
def at_work(module: str, given: bytes) -> Iterator[Apart]:
    """The module at work on what is given; it is ended with the block."""
    command = [sys.executable, "-m", module]
    pipes: Any = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, cwd=_PROJECT, **pipes) as child:
        apart = Apart(child)
        try:
            apart.tell(given)
            yield apart
        finally:
            child.kill()
            apart.stop()
            apart.heard_out()


def answer_of(
    module: str, asked: Mapping[str, Any], *, beat: Callable[[], bool], seconds: float
) -> dict[str, Any] | None:
    """The one line the module answers with, or a "fault"; the beat is called every second.

    None when it was given up: this process or that one is to end, or the beat said that it is
    not ours.
    """
    until = time.monotonic() + seconds
    with at_work(module, json.dumps(asked).encode() + b"\n") as apart:
        while not told_to_stop.is_set() and beat():
            said = apart.said()
            if said is None and apart.was_told_to_end():
                return None
            if said is None:
                return {"fault": "The search ended without an answer."}
            if said:
                return said
            if time.monotonic() > until:
                return {"fault": "No answer was found in time."}
    return None


def first_line(*, nicer: int) -> Any:
    """In the process apart: its first line, read politely."""
    os.nice(nicer)
    for each in _TO_A_WHOLE_GROUP:
        signal.signal(each, signal.SIG_IGN)  # whoever asked passes it on
    return json.loads(sys.stdin.buffer.readline())


def when_nobody_waits(then: Callable[[], object]) -> None:
    """In the process apart: do this as soon as whoever asked says so, or is gone."""

    def listen() -> None:
        os.read(sys.stdin.fileno(), 1)
        then()

    threading.Thread(target=listen, daemon=True).start()


def say(**words: Any) -> None:
    """In the process apart: one line."""
    print(json.dumps(words), flush=True)

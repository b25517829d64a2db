"""Work in a process apart: what is heard of it, and that nothing is left of it."""

import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from booking import worker
from booking.rotas import apart


@pytest.fixture
def says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What the module `talker` does is written here."""
    monkeypatch.setattr(apart, "_PROJECT", tmp_path)
    return tmp_path / "talker.py"


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Whether this process is told to stop, for one test."""
    event, before = threading.Event(), signal.getsignal(signal.SIGUSR1)
    monkeypatch.setattr(apart, "told_to_stop", event)
    yield event
    signal.signal(signal.SIGUSR1, before)


@pytest.mark.filterwarnings("error::pytest.PytestUnhandledThreadExceptionWarning")
def test_whoever_goes_while_it_talks_leaves_no_thread_behind(says: Path) -> None:
    says.write_text("print('{}')\n" + "for _ in range(10**6): print('{}', flush=True)\n")
    for _ in range(20):
        with apart.at_work("talker", b"") as work:
            work._lines.get()  # it is at it
        assert not work._reader.is_alive()


def test_half_a_line_of_one_that_was_killed_is_not_heard(says: Path) -> None:
    says.write_text("""print('{"bound": 1}\\n{"bound": 2', end="")""")
    with apart.at_work("talker", b"") as work:
        heard = {}
        while (said := work.said()) is not None:
            heard |= said
    assert heard == {"bound": 1}


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_look_at_what_is_due_that_fails_is_not_the_last(told: threading.Event) -> None:
    looks: list[int] = []

    def look() -> None:
        looks.append(len(looks))
        if len(looks) == 3:
            told.set()
        raise OSError("too many open files")

    worker._again_and_again(look, 0)
    assert looks == [0, 1, 2]


def test_told_twice_a_server_ends_once(told: threading.Event) -> None:
    """Ctrl-C reaches each process of a terminal, and gunicorn sends its own on to them after it."""
    answered: list[int] = []
    signal.signal(signal.SIGUSR1, lambda number, _: answered.append(number))
    worker._hear_of(signal.SIGUSR1)
    for _ in range(2):
        os.kill(os.getpid(), signal.SIGUSR1)
    assert (answered, told.is_set()) == ([signal.SIGUSR1], True)


@pytest.mark.parametrize("answer", [signal.SIG_DFL, signal.SIG_IGN])
def test_what_a_server_does_not_answer_stays_as_it_is(
    told: threading.Event, answer: signal.Handlers
) -> None:
    signal.signal(signal.SIGUSR1, answer)
    worker._hear_of(signal.SIGUSR1)
    assert signal.getsignal(signal.SIGUSR1) == answer


@pytest.mark.parametrize("ending", [True, False])
def test_what_dies_while_everything_ends_is_no_failure(
    says: Path, told: threading.Event, ending: bool
) -> None:
    """An interpreter that Ctrl-C finds half begun fails with a status of its own."""
    says.write_text("raise SystemExit(1)\n")
    if ending:
        told.set()
    with apart.at_work("talker", b"") as work:
        while work.said() is not None:
            pass
        assert work.was_told_to_end() is ending

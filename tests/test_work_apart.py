"""Work in a process apart: what is heard of it, and that nothing is left of it."""

import threading
from pathlib import Path

import pytest

from booking import worker
from booking.rotas import apart


@pytest.fixture
def says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What the module `talker` does is written here."""
    monkeypatch.setattr(apart, "_PROJECT", tmp_path)
    return tmp_path / "talker.py"


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
def test_a_look_at_what_is_due_that_fails_is_not_the_last(monkeypatch: pytest.MonkeyPatch) -> None:
    told, looks = threading.Event(), []
    monkeypatch.setattr(apart, "told_to_stop", told)

    def look() -> None:
        looks.append(len(looks))
        if len(looks) == 3:
            told.set()
        raise OSError("too many open files")

    worker._again_and_again(look, 0)
    assert looks == [0, 1, 2]

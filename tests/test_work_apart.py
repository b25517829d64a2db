"""Work in a process apart: what is heard of it, and that nothing is left of it."""

import threading
from pathlib import Path

import pytest

from booking.rotas import apart


@pytest.fixture
def says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What the module `talker` does is written here."""
    monkeypatch.setattr(apart, "_PROJECT", tmp_path)
    return tmp_path / "talker.py"


@pytest.mark.filterwarnings("error::pytest.PytestUnhandledThreadExceptionWarning")
def test_whoever_goes_while_it_talks_leaves_no_thread_behind(says: Path) -> None:
    says.write_text("print('{}')\n" + "for _ in range(10**6): print('{}', flush=True)\n")
    before = threading.active_count()
    for _ in range(20):
        with apart.at_work("talker", b"") as work:
            work._lines.get()  # it is at it
        assert threading.active_count() == before


def test_half_a_line_of_one_that_was_killed_is_not_heard(says: Path) -> None:
    says.write_text("""print('{"bound": 1}\\n{"bound": 2', end="")""")
    with apart.at_work("talker", b"") as work:
        heard = {}
        while (said := work.said()) is not None:
            heard |= said
    assert heard == {"bound": 1}

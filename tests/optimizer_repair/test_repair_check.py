"""The checker refuses a repair that is wrong in any figure, and it uses no solver."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from optimizer.repair.changes import AppointmentMove
from optimizer.repair.check import faults
from optimizer.repair.files import parse_repair, repair_text
from optimizer.repair.problem import RepairProblem
from optimizer.repair.solve import repair
from optimizer.repair.words import sentences
from tests.optimizer_rota.makers import (
    entry,
    make_adviser,
    make_document,
    make_office,
    make_room,
    make_rota,
    problem_of,
    sessions,
)


@pytest.fixture
def mended():
    """A1 is ill on Monday; A2, who has two appointments, takes three of the five; two wait."""
    before = make_document(
        offices=[make_office(demand=[4] * 10)],
        rooms=[make_room(), make_room("O1-R2")],
        advisers=[make_adviser(), make_adviser("A2", max_days=1), make_adviser("A3")],
    )
    published = make_rota(
        before,
        entry("A1", 0, "O1", am="O1-R1"),
        entry("A2", 0, "O1", am="O1-R2"),
        entry("A3", 2, "O1", am="O1-R2"),
    )
    ill = make_adviser(available=sessions(2, 3))
    asleep = make_adviser("A3", available=sessions(4))
    now = before | {"advisers": [ill, make_adviser("A2", max_days=1), asleep]}
    booked = {("A1", 0): 5, ("A2", 0): 2, ("A3", 4): 4}
    given = RepairProblem(problem_of(now), published, booked, prices=replace_prices())
    return given, repair(given)


def replace_prices():
    """Nobody else is asked to come, so that some appointments stay without a place."""
    return replace(RepairProblem(None, None).prices, work=1_000)


def test_the_repair_is_right_and_reads_so(mended):
    given, found = mended
    assert faults(given, found) == []
    assert list(sentences(given, found)) == [
        "A1 on Monday: am O1 (O1-R1) → off (not available then).",
        "3 appointments of A1 at O1 on Monday am: A2, same half-day.",
        "1 appointment of A1 at O1 on Monday am: A3 on Wednesday am, another day.",
        "1 appointment of A1 at O1 on Monday am: no place there this week; to be rung.",
    ]


def test_the_file_says_the_same(mended):
    _, found = mended
    read = parse_repair(repair_text(found).encode(), found.rota)
    assert replace(read, seconds=found.seconds) == found


WRONG = [
    (lambda r: replace(r, price=r.price + 1), "The price is"),
    (lambda r: replace(r, price_bound=r.price + 1), "above what it bounds"),
    (lambda r: replace(r, price_bound=r.price - 1), "a bound is not met"),
    (lambda r: replace(r, objective_bound=0), "a bound is not met"),
    (lambda r: replace(r, changes=()), "A1 on Monday am is not stated"),
    (lambda r: replace(r, moves=r.moves[1:]), "A1 on Monday am has 3 appointments unaccounted for"),
    (lambda r: replace(r, moves=(*r.moves, r.moves[0])), "given 6 appointments with 3 places free"),
    (
        lambda r: replace(r, moves=(AppointmentMove("O1", "A1", 0, "A1", 2, 5),)),
        "A1 on Tuesday am is not at O1, but is given appointments",
    ),
    (lambda r: replace(r, rota=replace(r.rota, objective=1)), "The objective is"),
    (lambda r: replace(r, rota=None), "no repair is possible"),
]


@pytest.mark.parametrize(("spoil", "sentence"), WRONG)
def test_what_is_wrong_is_named(mended, spoil, sentence):
    given, found = mended
    assert any(sentence in each for each in faults(given, spoil(found)))


def test_a_change_of_what_is_over_is_named(mended):
    given, found = mended
    over = replace(given, from_session=1)
    assert faults(over, found) == ["A1 on Monday am is changed, which is over."]


def test_the_checker_needs_no_solver():
    probe = (
        "import sys, optimizer.repair.check as c; sys.exit('optimizer.rota.highs' in sys.modules)"
    )
    root = Path(__file__).resolve().parents[2]
    assert subprocess.run([sys.executable, "-c", probe], cwd=root, check=False).returncode == 0

"""The repair found is the one of least price, and the best rota of that price."""

import json
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings

from optimizer.errors import BadInput
from optimizer.repair.changes import AppointmentMove
from optimizer.repair.check import faults
from optimizer.repair.problem import Prices, RepairProblem
from optimizer.repair.solve import repair
from optimizer.rota.infeasible import without_lost_pins
from optimizer.rota.rota import rota_text
from tests.optimizer_repair.by_enumeration import best_repair
from tests.optimizer_repair.mishaps import mishaps
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

SLOW = [HealthCheck.too_slow, HealthCheck.filter_too_much]
ALL_BUT_MONDAY = sessions(2, 3, 4, 5, 6, 7, 8, 9)


@settings(max_examples=80, deadline=None, suppress_health_check=SLOW)
@given(mishap=mishaps())
def test_no_other_repair_is_cheaper(mishap):
    document, rota, booked, from_session = mishap
    published = json.loads(rota_text(rota))["assignments"]
    best = best_repair(document, published, booked, from_session)
    given = RepairProblem(problem_of(document), rota, booked, from_session)
    found = repair(given)
    if best is None:
        assert found.status == "infeasible"
        assert found.reasons
        return
    assert found.status == "optimal"
    assert (found.price, found.rota.objective) == best
    assert faults(given, found) == []


def two_at_one(*entries, now, booked=None, from_session=0, **fields):
    """A week at O1 with two rooms and a colleague who is free; `now` says what became of it."""
    before = make_document(
        rooms=[make_room(), make_room("O1-R2")],
        advisers=[make_adviser(), make_adviser("A2")],
    )
    document = before | fields | now
    published = make_rota(before, *entries)
    return RepairProblem(problem_of(document), published, booked or {}, from_session)


SICK = {"advisers": [make_adviser(available=ALL_BUT_MONDAY), make_adviser("A2")]}
BOTH_ON = (entry("A1", 0, "O1", am="O1-R1"), entry("A2", 0, "O1", am="O1-R2"))


def moves_of(given):
    found = repair(given)
    assert faults(given, found) == []
    return found.moves


def test_nothing_happened_nothing_changes():
    found = repair(two_at_one(*BOTH_ON, now={}, booked={("A1", 0): 5}))
    assert (found.status, found.price, found.changes, found.moves) == ("optimal", 0, (), ())


def test_a_lost_room_is_another_room_with_the_same_adviser():
    rooms = {"rooms": [make_room(open=ALL_BUT_MONDAY), make_room("O1-R2")]}
    given = two_at_one(entry("A1", 0, "O1", am="O1-R1"), now=rooms, booked={("A1", 0): 3})
    found = repair(given)
    (change,) = found.changes
    assert (change.before.place, change.after.place) == ("O1-R1", "O1-R2")
    assert (found.price, found.moves) == (1 + 3, ())


def test_a_colleague_who_is_there_takes_what_fits_at_the_same_time():
    """A morning has five places, two of them booked; for the fourth the colleague stays on."""
    given = two_at_one(*BOTH_ON, now=SICK, booked={("A1", 0): 4, ("A2", 0): 2})
    assert moves_of(given) == (
        AppointmentMove("O1", "A1", 0, "A2", 0, 3),
        AppointmentMove("O1", "A1", 0, "A2", 1, 1),
    )


def test_a_colleague_is_asked_to_come_for_many_appointments_and_not_for_one():
    alone = (entry("A1", 0, "O1", am="O1-R1"), entry("A1", 2, "O1", am="O1-R1"))
    many = two_at_one(*alone, now=SICK, booked={("A1", 0): 4})
    one = two_at_one(*alone, now=SICK, booked={("A1", 0): 1})
    assert moves_of(many) == (AppointmentMove("O1", "A1", 0, "A2", 0, 4),)
    assert moves_of(one) == (AppointmentMove("O1", "A1", 0, "A1", 4, 1),)


def test_the_same_day_is_nearer_than_another_day():
    colleague = (entry("A2", 0, "O1", pm="O1-R2"), entry("A2", 1, "O1", am="O1-R2"))
    given = two_at_one(BOTH_ON[0], *colleague, now=SICK, booked={("A1", 0): 1})
    assert moves_of(given) == (AppointmentMove("O1", "A1", 0, "A2", 1, 1),)


def test_what_cannot_be_kept_is_named():
    now = {"advisers": [make_adviser(available=sessions()), make_adviser("A2", max_days=0)]}
    given = two_at_one(BOTH_ON[0], now=now, booked={("A1", 0): 2})
    assert moves_of(given) == (AppointmentMove("O1", "A1", 0, None, None, 2),)


def test_who_has_appointments_keeps_the_room_that_two_can_no_longer_share():
    rooms = {"rooms": [make_room(open=ALL_BUT_MONDAY), make_room("O1-R2")]}
    given = two_at_one(*BOTH_ON, now=rooms, booked={("A1", 0): 2})
    assert [change.adviser for change in repair(given).changes if change.elsewhere] == ["A2"]


def test_what_is_over_stays_and_the_afternoon_may_change():
    now = {"advisers": [make_adviser(available=[True] + [False] * 9), make_adviser("A2")]}
    published = entry("A1", 0, "O1", am="O1-R1", pm="O1-R1")
    given = two_at_one(published, now=now, booked={("A1", 0): 5, ("A1", 1): 3}, from_session=1)
    found = repair(given)
    assert ("A1", 0) in {(e.adviser, s) for e in found.rota.assignments for s in e.places}
    assert found.moves == (AppointmentMove("O1", "A1", 1, "A2", 1, 3),)


def test_what_is_over_stays_even_if_changing_it_were_free_and_better():
    """Only the afternoon is wanted, and each half-day costs, as the room cannot be booked."""
    wanted = {
        "offices": [make_office(demand=[0, 4] + [0] * 8)],
        "rooms": [make_room(bookable_in_advance=False)],
    }
    published = entry("A1", 0, "O1", am="O1-R1", pm="O1-R1")
    given = two_at_one(published, now=wanted, from_session=1)
    found = repair(replace(given, prices=Prices(work=0)))
    assert [sorted(each.places) for each in found.rota.assignments] == [[0, 1]]


def test_a_repair_moves_nobody_to_tidy_up():
    """The published day costs more than it brings, but nothing happened that touches it."""
    given = two_at_one(entry("A1", 0, "O1", am="O1-R1"), now={})
    found = repair(given)
    assert (found.changes, len(found.rota.assignments)) == ((), 1)
    assert found.rota.objective > 0


def test_a_pin_that_cannot_be_kept_is_a_reason_until_it_is_dropped():
    pins = [
        {"adviser": "A1", "day": 0, "office": "O1"},
        {"adviser": "A2", "day": 0, "office": "O1"},
    ]
    given = two_at_one(*BOTH_ON, now=SICK | {"pinned": pins})
    found = repair(given)
    reason = "Rules 7 and 1: A1 is pinned to O1 on Monday, but has no available session that day."
    assert (found.status, found.rota, found.reasons) == ("infeasible", None, (reason,))
    problem, said = without_lost_pins(given.problem)
    assert said == (reason,)
    assert [pin.adviser for pin in problem.pinned] == ["A2"]
    assert repair(RepairProblem(problem, given.published)).status == "optimal"


def test_an_office_or_a_person_that_is_gone_can_be_repaired():
    before = make_document(
        offices=[make_office(), make_office("O2")],
        rooms=[make_room(), make_room("O2-R1", "O2")],
        advisers=[make_adviser(), make_adviser("A2", travel_minutes={"O2": 5})],
    )
    published = make_rota(
        before, entry("A1", 0, "O1", am="O1-R1"), entry("A2", 0, "O2", am="O2-R1")
    )
    now = make_document(offices=[make_office("O1")], rooms=[make_room()], advisers=[make_adviser()])
    found = repair(RepairProblem(problem_of(now), published, {("A2", 0): 1}))
    assert [entry.adviser for entry in found.rota.assignments] == ["A1"]
    assert found.moves == (AppointmentMove("O2", "A2", 0, None, None, 1),)


@pytest.mark.parametrize(
    ("entries", "fields", "sentence"),
    [
        (BOTH_ON, {"booked": {("A9", 0): 1}}, "booked with A9 on Monday am"),
        (BOTH_ON, {"from_session": 2, "now": SICK}, "What is over must stay as it was"),
        ((*BOTH_ON, BOTH_ON[0]), {}, "has A1 on Monday 2 times"),
    ],
)
def test_what_makes_no_sense_is_refused(entries, fields, sentence):
    with pytest.raises(BadInput, match=sentence):
        repair(two_at_one(*entries, **({"now": {}} | fields)))

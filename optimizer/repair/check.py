"""Verifies a repair without the solver: its rota, what it changes, where appointments go."""

from collections import Counter

from optimizer.repair.changes import (
    Repair,
    office_of,
    seats,
    session_changes,
    spare_places,
    stranded,
    total_price,
)
from optimizer.repair.problem import AdviserSession, RepairProblem
from optimizer.rota.check import faults as rota_faults
from optimizer.rota.problem import session_name
from optimizer.rota.rota import Rota


def faults(given: RepairProblem, found: Repair) -> list[str]:
    """What is wrong with the repair, in sentences; empty when it is legal and its figures right.

    Bounds cannot be verified without solving; only that they agree with the status is checked.
    """
    if found.rota is None:
        return ["The file says that no repair is possible, so there is none to check."]
    wrong = rota_faults(given.problem, found.rota)
    if wrong:
        return wrong
    wrong = [*_changed_past(given, found.rota), *_wrong_changes(given, found)]
    return wrong or [*_wrong_moves(given, found, found.rota), *_wrong_figures(given, found)]


def _changed_past(given: RepairProblem, rota: Rota) -> list[str]:
    before, after = seats(given.published), seats(rota)
    return [
        f"{adviser} on {session_name(session)} is changed, which is over."
        for adviser, session in sorted(before.keys() | after.keys())
        if session < given.from_session
        and before.get((adviser, session)) != after.get((adviser, session))
    ]


def _wrong_changes(given: RepairProblem, found: Repair) -> list[str]:
    assert found.rota is not None
    true, stated = set(session_changes(given, found.rota)), set(found.changes)
    differ = sorted(true ^ stated, key=lambda change: (change.adviser, change.session))
    return [
        f"The change of {change.adviser} on {session_name(change.session)} is"
        f" {'not stated' if change in true else 'stated, but not so'}."
        for change in differ
    ]


def _wrong_moves(given: RepairProblem, found: Repair, rota: Rota) -> list[str]:
    at, spare = seats(rota), spare_places(given, rota)
    offices = {key: entry.office for key, entry in given.assigned.items()}
    left, taken = Counter(stranded(found.changes)), Counter[AdviserSession]()
    wrong = []
    for move in found.moves:
        source = (move.adviser, move.session)
        left[source] -= move.count
        if offices.get(source) != move.office:
            wrong.append(f"{_named(source)} was not at {move.office}.")
        if move.to_adviser is not None and move.to_session is not None:
            target = (move.to_adviser, move.to_session)
            taken[target] += move.count
            if office_of(at.get(target)) != move.office:
                wrong.append(
                    f"{_named(target)} is not at {move.office}, but is given appointments."
                )
    wrong += [
        f"{_named(key)} has {count} appointments unaccounted for."
        for key, count in left.items()
        if count
    ]
    wrong += [
        f"{_named(key)} is given {count} appointments with {spare.get(key, 0)} places free."
        for key, count in taken.items()
        if count > spare.get(key, 0)
    ]
    return wrong


def _wrong_figures(given: RepairProblem, found: Repair) -> list[str]:
    assert found.rota is not None
    wrong = []
    price = total_price(given.prices, found.changes, found.moves)
    if price != found.price:
        wrong.append(f"The price is {price}, not {found.price} as stated.")
    objective = found.rota.objective or 0
    if found.price_bound > price or found.objective_bound > objective:
        wrong.append("A bound is above what it bounds.")
    if found.status == "optimal" and (found.price_bound, found.objective_bound) != (
        price,
        objective,
    ):
        wrong.append("The status is optimal, but a bound is not met.")
    return wrong


def _named(key: AdviserSession) -> str:
    return f"{key[0]} on {session_name(key[1])}"

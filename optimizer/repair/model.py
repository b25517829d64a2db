"""The repair as two integer programs over one price: least price first, then least objective.

The first program only counts who is where; the second adds the rota's objective and its seats,
among the adviser-days that a repair of least price can have.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from optimizer.repair.changes import Seat, is_room_lost, move_price, office_of, seats
from optimizer.repair.problem import AdviserSession, RepairProblem, with_past_pinned
from optimizer.repair.seating import Seating
from optimizer.rota.columns import Column, columns
from optimizer.rota.model import RotaModel, build_model
from optimizer.rota.office_days import Arrivals, OfficeDay, without_patterns
from optimizer.rota.problem import SESSIONS, Problem
from optimizer.rota.program import Program, Terms

Flow = tuple[str, int, int | None]
"""Appointments of an office's session that go to a session there, or have no place."""


@dataclass(frozen=True, slots=True)
class Price:
    """The price as constant and terms, and the variable of every flow of appointments."""

    constant: int
    terms: Terms
    flows: dict[Flow, int]


def possible_columns(given: RepairProblem) -> list[Column]:
    """The adviser-days a repair may have: what is over stays exactly as it was."""
    before = seats(given.published)
    over = range(given.from_session)

    def keeps_the_past(column: Column) -> bool:
        return all(
            (session in column.sessions) == ((column.adviser, session) in before)
            for session in over
            if session // 2 == column.day
        )

    return [column for column in columns(with_past_pinned(given)) if keeps_the_past(column)]


def counting_model(given: RepairProblem, chosen: list[Column]) -> tuple[RotaModel, Price]:
    """The first program: who is where, within places, at the least price."""
    model = build_model(with_past_pinned(given), chosen, _within_places)
    price = _add_price(given, model)
    program = model.program
    program.constant = price.constant
    program.costs = [0] * len(program.costs)
    for factor, index in price.terms:
        program.costs[index] += factor
    return model, price


def seating_model(
    given: RepairProblem, chosen: list[Column], most: int
) -> tuple[RotaModel, Price, Seating]:
    """The second program: the least objective among repairs that cost at most `most`."""
    seating = Seating(given, chosen)
    model = build_model(with_past_pinned(given), chosen, seating.add_day)
    price = _add_price(given, model)
    model.program.at_most(price.terms, most - price.constant)
    return model, price, seating


def _within_places(problem: Problem, program: Program, arrivals: Arrivals) -> OfficeDay:
    """Nobody without a place; whoever stays in an open room keeps it, so numbers are enough."""
    for half, there in enumerate(arrivals.by_half):
        if there:
            session = 2 * arrivals.day + half
            rooms = sum(
                room.office == arrivals.office.id and room.open[session] for room in problem.rooms
            )
            program.at_most(there, rooms + arrivals.office.overflow_places)
    return without_patterns(program, arrivals)


def _add_price(given: RepairProblem, model: RotaModel) -> Price:
    before = seats(given.published)
    prices = given.prices
    terms: Terms = []
    for index, column in enumerate(model.columns):
        price = sum(
            _session_price(given, before.get((column.adviser, session)), column, session)
            for session in column.sessions
        )
        if price:
            terms.append((price, index))
    flows = _add_flows(given, model, before)
    for (_, session, to_session), index in flows.items():
        terms.append((move_price(prices, session, to_session), index))
    return Price(prices.work * len(before), terms, flows)


def _session_price(given: RepairProblem, before: Seat | None, column: Column, session: int) -> int:
    """What working that session there costs beside being off, which is `work` if published."""
    prices = given.prices
    if before is None:
        return prices.work
    if before.office != column.office:
        return 0
    booked = given.booked.get((column.adviser, session), 0)
    lost = is_room_lost(given.problem, before, session)
    return (prices.room + prices.other_room * booked if lost else 0) - prices.work


def _add_flows(
    given: RepairProblem, model: RotaModel, before: Mapping[AdviserSession, Seat]
) -> dict[Flow, int]:
    """Appointments stay with their adviser, or go to a session of their office, or nowhere."""
    program = model.program
    flows: dict[Flow, int] = {}
    staying: dict[tuple[str, int], Terms] = defaultdict(list)
    spare: dict[tuple[str, int], Terms] = defaultdict(list)
    capacity = {office.id: office.capacity for office in given.problem.offices}
    for index, column in enumerate(model.columns):
        for session in column.sessions:
            if session >= given.from_session:
                own = office_of(before.get((column.adviser, session))) == column.office
                booked = given.booked.get((column.adviser, session), 0) if own else 0
                staying[column.office, session].append((booked, index))
                free = capacity[column.office][session] - booked
                spare[column.office, session].append((max(0, free), index))
    wanted = _booked_by_office(given, before)
    for (office, session), booked in wanted.items():
        targets = [to for to in range(SESSIONS) if spare[office, to]]
        leaving = {to: program.variable(0, booked) for to in (*targets, None)}
        terms = [(1, index) for index in leaving.values()]
        program.equal([*terms, *staying[office, session]], booked)
        for to, index in leaving.items():
            flows[office, session, to] = index
            if to is not None:
                spare[office, to].append((-1, index))
    for terms in spare.values():
        if any(factor < 0 for factor, _ in terms):
            program.at_least(terms, 0)
    return flows


def _booked_by_office(
    given: RepairProblem, before: Mapping[AdviserSession, Seat]
) -> Counter[tuple[str, int]]:
    """Appointments by office and session, of sessions that are not over."""
    counts: Counter[tuple[str, int]] = Counter()
    for (adviser, session), booked in given.booked.items():
        if session >= given.from_session and booked:
            counts[before[adviser, session].office, session] += booked
    return counts

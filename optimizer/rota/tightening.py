"""The rounds that tighten a rota's relaxation: solve, find violated rows, add them, again."""

from collections.abc import Iterator

from optimizer.rota.cuts import add_rounded_weeks, separate, visitors
from optimizer.rota.model import RotaModel
from optimizer.rota.relaxation import LinearSolution, Relaxation
from optimizer.rota.timing import Clock

MOST_ROUNDS = 7
MOST_ROWS_A_ROUND = 300
LEAST_GAIN = 0.0001


def relaxation_of(model: RotaModel) -> Relaxation:
    """The relaxation, with each week's shortage rounded once."""
    add_rounded_weeks(model.program, model.weeks)
    return Relaxation(model.program)


def tightened(model: RotaModel, relaxation: Relaxation, clock: Clock) -> Iterator[LinearSolution]:
    """The solution of each round, while that raises the bound and time is left.

    The rows are valid for every rota, whatever the relaxation leaves out meanwhile.
    """
    guests = visitors(model)
    before = 0.0
    for _ in range(MOST_ROUNDS):
        solution = relaxation.solve(clock.left)
        if solution is None:
            return
        yield solution
        if solution.value - before < LEAST_GAIN * solution.value:
            return
        before = solution.value
        cuts = separate(model, guests, solution.values)
        relaxation.add(cut.row for cut in cuts[:MOST_ROWS_A_ROUND])

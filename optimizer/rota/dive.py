"""A first good rota from the relaxation: fix what is nearly certain, solve again, repeat."""

from collections import Counter
from collections.abc import Iterable, Sequence

from optimizer.rota.model import RotaModel
from optimizer.rota.problem import MOST_TRAVEL_MINUTES
from optimizer.rota.relaxation import LinearSolution, Relaxation
from optimizer.rota.timing import Clock

CERTAIN = 0.95
SHARE_FIXED_EACH_TIME = 0.15
STEP_SECONDS = 3.0


def dive(
    model: RotaModel, relaxation: Relaxation, solution: LinearSolution, clock: Clock
) -> set[int] | None:
    """The columns of a rota, or None when the dive ends in a dead end or the time is over.

    A batch that leaves no solution is taken back and its likeliest column tried alone; if that
    fails too, the column is left out. The relaxation's bounds are as before afterwards.
    """
    count = len(model.columns)
    fixed: set[int] = set()
    left_out: set[int] = set()
    current = solution
    try:
        while not clock.over:
            chosen = {index for index in range(count) if current.values[index] > 1e-6}
            if all(current.values[index] > 1 - 1e-6 for index in chosen):
                return chosen
            batch = _compatible(model, fixed, _most_certain(current.values, chosen - fixed))
            after = _fix(relaxation, batch, clock)
            if after is None and not clock.over:
                batch, out = batch[:1], batch[0]
                after = _fix(relaxation, batch, clock)
                if after is None:
                    left_out.add(out)
                    batch = []
                    relaxation.set_bounds(out, 0, 0)
                    after = relaxation.solve(min(clock.left, STEP_SECONDS))
            if after is None:
                return None
            fixed |= set(batch)
            current = after
        return None
    finally:
        for index in fixed | left_out:
            relaxation.set_bounds(index, 0, 1)


def _fix(relaxation: Relaxation, batch: Sequence[int], clock: Clock) -> LinearSolution | None:
    """Fix the batch at one and solve; takes it back when there is no solution."""
    for index in batch:
        relaxation.set_bounds(index, 1, 1)
    after = relaxation.solve(min(clock.left, STEP_SECONDS))
    if after is None:
        for index in batch:
            relaxation.set_bounds(index, 0, 1)
    return after


def _most_certain(values: Sequence[float], candidates: set[int]) -> list[int]:
    """The likeliest first; all that are certain and a share of the rest."""
    order = sorted(candidates, key=lambda index: (-values[index], index))
    certain = sum(values[index] >= CERTAIN for index in order)
    return order[: certain + max(1, int(SHARE_FIXED_EACH_TIME * (len(order) - certain)))]


def _compatible(model: RotaModel, fixed: Iterable[int], batch: Sequence[int]) -> list[int]:
    """The batch without what plainly cannot go with the columns fixed or earlier in it.

    The relaxation would find that out too, but takes long to prove that nothing is left.
    """
    places = _places(model)
    most = {adviser.id: adviser.max_days for adviser in model.problem.advisers}
    days: set[tuple[str, int]] = set()
    load: Counter[str] = Counter()
    minutes: Counter[str] = Counter()
    there: Counter[tuple[str, int]] = Counter()
    kept = []
    for index in [*fixed, *batch]:
        column = model.columns[index]
        if (
            (column.adviser, column.day) not in days
            and load[column.adviser] < most[column.adviser]
            and minutes[column.adviser] + column.minutes <= MOST_TRAVEL_MINUTES
            and all(
                there[column.office, session] < places[column.office, session]
                for session in column.sessions
            )
        ):
            kept.append(index)
            days.add((column.adviser, column.day))
            load[column.adviser] += 1
            minutes[column.adviser] += column.minutes
            there.update((column.office, session) for session in column.sessions)
    already = set(fixed)
    return [index for index in kept if index not in already] or list(batch[:1])


def _places(model: RotaModel) -> dict[tuple[str, int], int]:
    return {
        (week.office.id, 2 * day + half): sum(
            len(kind.places) for kind in office_day.kinds if (kind.pm if half else kind.am)
        )
        for week in model.weeks
        for day, office_day in enumerate(week.days)
        for half in (0, 1)
    }

"""Weeks that were published and then went wrong, small enough to try every repair."""

from typing import Any

from hypothesis import strategies as st

from optimizer.rota.solve import solve
from tests.optimizer_rota.invented_problems import small_problems
from tests.optimizer_rota.makers import Document, problem_of


@st.composite
def mishaps(draw: Any) -> Any:
    """The week as it now is, its published rota, the bookings and the first session not over."""
    document = draw(small_problems())
    rota = solve(problem_of(document), workers=1)
    if rota.status == "infeasible":
        document["pinned"] = []
        rota = solve(problem_of(document), workers=1)
    start = draw(st.sampled_from([0, 0, 0, 1, 2, 3]))
    worked = sorted((entry.adviser, s) for entry in rota.assignments for s in entry.places)
    booked = {key: draw(st.integers(0, 3)) for key in worked}
    document["advisers"] = [draw(_off(adviser, start)) for adviser in document["advisers"]]
    document["rooms"] = [draw(_shut(room, start)) for room in document["rooms"]]
    return document, rota, booked, start


def _off(adviser: Document, start: int) -> st.SearchStrategy[Document]:
    sick = st.sampled_from([[], [], list(range(10)), [2, 3], [1], [2]])
    return sick.map(
        lambda gone: adviser | {"available": _without(adviser["available"], gone, start)}
    )


def _shut(room: Document, start: int) -> st.SearchStrategy[Document]:
    lost = st.sampled_from([[], [], [], list(range(10)), [0, 1]])
    return lost.map(lambda gone: room | {"open": _without(room["open"], gone, start)})


def _without(flags: list[bool], gone: list[int], start: int) -> list[bool]:
    return [flag and not start <= session in gone for session, flag in enumerate(flags)]

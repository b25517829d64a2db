"""How long a solve may still take, or how many nodes, and whether somebody asked it to stop."""

import time
from threading import Event

SHARE_FOR_ROUNDS = 0.4
A_MONTH = 30 * 86_400.0


class Clock:
    """Seconds since it was made, against a limit and a stop request.

    With a limit of `nodes` for each step of a search, time decides nothing: what is found is the
    same on every machine.
    """

    def __init__(self, seconds: float, stop: Event, nodes: int | None = None) -> None:
        self._started = time.monotonic()
        self._seconds = seconds if nodes is None else A_MONTH
        self._stop = stop
        self.nodes = nodes

    @property
    def elapsed(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self._started

    @property
    def left(self) -> float:
        """Seconds until the limit; 0 once a stop was asked for."""
        return 0.0 if self._stop.is_set() else max(0.0, self._seconds - self.elapsed)

    def at_most(self, seconds: float) -> float:
        """The seconds that a step may take which should not use up all that are left."""
        return self.left if self.nodes is not None else min(seconds, self.left)

    @property
    def over(self) -> bool:
        """Whether the time is up or a stop was asked for."""
        return self.left == 0.0

    @property
    def past_share(self) -> bool:
        """Whether the share of the time that the relaxation may take is over."""
        return self.elapsed > SHARE_FOR_ROUNDS * self._seconds

    def wait(self, seconds: float) -> None:
        """Sleep for the seconds, or until a stop is asked for."""
        self._stop.wait(seconds)

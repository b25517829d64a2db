"""Use cases called from several real processes, or threads, at the same moment."""

import multiprocessing
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import time_machine
from flask import Flask

from booking.errors import BookingError
from tests.conftest import make_app

LONG_BEFORE = "2026-11-23T09:00:00Z"
PATIENCE_SECONDS = 300  # a busy machine is slow, not wrong
# Each is a process of its own with an app and connections of its own; only what is imported comes
# from a server that has done nothing else.
forked = multiprocessing.get_context("forkserver")
forked.set_forkserver_preload([__name__])
_the_app: Flask | None = None
_start: Any = None


def from_processes(
    url: str, function: Callable[..., Any], calls: Sequence[tuple[Any, ...]], *, count: int = 4
) -> list[Any]:
    """What each `function(*arguments)` answered from `count` processes, or its refusal's code.

    The processes wait for each other before the first call, at a time far from the sessions.
    """
    barrier = forked.Barrier(count)
    with forked.Pool(count, _settle_in, (url, barrier)) as pool:
        return pool.starmap(_call, [(function, arguments) for arguments in calls], chunksize=1)


def _settle_in(url: str, barrier: Any) -> None:
    global _the_app  # noqa: PLW0603 - each process keeps the one app it made
    time_machine.travel(LONG_BEFORE, tick=True).start()
    _the_app = make_app(url)
    barrier.wait(PATIENCE_SECONDS)


def _call(function: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
    assert _the_app is not None
    return _answer(_the_app, function, arguments)


def from_threads(
    app: Flask, function: Callable[..., Any], calls: Sequence[tuple[Any, ...]], *, count: int = 8
) -> list[Any]:
    """The same from threads of this process."""
    barrier = threading.Barrier(count)
    with ThreadPoolExecutor(count, initializer=barrier.wait) as pool:
        return list(pool.map(lambda arguments: _answer(app, function, arguments), calls))


def _answer(app: Flask, function: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
    with app.app_context():
        try:
            return function(*arguments)
        except BookingError as refusal:
            offered = len(getattr(refusal, "alternatives", ()))
            return f"{refusal.code} with {offered}" if offered else refusal.code

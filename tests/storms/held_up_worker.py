"""`flask worker` whose repairs and answers never come: `python -m tests.storms.held_up_worker WHY`.

Something else stands in for the processes apart, so that nothing depends on how long these take.
"""

import sys
from typing import Any

from flask import Flask

from app import create_app
from booking import worker
from booking.rotas import answering, apart, repair_planning

NEVER_AWAKE, DEAF = "never awake", "deaf"
_INSTEAD = {NEVER_AWAKE: "tests.storms.never_awake", DEAF: "tests.sleeper"}


def held_up(why: str) -> Flask:
    """The app, with that from now on."""

    def never(module: str, *asked: Any, **more: Any) -> Any:
        return apart.answer_of(_INSTEAD[why], *asked, **more)

    answering.answer_of = repair_planning.answer_of = never  # type: ignore[attr-defined]
    return create_app()


if __name__ == "__main__":
    worker.run_forever(held_up(sys.argv[1]))

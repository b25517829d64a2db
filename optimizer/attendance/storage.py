"""A forecast as a JSON file: what it learned, from when to when, and how well it scored."""

import json
import os
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from optimizer.attendance.effects import Effects
from optimizer.attendance.forecast import Forecast, Window
from optimizer.attendance.learning import Learned, Tuning
from optimizer.attendance.level import Level
from optimizer.attendance.sides import Cells, Side
from optimizer.errors import BadInput

FORMAT = "attendance-forecast/1"


def save(forecast: Forecast, path: Path) -> None:
    """Write the whole file or nothing."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        unfinished.write_text(json.dumps(as_document(forecast)), encoding="utf-8")
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def load(path: Path) -> Forecast:
    """The forecast in a file; raises BadInput naming the file."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        if document["format"] != FORMAT:
            raise BadInput(f"{path} is no {FORMAT} file.")
        return from_document(document)
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}.") from None
    except (ValueError, TypeError, KeyError) as error:
        raise BadInput(f"{path} is no {FORMAT} file.") from error


def as_document(forecast: Forecast) -> dict[str, Any]:
    """JSON values that `from_document` turns back into the same forecast."""
    window = forecast.window
    return {
        "format": FORMAT,
        "window": {
            **asdict(window),
            "first_on": window.first_on and window.first_on.isoformat(),
            "last_on": window.last_on and window.last_on.isoformat(),
        },
        "tuning": asdict(forecast.tuning),
        "district_of": dict(forecast.district_of),
        "usual": forecast.usual.tolist(),
        "offices": list(forecast.learned.offices),
        "districts": list(forecast.learned.districts),
        "ahead": _side_document(forecast.learned.ahead),
        "same_day": _side_document(forecast.learned.same_day),
    }


def from_document(document: dict[str, Any]) -> Forecast:
    """The forecast of `as_document`; raises KeyError, TypeError or ValueError."""
    window = dict(document["window"])
    for end in ("first_on", "last_on"):
        window[end] = window[end] and date.fromisoformat(window[end])
    learned = Learned(
        tuple(document["offices"]),
        tuple(document["districts"]),
        _side(document["ahead"]),
        _side(document["same_day"]),
    )
    return Forecast(
        learned,
        Tuning(**document["tuning"]),
        dict(document["district_of"]),
        np.array(document["usual"], dtype=float),
        Window(**window),
    )


def _side_document(side: Side) -> dict[str, Any]:
    effects = side.effects
    return {
        "base": effects.base,
        "base_variance": effects.base_variance,
        "groups": {name: values.tolist() for name, values in effects.groups.items()},
        "spread": effects.spread,
        "office": effects.office.tolist(),
        "office_spread": effects.office_spread,
        "office_variance": effects.office_variance.tolist(),
        "level": asdict(side.level),
        "cells": {"keys": side.cells.keys.tolist(), "offsets": side.cells.offsets.tolist()},
    }


def _side(document: dict[str, Any]) -> Side:
    effects = Effects(
        base=document["base"],
        base_variance=document["base_variance"],
        groups={name: np.array(values, float) for name, values in document["groups"].items()},
        spread=document["spread"],
        office=np.array(document["office"], dtype=float),
        office_spread=document["office_spread"],
        office_variance=np.array(document["office_variance"], dtype=float),
        uncertainty={},
    )
    cells = document["cells"]
    keys, offsets = np.array(cells["keys"], dtype=np.int64), np.array(cells["offsets"], float)
    return Side(effects, Level(**document["level"]), Cells(keys, offsets))

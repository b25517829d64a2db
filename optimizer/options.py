"""Command-line parsing whose complaints are one plain sentence naming the option."""

import argparse
import json
import math
import sys
from collections.abc import Mapping
from datetime import date
from typing import NoReturn


class PlainParser(argparse.ArgumentParser):
    """An argument parser that answers bad input with one sentence and exit code 2."""

    def error(self, message: str) -> NoReturn:
        if message.startswith("argument "):
            message = message.removeprefix("argument ").replace(": ", " ", 1)
        self.exit(2, f"{message[:1].upper()}{message[1:].rstrip('.')}.\n")


def number(text: str) -> float:
    """A finite number; anything else is refused in words."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise argparse.ArgumentTypeError(f"must be a number, not '{text}'")
    return value


def whole_number(text: str) -> int:
    """A whole number; anything else is refused in words."""
    try:
        return int(text)
    except ValueError:
        message = f"must be a whole number, not '{text}'"
        raise argparse.ArgumentTypeError(message) from None


def day(text: str) -> date:
    """A date written 2016-05-31."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        message = f"must be a date such as 2016-05-31, not '{text}'"
        raise argparse.ArgumentTypeError(message) from None


def print_json(answer: Mapping[str, object]) -> None:
    """One JSON object, full precision, alone on standard output; one field a line."""
    fields = (f"  {json.dumps(key)}: {json.dumps(answer[key], allow_nan=False)}" for key in answer)
    sys.stdout.write("{\n" + ",\n".join(fields) + "\n}\n")

"""`python -m optimizer fta evaluate`: how well FTA can be forecast from a history."""

import argparse
import sys
from pathlib import Path
from typing import Any

from tqdm import tqdm

from optimizer.attendance.evaluate import evaluate
from optimizer.attendance.history import BadRow, read_history
from optimizer.options import day, print_json

FIGURES = ("log_loss", "brier", "ece10", "auc")
DAY_FIGURES = ("log_score", "crps", "pit_chi2_9")


def register(subparsers: Any) -> None:
    """Add `fta` with its one question."""
    parser = subparsers.add_parser(
        "fta", help="failure-to-attend rates from past appointments", allow_abbrev=False
    )
    questions = parser.add_subparsers(dest="question", metavar="QUESTION", required=True)
    one = questions.add_parser(
        "evaluate",
        help="train on a history up to a date and score the rest",
        allow_abbrev=False,
    )
    one.add_argument("history", type=Path, metavar="HISTORY.csv", help="past appointments")
    one.add_argument(
        "--train-until",
        type=day,
        required=True,
        metavar="DATE",
        help="last London start date to train on, such as 2016-05-31",
    )
    one.add_argument("--strict", action="store_true", help="stop at the first bad row")
    one.add_argument("--json", action="store_true", help="all figures, as JSON alone")
    one.set_defaults(func=_evaluate)


def _evaluate(options: argparse.Namespace) -> int:
    bad_rows = 0

    def report(bad: BadRow) -> None:
        nonlocal bad_rows
        bad_rows += 1
        tqdm.write(f"{options.history} line {bad.line}: {bad.problem}; skipped.", file=sys.stderr)

    rows = read_history(options.history, strict=options.strict, on_bad_row=report)
    # disable=None: progress on a terminal, silence in a pipe
    shown = tqdm(rows, desc="Reading", unit=" rows", disable=None, leave=False)
    figures = evaluate(shown, train_until=options.train_until)
    figures["bad_rows"] = bad_rows
    if options.json:
        print_json(figures)
    else:
        print(_table(figures))
    return 0


def _table(figures: dict[str, Any]) -> str:
    baselines = figures["baselines"]
    lines = [
        f"Trained on {figures['n_train']:,} appointments, scored on {figures['n_test']:,}, of "
        f"which {figures['base_rate']:.1%} failed to attend; left out: {figures['left_out']:,} "
        f"cancelled or excused, {figures['bad_rows']:,} bad rows.",
        "FTA rate = failed to attend / (attended + failed to attend).",
    ]
    for part, title in (
        ("per_appointment", "All appointments"),
        ("booked_ahead_only", "Booked ahead"),
    ):
        models = {"forecast": figures, **{name: baselines[name] for name in RATE_BASELINES}}
        lines += ["", *_block(title, FIGURES, {n: m[part] for n, m in models.items()})]
    days = {"forecast": figures["per_office_day"]}
    days |= {name: baselines[name]["per_office_day"] for name in baselines}
    count = figures["per_office_day"]["n"]
    lines += ["", *_block(f"Office-days ({count:,})", DAY_FIGURES, days)]
    return "\n".join(lines)


RATE_BASELINES = ("constant", "lead_table")


def _block(title: str, names: tuple[str, ...], models: dict[str, Any]) -> list[str]:
    lines = [f"{title:<22}" + "".join(f"{name:>12}" for name in names)]
    for model, scores in models.items():
        values = (scores[name] for name in names)
        cells = (f"{value:>12.4f}" if value is not None else f"{'-':>12}" for value in values)
        lines.append(f"  {model:<20}" + "".join(cells))
    return lines

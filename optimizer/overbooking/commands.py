"""`python -m optimizer overbooking level | plan`: questions on the command line, JSON out."""

import argparse
from dataclasses import asdict
from typing import Any

from optimizer.errors import BadInput
from optimizer.options import number, print_json, whole_number
from optimizer.overbooking.choice import Promises
from optimizer.overbooking.day import Day, Weights
from optimizer.overbooking.level import explain_level, level
from optimizer.overbooking.plan import explain_plan, plan


def register(subparsers: Any) -> None:
    """Add `overbooking` with its two questions."""
    parser = subparsers.add_parser(
        "overbooking",
        help="how many appointments to offer, given how many will fail to attend",
        allow_abbrev=False,
    )
    questions = parser.add_subparsers(dest="question", metavar="QUESTION", required=True)
    _register_level(questions)
    _register_plan(questions)


def _register_level(questions: Any) -> None:
    parser = questions.add_parser(
        "level",
        help="how many slots to offer, each to one claimant, within a stated risk",
        allow_abbrev=False,
    )
    parser.add_argument("--rate", type=number, required=True, help="FTA rate, 0 to 1")
    parser.add_argument("--strength", type=number, help="past appointments behind the rate")
    parser.add_argument(
        "--dispersion", type=number, default=0.0, help="correlation between a day's claimants"
    )
    parser.add_argument("--slots", type=whole_number, required=True, help="most slots to offer")
    parser.add_argument(
        "--comfortable", type=whole_number, required=True, help="attenders an adviser copes with"
    )
    parser.add_argument(
        "--risk", type=number, required=True, help="highest P(attended > comfortable)"
    )
    parser.set_defaults(func=_level)


def _register_plan(questions: Any) -> None:
    parser = questions.add_parser(
        "plan", help="how many claimants to book into each slot of a day", allow_abbrev=False
    )
    add = parser.add_argument
    add("--slots", type=whole_number, required=True, help="starts in the day")
    add("--minutes", type=number, required=True, help="length of a slot")
    add("--rate", type=number, required=True, help="FTA rate, 0 to 1")
    for name in ("wait", "idle", "overtime"):
        add(f"--{name}-weight", type=number, required=True, help=f"cost of a minute of {name}")
    add("--total", type=whole_number, metavar="N", help="book exactly N")
    add("--service", type=_service, default=(), help='session lengths, "15:.2,45:.5,60:.3"')
    add("--break-after", type=whole_number, metavar="K", help="break after the K-th slot")
    add("--break-minutes", type=number, metavar="M", help="length of the break")
    add("--walkover-fill", type=number, default=0.0, help="chance that a gap is filled")
    add("--dispersion", type=number, default=0.0, help="correlation between a day's claimants")
    add("--max-mean-wait", type=number, metavar="M", help="promise: mean wait in minutes")
    add("--max-overtime", type=number, metavar="M", help="promise: overtime in minutes")
    add("--max-per-slot", type=whole_number, default=6, help="most bookings in a slot")
    parser.set_defaults(func=_plan)


def _level(options: argparse.Namespace) -> int:
    result = level(
        rate=options.rate,
        slots=options.slots,
        comfortable=options.comfortable,
        risk=options.risk,
        strength=options.strength,
        dispersion=options.dispersion,
    )
    print_json({**asdict(result), "in_words": explain_level(result)})
    return 0


def _plan(options: argparse.Namespace) -> int:
    if (options.break_after is None) != (options.break_minutes is None):
        given = "break_after" if options.break_minutes is None else "break_minutes"
        other = "--break-minutes" if options.break_minutes is None else "--break-after"
        raise BadInput.in_option(given, f"needs {other} beside it")
    day = Day(
        slots=options.slots,
        minutes=options.minutes,
        rate=options.rate,
        service=options.service,
        break_after=options.break_after,
        break_minutes=options.break_minutes or 0.0,
        walkover_fill=options.walkover_fill,
        dispersion=options.dispersion,
        max_per_slot=options.max_per_slot,
    )
    weights = Weights(options.wait_weight, options.idle_weight, options.overtime_weight)
    promises = Promises(options.max_mean_wait, options.max_overtime)
    result = plan(day, weights, total=options.total, promises=promises)
    answer = {
        **asdict(result.chosen),
        "certified": result.certified,
        "proof": result.proof,
        "one_each": asdict(result.one_each),
        "break_even_wait_weight": result.break_even_wait_weight,
        "break_even_certified": result.break_even_certified,
        "in_words": explain_plan(result),
    }
    if not result.certified:
        answer["why_not_certified"] = result.why_not_certified
    print_json(answer)
    return 0


def _service(text: str) -> tuple[tuple[float, float], ...]:
    try:
        pairs = [part.split(":") for part in text.split(",")]
        return tuple((number(minutes), number(share)) for minutes, share in pairs)
    except (ValueError, argparse.ArgumentTypeError):
        message = f"must look like 15:.2,45:.5,60:.3, not '{text}'"
        raise argparse.ArgumentTypeError(message) from None

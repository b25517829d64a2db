"""`python -m optimizer rota repair | check-repair`: reads files, prints what changes and why."""

import argparse
import sys
from pathlib import Path

from optimizer.errors import BadInput
from optimizer.repair.check import faults
from optimizer.repair.files import Booked, read_booked, read_repair, repair_text
from optimizer.repair.problem import RepairProblem
from optimizer.repair.solve import repair
from optimizer.repair.words import sentences
from optimizer.rota.fields import write_whole
from optimizer.rota.problem_file import read_problem
from optimizer.rota.rota import read_rota, rota_text
from optimizer.rota.solve import SolverFault


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `repair` and `check-repair`; each sets `func`, which returns the exit code."""
    repairer = commands.add_parser(
        "repair",
        help="change a published rota as little as can be",
        description="Find the rota with the fewest changes after somebody is off, a room is lost"
        " or an office is shut. PROBLEM.json is the week as it is now, ROTA.json what was"
        " published. Exit code 0; 1 when no repair is possible, with the reasons.",
    )
    _add_inputs(repairer)
    repairer.add_argument("--out", type=Path, required=True, metavar="NEW.json")
    repairer.add_argument("--changes", type=Path, metavar="CHANGES.json", help="what changes, too")
    repairer.set_defaults(func=_repair)
    checker = commands.add_parser(
        "check-repair",
        help="verify a repair without the solver",
        description="Verify the new rota, its changes and their price without the solver. Exit"
        " code 0: all right; 1: something is wrong, in sentences; 2: a file is unreadable.",
    )
    _add_inputs(checker)
    checker.add_argument("new", type=Path, metavar="NEW.json")
    checker.add_argument("changes", type=Path, metavar="CHANGES.json")
    checker.set_defaults(func=_check)


def _add_inputs(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("problem", type=Path, metavar="PROBLEM.json")
    parser.add_argument("rota", type=Path, metavar="ROTA.json")
    parser.add_argument("--booked", type=Path, metavar="BOOKED.json", help="appointments booked")


def _given(arguments: argparse.Namespace) -> RepairProblem:
    problem, published = read_problem(arguments.problem), read_rota(arguments.rota)
    read = Booked() if arguments.booked is None else read_booked(arguments.booked)
    return RepairProblem(problem, published, read.booked, read.from_session, read.prices)


def _repair(arguments: argparse.Namespace) -> int:
    given = _given(arguments)
    outputs = [path for path in (arguments.out, arguments.changes) if path is not None]
    for path in outputs:
        if not path.parent.is_dir():
            raise BadInput(f"{path}: the folder does not exist.")
    try:
        found = repair(given)
    except SolverFault as fault:
        print(fault, file=sys.stderr)
        return 1
    print("\n".join(sentences(given, found)))
    if found.rota is None:
        return 1
    write_whole(arguments.out, rota_text(found.rota))
    if arguments.changes is not None:
        write_whole(arguments.changes, repair_text(found))
    proof = "proved least" if found.status == "optimal" else f"bound {found.price_bound}"
    print(
        f"Price of the changes {found.price}, {proof}; objective {found.rota.objective},"
        f" {found.seconds:.1f} seconds."
    )
    return 0


def _check(arguments: argparse.Namespace) -> int:
    given = _given(arguments)
    found = read_repair(arguments.changes, read_rota(arguments.new))
    wrong = faults(given, found)
    if wrong:
        print("\n".join(wrong))
        return 1
    print(f"The repair is legal; its changes and their price {found.price} are right.")
    return 0

"""The command line: `python -m optimizer fta | overbooking | rota …`."""

import os
import sys
from collections.abc import Sequence

from optimizer.attendance import commands as fta
from optimizer.errors import BadInput
from optimizer.options import PlainParser
from optimizer.overbooking import commands as overbooking
from optimizer.rota import commands as rota


def build_parser() -> PlainParser:
    """Every subcommand, each registered by the part it belongs to."""
    parser = PlainParser(prog="python -m optimizer", description=__doc__, allow_abbrev=False)
    subparsers = parser.add_subparsers(dest="part", metavar="PART", required=True)
    for part in (fta, overbooking, rota):
        part.register(subparsers)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 done, 1 refused by a check, 2 bad input (one sentence on stderr)."""
    options = build_parser().parse_args(arguments)
    try:
        return int(options.func(options) or 0)
    except BadInput as problem:
        print(problem, file=sys.stderr)
        return 2
    except BrokenPipeError:  # the reader, `head` say, has had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())

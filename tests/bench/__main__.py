"""`make bench`: prints every figure as a row: what, measured, baseline, ratio, aim."""

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.bench import attendance, bookings, pages, rota, search, texts
from tests.bench.figures import Figure

SUBJECTS = {
    "search": search.figures,
    "bookings": bookings.figures,
    "texts": texts.figures,
    "pages": pages.figures,
    "rota": rota.figures,
    "attendance": attendance.figures,
}


def main(wanted: list[str]) -> int:
    unknown = [name for name in wanted if name not in SUBJECTS]
    if unknown:
        print(f"There is no bench {unknown[0]}; there are {', '.join(SUBJECTS)}.", file=sys.stderr)
        return 2
    print(f"{'figure':62} {'measured':>14} {'baseline':>14} {'ratio':>8}  aim")
    for figure in _all(wanted or list(SUBJECTS)):
        print(figure.row(), flush=True)
    return 0


def _all(wanted: list[str]) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        for name in wanted:
            yield from SUBJECTS[name](Path(folder))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

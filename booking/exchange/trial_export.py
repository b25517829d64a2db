"""A trial of two wordings as a file: a line for each arm, then the differences."""

from collections.abc import Iterator

from booking.exchange.csv_files import line
from booking.proportions import METHOD, Difference
from booking.wording_trials import ArmCounts, Report
from booking.words import Status

_COUNTS = ("allocated", "over", "attended", "failed_to_attend", "cancelled", "excused", "to_come")


def lines(report: Report) -> Iterator[str]:
    """The counts of appointments, then each difference in percentage points with its interval."""
    yield line(["arm", *_COUNTS, "wording"])
    for arm in (report.a, report.b):
        yield line([arm.arm, *_counts(arm), arm.words])
    yield line([])
    yield line(["difference of b from a", "estimate", "lower_95", "upper_95", "method"])
    yield line(["attended of all who are over", *_points(report.of_all)])
    yield line(["attended of attended and failed to attend", *_points(report.of_outcomes)])
    yield line([report.in_words])


def _counts(arm: ArmCounts) -> list[int]:
    became = arm.became
    lost = [became[Status.CANCELLED], became[Status.EXCUSED]]
    return [arm.allocated, arm.over, arm.attended, arm.failed, *lost, arm.to_come]


def _points(found: Difference | None) -> list[object]:
    """In percentage points; without a sign a spreadsheet would take for a formula's."""
    if found is None:
        return ["", "", "", METHOD]
    shown = [round(100 * end, 2) for end in (found.estimate, found.lower, found.upper)]
    return [*shown, METHOD]

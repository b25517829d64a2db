"""Attendance histories are read row by row; what is wrong is named by line."""

from datetime import date

import pytest

from optimizer.attendance.history import PastAppointment, read_history
from optimizer.errors import BadInput

HEADER = "booked_at,starts_at,office,adviser,kind,reminder,outcome"
GOOD = "2016-05-02T10:00,2016-05-09T14:30,Exeter,A1,first,sent,attended"


def read(tmp_path, *lines, strict=False, header=HEADER, raw=None):
    path = tmp_path / "history.csv"
    path.write_bytes(raw if raw is not None else "\n".join((header, *lines, "")).encode())
    bad = []
    rows = list(read_history(path, strict=strict, on_bad_row=bad.append))
    return rows, [(row.line, row.problem) for row in bad]


def test_a_row_says_what_was_known_at_booking_and_what_came_of_it(tmp_path):
    rows, bad = read(tmp_path, GOOD)
    assert rows == [PastAppointment("Exeter", date(2016, 5, 9), 14, 7, "first", False)]
    assert bad == []


@pytest.mark.parametrize(
    ("outcome", "missed"),
    [("attended", False), ("failed_to_attend", True), ("cancelled", None), ("excused", None)],
)
def test_cancelled_and_excused_count_neither_way(tmp_path, outcome, missed):
    rows, _ = read(tmp_path, GOOD.replace("attended", outcome))
    assert rows[0].missed is missed


@pytest.mark.parametrize(
    ("booked_at", "starts_at", "read_as"),
    [
        # without an offset: London, so no change
        ("2016-07-01T23:30", "2016-07-02T09:00", (date(2016, 7, 2), 9, 1)),
        # 23:30 UTC is half past midnight in London in summer: booked on the day itself
        ("2016-07-01T23:30Z", "2016-07-02T09:00+01:00", (date(2016, 7, 2), 9, 0)),
        ("2016-01-01T23:30Z", "2016-01-02T09:00", (date(2016, 1, 2), 9, 1)),
        ("2016-07-01T23:30-05:00", "2016-07-02T11:00Z", (date(2016, 7, 2), 12, 0)),
        # over the clock change of 27 March 2016: calendar days, not 24 hours
        ("2016-03-26T12:00", "2016-03-27T09:00", (date(2016, 3, 27), 9, 1)),
        # the October hour comes twice and is read as the first: 00:45Z is before 01:15Z
        ("2016-10-30T01:45", "2016-10-30T01:15Z", (date(2016, 10, 30), 1, 0)),
        ("2016-05-09 14:30:00", "2016-05-09 14:30:00", (date(2016, 5, 9), 14, 0)),
    ],
)
def test_times_are_london_times(tmp_path, booked_at, starts_at, read_as):
    rows, bad = read(tmp_path, f"{booked_at},{starts_at},Exeter,,first,none,attended")
    assert bad == []
    assert (rows[0].starts_on, rows[0].hour, rows[0].lead_days) == read_as


BAD_ROWS = [
    ("2016-05-09T15:00,2016-05-09T14:30,Exeter,,first,none,attended", "booked after it started"),
    ("2016-05-09T14:00Z,2016-05-09T14:30,Exeter,,first,none,attended", "booked after it started"),
    ("yesterday,2016-05-09T14:30,Exeter,,first,none,attended", "booked_at is 'yesterday'"),
    ("2016-05-02T10:00,2016-05-09,Exeter,,first,none,attended", "starts_at is '2016-05-09'"),
    ("2016-05-02T10:00,2016-13-09T10:00,Exeter,,first,none,attended", "starts_at"),
    ("2016-05-02T10:00,2016-05-09T14:30,,,first,none,attended", "office is empty"),
    ("2016-05-02T10:00,2016-05-09T14:30,Exeter,,third,none,attended", "kind is 'third'"),
    ("2016-05-02T10:00,2016-05-09T14:30,Exeter,,first,lost,attended", "reminder is 'lost'"),
    ("2016-05-02T10:00,2016-05-09T14:30,Exeter,,first,none,late", "outcome is 'late'"),
    ("2016-05-02T10:00,2016-05-09T14:30,Exeter,,first,none", "6 fields and the header 7"),
    ("2016-05-02T10:00,2016-05-09T14:30,Exeter,,first,none,attended,x", "8 fields"),
    ("0001-01-01T00:00+14:00,0001-01-01T00:30+14:00,E,,first,none,attended", "calendar"),
]


@pytest.mark.parametrize(("row", "problem"), BAD_ROWS)
def test_a_bad_row_is_named_by_line_and_skipped(tmp_path, row, problem):
    rows, bad = read(tmp_path, GOOD, row, GOOD)
    assert len(rows) == 2
    assert [line for line, _ in bad] == [3]
    assert problem in bad[0][1]


@pytest.mark.parametrize(("row", "problem"), BAD_ROWS)
def test_strict_stops_at_the_first_bad_row(tmp_path, row, problem):
    with pytest.raises(BadInput, match=r"history\.csv line 3: ") as stopped:
        read(tmp_path, GOOD, row, GOOD, strict=True)
    assert problem in str(stopped.value)


def test_a_field_beyond_what_a_csv_may_hold_is_named_by_line(tmp_path):
    long = "x" * 200_000
    rows, bad = read(tmp_path, GOOD.replace("Exeter", long), GOOD)
    assert [line for line, _ in bad] == [2]
    assert len(rows) == 1
    with pytest.raises(BadInput, match="line 1: "):
        read(tmp_path, GOOD, header=f"{HEADER},{long}")


def test_spaces_round_a_name_or_a_field_do_not_matter(tmp_path):
    spaced = GOOD.replace(",", " , ")
    assert read(tmp_path, spaced, header=HEADER.replace(",", ", ")) == read(tmp_path, GOOD)


def test_the_first_row_is_line_2(tmp_path):
    assert read(tmp_path, "nonsense", GOOD)[1] == [(2, "it has 1 fields and the header 7")]


def test_lines_count_as_in_an_editor_even_over_quoted_line_breaks(tmp_path):
    broken = '2016-05-02T10:00,2016-05-09T14:30,"Exe\nter",,first,none,attended'
    rows, bad = read(tmp_path, GOOD, broken, "nonsense", GOOD)
    assert [line for line, _ in bad] == [3, 5]
    assert len(rows) == 2


def test_bytes_that_are_no_utf8_spoil_their_row_only(tmp_path):
    line = GOOD.replace("Exeter", "Ex\u00e9ter").encode("latin-1")
    raw = "\n".join((HEADER, GOOD, "")).encode() + line + b"\n" + GOOD.encode()
    rows, bad = read(tmp_path, raw=raw)
    assert len(rows) == 2
    assert bad[0][0] == 3


def test_columns_are_found_by_name_and_a_byte_order_mark_is_no_name(tmp_path):
    names = "outcome,office,booked_at,starts_at,adviser,kind,reminder,note"
    line = "attended,Exeter,2016-05-02T10:00,2016-05-09T14:30,,first,none,hello"
    rows, bad = read(tmp_path, raw=f"\ufeff{names}\n{line}\n\n".encode())
    assert len(rows) == 1
    assert bad == []


def test_a_missing_column_or_file_is_refused(tmp_path):
    with pytest.raises(BadInput, match="no column kind"):
        read(tmp_path, header=HEADER.replace("kind", "sort"))
    with pytest.raises(BadInput, match="no column booked_at"):
        read(tmp_path, raw=b"")
    with pytest.raises(BadInput, match="cannot be read"):
        list(read_history(tmp_path / "absent.csv", on_bad_row=print))

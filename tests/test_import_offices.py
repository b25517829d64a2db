"""`flask import-offices`: the official register brought in, in whole rows, and twice is once."""

import os
from datetime import date, time
from pathlib import Path

import pytest
import time_machine
from click.testing import Result
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from booking.database import db
from booking.exchange.office_register import read_register
from booking.models import AuditEntry, District, Office
from booking.words import Nation
from tests.makers import WEDNESDAY, at, make_district, make_office, make_session

SHARED = Path(
    os.environ.get("LOCAL_DIARIES_SHARED") or Path(__file__).parents[2] / "shared" / "data"
)
HEADER = "entry-timestamp,address,jobcentre,jobcentre-district,name,end-date,start-date"
THISTLEWICK = "2018-02-19T13:57:55Z,119000460,101,20,Thistlewick,,"
DISTRICTS = (
    "entry-timestamp,jobcentre-district,jobcentre-group,name,end-date,start-date\n"
    "2018-02-01T13:30:23Z,20,1,Invented Vale,,\n"
    "2018-02-01T13:30:23Z,21,2,Invented Glens,,\n"
)
GROUPS = (
    "entry-timestamp,jobcentre-group,name,end-date,start-date\n"
    "2018-01-03T16:49:03Z,1,Wales,,\n"
    "2018-01-03T16:49:03Z,2,East and North Scotland,,\n"
)


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(at(WEDNESDAY, 8), tick=False):
        yield


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of its own, where nothing lies beside the register."""
    inside = tmp_path / "register"
    inside.mkdir()
    return inside


def make_register(folder: Path, *rows: str, header: str = HEADER) -> Path:
    file = folder / "jobcentre.csv"
    file.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return file


def run(app: Flask, file: Path, *options: str) -> Result:
    result = app.test_cli_runner().invoke(args=["import-offices", str(file), *options])
    db.session.rollback()
    return result


def office(code: str) -> Office:
    found = db.session.scalar(select(Office).where(Office.code == code))
    assert found is not None
    return found


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_a_new_office_opens_from_nine_to_five_on_weekdays(sqlite_app: Flask, folder: Path) -> None:
    result = run(sqlite_app, make_register(folder, THISTLEWICK))
    assert result.exit_code == 0, result.output
    new = office("101")
    assert (new.name, new.uprn, new.closed_on) == ("Thistlewick", "119000460", None)
    assert [(hours.weekday, hours.opens, hours.closes) for hours in new.hours] == [
        (weekday, time(9), time(17)) for weekday in range(5)
    ]
    assert "New offices open 09:00 to 17:00" in result.stdout


def test_the_files_beside_it_name_the_district_the_nation_and_the_place(
    sqlite_app: Flask, folder: Path
) -> None:
    (folder / "jobcentre-district.csv").write_text(DISTRICTS)
    (folder / "jobcentre-group.csv").write_text(GROUPS)
    (folder / "jobcentre-approximate-coordinates.csv").write_text(
        "jobcentre,lat,lon\n101,51.7,-3.4\n102,,\n"
    )
    glen = "2018-02-19T13:57:55Z,,102,21,Glen Invented,,"
    run(sqlite_app, make_register(folder, THISTLEWICK, glen))
    first, second = office("101"), office("102")
    assert (first.district.name, first.nation) == ("Invented Vale", Nation.WALES)
    assert (first.latitude, first.longitude) == (51.7, -3.4)
    assert (second.district.name, second.nation) == ("Invented Glens", Nation.SCOTLAND)
    assert second.latitude is None


def test_without_them_the_district_has_its_code_for_a_name_until_they_come(
    sqlite_app: Flask, folder: Path
) -> None:
    file = make_register(folder, THISTLEWICK)
    run(sqlite_app, file)
    assert (office("101").district.name, office("101").nation) == ("20", Nation.ENGLAND)
    (folder / "jobcentre-district.csv").write_text(DISTRICTS)
    run(sqlite_app, file)
    assert office("101").district.name == "Invented Vale"


ENDS = [
    # end-date      closed_on
    ("2027-01-19", date(2027, 1, 19)),  # yesterday
    ("2027-01-20", None),  # today is not past
    ("2027-06-30", None),
    ("", None),
]


@pytest.mark.parametrize(("ended", "closed_on"), ENDS)
def test_an_office_is_closed_when_its_end_date_is_past(
    sqlite_app: Flask, folder: Path, ended: str, closed_on: date | None
) -> None:
    run(sqlite_app, make_register(folder, f"2018-02-19T13:57:55Z,,101,20,Thistlewick,{ended},"))
    assert office("101").closed_on == closed_on


def test_an_end_date_that_has_come_since_closes_the_office_at_the_next_import(
    sqlite_app: Flask, folder: Path
) -> None:
    file = make_register(folder, "2018-02-19T13:57:55Z,,101,20,Thistlewick,2027-06-30,")
    run(sqlite_app, file)
    with time_machine.travel(at(date(2027, 7, 1), 8), tick=False):
        assert "Changed: 1" in run(sqlite_app, file).stdout
    assert office("101").closed_on == date(2027, 6, 30)


def test_a_second_import_changes_nothing_and_says_so(sqlite_app: Flask, folder: Path) -> None:
    file = make_register(folder, THISTLEWICK)
    run(sqlite_app, file)
    records = count(AuditEntry)
    again = run(sqlite_app, file)
    assert (again.exit_code, count(AuditEntry)) == (0, records)
    assert again.stdout == "Nothing to change: 1 offices are up to date.\n"


def test_what_people_corrected_stays_until_the_register_has_a_later_entry(
    sqlite_app: Flask, folder: Path
) -> None:
    run(sqlite_app, make_register(folder, THISTLEWICK))
    office("101").name = "Thistlewick High Street"
    db.session.commit()
    run(sqlite_app, make_register(folder, THISTLEWICK))
    assert office("101").name == "Thistlewick High Street"
    run(sqlite_app, make_register(folder, "2019-02-19T13:57:55Z,,101,20,Thistlewick Market,,"))
    assert office("101").name == "Thistlewick Market"


def test_an_older_register_takes_nothing_back(sqlite_app: Flask, folder: Path) -> None:
    run(sqlite_app, make_register(folder, "2019-02-19T13:57:55Z,,101,20,New Name,,"))
    run(sqlite_app, make_register(folder, "2018-02-19T13:57:55Z,,101,20,Old Name,2018-01-01,"))
    assert (office("101").name, office("101").closed_on) == ("New Name", None)


def test_every_office_and_district_added_is_on_record(sqlite_app: Flask, folder: Path) -> None:
    run(sqlite_app, make_register(folder, THISTLEWICK))
    actions = db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert actions == ["imported district", "imported office"]


def test_only_the_district_asked_for_is_brought_in(sqlite_app: Flask, folder: Path) -> None:
    elsewhere = "2018-02-19T13:57:55Z,,102,21,Glen Invented,,"
    run(sqlite_app, make_register(folder, THISTLEWICK, elsewhere), "--district", "21")
    assert db.session.scalars(select(Office.code)).all() == ["102"]
    assert db.session.scalars(select(District.code)).all() == ["21"]


def test_an_office_with_sessions_to_come_is_not_closed_behind_their_backs(
    sqlite_app: Flask, folder: Path
) -> None:
    held = make_office(make_district(), "Thistlewick")
    make_session(held)
    closed = f"2026-12-19T13:57:55Z,,{held.code},{held.district.code},Thistlewick,2027-01-01,"
    result = run(sqlite_app, make_register(folder, closed))
    assert "has sessions to come" in result.stderr
    assert office(held.code).closed_on is None


BAD_ROWS = [
    ("yesterday,,101,20,Thistlewick,,", "entry-timestamp 'yesterday' is not a time."),
    ("2018-02-19T13:57:55,,101,20,Thistlewick,,", "entry-timestamp '2018-02-19T13:57:55' has no"),
    ("2018-02-19T13:57:55Z,,,20,Thistlewick,,", "jobcentre is empty."),
    ("2018-02-19T13:57:55Z,,101,,Thistlewick,,", "jobcentre-district is empty."),
    ("2018-02-19T13:57:55Z,,101,20,,,", "name is empty."),
    (f"2018-02-19T13:57:55Z,,101,20,{'x' * 101},,", "name is longer than 100 characters."),
    ("2018-02-19T13:57:55Z,,101,20,Thistlewick,soon,", "end-date 'soon' is not a date."),
    ("2018-02-19T13:57:55Z,,101", "the row does not have as many cells as the first line."),
    ("2018-02-19T13:57:55Z,,101,20,Thistlewick,,,,", "the row does not have as many cells"),
]


@pytest.mark.parametrize(("row", "sentence"), BAD_ROWS)
def test_a_bad_row_is_named_by_its_line_and_skipped(
    sqlite_app: Flask, folder: Path, row: str, sentence: str
) -> None:
    good = "2018-02-19T13:57:55Z,,102,20,Nettlecombe,,"
    result = run(sqlite_app, make_register(folder, row, good))
    assert result.exit_code == 0
    assert result.stderr.startswith(f"jobcentre.csv, line 2: {sentence}")
    assert "Offices added: 1." in result.stdout
    assert "Rows skipped: 1." in result.stdout


@pytest.mark.parametrize(("row", "sentence"), BAD_ROWS)
def test_strict_brings_in_nothing_when_any_row_is_bad(
    sqlite_app: Flask, folder: Path, row: str, sentence: str
) -> None:
    result = run(sqlite_app, make_register(folder, THISTLEWICK, row), "--strict")
    assert (result.exit_code, count(Office), count(District)) == (2, 0, 0)
    assert result.stderr.startswith(f"jobcentre.csv, line 3: {sentence}")


BAD_FILES = [
    (b"\x89PNG\xff", "jobcentre.csv: not UTF-8 text (byte 1)."),
    (b"", "jobcentre.csv is empty."),
    (b"code,name\n1,Thistlewick\n", "jobcentre.csv: the first line has no column entry-timestamp"),
    (HEADER.encode(), "jobcentre.csv has no office that can be used."),
    (f'{HEADER}\n{THISTLEWICK}\n"2018'.encode(), "jobcentre.csv, line 3: not CSV"),
]


@pytest.mark.parametrize(("contents", "sentence"), BAD_FILES)
def test_a_file_that_cannot_be_used_is_refused_in_one_sentence(
    sqlite_app: Flask, folder: Path, contents: bytes, sentence: str
) -> None:
    file = folder / "jobcentre.csv"
    file.write_bytes(contents)
    result = run(sqlite_app, file)
    assert (result.exit_code, result.stdout, count(Office)) == (2, "", 0)
    assert result.stderr.startswith(sentence)
    assert result.stderr.count("\n") == 1


def test_what_is_not_a_file_is_refused_in_one_sentence(sqlite_app: Flask, folder: Path) -> None:
    for path in (folder, folder / "nowhere.csv"):
        result = run(sqlite_app, path)
        assert (result.exit_code, result.stderr.count("\n")) == (2, 1)


def test_a_district_without_offices_in_the_file_is_refused(sqlite_app: Flask, folder: Path) -> None:
    result = run(sqlite_app, make_register(folder, THISTLEWICK), "--district", "999")
    assert (result.exit_code, count(District)) == (2, 0)
    assert result.stderr == "jobcentre.csv has no office in district 999 that can be used.\n"


rows = st.lists(
    st.builds(
        "{}T13:57:55Z,{},{},{},{},{},".format,
        st.dates(date(2018, 1, 1), date(2018, 1, 3)),
        st.sampled_from(["", "119000460"]),
        st.integers(101, 103),
        st.integers(20, 21),
        st.sampled_from(["Thistlewick", "Nettlecombe"]),
        st.sampled_from(["", "2018-02-01"]),
    ),
    min_size=1,
    max_size=8,
)


@given(rows=rows, data=st.data())
def test_the_order_of_the_rows_does_not_matter(
    tmp_path_factory: pytest.TempPathFactory, rows: list[str], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(rows))
    one = read_register(make_register(tmp_path_factory.mktemp("one"), *rows))
    other = read_register(make_register(tmp_path_factory.mktemp("other"), *shuffled))
    assert one == other
    assert len({entry.code for entry in one.entries}) == len(one.entries)


@pytest.fixture
def real_register() -> Path:
    file = SHARED / "jobcentre.csv"
    if not file.exists():
        pytest.skip("the official Jobcentre register is absent: set LOCAL_DIARIES_SHARED")
    return file


def test_the_real_register_has_636_open_offices_of_three_nations(
    app: Flask, real_register: Path
) -> None:
    """On both databases: one of them keeps to the lengths of its columns."""
    result = run(app, real_register, "--strict")
    assert result.exit_code == 0, result.stderr
    still_open = select(Office.nation, func.count()).where(Office.closed_on.is_(None))
    by_nation = dict(db.session.execute(still_open.group_by(Office.nation)).tuples().all())
    assert by_nation == {Nation.ENGLAND: 494, Nation.SCOTLAND: 84, Nation.WALES: 58}
    assert count(Office) == 697
    assert office("9820").district.name == "South West Wales"
    assert run(app, real_register).stdout == "Nothing to change: 697 offices are up to date.\n"

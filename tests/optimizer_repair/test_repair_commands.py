"""`rota repair` and `rota check-repair`: files, exit codes, one sentence on bad input."""

import json

import pytest

from optimizer.__main__ import main
from optimizer.errors import BadInput
from optimizer.repair.files import Booked, parse_booked
from tests.optimizer_rota.makers import (
    as_bytes,
    make_adviser,
    make_document,
    make_office,
    sessions,
)


@pytest.fixture
def week(tmp_path, monkeypatch):
    """A published week in files, after which A1 is ill on Monday."""
    monkeypatch.chdir(tmp_path)
    offices = [make_office(demand=[9] + [0] * 9, days_wanted=1)]
    before = make_document(offices=offices, advisers=[make_adviser()])
    now = before | {"advisers": [make_adviser(available=sessions(3)), make_adviser("A2")]}
    (tmp_path / "before.json").write_bytes(as_bytes(before))
    (tmp_path / "now.json").write_bytes(as_bytes(now))
    assert main(["rota", "solve", "before.json", "--out", "rota.json"]) == 0
    booked = [{"adviser": "A1", "session": 0, "appointments": 4}]
    (tmp_path / "booked.json").write_bytes(make_booked(booked=booked))
    return tmp_path


def make_booked(**fields):
    return as_bytes({"format": "rota-booked/1", "booked": []} | fields)


REPAIR = ["rota", "repair", "now.json", "rota.json", "--booked", "booked.json"]


def test_repair_then_check(week, capsys):
    assert main([*REPAIR, "--out", "new.json", "--changes", "changes.json"]) == 0
    assert main(["rota", "check", "now.json", "new.json"]) == 0
    checked = ["now.json", "rota.json", "new.json", "changes.json", "--booked", "booked.json"]
    assert main(["rota", "check-repair", *checked]) == 0
    printed = capsys.readouterr()
    assert "A1 on Monday: all day O1 (O1-R1) → off (not available then)." in printed.out
    assert "A2 on Monday: off → am O1 (O1-R1) (to see 4 appointments of A1)." in printed.out
    assert "4 appointments of A1 at O1 on Monday am: A2, same half-day." in printed.out
    assert "proved least" in printed.out
    assert printed.err == ""


def test_a_wrong_repair_is_exit_1_with_sentences(week, capsys):
    main([*REPAIR, "--out", "new.json", "--changes", "changes.json"])
    changes = json.loads((week / "changes.json").read_text())
    (week / "changes.json").write_text(json.dumps(changes | {"price": 1, "price_bound": 1}))
    checked = ["now.json", "rota.json", "new.json", "changes.json", "--booked", "booked.json"]
    assert main(["rota", "check-repair", *checked]) == 1
    assert "The price is 42, not 1 as stated." in capsys.readouterr().out


def test_an_impossible_repair_is_exit_1_and_no_file(week, capsys):
    now = json.loads((week / "now.json").read_text())
    pinned = [{"adviser": "A1", "day": 0, "office": "O1"}]
    (week / "now.json").write_text(json.dumps(now | {"pinned": pinned}))
    assert main([*REPAIR, "--out", "new.json"]) == 1
    assert "A1 is pinned to O1 on Monday, but has no available" in capsys.readouterr().out
    assert not (week / "new.json").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ["repair", "now.json", "absent.json", "--out", "new.json"],
        ["repair", "now.json", "now.json", "--out", "new.json"],
        ["repair", "now.json", "rota.json", "--booked", "rota.json", "--out", "new.json"],
        ["repair", "now.json", "rota.json", "--out", "nowhere/new.json"],
        ["repair", "now.json", "rota.json", "--out", "new.json", "--changes", "nowhere/x.json"],
        ["check-repair", "now.json", "rota.json", "rota.json", "booked.json"],
    ],
)
def test_bad_input_is_one_sentence_and_exit_2(week, capsys, arguments):
    before = sorted(path.name for path in week.iterdir())
    capsys.readouterr()
    assert main(["rota", *arguments]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.count("\n") == 1
    assert sorted(path.name for path in week.iterdir()) == before


def test_the_bookings_may_be_few():
    assert parse_booked(make_booked()) == Booked()


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"format": "rota/1"}, 'The format must be "rota-booked/1", not "rota/1".'),
        ({"names": []}, 'The bookings: the field "names" is unknown.'),
        ({"booked": [{"adviser": "A1", "session": 0}]}, 'booked[0]: the field "appointments"'),
        (
            {"booked": [{"adviser": "A1", "session": 10, "appointments": 1}]},
            "booked[0]: session must be a whole number from 0 to 9, not 10.",
        ),
        (
            {"booked": [{"adviser": "A1", "session": 0, "appointments": 1}] * 2},
            "booked[1]: A1 is given twice for session 0.",
        ),
        ({"from_session": 11}, "from_session must be a whole number from 0 to 10, not 11."),
        ({"prices": {"luck": 1}}, 'prices: the field "luck" is unknown.'),
        ({"prices": {"work": -1}}, "prices: work must be a whole number from 0 to 10000, not -1."),
    ],
)
def test_what_does_not_fit_is_refused_by_name(fields, sentence):
    with pytest.raises(BadInput) as refused:
        parse_booked(make_booked(**fields))
    assert sentence in str(refused.value)

"""A problem file is read exactly, and refused in one sentence that names the culprit."""

import json

import pytest

from optimizer.errors import BadInput
from optimizer.rota.fields import LARGEST_FILE_BYTES
from optimizer.rota.problem import Weights
from optimizer.rota.problem_file import parse_problem, read_problem
from tests.optimizer_rota.makers import (
    as_bytes,
    make_adviser,
    make_document,
    make_office,
    make_problem,
    make_room,
)


def test_pinned_forbidden_and_weights_may_be_absent():
    problem = make_problem()
    assert (problem.pinned, problem.forbidden, problem.weights) == ((), frozenset(), Weights())


def test_a_weight_given_replaces_its_default_and_fairness_is_a_pair():
    problem = make_problem(weights={"spread": 7, "fairness": [9, 0]})
    assert problem.weights == Weights(spread=7, fairness_away=9, fairness_travel=0)


def test_the_hash_is_of_the_bytes_as_read():
    document = make_document()
    compact, spaced = as_bytes(document), json.dumps(document, indent=2).encode()
    assert parse_problem(compact).sha256 != parse_problem(spaced).sha256


REFUSED = [
    ({"format": "rota-problem/2"}, 'The format must be "rota-problem/1", not "rota-problem/2".'),
    ({"notes": ""}, 'The problem: the field "notes" is unknown.'),
    ({"week_starting": "2026-12-08"}, "week_starting must be a Monday, which 2026-12-08 is not."),
    ({"week_starting": "soon"}, 'week_starting must be a date, not "soon".'),
    ({"offices": {}}, "offices must be a list, not {}."),
    (
        {"offices": [make_office(days_wanted=6)]},
        'office "O1": days_wanted must be a whole number from 0 to 5, not 6.',
    ),
    (
        {"offices": [make_office(demand=[0] * 9)]},
        'office "O1": demand must have 10 entries, not 9.',
    ),
    (
        {"offices": [make_office(demand=[0.5] + [0] * 9)]},
        'office "O1": demand[0] must be a whole number from 0 to 10000, not 0.5.',
    ),
    ({"offices": [make_office(), make_office()]}, 'office "O1": two offices have this id.'),
    ({"offices": [make_office(colour="red")]}, 'office "O1": the field "colour" is unknown.'),
    (
        {"rooms": [make_room(office="O9")]},
        'room "O1-R1": office names office "O9", which is not in the problem.',
    ),
    ({"rooms": [make_room("overflow")]}, '"overflow" is not a room id'),
    (
        {"rooms": [make_room(open=[1] * 10)]},
        'room "O1-R1": open[0] must be true or false, not 1.',
    ),
    (
        {"advisers": [make_adviser(travel_minutes={"O1": -1})]},
        'adviser "A1": travel_minutes: O1 must be a whole number from 0 to 1440, not -1.',
    ),
    (
        {"advisers": [make_adviser(max_days=True)]},
        'adviser "A1": max_days must be a whole number from 0 to 5, not true.',
    ),
    (
        {"advisers": [make_adviser(last_week=["O2"] + [None] * 4)]},
        'adviser "A1": last_week[0] names office "O2", which is not in the problem.',
    ),
    (
        {"advisers": [{"id": "A1"}]},
        'adviser "A1": the field "max_days" is missing.',
    ),
    (
        {"pinned": [{"adviser": "A1", "day": 5, "office": "O1"}]},
        "pinned[0]: day must be a whole number from 0 to 4, not 5.",
    ),
    (
        {"forbidden": [{"adviser": "A7", "office": "O1"}]},
        'forbidden[0]: adviser names adviser "A7", which is not in the problem.',
    ),
    ({"weights": {"luck": 1}}, 'weights: the field "luck" is unknown.'),
    ({"weights": {"fairness": 5}}, "weights: fairness must be a list, not 5."),
]


@pytest.mark.parametrize(("fields", "sentence"), REFUSED, ids=lambda value: str(value)[:40])
def test_what_does_not_fit_is_refused_by_name(fields, sentence):
    with pytest.raises(BadInput) as refused:
        make_problem(**fields)
    assert sentence in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"\xff", "The file is not UTF-8 text (byte 0)."),
        (b"{", "The file is not JSON: line 1, Expecting property name enclosed in double quotes."),
        (b"[" * 100_000, "The file is nested too deeply."),
        (b'{"format": 1, "format": 2}', 'The field "format" is given twice in one object.'),
        (b'{"format": NaN}', "The file holds NaN, which is not a number here."),
        (b"9" * 5_000, "The file is not JSON: a number in it has too many digits."),
        (b"[]", "The problem must be an object, not []."),
    ],
)
def test_what_is_not_a_document_is_refused_in_one_sentence(data, sentence):
    with pytest.raises(BadInput) as refused:
        parse_problem(data)
    assert str(refused.value) == sentence


def test_the_mark_that_some_editors_put_in_front_is_no_part_of_the_document():
    data = as_bytes(make_document())
    assert parse_problem(b"\xef\xbb\xbf" + data).offices == parse_problem(data).offices


def test_ten_thousand_advisers_are_refused_by_their_number_before_anything_else():
    advisers = [{"id": number} for number in range(10_000)]
    with pytest.raises(BadInput, match="has 10,000 advisers; one district's week may have up to"):
        make_problem(advisers=advisers)


def test_a_huge_file_is_refused_unread(tmp_path):
    path = tmp_path / "huge.json"
    with path.open("wb") as stream:
        stream.truncate(LARGEST_FILE_BYTES + 1)
    with pytest.raises(BadInput, match=r"huge\.json: the file has 20,000,001 bytes"):
        read_problem(path)


def test_the_sentence_names_the_file(tmp_path):
    path = tmp_path / "week.json"
    path.write_text("{}")
    with pytest.raises(BadInput, match=r"week\.json: The problem: the field"):
        read_problem(path)

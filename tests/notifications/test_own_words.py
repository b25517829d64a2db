"""Texts in somebody's own words: what they may say, what gives way, what they cost."""

import re

import pytest

from notifications.own_words import built_in, check, fields_that_stay, write
from notifications.parts import count_parts
from notifications.texts import LONGEST, TEXTS, render
from notifications.wording import WordingError

FIELDS = {
    "weekday": "Wednesday",
    "date": "20 January",
    "time": "10:30am",
    "office": "Thistlewick",
    "adviser": "Ada Invented",
    "arrival": "Report to reception",
    "bring": "your CV, if you have one",
    "phone": "01632 960000",
    "rang_weekday": "Monday",
    "rang_date": "18 January",
    "rang_time": "9am",
    "until": "2pm",
    "code": "4821",
    "link": "https://localdiaries.example/a/AbCdEf",
}
WHEN = "{weekday} {date}, {time}, {office}. {arrival}."


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("{office} at {time}", "Thistlewick at 10:30am"),
        ("{office}[ with {adviser}]", "Thistlewick with Ada Invented"),
        ("{office}[ ring {phone}] or come", "Thistlewick ring 01632 960000 or come"),
    ],
)
def test_fields_are_filled_in(text: str, sent: str) -> None:
    assert write(text, FIELDS).body == sent


def test_a_phrase_whose_field_is_empty_is_left_out() -> None:
    fields = {**FIELDS, "phone": "", "adviser": ""}
    assert write("{office}[ with {adviser}].[ Ring {phone}.]", fields).body == "Thistlewick."


def test_what_stays_needs_its_field() -> None:
    with pytest.raises(WordingError, match=re.escape("needs {phone}")):
        write("Ring {phone}.", {**FIELDS, "phone": ""})


def test_what_is_too_long_gives_way_without_fields_first_then_the_last_first() -> None:
    text = "x" * 130 + "[ {adviser}][ plain words here][ {bring}][ {phone}]"
    written = write(text, FIELDS)
    assert written.parts.count == 1
    assert written.left_out == ("plain words here", "{phone}", "{bring}")
    assert written.body.endswith("x Ada Invented")


def test_two_parts_leave_out_less() -> None:
    text = "x" * 150 + "[ {bring}][ {phone}]"
    written = write(text, FIELDS, most_parts=2)
    assert (written.parts.count, written.left_out) == (2, ())


def test_a_name_that_forces_dear_letters_gives_way_too() -> None:
    """A Cyrillic name cannot be written in GSM-7; the text without it can."""
    text = "{office} " + "x" * 60 + "[ {adviser}]"
    assert write(text, {**FIELDS, "adviser": "Ада"}).left_out == ("{adviser}",)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Write the text."),
        ("See you", "The text always says {arrival}, outside square brackets."),
        (WHEN.replace("{time}", "[{time}]"), "The text always says {time}, outside square"),
        (WHEN + " You must come", "A text never says “must”."),
        (WHEN + " Your benefit", "A text never says “benefit”."),
        (WHEN + " Reply CANCEL", "A text never says “CANCEL”"),
        (WHEN + " {salary}", "A text has no field {salary}."),
        (WHEN + " {rang_time}", "A text has no field {rang_time}."),
        (WHEN + " {time:>9}", "A text has no field {time}."),
        (WHEN + " [Ring", "The text has a [ or ] without the other."),
        (WHEN + " [a [b] c]", "The text has a [ or ] without the other."),
        (WHEN + " {", "The text has a { or } that belongs to no field."),
        (
            WHEN + " “Hi” ŵ 😀",
            "These characters more than halve the room in a text: “ ” ŵ 😀. Write",
        ),
        (WHEN + "x" * 99, "At its longest the text is 163 characters and 2 parts, and one part"),
        (WHEN + "x" * 320, "3 parts, and 2 parts are the most allowed"),
    ],
)
def test_words_are_refused_with_the_reason(text: str, sentence: str) -> None:
    most = 2 if "2 parts are" in sentence else 1
    with pytest.raises(WordingError, match=re.escape(sentence)):
        check(text, kind="reminder", language="en", longest=FIELDS, most_parts=most)


def test_the_nearest_plain_letters_are_named() -> None:
    with pytest.raises(WordingError, match=re.escape('Write " for “, " for ”, w for ŵ.')):
        check(WHEN + " “Hi” ŵ", kind="reminder", language="en", longest=FIELDS)


@pytest.mark.parametrize(("kind", "language"), TEXTS)
def test_the_built_in_texts_can_be_started_from(kind: str, language: str) -> None:
    """What the editor shows first passes its own check, at the longest names forms take."""
    longest = {**FIELDS, "office": "x" * LONGEST["office"], "arrival": "y" * LONGEST["arrival"]}
    ordinary = check(built_in(kind, language), kind=kind, language=language, longest=FIELDS)
    assert ordinary.parts.count == 1
    dearest = check(
        built_in(kind, language), kind=kind, language=language, longest=longest, most_parts=2
    )
    assert dearest.parts.count <= 2
    assert fields_that_stay(kind, language) >= {"weekday", "date", "time", "office"}


def test_built_in_words_and_own_words_read_alike_when_all_fits() -> None:
    fields = {**FIELDS, "bring": "", "phone": "", "code": "", "link": ""}
    own = write(built_in("reminder", "en"), fields).body
    assert own == render("reminder", fields)
    assert count_parts(own).count == 1

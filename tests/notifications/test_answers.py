"""Answers to claimants: one part at the longest, nothing a text never says, both languages."""

import pytest

from notifications.answers import ANSWERS, ONLY_POLITE, answer, as_twiml
from notifications.parts import count_parts
from notifications.texts import LONGEST
from notifications.wording import check_wording

LONG = {
    "when": "Wednesday 30 September, 11:15am",
    "where": "W" * LONGEST["office"],
    "code": "4821",
    "phone": "01632 960 0000 ext 123",
    "link": "https://diaries.example/a/" + "x" * 60,
}
SHORT = {**dict.fromkeys(LONG, ""), "when": "Friday 1 May, 9am", "link": "https://d.example/a"}


@pytest.mark.parametrize(("name", "language"), ANSWERS)
def test_an_answer_stays_short_however_long_the_office_is_called(name: str, language: str) -> None:
    parts = count_parts(answer(name, LONG, language=language))
    assert parts.encoding == "GSM-7"
    assert parts.count == 1 or name == "change"


@pytest.mark.parametrize(("name", "language"), ANSWERS)
def test_an_answer_says_nothing_that_a_text_never_says(name: str, language: str) -> None:
    bare = ANSWERS[name, language].replace("[", "").replace("]", "")
    check_wording(bare, fields=LONG, most_parts=3)


def test_every_answer_is_in_both_languages() -> None:
    assert {name for name, lang in ANSWERS if lang == "en"} == {
        name for name, lang in ANSWERS if lang == "cy"
    }
    assert {name for name, _ in ANSWERS} >= ONLY_POLITE


@pytest.mark.parametrize(("name", "language"), ANSWERS)
def test_an_answer_does_without_what_is_not_known(name: str, language: str) -> None:
    words = answer(name, SHORT, language=language)
    assert "{" not in words
    assert "[" not in words


def test_twilio_is_answered_in_its_own_words() -> None:
    assert isinstance(as_twiml("Tea & biscuits"), str)
    assert "<Message>Tea &amp; biscuits</Message>" in as_twiml("Tea & biscuits")
    assert "<Message" not in as_twiml("")

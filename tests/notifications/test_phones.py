"""Mobile numbers in, one form out; everything else refused in a sentence."""

from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from notifications.phones import PhoneError, display, masked, normalise_mobile


@pytest.mark.parametrize(
    "typed",
    [
        "07700 900123",
        " 07700900123 ",
        "+44 7700 900123",
        "0044 7700 900123",
        "+44 (0)7700 900123",
        "(07700) 900-123",
        "7700 900123",
    ],
)
def test_usual_ways_of_writing_one_number(typed: str) -> None:
    assert normalise_mobile(typed) == "+447700900123"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("020 7946 0958", "landline"),
        ("0113 496 0123", "landline"),
        ("070 1234 5678", "start 070"),
        ("0800 000 0000", "not a UK mobile"),
        ("07700 90012", "not a UK mobile"),
        ("07700 9001234", "not a UK mobile"),
        ("+33 6 12 34 56 78", "abroad"),
        ("07700 9OO123", "in digits"),
        ("07700 900123 x5", "in digits"),
        ("07700 900123 #5", "extension"),
        ("07700 900123 / 07700 900124", "one mobile number"),
        ("", "one mobile number"),
        ("7" * 1000, "one mobile number"),
    ],
)
def test_what_cannot_be_texted_is_refused_in_one_sentence(typed: str, words: str) -> None:
    with pytest.raises(PhoneError, match=words) as refused:
        normalise_mobile(typed)
    assert str(refused.value).endswith("like 07700 900123.")


@example(0)
@example(999)
@given(st.integers(0, 999))
def test_the_whole_drama_range_is_accepted_and_shown_again(last: int) -> None:
    shown = f"07700 900{last:03}"
    number = normalise_mobile(shown)
    assert number == f"+447700900{last:03}"
    assert display(number) == shown
    assert masked(number) == f"07*** ***{last:03}"
    assert normalise_mobile(number) == number


@given(st.text(max_size=40))
def test_nothing_typed_ends_in_another_error(typed: str) -> None:
    with suppress(PhoneError):
        assert normalise_mobile(typed).startswith("+447")

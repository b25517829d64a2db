"""The texts word for word, and how a long one gives way without losing when and where."""

import csv
import os
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.parts import count_parts, in_gsm7
from notifications.texts import LONGEST, TEXTS, render, template_name, when_fields
from notifications.wording import WordingError

LONDON = ZoneInfo("Europe/London")
# a Wednesday in September has the longest weekday and the longest month
LONGEST_DAY = datetime(2026, 9, 30, 9, 30, tzinfo=UTC)
KINDS = [kind for kind, language in TEXTS if language == "en"]
VISITS = ("confirmation", "reminder", "moved")


def make_fields(*, at: datetime = LONGEST_DAY, **more: str) -> dict[str, str]:
    return {
        "office": "Luton Jobcentre",
        "adviser": "Sam Okafor",
        "phone": "01582 496012",
        "arrival": "Report to reception",
        "bring": "your CV",
        **when_fields(at),
        **when_fields(datetime(2026, 11, 23, 9, 5, tzinfo=UTC), prefix="rang_"),
        **more,
    }


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (
            "confirmation",
            "Booked: Next Step careers adviser Sam Okafor, Friday 4 December, 9am, Luton Jobcentre."
            " Report to reception. Bring your CV. Changes? Ring 01582 496012.",
        ),
        (
            "reminder",
            "Next Step careers adviser Sam Okafor, Friday 4 December, 9am, Luton Jobcentre."
            " Report to reception. Bring your CV. Can't come? Ring 01582 496012.",
        ),
        (
            "moved",
            "Moved: Next Step careers adviser Sam Okafor, Friday 4 December, 9am, Luton Jobcentre."
            " Report to reception. Bring your CV. Changes? Ring 01582 496012.",
        ),
        (
            "cancelled",
            "Cancelled: Next Step careers adviser Sam Okafor, Friday 4 December, 9am,"
            " Luton Jobcentre. You do not need to come. To book again, ring 01582 496012.",
        ),
        (
            "receipt",
            "We have your message of 9:05am on Monday 23 November:"
            " Next Step careers adviser Sam Okafor, Friday 4 December, 9am, Luton Jobcentre."
            " Changes? Ring 01582 496012.",
        ),
    ],
)
def test_the_texts(kind: str, text: str) -> None:
    assert render(kind, make_fields(at=datetime(2026, 12, 4, 9, tzinfo=UTC))) == text


@pytest.mark.parametrize(
    ("more", "text"),
    [
        # from a text that fits whole to one that keeps only what never goes
        (
            {"adviser": "Jo", "phone": ""},
            "Booked: Next Step careers adviser Jo, Wednesday 30 September, 10:30am,"
            " Luton Jobcentre. Report to reception. It is about your skills and work."
            " Bring your CV.",
        ),
        (
            {"adviser": "Jo"},
            "Booked: Next Step careers adviser Jo, Wednesday 30 September, 10:30am,"
            " Luton Jobcentre. Report to reception. Bring your CV. Changes? Ring 01582 496012.",
        ),
        (
            {"adviser": "Bridget Shaughnessy-Carmichael"},
            "Booked: Next Step careers adviser, Wednesday 30 September, 10:30am, Luton Jobcentre."
            " Report to reception. Bring your CV. Changes? Ring 01582 496012.",
        ),
        (
            {"office": "Wolverhampton Chapel Court Jobcentre"},
            "Booked: Next Step careers adviser, Wed 30 Sep, 10:30am,"
            " Wolverhampton Chapel Court Jobcentre."
            " Report to reception. Bring your CV. Changes? Ring 01582 496012.",
        ),
        (
            {"bring": "your CV, certificates and a list of the jobs you have had"},
            "Booked: Next Step careers adviser, Wed 30 Sep, 10:30am, Luton Jobcentre."
            " Report to reception. Changes? Ring 01582 496012.",
        ),
        (
            {"adviser": "Ольга Иванова"},  # would leave room for 70 characters, not 160
            "Booked: Next Step careers adviser, Wednesday 30 September, 10:30am, Luton Jobcentre."
            " Report to reception. Bring your CV. Changes? Ring 01582 496012.",
        ),
        (
            {"office": "Q" * 50, "arrival": "R" * 40},
            f"Booked: Next Step careers adviser, Wed 30 Sep, 10:30am, {'Q' * 50}. {'R' * 40}.",
        ),
    ],
)
def test_what_gives_way_and_in_which_order(more: dict[str, str], text: str) -> None:
    assert render("confirmation", make_fields(**more)) == text


KEPT_BY_THE_LONGEST_OFFICE = (
    *("Next Step careers adviser", "Wed", "30 Sep", "10:30am"),
    *("Report to reception", "your CV", "0121 496 0123"),
)


def test_every_office_of_the_official_register_keeps_what_to_bring_and_the_number() -> None:
    shared = os.environ.get("LOCAL_DIARIES_SHARED")
    data = Path(shared) if shared else Path(__file__).parents[3] / "shared" / "data"
    register = data / "jobcentre.csv"
    if not register.exists():
        pytest.skip("the official Jobcentre register is absent: set LOCAL_DIARIES_SHARED")
    with register.open(encoding="utf-8", newline="") as lines:
        names = {row["name"] for row in csv.DictReader(lines)}
    assert len(names) > 600
    for name in names:
        for kind in VISITS:
            fields = make_fields(
                office=f"{name} Jobcentre",
                phone="0121 496 0123",
                adviser="Bridget Shaughnessy-Carmichael",
            )
            text = render(kind, fields)
            assert count_parts(text).count == 1
            for words in (*KEPT_BY_THE_LONGEST_OFFICE, in_gsm7(f"{name} Jobcentre")):
                assert words in text


def up_to(field: str) -> st.SearchStrategy[str]:
    """Names of every length a field may have, the longest often."""
    letters = st.characters(codec="ascii", categories=["L", "N"])
    longest = LONGEST[field]
    return st.text(letters, min_size=longest, max_size=longest) | st.text(
        letters, min_size=1, max_size=longest
    )


free_words = st.text(max_size=80)
instants = st.datetimes(datetime(2025, 1, 1), datetime(2035, 12, 31), timezones=st.just(UTC))


@given(
    kind=st.sampled_from(KINDS),
    at=instants,
    office=up_to("office"),
    arrival=up_to("arrival"),
    adviser=free_words,
    bring=free_words,
    phone=free_words,
)
def test_within_the_limits_a_text_is_one_part_and_says_when_and_where(
    *, kind: str, at: datetime, office: str, arrival: str, adviser: str, bring: str, phone: str
) -> None:
    fields = make_fields(
        at=at, office=office, arrival=arrival, adviser=adviser, bring=bring, phone=phone
    )
    text = render(kind, fields)
    assert count_parts(text).count == 1
    assert "Next Step careers adviser" in text
    assert f", {fields['time']}, {office}." in text
    assert fields["weekday"][:3] in text
    assert f" {at.astimezone(LONDON).day} " in text
    assert arrival in text or kind not in VISITS


def test_a_form_may_hold_offices_to_the_stated_length() -> None:
    assert LONGEST == {"office": 50, "arrival": 40}  # " Jobcentre" included; forms say so


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"office": ""}, "The text confirmation-en needs the field office."),
        ({"place": "x"}, "No text has a field place."),
        ({"office": "Офис"}, "The text confirmation-en cannot be written with О ф и с."),
        (
            {"office": "Q" * 90},
            "The text confirmation-en is 168 characters at its shortest, and 160 fit:"
            " the field office is too long.",
        ),
    ],
)
def test_fields_that_cannot_be_used(more: dict[str, str], sentence: str) -> None:
    with pytest.raises(WordingError) as refused:
        render("confirmation", make_fields(**more))
    assert str(refused.value) == sentence


def test_there_is_no_text_for_an_unknown_kind_or_language() -> None:
    for kind, language in (("birthday", "en"), ("reminder", "xx")):
        with pytest.raises(WordingError, match=f"There is no text {template_name(kind, language)}"):
            render(kind, make_fields(), language=language)


def test_values_are_tidied_but_not_read_as_templates() -> None:
    fields = make_fields(office="Tŷ “Gwyn”\n{time}.", adviser="Siân")
    assert ', Wednesday 30 September, 10:30am, Ty "Gwyn" {time}. You' in render("cancelled", fields)


@pytest.mark.parametrize(
    ("at", "weekday", "date", "time"),
    [
        (datetime(2026, 12, 7, 9, tzinfo=UTC), "Monday", "7 December", "9am"),
        (datetime(2026, 7, 7, 8, tzinfo=UTC), "Tuesday", "7 July", "9am"),
        (datetime(2026, 7, 7, 11, tzinfo=UTC), "Tuesday", "7 July", "midday"),
        (datetime(2026, 12, 7, 12, 45, tzinfo=UTC), "Monday", "7 December", "12:45pm"),
        (datetime(2026, 12, 7, 0, 5, tzinfo=UTC), "Monday", "7 December", "12:05am"),
        # either side of both clock changes of 2026, and past London's midnight in summer
        (datetime(2026, 3, 29, 0, 59, tzinfo=UTC), "Sunday", "29 March", "12:59am"),
        (datetime(2026, 3, 29, 1, 0, tzinfo=UTC), "Sunday", "29 March", "2am"),
        (datetime(2026, 10, 25, 0, 59, tzinfo=UTC), "Sunday", "25 October", "1:59am"),
        (datetime(2026, 10, 25, 1, 0, tzinfo=UTC), "Sunday", "25 October", "1am"),
        (datetime(2026, 6, 30, 23, 30, tzinfo=UTC), "Wednesday", "1 July", "12:30am"),
    ],
)
def test_when_is_london_wall_time(at: datetime, weekday: str, date: str, time: str) -> None:
    assert when_fields(at) == {"weekday": weekday, "date": date, "time": time}

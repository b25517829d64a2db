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
from notifications.short_names import SHORTEST
from notifications.texts import LONGEST, TEXTS, render, template_name
from notifications.when import when_fields
from notifications.wording import WordingError

LONDON = ZoneInfo("Europe/London")
# a Wednesday in September has the longest weekday and the longest month
LONGEST_DAY = datetime(2026, 9, 30, 9, 30, tzinfo=UTC)
VISITS = ("confirmation", "reminder", "moved")


WHO = {"en": "next step careers adviser", "cy": "cynghorydd gyrfaoedd next step"}
IN_WELSH = {"arrival": "Ewch i'r dderbynfa", "bring": "unrhyw CV"}
LINK = "https://diaries.example.gov.uk/a/4k7qd2m9xw3rtvp"


def make_fields(*, at: datetime = LONGEST_DAY, language: str = "en", **more: str) -> dict[str, str]:
    return {
        "office": "Luton Jobcentre",
        "adviser": "Sam Okafor",
        "phone": "01582 496012",
        "arrival": "Report to reception",
        "bring": "any CV",
        "until": "2pm",
        **when_fields(at, language=language),
        **when_fields(datetime(2026, 11, 23, 9, 5, tzinfo=UTC), prefix="rang_", language=language),
        **more,
    }


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (
            "confirmation",
            "Booked: Next Step careers adviser Sam Okafor, Friday 4 December, 9am, Luton Jobcentre."
            " Report to reception. Bring any CV. Help? Ring 01582 496012.",
        ),
        (
            "reminder",
            "Next Step careers adviser Sam Okafor, Friday 4 December, 9am, Luton Jobcentre."
            " Report to reception. Bring any CV. Can't come? Ring 01582 496012.",
        ),
        (
            "moved",
            "Moved: Next Step careers adviser Sam Okafor, Friday 4 December, 9am, Luton Jobcentre."
            " Report to reception. Bring any CV. Help? Ring 01582 496012.",
        ),
        (
            "same_time",
            "Same time, new adviser: Next Step careers adviser Sam Okafor, Fri 4 Dec, 9am,"
            " Luton Jobcentre. Report to reception. Bring any CV. Help? Ring 01582 496012.",
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
            " Help? Ring 01582 496012.",
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
            " Luton Jobcentre. Report to reception. Bring any CV."
            " It is about your skills and work.",
        ),
        (
            {"adviser": "Jo"},
            "Booked: Next Step careers adviser Jo, Wednesday 30 September, 10:30am,"
            " Luton Jobcentre. Report to reception. Bring any CV. Help? Ring 01582 496012.",
        ),
        (
            {"adviser": "Bridget Shaughnessy-Carmichael"},
            "Booked: Next Step careers adviser, Wednesday 30 September, 10:30am, Luton Jobcentre."
            " Report to reception. Bring any CV. Help? Ring 01582 496012.",
        ),
        (
            {"office": "Wolverhampton Chapel Court Jobcentre"},
            "Booked: Next Step careers adviser, Wed 30 Sep, 10:30am,"
            " Wolverhampton Chapel Court Jobcentre."
            " Report to reception. Bring any CV. Help? Ring 01582 496012.",
        ),
        (
            {"bring": "your CV, certificates and a list of all the jobs you have ever had"},
            "Booked: Next Step careers adviser Sam Okafor, Wednesday 30 September, 10:30am,"
            " Luton Jobcentre."
            " Report to reception. Help? Ring 01582 496012.",
        ),
        (
            {"adviser": "Ольга Иванова"},  # would leave room for 70 characters, not 160
            "Booked: Next Step careers adviser, Wednesday 30 September, 10:30am, Luton Jobcentre."
            " Report to reception. Bring any CV. Help? Ring 01582 496012.",
        ),
        (
            {"office": "Q" * 50, "arrival": "R" * 40, "adviser": "Jo"},
            f"Booked: Next Step careers adviser Jo, Wed 30 Sep, 10:30am, {'Q' * 50}. {'R' * 40}.",
        ),
    ],
)
def test_what_gives_way_and_in_which_order(more: dict[str, str], text: str) -> None:
    assert render("confirmation", make_fields(**more)) == text


KEPT_BY_THE_LONGEST_OFFICE = (
    *("Next Step careers adviser", "Wed", "30 Sep", "10:30am"),
    *("Report to reception", "any CV", "0121 496 0123"),
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
    text=st.sampled_from(sorted(TEXTS)),
    at=instants,
    office=up_to("office"),
    arrival=up_to("arrival"),
    others=st.fixed_dictionaries(
        dict.fromkeys(("adviser", "bring", "phone", "link", "code"), free_words)
    ),
)
def test_within_the_limits_a_text_is_one_part_and_says_when_and_where(
    *, text: tuple[str, str], at: datetime, office: str, arrival: str, others: dict[str, str]
) -> None:
    kind, language = text
    fields = make_fields(at=at, language=language, office=office, arrival=arrival, **others)
    body = render(kind, fields, language=language)
    assert count_parts(body).count == 1
    assert WHO[language] in body.lower()
    named = f", {fields['time']}, {office}." in body
    answered = any(others[each].strip() for each in ("link", "code"))
    assert named or (answered and f", {fields['time']}, {office[:SHORTEST]}" in body)
    assert fields["weekday"][:3] in body
    assert f" {at.astimezone(LONDON).day} " in body
    assert arrival in body or kind not in VISITS or others["link"].strip()


TO_ANSWER = {"code": {"code": "4821"}, "link": {"link": LINK}}


@pytest.mark.parametrize(
    ("kind", "language", "how", "text"),
    [
        (
            *("reminder", "en", "code"),
            "Next Step careers adviser Sam Okafor, Friday 4 December, 9am, Luton Jobcentre."
            " Report to reception. Reply YES 4821, CHANGE 4821 or NO 4821. Bring any CV.",
        ),
        (
            *("reminder", "en", "link"),
            "Next Step careers adviser, Friday 4 December, 9am, Luton Jobcentre."
            f" Report to reception. Coming? {LINK} Bring any CV.",
        ),
        (
            *("confirmation", "en", "code"),
            "Booked: Next Step careers adviser Sam Okafor, Friday 4 December, 9am, Luton Jobcentre."
            " Report to reception. Changes? Reply CHANGE 4821 or NO 4821. Bring any CV.",
        ),
        (
            *("confirmation", "en", "link"),
            "Booked: Next Step careers adviser, Fri 4 Dec, 9am, Luton Jobcentre."
            f" Report to reception. Changes? {LINK} Bring any CV.",
        ),
        (
            *("moved", "en", "link"),
            "Moved: Next Step careers adviser, Fri 4 Dec, 9am, Luton Jobcentre."
            f" Report to reception. Changes? {LINK} Bring any CV.",
        ),
        (
            *("same_time", "en", "link"),
            "Same time, new adviser: Next Step careers adviser Sam Okafor, Friday 4 December, 9am,"
            f" Luton Jobcentre. Changes? {LINK}",
        ),
        (
            *("same_time", "cy", "code"),
            "Cynghorydd newydd: cynghorydd gyrfaoedd Next Step Sam Okafor, Gwener 4 Rhagfyr, 9am,"
            " Luton Jobcentre. Ewch i'r dderbynfa. Newid? Atebwch NEWID 4821 neu NA 4821.",
        ),
        (
            *("same_time", "cy", "link"),
            "Cynghorydd newydd: cynghorydd gyrfaoedd Next Step Sam Okafor, Gwener 4 Rhagfyr, 9am,"
            f" Luton Jobcentre. Newid? {LINK}",
        ),
        (
            *("cancelled", "en", "link"),
            "Cancelled: Next Step careers adviser Sam Okafor, Friday 4 December, 9am,"
            " Luton Jobcentre. You do not need to come. To book again, ring 01582 496012.",
        ),
        (
            *("reminder", "cy", "code"),
            "Cynghorydd gyrfaoedd Next Step, Gwener 4 Rhagfyr, 9am, Luton Jobcentre."
            " Ewch i'r dderbynfa. Atebwch IE 4821, NEWID 4821 neu NA 4821."
            " Cofiwch unrhyw CV.",
        ),
        (
            *("reminder", "cy", "link"),
            "Cynghorydd gyrfaoedd Next Step, Gwe 4 Rhag, 9am, Luton Jobcentre."
            f" Ewch i'r dderbynfa. Dod? {LINK} Cofiwch unrhyw CV.",
        ),
        (
            *("confirmation", "cy", "code"),
            "Trefnwyd: cynghorydd gyrfaoedd Next Step, Gwener 4 Rhagfyr, 9am, Luton Jobcentre."
            " Ewch i'r dderbynfa. Newid? Atebwch NEWID 4821 neu NA 4821."
            " Cofiwch unrhyw CV.",
        ),
        (
            *("cancelled", "cy", "link"),
            "Wedi'i ganslo: cynghorydd gyrfaoedd Next Step Sam Okafor, Gwener 4 Rhagfyr, 9am,"
            " Luton Jobcentre. Nid oes angen i chi ddod. I drefnu eto, ffoniwch 01582 496012.",
        ),
        (
            *("receipt", "cy", "code"),
            "Cawsom eich neges (9:05am, Llun 23 Tachwedd): cynghorydd gyrfaoedd Next Step"
            " Sam Okafor, Gwener 4 Rhagfyr, 9am, Luton Jobcentre. Cymorth? Ffoniwch 01582 496012.",
        ),
    ],
)
def test_how_each_text_is_answered_in_both_languages(
    kind: str, language: str, how: str, text: str
) -> None:
    more = TO_ANSWER[how] | IN_WELSH if language == "cy" else TO_ANSWER[how]
    fields = make_fields(at=datetime(2026, 12, 4, 9, tzinfo=UTC), language=language, **more)
    assert render(kind, fields, language=language) == text


@pytest.mark.parametrize("language", ["en", "cy"])
def test_a_text_that_has_no_room_for_the_link_says_whom_to_ring(language: str) -> None:
    """An address so long that no name is short enough beside it."""
    fields = make_fields(office="Q" * 42, language=language, link="https://" + "L" * 110)
    text = render("confirmation", fields, language=language)
    assert "LLL" not in text
    assert "01582 496012" in text


names = st.lists(
    st.text(st.characters(codec="ascii", categories=["L"]), min_size=1, max_size=50),
    min_size=1,
    max_size=12,
).map(lambda words: " ".join(words)[: LONGEST["office"]].strip())
LONG_NAMES = [
    "Thistlewick-on-the-Wold Jobcentre and Careers Room",
    "Llanfairpwllgwyngyll a Phenrhosgarnedd: Canolfan y",
    "Z" * 50,
    "Ystradgynlais, Pontardawe & Cwm Tawe at The Library",
]


@given(
    text=st.sampled_from(sorted(TEXTS)),
    how=st.sampled_from(sorted(TO_ANSWER)),
    office=names | st.sampled_from([name[:50].strip() for name in LONG_NAMES]),
    arrival=up_to("arrival"),
    at=instants,
)
def test_whatever_the_office_is_called_the_code_or_the_link_has_room(
    *, text: tuple[str, str], how: str, office: str, arrival: str, at: datetime
) -> None:
    kind, language = text
    more = {"until": "Wed 10:30am", "arrival": arrival, **TO_ANSWER[how]}
    fields = make_fields(at=at, language=language, office=office, **more)
    body = render(kind, fields, language=language)
    assert count_parts(body).count == 1
    if (how == "link" and kind != "cancelled") or kind not in ("cancelled", "receipt"):
        assert {"code": "4821", "link": LINK}[how] in body
    said = body.partition(f"{fields['time']}, ")[2]
    assert office.startswith(said.partition(".")[0])


@pytest.mark.parametrize(
    ("office", "said"),
    [
        ("Thistlewick-on-the-Wold Jobcentre and Careers Room", "Thistlewick-on-the-Wold"),
        ("Ystradgynlais Jobcentre and the Learning Rooms", "Ystradgynlais Jobcentre"),
        ("Llanfairpwllgwyngyllgogerychwyrndrobwll Jobcentre", "Llanfairpwll"),
    ],
)
def test_a_long_name_is_shortened_by_whole_words_where_it_can_be(office: str, said: str) -> None:
    body = render("confirmation", make_fields(office=office, link=LINK))
    assert f"10:30am, {said}. Report to reception. Changes? {LINK}" in body


@pytest.mark.parametrize(("kind", "language"), sorted(TEXTS))
def test_without_a_code_nobody_is_asked_to_reply(kind: str, language: str) -> None:
    text = render(kind, make_fields(language=language, link=LINK), language=language).lower()
    assert "reply" not in text
    assert "atebwch" not in text


@pytest.mark.parametrize("phrases", [TEXTS[each] for each in sorted(TEXTS) if each[1] == "cy"])
def test_welsh_is_written_in_letters_that_cost_no_more(phrases: dict[str, str]) -> None:
    assert count_parts("".join(phrases.values()).replace("{", "").replace("}", "")).forcing == ()


def test_every_text_is_in_both_languages() -> None:
    assert {kind for kind, each in TEXTS if each == "en"} == {
        kind for kind, each in TEXTS if each == "cy"
    }


@pytest.mark.parametrize(
    ("month", "short"),
    [(5, "Mai"), (7, "Gor"), (8, "Awst"), (9, "Medi"), (11, "Tach"), (12, "Rhag")],
)
def test_welsh_dates_are_shortened_as_welsh_shortens_them(month: int, short: str) -> None:
    on = datetime(2026, month, 7, 9, tzinfo=UTC)
    fields = make_fields(at=on, language="cy", office="Q" * 50, arrival="R" * 40)
    assert f" 7 {short}, " in render("reminder", fields, language="cy")


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

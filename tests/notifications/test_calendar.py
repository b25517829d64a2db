"""iCalendar that clients read rightly: winter and summer, moved and cancelled, byte for byte."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import recurring_ical_events
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar, Component

from notifications.calendar import CalendarEvent, etag, feed, single

LONDON = ZoneInfo("Europe/London")
WINTER = datetime(2026, 12, 7, 9, 0, tzinfo=UTC)
SUMMER = datetime(2026, 7, 7, 8, 0, tzinfo=UTC)


def make_event(uid: str = "a1@diaries.example", **more: Any) -> CalendarEvent:
    starts_at = more.get("starts_at", WINTER)
    values: dict[str, Any] = {
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(minutes=45),
        "summary": "Skills Health Check",
        "location": "Luton Jobcentre, 2nd floor",
        "description": "Report to reception",
        "sequence": 0,
        "cancelled": False,
        "last_modified_at": datetime(2026, 11, 23, 10, 0, tzinfo=UTC),
    }
    return CalendarEvent(uid=uid, **values | more)


def events_in(data: bytes) -> list[Component]:
    return Calendar.from_ical(data).walk("VEVENT")


def test_one_booking_line_by_line() -> None:
    assert single(make_event()).split(b"\r\n") == [
        b"BEGIN:VCALENDAR",
        b"VERSION:2.0",
        b"PRODID:-//Local Diaries//Diary//EN",
        b"BEGIN:VEVENT",
        b"SUMMARY:Skills Health Check",
        b"DTSTART:20261207T090000Z",
        b"DTEND:20261207T094500Z",
        b"DTSTAMP:20261123T100000Z",
        b"UID:a1@diaries.example",
        b"SEQUENCE:0",
        b"DESCRIPTION:Report to reception",
        b"LAST-MODIFIED:20261123T100000Z",
        b"LOCATION:Luton Jobcentre\\, 2nd floor",
        b"STATUS:CONFIRMED",
        b"TRANSP:OPAQUE",
        b"END:VEVENT",
        b"END:VCALENDAR",
        b"",
    ]


def test_the_head_of_a_feed_has_a_name_and_a_pace_but_no_method_and_no_uid() -> None:
    head = feed("Sam Okafor, Luton", [make_event()]).split(b"\r\nBEGIN:VEVENT")[0].split(b"\r\n")
    assert head == [
        b"BEGIN:VCALENDAR",
        b"VERSION:2.0",
        b"PRODID:-//Local Diaries//Diary//EN",
        b"NAME:Sam Okafor\\, Luton",
        b"X-WR-CALNAME:Sam Okafor\\, Luton",
        b"REFRESH-INTERVAL;VALUE=DURATION:PT15M",
        b"X-PUBLISHED-TTL:PT15M",
    ]


def test_the_same_events_give_the_same_bytes_and_tag_whatever_their_order() -> None:
    events = [make_event("b"), make_event("a"), make_event("c", starts_at=SUMMER)]
    data = feed("Luton", events)
    assert data == feed("Luton", list(reversed(events)))
    assert [str(event["UID"]) for event in events_in(data)] == ["c", "a", "b"]
    assert etag(data) == etag(feed("Luton", events))
    assert etag(data) != etag(feed("Luton", events[1:]))
    assert '"' not in etag(data)


def test_a_move_raises_the_sequence_and_a_cancelled_event_stays() -> None:
    moved = make_event(sequence=1, starts_at=WINTER + timedelta(days=1))
    cancelled = make_event("b", sequence=2, cancelled=True)
    first, second = reversed(events_in(feed("Luton", [moved, cancelled])))
    assert (first["SEQUENCE"], str(first["STATUS"])) == (1, "CONFIRMED")
    assert (second["SEQUENCE"], str(second["STATUS"])) == (2, "CANCELLED")
    assert str(second["TRANSP"]) == "TRANSPARENT"  # a cancelled hour is free


@pytest.mark.parametrize(("at", "wall_hour"), [(WINTER, 9), (SUMMER, 9)])
def test_winter_and_summer_hours_are_right_in_london(at: datetime, wall_hour: int) -> None:
    calendar = Calendar.from_ical(feed("Luton", [make_event(starts_at=at)]))
    (event,) = recurring_ical_events.of(calendar).at(at.astimezone(LONDON).date())
    assert event.start == at
    assert event.start.astimezone(LONDON).hour == wall_hour


@pytest.mark.parametrize(
    "text",
    ['a, b; c\\ d: "e"', "first\nsecond", "\\n is no line end", "Tŷ Gwyn 😀", " spaced ", ""],
)
def test_text_comes_back_as_it_went_in(text: str) -> None:
    (event,) = events_in(single(make_event(summary=text, location=text, description=text)))
    assert {str(event[name]) for name in ("SUMMARY", "LOCATION", "DESCRIPTION")} == {text}


def test_all_line_ends_become_one_and_control_characters_become_spaces() -> None:
    (event,) = events_in(single(make_event(description="a\r\nb\rc\x00d\x85e\u2028f\tg")))
    assert str(event["DESCRIPTION"]) == "a\nb\nc d e f\tg"


def test_no_text_can_add_a_line_of_its_own() -> None:
    sly = "x\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nATTACH:evil"
    data = feed(sly, [make_event(summary=sly, location=sly, description=sly)])
    assert data.count(b"\r\nBEGIN:VEVENT") == 1
    assert b"\r\nATTACH" not in data


@given(st.text(st.sampled_from("aŵ😀,;\n "), max_size=400))
def test_lines_end_in_crlf_and_fold_at_75_octets_between_characters(text: str) -> None:
    data = single(make_event(summary=text, description=text))
    assert data.endswith(b"\r\n")
    for line in data.split(b"\r\n"):
        assert len(line) <= 75
        assert b"\n" not in line
        line.decode("utf-8")  # no character is torn apart


def changes_of_clock(year: int) -> list[date]:
    """The last Sundays of March and October."""
    ends = (date(year, 3, 31), date(year, 10, 31))
    return [end - timedelta(days=(end.weekday() + 1) % 7) for end in ends]


AROUND_CHANGES = st.builds(
    lambda on, minutes: (
        datetime(on.year, on.month, on.day, tzinfo=UTC) + timedelta(minutes=minutes)
    ),
    st.sampled_from([on for year in range(2025, 2036) for on in changes_of_clock(year)]),
    st.integers(-24 * 60, 48 * 60),
)


@settings(deadline=None)  # reading back is slow on a busy machine
@given(
    st.lists(AROUND_CHANGES, min_size=1, max_size=5, unique=True), st.sampled_from([UTC, LONDON])
)
def test_instants_round_trip_across_both_changes_of_clock(
    instants: list[datetime], zone: Any
) -> None:
    spans = [(at, at + timedelta(minutes=45)) for at in sorted(instants)]
    events = [
        make_event(str(at), starts_at=at.astimezone(zone), ends_at=end.astimezone(zone))
        for at, end in spans
    ]
    data = feed("Luton", reversed(events))
    assert [(event.start, event.end) for event in events_in(data)] == spans
    diary = recurring_ical_events.of(Calendar.from_ical(data))
    for at in instants:
        assert at in [event.start for event in diary.between(at, at + timedelta(minutes=1))]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"starts_at": datetime(2026, 12, 7, 9)}, "no time zone"),
        ({"last_modified_at": datetime(2026, 12, 7, 9)}, "no time zone"),
        ({"ends_at": WINTER}, "ends before it starts"),
    ],
)
def test_an_event_that_makes_no_sense_is_refused(more: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        make_event(**more)


def test_a_feed_without_events_is_still_a_calendar() -> None:
    assert events_in(feed("Luton", [])) == []

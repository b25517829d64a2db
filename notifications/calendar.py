"""Appointments and sessions as iCalendar: a feed for a phone to follow, and one file per booking.

Every time is written in UTC, so there is no VTIMEZONE for a client to misread. The same events
give the same bytes, so an unchanged feed is answered by its ETag alone.
"""

import hashlib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from icalendar import Calendar, Event, vText

_PRODUCT = "-//Local Diaries//Diary//EN"
_REFRESH = timedelta(minutes=15)
_UNPRINTABLE = {"Cc", "Cs", "Zl", "Zp"}


@dataclass(frozen=True, kw_only=True)
class CalendarEvent:
    """One entry of a calendar.

    `uid` stays the same for the life of the appointment; `sequence` goes up by one at each move
    or cancellation; a cancelled event stays in the feed for some weeks so that clients remove it.
    Times are aware. A feed lies open on phones: `summary` never names a claimant. `takes_time`
    False leaves the person free in clients that look for gaps.
    """

    uid: str
    starts_at: datetime
    ends_at: datetime
    summary: str
    location: str
    description: str
    sequence: int
    cancelled: bool
    last_modified_at: datetime
    takes_time: bool = True

    def __post_init__(self) -> None:
        if None in (self.starts_at.tzinfo, self.ends_at.tzinfo, self.last_modified_at.tzinfo):
            raise ValueError(f"A time of the event {self.uid} has no time zone.")
        # in UTC, since wall times of one zone compare by the wall, which repeats in October
        if self.ends_at.astimezone(UTC) <= self.starts_at.astimezone(UTC):
            raise ValueError(f"The event {self.uid} ends before it starts.")


def feed(name: str, events: Iterable[CalendarEvent]) -> bytes:
    """The calendar that a client subscribes to, in order of time; it has no METHOD."""
    calendar = _calendar()
    # icalendar escapes a calendar's own names only when they are told to be text
    calendar.add("name", vText(_printable(name)))
    calendar.add("x-wr-calname", vText(_printable(name)))
    calendar.add("refresh-interval", _REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT15M")
    for event in sorted(events, key=lambda each: (each.starts_at.astimezone(UTC), each.uid)):
        calendar.add_component(_component(event))
    return bytes(calendar.to_ical())


def single(event: CalendarEvent) -> bytes:
    """One booking as a file to open or to attach."""
    calendar = _calendar()
    calendar.add_component(_component(event))
    return bytes(calendar.to_ical())


def etag(data: bytes) -> str:
    """A strong entity tag for the bytes, without the quotation marks that HTTP puts round it."""
    return hashlib.sha256(data).hexdigest()[:32]


def _calendar() -> Calendar:
    # not Calendar.new(): it adds a random UID, by which vdirsyncer takes a feed for one event
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    return calendar


def _component(event: CalendarEvent) -> Event:
    component = Event()
    component.add("uid", event.uid)
    component.add("dtstamp", event.last_modified_at.astimezone(UTC))
    component.add("last-modified", event.last_modified_at.astimezone(UTC))
    component.add("sequence", event.sequence)
    component.add("dtstart", event.starts_at.astimezone(UTC))
    component.add("dtend", event.ends_at.astimezone(UTC))
    component.add("summary", _printable(event.summary))
    component.add("location", _printable(event.location))
    component.add("description", _printable(event.description))
    component.add("status", "CANCELLED" if event.cancelled else "CONFIRMED")
    busy = event.takes_time and not event.cancelled
    component.add("transp", "OPAQUE" if busy else "TRANSPARENT")
    return component


def _printable(text: str) -> str:
    """Lines end in one way, and no other control character is left to break a client's parser."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(
        " " if unicodedata.category(each) in _UNPRINTABLE and each not in "\n\t" else each
        for each in lines
    )

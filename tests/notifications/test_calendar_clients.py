"""Real calendar clients read the feed: khal, vdirsyncer and libical, each where it is installed."""

import ctypes
import ctypes.util
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from notifications.calendar import CalendarEvent, feed, single


def make_event(uid: str, starts_at: datetime, *, cancelled: bool = False) -> CalendarEvent:
    return CalendarEvent(
        uid=f"{uid}@diaries.example",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=45),
        summary=f"Skills Health Check {uid}",
        location="Tŷ Gwyn; 2nd floor, room 4",
        description="Report to reception,\nthen the lift; " + "ŵ😀" * 40,
        sequence=1 if cancelled else 0,
        cancelled=cancelled,
        last_modified_at=datetime(2026, 11, 23, 10, tzinfo=UTC),
    )


EVENTS = [
    make_event("winter", datetime(2026, 12, 7, 9, 0, tzinfo=UTC)),
    make_event("summer", datetime(2027, 7, 7, 8, 0, tzinfo=UTC)),
    make_event("changed", datetime(2027, 3, 28, 1, 30, tzinfo=UTC)),
    make_event("dropped", datetime(2026, 12, 8, 9, 0, tzinfo=UTC), cancelled=True),
]
FEED = feed("Luton; Sam Okafor", EVENTS)


def run(client: str, *arguments: str, home: Path, given: str = "") -> str:
    """What an installed client prints, run with a home of its own; skips where it is absent."""
    if not (path := shutil.which(client)):
        pytest.skip(f"{client} is not installed: this calendar client is not tried")
    environment = {**os.environ, "HOME": str(home), "XDG_CONFIG_HOME": str(home / "config")}
    environment |= {"XDG_DATA_HOME": str(home / "data"), "XDG_CACHE_HOME": str(home / "cache")}
    environment |= {"LC_ALL": "C.UTF-8", "TZ": "Europe/London"}
    done = subprocess.run(
        [path, *arguments],
        env=environment,
        input=given,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def khal_home(tmp_path: Path) -> Path:
    diary = tmp_path / "diary"
    diary.mkdir()
    (tmp_path / "config" / "khal").mkdir(parents=True)
    (tmp_path / "config" / "khal" / "config").write_text(
        f"[calendars]\n[[diary]]\npath = {diary}\n"
        "[locale]\nlocal_timezone = Europe/London\ndefault_timezone = Europe/London\n"
        "timeformat = %H:%M\ndateformat = %Y-%m-%d\nlongdateformat = %Y-%m-%d\n"
        "datetimeformat = %Y-%m-%d %H:%M\nlongdatetimeformat = %Y-%m-%d %H:%M\n"
    )
    return tmp_path


@pytest.mark.parametrize("data", [FEED, *map(single, EVENTS)], ids=["feed", *"1234"])
def test_khal_shows_london_wall_time(khal_home: Path, data: bytes) -> None:
    (khal_home / "in.ics").write_bytes(data)
    run("khal", "import", "--batch", str(khal_home / "in.ics"), home=khal_home)
    form = "{start-long} {end-time} {title} | {location}"
    shown = run(
        *("khal", "list", "--notstarted", "--day-format", "", "--format", form),
        *("2026-12-01", "2027-08-01"),
        home=khal_home,
    )
    expected = [
        f"2026-12-07 09:00 09:45 {EVENTS[0].summary} | {EVENTS[0].location}",
        f"2027-07-07 09:00 09:45 {EVENTS[1].summary} | {EVENTS[1].location}",
        f"2027-03-28 02:30 03:15 {EVENTS[2].summary} | {EVENTS[2].location}",
        f"2026-12-08 09:00 09:45 {EVENTS[3].summary} | {EVENTS[3].location}",
    ]
    uids = [event.uid.encode() in data for event in EVENTS]
    assert sorted(line for line in shown.splitlines() if line) == sorted(
        line for line, there in zip(expected, uids, strict=True) if there
    )


class FeedServer(ThreadingHTTPServer):
    data = FEED


class _Handler(BaseHTTPRequestHandler):
    server: FeedServer

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/calendar; charset=utf-8")
        self.send_header("Content-Length", str(len(self.server.data)))
        self.end_headers()
        self.wfile.write(self.server.data)

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture
def server() -> Iterator[FeedServer]:
    with FeedServer(("127.0.0.1", 0), _Handler) as serving:
        threading.Thread(target=serving.serve_forever, daemon=True).start()
        yield serving
        serving.shutdown()


def test_vdirsyncer_follows_the_feed_event_by_event(tmp_path: Path, server: FeedServer) -> None:
    (tmp_path / "config" / "vdirsyncer").mkdir(parents=True)
    (tmp_path / "config" / "vdirsyncer" / "config").write_text(
        f'[general]\nstatus_path = "{tmp_path}/status"\n'
        '[pair diary]\na = "feed"\nb = "phone"\ncollections = null\n'
        'conflict_resolution = "a wins"\n'
        f'[storage feed]\ntype = "http"\nurl = "http://127.0.0.1:{server.server_port}/d.ics"\n'
        f'[storage phone]\ntype = "filesystem"\npath = "{tmp_path}/phone/"\nfileext = ".ics"\n'
    )

    def synced() -> list[str]:
        run("vdirsyncer", "sync", home=tmp_path)
        return sorted(item.read_text() for item in (tmp_path / "phone").glob("*.ics"))

    run("vdirsyncer", "discover", home=tmp_path, given="y\n" * 4)
    first = synced()
    assert len(first) == len(EVENTS)
    assert sum("STATUS:CANCELLED" in item for item in first) == 1
    assert synced() == first
    moved = make_event("winter", datetime(2026, 12, 9, 9, 0, tzinfo=UTC))
    server.data = feed("Luton; Sam Okafor", [moved, *EVENTS[1:3]])
    second = synced()
    assert len(second) == 3
    assert [item for item in second if "DTSTART:20261209T090000Z" in item]


def test_libical_finds_nothing_against_the_standard() -> None:
    name = ctypes.util.find_library("ical")
    if name is None:
        pytest.skip("libical is not installed: its restriction check is not run")
    ical = ctypes.CDLL(name)
    ical.icalparser_parse_string.restype = ctypes.c_void_p
    for check in (ical.icalrestriction_check, ical.icalcomponent_count_errors):
        check.argtypes = [ctypes.c_void_p]

    def problems(data: bytes) -> tuple[bool, int]:
        component = ical.icalparser_parse_string(data)
        legal = bool(ical.icalrestriction_check(component))
        return legal, ical.icalcomponent_count_errors(component)

    for data in (FEED, *map(single, EVENTS)):
        assert problems(data) == (True, 0)
    # the check is awake
    assert problems(FEED.replace(b"DTSTART:2026", b"DTSTART:x"))[1] > 0
    assert not problems(FEED.replace(b"VERSION:2.0\r\n", b""))[0]

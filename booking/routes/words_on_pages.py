"""What every template may use: navigation of the role, and dates and times in words."""

from collections import Counter
from datetime import date, datetime
from typing import Any

from flask import Flask, request, url_for
from flask_login import current_user
from werkzeug.local import LocalProxy

from booking import clock
from booking.messages.mobiles import mobile_in_words, number_in_words
from booking.particulars import clock_words, date_words
from booking.words import ROLE_NAMES, Role

# Text on the navigation bar and the page it leads to, per role, in order.
NAVIGATION: dict[Role, list[tuple[str, str]]] = {
    Role.JOBCENTRE_ADVISER: [
        ("Office today", "jobcentre.home"),
        ("Find a slot", "jobcentre.find"),
        ("My referrals", "jobcentre.referrals"),
        ("Calls", "calls.listed"),
        ("Inbox", "inbox.inbox"),
        ("Waiting list", "jobcentre.waiting"),
        ("Attendance", "reports.weekly"),
    ],
    Role.NEXT_STEP_ADVISER: [
        ("Today", "next_step.day"),
        ("Week", "next_step.week"),
        ("Calls", "calls.listed"),
        ("Inbox", "inbox.inbox"),
        ("My rota", "next_step.own_rota"),
        ("Calendar", "next_step.feed"),
        ("Attendance", "reports.weekly"),
    ],
    Role.RECEPTION: [
        ("Arrivals", "reception.arrivals"),
        ("Calls", "calls.listed"),
        ("Inbox", "inbox.inbox"),
        ("Office today", "jobcentre.home"),
        ("Find a slot", "jobcentre.find"),
        ("Waiting list", "jobcentre.waiting"),
    ],
    Role.DISTRICT_LEAD: [
        ("District", "lead.home"),
        ("Calls", "calls.listed"),
        ("Inbox", "inbox.inbox"),
        ("Rota", "rota.weeks"),
        ("Sessions", "lead.sessions"),
        ("Advisers", "lead.advisers"),
        ("Offices and rooms", "places.offices"),
        ("Attendance", "lead.attendance"),
        ("Messages", "message_log.log"),
        ("Wording", "wording.texts"),
    ],
    Role.ADMIN: [
        ("Offices and rooms", "places.offices"),
        ("Users", "admin.users"),
        ("API tokens", "admin.tokens"),
        ("Messages", "message_log.log"),
        ("Wording", "wording.texts"),
    ],
}


_EACH_WEEKDAY = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays")


def init_app(app: Flask) -> None:
    # Looked up only where it is shown: the page for a failure must not ask the database.
    navigation = LocalProxy(_navigation)
    app.context_processor(lambda: {"brand": app.config["BRAND"], "navigation": navigation})
    app.jinja_env.filters.update(
        day=day_in_words,
        short_day=short_day,
        clock=clock_words,
        date_words=date_words,
        london=clock.london,
        mobile=mobile_in_words,
        number=number_in_words,
        words=lambda word: str(word).replace("_", " "),
        role=ROLE_NAMES.__getitem__,
        each_weekday=_EACH_WEEKDAY.__getitem__,
    )


def day_in_words(at: date | datetime) -> str:
    """`Wednesday 25 November`."""
    on = clock.london(at).date() if isinstance(at, datetime) else at
    return f"{on:%A} {on.day} {on:%B}"


def short_day(at: date | datetime) -> str:
    """`Wed 25 Nov`."""
    on = clock.london(at).date() if isinstance(at, datetime) else at
    return f"{on:%a} {on.day} {on:%b}"


def _navigation() -> list[dict[str, Any]]:
    if not (current_user and current_user.is_authenticated):
        return []
    pages = NAVIGATION[current_user.role]
    sections = Counter(endpoint.split(".")[0] for _, endpoint in pages)
    return [
        {
            "text": text,
            "href": url_for(endpoint),
            "current": request.endpoint == endpoint,
            # a page further in still stands under its section, where that is one entry
            "active": request.blueprint == endpoint.split(".")[0]
            and sections[request.blueprint] == 1,
        }
        for text, endpoint in pages
    ]

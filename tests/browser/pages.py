"""Every page there is: who sees it, its address, and what its forms refuse."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from booking.words import Role
from tests.browser.district import BARE, DEMO, EMPTY, Account

ANYBODY = None
ADVISER = Account(DEMO, Role.JOBCENTRE_ADVISER)
NEXT_STEP = Account(DEMO, Role.NEXT_STEP_ADVISER)
RECEPTION = Account(DEMO, Role.RECEPTION)
LEAD = Account(DEMO, Role.DISTRICT_LEAD)
ADMIN = Account(DEMO, Role.ADMIN)

# Where nothing is yet.
EMPTY_ADVISER = Account(EMPTY, Role.JOBCENTRE_ADVISER)
EMPTY_NEXT_STEP = Account(EMPTY, Role.NEXT_STEP_ADVISER)
EMPTY_RECEPTION = Account(EMPTY, Role.RECEPTION)
BARE_LEAD = Account(BARE, Role.DISTRICT_LEAD)
BARE_ADMIN = Account(BARE, Role.ADMIN)
DIARYLESS = Account(BARE, Role.NEXT_STEP_ADVISER)

# A page as somebody sees it; names in braces are filled in with the server's facts.
Seen = tuple[Account | None, str]

WITH_CONTENT: list[Seen] = [
    (ANYBODY, "/sign-in"),
    (ANYBODY, "/about"),
    (ANYBODY, "/a/{link}"),
    (ANYBODY, "/a/{link_today}"),
    (ANYBODY, "/a/{link}?done=telephone"),
    (ANYBODY, "/a/{link}/change"),
    (ANYBODY, "/a/{link}/change?near=1"),
    (ANYBODY, "/a/{link}/cancel"),
    (ANYBODY, "/a/{link_today}/ill"),
    (ANYBODY, "/a/{link}/telephone"),
    (ANYBODY, "/a/{link_cy}"),
    (ANYBODY, "/a/{link_cy}/change"),
    (ANYBODY, "/a/{link_cy}/cancel"),
    (ANYBODY, "/a/{link_cy}/ill"),
    (ANYBODY, "/a/{link_cy}/telephone"),
    (ADVISER, "/"),
    (ADVISER, "/password"),
    (ADVISER, "/office"),
    (ADVISER, "/office?office=DEMO-02"),
    (ADVISER, "/find"),
    (ADVISER, "/find?ends=10:20&not_before=11:00&days=2&days=3&how=in_person&step_free=y"),
    (ADVISER, "/find?referral={referral}"),
    (ADVISER, "/book/{slot}"),
    (ADVISER, "/book/{slot}?referral={referral}"),
    (ADVISER, "/signpost"),
    (ADVISER, "/handovers/calendar"),
    (ADVISER, "/referrals"),
    (ADVISER, "/waiting"),
    (ADVISER, "/wait"),
    (LEAD, "/waiting?office={office}"),
    (ANYBODY, "/o/{offer}"),
    (ADVISER, "/walkovers"),
    (ADVISER, "/calls"),
    (LEAD, "/calls"),
    (LEAD, "/calls?office=DEMO-01"),
    (RECEPTION, "/inbox"),
    (LEAD, "/inbox"),
    (LEAD, "/inbox/no-texts"),
    (RECEPTION, "/letters/calls"),
    (ADVISER, "/letters/{appointment}"),
    (ADVISER, "/letters/{cancelled}?large=y"),
    (ADVISER, "/appointments/{appointment}"),
    (ADVISER, "/appointments/{cancelled}"),
    (ADVISER, "/appointments/{attended}"),
    (ADVISER, "/appointments/{by_telephone}"),
    (ADVISER, "/appointments/{appointment}/move"),
    (ADVISER, "/appointments/{appointment}/cancel"),
    (ADVISER, "/appointments/{appointment}/claimant"),
    (ADVISER, "/appointments/{appointment}/card"),
    (ADVISER, "/appointments/{cancelled}/card"),
    (ADVISER, "/appointments/{by_telephone}/card"),
    (ADVISER, "/offices/{office}"),
    (NEXT_STEP, "/diary"),
    (NEXT_STEP, "/diary/{yesterday}"),
    (NEXT_STEP, "/diary/{free_on}"),
    (NEXT_STEP, "/diary/{on}/list"),
    (NEXT_STEP, "/diary/week"),
    (NEXT_STEP, "/diary/week/{yesterday}"),
    (NEXT_STEP, "/diary/feed"),
    (NEXT_STEP, "/diary/rota"),
    (RECEPTION, "/arrivals"),
    (RECEPTION, "/office/{office}/day-list"),
    (LEAD, "/district"),
    (LEAD, "/district/advisers"),
    (LEAD, "/district/briefings"),
    (LEAD, "/district/advisers/{adviser}"),
    (LEAD, "/district/attendance"),
    (LEAD, "/district/forecast"),
    (LEAD, "/district/sessions/{session}"),
    (LEAD, "/district/sessions/{by_hand}"),
    (LEAD, "/reports/attendance?office={office}"),
    (ADVISER, "/reports/attendance"),
    (NEXT_STEP, "/reports/attendance"),
    (LEAD, "/district/sessions"),
    (LEAD, "/district/sessions?office={office_id}"),
    (LEAD, "/district/sessions/open"),
    (LEAD, "/district/sessions/open/{office_id}"),
    (LEAD, "/diary?adviser={adviser}"),
    (LEAD, "/diary/{kept_on}?adviser={kept_by}"),
    (LEAD, "/rota"),
    (LEAD, "/rota/{rota_week}"),
    (LEAD, "/rota/{rota_week}/demand/{office_id}"),
    (LEAD, "/rota/coverage"),
    (LEAD, "/rota/coverage?month=2027-02"),
    (LEAD, "/rota/demand-file"),
    (LEAD, "/rota/requests"),
    (LEAD, "/rota/repairs"),
    (LEAD, "/rota/repairs/{repair}"),
    (LEAD, "/rota/repairs/{planned}"),
    (LEAD, "/rota/advisers/{adviser}"),
    (LEAD, "/rota/drafts/{draft}"),
    (LEAD, "/rota/drafts/{draft}?view=advisers"),
    (LEAD, "/rota/drafts/{searched}"),
    (LEAD, "/rota/drafts/{draft}/publish"),
    (LEAD, "/rota/drafts/{draft}/offices/{short_office}/{short_half}"),
    (LEAD, "/rota/drafts/{other_draft}/offices/{priced_office}/{priced_half}"),
    (LEAD, "/rota/drafts/{draft}/offices/{asked_office}/{asked_half}"),
    (LEAD, "/rota/drafts/{draft}/advisers/{adviser}/1"),
    (LEAD, "/rota/drafts/{draft}/advisers/{moved}/{moved_on}"),
    (LEAD, "/rota/drafts/{draft}/compare/{nobody_moved}"),
    (LEAD, "/messages"),
    (LEAD, "/messages/appointments/{appointment}"),
    (LEAD, "/messages/claimants/{said_to}"),
    (RECEPTION, "/messages/claimants/{said_to}"),
    (ADMIN, "/messages/claimants/{said_to}"),
    (LEAD, "/wording"),
    (LEAD, "/wording/reminder/en"),
    (LEAD, "/wording/confirmation/en/trial"),
    (LEAD, "/wording/trials"),
    (LEAD, "/wording/trials/{trial}"),
    (ADMIN, "/wording"),
    (ADMIN, "/wording/reminder/en"),
    (LEAD, "/districts/{district}/rules"),
    (LEAD, "/offices"),
    (LEAD, "/offices/add"),
    (LEAD, "/offices/{office}"),
    (LEAD, "/offices/{office}/edit"),
    (LEAD, "/offices/{office}/hours"),
    (LEAD, "/offices/{office}/rooms/add"),
    (LEAD, "/offices/{office}/rooms/{room}"),
    (LEAD, "/offices/{office}/closures/add"),
    (LEAD, "/offices/{office}/rules"),
    (ADMIN, "/admin/users"),
    (ADMIN, "/admin/users/{user}"),
    (ADMIN, "/admin/users/add"),
    (ADMIN, "/admin/tokens"),
]

WITH_NOTHING: list[Seen] = [
    (ANYBODY, "/a/{link_over}"),
    (ANYBODY, "/a/{link_over}/change"),
    (ANYBODY, "/a/{link_cancelled}"),
    (ANYBODY, "/a/{link_full}/change?lang=cy"),
    (EMPTY_ADVISER, "/office"),
    (EMPTY_ADVISER, "/find"),
    (EMPTY_ADVISER, "/referrals"),
    (EMPTY_ADVISER, "/walkovers"),
    (EMPTY_ADVISER, "/waiting"),
    (EMPTY_ADVISER, "/offices/{empty_office}"),
    (ADVISER, "/find?first_on=2029-01-01"),
    (EMPTY_NEXT_STEP, "/diary"),
    (EMPTY_NEXT_STEP, "/diary/{on}/list"),
    (EMPTY_NEXT_STEP, "/diary/week"),
    (DIARYLESS, "/diary"),
    (NEXT_STEP, "/diary/{sunday}"),
    (EMPTY_RECEPTION, "/arrivals"),
    (EMPTY_ADVISER, "/calls"),
    (EMPTY_ADVISER, "/inbox"),
    (EMPTY_ADVISER, "/inbox/no-texts"),
    (EMPTY_RECEPTION, "/letters/calls"),
    (EMPTY_RECEPTION, "/office/{empty_office}/day-list"),
    (BARE_LEAD, "/district"),
    (BARE_LEAD, "/district/advisers"),
    (BARE_LEAD, "/district/briefings"),
    (BARE_LEAD, "/district/attendance"),
    (BARE_LEAD, "/district/forecast"),
    (BARE_LEAD, "/reports/attendance"),
    (EMPTY_ADVISER, "/reports/attendance"),
    (LEAD, "/district/sessions/{group}"),
    (BARE_LEAD, "/district/sessions"),
    (BARE_LEAD, "/district/sessions/open"),
    (BARE_LEAD, "/diary"),
    (BARE_LEAD, "/rota"),
    (BARE_LEAD, "/rota/{rota_week}"),
    (BARE_LEAD, "/rota/coverage"),
    (BARE_LEAD, "/rota/requests"),
    (BARE_LEAD, "/rota/repairs"),
    (EMPTY_NEXT_STEP, "/diary/rota"),
    (BARE_LEAD, "/messages"),
    (ADVISER, "/messages/claimants/{nothing_said}"),
    (BARE_LEAD, "/wording"),
    (BARE_LEAD, "/wording/reminder/en"),
    (BARE_LEAD, "/wording/trials"),
    (BARE_LEAD, "/offices"),
    (BARE_ADMIN, "/admin/users"),
    (BARE_ADMIN, "/admin/tokens"),
]

# The page that stands where another was asked for, with its status.
NOT_WHAT_WAS_ASKED: list[tuple[Account | None, str, int]] = [
    (ANYBODY, "/nowhere", 404),
    (ANYBODY, "/a/no-such-link", 404),
    (ANYBODY, "/a/no-such-link?lang=cy", 404),
    (ANYBODY, "/o/2not-a-link", 404),
    (ADVISER, "/nowhere", 404),
    (ADVISER, "/admin/users", 403),
    (ADVISER, "/book/{taken}", 409),
    (LEAD, "/district/appointments.csv", 422),
]

# What browsers fetch that is no page: parts of pages, files, and what machines read.
NOT_A_PAGE: list[Seen] = [
    (ADVISER, "/walkovers/gaps"),
    (NEXT_STEP, "/diary/{on}/entries"),
    (LEAD, "/rota/drafts/{searched}/progress"),
    (LEAD, "/rota/repairs/{planned}/progress"),
    (LEAD, "/rota/questions/{answered}/progress"),
    (RECEPTION, "/arrivals/list"),
    (ADVISER, "/appointments/{appointment}/card.ics"),
    (LEAD, "/district/appointments.csv?from=2027-01-01&to=2027-01-20"),
    (ADVISER, "/reports/attendance.csv"),
    (LEAD, "/reports/month.csv?month=2027-01"),
    (LEAD, "/rota/coverage.csv"),
    (LEAD, "/wording/trials/{trial}.csv"),
    (ANYBODY, "/diary/no-such-token.ics"),
    (ANYBODY, "/a/{link}/appointment.ics"),
    (ANYBODY, "/static/favicon.svg"),
    (ANYBODY, "/healthz"),
    (ANYBODY, "/readyz"),
    (ANYBODY, "/api/v1/openapi.json"),
    (ANYBODY, "/api/v1/offices"),
    (ANYBODY, "/api/v1/slots"),
    (ANYBODY, "/api/v1/appointments/1"),
]


@dataclass(frozen=True)
class Refused:
    """A form sent in a way that cannot be taken.

    `typed` is by field; `beside` is the first field that is told of; `opened` is what must be
    unfolded to see the form.
    """

    who: Account | None
    path: str
    press: str
    beside: str
    typed: Mapping[str, str] = field(default_factory=dict)
    opened: str = ""


LONG = "x" * 300

REFUSED = [
    Refused(ANYBODY, "/sign-in", "Sign in", "password", {"email": "nobody@localdiaries.example"}),
    Refused(ADVISER, "/password", "Change password", "current"),
    Refused(ADVISER, "/find", "Find a slot", "ends", {"ends": "25:99"}),
    Refused(ADVISER, "/book/{slot}", "Book", "mobile", {"name": "Sam Invented"}),
    Refused(ADVISER, "/wait", "Put on the waiting list", "stage", {"name": "Sam Invented"}),
    Refused(ADVISER, "/signpost", "Record as signposted", "stage", {"name": "Sam Invented"}),
    Refused(
        ADVISER, "/appointments/{appointment}/move", "Find", "not_after", {"not_after": "soon"}
    ),
    Refused(ADVISER, "/appointments/{appointment}/cancel", "Cancel", "reason", {"reason": LONG}),
    Refused(ADVISER, "/appointments/{appointment}/claimant", "Save", "mobile", {"mobile": "12"}),
    Refused(
        *(ADVISER, "/appointments/{appointment}", "Note it", "said"),
        opened="The claimant got in touch",
    ),
    Refused(
        *(LEAD, "/inbox", "It is about this one", "reference"),
        opened="Another appointment",
    ),
    Refused(
        *(NEXT_STEP, "/diary/{free_on}", "Keep the time", "slot_ids", {"reason": "briefing"}),
        opened="Keep time from booking",
    ),
    Refused(LEAD, "/district/advisers/{adviser}", "Save", "starts_0", {"starts_0": "early"}),
    Refused(
        LEAD, "/district/advisers/{adviser}", "Record leave", "last_on", {"first_on": "2027-02-01"}
    ),
    Refused(LEAD, "/district/briefings", "Put it", "on", {"title": "Team meeting"}),
    Refused(LEAD, "/district/sessions/open/{office_id}", "Open", "places", {"places": "none"}),
    Refused(LEAD, "/district/sessions/{session}", "Set by hand", "reason", {"level": "3"}),
    Refused(LEAD, "/districts/{district}/rules", "Save rules", "am_slots", {"am_slots": "few"}),
    Refused(LEAD, "/offices/{office}/rules", "Save rules", "pm_starts", {"pm_starts": "9:00"}),
    Refused(LEAD, "/wording/reminder/en", "Save", "text", {"text": "You must come"}),
    Refused(LEAD, "/wording/confirmation/en/trial", "Start the trial", "text", {"text": "Soon"}),
    Refused(LEAD, "/offices/add", "Add the venue", "name", {"code": "LIB-1"}),
    Refused(LEAD, "/offices/{office}/edit", "Save", "name", {"name": "", "phone": "01632 960001"}),
    Refused(LEAD, "/offices/{office}/hours", "Save hours", "ends_0", {"ends_0": ""}),
    Refused(LEAD, "/offices/{office}/rooms/add", "Save the room", "name", {"seats": "3"}),
    Refused(LEAD, "/offices/{office}/rooms/{room}", "Save the room", "seats", {"seats": "0"}),
    Refused(LEAD, "/offices/{office}/closures/add", "Save", "reason", {"first_on": "2027-02-01"}),
    Refused(LEAD, "/rota/{rota_week}", "Propose", "seconds", {"seconds": "0"}),
    Refused(LEAD, "/rota/{rota_week}/demand/{office_id}", "Save", "s0", {"s0": "many"}),
    Refused(LEAD, "/rota/demand-file", "Bring it in", "file"),
    Refused(LEAD, "/rota/advisers/{adviser}", "Save", "max_days", {"max_days": "9"}),
    Refused(LEAD, "/rota/advisers/{adviser}", "Note it", "why", {"why": LONG}),
    Refused(NEXT_STEP, "/diary/rota", "Ask for leave", "last_on", {"first_on": "2027-03-01"}),
    Refused(NEXT_STEP, "/diary/rota", "Note it", "why", {"why": LONG}),
    Refused(LEAD, "/rota/repairs", "Make a plan", "last_on", {"first_on": "2027-01-21"}),
    Refused(LEAD, "/rota/drafts/{draft}", "Rename", "name", {"name": LONG}),
    Refused(ADMIN, "/admin/users/add", "Create", "email", {"name": "Sam Invented"}),
    Refused(ADMIN, "/admin/users/{user}", "Save", "name", {"name": ""}),
    Refused(ADMIN, "/admin/tokens", "Create the token", "name"),
]

# Forms whose every press is right: buttons, each about one thing that the page shows.
ONLY_BUTTONS = {
    "account.sign_out",
    "admin.new_password",
    "admin.revoke_token",
    "appointment.end_handover",
    "appointment.hand_over",
    "calls.record",
    "calls.return_referral",
    "inbox.deal_with",
    "inbox.stop_texting",
    "jobcentre.answer_offer",
    "jobcentre.close_handover_calendar",
    "jobcentre.leave_waiting",
    "jobcentre.open_handover_calendar",
    "jobcentre.wait",
    "lead.call_off_briefing",
    "lead.cancel_session",
    "lead.computed_level",
    "lead.withdraw_leave",
    "next_step.check_in",
    "next_step.close_feed",
    "next_step.open_feed",
    "next_step.record_outcome",
    "next_step.release",
    "next_step.seen_news",
    "next_step.take_back_check_in",
    "places.remove_closure",
    "offer.show",
    "reception.check_in",
    "rota.answer_wish",
    "rota.ask_day",
    "rota.ask_why",
    "rota.choose",
    "rota.grant_leave",
    "rota.publish",
    "rota.publish_repair",
    "rota.refuse_leave",
    "rota.stop",
    "rota.take_back_wish",
    "rota.take_unmoved",
    "rota.throw_away",
    "rota.wish",
    "reception.take_back",
    "wording.end",
    "wording.preview",
    "wording.take_back",
}

"""The pages, one module per audience; PAGES is every blueprint there is."""

from booking.routes.account import account
from booking.routes.admin import admin
from booking.routes.appointment import appointment
from booking.routes.calendar_feed import calendar
from booking.routes.calls import call_list
from booking.routes.claimant import claimant
from booking.routes.health import health
from booking.routes.inbox import texts_inbox
from booking.routes.jobcentre import jobcentre
from booking.routes.lead import lead
from booking.routes.letters import letters
from booking.routes.message_log import message_log
from booking.routes.next_step import next_step
from booking.routes.offer import offer
from booking.routes.places import places
from booking.routes.reception import reception
from booking.routes.reports import reports
from booking.routes.rota import rota
from booking.routes.texts_in import texts_in
from booking.routes.wording import wording

PAGES = [
    account,
    admin,
    appointment,
    calendar,
    call_list,
    claimant,
    jobcentre,
    health,
    lead,
    letters,
    message_log,
    next_step,
    offer,
    places,
    reception,
    reports,
    texts_in,
    texts_inbox,
    wording,
    rota,
]

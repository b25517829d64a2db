"""The pages, one module per audience; PAGES is every blueprint there is."""

from booking.routes.account import account
from booking.routes.health import health

PAGES = [account, health]

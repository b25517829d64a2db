"""The two languages claimants read: English, and Welsh for those who asked for it."""

from booking.models import Claimant

LANGUAGES = ("en", "cy")


def language_of(claimant: Claimant) -> str:
    """`cy` for a Welsh speaker, else `en`; other languages are the adviser's to speak."""
    return "cy" if claimant.language.strip().casefold() in ("welsh", "cymraeg") else "en"

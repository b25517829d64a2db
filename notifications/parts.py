"""How many parts a text is sent and charged as, and which characters make it dear."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

# GSM 03.38: the basic alphabet costs one unit a character, the extension two (escape + character).
_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION = frozenset("\f^{}\\[~]|€")
_GSM_7 = _BASIC | _EXTENSION
_ROOM = {"GSM-7": (160, 153), "UCS-2": (70, 67)}  # alone, and one of several

_NEAREST = str.maketrans(
    {"‘": "'", "’": "'", "`": "'", "´": "'", "“": '"', "”": '"', "„": '"'}
    | {"‐": "-", "‑": "-", "–": "-", "—": "-", "−": "-", "Ł": "L", "ł": "l"}
)


@dataclass(frozen=True)
class Parts:
    """What a text costs: septets in GSM-7, 16-bit units in UCS-2."""

    encoding: Literal["GSM-7", "UCS-2"]
    units: int
    count: int
    forcing: tuple[str, ...]  # each character that GSM-7 lacks, once, in order

    @property
    def room(self) -> int:
        """The units that so many parts hold."""
        alone, each_of_several = _ROOM[self.encoding]
        return alone if self.count == 1 else each_of_several * self.count


def count_parts(text: str) -> Parts:
    """Count as networks do: a double character is never split between two parts."""
    if not _GSM_7.issuperset(text):
        forcing = tuple(dict.fromkeys(each for each in text if each not in _GSM_7))
        sizes = [2 if ord(each) > 0xFFFF else 1 for each in text]
        return Parts("UCS-2", sum(sizes), _packed(sizes, *_ROOM["UCS-2"]), forcing)
    units = len(text) + sum(map(text.count, _EXTENSION))
    if units <= _ROOM["GSM-7"][0]:
        return Parts("GSM-7", units, 1, ())
    sizes = [2 if each in _EXTENSION else 1 for each in text]
    return Parts("GSM-7", units, _packed(sizes, *_ROOM["GSM-7"]), ())


def in_gsm7(text: str) -> str:
    """The text with typographic marks and accents that GSM-7 lacks replaced by the nearest it has.

    What has no near relation is left as it is, and forces UCS-2.
    """
    if _GSM_7.issuperset(text):
        return text
    return "".join(map(_nearest, unicodedata.normalize("NFC", text)))


def _nearest(character: str) -> str:
    if character in _GSM_7:
        return character
    plainer = unicodedata.normalize("NFKD", character.translate(_NEAREST))
    plainer = "".join(each for each in plainer if not unicodedata.combining(each))
    return plainer if plainer and _BASIC.issuperset(plainer) else character


def _packed(sizes: Iterable[int], alone: int, each_of_several: int) -> int:
    sizes = list(sizes)
    if sum(sizes) <= alone:
        return 1
    count, used = 1, 0
    for size in sizes:
        if used + size > each_of_several:
            count, used = count + 1, 0
        used += size
    return count

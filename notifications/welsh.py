"""The texts in Welsh, in words that need no circumflex: ŵ, ŷ, â and ô would halve the room.

Where the usual word has one, another is used: a call is "galwad" and not "ffôn", and "cofiwch"
stands for "dewch â". The names of people and places lose theirs, as in every text.
"""

from collections.abc import Mapping

SAME_TIME = "same_time"  # a move to another adviser, of a text's own name and no other kind

_WHO = {"who": "cynghorydd gyrfaoedd Next Step", "adviser": " {adviser}"}
_WHEN_AND_WHERE = {"when": ", {weekday} {date}, {time}, {office}."}
_CHANGE = {
    "reply": " Newid? Atebwch NEWID {code} neu NA {code}.",
    "link": " Newid? {link}",
}
_BRING = {"bring": " Cofiwch {bring}."}
_PHONE = {"phone": " Cymorth? Ffoniwch {phone}."}
_REMINDER = {
    **_WHO,
    **_WHEN_AND_WHERE,
    "arrival": " {arrival}.",
    "reply": " Atebwch IE {code}, NEWID {code} neu NA {code}.",
    "link": " Dod? {link}",
    **_BRING,
    "phone": " Methu dod? Ffoniwch {phone}.",
    "remark": " Am eich sgiliau a gwaith.",
}

WELSH: Mapping[str, Mapping[str, str]] = {
    "confirmation": {
        "opening": "Trefnwyd: ",
        **_WHO,
        **_WHEN_AND_WHERE,
        "arrival": " {arrival}.",
        **_CHANGE,
        **_BRING,
        **_PHONE,
        "remark": " Am eich sgiliau a gwaith.",
    },
    "reminder": {**_REMINDER, "who": "Cynghorydd gyrfaoedd Next Step"},
    "same_day": {"opening": "Heddiw: ", **_REMINDER},
    "moved": {
        "opening": "Symudwyd: ",
        **_WHO,
        **_WHEN_AND_WHERE,
        "arrival": " {arrival}.",
        **_CHANGE,
        **_BRING,
        **_PHONE,
        "remark": " Yn lle'r amser cynt.",
    },
    SAME_TIME: {
        "opening": "Cynghorydd newydd: ",
        "who": "cynghorydd gyrfaoedd Next Step",
        "seeing": " {adviser}",
        **_WHEN_AND_WHERE,
        "arrival as before": " {arrival}.",
        **_CHANGE,
        **_BRING,
        **_PHONE,
        "remark": " Nid yw'r amser wedi newid.",
    },
    "cancelled": {
        "opening": "Wedi'i ganslo: ",
        **_WHO,
        **_WHEN_AND_WHERE,
        "no need": " Nid oes angen i chi ddod.",
        "phone": " I drefnu eto, ffoniwch {phone}.",
    },
    "receipt": {
        "opening": "Cawsom eich neges ({rang_time}, {rang_weekday} {rang_date})",
        "remark": " am eich apwyntiad",
        "colon": ": ",
        **_WHO,
        **_WHEN_AND_WHERE,
        "link": " Newid? {link}",
        **_PHONE,
    },
    "offer": {
        "opening": "Cynt? ",
        **_WHO,
        "who": "Cynghorydd gyrfaoedd Next Step",
        **_WHEN_AND_WHERE,
        "first": " I'r cyntaf i ateb erbyn {until}.",
        "reply": " Atebwch IE {code} neu NA.",
        "link": " {link}",
        "phone": " Ffoniwch {phone}.",
    },
}

WEEKDAYS = ("Llun", "Mawrth", "Mercher", "Iau", "Gwener", "Sadwrn", "Sul")
MONTHS = (
    *("Ionawr", "Chwefror", "Mawrth", "Ebrill", "Mai", "Mehefin"),
    *("Gorffennaf", "Awst", "Medi", "Hydref", "Tachwedd", "Rhagfyr"),
)
MIDDAY = "canol dydd"
# Where three letters are not how the word is shortened.
SHORT = {each: each[:4] for each in ("Llun", "Awst", "Medi", "Tachwedd", "Rhagfyr")}

"""Invented people: names nobody was ever given together, numbers kept for drama."""

from collections.abc import Iterator
from random import Random

EMAIL_DOMAIN = "localdiaries.example"

_FIRST = (
    *("Abel", "Agnes", "Alina", "Amos", "Anwen", "Asha", "Basil", "Beryl", "Bilal"),
    *("Cedric", "Clement", "Dilys", "Dinah", "Edith", "Efua", "Elspeth", "Enoch", "Farida"),
    *(
        "Florian",
        "Gideon",
        "Greta",
        "Hamza",
        "Hattie",
        "Idris",
        "Imogen",
        "Ines",
        "Jasper",
        "Jonah",
    ),
    *("Kasia", "Keziah", "Laszlo", "Leila", "Linnet", "Mabel", "Magnus", "Mirza", "Nadia"),
    *("Olwen", "Oscar", "Parveen", "Perry", "Quentin", "Ravi", "Rhoda", "Rufus", "Sable"),
    *(
        "Tamsin",
        "Tariq",
        "Thora",
        "Ursula",
        "Verity",
        "Wanda",
        "Wilfred",
        "Xanthe",
        "Yusuf",
        "Zora",
    ),
)
_LAST = (
    *("Appleyard", "Barleycorn", "Bellweather", "Brambling", "Buttermere", "Candlewood"),
    *("Clovelly", "Copperfield", "Dandelion", "Dewberry", "Eiderdown", "Fairweather"),
    *("Featherstone", "Fiddler", "Foxglove", "Gooseberry", "Greenhithe", "Hartshorn"),
    *("Haywain", "Honeycomb", "Inkpen", "Juniper", "Kettlewell", "Larkspur", "Lavender"),
    *("Linseed", "Marigold", "Mayfly", "Meadowsweet", "Nettlefold", "Nightingale", "Oatcake"),
    *("Pennyfeather", "Periwinkle", "Pettigrew", "Plumtree", "Quillfeather", "Rainsford"),
    *("Ravenscroft", "Rosewater", "Saltmarsh", "Skylark", "Snowdrop", "Starling", "Sweetbriar"),
    *("Tanglewood", "Teasdale", "Thimble", "Tolliver", "Underhill", "Vetch", "Wagtail"),
    *("Weathervane", "Whinberry", "Whitebeam", "Windfall", "Woodbine", "Wren", "Yarrow"),
)


def invented(random: Random) -> Iterator[str]:
    """Full names, each once, in an order the seed decides: some 3,000 of them."""
    names = [f"{first} {last}" for first in _FIRST for last in _LAST]
    random.shuffle(names)
    return iter(names)


def email(name: str) -> str:
    """The office address of a member of staff: unique, as the names are."""
    return f"{name.lower().replace(' ', '.')}@{EMAIL_DOMAIN}"


def mobile(random: Random) -> str:
    """A number of Ofcom's drama range, in E.164. Some share one, as families do."""
    return f"+447700900{random.randrange(990):03}"

"""The Welsh catalogue: whole, nothing doubtful in it, and compiled as it stands."""

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from booking.words import ContactWay, ExcusedReason

HERE = Path(__file__).parent.parent
FOLDER = HERE / "translations" / "cy" / "LC_MESSAGES"
KEYWORDS = dict.fromkeys(("_", "_l", "N_", "gettext"), None)


def catalogue() -> Catalog:
    with (FOLDER / "messages.po").open("rb") as file:
        return read_po(file, locale="cy")


def words_used() -> set[str]:
    with (HERE / "translations" / "babel.cfg").open() as file:
        mapping, options = parse_mapping_cfg(file)
    found = extract_from_dir(HERE, mapping, options, keywords=KEYWORDS)
    return {message for _, _, message, _, _ in found}


def test_everything_claimants_read_is_translated_and_nothing_else() -> None:
    used = words_used()
    assert len(used) > 70
    assert {message.id for message in catalogue() if message.id} == used


@pytest.mark.parametrize("message", [each for each in catalogue() if each.id], ids=lambda m: m.id)
def test_a_translation_is_there_sure_and_fills_in_the_same(message: object) -> None:
    assert message.string  # type: ignore[attr-defined]
    assert not message.fuzzy  # type: ignore[attr-defined]
    fields = re.compile(r"%\(\w+\)s")
    assert sorted(fields.findall(message.string)) == sorted(  # type: ignore[attr-defined]
        fields.findall(message.id)  # type: ignore[attr-defined]
    )


def test_what_the_app_reads_is_the_catalogue_as_it_stands() -> None:
    with (FOLDER / "messages.mo").open("rb") as file:
        compiled = read_mo(file)
    written = {message.id: message.string for message in catalogue() if message.id}
    assert {each.id: each.string for each in compiled if each.id} == written, (
        "run make translations"
    )


def test_every_way_and_every_reason_has_words() -> None:
    """A new one would break the claimant's page."""
    page = (HERE / "templates" / "claimant" / "show.html").read_text()
    form = (HERE / "booking" / "forms" / "claimant.py").read_text()
    assert all(f'"{way}": _(' in page for way in ContactWay)
    assert all(f"ExcusedReason.{reason.name}: _l(" in form for reason in ExcusedReason)

"""What a text may say, and the sentence that says why not."""

import re

import pytest

from notifications.texts import GIVE_WAY, TEXTS, field_names
from notifications.wording import WordingError, check_wording

FIELDS = {"office": "Wolverhampton Molineux House Jobcentre", "time": "10:30am"}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("Your benefit may stop, {time}", "A text never says “benefit”."),
        ("Bring proof of your health", "A text never says “health”."),
        ("A penalty applies", "A text never says “penalty”."),
        ("SANCTIONS may follow", "A text never says “SANCTIONS”."),
        ("You must come at {time}", "A text never says “must”."),
        ("You failed to attend", "A text never says “failed”."),
        ("If you are ill, ring", "A text never says “ill”."),
        ("About your claim", "A text never says “claim”."),
        ("Reply CANCEL", "A text never says “CANCEL”: sent as a reply, it opts out."),
        ("Reply cancel", "A text never says “cancel”: sent as a reply, it opts out."),
        ("Reply END", "A text never says “END”: sent as a reply, it opts out."),
        ("See you at {place}", "A text has no field {place}."),
        ("{office.__class__}", "A text has no field {office.__class__}."),
        ("{office:>90}", "A text has no field {office}."),
        ("{}", "A text has no field {}."),
        ("Room {", "The text has a { or } that belongs to no field."),
        ("Tŷ “Gwyn”", "These characters more than halve the room in a text: ŷ “ ”"),
        ("x" * 123 + "{office}", "The text can become 2 parts long, and 1 is the most allowed."),
    ],
)
def test_a_text_is_refused_in_one_sentence(text: str, sentence: str) -> None:
    with pytest.raises(WordingError, match=f"^{re.escape(sentence)}$"):
        check_wording(text, fields=FIELDS)


@pytest.mark.parametrize(
    "text",
    [
        "I will ring you; the skill is still there",  # holds `ill`, and is not it
        "Cancelled: you do not need to come",  # a state, not an instruction
        "In the end, see {office} at {time}",
    ],
)
def test_innocent_words_pass(text: str) -> None:
    assert check_wording(text, fields=FIELDS).count == 1


def test_the_name_of_a_place_is_not_our_wording() -> None:
    check_wording("See you at {office}", fields={"office": "Elm Road Health Centre"})


def test_more_parts_and_ucs2_when_told_so() -> None:
    parts = check_wording("ŵ" * 71, fields={}, most_parts=2, allow_ucs2=True)
    assert (parts.count, parts.encoding) == (2, "UCS-2")


@pytest.mark.parametrize(("kind", "language"), TEXTS)
def test_every_text_of_ours_passes(kind: str, language: str) -> None:
    text = "".join(TEXTS[kind, language].values())
    fields = dict.fromkeys(field_names(TEXTS[kind, language]), "x" * 12)
    check_wording(text, fields=fields, most_parts=2)


def test_every_step_of_giving_way_is_used_by_some_text() -> None:
    assert set(GIVE_WAY) - {"dates in full"} <= {name for text in TEXTS.values() for name in text}

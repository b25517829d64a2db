"""Parts of a text: the networks' arithmetic, against facts and against a plain second model."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.parts import count_parts, in_gsm7

DOUBLE = "[]{}^\\|~€\f"
BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)


@pytest.mark.parametrize(
    ("text", "encoding", "units", "count"),
    [
        ("", "GSM-7", 0, 1),
        ("a" * 160, "GSM-7", 160, 1),
        ("a" * 161, "GSM-7", 161, 2),
        ("a" * 306, "GSM-7", 306, 2),
        ("a" * 307, "GSM-7", 307, 3),
        ("€" * 80, "GSM-7", 160, 1),
        ("€" * 81, "GSM-7", 162, 2),
        # 153 is odd: the escape of the 77th € does not stay behind in the first part
        ("€" * 152, "GSM-7", 304, 2),
        ("€" * 153, "GSM-7", 306, 3),
        ("ŵ" * 70, "UCS-2", 70, 1),
        ("ŵ" * 71, "UCS-2", 71, 2),
        ("ŵ" * 134, "UCS-2", 134, 2),
        ("ŵ" * 135, "UCS-2", 135, 3),
        ("😀" * 35, "UCS-2", 70, 1),
        ("😀" * 36, "UCS-2", 72, 2),
        # 67 is odd: a surrogate pair is not split
        ("😀" * 66, "UCS-2", 132, 2),
        ("😀" * 67, "UCS-2", 134, 3),
        # in UCS-2 nothing is double that is not a surrogate pair
        ("ŵ" + "€" * 69, "UCS-2", 70, 1),
    ],
)
def test_known_counts(text: str, encoding: str, units: int, count: int) -> None:
    parts = count_parts(text)
    assert (parts.encoding, parts.units, parts.count) == (encoding, units, count)


def test_accents_that_cost_nothing_and_those_that_force_ucs2() -> None:
    assert count_parts("äéèìòöùüà").encoding == "GSM-7"
    assert count_parts("Tŷ Ffordd, ŵ â ê î ô û ŷ “so”").forcing == tuple("ŷŵâêîôû“”")


def parts_one_by_one(text: str) -> int:
    """The same count by laying the encoded units out as a phone would receive them."""
    if all(each in BASIC + DOUBLE for each in text):
        units, alone, room = ["E" + each if each in DOUBLE else each for each in text], 160, 153
    else:
        units, alone, room = (
            [each.encode("utf-16-be")[::2].decode("latin-1") for each in text],
            70,
            67,
        )
    if len("".join(units)) <= alone:
        return 1
    parts = [""]
    for unit in units:
        if len(parts[-1] + unit) > room:
            parts.append("")
        parts[-1] += unit
    return len(parts)


gsm = st.text(st.sampled_from(BASIC + DOUBLE), max_size=700)
anything = st.text(max_size=300)
long_runs = st.builds(
    lambda start, run, times: start + run * times,
    st.text(st.sampled_from(BASIC + DOUBLE + "ŵ😀"), max_size=5),
    st.sampled_from(["a", "€", "a€", "ŵ", "😀", "ŵ😀"]),
    st.integers(0, 400),
)


@given(st.one_of(gsm, anything, long_runs))
def test_the_count_agrees_with_a_plain_model(text: str) -> None:
    assert count_parts(text).count == parts_one_by_one(text)


@given(st.one_of(gsm, anything), st.text(min_size=1, max_size=20))
def test_a_longer_text_never_has_fewer_parts(text: str, more: str) -> None:
    assert count_parts(text + more).count >= count_parts(text).count


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("Siân Łukasz", "Sian Lukasz"),
        ("“Tŷ Gwyn” – St Mary’s…", '"Ty Gwyn" - St Mary\'s...'),
        ("café für £5 [€]", "café für £5 [€]"),  # already free
        ("e\u0301", "é"),  # composed first, so that a free accent stays
        ("Ольга", "Ольга"),  # no near relation: left, and it forces UCS-2
    ],
)
def test_characters_are_brought_into_gsm7_where_they_have_a_near_relation(
    typed: str, sent: str
) -> None:
    assert in_gsm7(typed) == sent


@given(gsm)
def test_a_gsm7_text_is_left_alone(text: str) -> None:
    assert in_gsm7(text) == text

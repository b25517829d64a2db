"""What a reply means, and above all what is not taken for an answer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.replies import NETWORK_STOPS, Meaning, Reply, read

YES, NO, CHANGE = Meaning.YES, Meaning.NO, Meaning.CHANGE

ANSWERS = [
    ("YES 4821", YES, "4821", ""),
    ("yes4821", YES, "4821", ""),
    ("4821 yes", YES, "4821", ""),
    ("Yes\n4821", YES, "4821", ""),
    ("“Yes” ‘4821’.", YES, "4821", ""),
    ("Reply YES 4821", YES, "4821", ""),
    ("YES please, 4821, I'll be there", YES, "4821", ""),
    ("YES 4821 but could I come later", YES, "4821", "but could later"),
    ("y 4821", YES, "4821", ""),
    ("YES ４８２１", YES, "4821", ""),
    ("Yes I'll come, thanks", YES, "", ""),
    ("No 4821", NO, "4821", ""),
    ("NO 4821 I can't come", NO, "4821", ""),
    ("No 4821 I can’t make it, job interview", NO, "4821", "job interview"),
    ("NO 4821 I'm ill", NO, "4821", "ill"),
    ("cancel 4821", NO, "4821", ""),
    ("No, sorry, I can't make it", NO, "", ""),
    ("no thanks", NO, "", "thanks"),
    ("change 4821 please", CHANGE, "4821", ""),
    ("Ie, 4821, diolch", YES, "4821", ""),
    ("Na 4821, y bws yn hwyr", NO, "4821", "bws yn hwyr"),
    ("Newid 4821", CHANGE, "4821", ""),
]

FOR_A_PERSON = [
    "no problem 4821",
    "No it's fine, I'll come 4821",
    "NO 4821 it's fine, I'll come",
    "Yes 4821 but I can't come",
    "please do not cancel 4821",
    "No, don't cancel 4821",
    "no change 4821",
    "yes 1111 no 2222",
    "YES 1111 YES 2222",
    "Liked “Can't come? Reply NO 4821.”",
    "NO 4821 " + "and another thing " * 10,
    "please cancel",
    "Cancel it please",
    "I am running late",
    "4821",
    "OK",
    "?",
    "",
]


@pytest.mark.parametrize(("text", "meaning", "code", "spare"), ANSWERS)
def test_an_answer(text: str, meaning: Meaning, code: str, spare: str) -> None:
    reply = read(text)
    assert (reply.meaning, reply.code, reply.spare) == (meaning, code, spare)


@pytest.mark.parametrize("text", FOR_A_PERSON)
def test_what_is_not_sure_is_for_a_person(text: str) -> None:
    reply = read(text)
    assert (reply.meaning, reply.code) == (Meaning.UNCLEAR, "")


@pytest.mark.parametrize("word", sorted(NETWORK_STOPS))
@pytest.mark.parametrize("written", ["{}", " {} \n", "'{}'", "{}."])
def test_a_word_of_the_network_stops_texts_alone_and_only_alone(word: str, written: str) -> None:
    assert read(written.format(word.upper())).meaning == Meaning.STOP
    assert read(f"{word} it").meaning != Meaning.STOP


def test_cancel_alone_stops_texts_and_says_that_it_was_cancel() -> None:
    assert read("Cancel") == Reply(Meaning.STOP, spare="cancel")


@pytest.mark.parametrize("text", ["START", "unstop", " Start. "])
def test_start_brings_texts_back(text: str) -> None:
    assert read(text).meaning == Meaning.START


@pytest.mark.parametrize(
    "text", ["please stop", "Stop texting me", "STOP 4821", "stopiwch os gwelwch"]
)
def test_asking_to_stop_in_words_is_for_a_person(text: str) -> None:
    assert read(text).meaning == Meaning.PLEASE_STOP


def test_an_answer_that_also_asks_to_stop_says_so() -> None:
    assert read("NO 4821 and stop texting").asks_to_stop
    assert not read("NO 4821").asks_to_stop


@pytest.mark.parametrize(("text", "language"), [("Ie 4821", "cy"), ("Yes 4821", "en")])
def test_the_language_of_the_verb(text: str, language: str) -> None:
    assert read(text).language == language


VERBS = {
    YES: ("yes", "Yeah", "ie", "ydw"),
    NO: ("no", "Nope", "na", "nage"),
    CHANGE: ("change", "newid"),
}
meanings = st.sampled_from(list(VERBS))
codes = st.integers(1000, 9999).map(str)
quotes = st.sampled_from(["", '"', "'", "“", "”", "«", "*", "(", ")", ".", "!", "…", " ", "\n"])
polite = st.sampled_from(["", "please", "thank you", "hello", "os gwelwch yn dda", "Sir,", "sorry"])


@given(st.data(), meanings, codes)
def test_a_verb_by_its_code_is_read_however_it_is_dressed(
    data: st.DataObject, meaning: Meaning, code: str
) -> None:
    verb = data.draw(st.sampled_from(VERBS[meaning]))
    cased = data.draw(st.sampled_from([verb, verb.upper(), verb.title()]))
    before, after = data.draw(polite), data.draw(polite)
    inside = [data.draw(quotes) for _ in range(4)]
    text = f"{before} {inside[0]}{cased}{inside[1]} {inside[2]}{code}{inside[3]} {after}"
    reply = read(text)
    assert (reply.meaning, reply.code) == (meaning, code)


@given(st.text())
def test_whatever_is_sent_is_read(text: str) -> None:
    reply = read(text)
    assert reply.code == "" or (len(reply.code) == 4 and reply.code.isascii())
    assert reply.meaning in (YES, NO, CHANGE) or not reply.code


@given(st.text(), meanings, meanings, codes)
def test_two_different_verbs_are_never_an_answer(
    between: str, one: Meaning, other: Meaning, code: str
) -> None:
    reply = read(f"{VERBS[one][0]} {code} {between} {VERBS[other][0]}")
    assert one == other or reply.meaning in (Meaning.UNCLEAR, Meaning.PLEASE_STOP)


@given(codes, codes, meanings)
def test_two_codes_are_never_an_answer(one: str, other: str, meaning: Meaning) -> None:
    verb = VERBS[meaning][0]
    reply = read(f"{verb} {one} {verb} {other}")
    assert one == other or reply.meaning == Meaning.UNCLEAR

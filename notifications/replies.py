"""What a claimant's text means: a verb, the code of the text it answers, and what else was said.

`YES 4821`, `NO 4821` and `CHANGE 4821` are read with any case, quotes, punctuation and spare
words round them, in English and in Welsh (IE, NA, NEWID). Nothing is guessed: two verbs, a verb
taken back ("no, I will come") or a verb away from the code are for a person to read.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise


class Meaning(StrEnum):
    YES = "yes"
    NO = "no"
    CHANGE = "change"
    STOP = "stop"  # the network takes the number off, whatever we do
    START = "start"
    PLEASE_STOP = "please_stop"  # asked in words that no network acts on
    UNCLEAR = "unclear"


@dataclass(frozen=True)
class Reply:
    """A text as it was read; `spare` is what it says beside the verb, the code and courtesies."""

    meaning: Meaning
    code: str = ""
    language: str = "en"
    spare: str = ""

    @property
    def plain(self) -> bool:
        """Whether the verb is all there is, so that it may stand without a code."""
        return not self.spare

    @property
    def asks_to_stop(self) -> bool:
        """Whether no more texts are wanted, in words that only a person acts on."""
        return bool(_ASKS_TO_STOP.intersection(self.spare.split()))


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


_WORDS_FOR = {
    (Meaning.YES, "en"): "yes yeah yep yup y",
    (Meaning.NO, "en"): "no nope nah n",
    (Meaning.CHANGE, "en"): "change",
    (Meaning.YES, "cy"): "ie ydw iawn",
    (Meaning.NO, "cy"): "na nac nage",
    (Meaning.CHANGE, "cy"): "newid",
}
_VERBS = {word: verb for verb, words in _WORDS_FOR.items() for word in words.split()}
# Alone it is the network's word for STOP; beside a code it answers the text.
_VERBS_BY_CODE = {**_VERBS, "cancel": (Meaning.NO, "en"), "canslo": (Meaning.NO, "cy")}
_ONLY_FIRST = ("y", "n")  # "y" is also Welsh for "the"

# What carriers act on when it is the whole text: Twilio's list for long codes.
NETWORK_STOPS = _listed("stop stopall unsubscribe cancel end quit revoke optout")
NETWORK_STARTS = _listed("start unstop")
_ASKS_TO_STOP = _listed("stop stopall unsubscribe stopio stopiwch peidiwch")

# A phone's "Liked …" quotes our own words back at us.
_REACTIONS = _listed(
    "liked loved disliked laughed emphasized emphasised questioned reacted removed"
)
_COURTESIES = _listed(
    "a and cheers code da dear diolch for hello helo hi i it m my of ok okay os please plis pls "
    "ref reply sgwelwch sir madam sorry ta thank thanks that the then to u welwch x xx you"
)
_COMING = _listed("attend attending come coming fine good great problem see there")
_WILL = _listed("be ll s will yn")
_NOT = _listed("afraid cant cannot couldnt dont not unable wont")
_MAKING_IT = _listed("am attend be can come make")
_MOST_SPARE = 12  # words; a longer text is a letter, not an answer

_TOKEN = re.compile(r"[^\W\d_]+|\d+")
_APOSTROPHES = re.compile("['’‘`´ʼ]")
_NOT_SHORT = re.compile(r"n'?t\b")


def read(text: str) -> Reply:
    """What a text means; UNCLEAR with all its words spare where nothing can be told for sure."""
    words = _words(text)
    if len(words) == 1 and words[0] in NETWORK_STOPS:
        # The network makes the same of CANCEL, but its sender may have meant the appointment.
        return Reply(Meaning.STOP, spare=words[0] if words[0] == "cancel" else "")
    if len(words) == 1 and words[0] in NETWORK_STARTS:
        return Reply(Meaning.START)
    if (found := _answer(words)) is not None:
        return found
    meaning = Meaning.PLEASE_STOP if _ASKS_TO_STOP.intersection(words) else Meaning.UNCLEAR
    language = "cy" if any(_language_of(word) == "cy" for word in words) else "en"
    return Reply(meaning, language=language, spare=" ".join(words))


def _answer(words: Sequence[str]) -> Reply | None:
    """The one verb with the code beside it, or without any code; None when it is not sure."""
    verbs = [verb for place, word in enumerate(words) if (verb := _verb(word, place))]
    if len({meaning for meaning, _ in verbs}) != 1 or words[0] in _REACTIONS:
        return None
    meaning, language = verbs[0]
    if _taken_back(meaning, words):
        return None
    told = [word for word in words if word not in _courtesies(meaning)]
    codes = {code for pair in pairwise(told) if (code := _code_beside_verb(*pair))}
    if len(codes) > 1 or not (codes or set(words) & _VERBS.keys()):
        return None
    code = codes.pop() if codes else ""
    spare = [word for word in told if word != code and word not in _VERBS_BY_CODE]
    return Reply(meaning, code, language, " ".join(spare)) if len(spare) <= _MOST_SPARE else None


def _verb(word: str, place: int) -> tuple[Meaning, str] | None:
    return _VERBS_BY_CODE.get(word) if place == 0 or word not in _ONLY_FIRST else None


def _language_of(word: str) -> str:
    return _VERBS[word][1] if word in _VERBS else ""


def _taken_back(meaning: Meaning, words: Sequence[str]) -> bool:
    """`No, I will come`, `Yes, but I cannot` and `Do not cancel` are contrary to their verb."""
    refuses = bool(_NOT.intersection(words))
    if {"cancel", "canslo"}.intersection(words) and {"not", "dont"}.intersection(words):
        return True
    if meaning == Meaning.NO:
        return bool(_COMING.intersection(words)) and not refuses
    return meaning == Meaning.YES and refuses


def _courtesies(meaning: Meaning) -> frozenset[str]:
    """Words that change nothing beside this verb."""
    if meaning == Meaning.YES:
        return _COURTESIES | _COMING | _WILL
    if meaning == Meaning.NO:  # "no thanks" may be meant politely, so thanks count
        return (_COURTESIES | _NOT | _MAKING_IT) - {"thank", "thanks", "ta", "cheers", "diolch"}
    return _COURTESIES


def _code_beside_verb(one: str, two: str) -> str:
    for verb, code in ((one, two), (two, one)):
        if verb in _VERBS_BY_CODE and len(code) == 4 and code.isdecimal():
            return code
    return ""


def _words(text: str) -> list[str]:
    """Lower-case words and numbers in plain digits, without accents, quotes and punctuation."""
    folded = unicodedata.normalize("NFKD", _APOSTROPHES.sub("'", text)).casefold()
    bare = "".join(each for each in folded if not unicodedata.combining(each))
    return [_in_digits(token) for token in _TOKEN.findall(_NOT_SHORT.sub("nt", bare))]


def _in_digits(token: str) -> str:
    if not token.isdecimal():
        return token
    return "".join(str(unicodedata.decimal(each)) for each in token)

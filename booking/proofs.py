"""An id spelled short, with a proof that only SECRET_KEY makes: what claimants' links carry."""

import hmac
from hashlib import sha256

from flask import current_app

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # no letter that reads as another or as a digit
_PROOF = 12  # letters of 5 bits
_LONGEST = 7 + _PROOF  # 35 bits hold every id there is


def token(number: int, words: str) -> str:
    """The id and 60 bits of proof; `words` say what is named, and of what."""
    return _spelled(number) + _proof(words)


def number_in(given: str) -> int | None:
    """The id that a token names, not yet proved; None when it can name nothing."""
    spelled = given[:-_PROOF]
    if len(given) > _LONGEST or not spelled or spelled.startswith("0"):
        return None
    if not set(spelled) <= set(_ALPHABET):
        return None
    number = sum(_ALPHABET.index(each) << 5 * place for place, each in enumerate(spelled[::-1]))
    return number if number < 2**31 else None


def is_proved(given: str, words: str) -> bool:
    return hmac.compare_digest(_proof(words).encode(), given[-_PROOF:].encode())


def _proof(words: str) -> str:
    digest = hmac.digest(str(current_app.secret_key).encode(), words.encode(), sha256)
    return _spelled(int.from_bytes(digest, "big") % 32**_PROOF).rjust(_PROOF, _ALPHABET[0])


def _spelled(number: int) -> str:
    letters = ""
    while number:
        number, place = divmod(number, 32)
        letters = _ALPHABET[place] + letters
    return letters

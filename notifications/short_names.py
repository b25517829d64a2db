"""An office's name in fewer letters, for a text in which it leaves no room to answer."""

from collections.abc import Iterator

SHORTEST = 12  # letters; fewer name no place
_NO_END = frozenset({"and", "&", "of", "the", "at", "in", "on", "for", "a", "y", "yr", "yn", "ar"})


def shorter(name: str) -> Iterator[str]:
    """The name with one word less each time, the longest first; nothing under SHORTEST.

    It never ends in `and` or `the`, and the last is the first word as far as it goes.
    """
    words = name.split()
    while len(words) > 1:
        words.pop()
        if words[-1].casefold().strip(",;:-–") in _NO_END:
            continue
        kept = " ".join(words).rstrip(" ,;:-–(")
        if len(kept) < SHORTEST:
            break
        yield kept
    if len(name) > SHORTEST:
        yield name[:SHORTEST].rstrip(" ,;:-–(")

"""Counts and chances as an office would say them."""

_NUMBERS = (
    *("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen"),
    *("nineteen", "twenty"),
)


def count_in_words(count: int) -> str:
    """Seven for 7; figures above twenty."""
    return _NUMBERS[count] if count < len(_NUMBERS) else str(count)


def days_in_words(chance: float) -> str:
    """A chance (0..1) as days: "on one day in fourteen", "on 99 days in 100", "never"."""
    if chance <= 0.0:
        return "never"
    if chance >= 1.0:
        return "always"
    if chance < 0.0005:
        return "on fewer than one day in 2,000"
    if chance <= 0.3:
        return f"on one day in {_rounded(1.0 / chance)}"
    in_hundred = round(100.0 * chance)
    return f"on {in_hundred} days in 100" if in_hundred < 100 else "on almost every day"


def _rounded(days: float) -> str:
    step = 1 if days < 30 else 10 if days < 300 else 100
    whole = step * round(days / step)
    return count_in_words(whole) if whole <= 20 else f"{whole:,}"

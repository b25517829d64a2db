"""What the user got wrong, in one plain sentence."""

from collections.abc import Mapping


class BadInput(ValueError):
    """Input that cannot be used; its text is one sentence for the user, naming the culprit."""

    @classmethod
    def in_option(cls, field: str, problem: str) -> "BadInput":
        """An option or library argument `field`; `problem` follows its name: "must be …"."""
        return cls(f"--{field.replace('_', '-')} {problem}.")


def check_options(checks: Mapping[str, tuple[bool, str]]) -> None:
    """Raise BadInput for the first field whose check (is it good, what it must be) fails."""
    for field, (good, problem) in checks.items():
        if not good:
            raise BadInput.in_option(field, problem)

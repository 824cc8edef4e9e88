"""What stands in the place of a secret: its form, and those in a model's text that stand for none it was sent."""

from __future__ import annotations

import re
from dataclasses import field
from typing import Final

from copilot_desktop.values import dataclass

PLACEHOLDER_START: Final = "HIDDEN_SECRET_"
"""How it begins; digits follow."""
PLACEHOLDER: Final = re.compile(PLACEHOLDER_START + r"\w{4,40}")
ASSIGNED_LABEL: Final = "a value that is called a secret"
RANDOM_LABEL: Final = "a long random word"
MAYBE_LABELS: Final = (ASSIGNED_LABEL, RANDOM_LABEL)
"""What is said of those whose form is not known."""
_FORM = re.compile(r"hidden[\s_-]{0,2}secret[\s_-]{1,2}\w{0,40}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class SecretChoices:
    """What the user has chosen, by placeholders: named secrets that are sent as they are, others that are not."""

    shown: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.shown or self.hidden)


NO_CHOICES: Final = SecretChoices()
"""What holds for who has chosen nothing: named secrets are masked."""


@dataclass(frozen=True, slots=True)
class SeenSecret:
    """A secret in a text. `is_named`: its form is known; others are only masked where the user wants it."""

    placeholder: str
    label: str
    is_named: bool
    is_masked: bool
    value: str = field(repr=False)

    @property
    def hint(self) -> str:
        """By which its owner knows it, and nobody else: its first letters, and how long it is."""
        first = self.value.split("\n", 1)[0][: min(4, len(self.value) // 4)]
        return f"{first}… ({len(self.value):,} characters)"


@dataclass(frozen=True, slots=True)
class MaskedText:
    """A text as it may leave, and what was found in it, each value once."""

    text: str
    seen: tuple[SeenSecret, ...] = ()


def strange_placeholder(new: str, old: str, file: str = "") -> str:
    """The first that stands in a new text and neither in the old one nor in the file; "" where there is none.

    Those that were sent have their values again by the time that edits are placed.
    """
    if "ecret" not in new and "ECRET" not in new:
        return ""
    for found in _FORM.finditer(new):
        if found[0] not in old and found[0] not in file:
            return found[0]
    return ""


def unknown_secret(placeholder: str) -> str:
    """Why a block with it is refused."""
    return (
        f"The new text has {placeholder}, which stands for no secret that was masked in this conversation: in the file "
        "it would take the place of a real value."
    )

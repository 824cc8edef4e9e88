"""What looks like a key: taken out of what is shown or kept, and refused where plain settings would hold it."""

from __future__ import annotations

import re
from typing import Final

MASK: Final = "[key]"
_KEY_LIKE = re.compile(r"\b(?:sk|pk|key|gsk|xai|ghp|github_pat|glpat|hf)[-_][A-Za-z0-9_*-]{6,}|(?<=[Bb]earer )\S+")
_LONG_WORD = re.compile(r"[A-Za-z0-9+/=_-]{20,}")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def masked(text: str, key: str | None = None) -> str:
    """The text without the key and without anything that looks like one."""
    without = text.replace(key, MASK) if key else text
    return _KEY_LIKE.sub(MASK, without)


def has_key_form(text: str) -> bool:
    """Whether a piece of it has the form of a provider's keys."""
    return _KEY_LIKE.search(text) is not None


def looks_like_secret(text: str) -> bool:
    """Whether it holds a key, or a long word of letters and digits as keys and tokens are; an id (UUID) is none."""
    if has_key_form(text):
        return True
    words = _LONG_WORD.findall(_UUID.sub("", text))
    return any(re.search(r"[0-9]", word) and re.search(r"[A-Za-z]", word) for word in words)

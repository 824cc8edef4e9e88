"""Lines that stand for text a model left out: `# ... existing code ...` and the like."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

_COMMENT = re.compile(r"^(?:#|//|--|/\*|<!--|\{/\*|;|%|\.\.\.|…)")
_LEFT_OUT = re.compile(r"(?i)\b(?:existing|rest|remaining|unchanged|same|previous|other)\b")
_BARE = re.compile(
    r"(?i)[(\[{<]?\s*(?:\.{3}|…)?\s*(?:the )?(?:existing|rest|remaining|unchanged|same|previous|other)\b"
    r"[\w ,'`\-]{0,50}(?:\.{3}|…)\s*[)\]}>]?"
)
_DOTS = re.compile(r"(?:#|//|--|;|%|/\*|<!--)?\s*(?:\.{3}|…)\s*(?:\*/|-->)?")


def is_placeholder(line: str) -> bool:
    """Whether a line (without its indentation) stands for text that was left out."""
    if len(line) >= 200 or ("..." not in line and "…" not in line):
        return False
    return bool(_COMMENT.match(line) and _LEFT_OUT.search(line)) or bool(_BARE.fullmatch(line))


def is_elision(line: str) -> bool:
    """Whether a line of old text stands for lines in between: a placeholder, or dots alone."""
    if "..." not in line and "…" not in line:
        return False
    return _is_elision(line.strip())


@lru_cache(maxsize=256)
def _is_elision(bare: str) -> bool:
    # The same line is asked about several times, and most that leave something out say the same.
    return is_placeholder(bare) or (len(bare) < 20 and bool(_DOTS.fullmatch(bare)))


def leaves_out(old: Sequence[str], new: Sequence[str]) -> bool:
    """Whether new lines hold a placeholder that the old ones do not."""
    new = [line for line in new if "..." in line or "…" in line]
    if not new:
        return False
    known = {line.strip() for line in old}
    return any(is_placeholder(line.strip()) for line in new if line.strip() not in known)

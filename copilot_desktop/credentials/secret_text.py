"""What looks like a key: taken out of what is shown or kept, and refused where plain settings would hold it."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from copilot_desktop.credentials.secret_finding import find_named
from copilot_desktop.credentials.secret_table import secret_table

MASK: Final = "[key]"
_NAMED = re.compile(
    r"""(?ix)
    (?P<head>
        \b(?:authorization|(?:x-)?api[-_ ]?key|access[-_ ]?token|token|secret|password|passwd)\b
        ["']?\s*[:=]\s*["']?(?:bearer\s+|basic\s+)?
      | \bbasic\s+
    )
    (?P<value>[^\s"',;]{4,})
  | (?P<url>\b[a-z][a-z0-9+.-]{1,20}://)[^\s/@:]{1,200}:[^\s/@]{1,200}@
    """
)
_LONG_WORD = re.compile(r"[A-Za-z0-9+/=_-]{20,}")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def masked(text: str, key: str | None = None) -> str:
    """The text without the key and without anything that looks like one."""
    without = text.replace(key, MASK) if key else text
    pieces, at = [], 0
    for found in find_named(without):
        pieces += [without[at : found.start], MASK]
        at = found.end
    return _key_like().sub(MASK, "".join((*pieces, without[at:])))


def without_long_keys(text: str) -> str:
    """The text with one line in the place of each private key: of a part of one nobody could tell what it is."""
    pieces, at = [], 0
    for found in find_named(text):
        lines = text.count("\n", found.start, found.end) + 1
        if lines > 1:
            pieces += [text[at : found.start], f"(a key of {lines} lines is left out)"]
            at = found.end
    return "".join((*pieces, text[at:])) if pieces else text


@cache
def _key_like() -> re.Pattern[str]:
    """Looser than the kinds of the table, by how keys begin: servers repeat them shortened."""
    begins = "|".join(secret_table().loose_prefixes)
    return re.compile(
        rf"\b(?:{begins})[-_][A-Za-z0-9_*-]{{6,}}"
        r"|\b(?:AKIA|ASIA)[A-Z0-9]{12,}|\bAIza[A-Za-z0-9_-]{20,}|(?<=[Bb]earer )\S+"
    )


def masked_with_names(text: str) -> str:
    """The same without what stands behind a name like `password=`: for logs, where no one misses a word too many."""

    def mask(found: re.Match[str]) -> str:
        return f"{found['url']}{MASK}@" if found["url"] else f"{found['head']}{MASK}"

    return _NAMED.sub(mask, masked(text))


def has_key_form(text: str) -> bool:
    """Whether a piece of it has the form of a provider's keys."""
    return _key_like().search(text) is not None or bool(find_named(text))


def looks_like_secret(text: str) -> bool:
    """Whether it holds a key, or a long word of letters and digits as keys and tokens are; an id (UUID) is none."""
    if has_key_form(text):
        return True
    words = _LONG_WORD.findall(_UUID.sub("", text))
    return any(re.search(r"[0-9]", word) and re.search(r"[A-Za-z]", word) for word in words)

"""Parts of secrets at the borders of what is shown: alone they have no form, and nothing later would mask them."""

from __future__ import annotations

import re
from typing import Final

from copilot_desktop.credentials.secret_finding import find_secrets

_AROUND: Final = 20_000
"""Characters that are looked at on both sides; a private key has fewer."""
_INSTEAD: Final = "[part of a secret]"
_BODY = re.compile(r"[^A-Za-z0-9]*[A-Za-z0-9+/=]{16,}[^A-Za-z0-9]*")
_WORD_BEFORE_CUT = re.compile(r"[A-Za-z0-9+/=_.~-]{1,256}\Z")
_WORD_BEHIND_CUT = re.compile(r"\A[A-Za-z0-9+/=_.~-]{1,256}")


def without_cut_secrets(text: str, start: int, end: int) -> str:
    """A part of a text, without what is of a secret that does not lie in it as a whole. Blocking."""
    first = max(0, start - _AROUND)
    shown, at = [], start
    for each in find_secrets(text[first : end + _AROUND]):
        begin, stop = max(each.start + first, start), min(each.end + first, end)
        is_whole = begin == each.start + first and stop == each.end + first
        if begin < stop and not is_whole:
            kept = text[begin:stop]
            line_end = "\n" if kept.endswith("\n") else ""
            shown += [text[at:begin], _INSTEAD, line_end]
            at = stop
    return "".join((*shown, text[at:end]))


def may_be_inside(line: str) -> bool:
    """Whether a line looks like one of the middle of a private key."""
    return _BODY.fullmatch(line.strip()) is not None


def cut_behind(text: str, size: int) -> str:
    """The beginning of a text, without the word that the cut goes through."""
    return text if len(text) <= size else f"{_WORD_BEFORE_CUT.sub('', text[:size])}…"


def cut_before(text: str) -> str:
    """A text that was cut at its beginning, without the word that the cut goes through."""
    return f"…{_WORD_BEHIND_CUT.sub('', text[1:])}" if text.startswith("…") else text

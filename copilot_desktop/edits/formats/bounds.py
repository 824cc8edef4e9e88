"""How much of an answer is read: no answer that is meant has as many blocks, and each takes time and memory."""

from __future__ import annotations

import re
from itertools import islice
from typing import Final

from copilot_desktop.edits.intents import Intent

OPENINGS_LIMIT: Final = 15_000
"""Lines that open blocks or fences, or close these."""
_SHORTEST = 4
_SHOWN = 2_000
_OPENING = re.compile(
    r"(?:\A|[\r\n])[ \t]{0,8}(?:(?:<{5,20} ?(?i:SEARCH|ORIGINAL)|-{5,20} ?SEARCH)|\*\*\* |@@|`{3}|~{3}|diff --git )",
    re.ASCII,
)


def readable(answer: str) -> tuple[str, str]:
    """The part of an answer that is read, whole lines of it, and the rest."""
    if len(answer) <= OPENINGS_LIMIT * _SHORTEST:
        return answer, ""
    beyond = next(islice(_OPENING.finditer(answer), OPENINGS_LIMIT, None), None)
    if beyond is None:
        return answer, ""
    at = beyond.start() + 1
    return answer[:at], answer[at:]


def unread(rest: str) -> Intent:
    """What stands for the blocks that are not read."""
    said = f"The answer has more than {OPENINGS_LIMIT:,} marks of blocks. What comes after these was not read."
    return Intent("edit", None, "", "", rest[:_SHOWN], problem=("malformed", said))

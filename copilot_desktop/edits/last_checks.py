"""What is only seen once all blocks of a file are placed: code that is broken now, and text that is gone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from copilot_desktop.edits.proposal import Hunk
from copilot_desktop.syntax.grammars import is_code
from copilot_desktop.syntax.outlines import is_broken
from copilot_desktop.text.lines import count_lines

_KEPT = 0.7
_NOT_READ = "so much code changes at once that this file was not checked to be valid"
_BROKEN = "the file is no valid code afterwards"
_LOSS = "more than 30 % of the file's lines are gone afterwards"


def last_checked(
    path: str, before: str | None, after: str, hunks: Sequence[Hunk], *, is_read: bool = True
) -> list[Hunk]:
    """The hunks of a file, to be looked at first where all of them together break its code or lose much of it.

    Also where the file is code and not to be read again, for there is too much of it in all.
    """
    words = []
    if before and count_lines(after) < _KEPT * count_lines(before):
        words.append(_LOSS)
    if not is_read and is_code(path):
        words.append(_NOT_READ)
    elif is_broken(path, after) and not (before and is_broken(path, before)):
        words.append(_BROKEN)
    if not words:
        return list(hunks)
    return [replace(hunk, needs_look=True, ignored="; ".join(filter(None, (hunk.ignored, *words)))) for hunk in hunks]

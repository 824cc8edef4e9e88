"""What a block that still arrives changes as far as it has come: never more than what stands in the answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

from copilot_desktop.edits.intents import Intent
from copilot_desktop.edits.placing.indexed_lines import IndexedLines
from copilot_desktop.edits.proposal import Hunk
from copilot_desktop.text.diff import diff_line_lists
from copilot_desktop.text.lines import dominant_ending, split_lines, without_ending

_LONG = 5_000
"""Lines of a file beyond which it is shown when all of its new text is there: comparing takes its time."""
_LEAST = 3
"""Lines of a file written anew before it is compared with the old one."""


def as_far_as_it_came(hunk: Hunk, lines: Sequence[str]) -> Hunk:
    """The hunk of a replacement that goes on: old lines that it has not reached may come again, and stand as yet."""
    old, new = lines[hunk.start : hunk.end], split_lines(hunk.new_text)
    changes = diff_line_lists(old, new)
    last = changes[-1] if changes else None
    if last is None or last.old.end < len(old):
        return hunk
    # Each new line takes the place of one old line.
    reached = min(last.old.end, last.old.start + len(last.new))
    ending = "" if hunk.new_text.endswith(("\n", "\r")) or not hunk.new_text else "\n"
    return replace(hunk, new_text=hunk.new_text + ending * (reached < len(old)) + "".join(old[reached:]))


def whole_preview(intent: Intent, path: str, before: str | None, lines: IndexedLines | None) -> tuple[Hunk, ...]:
    """The hunk of a file that is deleted, or written as far as its text has come; `lines` are those of `before`."""
    if lines is None or before is None:
        return (Hunk(path, 0, 0, intent.new, intent.kind, 1.0),) if intent.new.strip() else ()
    if intent.kind == "delete":
        return (Hunk(path, 0, len(lines), "", "delete", 1.0),)
    ending = dominant_ending(before)
    new = [without_ending(line) + ending for line in split_lines(intent.new)]
    hunk = Hunk(path, 0, len(lines), "".join(new), intent.kind, 1.0)
    if not before.strip():
        return (hunk,)
    if len(lines) > _LONG or not _is_begun_anew(new, lines):
        return ()
    return (as_far_as_it_came(hunk, lines),)


def _is_begun_anew(new: Sequence[str], old: Sequence[str]) -> bool:
    """Whether a text under a file's name begins as the file does: if not, it may be an example from its middle."""
    first, were = _visible(new), _visible(old)
    return len(new) >= _LEAST and first[:1] == were[:1]


def _visible(lines: Sequence[str]) -> list[str]:
    return list(islice((bare for line in lines if (bare := line.strip())), 1))

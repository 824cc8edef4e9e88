"""How hunks stood on texts that another program has taken away: when such a text is back, they stand so again.

Merging to another branch's text and back does not always lead there, where lines repeat or hunks lie on each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from copilot_desktop.edits.change_sets import CLASHES, ChangeHunk, HunkState
from copilot_desktop.text.lined_text import LinedText
from copilot_desktop.values import dataclass

_KEPT = 20
"""So many texts of a review are known."""
_LOST = (*CLASHES, HunkState.GONE)


@dataclass(frozen=True, slots=True)
class Stood:
    """The line hunks of a path as they stood on the text with this digest."""

    path: str
    digest: str
    hunks: tuple[ChangeHunk, ...]


def with_stood(
    stood: tuple[Stood, ...],
    path: str,
    before: LinedText | None,
    hunks: Sequence[ChangeHunk],
    now: Iterable[ChangeHunk],
) -> tuple[Stood, ...]:
    """One more, where a change of a path has reached any of its hunks; the oldest go.

    `hunks` are those on the text before, `now` the same on the text after.
    """
    if before is None or not any(_is_reached(old, new) for old, new in zip(hunks, now, strict=True)):
        return stood
    left = [each for each in stood if (each.path, each.digest) != (path, before.digest)]
    return (*left, Stood(path, before.digest, tuple(hunks)))[-_KEPT:]


def _is_reached(old: ChangeHunk, new: ChangeHunk) -> bool:
    is_lost = old.state is not new.state and new.state in _LOST
    return is_lost or (old.old_text, old.new_text) != (new.old_text, new.new_text)


def standing_again(
    stood: Iterable[Stood], path: str, text: LinedText | None, hunks: Mapping[str, ChangeHunk]
) -> Iterator[ChangeHunk]:
    """The hunks of a path as they stood when its file said the same, but for those that were decided or edited since.

    `hunks` are all as they stand now, by their ids.
    """
    known = [each for each in stood if each.path == path]
    if text is None or not known:
        return
    for each in (each for each in known if each.digest == text.digest):
        for hunk in each.hunks:
            now = hunks.get(hunk.hunk_id)
            if now is not None and now.decision is hunk.decision and len(now.edits) == len(hunk.edits):
                yield replace(hunk, needs_look=now.needs_look)

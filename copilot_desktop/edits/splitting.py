"""Parts of a change that are decided alone: at its pieces, at a line, or those lines that were picked.

Its parts lie side by side on its lines, so that accepting all of them, in any order, writes what the change writes, and
rejecting them leaves the file as it is.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from enum import StrEnum
from itertools import pairwise

from copilot_desktop.edits.change_sets import ChangeHunk, Decision, FileChange, HunkState
from copilot_desktop.edits.review import ReviewState
from copilot_desktop.edits.touched_hunks import restated
from copilot_desktop.errors import UsageError
from copilot_desktop.text.diff import diff_line_lists
from copilot_desktop.text.lined_text import LinedText
from copilot_desktop.text.lines import line_ending_of, split_lines
from copilot_desktop.text.pairing import paired_lines
from copilot_desktop.values import dataclass

_WHOLE = "A new, deleted or renamed file is decided as a whole."
_ENDINGS = "The line ends of these lines hang together, so they are decided as a whole."


class Side(StrEnum):
    """Which text of a change a line is of."""

    OLD = "removed"
    NEW = "added"


@dataclass(frozen=True, slots=True)
class ChangedLine:
    """A line that a change removes or adds: its place (0-based) in the change's `old_text` or `new_text`."""

    side: Side
    at: int


@dataclass(frozen=True, slots=True)
class Cut:
    """A border between two parts: how many lines of `old_text` and `new_text` are above it."""

    old: int
    new: int


@dataclass(frozen=True, slots=True)
class Picked:
    """Where a change is cut so that the picked lines are parts of their own: those with these numbers."""

    cuts: tuple[Cut, ...]
    taken: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SplitHunk:
    """A hunk as it was before it was cut, and what was made of it, from top to bottom."""

    whole: ChangeHunk
    part_ids: tuple[str, ...]


def changed_lines(hunk: ChangeHunk) -> tuple[tuple[ChangedLine, ...], ...]:
    """The lines a change removes and adds, in the order in which parts can be made of them.

    Lines that can only be taken together are one group: at the end of a file whose last line has no ending. A line
    and the one that takes its place stand beside each other.
    """
    return tuple(lines for _, lines in _groups(hunk))


def pieces(hunk: ChangeHunk) -> tuple[Cut, ...]:
    """Borders between changes that have unchanged lines between them."""
    old, new = split_lines(hunk.old_text), split_lines(hunk.new_text)
    changes = diff_line_lists(old, new)
    return tuple(Cut(change.old.start, change.new.start) for change in changes[1:])


def cut_above(hunk: ChangeHunk, line: ChangedLine) -> tuple[Cut, ...]:
    """The border above a line; none above the first one."""
    return tuple(cut for cut, lines in _groups(hunk)[1:] if line in lines)


def picked_parts(hunk: ChangeHunk, lines: Collection[ChangedLine]) -> Picked:
    """Cut a change around the picked lines. Raises UsageError where none is."""
    groups = _groups(hunk)
    wanted = [any(line in lines for line in group) for _, group in groups]
    if not any(wanted):
        raise UsageError("No line of this change is picked.")
    borders = [at for at in range(1, len(groups)) if wanted[at] is not wanted[at - 1]]
    taken = tuple(number for number, first in enumerate([0, *borders]) if wanted[first])
    return Picked(tuple(groups[at][0] for at in borders), taken)


def why_whole(change: FileChange, hunk: ChangeHunk) -> str:
    """Why a change cannot be cut at all, in a sentence; empty where it can."""
    if change.status != "modified":
        return _WHOLE
    if hunk.decision is not Decision.PENDING:
        return "This change is decided: take that back first."
    if hunk.state is HunkState.CONFLICT:
        return "The lines of this change were changed in the meantime: resolve the conflict first."
    return "This change is in the file already." if hunk.state is HunkState.ALREADY_THERE else ""


def split(state: ReviewState, hunk_id: str, cuts: Sequence[Cut]) -> tuple[ReviewState, tuple[str, ...]]:
    """Put parts of a hunk in its place; the ids of the parts from top to bottom.

    Raises UsageError, with nothing changed, where it cannot be cut there.
    """
    _change_set, change, hunk = state.hunk(hunk_id)
    reason = why_whole(change, hunk)
    lines = state.texts.lined(change.path)
    if reason or lines is None:
        raise UsageError(reason or f"{change.path} is no longer there.")
    if not cuts:
        raise UsageError("This change is one piece: pick the lines that are to be decided alone.")
    _refuse_torn_endings(hunk, lines)
    parts = tuple(_parts(hunk, cuts))
    return exchanged(state, {hunk_id}, parts, hunk_id), tuple(part.hunk_id for part in parts)


def joined(state: ReviewState, cut: SplitHunk) -> ReviewState:
    """Put a hunk back in the place of all its parts, as it stands to what its lines say now.

    Where a part is decided by now, or gone, nothing happens.
    """
    whole, part_ids = cut.whole, cut.part_ids
    known = {hunk.hunk_id: hunk for hunk in state.hunks()}
    parts = [known[part_id] for part_id in part_ids if part_id in known]
    if len(parts) < len(part_ids) or any(part.decision is not Decision.PENDING for part in parts):
        return state
    path = state.hunk(parts[0].hunk_id)[1].path
    lines = state.texts.lined(path)
    if lines is None:
        return state
    start, end = min(part.start for part in parts), max(part.end for part in parts)
    home = min(parts, key=lambda part: part.start).home
    stood = replace(whole, needs_look=any(part.needs_look for part in parts), decision=Decision.PENDING)
    stood = stood.moved_to(start, end, home, HunkState.CLEAN if home < 0 else HunkState.MOVED)
    back = restated(stood, start, end, lines, may_meet=True)
    return exchanged(state, set(part_ids), (back,), part_ids[0])


def exchanged(state: ReviewState, gone: Collection[str], made: Sequence[ChangeHunk], at: str) -> ReviewState:
    """The state with other hunks in the place of some; `at` is the one of these where the others go."""
    sets = []
    for change_set in state.change_sets:
        files = tuple(
            replace(change, hunks=_with(change.hunks, gone, made))
            if any(hunk.hunk_id in gone for hunk in change.hunks)
            else change
            for change in change_set.files
        )
        is_same = all(one is other for one, other in zip(files, change_set.files, strict=True))
        sets.append(change_set if is_same else replace(change_set, files=files))
    ids = [hunk.hunk_id for hunk in made]
    order = {
        path: tuple(new for each in every for new in (ids if each == at else [] if each in gone else [each]))
        for path, every in state.order.items()
    }
    return ReviewState(tuple(sets), state.texts, order, state.steps, state.stood)


def _with(hunks: Sequence[ChangeHunk], gone: Collection[str], made: Sequence[ChangeHunk]) -> tuple[ChangeHunk, ...]:
    kept: list[ChangeHunk] = []
    is_placed = False
    for hunk in hunks:
        if hunk.hunk_id not in gone:
            kept.append(hunk)
        elif not is_placed:
            kept += made
            is_placed = True
    return tuple(kept)


def _parts(hunk: ChangeHunk, cuts: Sequence[Cut]) -> Iterator[ChangeHunk]:
    old, new = split_lines(hunk.old_text), split_lines(hunk.new_text)
    borders = [Cut(0, 0), *sorted(set(cuts), key=lambda cut: (cut.old, cut.new)), Cut(len(old), len(new))]
    for above, below in pairwise(borders):
        old_text = "".join(old[above.old : below.old])
        new_text = "".join(new[above.new : below.new])
        # What the user made of it stays the user's.
        edits = ((old_text, new_text),) if hunk.edits else ()
        yield replace(
            hunk,
            hunk_id=uuid.uuid4().hex,
            start=hunk.start + above.old,
            end=hunk.start + below.old,
            old_text=old_text,
            new_text=new_text,
            base_text=old_text,
            proposed_text=new_text,
            edits=edits,
            written=None,
            taken_in=("", ""),
            home=hunk.home if hunk.home < 0 else hunk.home + above.old,
            quoted="",
        )


def _groups(hunk: ChangeHunk) -> list[tuple[Cut, tuple[ChangedLine, ...]]]:
    """The groups of changed lines, each with the border above it; unchanged lines belong to what is above them."""
    old, new = split_lines(hunk.old_text), split_lines(hunk.new_text)
    found: list[tuple[Cut, tuple[ChangedLine, ...]]] = []
    for change in diff_line_lists(old, new):
        removed, added = old[change.old.start : change.old.end], new[change.new.start : change.new.end]
        cut = Cut(change.old.start, change.new.start)
        if any(each and not line_ending_of(each[-1]) for each in (removed, added)):
            every = [ChangedLine(Side.OLD, cut.old + at) for at in range(len(removed))]
            every += [ChangedLine(Side.NEW, cut.new + at) for at in range(len(added))]
            found.append((cut, tuple(every)))
            continue
        for one, other in paired_lines(removed, added):
            if one is not None:
                found.append((cut, (ChangedLine(Side.OLD, cut.old),)))
                cut = Cut(cut.old + 1, cut.new)
            if other is not None:
                found.append((cut, (ChangedLine(Side.NEW, cut.new),)))
                cut = Cut(cut.old, cut.new + 1)
    return found


def _refuse_torn_endings(hunk: ChangeHunk, lines: LinedText) -> None:
    r"""A lone \r that comes before an empty line of \n would be one line end with it."""
    near = [*lines[max(0, hunk.start - 1) : hunk.start], *lines[hunk.end : hunk.end + 1]]
    every = [*near, *split_lines(hunk.old_text), *split_lines(hunk.new_text)]
    if any(line.endswith("\r") for line in every) and any(line.startswith("\n") for line in every):
        raise UsageError(_ENDINGS)

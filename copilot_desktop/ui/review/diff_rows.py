"""A change set as the rows of a unified diff. Pure values: what a row says, never how it is painted.

The old numbers are those of the file with every hunk as it was, the new ones those with every hunk as proposed.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from copilot_desktop.edits.change_sets import (
    CHANGED_SINCE,
    TAKES_BACK,
    WOULD_BE_WRITTEN,
    WRITTEN_BY_STEP,
    ChangeHunk,
    ChangeSet,
    Decision,
    FileChange,
    HunkState,
)
from copilot_desktop.edits.doubts import doubt_of, is_doubtful
from copilot_desktop.edits.refusals import NearPlace, compared
from copilot_desktop.edits.review import Texts
from copilot_desktop.edits.taken_in import is_written
from copilot_desktop.edits.touched_hunks import sides_of
from copilot_desktop.text.diff import Spans, diff_line_lists, diff_words
from copilot_desktop.text.lines import line_ending_of, split_lines, without_ending
from copilot_desktop.values import dataclass

CONTEXT_LINES = 3
_COMPARED_LINES = 200
_OTHER_SIDES = "What the model saw, and its proposal"
_OTHER_SIDES_TO_UNDO = "What was accepted, and what stood there before"
_IN_HISTORY = {
    WRITTEN_BY_STEP: "Written by this step",
    CHANGED_SINCE: "Changed since",
    WOULD_BE_WRITTEN: "Would be written",
}
_ENDINGS = {"\n": "LF", "\r\n": "CRLF", "\r": "CR", "": "no line end"}


class RowKind(StrEnum):
    """What a row of the diff is."""

    FILE = "file"
    HUNK = "hunk"
    CONTEXT = "unchanged"
    REMOVED = "removed"
    ADDED = "added"
    YOURS = "yours now"
    QUOTED = "the model's text"
    GAP = "hidden lines"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class DiffRow:
    """One row. Numbers are 1-based, None where a side has no such line; `spans` are changed code points of `text`.

    A GAP stands for `hidden` lines and is opened by its `gap_id`.
    """

    kind: RowKind
    path: str
    hunk_id: str | None = None
    old_number: int | None = None
    new_number: int | None = None
    text: str = ""
    spans: Spans = ()
    gap_id: tuple[str, int] | None = None
    hidden: int = 0


@dataclass(slots=True)
class _Numbers:
    old: int = 1
    new: int = 1


class DiffRows:
    """Rows of change sets, file by file; a file nothing happened to keeps its rows."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[FileChange, str | None, frozenset[tuple[str, int]], tuple[DiffRow, ...]]] = {}
        self._opened: frozenset[tuple[str, int]] = frozenset()
        self._compared: frozenset[str] = frozenset()

    def open_gap(self, gap_id: tuple[str, int]) -> None:
        """Show the lines of a gap from now on."""
        self._opened |= {gap_id}

    def compare(self, hunk_id: str) -> None:
        """Show the model's text of a hunk beside the file's from now on, or no longer."""
        self._compared ^= {hunk_id}
        self._kept.clear()

    def is_compared(self, hunk_id: str) -> bool:
        """Whether it is shown."""
        return hunk_id in self._compared

    def rows(self, change_set: ChangeSet, texts: Texts) -> tuple[DiffRow, ...]:
        """Return all rows of a change set."""
        found: list[DiffRow] = []
        for change in change_set.files:
            text = texts.get(change.path)
            opened = frozenset(gap for gap in self._opened if gap[0] == change.path)
            kept = self._kept.get(change.path)
            if kept is None or kept[0] is not change or kept[1] != text or kept[2] != opened:
                kept = (change, text, opened, tuple(file_rows(change, text, opened, self._compared)))
                self._kept[change.path] = kept
            found += kept[3]
        return tuple(found)


def file_rows(
    change: FileChange,
    text: str | None,
    opened: frozenset[tuple[str, int]],
    compared_ids: frozenset[str] = frozenset(),
) -> Iterator[DiffRow]:
    """Yield the rows of one file: its head, hunks with context, gaps; of some also what the model quoted."""
    yield DiffRow(RowKind.FILE, change.path, text=file_title(change))
    numbers = _Numbers()
    lines = split_lines(text or "")
    at = 0
    is_whole = change.status != "modified"
    for place, hunk in enumerate(sorted(change.hunks, key=lambda each: (each.start, each.end))):
        if not is_whole:
            yield from _context(change.path, lines[at : hunk.start], numbers, (change.path, at), opened, place == 0)
            at = max(at, hunk.end)
        yield DiffRow(RowKind.HUNK, change.path, hunk.hunk_id)
        if change.replaced is not None:
            yield DiffRow(RowKind.NOTE, change.path, hunk.hunk_id, text=_replacing(change.path, change.replaced))
        if hunk.hunk_id in compared_ids and hunk.quoted:
            yield from _comparison(change.path, hunk)
        if hunk.state is HunkState.CONFLICT:
            yield from _conflict(change.path, hunk, lines[hunk.start : hunk.end], numbers)
        else:
            yield from _body(change.path, hunk, numbers, opened)
    if not is_whole:
        yield from _context(change.path, lines[at:], numbers, (change.path, at), opened, False, is_last=True)


def file_title(change: FileChange) -> str:
    """The path, and where a renamed file comes from."""
    return change.path if change.old_path is None else f"{change.old_path} → {change.path}"


def _replacing(path: str, replaced: str) -> str:
    count = len(split_lines(replaced))
    return f"Replaces {path}, which exists ({count} {'line' if count == 1 else 'lines'})"


def line_counts(hunk: ChangeHunk) -> tuple[int, int]:
    """Return the added and removed lines of a hunk."""
    changes = diff_line_lists(split_lines(hunk.old_text), split_lines(hunk.new_text))
    return sum(len(change.new) for change in changes), sum(len(change.old) for change in changes)


def _context(
    path: str,
    lines: list[str],
    numbers: _Numbers,
    gap_id: tuple[str, int],
    opened: frozenset[tuple[str, int]],
    is_first: bool,
    is_last: bool = False,
    hunk_id: str | None = None,
) -> Iterator[DiffRow]:
    """Unchanged lines; the middle (of the first and last ones: the far end) is a gap unless it was opened."""
    head, tail = (0 if is_first else CONTEXT_LINES), (0 if is_last else CONTEXT_LINES)
    hidden = len(lines) - head - tail
    is_folded = hidden > 1 and gap_id not in opened
    for index, line in enumerate(lines):
        if is_folded and head <= index < head + hidden:
            if index == head:
                yield DiffRow(RowKind.GAP, path, hunk_id, gap_id=gap_id, hidden=hidden)
                numbers.old += hidden
                numbers.new += hidden
            continue
        yield DiffRow(RowKind.CONTEXT, path, hunk_id, numbers.old, numbers.new, without_ending(line))
        numbers.old += 1
        numbers.new += 1


def _body(path: str, hunk: ChangeHunk, numbers: _Numbers, opened: frozenset[tuple[str, int]]) -> Iterator[DiffRow]:
    old, new = split_lines(hunk.old_text), split_lines(hunk.new_text)
    if not old and not new:
        yield DiffRow(RowKind.NOTE, path, hunk.hunk_id, text="The file is empty.")
    at = 0
    for change in diff_line_lists(old, new):
        same = old[at : change.old.start]
        yield from _context(path, same, numbers, (path, -1 - at), opened, at == 0, hunk_id=hunk.hunk_id)
        at = change.old.end
        removed, added = old[change.old.start : change.old.end], new[change.new.start : change.new.end]
        pairs = [_pair(one, other) for one, other in zip(removed, added, strict=False)]
        if len(removed) != len(added) and max(len(removed), len(added)) > 2 * min(len(removed), len(added)):
            # Lines that merely stand at the same place: words in common would be chance.
            pairs = []
        for index, line in enumerate(removed):
            shown, spans = pairs[index][0] if index < len(pairs) else (without_ending(line), ())
            yield DiffRow(RowKind.REMOVED, path, hunk.hunk_id, numbers.old, None, shown, spans)
            numbers.old += 1
        yield from _no_newline(path, hunk, removed)
        for index, line in enumerate(added):
            shown, spans = pairs[index][1] if index < len(pairs) else (without_ending(line), ())
            yield DiffRow(RowKind.ADDED, path, hunk.hunk_id, None, numbers.new, shown, spans)
            numbers.new += 1
        yield from _no_newline(path, hunk, added)
    yield from _context(path, old[at:], numbers, (path, -1 - at), opened, at == 0, is_last=True, hunk_id=hunk.hunk_id)


def _comparison(path: str, hunk: ChangeHunk) -> Iterator[DiffRow]:
    """What the model took for the file's lines beside these lines."""
    yield DiffRow(RowKind.NOTE, path, hunk.hunk_id, text="≠ what the model took for the file’s lines")
    yield DiffRow(RowKind.NOTE, path, hunk.hunk_id, text="= what the file says")
    place = NearPlace(path, hunk.start, hunk.end, hunk.confidence, tuple(split_lines(hunk.old_text)))
    for line in compared(hunk.quoted, place)[:_COMPARED_LINES]:
        kind = {"-": RowKind.QUOTED, "+": RowKind.YOURS}.get(line.sign, RowKind.CONTEXT)
        yield DiffRow(kind, path, hunk.hunk_id, line.number, None, line.text, line.spans)
    yield DiffRow(RowKind.NOTE, path, hunk.hunk_id, text="The change")


def _no_newline(path: str, hunk: ChangeHunk, lines: list[str]) -> Iterator[DiffRow]:
    if lines and not line_ending_of(lines[-1]):
        yield DiffRow(RowKind.NOTE, path, hunk.hunk_id, text="No line end after the last line")


def _pair(old: str, new: str) -> tuple[tuple[str, Spans], tuple[str, Spans]]:
    """The changed words of a line and its successor; where only the line end differs, its name is shown."""
    one, other = without_ending(old), without_ending(new)
    if one == other:
        return _with_ending(one, old), _with_ending(other, new)
    old_spans, new_spans = diff_words(one, other)
    if _covered(old_spans) > 0.7 * len(one) and _covered(new_spans) > 0.7 * len(other):
        return (one, ()), (other, ())
    return (one, old_spans), (other, new_spans)


def _with_ending(shown: str, line: str) -> tuple[str, Spans]:
    name = _ENDINGS[line_ending_of(line)]
    return f"{shown} {name}", ((len(shown) + 1, len(shown) + 1 + len(name)),)


def _covered(spans: Spans) -> int:
    return sum(end - start for start, end in spans)


def _conflict(path: str, hunk: ChangeHunk, now: list[str], numbers: _Numbers) -> Iterator[DiffRow]:
    """Three sides: the lines as they are now, the lines the model saw, and what it made of them.

    Of an accepted hunk that cannot be taken back by itself: what was accepted, and what stood there before.
    """
    yield DiffRow(RowKind.NOTE, path, hunk.hunk_id, text="Your file now")
    if not now:
        yield DiffRow(RowKind.NOTE, path, hunk.hunk_id, text="(no lines)")
    for line in now:
        yield DiffRow(RowKind.YOURS, path, hunk.hunk_id, numbers.old, numbers.new, without_ending(line))
        numbers.old += 1
        numbers.new += 1
    sides = sides_of(hunk, "".join(now))
    is_undo = is_written(hunk) or hunk.strategy == TAKES_BACK
    said = _OTHER_SIDES_TO_UNDO if is_undo else _OTHER_SIDES
    yield DiffRow(RowKind.NOTE, path, hunk.hunk_id, text=said)
    for line in split_lines(sides.base):
        yield DiffRow(RowKind.REMOVED, path, hunk.hunk_id, text=without_ending(line))
    for line in split_lines(sides.theirs):
        yield DiffRow(RowKind.ADDED, path, hunk.hunk_id, text=without_ending(line))


@dataclass(frozen=True, slots=True)
class HunkLabel:
    """How a hunk stands, in a word, an icon and a colour token; never by colour alone. `doubt`: what is uncertain."""

    word: str
    icon: str
    token: str
    doubt: str = ""

    @property
    def sentence(self) -> str:
        """The word, and what is uncertain."""
        return f"{self.word}. {self.doubt}" if self.doubt else self.word


def hunk_label(hunk: ChangeHunk) -> HunkLabel:
    """Say how a hunk stands."""
    if hunk.decision is Decision.REJECTED:
        return HunkLabel("Rejected", "x", "muted")
    if hunk.state is HunkState.CONFLICT:
        if is_written(hunk):
            return HunkLabel("Accepted, and edited since", "git-merge", "conf")
        return HunkLabel("Conflict: these lines were edited since", "git-merge", "conf")
    if hunk.strategy in _IN_HISTORY:
        return HunkLabel(_IN_HISTORY[hunk.strategy], "history", "muted")
    if hunk.decision is Decision.ACCEPTED:
        return HunkLabel("Accepted", "check", "addf")
    if hunk.state is HunkState.ALREADY_THERE:
        return HunkLabel("Already in the file", "check-check", "muted")
    if hunk.needs_look:
        return HunkLabel("Uncertain: look before accepting", "triangle-alert", "amber", doubt_of(hunk))
    if is_doubtful(hunk):
        return HunkLabel("Uncertain, looked at", "eye", "amber", doubt_of(hunk))
    if hunk.state is HunkState.MOVED:
        return HunkLabel("Moved with your edits", "circle-dot", "muted")
    return HunkLabel("To review", "circle-dot", "accent")

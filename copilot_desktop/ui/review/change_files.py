"""A change set as the values that a diff view is given. Pure.

The old side is the file with every hunk as it was, the new one the file with every hunk as proposed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from copilot_desktop.edits.change_sets import TAKES_BACK, ChangeHunk, ChangeSet, Decision, FileChange, HunkState
from copilot_desktop.edits.comments import NO_REMARKS, Remarks
from copilot_desktop.edits.refusals import NearPlace, compared
from copilot_desktop.edits.review import Texts
from copilot_desktop.edits.taken_in import is_written
from copilot_desktop.edits.touched_hunks import sides_of
from copilot_desktop.text.lines import split_lines
from copilot_desktop.text.ranges import LineRange
from copilot_desktop.ui.diff.values import DiffFile, DiffHunk, ExtraLine, HunkLabel, Remark, RowKind
from copilot_desktop.ui.review.hunk_labels import hunk_label, line_counts, place_of
from copilot_desktop.ui.review.remark_rows import remarks_of

_COMPARED_LINES = 200
_OTHER_SIDES = "What the model saw, and its proposal"
_OTHER_SIDES_TO_UNDO = "What was accepted, and what stood there before"
_STATUS_LABELS = {"added": ("new file",), "deleted": ("deleted",), "renamed": ("renamed",)}


class ChangeFiles:
    """Makes the files of change sets; one nothing happened to stays the same value."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[FileChange, str | None, object, DiffFile]] = {}
        self._compared: frozenset[str] = frozenset()

    def compare(self, hunk_id: str) -> None:
        """Show the model's text of a hunk beside the file's from now on, or no longer."""
        self._compared ^= {hunk_id}
        self._kept.clear()

    def is_compared(self, hunk_id: str) -> bool:
        """Whether it is shown."""
        return hunk_id in self._compared

    def files(self, change_set: ChangeSet, texts: Texts, remarks: Remarks = NO_REMARKS) -> tuple[DiffFile, ...]:
        """Return all files of a change set, with what the user says of their hunks."""
        kept = {}
        for change in change_set.files:
            text = texts.get(change.path)
            known = self._kept.get(change.path)
            said = {hunk.hunk_id: rows for hunk in change.hunks if (rows := remarks_of(hunk, remarks))}
            if known is None or known[0] is not change or known[1:3] != (text, said):
                known = (change, text, said, diff_file(change, text, self._compared, said))
            kept[change.path] = known
        self._kept = kept
        return tuple(file for _change, _text, _said, file in kept.values())


def diff_file(
    change: FileChange,
    text: str | None,
    compared_ids: frozenset[str] = frozenset(),
    said: Mapping[str, tuple[Remark, ...]] = MappingProxyType({}),
) -> DiffFile:
    """Return one file; of the hunks named also what the model quoted is shown. `said`: hunk → remarks of the user."""
    lines = split_lines(text or "")
    old: list[str] = []
    new: list[str] = []
    hunks: list[DiffHunk] = []
    at = 0
    ordered = sorted(change.hunks, key=lambda each: (each.start, each.end))
    for hunk, own in zip(ordered, _apart(ordered), strict=True):
        if change.status == "modified":
            old += lines[at : own.start]
            new += lines[at : own.start]
            at = max(at, own.end)
        is_conflict, now = hunk.state is HunkState.CONFLICT, lines[hunk.start : hunk.end]
        sides = (now, now) if is_conflict else (split_lines(hunk.old_text), split_lines(hunk.new_text))
        old_start, new_start = len(old), len(new)
        for side, shown in zip((old, new), sides, strict=True):
            side += shown[own.start - hunk.start : len(shown) - (hunk.end - own.end)]
        ranges = (LineRange(old_start, len(old)), LineRange(new_start, len(new)))
        made = _hunk(change, hunk, ranges, now, hunk.hunk_id in compared_ids)
        hunks.append(replace(made, remarks=said[hunk.hunk_id]) if hunk.hunk_id in said else made)
    if change.status == "modified":
        old += lines[at:]
        new += lines[at:]
    labels = _STATUS_LABELS.get(change.status, ())
    if change.status == "modified" and text is None:
        hunks, labels = [_of_gone_file(hunk) for hunk in hunks], ("gone",)
    return DiffFile(change.path, tuple(old), tuple(new), tuple(hunks), change.old_path, labels=labels)


def _apart(hunks: Sequence[ChangeHunk]) -> list[LineRange]:
    """The lines that each hunk is shown with: a change across their borders may have made the same ones part of two.

    They stand with what is to be decided, else with the first.
    """
    found = [LineRange(hunk.start, hunk.end) for hunk in hunks]
    for at in range(1, len(hunks)):
        above, below = found[at - 1], found[at]
        if above.end <= below.start:
            continue
        is_decided = hunks[at - 1].decision is not Decision.PENDING and hunks[at].decision is Decision.PENDING
        if is_decided:
            found[at - 1] = LineRange(above.start, max(above.start, below.start))
        if found[at - 1].end > below.start:
            start = min(found[at - 1].end, below.end)
            found[at] = LineRange(start, below.end)
    return found


def _hunk(
    change: FileChange, hunk: ChangeHunk, ranges: tuple[LineRange, LineRange], now: list[str], is_compared: bool
) -> DiffHunk:
    extra = list[ExtraLine]()
    if change.replaced is not None:
        extra.append(ExtraLine(RowKind.NOTE, _replacing(change.path, change.replaced)))
    if is_compared and hunk.quoted:
        extra += _comparison(change.path, hunk)
    against, title, counts = None, "", None
    if hunk.state is HunkState.CONFLICT:
        sides = sides_of(hunk, "".join(now))
        against = tuple(split_lines(sides.base)), tuple(split_lines(sides.theirs))
        title = _OTHER_SIDES_TO_UNDO if is_written(hunk) or hunk.strategy == TAKES_BACK else _OTHER_SIDES
        counts = line_counts(hunk)
    return DiffHunk(
        hunk.hunk_id,
        *ranges,
        hunk_label(hunk),
        place_of(hunk),
        counts,
        tuple(extra),
        against,
        title,
        is_quiet=hunk.decision is Decision.REJECTED,
    )


def _of_gone_file(hunk: DiffHunk) -> DiffHunk:
    """There are no lines that could have been edited: what is to be done is to put the file back."""
    if hunk.against is None or hunk.is_quiet:
        return hunk
    label = HunkLabel("Conflict: the file is gone. Put it back, or reject the change", "git-merge", "conf")
    return replace(hunk, label=label)


def _replacing(path: str, replaced: str) -> str:
    count = len(split_lines(replaced))
    return f"Replaces {path}, which exists ({count} {'line' if count == 1 else 'lines'})"


def _comparison(path: str, hunk: ChangeHunk) -> Iterator[ExtraLine]:
    """What the model took for the file's lines beside these lines."""
    yield ExtraLine(RowKind.NOTE, "≠ what the model took for the file’s lines")
    yield ExtraLine(RowKind.NOTE, "= what the file says")
    place = NearPlace(path, hunk.start, hunk.end, hunk.confidence, tuple(split_lines(hunk.old_text)))
    for line in compared(hunk.quoted, place)[:_COMPARED_LINES]:
        kind = {"-": RowKind.QUOTED, "+": RowKind.YOURS}.get(line.sign, RowKind.CONTEXT)
        yield ExtraLine(kind, line.text, line.number, line.spans)
    yield ExtraLine(RowKind.NOTE, "The change")

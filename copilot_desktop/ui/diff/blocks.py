"""A file as blocks of rows: its head, hunks with their lines, unchanged lines around them, and gaps. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from copilot_desktop.text.diff import LineChange, diff_line_lists
from copilot_desktop.text.moved_blocks import ChangedRun, moved_blocks
from copilot_desktop.text.ranges import LineRange
from copilot_desktop.text.whitespace import differ_in_whitespace
from copilot_desktop.ui.diff.rows import (
    Block,
    ChangedLines,
    DiffRow,
    FixedRows,
    GapId,
    Moves,
    RemarkedLines,
    SameLines,
)
from copilot_desktop.ui.diff.values import DiffFile, DiffHunk, RowKind
from copilot_desktop.values import dataclass

CONTEXT_LINES = 3
_LEAST_HIDDEN = 2
_SHARED_LINES = "Its lines stand in the change beside it, which changes them too."
_Remarks = dict[tuple[bool, int] | None, list[DiffRow]]


@dataclass(frozen=True, slots=True)
class DiffOptions:
    """How a diff is shown."""

    is_side_by_side: bool = False
    is_wrapped: bool = False
    folds_whitespace: bool = False


@dataclass(frozen=True, slots=True)
class FileChanges:
    """What `DiffFile` says, worked out once: the changes of each hunk, in lines of the whole file.

    `whitespace`: of each change whether only blanks differ.
    """

    file: DiffFile
    changes: tuple[tuple[LineChange, ...], ...]
    whitespace: tuple[tuple[bool, ...], ...]

    def counts(self, place: int) -> tuple[int, int]:
        """Added and removed lines of a hunk."""
        hunk, changes = self.file.hunks[place], self.changes[place]
        if hunk.counts is not None:
            return hunk.counts
        return sum(len(change.new) for change in changes), sum(len(change.old) for change in changes)

    def is_whitespace(self, place: int) -> bool:
        """Whether a hunk changes blanks only."""
        return bool(self.whitespace[place]) and all(self.whitespace[place])


def changes_of(file: DiffFile) -> FileChanges:
    """Compare the lines of each hunk."""
    changes = tuple(_changes(file, hunk) for hunk in file.hunks)
    whitespace = tuple(
        tuple(
            differ_in_whitespace(
                file.old_lines[each.old.start : each.old.end], file.new_lines[each.new.start : each.new.end]
            )
            for each in of_hunk
        )
        for of_hunk in changes
    )
    return FileChanges(file, changes, whitespace)


def _changes(file: DiffFile, hunk: DiffHunk) -> tuple[LineChange, ...]:
    old, new = hunk.old, hunk.new
    found = diff_line_lists(file.old_lines[old.start : old.end], file.new_lines[new.start : new.end])
    return tuple(
        LineChange(
            LineRange(old.start + each.old.start, old.start + each.old.end),
            LineRange(new.start + each.new.start, new.start + each.new.end),
        )
        for each in found
    )


def moves_of(files: Iterable[FileChanges]) -> dict[str, tuple[Moves, Moves]]:
    """Which removed lines of these files stand elsewhere as added ones: by path, for the old and the new side."""
    removed: list[ChangedRun] = []
    added: list[ChangedRun] = []
    for each in files:
        file = each.file
        for number, change in enumerate(change for of_hunk in each.changes for change in of_hunk):
            if len(change.old):
                lines = file.old_lines[change.old.start : change.old.end]
                removed.append(ChangedRun(file.path, number, change.old.start, lines))
            if len(change.new):
                lines = file.new_lines[change.new.start : change.new.end]
                added.append(ChangedRun(file.path, number, change.new.start, lines))
    found: dict[str, tuple[Moves, Moves]] = {}
    for block in moved_blocks(removed, added) if removed and added else ():
        source, target = str(block.old_file), str(block.new_file)
        is_same = source == target
        went = found.setdefault(source, ({}, {}))[0]
        came = found.setdefault(target, ({}, {}))[1]
        for at in range(len(block.old)):
            old, new = block.old.start + at, block.new.start + at
            went[old] = (f"moved to {'' if is_same else target + ' '}line {new + 1}", at == 0)
            came[new] = (f"moved from {'' if is_same else source + ' '}line {old + 1}", at == 0)
    return found


class _FileBlocks:
    """Makes the blocks of one file. `opened`: how many lines of a gap are shown from its top and its bottom."""

    def __init__(
        self,
        changes: FileChanges,
        moves: tuple[Moves, Moves],
        options: DiffOptions,
        opened: Mapping[GapId, tuple[int, int]],
    ) -> None:
        self._changes, self._moves, self._options, self._opened = changes, moves, options, opened
        self._file = changes.file

    def blocks(self) -> Iterator[Block]:
        file = self._file
        head = [DiffRow(RowKind.FILE, file.path, text=file.title_words)]
        yield FixedRows(*head, *(DiffRow(RowKind.NOTE, file.path, text=note) for note in file.notes))
        old_at = new_at = 0
        said = [self._remarks(hunk) for hunk in file.hunks]
        beside = _beside(file, said)
        for place, (hunk, remarks) in enumerate(zip(file.hunks, said, strict=True)):
            same = self._same(None, old_at, new_at, hunk.old.start, place == 0, False)
            yield from self._with_remarks(same, beside)
            extra = (
                DiffRow(line.kind, file.path, hunk.hunk_id, line.number, None, line.text, line.spans)
                for line in hunk.extra
            )
            yield FixedRows(DiffRow(RowKind.HUNK, file.path, hunk.hunk_id), *extra, *remarks.pop(None, ()))
            yield from self._conflict(hunk) if hunk.against is not None else self._body(place, hunk, remarks)
            left = [row for rows in remarks.values() for row in rows]
            if left:
                # About lines that are folded, or that stand in a conflict: below the change.
                yield FixedRows(*left)
            old_at, new_at = hunk.old.end, hunk.new.end
        if file.hunks:
            yield from self._with_remarks(self._same(None, old_at, new_at, len(file.old_lines), False, True), beside)

    def _same(
        self, hunk_id: str | None, old_at: int, new_at: int, old_end: int, is_first: bool, is_last: bool
    ) -> Iterator[Block]:
        """Unchanged lines; the middle (of the first and last ones: the far end) is a gap as far as it is not opened."""
        path, count = self._file.path, old_end - old_at
        gap_id = (path, old_at)
        from_top, from_bottom = self._opened.get(gap_id, (0, 0))
        head = min(count, (0 if is_first else CONTEXT_LINES) + from_top)
        tail = min(count - head, (0 if is_last else CONTEXT_LINES) + from_bottom)
        hidden = count - head - tail
        if hidden < _LEAST_HIDDEN:
            head, tail, hidden = count, 0, 0
        if head:
            yield self._lines(hunk_id, old_at, new_at, head)
        if hidden:
            row = DiffRow(
                RowKind.GAP, path, hunk_id, old_at + head + 1, new_at + head + 1, gap_id=gap_id, hidden=hidden,
                has_above=not is_first, has_below=not is_last,
                text="1 unchanged line" if hidden == 1 else f"{hidden} unchanged lines",
            )  # fmt: skip
            yield FixedRows(row)
        if tail:
            yield self._lines(hunk_id, old_end - tail, new_at + count - tail, tail)

    def _lines(
        self, hunk_id: str | None, old_at: int, new_at: int, count: int, kind: RowKind = RowKind.CONTEXT
    ) -> SameLines:
        # Lines of a conflict are said once: what they are compared with stands below them.
        lines, is_side_by_side = self._file.new_lines, self._options.is_side_by_side and kind is RowKind.CONTEXT
        return SameLines(self._file.path, hunk_id, lines, old_at, new_at, count, is_side_by_side, kind)

    def _remarks(self, hunk: DiffHunk) -> _Remarks:
        """The rows of what is said of a hunk, by the line they stand below; None: the head."""
        found: _Remarks = {}
        for remark in hunk.remarks:
            start = (hunk.new if remark.is_new else hunk.old).start
            key = None if remark.line is None else (remark.is_new, start + remark.line)
            rows = (
                DiffRow(
                    remark.kind, self._file.path, hunk.hunk_id, text=line, remark_id=remark.remark_id,
                    spoken="" if number else remark.spoken,
                )
                for number, line in enumerate(remark.lines)
            )  # fmt: skip
            found.setdefault(key, []).extend(rows)
        return found

    def _with_remarks(self, blocks: Iterator[Block], remarks: _Remarks) -> Iterator[Block]:
        """Unchanged lines, with what is said of them between; of hidden ones below the bar that stands for them."""
        for block in blocks:
            if isinstance(block, FixedRows) and remarks:
                yield block
                gap = block.rows[-1]
                numbers = range(gap.new_number or 0, (gap.new_number or 0) + gap.hidden)
                rows = [row for number in numbers for row in remarks.pop((True, number - 1), ())]
                if rows:
                    yield FixedRows(*rows)
                continue
            if not isinstance(block, SameLines) or not remarks:
                yield block
                continue
            at = 0
            for here in range(block.count):
                sides = ((True, block.new_start + here), (False, block.old_start + here))
                rows = [row for side in sides for row in remarks.pop(side, ())]
                if rows:
                    yield self._lines(block.hunk_id, block.old_start + at, block.new_start + at, here + 1 - at)
                    yield FixedRows(*rows)
                    at = here + 1
            if at < block.count:
                yield self._lines(block.hunk_id, block.old_start + at, block.new_start + at, block.count - at)

    def _body(self, place: int, hunk: DiffHunk, remarks: _Remarks) -> Iterator[Block]:
        file = self._file
        if not len(hunk.old) and not len(hunk.new):
            text = _SHARED_LINES if file.old_lines or file.new_lines else "The file is empty."
            yield FixedRows(DiffRow(RowKind.NOTE, file.path, hunk.hunk_id, text=text))
        old_at, new_at = hunk.old.start, hunk.new.start
        pairs = zip(self._changes.changes[place], self._changes.whitespace[place], strict=True)
        for change, is_whitespace in pairs:
            is_first = old_at == hunk.old.start
            same = self._same(hunk.hunk_id, old_at, new_at, change.old.start, is_first, False)
            yield from self._with_remarks(same, remarks)
            old_at, new_at = change.old.end, change.new.end
            gap_id = (file.path, -1 - change.old.start - change.new.start)
            if is_whitespace and self._options.folds_whitespace and gap_id not in self._opened:
                count = max(len(change.old), len(change.new))
                text = "1 line differs in blanks only" if count == 1 else f"{count} lines differ in blanks only"
                gap = DiffRow(RowKind.GAP, file.path, hunk.hunk_id, gap_id=gap_id, hidden=count, text=text)
                yield FixedRows(gap)
                continue
            lines = (
                file.old_lines[change.old.start : change.old.end],
                file.new_lines[change.new.start : change.new.end],
            )
            starts = (change.old.start, change.new.start)
            mine = {
                key: remarks.pop(key)
                for key in list(remarks)
                if key is not None
                and (change.new if key[0] else change.old).start <= key[1]
                and key[1] < (change.new if key[0] else change.old).end
            }
            made = ChangedLines(file.path, hunk.hunk_id, lines, starts, self._options.is_side_by_side)
            made.moves = self._moves
            yield RemarkedLines(made, mine) if mine else made
        same = self._same(hunk.hunk_id, old_at, new_at, hunk.old.end, old_at == hunk.old.start, True)
        yield from self._with_remarks(same, remarks)

    def _conflict(self, hunk: DiffHunk) -> Iterator[Block]:
        """Three sides: the lines as they are now, the lines the other side was made from, and what it made of them."""
        path = self._file.path
        yield FixedRows(DiffRow(RowKind.NOTE, path, hunk.hunk_id, text="Your file now"))
        if len(hunk.new):
            yield self._lines(hunk.hunk_id, hunk.old.start, hunk.new.start, len(hunk.new), RowKind.YOURS)
        else:
            yield FixedRows(DiffRow(RowKind.NOTE, path, hunk.hunk_id, text="(no lines)"))
        yield FixedRows(DiffRow(RowKind.NOTE, path, hunk.hunk_id, text=hunk.against_title))
        if hunk.against is not None and any(hunk.against):
            yield ChangedLines(path, hunk.hunk_id, hunk.against, None, self._options.is_side_by_side)


def _beside(file: DiffFile, said: Sequence[_Remarks]) -> _Remarks:
    """Takes out of the remarks of hunks those about new lines beside them: they are of no hunk."""
    found: _Remarks = {}
    for hunk, remarks in zip(file.hunks, said, strict=True):
        mine = range(hunk.new.start, max(hunk.new.end, hunk.new.start + 1))
        for key in list(remarks):
            if key is not None and key[0] and key[1] not in mine and 0 <= key[1] < len(file.new_lines):
                found.setdefault(key, []).extend(replace(row, hunk_id=None) for row in remarks.pop(key))
    return found


def blocks_of(
    changes: FileChanges,
    moves: tuple[Moves, Moves],
    options: DiffOptions,
    opened: Mapping[GapId, tuple[int, int]],
) -> tuple[Block, ...]:
    """Return the blocks of a file."""
    return tuple(_FileBlocks(changes, moves, options, opened).blocks())

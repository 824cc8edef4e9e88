"""What a diff view shows now: files as one long list of rows, with gaps opened and words folded. Pure."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from typing import overload

from copilot_desktop.ui.diff.blocks import DiffOptions, FileChanges, blocks_of, changes_of, moves_of
from copilot_desktop.ui.diff.rows import Block, ChangedLines, DiffRow, FixedRows, GapId, Moves, RemarkedLines, SameLines
from copilot_desktop.ui.diff.values import DiffFile, DiffHunk, RowKind
from copilot_desktop.values import dataclass

OpenedGaps = Mapping[GapId, tuple[int, int]]
"""How many lines of a gap are shown at its top and its bottom."""
_KEPT_ROWS = 2_000
_WIDE = re.compile("[\u2e80-\U0010ffff]")
_EVERY = 1_000_000_000
_NO_MOVES: tuple[Moves, Moves] = ({}, {})
STEP_LINES = 20
"""So many lines of a gap are shown at a time."""


@dataclass(frozen=True, slots=True)
class HunkInfo:
    """A hunk as its head says it."""

    path: str
    hunk: DiffHunk
    added: int
    removed: int
    is_whitespace: bool

    @property
    def words(self) -> str:
        """How it stands, and whether only blanks differ."""
        words = self.hunk.label.doubt or self.hunk.label.word
        return f"{words} · only blanks differ" if self.is_whitespace else words

    @property
    def short_words(self) -> str:
        """The same where there is no room for all of it; the tip has the rest."""
        return self.words.partition(":")[0]

    @property
    def sentence(self) -> str:
        """The same for a screen reader and a tip."""
        sentence = self.hunk.label.sentence
        return f"{sentence}. Only blanks differ" if self.is_whitespace else sentence


class RowList(Sequence[DiffRow]):
    """The rows of blocks, made when they are asked for."""

    def __init__(self, blocks: Sequence[Block] = ()) -> None:
        self.blocks = blocks
        self.starts = [0, *accumulate(block.count for block in blocks)]
        self._rows: dict[int, DiffRow] = {}
        self.places: dict[str, int] = {}
        """Hunk id → row of its head."""
        for block, start in zip(blocks, self.starts, strict=False):
            if isinstance(block, FixedRows):
                for at, row in enumerate(block.rows):
                    if row.kind is RowKind.HUNK and row.hunk_id is not None:
                        self.places[row.hunk_id] = start + at

    def __len__(self) -> int:
        return self.starts[-1]

    @overload
    def __getitem__(self, place: int) -> DiffRow: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[DiffRow, ...]: ...
    def __getitem__(self, place: int | slice) -> DiffRow | tuple[DiffRow, ...]:
        if isinstance(place, slice):
            return tuple(self[at] for at in range(*place.indices(len(self))))
        if not 0 <= place < len(self):
            raise IndexError(place)
        row = self._rows.get(place)
        if row is None:
            if len(self._rows) >= _KEPT_ROWS:
                self._rows.clear()
            number = self.block_at(place)
            row = self._rows[place] = self.blocks[number].row(place - self.starts[number])
        return row

    def block_at(self, place: int) -> int:
        """The number of the block in which a row is."""
        return bisect_right(self.starts, place) - 1

    def end_of_hunk(self, hunk_id: str) -> int:
        """The row behind the last one of a hunk."""
        number = self.block_at(self.places[hunk_id]) + 1
        while number < len(self.blocks) and _hunk_of(self.blocks[number]) == hunk_id:
            number += 1
        return self.starts[number]

    def gaps_near(self, hunk_id: str) -> tuple[GapId, ...]:
        """The hidden lines within a hunk and on both sides of it, as far as its file goes."""
        place = self.places.get(hunk_id)
        if place is None:
            return ()
        here = self.block_at(place)
        found: list[GapId] = []
        for way in (range(here - 1, -1, -1), range(here + 1, len(self.blocks))):
            for block in (self.blocks[number] for number in way):
                row = block.rows[0] if isinstance(block, FixedRows) else None
                if row is not None and row.gap_id is not None:
                    found.append(row.gap_id)
                if _hunk_of(block) not in (None, hunk_id) or (
                    row is not None and (row.kind is RowKind.FILE or (row.gap_id is not None and row.hunk_id is None))
                ):
                    break
        return tuple(found)

    def place_of_gap(self, gap_id: GapId) -> int:
        """The row of a gap; -1 where there is none (any more)."""
        for block, start in zip(self.blocks, self.starts, strict=False):
            if isinstance(block, FixedRows) and block.rows[0].gap_id == gap_id:
                return start
        return -1

    def place_of_remark(self, remark_id: str) -> int:
        """The first row of what is said of lines; -1 where it is not shown."""
        for block, start in zip(self.blocks, self.starts, strict=False):
            rows = range(block.count) if isinstance(block, FixedRows | RemarkedLines) else ()
            found = next((at for at in rows if block.row(at).remark_id == remark_id), None)
            if found is not None:
                return start + found
        return -1

    def texts(self) -> Iterator[tuple[str, str]]:
        """Of each row the texts on both sides."""
        for block in self.blocks:
            yield from block.texts()


def _hunk_of(block: Block) -> str | None:
    if isinstance(block, FixedRows):
        return block.rows[0].hunk_id
    return block.hunk_id if isinstance(block, SameLines | ChangedLines | RemarkedLines) else None


def _columns(block: Block, tab_columns: int) -> int:
    lines = [text for both in block.texts() for text in both if text]
    widest = max(map(len, lines), default=0)
    joined = "".join(lines)
    if "\t" in joined:
        widest += (tab_columns - 1) * max(line.count("\t") for line in lines)
    if _WIDE.search(joined):
        widest += max(len(_WIDE.findall(line)) for line in lines)
    return widest


class DiffContent:
    """The files that are shown, and how; a file nothing happened to keeps its blocks."""

    def __init__(self) -> None:
        self.files: tuple[DiffFile, ...] = ()
        self.options = DiffOptions()
        self.moved_count = 0
        """Lines that stand elsewhere."""
        self.rows = RowList()
        self._changes: dict[str, FileChanges] = {}
        self._moves: dict[str, tuple[Moves, Moves]] = {}
        self._opened: dict[GapId, tuple[int, int]] = {}
        self._blocks: dict[str, tuple[object, tuple[Block, ...]]] = {}
        self._widest: dict[str, tuple[tuple[Block, ...], int, int]] = {}
        """By file: its blocks, columns of a tab, and columns that its longest line takes."""
        self._infos: dict[str, HunkInfo] = {}

    def show_files(self, files: Sequence[DiffFile]) -> None:
        """Show other files, or other texts of them."""
        kept = self._changes
        self.files = tuple(files)
        self._changes = {}
        for file in files:
            self._changes[file.path] = _restated(kept.get(file.path), file)
        others = [path for path, changes in self._changes.items() if kept.get(path) is not changes]
        if len(kept) != len(files) or not all(_has_same_lines(kept.get(path), self._changes[path]) for path in others):
            self._moves = moves_of(self._changes.values())
            self.moved_count = sum(len(went) for went, _came in self._moves.values())
        if others or len(kept) != len(files):
            self._infos = dict(self._all_infos(kept))
        self._make_rows()

    def set_options(self, options: DiffOptions) -> None:
        """Show the same files in another way."""
        self.options = options
        self._make_rows()

    def open_gap(self, gap_id: GapId, *, below_top: int = 0, above_bottom: int = 0) -> None:
        """Show more lines of a gap: below what stands above it, above what stands below it; all when none is said."""
        top, bottom = self._opened.get(gap_id, (0, 0))
        is_all = not below_top and not above_bottom
        self._opened[gap_id] = (_EVERY, 0) if is_all else (top + below_top, bottom + above_bottom)
        self._make_rows()

    def close_gaps(self) -> OpenedGaps:
        """Fold everything again; what was open can be given to `reopen_gaps`."""
        return self.reopen_gaps({})

    def reopen_gaps(self, opened: OpenedGaps) -> OpenedGaps:
        """Have just these gaps open, and return those that were."""
        before, self._opened = self._opened, dict(opened)
        self._make_rows()
        return before

    def info(self, hunk_id: str | None) -> HunkInfo | None:
        """The hunk of an id."""
        return self._infos.get(hunk_id) if hunk_id is not None else None

    def file(self, path: str) -> DiffFile:
        """The file of a path that is shown."""
        return self._changes[path].file

    def largest_number(self) -> int:
        """The largest line number."""
        return max((max(len(file.old_lines), len(file.new_lines)) for file in self.files), default=0)

    def widest(self, tab_columns: int) -> int:
        """Columns that the longest line takes at most: tabs are so many, and wide signs two."""
        known, self._widest = self._widest, {}
        for path, (_key, blocks) in self._blocks.items():
            kept = known.get(path)
            if kept is None or kept[0] is not blocks or kept[1] != tab_columns:
                columns = max((_columns(block, tab_columns) for block in blocks), default=0)
                kept = (blocks, tab_columns, columns)
            self._widest[path] = kept
        return max((columns for _blocks, _tab, columns in self._widest.values()), default=0)

    def whitespace_count(self) -> int:
        """Hunks that change blanks only."""
        return sum(info.is_whitespace for info in self._infos.values())

    def _all_infos(self, kept: Mapping[str, FileChanges]) -> Iterator[tuple[str, HunkInfo]]:
        """Those of all hunks; of files that are shown as before they are known."""
        for path, changes in self._changes.items():
            is_known = kept.get(path) is changes
            for place, hunk in enumerate(changes.file.hunks):
                if is_known:
                    yield hunk.hunk_id, self._infos[hunk.hunk_id]
                    continue
                counts, is_whitespace = changes.counts(place), changes.is_whitespace(place)
                yield hunk.hunk_id, HunkInfo(path, hunk, *counts, is_whitespace)

    def _make_rows(self) -> None:
        made: list[Block] = []
        blocks: dict[str, tuple[object, tuple[Block, ...]]] = {}
        opened: dict[str, dict[GapId, tuple[int, int]]] = {}
        for gap_id, shown in self._opened.items():
            opened.setdefault(gap_id[0], {})[gap_id] = shown
        options = DiffOptions(self.options.is_side_by_side, False, self.options.folds_whitespace)
        for path, changes in self._changes.items():
            mine, moves = opened.get(path, {}), self._moves.get(path, _NO_MOVES)
            key = (changes.file, moves, options, mine)
            kept = self._blocks.get(path)
            if kept is None or not _is_same(kept[0], key):
                kept = (key, blocks_of(changes, moves, options, mine))
            blocks[path] = kept
            made += kept[1]
        self._blocks = blocks
        self.rows = RowList(made)


def _has_same_lines(known: FileChanges | None, now: FileChanges) -> bool:
    """Whether nothing was compared again: only states of hunks are others, or what is said of them."""
    return known is not None and known.changes is now.changes


def _restated(known: FileChanges | None, file: DiffFile) -> FileChanges:
    """What a file says; where only states of its hunks changed nothing is compared again."""
    if known is None or known.file is file:
        return known or changes_of(file)
    then, now = ([(hunk.old, hunk.new, hunk.counts) for hunk in each.hunks] for each in (known.file, file))
    if then == now and known.file.old_lines == file.old_lines and known.file.new_lines == file.new_lines:
        return FileChanges(file, known.changes, known.whitespace)
    return changes_of(file)


def _is_same(one: object, other: tuple[DiffFile, tuple[Moves, Moves], DiffOptions, Mapping[GapId, object]]) -> bool:
    # Equal files would be compared line by line.
    return isinstance(one, tuple) and one[0] is other[0] and one[1:] == other[1:]

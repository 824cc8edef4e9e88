"""Syntax colours of the diff: both sides of a file are lexed whole, but only when seen and a little at a time.

A line alone would be coloured wrongly inside a comment or string that began above it.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping

from PySide6.QtCore import QObject, QTimer, Signal

from copilot_desktop.edits.change_sets import ChangeSet, FileChange, HunkState
from copilot_desktop.text.lines import split_lines
from copilot_desktop.ui.code_colours import CodeRun, highlighted_lines
from copilot_desktop.ui.review.diff_rows import DiffRow, RowKind

_SLICE_S = 0.004
_LONGEST_TEXT = 2_000_000
_LONGEST_LINE = 20_000


def side_texts(change: FileChange, text: str | None) -> tuple[str, str]:
    """The whole file with every hunk as it was, and as proposed: the texts that the numbers of the diff count."""
    hunks = sorted(change.hunks, key=lambda each: (each.start, each.end))
    if change.status != "modified":
        return "".join(hunk.old_text for hunk in hunks), "".join(hunk.new_text for hunk in hunks)
    lines = split_lines(text or "")
    old: list[str] = []
    new: list[str] = []
    at = 0
    for hunk in hunks:
        same = lines[at : hunk.start]
        at = max(at, hunk.end)
        if hunk.state is HunkState.CONFLICT:
            same = same + lines[hunk.start : hunk.end]
            old += same
            new += same
        else:
            old += (*same, hunk.old_text)
            new += (*same, hunk.new_text)
    rest = "".join(lines[at:])
    return "".join(old) + rest, "".join(new) + rest


class _Side:
    """One side of a file: the lines lexed so far, and the rest."""

    def __init__(self, text: str, path: str) -> None:
        self.text = text
        self.lines: list[list[CodeRun]] = []
        self.wanted = 0
        is_plain = len(text) > _LONGEST_TEXT or any(len(line) > _LONGEST_LINE for line in split_lines(text))
        self._rest: Iterator[list[CodeRun]] | None = None if is_plain else highlighted_lines(text, "", path)

    def lex(self, until: float) -> bool:
        """Go on until a time of `perf_counter`; whether all lines that were asked for are there."""
        while self._rest is not None and len(self.lines) < self.wanted:
            if time.perf_counter() >= until:
                return False
            line = next(self._rest, None)
            if line is None:
                self._rest = None
            else:
                self.lines.append(line)
        return True

    @property
    def is_short(self) -> bool:
        """Whether lines that were asked for are not lexed yet."""
        return self._rest is not None and len(self.lines) < self.wanted


class DiffColours(QObject):
    """Gives the runs of rows; those not known yet are lexed in the pauses of the event loop. GUI thread only."""

    lexed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._changes: dict[str, tuple[FileChange, str | None]] = {}
        self._sides: dict[tuple[str, bool], _Side] = {}
        self._waiting: list[tuple[str, bool]] = []
        self._stale: set[str] = set()
        self._pause = QTimer(self)
        self._pause.setInterval(0)
        self._pause.timeout.connect(self._on_pause)

    def show_change_set(self, change_set: ChangeSet, texts: Mapping[str, str | None]) -> None:
        """Colour the rows of this change set from now on; what is the same keeps its colours."""
        changes = {change.path: (change, texts.get(change.path)) for change in change_set.files}
        self._stale |= {path for path, change in changes.items() if self._changes.get(path) != change}
        self._changes = changes
        self._sides = {key: side for key, side in self._sides.items() if key[0] in changes}
        self._waiting = [key for key in self._waiting if key in self._sides]

    def runs(self, row: DiffRow) -> list[CodeRun]:
        """The runs of a row, none while they are not known; then `lexed` tells."""
        is_old = row.kind is RowKind.REMOVED
        number = row.old_number if is_old else row.new_number
        if number is None or row.path not in self._changes:
            return []
        self._refresh(row.path)
        key = (row.path, is_old)
        side = self._sides.get(key)
        if side is None:
            side = self._sides[key] = _Side(side_texts(*self._changes[row.path])[0 if is_old else 1], row.path)
        side.wanted = max(side.wanted, number)
        if side.is_short and key not in self._waiting:
            self._waiting.append(key)
            self._pause.start()
        return side.lines[number - 1] if number <= len(side.lines) else []

    def _refresh(self, path: str) -> None:
        if path not in self._stale:
            return
        self._stale.discard(path)
        old, new = side_texts(*self._changes[path])
        for key, text in (((path, True), old), ((path, False), new)):
            if key in self._sides and self._sides[key].text != text:
                del self._sides[key]
        self._waiting = [key for key in self._waiting if key in self._sides]

    def _on_pause(self) -> None:
        until = time.perf_counter() + _SLICE_S
        while self._waiting and self._sides[self._waiting[0]].lex(until):
            self._waiting.pop(0)
        if not self._waiting:
            self._pause.stop()
            self.lexed.emit()

"""Syntax colours of the diff: both sides of a file are lexed whole, but only when seen and a little at a time.

A line alone would be coloured wrongly inside a comment or string that began above it.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

from PySide6.QtCore import QObject, QTimer, Signal

from copilot_desktop.text.lines import count_lines
from copilot_desktop.ui.code_colours import CodeRun, highlighted_lines
from copilot_desktop.ui.diff.rows import DiffRow
from copilot_desktop.ui.diff.values import DiffFile, RowKind

_SLICE_S = 0.004
_LONGEST_TEXT = 2_000_000
_LONGEST_LINE = 20_000
_Runs = tuple[tuple[str, int], ...]
"""Role and code points of each run of a line: equal lines share one."""


class _Side:
    """One side of a file: the lines lexed so far, and the rest."""

    def __init__(self, lines: Sequence[str], path: str, shared: dict[_Runs, _Runs]) -> None:
        self.source = lines
        self.lines: list[_Runs] = []
        self.wanted = 0
        self._shared = shared
        is_plain = sum(map(len, lines)) > _LONGEST_TEXT or max(map(len, lines), default=0) > _LONGEST_LINE
        self._rest: Iterator[list[CodeRun]] | None = None if is_plain else highlighted_lines(_joined(lines), "", path)

    def lex(self, until: float) -> bool:
        """Go on until a time of `perf_counter`; whether all lines that were asked for are there."""
        while self._rest is not None and len(self.lines) < self.wanted:
            if time.perf_counter() >= until:
                return False
            line = next(self._rest, None)
            if line is None:
                self._rest = None
            else:
                runs = tuple((run.role, len(run.text)) for run in line)
                self.lines.append(self._shared.setdefault(runs, runs))
        return True

    @property
    def is_short(self) -> bool:
        """Whether lines that were asked for are not lexed yet."""
        return self._rest is not None and len(self.lines) < self.wanted


def _joined(lines: Sequence[str]) -> str:
    text = "".join(lines)
    if count_lines(text) == len(lines):
        return text
    # A hunk at the end of a file that has lines behind it by now: its last line may have no end.
    return "".join(line if line.endswith(("\n", "\r")) else f"{line}\n" for line in lines)


class DiffColours(QObject):
    """Gives the runs of rows; those not known yet are lexed in the pauses of the event loop. GUI thread only."""

    lexed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._files: dict[str, DiffFile] = {}
        self._sides: dict[tuple[str, bool], _Side] = {}
        self._waiting: list[tuple[str, bool]] = []
        self._shared: dict[_Runs, _Runs] = {}
        self._pause = QTimer(self)
        self._pause.setInterval(0)
        self._pause.timeout.connect(self._on_pause)

    def show_files(self, files: Sequence[DiffFile]) -> None:
        """Colour the rows of these files from now on; what is the same keeps its colours."""
        self._files = {file.path: file for file in files}
        self._sides = {key: side for key, side in self._sides.items() if self._is_current(key, side)}
        self._waiting = [key for key in self._waiting if key in self._sides]
        if not self._sides:
            self._shared.clear()

    def runs(self, row: DiffRow) -> list[CodeRun]:
        """The runs of a line's row, none while they are not known; then `lexed` tells."""
        is_old = row.kind is RowKind.REMOVED
        number = row.old_number if is_old else row.new_number
        if number is None or row.path not in self._files:
            return []
        key = (row.path, is_old)
        side = self._sides.get(key)
        if side is None:
            lines = self._lines_of(key)
            side = self._sides[key] = _Side(lines, row.path, self._shared)
        side.wanted = max(side.wanted, number)
        if side.is_short and key not in self._waiting:
            self._waiting.append(key)
            self._pause.start()
        if number > min(len(side.lines), len(side.source)):
            return []
        found, at = [], 0
        for role, length in side.lines[number - 1]:
            found.append(CodeRun(side.source[number - 1][at : at + length], role))
            at += length
        return found

    def _lines_of(self, key: tuple[str, bool]) -> Sequence[str]:
        file = self._files[key[0]]
        return file.old_lines if key[1] else file.new_lines

    def _is_current(self, key: tuple[str, bool], side: _Side) -> bool:
        return key[0] in self._files and self._lines_of(key) == side.source

    def _on_pause(self) -> None:
        until = time.perf_counter() + _SLICE_S
        while self._waiting and self._sides[self._waiting[0]].lex(until):
            self._waiting.pop(0)
        if not self._waiting:
            self._pause.stop()
            self.lexed.emit()

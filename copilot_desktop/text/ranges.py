"""Ranges of a text: lines and code points."""

from __future__ import annotations

from typing import NewType

from copilot_desktop.values import dataclass

DocumentId = NewType("DocumentId", str)


@dataclass(frozen=True, slots=True, order=True)
class LineRange:
    """0-based half-open lines of a text."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError(f"not a line range: {self.start}:{self.end}")

    def __len__(self) -> int:
        return self.end - self.start

    def or_above(self) -> LineRange:
        """Itself; an empty one: the line above, where a mark of lines that are gone stands (the first at the top)."""
        if len(self):
            return self
        above = max(0, self.start - 1)
        return LineRange(above, above + 1)

    def shown(self) -> str:
        """As a person reads it: 1-based, inclusive, an en dash between."""
        return str(self.start + 1) if len(self) <= 1 else f"{self.start + 1}–{self.end}"

    def named(self) -> str:
        """The same with its word: "line 2", or "lines 2–5"."""
        return f"line {self.shown()}" if len(self) <= 1 else f"lines {self.shown()}"


@dataclass(frozen=True, slots=True, order=True)
class LineColumn(LineRange):
    """A line, and the place in it, in code points from 0, where the caret goes; past its end: its end."""

    column: int = 0

    @classmethod
    def at(cls, line: int, column: int) -> LineColumn:
        """A place by its 0-based line and column."""
        return cls(line, line + 1, column)


@dataclass(frozen=True, slots=True)
class Selection:
    """A selection in a document at one version: 0-based half-open code points, and the lines they touch."""

    document_id: DocumentId
    version: int
    start: int
    end: int
    lines: LineRange

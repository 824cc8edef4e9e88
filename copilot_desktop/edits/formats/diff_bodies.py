"""The lines of a diff: what stands before, what comes after, and the places `@@` lines name."""

from __future__ import annotations

import re
from dataclasses import field

from copilot_desktop.values import dataclass

_NUMBERS = re.compile(r"@@+ ?-(\d{1,9})(?:,(\d{1,9}))? \+(\d{1,9})(?:,(\d{1,9}))? ?@@.*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Heading:
    """What a `@@` line says: an anchor's text, or line numbers (1-based, of the old text) and counts of lines."""

    anchor: str | None = None
    line: int | None = None
    old_count: int | None = None


def read_heading(line: str) -> Heading | None:
    """Read a `@@` line; None for another line."""
    if not line.startswith("@@") or len(line) > 2_000:
        return None
    numbers = _NUMBERS.fullmatch(line)
    if numbers:
        old_count = 1 if numbers[2] is None else int(numbers[2])
        # Without old lines the number is that of the line above.
        first = int(numbers[1]) + (1 if old_count == 0 else 0)
        return Heading(line=first or None, old_count=old_count)
    if not line[2:].strip().removesuffix("@@").strip(" \t.…"):
        return Heading()
    return Heading(anchor=line[2:].strip().removesuffix("@@").rstrip())


@dataclass(slots=True)
class DiffBody:
    """Old and new lines as they are read. `has_old_end` and `has_new_end` are False where the diff says so."""

    old: list[str] = field(default_factory=list)
    new: list[str] = field(default_factory=list)
    raw: list[str] = field(default_factory=list)
    has_old_end: bool = True
    has_new_end: bool = True
    _last: str = ""
    _blank: list[str] = field(default_factory=list)

    def take(self, line: str) -> bool:
        """Read a line; False for one that is no line of a diff."""
        mark = line[:1]
        if mark == "\\":
            self.has_old_end = self.has_old_end and self._last not in (" ", "-")
            self.has_new_end = self.has_new_end and self._last not in (" ", "+")
        elif not line.strip("\r\n"):
            # A blank line is context that lost its mark, or a gap below the hunk: only what follows tells.
            self._blank.append(line)
        elif mark in (" ", "+", "-"):
            self._add(mark, line[1:])
        else:
            return False
        self.raw.append(line)
        return True

    def take_as_context(self, line: str) -> None:
        """Read a line of context that came without its leading blank."""
        self._add(" ", line)
        self.raw.append(line)

    def _add(self, mark: str, line: str) -> None:
        blanks, self._blank = self._blank, []
        for blank in blanks:
            self._add(" ", blank)
        whole = line if line.endswith(("\n", "\r")) else f"{line}\n"
        if mark != "+":
            self.old.append(whole)
        if mark != "-":
            self.new.append(whole)
        self._last = mark

    @property
    def ends_blank(self) -> bool:
        """Whether the last line read was blank and without a mark."""
        return bool(self._blank)

    @property
    def has_change(self) -> bool:
        """Whether a line that comes or goes has been read."""
        return self.old != self.new

    @property
    def is_empty(self) -> bool:
        """Whether no line of old or new text has been read."""
        return not self.old and not self.new

    @property
    def final_newline(self) -> bool | None:
        """Whether the new text ends the file with a newline where the diff changes that; None where it does not."""
        return None if self.has_old_end == self.has_new_end else self.has_new_end

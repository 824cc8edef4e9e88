"""What matches become: exactly those that were shown, where they still stand. Nothing is written here."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from copilot_desktop.errors import UsageError
from copilot_desktop.text.line_edits import LineEdit
from copilot_desktop.text.lines import line_starts
from copilot_desktop.text.ranges import LineRange
from copilot_desktop.text.replacing import Template
from copilot_desktop.text.searching import FindQuery, pattern_of
from copilot_desktop.workspace.search.values import FoundMatch

if TYPE_CHECKING:
    import regex


_PREVIEW_S, _MATCH_S = 0.02, 2.0


class Replaced(NamedTuple):
    """Edits of whole lines, from top to bottom and apart. `missed`: so many matches were not replaced."""

    edits: tuple[LineEdit, ...]
    missed: int = 0


class Replacer:
    """One query and what its matches become. Raises UsageError for a replacement that cannot be used."""

    def __init__(self, find: FindQuery, replacement: str) -> None:
        self._find, self._replacement, self._gave_up = find, replacement, False
        self._template = Template(replacement) if find.is_regex else None
        if self._template is not None and self._template.names_groups:
            self._template.check(self._pattern)

    def preview(self, match: FoundMatch) -> str:
        """What a match becomes, as far as can be told from what is around it."""
        try:
            made = self._made(f"{match.before}{match.text}{match.after}", len(match.before), match.text, _PREVIEW_S)
        except UsageError:
            made = None
        return self._replacement if made is None else made

    def replace(self, text: str, matches: Sequence[FoundMatch]) -> Replaced:
        """Replace matches in the text of their file. What stands there no longer as it was found is left alone."""
        starts = _starts(text)
        spans: list[tuple[int, int, str]] = []
        reached = 0
        for match in sorted(matches, key=lambda each: (each.line, each.column)):
            if match.is_cut or match.line >= len(starts):
                continue
            start = starts[match.line] + match.column
            end = start + len(match.text)
            if start < reached or text[start:end] != match.text:
                continue
            made = self._made(text, start, match.text, _MATCH_S)
            if made is not None:
                spans.append((start, end, made))
                reached = end
        return Replaced(tuple(_line_edits(text, spans)), len(matches) - len(spans))

    def _made(self, text: str, start: int, matched: str, limit_s: float) -> str | None:
        """What stands there then; None: the expression finds something else there than ripgrep did, or takes too
        long."""
        if self._template is None:
            return self._replacement
        if not self._template.names_groups:
            return self._template.expand(None)
        if self._gave_up:
            return None
        try:
            found = self._pattern.match(text, start, concurrent=True, timeout=limit_s)
        except TimeoutError:
            # The others would take as long: what ripgrep finds at once may take Python's expressions for ever.
            self._gave_up = True
            return None
        return self._template.expand(found) if found is not None and found.group() == matched else None

    @cached_property
    def _pattern(self) -> regex.Pattern[str]:
        return pattern_of(self._find)


def _starts(text: str) -> list[int]:
    r"""Where lines begin, as ripgrep counts them: \n alone ends one."""
    if "\r" not in text:
        return line_starts(text)
    starts, at = [0], text.find("\n")
    while at >= 0:
        starts.append(at + 1)
        at = text.find("\n", at + 1)
    return starts


def _line_edits(text: str, spans: Sequence[tuple[int, int, str]]) -> list[LineEdit]:
    """Spans as edits of whole lines; those of the same line, or of lines that touch, are one."""
    from bisect import bisect_right

    starts = line_starts(text)
    edits: list[LineEdit] = []
    lot: list[tuple[int, int, str]] = []
    first = last = -1

    def finish() -> None:
        if not lot:
            return
        begin = starts[first]
        end = starts[last + 1] if last + 1 < len(starts) else len(text)
        parts: list[str] = []
        at = begin
        for start, stop, made in lot:
            parts += (text[at:start], made)
            at = stop
        edits.append(LineEdit(LineRange(first, last + 1), "".join((*parts, text[at:end]))))

    for start, stop, made in spans:
        line = bisect_right(starts, start) - 1
        # The line in which the last replaced letter is, its ending included.
        until = bisect_right(starts, max(start, stop - 1)) - 1
        if text[stop - 1 : stop] in ("\n", "\r") and stop > start and stop < len(text) and not made.endswith("\n"):
            until += 1  # the line after joins this one
        if line > last + 1 or last < 0:
            finish()
            lot, first = [], line
        lot.append((start, stop, made))
        last = max(last, until)
    finish()
    return edits

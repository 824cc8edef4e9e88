"""Edits that a model wrote without a fence around them: Markdown would take their lines for prose.

`RawEdits` puts a fence around them, line by line, so that all that follows sees a block of code. No Qt here.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote

RAW_FENCE: Final = "~" * 48
"""Longer than any fence a model writes: so the parser tells ours, whose names are percent-encoded."""
_FENCE = re.compile(r"[ \t]*(?:>[ \t]?)*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?(`{3,}(?=[^`]*$)|~{3,})")
_LEAD = r"( {0,3})"
_PAIR_HEAD = re.compile(rf"{_LEAD}(?:<{{5,20}} ?(?i:SEARCH|ORIGINAL)>?(?:[ \t]+\S{{1,60}})?|-{{5,20}} ?SEARCH>?)\s*")
_PAIR_TAIL = re.compile(r"[ \t]*(?:>{5,20} ?(?i:REPLACE|UPDATED)|\+{5,20} ?REPLACE)\s*")
_PATCH_HEAD = re.compile(rf"{_LEAD}\*\*\* Begin Patch\s*")
_PATCH_TAIL = re.compile(r"[ \t]*\*\*\* End Patch\s*")
_BODY_HEAD = re.compile(rf"{_LEAD}(?:\*\*\* (?:Add|Update|Delete) File: .*|diff --git .*)")
_OLD_NAME, _NEW_NAME = re.compile(rf"{_LEAD}--- \S.*"), re.compile(r" {0,3}\+\+\+ \S.*")
_BODY_LINE = re.compile(
    r"(?!-{3,}\s*$)(?:[+\-@ \t\\]|\*\*\* |diff --git |index [0-9a-f]|(?:new|deleted|old) (?:file )?mode "
    r"|(?:dis)?similarity index |(?:rename|copy) (?:from|to) |Binary files )"
)
_LIST_ITEM = re.compile(r"[-+*] \S")


class RawEdits:
    """Takes an answer line by line and gives it back, with fences around edits that stand in none.

    `held` are lines that the next one decides about: they are not given back yet.
    """

    def __init__(self) -> None:
        self.held: list[str] = []
        self._fence = ""
        self._tail: re.Pattern[str] | None = None
        """What ends the edit, where something does."""
        self._is_body = False
        """In lines of a diff, which end where one is none."""
        self._name = self._above = ""

    def take(self, line: str) -> list[str]:
        """The lines to be shown for this one, in order; without line ends."""
        if self._tail is not None:
            return self._take_marked(line, self._tail)
        held, self.held = self.held, []
        if self._is_body:
            return self._take_body(line, held)
        if held:
            if _NEW_NAME.fullmatch(line):
                self._is_body = True
                return [_opening(held[0], "diff"), *held, line]
            return [*held, *self._take_prose(line)]
        return self._take_prose(line)

    def _take_prose(self, line: str) -> list[str]:
        mark = _FENCE.match(line)
        if self._fence:
            bare = line.strip().lstrip("> \t")
            if set(bare) == {self._fence[0]} and len(bare) >= len(self._fence):
                self._fence = ""
            return [line]
        if mark is not None:
            self._fence = mark[1]
            return [line]
        if _PAIR_HEAD.fullmatch(line):
            self._tail, self._name = _PAIR_TAIL, self._name_above() or self._name
            return [_opening(line, self._name), line]
        if _PATCH_HEAD.fullmatch(line) or _BODY_HEAD.fullmatch(line):
            self._tail = _PATCH_TAIL if _PATCH_HEAD.fullmatch(line) else None
            self._is_body = self._tail is None
            return [_opening(line, "diff"), line]
        if _OLD_NAME.fullmatch(line):
            self.held = [line]
            return []
        self._above = line if line.strip() else self._above
        return [line]

    def _take_marked(self, line: str, tail: re.Pattern[str]) -> list[str]:
        if not tail.fullmatch(line):
            return [line]
        self._end()
        return [line, RAW_FENCE]

    def _take_body(self, line: str, held: list[str]) -> list[str]:
        if not line.strip():
            # A blank line of the file, whose own blank was lost, or the end of the edit.
            self.held = [*held, line]
            return []
        if _PATCH_TAIL.fullmatch(line):
            self._end()
            return [*held, line, RAW_FENCE]
        if _BODY_LINE.match(line) and not (held and _LIST_ITEM.match(line)):
            return [*held, line]
        self._end()
        return [RAW_FENCE, *held, *self._take_prose(line)]

    def _end(self) -> None:
        self._tail, self._is_body, self._above = None, False, ""

    def _name_above(self) -> str:
        if not self._above:
            return ""
        from copilot_desktop.edits.formats.names import name_in_line  # most answers have no such edits

        return name_in_line(self._above, ()) or ""


def _opening(line: str, name: str) -> str:
    indent = line[: len(line) - len(line.lstrip(" "))]
    return f"{indent}{RAW_FENCE}{quote(name)}"

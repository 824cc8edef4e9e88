"""Whole files whose code looks like edits: what stands in the fence of a file that is written whole is its text."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from copilot_desktop.edits.formats.names import name_in_line
from copilot_desktop.edits.formats.naming import naming_of
from copilot_desktop.edits.formats.rewriting import KnownTexts
from copilot_desktop.edits.formats.unified_diff import is_diff_fence
from copilot_desktop.edits.formats.whole_file import ABOVE_FENCE, Fenced, closes_fence, fence_name, fenced, open_fence
from copilot_desktop.syntax.grammars import is_code
from copilot_desktop.text.ranges import LineRange

_SIGN = re.compile(r"[ \t]*(?:</?[A-Za-z][\w\-]{0,30}>|.{0,200}<<-? ?['\"]?\w{1,30}['\"]?)\s*")
"""A tag around blocks, or the line of a shell that a patch is given to."""
_SENTENCE = re.compile(r"[A-Z][\w'’,\-]*(?: [\w'’`,\-.]+){2,40}[.:!]")
_COMPARED = 500
"""Files that fences without a name are compared with."""
_NAMES = 3
"""Lines between a fence and the first mark in it that may all be names and signs."""


class WholeBodies:
    """Follows the fences of an answer, and tells of a mark inside one whether that fence is a file written whole.

    `is_asked`: the answer was to hold whole files, so that a fence needs no name.
    """

    def __init__(self, lines: Sequence[str], files: Mapping[str, str], *, is_asked: bool, finished: bool) -> None:
        self._lines = lines
        self._files = files
        self._texts = KnownTexts(files)
        self._is_asked = is_asked
        self._finished = finished
        self._fence = ""
        self._start = 0
        self._is_decided = False
        self._compared = 0

    def pass_by(self, index: int) -> None:
        """Take note of a line that stands outside of any block."""
        line = self._lines[index]
        if self._fence:
            if closes_fence(line, self._fence):
                self._fence = ""
        elif opened := open_fence(line):
            self._fence, self._start, self._is_decided = opened[0], index, False

    def around(self, mark: int) -> Fenced | None:
        """The file in whose text a line is that looks like a mark; None for a mark that is meant."""
        if not self._fence or self._is_decided:
            return None
        self._is_decided = True
        above = self._lines[self._start + 1 : mark]
        opening = self._lines[self._start]
        if is_diff_fence(opening) or is_meant(above, self._fence, self._files):
            return None
        _, info = open_fence(opening) or ("", "")
        named = fence_name(self._lines[max(0, self._start - ABOVE_FENCE) : self._start], info, self._files)
        if is_said(above, named.path):
            return None
        # The marks of its text may have fences in them, which are text as well.
        end = next((at for at in range(mark, len(self._lines)) if closes_fence(self._lines[at], self._fence)), None)
        block = fenced(self._lines, LineRange(self._start, len(self._lines) if end is None else end + 1), self._files)
        if not self._is_whole(block, above):
            return None
        self._fence = ""
        return block

    def _is_whole(self, block: Fenced, above: Sequence[str]) -> bool:
        if block.naming.doubt:
            return False
        if block.path is not None and not block.is_named_in_prose:
            return True
        if self._is_asked and block.path is None:
            return True
        is_cut = not block.is_closed and not self._finished
        for path in self._files if block.path is None else [block.path]:
            if path not in self._files or self._compared >= _COMPARED:
                return False
            self._compared += 1
            if self._texts.shares_most(path, block.content) or (is_cut and self._texts.begins_with(path, above)):
                return True
        return False


def is_meant(above: Sequence[str], fence: str, files: Mapping[str, str]) -> bool:
    """Whether the first mark in a fence is one of a block: the lines between, `above`, are no code.

    They only say what the block is for, or open another fence: the first one has no end then.
    """
    said = [line for line in above if line.strip()]
    if len(said) <= _NAMES and all(_is_name(line, files) for line in said):
        return True
    return any((opened := open_fence(line)) and opened[0] == fence and opened[1] for line in said)


def is_said(above: Sequence[str], path: str | None) -> bool:
    """Whether what stands between the fence of a code file and a mark tells of the block: sentences are no code."""
    said = [line.strip() for line in above if line.strip()]
    return path is not None and is_code(path) and len(said) <= _NAMES and all(map(_SENTENCE.fullmatch, said))


def _is_name(line: str, files: Mapping[str, str]) -> bool:
    if open_fence(line) or (len(line) < 250 and _SIGN.fullmatch(line)):
        return True
    return name_in_line(line, files) is not None or naming_of(line, files).path is not None

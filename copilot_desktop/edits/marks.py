"""Whether an answer that arrives may hold edits, seen line by line: until then nobody needs the engine."""

from __future__ import annotations

import re
from collections.abc import Collection

_MARK = re.compile(
    r"[ \t]*(?:<{5,20} ?(?i:SEARCH|ORIGINAL)|-{5,20} ?SEARCH)"
    r"|\*\*\* (?:Begin Patch|(?:Add|Update|Delete) File:)|diff --git |--- \S|@@"
)
_FENCE = re.compile(r"[ \t]{0,3}(?:`{3,}|~{3,})[ \t]*([^`\r\n]{0,300})")


class EditMarks:
    """Takes the answer in pieces. `known` are paths of files the model was shown; `any_fence`: a fenced block without
    a name is an edit as well.

    It says yes too often rather than too rarely: what looks like a mark may be code.
    """

    def __init__(self, known: Collection[str], *, any_fence: bool = False) -> None:
        self._known = known
        self._any_fence = any_fence
        self._line = ""
        self._above = ""
        self._fence = ""
        self.is_seen = False

    def take(self, text: str) -> bool:
        """Read the next piece; whether a line up to now may open an edit."""
        if self.is_seen:
            return True
        *lines, self._line = (self._line + text).replace("\r", "\n").split("\n")
        for line in lines:
            if self._may_open(line):
                self.is_seen = True
                return True
            self._above = line if line.strip() else self._above
        return False

    def _may_open(self, line: str) -> bool:
        if _MARK.match(line):
            return True
        fence = _FENCE.match(line)
        if fence is None:
            return False
        mark = line.strip()
        if self._fence and mark.startswith(self._fence) and not mark.strip(mark[0]):
            # It ends a block: the last line of code above it names nothing.
            self._fence = ""
            return False
        self._fence = self._fence or mark[: len(mark) - len(mark.lstrip(mark[0]))]
        named = re.split(r"[: ]", fence[1], maxsplit=1)[-1]
        return self._any_fence or self._is_name(self._above) or self._is_name(named)

    def _is_name(self, text: str) -> bool:
        from copilot_desktop.edits.formats.naming import naming_of  # most answers have no fence

        return bool(text.strip()) and bool(naming_of(text, self._known))

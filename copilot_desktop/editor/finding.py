"""Find and replace in one text."""

from __future__ import annotations

import re
from dataclasses import dataclass

from copilot_desktop.editor.buffer_widget import BufferWidget
from copilot_desktop.errors import UsageError


@dataclass(frozen=True, slots=True)
class FindQuery:
    """What is looked for. A regular expression is Python's, with ^ and $ at each line."""

    text: str
    is_regex: bool = False
    is_case_sensitive: bool = False
    is_whole_word: bool = False


@dataclass(frozen=True, slots=True)
class FindResult:
    """`count` matches; the selected one is number `index` (1-based; 0: none). `has_wrapped` past an end of the text."""

    count: int
    index: int
    has_wrapped: bool = False


class Finder:
    """Looks for text in a view. Raises UsageError for a regular expression that cannot be used."""

    def __init__(self, buffer: BufferWidget) -> None:
        self._buffer = buffer

    def find(self, query: FindQuery, *, is_backwards: bool = False, includes_selection: bool = False) -> FindResult:
        """Select the next match, past an end going round; with `includes_selection` the one at hand may stay."""
        matches = self.spans(query)
        if not matches:
            return FindResult(0, 0)
        selection = self._buffer.selection()
        if is_backwards:
            earlier = [number for number, (start, _end) in enumerate(matches) if start < selection.start]
            number, has_wrapped = (earlier[-1], False) if earlier else (len(matches) - 1, True)
        else:
            here = selection.start if includes_selection else selection.end
            at = (selection.start, selection.end)
            later = [n for n, span in enumerate(matches) if span[0] >= here and (includes_selection or span != at)]
            number, has_wrapped = (later[0], False) if later else (0, True)
        self._buffer.select(*matches[number])
        return FindResult(len(matches), number + 1, has_wrapped)

    def count(self, query: FindQuery) -> FindResult:
        """Count the matches and say which one is selected."""
        matches = self.spans(query)
        selection = self._buffer.selection()
        at = (selection.start, selection.end)
        return FindResult(len(matches), matches.index(at) + 1 if at in matches else 0)

    def replace(self, query: FindQuery, replacement: str) -> FindResult:
        """Replace the selected match, if one is selected, and select the next."""
        selection = self._buffer.selection()
        text = self._buffer.text()
        for match in _pattern(query).finditer(text):
            if match.span() == (selection.start, selection.end):
                self._buffer.insert_at_caret(_expanded(match, query, replacement))
                break
        return self.find(query, includes_selection=True)

    def replace_all(self, query: FindQuery, replacement: str) -> int:
        """Replace every match as one undo step; returns how many."""
        pattern = _pattern(query)
        text, count = pattern.subn(lambda match: _expanded(match, query, replacement), self._buffer.text())
        self._buffer.set_text(text)
        return count

    def spans(self, query: FindQuery) -> list[tuple[int, int]]:
        """Code-point spans of all matches that are not empty."""
        if not query.text:
            return []
        return [match.span() for match in _pattern(query).finditer(self._buffer.text()) if match.end() > match.start()]


def _pattern(query: FindQuery) -> re.Pattern[str]:
    source = query.text if query.is_regex else re.escape(query.text)
    if query.is_whole_word:
        source = rf"(?<!\w)(?:{source})(?!\w)"
    try:
        return re.compile(source, re.MULTILINE | (0 if query.is_case_sensitive else re.IGNORECASE))
    except (re.error, OverflowError) as error:
        raise UsageError(f"This regular expression cannot be used: {error}.", advice="Correct it.") from error


def _expanded(match: re.Match[str], query: FindQuery, replacement: str) -> str:
    if not query.is_regex:
        return replacement
    try:
        return match.expand(replacement)
    except (re.error, IndexError) as error:
        raise UsageError(f"This replacement cannot be used: {error}.", advice="Correct it.") from error

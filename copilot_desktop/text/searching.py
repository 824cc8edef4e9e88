"""Looking for text in a text, plainly or by a regular expression; every search is bounded in time.

Values only: a search may run on any thread. Regular expressions are those of the package `regex`, which knows more than
Python's own and, unlike them, can be stopped.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import field
from typing import TYPE_CHECKING, Any

from copilot_desktop.errors import UsageError
from copilot_desktop.text.replacing import Template
from copilot_desktop.values import dataclass

if TYPE_CHECKING:
    # 25 ms to import, and only some searches need it.
    import regex

MATCH_LIMIT = 1_000_000
_CRLF = re.compile(r"\r\n")
_SPECIAL = re.compile(r"[\\^$.|?*+()\[\]{}]")
_SEED_S = 0.02

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class FindQuery:
    """What is looked for. In a regular expression ^ and $ stand at each line, and \\n for whatever ends one."""

    text: str
    is_regex: bool = False
    is_case_sensitive: bool = False
    is_whole_word: bool = False


@dataclass(frozen=True, slots=True)
class Matches:
    """Where a query was found, in order, half-open: code points, or bytes of UTF-8 (`in_bytes`).

    `is_whole`: neither time nor numbers ran out.
    """

    starts: array[int] = field(default_factory=lambda: array("q"))
    ends: array[int] = field(default_factory=lambda: array("q"))
    is_whole: bool = True
    in_bytes: bool = False

    def __len__(self) -> int:
        return len(self.starts)

    def span(self, number: int) -> Span:
        """The match with this number, from 0."""
        return self.starts[number], self.ends[number]

    def first_from(self, offset: int) -> int:
        """The number of the first match that starts at or after an offset; their count when there is none."""
        return bisect_left(self.starts, offset)

    def number_of(self, span: Span) -> int | None:
        """The number of the match that is exactly this span."""
        number = self.first_from(span[0])
        return number if number < len(self) and self.span(number) == span else None


@dataclass(frozen=True, slots=True)
class Replacement:
    """The code points [start, end) become `text`."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Search:
    """One query in one text. `scopes`: only inside of these spans; empty: everywhere.

    Making one raises UsageError for a regular expression that cannot be used.
    """

    text: str
    query: FindQuery
    scopes: tuple[Span, ...] = ()

    def matches(self, limit_s: float) -> Matches:
        """Every match, or those found when the time was up."""
        starts, ends = array("q"), array("q")
        try:
            for _found, start, end in self.found(limit_s):
                starts.append(start)
                ends.append(end)
                if len(starts) >= MATCH_LIMIT:
                    return Matches(starts, ends, is_whole=False)
        except TimeoutError:
            return Matches(starts, ends, is_whole=False)
        return Matches(starts, ends)

    def replacements(self, replacement: str, limit_s: float) -> tuple[Replacement, ...] | None:
        """What each match becomes; None when the time was up. Raises UsageError for what cannot be put in."""
        template = Template(replacement) if self.query.is_regex else None
        if template is not None:
            template.check(pattern_of(self.query))
        try:
            return tuple(
                Replacement(start, end, replacement if template is None else template.expand(found))
                for found, start, end in self.found(limit_s)
            )
        except TimeoutError:
            return None

    def found(self, limit_s: float) -> Iterator[tuple[Any, int, int]]:
        """The matches one by one, each with its span. Raises TimeoutError when the time was up."""
        if not self.query.text:
            return
        if not self.query.is_regex:
            plain = plain_pattern(self.query)
            for start, end in self.scopes or ((0, len(self.text)),):
                for place in plain.finditer(self.text, start, end):
                    yield place, place.start(), place.end()
            return
        pattern = pattern_of(self.query)
        endings = _LineEndings(self.text)
        for start, end in self.scopes or ((0, len(self.text)),):
            first, last = endings.inward(start), endings.inward(end)
            # `concurrent` lets other threads run meanwhile.
            for found in pattern.finditer(endings.text, first, last, concurrent=True, timeout=limit_s):
                yield found, endings.outward(found.start()), endings.outward(found.end())


class _LineEndings:
    """A text with \\n for every line ending, and where its offsets are in the original."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._pairs: Sequence[int] = ()
        if "\r" in text:
            pairs = [found.start() for found in _CRLF.finditer(text)]
            self._originals = array("q", pairs)
            self._pairs = array("q", (place - number for number, place in enumerate(pairs)))
            self.text = text.replace("\r\n", "\n").replace("\r", "\n")

    def outward(self, offset: int) -> int:
        """The offset in the original."""
        return offset + bisect_left(self._pairs, offset) if self._pairs else offset

    def inward(self, offset: int) -> int:
        """The offset in the text with plain endings."""
        return offset - bisect_left(self._originals, offset) if self._pairs else offset


def seed_of(query: FindQuery, selected: str) -> str:
    """What a query becomes for a text that was selected: that text, or the query as it is where it finds just that."""
    if not query.is_regex:
        return selected
    try:
        if query.text and Search(selected, query).matches(_SEED_S).number_of((0, len(selected))) is not None:
            return query.text
    except UsageError:
        pass  # half an expression
    return _SPECIAL.sub(r"\\\g<0>", selected)


def pattern_of(query: FindQuery) -> regex.Pattern[str]:
    """The compiled expression. Raises UsageError when it cannot be used."""
    import regex

    source = rf"(?<!\w)(?:{query.text})(?!\w)" if query.is_whole_word else query.text
    try:
        # Alone first: a bracket too many must not be closed by the ones put around.
        regex.compile(query.text)
        return regex.compile(source, regex.MULTILINE | (0 if query.is_case_sensitive else regex.IGNORECASE))
    except (regex.error, OverflowError, RecursionError, ValueError) as error:
        raise UsageError(f"This regular expression cannot be used: {error}.", advice="Correct it.") from error


def plain_pattern(query: FindQuery) -> re.Pattern[str]:
    """What finds a text literally."""
    source = re.escape(query.text)
    if query.is_whole_word:
        source = rf"(?<!\w){source}(?!\w)"
    return re.compile(source, 0 if query.is_case_sensitive else re.IGNORECASE)

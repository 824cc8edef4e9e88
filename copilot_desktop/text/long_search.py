"""Looking for text in a long text, given in pieces of UTF-8: what is found are places in bytes, as editors count them.

Runs on a worker, in small steps so that other threads work meanwhile, and ends soon when it is told to.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate
from typing import Any, Final, NamedTuple

from copilot_desktop.text.changes import ByteChange
from copilot_desktop.text.large_diff import bounded_changes
from copilot_desktop.text.replacing import Template
from copilot_desktop.text.searching import MATCH_LIMIT, FindQuery, Matches, Search, Span, pattern_of, plain_pattern

_WINDOW_BYTES: Final = 256 * 1024
"""Of a plain search: Python does nothing else while it looks through so much."""


SINGLE_EDITS: Final = 5_000
"""Up to here every replacement is an edit of its own, so that carets and marks stay; of more, neighbours are joined."""
_JOINED_EDITS: Final = 500


class ByteReplacements(NamedTuple):
    """What becomes of a text whose matches are replaced: so many of them, by changes from top to bottom."""

    number: int
    changes: tuple[ByteChange, ...]


class LongSearch:
    """One query in one text. `scopes`: only inside of these spans of bytes; empty: everywhere.

    Making one raises UsageError for a regular expression that cannot be used.
    """

    def __init__(
        self,
        pieces: Sequence[bytes],
        query: FindQuery,
        scopes: Sequence[Span] = (),
        is_stopped: Callable[[], bool] = lambda: False,
    ) -> None:
        self._pieces, self._query, self._is_stopped = pieces, query, is_stopped
        self._starts = [0, *accumulate(map(len, pieces))]
        self._scopes = tuple(scopes) or ((0, self._starts[-1]),)
        if query.is_regex and query.text:
            pattern_of(query)

    def matches(self, limit_s: float) -> Matches:
        """Every match, or those found when the time of a regular expression was up or somebody said stop."""
        starts, ends, is_whole = array("q"), array("q"), True
        try:
            for _found, start, end in self._found(limit_s):
                starts.append(start)
                ends.append(end)
                if len(starts) >= MATCH_LIMIT:
                    is_whole = False
                    break
        except TimeoutError:
            is_whole = False
        return Matches(starts, ends, is_whole=is_whole and not self._is_stopped(), in_bytes=True)

    def replacements(
        self, replacement: str, eol: str, limit_s: float, only: Span | None = None
    ) -> ByteReplacements | None:
        """What each match becomes, or `only` the one at this span; line ends become `eol`.

        None when the time was up or somebody said stop. Raises UsageError for what cannot be put in.
        """
        template = Template(replacement) if self._query.is_regex else None
        if template is not None:
            template.check(pattern_of(self._query))
        changes: list[ByteChange] = []
        try:
            for found, start, end in self._found(limit_s):
                if only is None or (start, end) == only:
                    text = replacement if template is None else template.expand(found)
                    data = text.replace("\n", eol).encode("utf-8", "surrogatepass")
                    changes.append(ByteChange(start, end, data))
        except TimeoutError:
            return None
        if self._is_stopped():
            return None
        limit = SINGLE_EDITS if len(changes) <= SINGLE_EDITS else _JOINED_EDITS
        return ByteReplacements(len(changes), bounded_changes(changes, self._pieces, limit))

    def _found(self, limit_s: float) -> Iterator[tuple[Any, int, int]]:
        if self._query.text:
            look = self._found_by_expression if self._query.is_regex else self._found_plainly
            for scope in self._scopes:
                yield from look(scope, limit_s)

    def _found_plainly(self, scope: Span, _limit_s: float) -> Iterator[tuple[Any, int, int]]:
        """In windows, each with the character before it and as many behind it as a match may reach into."""
        pattern, beyond = plain_pattern(self._query), len(self._query.text) + 1
        text = self._before(scope[0])
        first, at = len(text), scope[0] - _size(text, 0, len(text))
        for window, is_last in self._windows(*scope):
            if self._is_stopped():
                return
            text += window
            decided = len(text) - (0 if is_last else beyond)
            seen, place, is_ascii = 0, at, text.isascii()
            for found in pattern.finditer(text, first):
                start, end = found.span()
                if start >= decided and not is_last:
                    break
                # Not `_size`: there may be a million matches.
                if is_ascii:
                    begin, stop = place + start - seen, place + end - seen
                else:
                    begin = place + len(text[seen:start].encode("utf-8", "surrogatepass"))
                    stop = begin + len(text[start:end].encode("utf-8", "surrogatepass"))
                yield found, begin, stop
                seen, place, first = end, stop, end
            following = max(first, decided)
            kept = max(0, following - 1)
            at = place + (_size(text, seen, kept) if kept >= seen else -_size(text, kept, seen))
            text, first = text[kept:], following - kept

    def _found_by_expression(self, scope: Span, limit_s: float) -> Iterator[tuple[Any, int, int]]:
        """In the whole text, since an expression may look anywhere."""
        text = "".join(window for window, _is_last in self._windows(0, self._starts[-1]))
        inside = tuple(len(self._text(0, place)) for place in scope) if scope[1] < self._starts[-1] or scope[0] else ()
        # An expression that looks behind the end of its scope sees nothing there, as in a short text.
        search = Search(text, self._query, ((inside[0], inside[1]),) if inside else ())
        seen = place = 0
        for found, start, end in search.found(limit_s):
            if self._is_stopped():
                return
            begin = place + _size(text, seen, start)
            seen, place = end, begin + _size(text, start, end)
            yield found, begin, place

    def _windows(self, start: int, end: int) -> Iterator[tuple[str, bool]]:
        """A span decoded piece by piece, and whether each is the last."""
        rest = b""
        for number, piece in enumerate(self._pieces):
            first, last = max(start, self._starts[number]), min(end, self._starts[number + 1])
            for at in range(first, last, _WINDOW_BYTES):
                stop = min(at + _WINDOW_BYTES, last)
                data = rest + piece[at - self._starts[number] : stop - self._starts[number]]
                cut = len(data) if stop == end else _whole_characters(data)
                rest = data[cut:]
                yield data[:cut].decode("utf-8", "surrogatepass"), stop == end
        if start >= end:
            yield "", True

    def _text(self, start: int, end: int) -> str:
        return "".join(window for window, _is_last in self._windows(start, end))

    def _before(self, place: int) -> str:
        """The character before a place; "" at the start."""
        data = b"".join(self._bytes(max(0, place - 4), place))
        start = len(data) - 1
        while start > 0 and data[start] & 0xC0 == 0x80:
            start -= 1
        return data[max(0, start) :].decode("utf-8", "surrogatepass")

    def _bytes(self, start: int, end: int) -> Iterator[bytes]:
        for number, piece in enumerate(self._pieces):
            base = self._starts[number]
            if base < end and start < base + len(piece):
                yield piece[max(0, start - base) : end - base]


def _whole_characters(data: bytes) -> int:
    """How many bytes of these are whole characters."""
    for back in range(1, min(4, len(data)) + 1):
        byte = data[-back]
        if byte & 0xC0 != 0x80:
            is_cut = byte >= 0xC0 and back < 2 + (byte >= 0xE0) + (byte >= 0xF0)
            return len(data) - back if is_cut else len(data)
    return len(data)


def _size(text: str, start: int, end: int) -> int:
    """How many bytes a part of a text has as UTF-8."""
    if text.isascii():
        return end - start
    steps = range(start, end, _WINDOW_BYTES)
    return sum(len(text[at : min(at + _WINDOW_BYTES, end)].encode("utf-8", "surrogatepass")) for at in steps)

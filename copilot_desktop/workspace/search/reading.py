"""Reads ripgrep's JSON lines, file by file."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Iterator, Mapping
from typing import Any

from copilot_desktop.workspace.search.values import FileFound, FoundMatch

_LONG_BYTES = 262_144
"""A longer line of JSON is not read whole: that would take the time of several frames."""
_BEFORE, _AFTER, _TEXT = 160, 240, 20_000
"""Code points that are kept of what stands before and after a match, and of a match itself."""
_BEGIN, _MATCH, _END = b'{"type":"begin"', b'{"type":"match"', b'{"type":"end"'
_IS_TEXT = b'"binary_offset":null'
_NUMBER = b'"line_number":'
_NEXT = b',{"match":'


class ResultReader:
    """`feed` gives the files that are complete by then. At most `limit` matches: `is_full` says when that is so."""

    def __init__(self, limit: int, path: str | None = None) -> None:
        self._left, self._only = limit, path
        self._rest = bytearray()
        self._path = ""
        self._matches: list[FoundMatch] = []
        self.has_ended = False
        """Whether ripgrep came to its end."""

    @property
    def is_full(self) -> bool:
        """Whether there may be more matches than are told."""
        return self._left <= 0

    def feed(self, data: bytes) -> list[FileFound]:
        """Take what was read next."""
        known = len(self._rest)
        self._rest += data
        found: list[FileFound] = []
        start, end = 0, self._rest.find(b"\n", known)
        while end >= 0 and not self.is_full:
            each = self._take(bytes(memoryview(self._rest)[start:end]))
            if each is not None:
                found.append(each)
            start, end = end + 1, self._rest.find(b"\n", end + 1)
        del self._rest[:start]
        if self.is_full and self._matches:
            # The end of this file is not read any more.
            found.append(FileFound(self._path, tuple(self._matches)))
            self._matches = []
        return found

    def _take(self, line: bytes) -> FileFound | None:
        if line.startswith(_MATCH):
            for match in _long_matches(line) if len(line) > _LONG_BYTES else _matches(json.loads(line)["data"]):
                if self._left <= 0:
                    break
                self._matches.append(match)
                self._left -= 1
        elif line.startswith(_BEGIN):
            path = _decoded(json.loads(line)["data"]["path"])
            self._path = self._only if self._only is not None else path.removeprefix("./").replace(os.sep, "/")
            self._matches = []
        elif line.startswith(_END):
            matches, self._matches = self._matches, []
            # A file that turns out to be no text is left out.
            if _IS_TEXT not in line:
                self._left += len(matches)
            elif matches:
                return FileFound(self._path, tuple(matches))
        elif b'"type":"summary"' in line:
            self.has_ended = True
        return None


def _decoded(value: Mapping[str, str]) -> str:
    """A path: one that is not UTF-8 as Python writes it."""
    return value["text"] if "text" in value else os.fsdecode(base64.b64decode(value["bytes"]))


def _matches(data: Mapping[str, Any]) -> Iterator[FoundMatch]:
    lines = data["lines"]
    raw = lines["text"].encode() if "text" in lines else base64.b64decode(lines["bytes"])
    # What is not UTF-8 is most likely in an encoding of one byte for each letter: columns are right then.
    encoding = "utf-8" if "text" in lines else "latin-1"
    first = (data["line_number"] or 1) - 1
    for each in data["submatches"]:
        start, end = each["start"], each["end"]
        line_start = raw.rfind(b"\n", 0, start) + 1
        line_end = raw.find(b"\n", end)
        before = raw[line_start:start].decode(encoding, "replace")
        text = raw[start:end].decode(encoding, "replace")
        after = raw[end : line_end if line_end >= 0 else len(raw)][: _AFTER * 4].decode(encoding, "replace")
        yield FoundMatch(
            first + raw.count(b"\n", 0, start),
            len(before),
            text[:_TEXT],
            _short_before(before),
            after.rstrip("\r\n")[:_AFTER],
            len(text) > _TEXT,
        )


def _short_before(before: str) -> str:
    return before.lstrip() if len(before) <= _BEFORE else f"…{before[-_BEFORE:]}"


def _long_matches(line: bytes) -> Iterator[FoundMatch]:
    """Those of a line of a megabyte or more: their own text, without what is around them."""
    tail = line[line.rfind(_NUMBER) :]
    if len(tail) > _LONG_BYTES:
        end = tail.rfind(_NEXT, 0, _LONG_BYTES)
        number = tail[len(_NUMBER) : tail.find(b",")]
        if end < 0:
            yield FoundMatch(int(number) - 1 if number.isdigit() else 0, 0, "…", is_cut=True)
            return
        tail = tail[:end] + b"]}}"
    data = json.loads(b"{" + tail[:-1])
    for each in data["submatches"]:
        matched = each["match"]
        text = matched["text"] if "text" in matched else base64.b64decode(matched["bytes"]).decode("latin-1")
        yield FoundMatch((data["line_number"] or 1) - 1, each["start"], text[:_TEXT], "…", "…", is_cut=True)

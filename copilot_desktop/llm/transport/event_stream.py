"""Server-sent events from bytes, and their data as JSON: no sockets here.

The SDK's own event objects cost 170 microseconds a chunk, and it cuts lines at U+2028; so bytes are read here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from copilot_desktop.errors import StreamError

DONE: Final = "[DONE]"
# One event of a sane server has a few kilobytes; a line without an end must not fill the memory.
LINE_LIMIT_BYTES: Final = 16_000_000
# Longer than what is shown: a key that the server repeats must be whole to be known and taken out.
DETAIL_CHARACTERS: Final = 2000


class EventReader:
    """Cuts a stream of bytes into the data of server-sent events."""

    def __init__(self) -> None:
        self._open: list[bytes] = []
        self._open_bytes = 0
        self._data: list[str] = []
        self._data_bytes = 0

    def feed(self, chunk: bytes) -> Iterator[str]:
        """The data of every event that is now complete. Raises StreamError on bytes that are no text."""
        # Pieces of a long line are joined once, at its end: joining at each piece would take time with its square.
        *lines, rest = chunk.split(b"\n")
        for line in lines:
            if self._open:
                line = b"".join((*self._open, line))
                self._open.clear()
                self._open_bytes = 0
            _refuse_huge(len(line) + self._data_bytes)
            yield from self._line(line)
        if rest:
            self._open.append(rest)
            self._open_bytes += len(rest)
            _refuse_huge(self._open_bytes + self._data_bytes)

    def finish(self) -> Iterator[str]:
        """What is left when the stream ends without a last blank line."""
        rest = b"".join(self._open)
        self._open.clear()
        yield from self._line(rest)
        yield from self._line(b"")

    def _line(self, raw: bytes) -> Iterator[str]:
        line = raw.removesuffix(b"\r")
        if line.startswith(b"data:"):
            self._data.append(_text(line[5:]).removeprefix(" "))
            self._data_bytes += len(line)
        elif not line:
            if self._data:
                data = self._data[0] if len(self._data) == 1 else "\n".join(self._data)
                self._data.clear()
                self._data_bytes = 0
                yield data
        elif line[0] in b"<{":
            # A web page or a JSON object where events should be; comments and other fields are let through.
            raise malformed(_text(line)[:DETAIL_CHARACTERS])
        elif not line.isascii():
            _text(line)


def parsed(data: str) -> Mapping[str, Any]:
    """Decode one payload; raises StreamError when it is no JSON object."""
    try:
        payload = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise malformed(data[:DETAIL_CHARACTERS]) from error
    if not isinstance(payload, dict):
        raise malformed(data[:DETAIL_CHARACTERS])
    return payload


def count_of(value: object) -> int | None:
    """A number of tokens as servers tell it; what is not a count is None."""
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def count_in(details: object, name: str) -> int | None:
    """A count of the details of another, where the server tells them."""
    return count_of(details.get(name)) if isinstance(details, dict) else None


def malformed(
    seen: str, message: str = "The server's answer was not in the expected format, so it ends here."
) -> StreamError:
    """The error for a stream that is not in the format."""
    return StreamError(
        message,
        advice="Check that the base URL is that of an OpenAI-compatible API (it usually ends in /v1), then try again.",
        detail=f"Received: {seen}",
    )


def _text(line: bytes) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError as error:
        raise malformed(
            "bytes that are not UTF-8", "The server's answer holds bytes that are not text, so it ends here."
        ) from error


def _refuse_huge(size_bytes: int) -> None:
    if size_bytes > LINE_LIMIT_BYTES:
        raise malformed(
            "a line of more than 16 MB",
            f"The server sent more than {LINE_LIMIT_BYTES // 1_000_000} MB in one piece, so the answer ends here.",
        )

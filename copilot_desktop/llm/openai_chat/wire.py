"""Requests and streams of Chat Completions as pure functions and readers: no sockets here.

The SDK's own event objects cost 170 microseconds a chunk, and it cuts lines at U+2028; so bytes are read here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from copilot_desktop.errors import StreamError
from copilot_desktop.llm.requests import (
    FinishReason,
    ModelEvent,
    ModelRequest,
    ReasoningDelta,
    TextDelta,
    Usage,
)

DONE = "[DONE]"
# One event of a sane server has a few kilobytes; a line without an end must not fill the memory.
_LINE_LIMIT_BYTES = 16_000_000
_REASONS = {reason.value: reason for reason in FinishReason}


@dataclass(frozen=True, slots=True)
class Dialect:
    """What a server has shown to understand; starts with what is usual and is corrected by its refusals."""

    takes_stream_options: bool = True
    output_limit_name: str = "max_tokens"


def dialect_of(host: str) -> Dialect:
    """What to try first: OpenAI and Azure want the newer name of the output limit, all others know the older one."""
    is_new = host.endswith((".openai.com", ".azure.com"))
    return Dialect(output_limit_name="max_completion_tokens" if is_new else "max_tokens")


def corrected(dialect: Dialect, refusal: str) -> Dialect | None:
    """The dialect after a refusal (HTTP 400 or 422) that names a field of ours; None when it is about something else.

    Each correction happens once at most, so that asking again comes to an end.
    """
    if dialect.takes_stream_options and "stream_options" in refusal:
        return replace(dialect, takes_stream_options=False)
    if dialect.output_limit_name == "max_tokens" and "max_completion_tokens" in refusal:
        return replace(dialect, output_limit_name="max_completion_tokens")
    return None


def request_body(request: ModelRequest, model: str, dialect: Dialect) -> dict[str, Any]:
    """The JSON body of a streaming request."""
    body: dict[str, Any] = {
        "model": model,
        "messages": [{"role": message.role, "content": message.text} for message in request.messages],
        "stream": True,
    }
    if dialect.takes_stream_options:
        body["stream_options"] = {"include_usage": True}
    if request.max_output_tokens is not None:
        body[dialect.output_limit_name] = request.max_output_tokens
    if request.grammar is not None:
        body["grammar"] = request.grammar
    return body


class EventReader:
    """Cuts a stream of bytes into the data of server-sent events."""

    def __init__(self) -> None:
        self._rest = b""
        self._data: list[str] = []

    def feed(self, chunk: bytes) -> Iterator[str]:
        """The data of every event that is now complete. Raises StreamError on bytes that are no text."""
        lines = (self._rest + chunk).split(b"\n")
        self._rest = lines.pop()
        if len(self._rest) > _LINE_LIMIT_BYTES:
            raise malformed("a line of more than 16 MB")
        for line in lines:
            yield from self._line(line)

    def finish(self) -> Iterator[str]:
        """What is left when the stream ends without a last blank line."""
        rest, self._rest = self._rest, b""
        yield from self._line(rest)
        yield from self._line(b"")

    def _line(self, raw: bytes) -> Iterator[str]:
        try:
            line = raw.removesuffix(b"\r").decode("utf-8")
        except UnicodeDecodeError as error:
            raise malformed("bytes that are not UTF-8") from error
        if not line:
            if self._data:
                data, self._data = "\n".join(self._data), []
                yield data
        elif line.startswith("data:"):
            self._data.append(line[5:].removeprefix(" "))
        elif line[0] in "<{":
            # A web page or a JSON object where events should be; comments and other fields are let through.
            raise malformed(line[:200])


class AnswerReader:
    """Turns the payloads of one answer into events and remembers how it stands."""

    def __init__(self) -> None:
        self.has_text = False
        self.has_begun = False
        """Whether text or reasoning has come."""
        self.reason: FinishReason | None = None
        self.usage: Usage | None = None
        self.is_done = False

    def read(self, data: str) -> Iterator[ModelEvent]:
        """Events of one payload. Raises StreamError when it is not what the format promises."""
        if data.strip() == DONE:
            self.is_done = True
            return
        yield from self.read_payload(parsed(data))

    def read_payload(self, payload: Mapping[str, Any]) -> Iterator[ModelEvent]:
        """Events of one decoded chunk, or of a whole completion from a server that does not stream."""
        if isinstance(payload.get("usage"), dict):
            self.usage = usage_of(payload["usage"])
        choices = payload.get("choices", [])
        if not isinstance(choices, list):
            raise malformed("`choices` is not a list")
        for choice in choices[:1]:
            if not isinstance(choice, dict):
                raise malformed("a choice is not an object")
            delta = choice.get("delta") or choice.get("message") or {}
            if not isinstance(delta, dict):
                raise malformed("`delta` is not an object")
            yield from self._delta(delta)
            if choice.get("finish_reason"):
                self.reason = _REASONS.get(str(choice["finish_reason"]), FinishReason.OTHER)

    def _delta(self, delta: Mapping[str, Any]) -> Iterator[ModelEvent]:
        thought = delta.get("reasoning_content") or delta.get("reasoning")
        if isinstance(thought, str) and thought:
            self.has_begun = True
            yield ReasoningDelta(thought)
        for name in ("content", "refusal"):
            text = delta.get(name)
            if text is not None and not isinstance(text, str):
                raise malformed(f"`{name}` is not text")
            if text:
                self.has_begun = self.has_text = True
                yield TextDelta(text)


def parsed(data: str) -> Mapping[str, Any]:
    """Decode one payload; raises StreamError when it is no JSON object."""
    try:
        payload = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise malformed(data[:200]) from error
    if not isinstance(payload, dict):
        raise malformed(data[:200])
    return payload


def usage_of(table: Mapping[str, Any]) -> Usage:
    """The server's count; what is not a count is None."""
    details = table.get("prompt_tokens_details")
    cached = details.get("cached_tokens") if isinstance(details, dict) else None
    return Usage(_count(table.get("prompt_tokens")), _count(table.get("completion_tokens")), _count(cached))


def malformed(
    seen: str, message: str = "The server's answer was not in the expected format, so it ends here."
) -> StreamError:
    """The error for a stream that is not in the format."""
    return StreamError(
        message,
        advice="Check that the base URL is that of an OpenAI-compatible API (it usually ends in /v1), then try again.",
        detail=f"Received: {seen}",
    )


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None

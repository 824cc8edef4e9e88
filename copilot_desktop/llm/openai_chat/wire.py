"""Requests and answers of Chat Completions: no sockets here."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

from copilot_desktop.llm.requests import (
    FinishReason,
    Message,
    ModelEvent,
    ModelRequest,
    ReasoningDelta,
    TextDelta,
    Usage,
)
from copilot_desktop.llm.transport.event_stream import DETAIL_CHARACTERS, count_in, count_of, malformed
from copilot_desktop.llm.transport.gathered_calls import pieces_of
from copilot_desktop.llm.transport.wire_format import AnswerReader, WireFormat
from copilot_desktop.values import dataclass

_REASONS = {reason.value: reason for reason in FinishReason} | {"tool_calls": FinishReason.STOP}


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
    """The dialect after a refusal that names a field of ours; None when it is about something else."""
    if dialect.takes_stream_options and "stream_options" in refusal:
        return replace(dialect, takes_stream_options=False)
    if dialect.output_limit_name == "max_tokens" and "max_completion_tokens" in refusal:
        return replace(dialect, output_limit_name="max_completion_tokens")
    return None


class ChatFormat(WireFormat):
    """Chat Completions towards one server."""

    PATH: ClassVar[str] = "chat/completions"

    def __init__(self, host: str) -> None:
        self._dialect = dialect_of(host)

    def body(self, request: ModelRequest, model: str) -> dict[str, Any]:
        """The JSON body of a streaming request."""
        body: dict[str, Any] = {
            "model": model,
            "messages": [_message(message) for message in request.messages],
            "stream": True,
        }
        if request.tools:
            body["tools"] = [
                {
                    "type": "function",
                    "function": {
                        "name": tool.name,
                        "description": tool.description,
                        "parameters": tool.parameters,
                    },
                }
                for tool in request.tools
            ]
            if not request.may_call:
                body["tool_choice"] = "none"
        if self._dialect.takes_stream_options:
            body["stream_options"] = {"include_usage": True}
        if request.max_output_tokens is not None:
            body[self._dialect.output_limit_name] = request.max_output_tokens
        if request.grammar is not None:
            body["grammar"] = request.grammar
        return body

    def reader(self) -> ChatReader:
        """A reader for one answer."""
        return ChatReader()

    def learn(self, model: str, refusal: str) -> bool:
        """Correct the dialect, which is the same for all models of a server."""
        better = corrected(self._dialect, refusal)
        self._dialect = better or self._dialect
        return better is not None


class ChatReader(AnswerReader):
    """Reads chunks with `choices`."""

    def read_payload(self, payload: Mapping[str, Any]) -> Sequence[ModelEvent]:
        """Events of one chunk."""
        if payload.get("error"):
            self.problem = payload
            return ()
        if isinstance(payload.get("usage"), dict):
            self.usage = usage_of(payload["usage"])
        choices = payload.get("choices", [])
        if not isinstance(choices, list):
            raise malformed("`choices` is not a list")
        if not choices:
            return ()
        choice = choices[0]
        if not isinstance(choice, dict):
            raise malformed("a choice is not an object")
        delta = choice.get("delta") or choice.get("message") or {}
        if not isinstance(delta, dict):
            raise malformed("`delta` is not an object")
        events = self._delta(delta)
        if choice.get("finish_reason"):
            self.reason = _REASONS.get(str(choice["finish_reason"]), FinishReason.OTHER)
            events += self.calls.finish()
        return events

    def read_whole(self, payload: Mapping[str, Any]) -> Sequence[ModelEvent]:
        """Events of a whole completion."""
        if "choices" not in payload and not payload.get("error"):
            raise malformed(str(payload)[:DETAIL_CHARACTERS])
        events = self.read_payload(payload)
        self.reason = self.reason or FinishReason.STOP
        return (*events, *self.calls.finish())

    def _delta(self, delta: Mapping[str, Any]) -> list[ModelEvent]:
        events: list[ModelEvent] = []
        thought = delta.get("reasoning_content") or delta.get("reasoning")
        if isinstance(thought, str) and thought:
            self.has_begun = True
            events.append(ReasoningDelta(thought))
        for name in ("content", "refusal"):
            text = delta.get(name)
            if text is not None and not isinstance(text, str):
                raise malformed(f"`{name}` is not text")
            if text:
                self.has_begun = self.has_text = True
                events.append(TextDelta(text))
        for piece in pieces_of(delta.get("tool_calls") or []):
            events += self._call(piece)
        return events

    def _call(self, piece: Mapping[str, Any]) -> Sequence[ModelEvent]:
        function = piece.get("function") or {}
        if not isinstance(function, dict):
            raise malformed("the function of a call is not an object")
        self.has_begun = self.has_text = True
        index = piece.get("index")
        key = index if isinstance(index, int) else None
        extra = piece.get("extra_content")
        return self.calls.take(key, piece.get("id"), function.get("name"), function.get("arguments"), extra)


def _message(message: Message) -> dict[str, Any]:
    """A message as the format wants it: calls beside the text of an assistant, results as messages of their own."""
    if message.role == "tool":
        return {"role": "tool", "tool_call_id": message.call_id, "content": message.text}
    if message.pictures:
        shown = ({"type": "image_url", "image_url": {"url": each.data_url}} for each in message.pictures)
        return {"role": message.role, "content": [{"type": "text", "text": message.text}, *shown]}
    if not message.calls:
        return {"role": message.role, "content": message.text}
    calls = [
        {"id": call.call_id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}
        | ({"extra_content": json.loads(call.extra)} if call.extra else {})
        for call in message.calls
    ]
    return {"role": message.role, "content": message.text or None, "tool_calls": calls}


def usage_of(table: Mapping[str, Any]) -> Usage:
    """The server's count; what is not a count is None."""
    return Usage(
        count_of(table.get("prompt_tokens")),
        count_of(table.get("completion_tokens")),
        count_in(table.get("prompt_tokens_details"), "cached_tokens"),
        count_in(table.get("completion_tokens_details"), "reasoning_tokens"),
    )

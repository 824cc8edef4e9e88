"""Requests and answers of the Responses API: no sockets here. Nothing is stored at the provider (`store: false`)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
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
from copilot_desktop.llm.transport.wire_format import AnswerReader, WireFormat
from copilot_desktop.values import dataclass

_TEXT = ("response.output_text.delta", "response.refusal.delta")
_WHOLE_TEXT = {"response.output_text.done": "text", "response.refusal.done": "refusal"}
_SUMMARY, _REASONING = "response.reasoning_summary_text.delta", "response.reasoning_text.delta"
_NEW_SUMMARY_PART = "response.reasoning_summary_part.added"
_ARGUMENTS, _WHOLE_ARGUMENTS = "response.function_call_arguments.delta", "response.function_call_arguments.done"
_ITEM_EVENTS = ("response.output_item.added", "response.output_item.done")
_INCOMPLETE = {"max_output_tokens": FinishReason.LENGTH, "content_filter": FinishReason.CONTENT_FILTER}


@dataclass(frozen=True, slots=True)
class Dialect:
    """Which fields a server takes for a model; corrected by its refusals."""

    takes_reasoning: bool = True
    takes_store: bool = True
    takes_output_limit: bool = True

    def corrected(self, refusal: str) -> Dialect | None:
        """The dialect after a refusal that names a field of ours; None when it is about something else."""
        if self.takes_reasoning and "reasoning" in refusal:
            # Models that do not think, and accounts that may not see summaries.
            return replace(self, takes_reasoning=False)
        if self.takes_store and re.search(r"\bstore\b", refusal):
            return replace(self, takes_store=False)
        if self.takes_output_limit and "max_output_tokens" in refusal and "nsupported" in refusal:
            return replace(self, takes_output_limit=False)
        return None


class ResponsesFormat(WireFormat):
    """The Responses API towards one server. What one model refuses, another of the same server may take."""

    PATH: ClassVar[str] = "responses"

    def __init__(self) -> None:
        self._dialects: dict[str, Dialect] = {}

    def body(self, request: ModelRequest, model: str) -> dict[str, Any]:
        """The JSON body of a streaming request; leading system messages are its instructions."""
        dialect = self._dialects.get(model, Dialect())
        messages = list(request.messages)
        instructions: list[str] = []
        while messages and messages[0].role == "system":
            instructions.append(messages.pop(0).text)
        body: dict[str, Any] = {
            "model": model,
            "input": [item for message in messages for item in _items(message)],
            "stream": True,
        }
        if request.tools:
            # Without "strict" the server takes every argument for a required one.
            body["tools"] = [
                {
                    "type": "function",
                    "name": tool.name,
                    "description": tool.description,
                    "parameters": tool.parameters,
                    "strict": False,
                }
                for tool in request.tools
            ]
            if not request.may_call:
                body["tool_choice"] = "none"
        if instructions:
            body["instructions"] = "\n\n".join(instructions)
        if dialect.takes_store:
            body["store"] = False
        if dialect.takes_reasoning:
            body["reasoning"] = {"summary": "auto"}
        if request.max_output_tokens is not None and dialect.takes_output_limit:
            body["max_output_tokens"] = request.max_output_tokens
        return body

    def reader(self) -> ResponsesReader:
        """A reader for one answer."""
        return ResponsesReader()

    def learn(self, model: str, refusal: str) -> bool:
        """Correct the model's dialect."""
        better = self._dialects.get(model, Dialect()).corrected(refusal)
        if better is not None:
            self._dialects[model] = better
        return better is not None


class ResponsesReader(AnswerReader):
    """Reads typed events; unknown types are passed over, since new ones keep being added."""

    def __init__(self) -> None:
        super().__init__()
        self._streamed: set[tuple[object, object]] = set()
        self._has_streamed_text = False
        self._has_reasoning = False
        self._half_mark = ""

    @property
    def may_pause(self) -> bool:
        """Summaries come part by part, and each part is of minutes of thinking."""
        return not self.has_text

    def read_payload(self, payload: Mapping[str, Any]) -> Sequence[ModelEvent]:
        """Events of one payload."""
        kind = payload.get("type")
        if kind in _TEXT:
            self._streamed.add(_place(payload))
            return self._text(_string(payload, "delta"))
        if kind == _SUMMARY:
            return self._thought(self._without_marks(_string(payload, "delta")))
        if kind == _REASONING:
            return self._thought(_string(payload, "delta"))
        if kind == _NEW_SUMMARY_PART:
            return self._thought("\n\n") if self._has_reasoning else ()
        if kind in _WHOLE_TEXT:
            # Some servers send no pieces, only the whole.
            return () if _place(payload) in self._streamed else self._text(_string(payload, _WHOLE_TEXT[str(kind)]))
        if kind in (_ARGUMENTS, _WHOLE_ARGUMENTS):
            return self._arguments(payload, is_whole=kind == _WHOLE_ARGUMENTS)
        if kind in _ITEM_EVENTS:
            item = payload.get("item")
            return self._call(payload.get("output_index"), item, is_whole=kind == _ITEM_EVENTS[1])
        if kind in ("response.completed", "response.incomplete", "response.failed"):
            return self._ended(_object(payload, "response"))
        if kind == "error" or payload.get("error"):
            self.problem = payload if payload.get("error") else {"error": payload}
            return ()
        if not isinstance(kind, str):
            raise malformed("an event without a type")
        return ()

    def read_whole(self, payload: Mapping[str, Any]) -> Sequence[ModelEvent]:
        """Events of a whole response object."""
        if "output" not in payload and not payload.get("error"):
            raise malformed(str(payload)[:DETAIL_CHARACTERS])
        return self._ended(payload)

    def _ended(self, response: Mapping[str, Any]) -> Sequence[ModelEvent]:
        self.is_done = True
        if isinstance(response.get("usage"), dict):
            self.usage = usage_of(response["usage"])
        if response.get("error") or response.get("status") == "failed":
            self.problem = {"error": response.get("error") or {"message": "The response failed."}}
            return ()
        self.reason = FinishReason.STOP
        if response.get("status") == "incomplete":
            details = response.get("incomplete_details")
            reason = details.get("reason") if isinstance(details, dict) else None
            self.reason = _INCOMPLETE.get(str(reason), FinishReason.OTHER)
        events: list[ModelEvent] = []
        output = response.get("output")
        if not self._has_streamed_text:
            events += self._text("".join(_texts(output)))
        if not self.calls:
            for index, item in enumerate(output if isinstance(output, list) else ()):
                events += self._call(index, item, is_whole=True)
        return (*events, *self.calls.finish())

    def _text(self, text: str) -> Sequence[ModelEvent]:
        if not text:
            return ()
        self.has_begun = self.has_text = self._has_streamed_text = True
        return (TextDelta(text),)

    def _call(self, index: object, item: object, *, is_whole: bool) -> Sequence[ModelEvent]:
        """A call begins, or is whole; nothing for other items."""
        if not isinstance(item, dict) or item.get("type") != "function_call":
            return ()
        self.has_begun = self.has_text = True
        take = self.calls.replace if is_whole else self.calls.take
        return take(_item_key(index, item.get("id")), item.get("call_id"), item.get("name"), item.get("arguments"))

    def _arguments(self, payload: Mapping[str, Any], *, is_whole: bool) -> Sequence[ModelEvent]:
        self.has_begun = self.has_text = True
        key = _item_key(payload.get("output_index"), payload.get("item_id"))
        if is_whole:
            return self.calls.replace(key, None, payload.get("name"), payload.get("arguments"))
        return self.calls.take(key, None, None, payload.get("delta"))

    def _without_marks(self, text: str) -> str:
        """A piece of a summary without the `**` around its headings: thoughts are shown as plain text."""
        text = self._half_mark + text
        is_half = text.endswith("*") and not text.endswith("**")
        self._half_mark = "*" if is_half else ""
        return (text[:-1] if is_half else text).replace("**", "")

    def _thought(self, text: str) -> Sequence[ModelEvent]:
        if not text:
            return ()
        self.has_begun = self._has_reasoning = True
        return (ReasoningDelta(text),)


def _items(message: Message) -> Iterator[dict[str, Any]]:
    """A message as the items of the format: calls and their results are items of their own."""
    if message.role == "tool":
        yield {"type": "function_call_output", "call_id": message.call_id, "output": message.text}
        return
    if message.pictures:
        shown = ({"type": "input_image", "image_url": each.data_url, "detail": "auto"} for each in message.pictures)
        yield {"role": message.role, "content": [{"type": "input_text", "text": message.text}, *shown]}
        return
    if message.role != "assistant":
        yield {"role": message.role, "content": message.text}
        return
    if message.text or not message.calls:
        # OpenAI takes plain text here as well, llama.cpp does not.
        yield {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": message.text}]}
    for call in message.calls:
        yield {"type": "function_call", "call_id": call.call_id, "name": call.name, "arguments": call.arguments}


def _item_key(index: object, item_id: object) -> object:
    """What an item of the output is told by."""
    return index if isinstance(index, int) else item_id


def usage_of(table: Mapping[str, Any]) -> Usage:
    """The server's count; what is not a count is None."""
    return Usage(
        count_of(table.get("input_tokens")),
        count_of(table.get("output_tokens")),
        count_in(table.get("input_tokens_details"), "cached_tokens"),
        count_in(table.get("output_tokens_details"), "reasoning_tokens"),
    )


def _texts(output: object) -> Iterator[str]:
    """All text of a whole response's output."""
    for item in output if isinstance(output, list) else ():
        content = item.get("content") if isinstance(item, dict) and item.get("type") == "message" else None
        for part in content if isinstance(content, list) else ():
            if isinstance(part, dict):
                text = part.get("text") if part.get("type") == "output_text" else part.get("refusal")
                if isinstance(text, str):
                    yield text


def _place(payload: Mapping[str, Any]) -> tuple[object, object]:
    item, content = payload.get("output_index"), payload.get("content_index")
    return (item if isinstance(item, int) else None, content if isinstance(content, int) else None)


def _string(payload: Mapping[str, Any], name: str) -> str:
    value = payload.get(name)
    if not isinstance(value, str):
        raise malformed(f"`{name}` is not text")
    return value


def _object(payload: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = payload.get(name)
    if not isinstance(value, dict):
        raise malformed(f"`{name}` is not an object")
    return value

"""Streamed answers as OpenAI writes them, in both wire formats; which one is taken from the path of the request."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.support.http_exchange import Exchange

PIECE_CHARACTERS = 12


@dataclass(frozen=True, slots=True)
class ServerUsage:
    """What the server says it counted, in tokens."""

    input_tokens: int = 11
    output_tokens: int = 7
    cached_tokens: int = 0
    reasoning_tokens: int = 0

    def of_chat(self) -> dict[str, Any]:
        return {
            "prompt_tokens": self.input_tokens,
            "completion_tokens": self.output_tokens,
            "total_tokens": self.input_tokens + self.output_tokens,
            "prompt_tokens_details": {"cached_tokens": self.cached_tokens},
            "completion_tokens_details": {"reasoning_tokens": self.reasoning_tokens},
        }

    def of_responses(self) -> dict[str, Any]:
        return {
            "input_tokens": self.input_tokens,
            "input_tokens_details": {"cached_tokens": self.cached_tokens},
            "output_tokens": self.output_tokens,
            "output_tokens_details": {"reasoning_tokens": self.reasoning_tokens},
            "total_tokens": self.input_tokens + self.output_tokens,
        }


@dataclass(frozen=True, slots=True)
class ServerCall:
    """One call of a tool as the server sends it."""

    name: str
    arguments: str
    call_id: str = "call_a"

    @classmethod
    def of(cls, name: str, call_id: str = "call_a", **arguments: object) -> ServerCall:
        return cls(name, json.dumps(arguments), call_id)


def pieces_of(text: str) -> list[str]:
    """Cut as a model's tokens would: short pieces, any place."""
    return [text[start : start + PIECE_CHARACTERS] for start in range(0, len(text), PIECE_CHARACTERS)]


class ChatWire:
    """Chunks of Chat Completions."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    def begin(self) -> None:
        self._exchange.begin_stream()
        self._delta({"role": "assistant", "content": ""})

    def text(self, piece: str) -> None:
        self._delta({"content": piece})

    def refusal(self, piece: str) -> None:
        self._delta({"refusal": piece})

    def reasoning(self, part: Sequence[str]) -> None:
        for piece in part:
            self._delta({"reasoning_content": piece})

    def call(self, number: int, call: ServerCall) -> None:
        head = {"index": number, "id": call.call_id, "type": "function"}
        self.calls([head | {"function": {"name": call.name, "arguments": ""}}])
        for piece in pieces_of(call.arguments):
            self.calls([{"index": number, "function": {"arguments": piece}}])

    def calls(self, pieces: object) -> None:
        """Pieces of calls as they are, however odd."""
        self._delta({"tool_calls": pieces})

    def end(self, finish_reason: str | None, usage: ServerUsage | None, *, has_done: bool = True) -> None:
        if finish_reason is not None:
            self._delta({}, finish_reason)
        wants_usage = (self._exchange.request.body.get("stream_options") or {}).get("include_usage")
        if usage is not None and wants_usage:
            self._exchange.event(self._chunk() | {"choices": [], "usage": usage.of_chat()})
        if has_done:
            self._exchange.raw(b"data: [DONE]\n\n")

    def error(self, message: str, kind: str = "server_error", code: str | None = None) -> None:
        self._exchange.event(error_body(message, kind, code))

    def _delta(self, delta: Mapping[str, Any], finish_reason: str | None = None) -> None:
        choice = {"index": 0, "delta": dict(delta), "finish_reason": finish_reason}
        self._exchange.event(self._chunk() | {"choices": [choice]})

    def _chunk(self) -> dict[str, Any]:
        return {
            "id": "chatcmpl-test",
            "object": "chat.completion.chunk",
            "created": 1,
            "model": str(self._exchange.request.body.get("model")),
        }


class ResponsesWire:
    """Events of the Responses API: named, numbered, each item opened and closed."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._number = 0
        self._output: list[dict[str, Any]] = []
        self._text: list[str] = []
        self._kind = "output_text"

    def begin(self) -> None:
        self._exchange.begin_stream()
        self.event("response.created", response=self._response("in_progress"))
        self.event("response.in_progress", response=self._response("in_progress"))

    def text(self, piece: str) -> None:
        self._open_message("output_text")
        self.event("response.output_text.delta", **self._place(), delta=piece, logprobs=[], obfuscation="x")

    def refusal(self, piece: str) -> None:
        self._open_message("refusal")
        self.event("response.refusal.delta", **self._place(), delta=piece)

    def reasoning(self, part: Sequence[str]) -> None:
        """One part of the summary of what the model thought."""
        if not self._output:
            self._item({"id": "rs_test", "type": "reasoning", "summary": []})
        summary = self._output[0]["summary"]
        place = {"item_id": "rs_test", "output_index": 0, "summary_index": len(summary)}
        self.event("response.reasoning_summary_part.added", **place, part={"type": "summary_text", "text": ""})
        for piece in part:
            self.event("response.reasoning_summary_text.delta", **place, delta=piece)
        text = "".join(part)
        self.event("response.reasoning_summary_text.done", **place, text=text)
        summary.append({"type": "summary_text", "text": text})
        self.event("response.reasoning_summary_part.done", **place, part=summary[-1])

    def call(self, number: int, call: ServerCall) -> None:
        if self._text:
            self._close_message()
        place = {"item_id": f"fc_{number}", "output_index": len(self._output)}
        item = {"id": f"fc_{number}", "type": "function_call", "status": "in_progress", "arguments": ""}
        self._item(item | {"call_id": call.call_id, "name": call.name})
        for piece in pieces_of(call.arguments):
            self.event("response.function_call_arguments.delta", **place, delta=piece)
        self.event("response.function_call_arguments.done", **place, arguments=call.arguments)
        self._output[-1] |= {"status": "completed", "arguments": call.arguments}
        self.event("response.output_item.done", output_index=place["output_index"], item=self._output[-1])

    def end(self, finish_reason: str | None, usage: ServerUsage | None, *, has_done: bool = True) -> None:
        if finish_reason is None:
            return
        if self._text:
            self._close_message()
        reasons = {"length": "max_output_tokens", "content_filter": "content_filter"}
        is_whole = finish_reason not in reasons
        response = self._response("completed" if is_whole else "incomplete") | {
            "output": self._output,
            "usage": usage.of_responses() if usage is not None else None,
            "incomplete_details": None if is_whole else {"reason": reasons[finish_reason]},
        }
        self.event("response.completed" if is_whole else "response.incomplete", response=response)

    def error(self, message: str, kind: str = "server_error", code: str | None = None) -> None:
        self.event("error", code=code or kind, message=message, param=None)

    def failed(self, message: str, code: str = "server_error") -> None:
        """The end of a response that failed."""
        error = {"code": code, "message": message}
        self.event("response.failed", response=self._response("failed") | {"error": error})

    def _open_message(self, kind: str) -> None:
        self._kind = kind
        if not self._text:
            item = {"id": "msg_test", "type": "message", "status": "in_progress", "role": "assistant", "content": []}
            self._item(item)
            self.event("response.content_part.added", **self._place(), part=self._part(""))
        self._text.append("")

    def _close_message(self) -> None:
        text = "".join(self._text)
        self.event(f"response.{self._kind}.done", **self._place(), **self._part(text))
        self.event("response.content_part.done", **self._place(), part=self._part(text))
        item = self._output[-1]
        item["status"], item["content"] = "completed", [self._part(text)]
        self._text.clear()
        self.event("response.output_item.done", output_index=len(self._output) - 1, item=item)

    def _item(self, item: dict[str, Any]) -> None:
        self._output.append(item)
        self.event("response.output_item.added", output_index=len(self._output) - 1, item=item)

    def _part(self, text: str) -> dict[str, Any]:
        if self._kind == "refusal":
            return {"type": "refusal", "refusal": text}
        return {"type": "output_text", "text": text, "annotations": [], "logprobs": []}

    def _place(self) -> dict[str, Any]:
        return {"item_id": "msg_test", "output_index": len(self._output) - 1, "content_index": 0}

    def _response(self, status: str) -> dict[str, Any]:
        return {
            "id": "resp_test",
            "object": "response",
            "created_at": 1,
            "status": status,
            "error": None,
            "incomplete_details": None,
            "model": str(self._exchange.request.body.get("model")),
            "output": [],
            "store": bool(self._exchange.request.body.get("store", True)),
            "usage": None,
        }

    def event(self, kind: str, **fields: Any) -> None:
        """One event as it is, however odd."""
        payload = {"type": kind, "sequence_number": self._number, **fields}
        self._number += 1
        self._exchange.raw(f"event: {kind}\ndata: {json.dumps(payload)}\n\n".encode())


Wire = ChatWire | ResponsesWire


def wire_of(exchange: Exchange) -> Wire:
    """The format that the request asks for."""
    is_responses = exchange.request.path.partition("?")[0].endswith("/responses")
    return ResponsesWire(exchange) if is_responses else ChatWire(exchange)


def send_pieces(exchange: Exchange, pieces: Sequence[str]) -> Wire:
    """The beginning of an answer."""
    wire = wire_of(exchange)
    wire.begin()
    for piece in pieces:
        wire.text(piece)
    return wire


def error_body(message: str, kind: str, code: str | None) -> dict[str, Any]:
    """An error as OpenAI writes it."""
    return {"error": {"message": message, "type": kind, "param": None, "code": code}}


@dataclass(frozen=True, slots=True)
class Answer:
    """A streamed answer with everything that may be odd about it."""

    pieces: Sequence[str]
    reasoning: Sequence[str] = ()
    delay_s: float = 0.0
    first_delay_s: float = 0.0
    usage: ServerUsage | None = field(default_factory=ServerUsage)
    finish_reason: str | None = "stop"
    has_done: bool = True
    hold_after: int | None = None
    refusal: Sequence[str] = ()
    reasoning_parts: Sequence[Sequence[str]] = ()
    calls: Sequence[ServerCall] = ()

    def __call__(self, exchange: Exchange) -> None:
        exchange.wait(self.first_delay_s)
        wire = wire_of(exchange)
        wire.begin()
        for part in self.reasoning_parts or ([self.reasoning] if self.reasoning else []):
            wire.reasoning(part)
        for number, piece in enumerate(self.pieces):
            if number == self.hold_after:
                exchange.wait(None, exchange.server.released)
            if self.delay_s:
                exchange.wait(self.delay_s)
            wire.text(piece)
        for piece in self.refusal:
            wire.refusal(piece)
        for number, call in enumerate(self.calls):
            wire.call(number, call)
        wire.end(self.finish_reason, self.usage, has_done=self.has_done)
        exchange.end_stream()

"""Tool calls out of the pieces in which servers send them.

OpenAI gives each piece its call's index. Others leave the index out (Gemini), give every call the same one (Ollama,
Dynamo), count on with each piece (Cerebras), leave out the id, or send the arguments as an object instead of as text.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from copilot_desktop.llm.requests import ToolCall, ToolCallDelta
from copilot_desktop.llm.transport.event_stream import malformed


@dataclass(slots=True, eq=False)
class _Call:
    """One call as far as it has come; `key` is what the server tells it by (an index or an item)."""

    key: object
    call_id: str = ""
    name: str = ""
    arguments: list[str] = field(default_factory=list)
    extra: str = ""
    is_told: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether the arguments could end here."""
        if not (self.arguments and self.arguments[-1].rstrip().endswith("}")):
            return False
        try:
            json.loads("".join(self.arguments))
        except (ValueError, RecursionError):
            return False
        return True


class GatheredCalls:
    """The calls of one answer, in the order in which they began."""

    def __init__(self) -> None:
        self._calls: list[_Call] = []

    def __bool__(self) -> bool:
        """Whether a call has begun."""
        return bool(self._calls)

    def take(
        self, key: object, call_id: object, name: object, arguments: object, extra: object = None
    ) -> Sequence[ToolCallDelta]:
        """A piece of a call; `key` None: the server does not say of which. Raises StreamError where it is none."""
        call_id, name, text = _text(call_id, "id"), _text(name, "name"), _arguments(arguments)
        call = self._call_of(key, call_id, name)
        if name and not call_id and call.is_whole and (name, text) != (call.name, ""):
            # A second name where nothing more can come: another call of a server that tells them by nothing else.
            call = self._begin(key)
        call.call_id = call.call_id or call_id
        if name != call.name and not call.arguments:
            # Some send the name in pieces, others the whole of it with every piece.
            call.name += name
        if text:
            call.arguments.append(text)
        if extra:
            call.extra = json.dumps(extra)
        return (ToolCallDelta(self._calls.index(call), call.name, text),)

    def replace(self, key: object, call_id: object, name: object, arguments: object) -> Sequence[ToolCallDelta]:
        """A call as a whole, of which pieces may have come before; what was missing of it is told as a piece."""
        call_id, name, text = _text(call_id, "id"), _text(name, "name"), _arguments(arguments)
        call = self._call_of(key, call_id, name)
        call.call_id, call.name = call_id or call.call_id, name or call.name
        known = "".join(call.arguments)
        missing = text.removeprefix(known) if text.startswith(known) else ""
        call.arguments = [text or known]
        return (ToolCallDelta(self._calls.index(call), call.name, missing),)

    def finish(self) -> Sequence[ToolCall]:
        """The calls that are whole now, each told once."""
        done = [
            ToolCall(number, call.call_id or f"call_{number + 1}", call.name, "".join(call.arguments), call.extra)
            for number, call in enumerate(self._calls)
            if not call.is_told
        ]
        for call in self._calls:
            call.is_told = True
        return done

    def _call_of(self, key: object, call_id: str, name: str) -> _Call:
        """The call that a piece belongs to: the last one of its index, or of its id where that says otherwise."""
        of_id = [call for call in self._calls if call_id and call.call_id == call_id]
        of_key = [call for call in self._calls if key is not None and call.key == key]
        if of_id:
            same = next((call for call in of_key if call in of_id), of_id[-1])
            # Some models give all calls of an answer the same id.
            is_other = name and key not in (None, same.key) and same.is_whole
            return self._begin(key) if is_other else same
        if of_key and not (call_id and of_key[-1].call_id):
            return of_key[-1]
        if self._calls and not call_id and (key is None or not name):
            # Arguments alone begin no call, whatever index they have.
            return self._calls[-1]
        return self._begin(key)

    def _begin(self, key: object) -> _Call:
        call = _Call(key)
        self._calls.append(call)
        return call


def _text(value: object, name: str) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise malformed(f"the {name} of a call is not text")
    return value


def _arguments(value: object) -> str:
    """Arguments as text; some servers send the object itself, an empty one where nothing has come yet."""
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False) if value else ""


def pieces_of(listed: object) -> Sequence[Mapping[str, Any]]:
    """The pieces of `tool_calls`; a single one may stand there without its list. Raises StreamError for others."""
    pieces = [listed] if isinstance(listed, dict) else listed
    if not isinstance(pieces, list) or not all(isinstance(piece, dict) for piece in pieces):
        raise malformed("`tool_calls` is not a list of calls")
    return pieces

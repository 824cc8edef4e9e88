"""What a wire format is to the connection: where requests go, their bodies, and a reader of each answer."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from copilot_desktop.llm.requests import FinishReason, ModelEvent, ModelRequest, Usage
from copilot_desktop.llm.transport.event_stream import DONE, parsed
from copilot_desktop.llm.transport.gathered_calls import GatheredCalls


class AnswerReader(ABC):
    """Turns the payloads of one answer into events and remembers how it stands."""

    def __init__(self) -> None:
        self.has_text = False
        """Whether text or a call has come: what the answer is for."""
        self.has_begun = False
        """Whether that or reasoning has come."""
        self.calls = GatheredCalls()
        self.reason: FinishReason | None = None
        self.usage: Usage | None = None
        self.is_done = False
        self.problem: Mapping[str, Any] | None = None
        """The error that the server sent in place of the rest, `{"error": …}`."""

    @property
    def may_pause(self) -> bool:
        """Whether the model may think for long now without sending anything."""
        return False

    def read(self, data: str) -> Sequence[ModelEvent]:
        """Events of one payload. Raises StreamError when it is not what the format promises."""
        if data.startswith(DONE):
            self.is_done = True
            return self.calls.finish()
        return self.read_payload(parsed(data))

    @abstractmethod
    def read_payload(self, payload: Mapping[str, Any]) -> Sequence[ModelEvent]:
        """Events of one decoded payload; raises like `read`."""

    @abstractmethod
    def read_whole(self, payload: Mapping[str, Any]) -> Sequence[ModelEvent]:
        """Events of the answer of a server that does not stream; raises like `read`."""


class WireFormat(ABC):
    """One format towards one server; learns from refusals which fields the server does not know."""

    PATH: ClassVar[str]
    """Of the requests, below the base URL."""

    @abstractmethod
    def body(self, request: ModelRequest, model: str) -> dict[str, Any]:
        """The JSON body of a streaming request."""

    @abstractmethod
    def reader(self) -> AnswerReader:
        """A reader for one answer."""

    @abstractmethod
    def learn(self, model: str, refusal: str) -> bool:
        """Take what a refusal (HTTP 400 or 422) says of a field of ours; whether asking again may go better.

        Each lesson is learnt once at most, so that asking again comes to an end.
        """

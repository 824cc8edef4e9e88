"""What goes to a model and what comes back, as frozen values."""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from dataclasses import field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol

from copilot_desktop.credentials.placeholders import SeenSecret
from copilot_desktop.llm.profiles import Profile
from copilot_desktop.values import dataclass
from copilot_desktop.workspace.picture import Picture

if TYPE_CHECKING:
    # With the table of secrets; imported when the first request is made.
    from copilot_desktop.credentials.masking import Masking

Role = Literal["system", "user", "assistant", "tool"]
EMBEDDING: Final = "embedding"
"""The purpose of requests whose answer is vectors."""


@dataclass(frozen=True, slots=True)
class Tool:
    """A function that a model may call. `parameters` is a JSON schema of its arguments."""

    name: str
    description: str
    parameters: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A whole call; as an event it comes at the end of an answer. `number` counts the calls of the answer from 0.

    `arguments` is what the model wrote: JSON if all went well. `extra`: JSON that the server wants back with the call
    (Gemini's thought signature), "" mostly.
    """

    number: int
    call_id: str
    name: str
    arguments: str
    extra: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a request. `calls` are an assistant's; a tool's message is the result of the call `call_id`.
    `pictures` are a user's, and follow the text."""

    role: Role
    text: str
    calls: tuple[ToolCall, ...] = ()
    call_id: str = ""
    pictures: tuple[Picture, ...] = ()

    @property
    def texts(self) -> tuple[str, ...]:
        """All that is said in it."""
        return (self.text, *(call.arguments for call in self.calls))


@dataclass(frozen=True, slots=True)
class ModelRequest:
    """One request. `grammar` is GBNF and only understood by the built-in model. `purpose`: chat, edit,
    review, commit message, summary, test or `EMBEDDING`, whose messages are texts to be embedded. Without `may_call`
    the tools only explain calls of earlier messages.
    `counted_tokens` is what `llm.tokens` counts of it, where somebody has counted all of it.

    Making one masks the secrets in its messages: there is no other way to a model, so no feature can go round it. Long
    texts take time; make it on a worker. `secrets` are those that were found, each once.
    """

    request_id: str
    turn_id: str
    profile: Profile
    messages: tuple[Message, ...]
    purpose: str
    grammar: str | None = None
    max_output_tokens: int | None = None
    tools: tuple[Tool, ...] = ()
    may_call: bool = True
    counted_tokens: int | None = None
    masking: Masking = field(default_factory=lambda: _own_masking(), repr=False, compare=False)
    secrets: tuple[SeenSecret, ...] = field(default=(), init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        self.masking.learn(text for message in self.messages for text in message.texts)
        masked = [masked_message(message, self.masking) for message in self.messages]
        object.__setattr__(self, "messages", tuple(message for message, _seen in masked))
        seen = {each.placeholder: each for _message, seen in masked for each in seen}
        object.__setattr__(self, "secrets", tuple(seen.values()))

    @property
    def values_back(self) -> Mapping[str, str]:
        """Placeholder → what it stands for, of all that is turned back in the answer."""
        if not self.masking.turns_back:
            return {}
        return {each.placeholder: each.value for each in self.secrets if each.is_masked}


def _own_masking() -> Masking:
    """For a request of which no other is to know the same placeholders."""
    from copilot_desktop.credentials.masking import Masking

    return Masking()


def masked_message(message: Message, masking: Masking) -> tuple[Message, tuple[SeenSecret, ...]]:
    """A message as it may leave. `extra` of calls is the server's own, given back as it came."""
    made = masking.mask(message.text)
    seen = list(made.seen)
    calls = []
    for call in message.calls:
        arguments = masking.mask_json(call.arguments)
        seen += arguments.seen
        calls.append(call if arguments.text == call.arguments else replace(call, arguments=arguments.text))
    if made.text == message.text and calls == list(message.calls):
        return message, tuple(seen)
    return replace(message, text=made.text, calls=tuple(calls)), tuple(seen)


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one request as the server counted them; None where it did not say.

    The input counts include cached tokens, the output counts those the model thought with.
    """

    input_tokens: int | None = None
    output_tokens: int | None = None
    cached_tokens: int | None = None
    reasoning_tokens: int | None = None


class FinishReason(StrEnum):
    """Why an answer ended. LENGTH: cut off at the output limit."""

    STOP = "stop"
    LENGTH = "length"
    CONTENT_FILTER = "content_filter"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class TextDelta:
    """A piece of the answer."""

    text: str


@dataclass(frozen=True, slots=True)
class ReasoningDelta:
    """A piece of what the model thinks aloud; never part of the answer."""

    text: str


@dataclass(frozen=True, slots=True)
class ToolCallDelta:
    """A piece of a call while it arrives; `text` continues the arguments of the call with this number."""

    number: int
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Embedded:
    """A vector for each message of the request, each as long as 1, all of one number of dimensions."""

    vectors: tuple[array[float], ...]


@dataclass(frozen=True, slots=True)
class UsageReported:
    """The server's own count."""

    usage: Usage


@dataclass(frozen=True, slots=True)
class Finished:
    """The last event of an answer that ended by itself."""

    reason: FinishReason


ModelEvent = TextDelta | ReasoningDelta | ToolCallDelta | ToolCall | Embedded | UsageReported | Finished


class Outcome(StrEnum):
    """How a request ended."""

    FINISHED = "finished"
    STOPPED = "stopped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class RequestRecord:
    """What the ledger keeps of one HTTP request.

    `body` is the JSON as sent (never a key); times in seconds, `started_at` as Unix time; `error_kind` is
    `CopilotError.kind`. `cost_usd` is None where price or usage is unknown. `counted_tokens` are those of the request;
    they are not among what is given back.
    """

    request_id: str
    turn_id: str
    profile_name: str
    model: str
    url: str
    purpose: str
    started_at: float
    duration_s: float
    first_token_s: float | None
    usage: Usage
    cost_usd: float | None
    outcome: Outcome
    error_kind: str | None
    body: str
    counted_tokens: int | None = None


class RequestGate(Protocol):
    """Asked before and told after each request; no transport can be built without one. Called on the asyncio thread."""

    def before_request(self, request: ModelRequest) -> None:
        """Return to let the request go, or raise a CopilotError to refuse it."""

    def after_request(self, record: RequestRecord) -> None:
        """Keep what happened; called once for every request that was let go, whatever its end."""

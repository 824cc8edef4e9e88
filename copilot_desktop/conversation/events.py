"""What happens during a turn, as frozen values: from the asyncio thread to the chat, or to a script command."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum

from copilot_desktop.conversation.turn_calls import TurnCall
from copilot_desktop.edits.proposal import Failure, Proposal
from copilot_desktop.errors import CopilotError, RateLimitError, Remedy
from copilot_desktop.llm.requests import Usage
from copilot_desktop.values import dataclass


class TurnStatus(StrEnum):
    """How a turn ended. STOPPED by the user, or by the end of the program; what came is kept."""

    FINISHED = "finished"
    STOPPED = "stopped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class ErrorNotice:
    """An error as the conversation shows and keeps it. `kind` is `CopilotError.kind`; `detail` stands behind "More".

    `wait_s`: so long the server asks to wait; None where it does not.
    """

    kind: str
    message: str
    advice: str = ""
    detail: str = ""
    remedies: tuple[Remedy, ...] = (Remedy.RETRY,)
    wait_s: float | None = None


def notice_of(error: CopilotError) -> ErrorNotice:
    """The notice of an error."""
    wait_s = error.retry_after_s if isinstance(error, RateLimitError) else None
    return ErrorNotice(error.kind, error.message, error.advice, error.detail, error.remedies, wait_s)


@dataclass(frozen=True, slots=True)
class TurnStarted:
    """The request is about to go out. `note` is the line for the chat that says what was left out; empty: nothing."""

    turn_id: str
    omitted_turns: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True)
class TextArrived:
    """A piece of the answer."""

    turn_id: str
    text: str


@dataclass(frozen=True, slots=True)
class ReasoningArrived:
    """A piece of what the model thinks aloud; not part of the answer."""

    turn_id: str
    text: str


@dataclass(frozen=True, slots=True)
class ReadingChanged:
    """A call to read is about to be carried out, or has been. `number` is its place in the turn's calls."""

    turn_id: str
    number: int
    call: TurnCall


@dataclass(frozen=True, slots=True)
class RetryScheduled:
    """The server asked to wait; the request goes out again after `delay_s` seconds. `reason` is a sentence."""

    turn_id: str
    delay_s: float
    reason: str


@dataclass(frozen=True, slots=True)
class TurnFinished:
    """The last event of a turn.

    `proposal` is None where the answer has no edit. `usage` sums all requests of the turn; `cost_usd` is None where it
    is not known. `note` is a line for the chat about how the answer ended (cut off at the output limit); mostly empty.
    `files` are the whole texts the proposal was made against, also of files that the answer named and the model was not
    shown; `requests` counts the HTTP requests.
    """

    turn_id: str
    status: TurnStatus
    error: ErrorNotice | None = None
    proposal: Proposal | None = None
    usage: Usage = field(default_factory=Usage)
    cost_usd: float | None = None
    first_token_s: float | None = None
    duration_s: float = 0.0
    note: str = ""
    files: Mapping[str, str] = field(default_factory=dict)
    requests: int = 0


@dataclass(frozen=True, slots=True)
class RepairStarted:
    """The model is asked once more for blocks of this turn's answer; `text` is what is sent."""

    turn_id: str
    text: str
    block_count: int = 1
    is_automatic: bool = False


@dataclass(frozen=True, slots=True)
class RepairArrived:
    """A piece of what the model answers to that."""

    turn_id: str
    text: str


@dataclass(frozen=True, slots=True)
class RepairFinished(TurnFinished):
    """The last event of asking once more; the figures are those of the whole turn.

    `repaired` is what was placed of the blocks that came, made against `files`. `outcomes` say of each block that was
    asked for why it is still refused, None where it is not; empty when nothing came. `repeated`: whether each came to
    the letter as it was. `block_ids` are theirs.
    """

    repaired: Proposal | None = None
    outcomes: tuple[Failure | None, ...] = ()
    repeated: tuple[bool, ...] = ()
    block_ids: tuple[str, ...] = ()


TurnEvent = (
    TurnStarted
    | TextArrived
    | ReasoningArrived
    | ReadingChanged
    | RetryScheduled
    | RepairStarted
    | RepairArrived
    | TurnFinished
)

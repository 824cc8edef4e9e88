"""A turn: what the user sent, and what is kept of it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum

from copilot_desktop.context.items import ContextItem
from copilot_desktop.conversation.events import ErrorNotice, TurnStatus
from copilot_desktop.conversation.turn_calls import TurnCall
from copilot_desktop.credentials.placeholders import NO_CHOICES, SecretChoices
from copilot_desktop.edits.proposal import Failure, Hunk
from copilot_desktop.llm.profiles import Profile
from copilot_desktop.llm.requests import Usage
from copilot_desktop.values import dataclass

_TITLE_LENGTH = 60
Outcomes = Mapping[str, Mapping[str, str]]
"""Turn → path → a sentence: what became of the changes that it proposed."""


class TurnMode(StrEnum):
    """CHAT: a question or a wish in the sidebar. EDIT: the new text of a selection (the first item) is asked for."""

    CHAT = "chat"
    EDIT = "edit"


@dataclass(frozen=True, slots=True)
class Repair:
    """The model was asked once more for blocks of its answer that had no place: what was sent, and what came.

    `note` says how it ended where that is not plain. `answer` is what is shown, `calls` among it; `is_cut`: it ended
    at the model's output limit, so that its last block may be half of one.
    """

    text: str
    answer: str = ""
    block_count: int = 1
    is_automatic: bool = False
    status: TurnStatus = TurnStatus.STOPPED
    note: str = ""
    calls: tuple[TurnCall, ...] = ()
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class RepairRequest:
    """Asks once more for blocks of a kept turn's answer. `text` goes out as it is; `asked` are the refused blocks.

    `block_ids` name them to whoever asks. `kept` is the turn with what was said in it up to now. `waiting`: path →
    lines [start, end) on which other changes of the answer wait to be decided about.
    """

    text: str
    asked: tuple[Failure, ...]
    block_ids: tuple[str, ...] = ()
    is_automatic: bool = False
    kept: StoredTurn | None = None
    waiting: Mapping[str, tuple[tuple[int, int], ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RefineRequest:
    """Asks for another version of changes that wait for a decision, all of one file.

    `base` is the file's text without them, `hunks` are they, in its lines; the `files` of the turn have the text with
    them. `hunk_ids` name them to whoever asks. `is_for_comments`: the user has commented on them, and nothing else is
    to change.
    """

    path: str
    base: str
    hunks: tuple[Hunk, ...]
    hunk_ids: tuple[str, ...] = ()
    is_for_comments: bool = False


@dataclass(frozen=True, slots=True)
class MayRead:
    """The model may read in the folder. `said`: what it said and was told in this turn up to now; over: no more of
    it, the model is to answer."""

    said: StoredTurn | None = None
    is_over: bool = False


@dataclass(frozen=True, slots=True)
class TurnRequest:
    """What the user sends, frozen at that moment.

    `items` go out exactly as they are. `files`: path → whole text of every file the items are from, as the user sees
    it: the proposal is made against these texts. In mode EDIT the first item is the selection. `parent_id` is the turn
    it follows ("": none); None: the one the conversation's shown branch ends with. `repair`: this turn is kept, and
    blocks of its answer are asked for once more. `refine`: the first items are lines with changes in them that the
    answer is to change further. `outcomes`: what became of the changes that turns before it proposed, as far as it is
    known. `reading`: the model may look into the folder by itself. `choices`: which secrets in it are sent as they are,
    and which others are masked.
    """

    turn_id: str
    conversation_id: str
    prompt: str
    items: tuple[ContextItem, ...]
    files: Mapping[str, str]
    profile: Profile
    mode: TurnMode = TurnMode.CHAT
    parent_id: str | None = None
    repair: RepairRequest | None = None
    refine: RefineRequest | None = None
    outcomes: Outcomes = field(default_factory=dict)
    reading: MayRead | None = None
    choices: SecretChoices = NO_CHOICES


@dataclass(frozen=True, slots=True)
class Conversation:
    """One conversation of a workspace (its absolute folder). Times are Unix times."""

    conversation_id: str
    title: str
    workspace: str
    created_at: float
    updated_at: float
    is_pinned: bool = False


@dataclass(frozen=True, slots=True)
class StoredTurn:
    """A turn as kept. A turn that was running when the program was killed is kept as stopped.

    `parent_id`: the turn before it, "" for a first one. `origin_id`: the turn of another conversation that this is a
    copy of, under which the ledger and the review know it; "" mostly. `answer` is what is shown, `calls` among it.
    `begin_note` is said above it, `note` below it.
    """

    turn_id: str
    conversation_id: str
    prompt: str
    items: tuple[ContextItem, ...] = ()
    mode: TurnMode = TurnMode.CHAT
    profile_name: str = ""
    model: str = ""
    created_at: float = 0.0
    answer: str = ""
    reasoning: str = ""
    status: TurnStatus = TurnStatus.STOPPED
    error: ErrorNotice | None = None
    usage: Usage = field(default_factory=Usage)
    cost_usd: float | None = None
    first_token_s: float | None = None
    duration_s: float = 0.0
    note: str = ""
    parent_id: str = ""
    origin_id: str = ""
    repairs: tuple[Repair, ...] = ()
    calls: tuple[TurnCall, ...] = ()
    begin_note: str = ""

    @property
    def readings(self) -> tuple[TurnCall, ...]:
        """The calls that asked to read."""
        return tuple(call for call in self.calls if call.reading is not None)


def new_id() -> str:
    """An id for a turn or a conversation."""
    return uuid.uuid4().hex


def title_of(prompt: str) -> str:
    """A conversation's title from its first prompt: the first line that says something, shortened."""
    line = next((line.strip() for line in prompt.split("\n") if line.strip()), "New conversation")
    return line if len(line) <= _TITLE_LENGTH else line[: _TITLE_LENGTH - 1].rstrip() + "…"

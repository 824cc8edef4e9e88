"""What has come of a turn that runs."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from copilot_desktop.conversation.answer_writing import AnswerWriter
from copilot_desktop.conversation.events import ErrorNotice, ReasoningArrived, TextArrived, TurnEvent, TurnStatus
from copilot_desktop.conversation.turns import StoredTurn, TurnRequest
from copilot_desktop.llm.requests import Finished, FinishReason, ModelEvent, ReasoningDelta

_CUT_OFF_NOTE = "The answer was cut off at the model's output limit. Ask it to go on, or for less at a time."
_FILTERED_NOTE = "The provider's content filter ended the answer."


@dataclass(slots=True)
class TurnSoFar:
    """The request with its answer up to now, and how it stands."""

    request: TurnRequest
    status: TurnStatus = TurnStatus.STOPPED
    error: ErrorNotice | None = None
    reason: FinishReason | None = None
    begin_note: str = ""
    requests: int = 0
    kept_at: float = 0.0
    created_at: float = field(default_factory=time.time)
    started: float = field(default_factory=time.monotonic)
    written: AnswerWriter = field(default_factory=AnswerWriter)
    reasoning: list[str] = field(default_factory=list)
    read_note: str = ""
    """Why no more was read, where that is worth a line."""

    @classmethod
    def of(cls, request: TurnRequest) -> TurnSoFar:
        """Nothing has come yet."""
        return cls(request, written=AnswerWriter(may_read=request.reading is not None))

    @property
    def answer(self) -> str:
        """What is shown of the answer."""
        return self.written.answer

    @property
    def has_come(self) -> bool:
        """Whether anything has come of the answer to the last request."""
        return self.written.has_come

    @property
    def is_whole(self) -> bool:
        """Whether the answer ended where the model ended it."""
        return self.reason not in (FinishReason.LENGTH, FinishReason.CONTENT_FILTER)

    def take(self, event: ModelEvent) -> tuple[TurnEvent, ...]:
        """Keep an event of the model; what to tell of it."""
        match event:
            case ReasoningDelta(text):
                self.reasoning.append(text)
                return (ReasoningArrived(self.request.turn_id, text),)
            case Finished(reason):
                self.reason = reason
        return self._shown(self.written.take(event))

    def close(self) -> tuple[TurnEvent, ...]:
        """Nothing more comes; what to tell of calls that had begun."""
        return self._shown(self.written.finish())

    def _shown(self, text: str) -> tuple[TurnEvent, ...]:
        return (TextArrived(self.request.turn_id, text),) if text else ()

    @property
    def end_note(self) -> str:
        """How the answer ended, where that is worth a line."""
        how = ""
        if self.status is TurnStatus.FINISHED and self.reason is FinishReason.LENGTH:
            how = _CUT_OFF_NOTE
        if self.status is TurnStatus.FINISHED and self.reason is FinishReason.CONTENT_FILTER:
            how = _FILTERED_NOTE
        return " ".join(filter(None, (self.read_note, how)))

    def stored(self) -> StoredTurn:
        """The turn as it is kept now."""
        return StoredTurn(
            turn_id=self.request.turn_id,
            conversation_id=self.request.conversation_id,
            prompt=self.request.prompt,
            items=self.request.items,
            mode=self.request.mode,
            profile_name=self.request.profile.name,
            model=self.request.profile.model,
            created_at=self.created_at,
            answer=self.answer,
            reasoning="".join(self.reasoning),
            status=self.status,
            error=self.error,
            duration_s=time.monotonic() - self.started,
            note=self.end_note,
            begin_note=self.begin_note,
            parent_id=self.request.parent_id or "",
            calls=self.written.calls,
        )

"""The turns that run in a window: one of the chat in each conversation, and one of the prompt in the text.

A turn goes on whatever is shown. It is known which conversations are being answered, and whose answer nobody has seen.
"""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QObject, Signal

from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.bridge.chat.conversation_place import ConversationPlace
from copilot_desktop.bridge.chat.running_turn import Runner, RunningTurn, TurnProgress, TurnToRun
from copilot_desktop.bridge.chat.unread_conversations import UnreadConversations
from copilot_desktop.conversation.events import TurnFinished, TurnStatus
from copilot_desktop.conversation.turns import TurnMode
from copilot_desktop.values import dataclass


@dataclass(frozen=True, slots=True)
class AnswersChanged:
    """The ids of the conversations that are being answered, of those with an answer that was not shown yet, and of the
    one that is shown."""

    running: frozenset[str] = frozenset()
    unread: frozenset[str] = frozenset()
    shown_id: str = ""


@dataclass(slots=True, eq=False)
class _Run:
    """What runs turns of one mode in one place; `turn_id` is the last one's."""

    place: ConversationPlace
    mode: TurnMode
    running: RunningTurn
    turn_id: str = ""


class RunningTurns(QObject):
    """GUI thread. `show(place)` says which conversation is in front."""

    begun = Signal(object)
    """Carries one `TurnToRun`, before its first event."""
    turn_event = Signal(object)
    """Carries one `TurnEvent`, of any conversation."""
    proposed = Signal(object)
    """Carries one `ProposalMade`, right after the turn's last event."""
    stopped_kept = Signal(object)
    """Carries one `StoppedTurnKept`."""
    answers_changed = Signal(object)
    """Carries one `AnswersChanged`."""

    def __init__(
        self, thread: AsyncThread, runner: Runner, unread: UnreadConversations, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._thread, self._runner = thread, runner
        self._runs: list[_Run] = []
        self._shown: ConversationPlace | None = None
        self.unread = unread
        self._ended: dict[str, int] = {}
        self._answers = AnswersChanged()
        unread.changed.connect(self._tell)

    def show(self, place: ConversationPlace) -> None:
        """This place is shown from now on: its answers are seen."""
        self._shown = place
        self.unread.see(place)
        self._tell()

    def forget(self) -> None:
        """Other conversations are shown from now on: stop what runs, and tell of none any more."""
        self.stop_all()
        self.unread.forget()

    def begin(self, place: ConversationPlace, turn: TurnToRun) -> None:
        """Run a turn. Stops the one that runs in the same place, of the prompt in the text that in any place."""
        mode = turn.request.mode
        run = next((run for run in self._runs if run.place is place and run.mode is mode), None)
        for other in self._runs:
            if other is run or other.mode is mode is TurnMode.EDIT:
                other.running.stop()
        run = run or self._new_run(place, mode)
        run.turn_id = turn.request.turn_id
        self.begun.emit(turn)
        run.running.begin(turn)
        self._tell()

    def is_answering(self, place: ConversationPlace) -> bool:
        """Whether an answer of the chat is awaited or arrives there."""
        return any(run.place is place and run.mode is TurnMode.CHAT and run.running.turn_id for run in self._runs)

    def place_of(self, turn_id: str, mode: TurnMode | None = None) -> ConversationPlace | None:
        """Where a turn runs, or ran as the last one; None for those of another mode."""
        run = self._run_of(turn_id)
        return None if run is None or mode not in (None, run.mode) else run.place

    def stop_chat(self, place: ConversationPlace) -> None:
        """Stop the turn of the chat there: the socket is closed, what came is kept and marked."""
        for run in self._runs:
            if run.place is place and run.mode is TurnMode.CHAT:
                run.running.stop()

    def stop_turn(self, turn_id: str) -> None:
        """Stop this turn, when it runs."""
        for run in self._running(turn_id):
            run.running.stop()

    def stop_conversation(self, conversation_id: str) -> None:
        """Stop all that runs in a conversation."""
        for run in self._of(conversation_id):
            run.running.stop()

    def stop_all(self) -> None:
        """Stop what runs."""
        for run in self._runs:
            run.running.stop()

    def try_now(self, turn_id: str) -> None:
        """Send the waiting request of this turn again without waiting any longer."""
        for run in self._running(turn_id):
            run.running.try_now()

    def progress(self, conversation_id: str) -> tuple[TurnProgress, ...]:
        """The turns that run in a conversation, with what has come of them."""
        found = (run.running.progress for run in self._of(conversation_id))
        return tuple(each for each in found if each is not None)

    def ended_count(self, conversation_id: str) -> int:
        """How many turns of a conversation have ended here: what was read before one more did is out of date."""
        return self._ended.get(conversation_id, 0)

    def stopped_in(self, conversation_id: str) -> tuple[RunningTurn, ...]:
        """What may still be keeping a turn that was stopped in this conversation."""
        return tuple(run.running for run in self._of(conversation_id) if not run.running.turn_id)

    def _of(self, conversation_id: str) -> Iterator[_Run]:
        return (run for run in self._runs if run.place.conversation_id == conversation_id)

    def _run_of(self, turn_id: str) -> _Run | None:
        return next((run for run in self._runs if run.turn_id == turn_id), None)

    def _running(self, turn_id: str) -> Iterator[_Run]:
        return (run for run in self._runs if turn_id and run.running.turn_id == turn_id)

    def _new_run(self, place: ConversationPlace, mode: TurnMode) -> _Run:
        for old in [run for run in self._runs if run.running.is_idle]:
            self._runs.remove(old)
            old.running.deleteLater()
        made = _Run(place, mode, RunningTurn(self._thread, self._runner, self))
        self._runs.append(made)
        made.running.turn_event.connect(self._on_turn_event)
        made.running.proposed.connect(self.proposed)
        made.running.stopped_kept.connect(self.stopped_kept)
        return made

    def _on_turn_event(self, event: object) -> None:
        if not isinstance(event, TurnFinished):
            self.turn_event.emit(event)
            return
        run = self._run_of(event.turn_id)
        if run is not None:
            conversation_id = run.place.conversation_id
            self._ended[conversation_id] = self.ended_count(conversation_id) + 1
            if run.place is not self._shown and event.status is not TurnStatus.STOPPED:
                self.unread.add(run.place)
        self.turn_event.emit(event)
        self._tell()

    def _tell(self) -> None:
        running = frozenset(run.place.conversation_id for run in self._runs if run.running.turn_id)
        # What runs is not unread yet.
        shown_id = "" if self._shown is None else self._shown.conversation_id
        now = AnswersChanged(running, self.unread.ids - running - {shown_id}, shown_id)
        if now != self._answers:
            self._answers = now
            self.answers_changed.emit(now)

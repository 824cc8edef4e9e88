"""A question from a prompt in the text: its file is checked, its turn is sent, and its box says how that goes."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from copilot_desktop.bridge.chat.chips import FrozenContext, Refused, WithRules
from copilot_desktop.bridge.chat.conversation_place import ConversationPlace
from copilot_desktop.bridge.chat.turns import TurnController, TurnSent
from copilot_desktop.conversation.events import (
    ReasoningArrived,
    RepairArrived,
    RepairFinished,
    RepairStarted,
    RetryScheduled,
    TextArrived,
    TurnFinished,
    TurnStatus,
)
from copilot_desktop.conversation.turns import TurnMode
from copilot_desktop.llm.profiles import Profile
from copilot_desktop.ui.prompt_box import PromptBox
from copilot_desktop.values import dataclass

_STILL_NO_PLACE = "The model was asked once more, and its change still has no place. It is in the chat."

CheckPath = Callable[[str, Callable[[], None], Callable[[Refused], None]], None]
"""Whether a model may see a file: calls one of the two soon. `ChipsController.check` is one."""


@dataclass(frozen=True, slots=True)
class TurnEnd:
    """How a question ended. `sentence` says why no change came of it; empty: one did. `is_stopped`: by the user."""

    turn_id: str
    sentence: str = ""
    is_stopped: bool = False


class PromptTurn(QObject):
    """One question at a time; lives as long as its box."""

    begun = Signal()
    """A question is on its way, perhaps sent again from the chat."""
    ended = Signal(object)
    """Carries one `TurnEnd`."""

    def __init__(self, box: PromptBox, turns: TurnController, profile: Callable[[], Profile], check: CheckPath) -> None:
        super().__init__(box)
        self._box = box
        self._turns = turns
        self._profile = profile
        self._check = check
        self._checking: object = None
        self._asked: tuple[str, str] | None = None
        self._turn_id = ""
        self.place: ConversationPlace | None = None
        """The conversation in which follow-ups are asked, too."""
        turns.sent.connect(self._on_sent)
        turns.turn_event.connect(self._on_turn_event)
        box.stopped.connect(self.stop)

    @property
    def turn_id(self) -> str:
        """The turn that was sent last; empty before."""
        return self._turn_id

    def ask(self, prompt: str, context: FrozenContext, with_rules: WithRules | None = None) -> None:
        """Send a prompt about the file of the first item; `with_rules` adds what goes with it."""
        path, profile = context.items[0].path, self._profile()
        self._asked = path, prompt
        self._box.show_working(f"Waiting for {profile.name}")
        self.begun.emit()
        checking = self._checking = object()

        def go_on() -> None:
            if with_rules is None:
                start(context)
            else:
                with_rules(context, start)

        def start(context: FrozenContext) -> None:
            # Stopped, closed or another one by now: nothing is sent.
            if self._checking is checking:
                self._checking = None
                self._turn_id = self._send(prompt, context, profile)

        def refuse(refused: Refused) -> None:
            if self._checking is checking:
                self._checking = None
                self.ended.emit(TurnEnd("", f"{refused.message} {refused.advice}".strip()))

        self._check(path, go_on, refuse)

    def stop(self) -> None:
        """Stop the answer; before it is sent nothing is."""
        if self._checking is not None:
            self._checking = None
            self.ended.emit(TurnEnd("", "Stopped.", is_stopped=True))
        else:
            self._turns.running.stop_turn(self._turn_id)

    def leave(self, *, is_stopped: bool = False) -> None:
        """Say nothing of it any more; `is_stopped`: nobody would see the answer, and nobody could stop it."""
        turn_id, self._turn_id = self._turn_id, ""
        self._checking = self._asked = None
        if is_stopped:
            self._turns.running.stop_turn(turn_id)

    def _send(self, prompt: str, context: FrozenContext, profile: Profile) -> str:
        if self.place is None:
            self.place = self._turns.place
        if self.place is self._turns.place:
            return self._turns.start(prompt, context, profile, TurnMode.EDIT)
        # Another conversation is shown by now.
        return self._turns.start_in(self.place, prompt, context, profile, None, TurnMode.EDIT)

    def _on_sent(self, sent: TurnSent) -> None:
        """What was asked here was sent again from its card in the chat: the answer is awaited here as well."""
        request = sent.request
        if self._box.is_working or request.mode is not TurnMode.EDIT:
            return
        if self._asked == (request.items[0].path, request.prompt):
            self._turn_id = request.turn_id
            self._box.show_working(f"Waiting for {request.profile.name}")
            self.begun.emit()

    def _on_turn_event(self, event: object) -> None:
        if isinstance(event, RetryScheduled) and event.turn_id == self._turn_id:
            self._box.show_retry(event.reason, event.delay_s)
        elif isinstance(event, TextArrived | ReasoningArrived) and event.turn_id == self._turn_id:
            self._box.show_working("The answer arrives")
        elif isinstance(event, RepairStarted | RepairArrived) and event.turn_id == self._turn_id:
            self._box.show_working("The change has no place; asking once more")
        elif isinstance(event, TurnFinished) and event.turn_id == self._turn_id:
            self.ended.emit(_end_of(event))


def _end_of(event: TurnFinished) -> TurnEnd:
    if event.status is TurnStatus.STOPPED:
        return TurnEnd(event.turn_id, "Stopped.", is_stopped=True)
    if event.error is not None:
        return TurnEnd(event.turn_id, f"{event.error.message} {event.error.advice}".strip())
    if isinstance(event, RepairFinished):
        is_placed = event.repaired is not None and bool(event.repaired.files)
        return TurnEnd(event.turn_id, "" if is_placed else _STILL_NO_PLACE)
    if event.proposal is not None and event.proposal.files:
        return TurnEnd(event.turn_id)
    proposal = event.proposal
    said = [failure.message for failure in proposal.failures] if proposal is not None else []
    said += proposal.notes if proposal is not None and not said else ()
    return TurnEnd(event.turn_id, said[0] if said else "The answer proposes no change here; it is in the chat.")

"""Follow-ups about pending hunks, from a prompt at them: versions, decisions, and the way back to how it was."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from shiboken6 import isValid

from copilot_desktop.bridge.chat.chips import FrozenContext
from copilot_desktop.bridge.chat.conversation_place import ConversationPlace
from copilot_desktop.bridge.chat.places_of_turns import PlacesOfTurns
from copilot_desktop.bridge.chat.running_turn import ProposalMade
from copilot_desktop.bridge.chat.turns import TurnController, would_send
from copilot_desktop.bridge.review.controller import ReviewController
from copilot_desktop.bridge.review.events import ReviewNotice
from copilot_desktop.bridge.review.refining import HunkRefiner, Refinement
from copilot_desktop.conversation.turns import TurnMode, TurnRequest
from copilot_desktop.editor.events import ViewState
from copilot_desktop.editor.view import EditorView
from copilot_desktop.edits.change_sets import Decision
from copilot_desktop.llm.profiles import Profile
from copilot_desktop.ui.prompt_box import PromptBox, ShownVersion
from copilot_desktop.ui.prompt_turn import PromptTurn, TurnEnd
from copilot_desktop.values import dataclass

_AS_IT_WAS = "The change is as it was."
_PUT_BACK = "Put back as it was. “Undo last decision” brings the change back."
_OLD_VERSION = "The change is as it was before; Ctrl+I in it leads to its other versions."


@dataclass(frozen=True, slots=True)
class ViewBefore:
    """How a text was looked at before a prompt was opened in it, and what it said."""

    view: EditorView
    text: str
    state: ViewState

    @classmethod
    def of(cls, view: EditorView) -> ViewBefore:
        """That of a view as it is."""
        return cls(view, view.snapshot().text, view.state())

    def restore(self) -> None:
        """Look at the text so again; where it says something else by now the caret stays where it is."""
        if self.view.snapshot().text == self.text:
            self.view.restore_state(self.state)


@dataclass(frozen=True, slots=True)
class RefineParts:
    """What follow-ups use of a window."""

    review: ReviewController
    refiner: HunkRefiner
    turns: TurnController
    places: PlacesOfTurns


class RefineSession(QObject):
    """Lives as long as its box, which its owner takes away when it is `finished`."""

    finished = Signal()

    def __init__(
        self, parts: RefineParts, box: PromptBox, turn: PromptTurn, refinement: Refinement, before: ViewBefore
    ) -> None:
        super().__init__(box)
        self._parts = parts
        self._box = box
        self._turn = turn
        self._refinement = refinement
        self._before = before
        self._began_at = refinement.at
        self._is_said = False
        self._in_place(lambda _place: None)
        parts.refiner.changed.connect(self._on_refiner_changed)
        box.versions.decided.connect(self._on_decided)
        box.versions.stepped.connect(self._on_stepped)
        box.versions.closed.connect(self.finished)
        self._show()

    def is_about(self, hunk_id: str) -> bool:
        """Whether the hunk is one of those that are refined."""
        return hunk_id in self._refinement.hunk_ids

    def follow_up(self, prompt: str) -> None:
        """Ask for another version."""

        def send(context: FrozenContext) -> None:
            self._in_place(lambda _place: self._turn.ask(prompt, context))

        self._parts.refiner.ask(self._refinement, send, self._box.show_idle)

    def plan(self, prompt: str, profile: Profile, take: Callable[[TurnRequest], None]) -> None:
        """Give `take` what a follow-up would send."""

        def give(context: FrozenContext) -> None:
            turns = self._parts.turns
            self._in_place(lambda place: take(would_send(turns, place, prompt, context, profile, TurnMode.EDIT)))

        self._parts.refiner.ask(self._refinement, give, lambda _sentence: None)

    def end(self, end: TurnEnd) -> None:
        """The answer has ended; of one that proposes something `take` hears next."""
        self._is_said = bool(end.sentence)
        if end.sentence:
            self._box.show_idle(f"{end.sentence} {_AS_IT_WAS}", "Retry")

    def take(self, made: ProposalMade) -> None:
        """What the answer proposes is in the review, as far as it could be placed."""
        failures = made.proposal.failures
        if self._is_said:
            return
        if made.turn_id not in self._refinement.turn_ids:
            said = failures[0].message if failures else "The answer changes other files; the review has it."
            self._box.show_idle(f"{said} {_AS_IT_WAS}", "Retry")
            return
        left = "1 part" if len(failures) == 1 else f"{len(failures)} parts"
        self._box.field.clear()
        self._box.show_idle(f"{left} of the answer could not be placed; the chat says why." if failures else "")

    def put_back(self) -> None:
        """Have it as it was before the prompt: what was proposed in place goes, another hunk is what it was."""
        review, refiner, refinement = self._parts.review, self._parts.refiner, self._refinement
        if not refinement.is_in_place:
            is_other = refinement.at != self._began_at
            refiner.show(refinement, self._began_at)
            if is_other and refinement.at == self._began_at:
                review.noticed.emit(ReviewNotice(_OLD_VERSION, is_passing=True))
        else:
            change_set = review.change_set(refinement.change_set_id)
            hunks = [hunk for change in change_set.files for hunk in change.hunks] if change_set is not None else []
            made = review.under_way()
            decisions = {hunk.hunk_id: made.get(hunk.hunk_id, hunk.decision) for hunk in hunks}
            waiting = [hunk_id for hunk_id, decision in decisions.items() if decision is Decision.PENDING]
            accepted = list(decisions.values()).count(Decision.ACCEPTED)
            if waiting:
                review.reject(waiting)
            review.noticed.emit(_said_of(accepted))
        self._before.restore()
        self.finished.emit()

    def _in_place(self, go_on: Callable[[ConversationPlace], None]) -> None:
        """Go on with the conversation in which follow-ups are asked: that which proposed the change."""

        def found(place: ConversationPlace) -> None:
            if isValid(self._box):  # else closed while the conversation was looked for
                self._turn.place = self._turn.place or place
                go_on(self._turn.place)

        if self._turn.place is not None:
            go_on(self._turn.place)
            return
        change_set = self._parts.review.change_set(self._refinement.change_set_id)
        self._parts.places.find("" if change_set is None else change_set.turn_id, found)

    def _show(self) -> None:
        refinement, refiner = self._refinement, self._parts.refiner
        self._box.show_version(
            ShownVersion(
                refinement.prompts,
                refinement.at + 1,
                len(refinement.versions),
                len(refiner.waiting(refinement)),
                refiner.can_step(refinement, -1),
                refiner.can_step(refinement, 1),
            )
        )

    def _on_refiner_changed(self, refinement: Refinement) -> None:
        if refinement is not self._refinement:
            return
        if self._parts.refiner.waiting(refinement):
            self._show()
        else:
            self.finished.emit()

    def _on_decided(self, is_accepted: bool) -> None:
        ids = [hunk.hunk_id for hunk in self._parts.refiner.waiting(self._refinement)]
        decision = Decision.ACCEPTED if is_accepted else Decision.REJECTED
        if len(ids) != 1:
            self._parts.review.decide_all(self._refinement.change_set_id, decision, only=ids)
        elif is_accepted:
            self._parts.review.accept(ids)
        else:
            self._parts.review.reject(ids)

    def _on_stepped(self, by: int) -> None:
        self._parts.refiner.show(self._refinement, self._refinement.at + by)


def _said_of(accepted: int) -> ReviewNotice:
    """What is said after putting back; a change that stays is not passed over."""
    if not accepted:
        return ReviewNotice(_PUT_BACK, is_passing=True)
    what = (
        "1 change of this prompt was accepted and stays"
        if accepted == 1
        else f"{accepted} changes of this prompt were accepted and stay"
    )
    return ReviewNotice(f"Put back, but {what} in the file.", "“Undo accept here” takes it back, with the caret in it.")

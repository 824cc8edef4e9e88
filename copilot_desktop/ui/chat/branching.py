"""Earlier prompts edited and sent again, and the branches this makes: one switches between them, or takes one out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication

from copilot_desktop.bridge.chat.chips import ChipsController
from copilot_desktop.bridge.chat.turns import BranchesChanged, TurnController, TurnSent
from copilot_desktop.conversation.drafts import UnsentPrompt
from copilot_desktop.conversation.turns import TurnMode
from copilot_desktop.ui.chat.composer import Composer
from copilot_desktop.ui.chat.conversation_view import ConversationView
from copilot_desktop.ui.chat.editing_bar import editing_sentence
from copilot_desktop.ui.focus_order import focus_inside

if TYPE_CHECKING:
    # What draws a turn is imported with the first one: TurnColumn.
    from copilot_desktop.ui.chat.turn_view import TurnView

_BUSY = "The answer still arrives. Stop it (Esc) or wait for its end first."
_EDITING = "An earlier prompt is being edited. Send it or cancel (Esc) first."


class Branching(QObject):
    """One prompt is edited at a time, in the composer; what was written there comes back afterwards."""

    def __init__(
        self, composer: Composer, conversation: ConversationView, turns: TurnController, chips: ChipsController
    ) -> None:
        super().__init__(composer)
        self._composer, self._conversation = composer, conversation
        self._turns, self._chips = turns, chips
        self._edited_id = self._focus_id = ""
        self._aside = UnsentPrompt()
        self._forks: BranchesChanged = BranchesChanged({})
        conversation.turn_shown.connect(self._on_turn_shown)
        composer.editing.cancelled.connect(self.cancel)
        turns.branches_changed.connect(self._on_branches_changed)
        turns.sent.connect(self._on_turn_sent)

    @property
    def edited_id(self) -> str:
        """The turn whose prompt is edited; empty: none."""
        return self._edited_id

    @property
    def aside(self) -> UnsentPrompt:
        """What stood in the composer before the prompt that is edited."""
        return self._aside

    def resume(self, turn_id: str, aside: UnsentPrompt) -> bool:
        """Go on with the editing of a prompt, which is in the composer; False where its turn is not shown."""
        self._edited_id, self._aside = "", UnsentPrompt()
        is_shown = bool(turn_id and self._turns.branch.later(turn_id))
        if is_shown:
            self._edited_id, self._aside = turn_id, aside
        self._composer.editing.show_text(self._sentence(turn_id) if is_shown else "")
        return is_shown

    def may_ask_again(self) -> bool:
        """Whether the prompt of a turn may be sent again now; says why not."""
        return self._may_leave()

    def current_id(self, *modes: TurnMode) -> str:
        """The turn that has the focus, else the last one, of these modes or of all; empty where there is none."""
        focused = QApplication.focusWidget()
        views = [view for view in self._conversation.transcript.turns if focused and view.isAncestorOf(focused)]
        branch = self._turns.branch
        turn_ids = (*(view.head.turn_id for view in views), *reversed(branch.tree.path(branch.leaf_id)))
        heads = (head for head in map(self._conversation.head, turn_ids) if head is not None)
        return next((head.turn_id for head in heads if not modes or head.mode in modes), "")

    def edit(self, turn_id: str) -> None:
        """Put the prompt of a turn into the composer, and say what sending it means."""
        head = self._conversation.head(turn_id)
        if head is None or head.mode is TurnMode.EDIT or not self._may_leave():
            return
        self.cancel()
        aside = UnsentPrompt(self._composer.prompt.written, self._chips.items)
        self._composer.prompt.put(head.prompt)
        self._chips.clear()
        self._chips.restore(head.items)
        self.resume(turn_id, aside)
        self._composer.focus_prompt()

    def cancel(self) -> None:
        """Leave the earlier prompt as it was; what was written before comes back."""
        if self._edited_id:
            self._end(self._aside)

    def edit_current(self) -> None:
        """Edit the prompt of the turn with the focus, or the last one."""
        self.edit(self.current_id(TurnMode.CHAT))

    def branch_off_current(self) -> None:
        """Make a conversation up to the turn with the focus, or the last one."""
        self._branch_off(self.current_id())

    def step_branch(self, step: int) -> None:
        """Go to another branch at the turn with the focus, or at the last one that has some."""
        forks, current_id = self._forks.forks, self.current_id()
        forked = [turn_id for turn_id in forks if self._conversation.head(turn_id) is not None]
        turn_id = current_id if current_id in forks else next(reversed(forked), "")
        siblings = forks.get(turn_id, ())
        at = siblings.index(turn_id) + step if siblings else -1
        if 0 <= at < len(siblings):
            self._switch(siblings[at])

    def _sentence(self, turn_id: str) -> str:
        later = self._turns.branch.later(turn_id)
        undecided, paths = self._conversation.undecided_in(later)
        return editing_sentence(len(later) - 1, undecided, paths)

    def _may_leave(self) -> bool:
        """Whether another branch may be shown now; says why not."""
        head = self._conversation.head(self._edited_id)
        if head is not None and self._composer.prompt.toPlainText() == head.prompt:
            # Nothing was changed yet.
            self.cancel()
        if self._turns.is_running:
            self._composer.show_notice(_BUSY)
        elif self._edited_id:
            self._composer.show_notice(_EDITING)
        return not self._turns.is_running and not self._edited_id

    def _switch(self, turn_id: str) -> None:
        if self._turns.conversation is not None and self._may_leave():
            # The keyboard stays with the prompt, so that the next key leads back.
            self._focus_id = turn_id if focus_inside(self._conversation.transcript) else ""
            self._turns.open_conversation(self._turns.conversation, turn_id)

    def _branch_off(self, turn_id: str) -> None:
        if turn_id and self._may_leave():
            self._turns.branch_off(turn_id)

    def _end(self, unsent: UnsentPrompt) -> None:
        self._edited_id, self._aside = "", UnsentPrompt()
        self._composer.editing.show_text("")
        self._composer.prompt.put(unsent.prompt)
        self._chips.clear()
        self._chips.restore(unsent.items)
        self._composer.focus_prompt()

    def _on_turn_shown(self, view: TurnView) -> None:
        turn_id, card = view.head.turn_id, view.prompt
        card.show_branches(turn_id, self._forks.forks.get(turn_id, ()))
        card.edit_chosen.connect(lambda: self.edit(turn_id))
        card.branch_off_chosen.connect(lambda: self._branch_off(turn_id))
        card.branch_chosen.connect(self._switch)
        if turn_id == self._focus_id:
            self._focus_id = ""
            card.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_branches_changed(self, changed: BranchesChanged) -> None:
        self._forks = changed
        for view in self._conversation.transcript.turns:
            view.prompt.show_branches(view.head.turn_id, changed.forks.get(view.head.turn_id, ()))

    def _on_turn_sent(self, sent: TurnSent) -> None:
        if self._edited_id and sent.request.mode is TurnMode.CHAT:
            # What was typed since it was sent stands behind what stood there before.
            typed = UnsentPrompt(self._composer.prompt.toPlainText(), self._chips.items)
            self._end(self._aside.before(typed))

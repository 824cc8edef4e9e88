"""Ctrl+I: a prompt above the selection, or at a pending hunk. The answer arrives in place; nothing is written."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from PySide6.QtCore import QObject

from copilot_desktop.bridge.chat.budgets import BudgetController
from copilot_desktop.bridge.chat.chips import ChipsController, FrozenContext, Refused, WithRules
from copilot_desktop.bridge.chat.places_of_turns import PlacesOfTurns
from copilot_desktop.bridge.chat.running_turn import ProposalMade
from copilot_desktop.bridge.chat.turns import TurnController, would_send
from copilot_desktop.bridge.review.controller import ReviewController
from copilot_desktop.bridge.review.events import ReviewNotice
from copilot_desktop.bridge.review.refining import HunkRefiner, Refinement
from copilot_desktop.context.items import ContextItem, ItemKind
from copilot_desktop.conversation.turns import TurnMode, TurnRequest
from copilot_desktop.editor.view import EditorView
from copilot_desktop.errors import UsageError
from copilot_desktop.llm.profiles import Profile
from copilot_desktop.text.lines import split_lines
from copilot_desktop.text.ranges import LineRange
from copilot_desktop.ui.editor_area import EditorArea
from copilot_desktop.ui.focus_order import focus_inside
from copilot_desktop.ui.icon_button import MakeIcon
from copilot_desktop.ui.prompt_box import PromptBox
from copilot_desktop.ui.prompt_budget import PromptBudget
from copilot_desktop.ui.prompt_turn import PromptTurn, TurnEnd
from copilot_desktop.ui.refine_session import RefineParts, RefineSession, ViewBefore
from copilot_desktop.values import dataclass

_NO_NAME = "Save the file under a name first: a proposal needs a file it is for."


@dataclass(frozen=True, slots=True)
class PromptParts:
    """What prompts in the text use of a window."""

    editors: EditorArea
    turns: TurnController
    profile: Callable[[], Profile]
    chips: ChipsController
    with_rules: WithRules
    review: ReviewController
    refiner: HunkRefiner
    places: PlacesOfTurns
    budgets: BudgetController
    make_icon: MakeIcon


class InlinePrompt(QObject):
    """At most one prompt in a window; `open_here` puts it above the selection of the active editor."""

    def __init__(self, parts: PromptParts) -> None:
        super().__init__(parts.editors)
        self._parts = parts
        parts.chips.changed.connect(self._on_chips_changed)
        self._prompts: list[str] = []
        self._view: EditorView | None = None
        self._box: PromptBox | None = None
        self._turn: PromptTurn | None = None
        self._budget: PromptBudget | None = None
        self._session: RefineSession | None = None
        self._before: ViewBefore | None = None
        self._lines = LineRange(0, 0)
        self._asked_text = ""
        self._prompt = ""
        self._refused: Refused | None = None
        """Why no model may see the file; a look at it that is under way finds it so, or not."""
        self._is_checked = False

    def open_here(self) -> None:
        """Refine the pending hunk at the caret or below the selection, else ask about the selection or the line."""
        view = self._parts.editors.current_view()
        if view is None:
            return
        hunk_id = self._meant_hunk(view)
        if self._box is not None and self._view is view:
            is_same = hunk_id is not None and self._session is not None and self._session.is_about(hunk_id)
            if self._box.is_working or is_same:
                self._box.field.setFocus()
                return
        elif self._box is not None and self._box.is_working:
            return
        if hunk_id is not None:
            self.refine(hunk_id)
        else:
            self._open_first(view)

    def refine(self, hunk_id: str) -> None:
        """Open the prompt at a pending hunk, for a follow-up about it alone, or about what came together in place."""
        view = self._parts.editors.current_view()
        if view is None or (self._box is not None and self._box.is_working):
            return
        try:
            refinement = self._parts.refiner.of_hunk(hunk_id)
        except UsageError as error:
            self._parts.review.noticed.emit(ReviewNotice(error.message, error.advice))
            return
        self.close()
        before = ViewBefore.of(view)
        starts = [hunk.lines.start for hunk in view.diff_marks.hunks() if hunk.hunk_id in refinement.hunk_ids]
        inserted = [hunk for hunk in view.diff_marks.hunks() if hunk.hunk_id == hunk_id and not len(hunk.lines)]
        line = min(starts, default=view.selected_lines().start)
        # What is inserted stands below the line before it.
        self._open(view, max(0, line - 1) if inserted and inserted[0].lines.start == line else line)
        self._begin_session(refinement, before, "")

    def show_sent(self) -> bool:
        """Show all that would be sent; False where the keyboard is not in a prompt here."""
        if self._box is None or self._budget is None or not focus_inside(self._box):
            return False
        self._budget.show_sent()
        return True

    def _on_chips_changed(self, _changed: object) -> None:
        """A file may be allowed by now."""
        if self._refused is not None and self._budget is not None:
            self._budget.ask_soon()

    def close(self) -> None:
        """Take the prompt away; the keyboard goes back to the text, where the prompt had it."""
        view, box = self._view, self._box
        turn, self._turn = self._turn, None
        budget, self._budget = self._budget, None
        self._view = self._box = self._session = None
        if turn is not None:
            turn.leave()
        if budget is not None:
            budget.stop()
        if self._refused is not None:
            self._refused = None
            self._parts.chips.not_asked_any_more.emit()
        if view is not None and box is not None:
            had_focus = focus_inside(box)
            view.destroyed.disconnect(self._on_view_destroyed)
            view.diff_marks.hide_loading()
            view.hide_inline_widget()
            box.deleteLater()
            if had_focus:
                view.setFocus()

    def take_proposal(self, made: ProposalMade) -> None:
        """What an answer proposes is in the review now, unless it could not be placed or kept."""
        if self._box is None or self._turn is None or made.turn_id != self._turn.turn_id:
            return
        failures = made.proposal.failures
        if self._session is not None:
            self._session.take(made)
            return
        left = "1 part" if len(failures) == 1 else f"{len(failures)} parts"
        said = f"{left} of the answer could not be placed; the chat says why." if failures else ""
        if self._is_refined(made.turn_id, said):
            return
        if made.proposal.files:
            # It is about other files.
            self.close()
        elif failures:
            self._box.show_idle(failures[0].message, "Retry")

    def _meant_hunk(self, view: EditorView) -> str | None:
        """The pending hunk at the caret; with a selection, one that the selection lies in or was made for."""
        review = self._parts.review
        review.catch_up()
        pending = {hunk.hunk_id: hunk for hunk in review.state.pending()}
        shown = [hunk for hunk in view.diff_marks.hunks() if hunk.hunk_id in pending]
        if not view.selected_text():
            found = view.diff_marks.hunk_at_caret()
            return found if found in pending else None
        lines = view.selected_lines()
        inside = [hunk for hunk in shown if hunk.lines.start < lines.end and lines.start < hunk.lines.end]
        for hunk in inside:
            whole = pending[hunk.hunk_id]
            if whole.start <= lines.start and lines.end <= whole.end:
                return hunk.hunk_id
        return next((hunk.hunk_id for hunk in inside if self._parts.refiner.was_asked_for(hunk.hunk_id, lines)), None)

    def _open_first(self, view: EditorView) -> None:
        self.close()
        lines = view.selection().lines
        self._before = ViewBefore.of(view)
        self._lines = lines if len(lines) else LineRange(lines.start, lines.start + 1)
        self._asked_text = self._before.text
        self._open(view, self._lines.start)

    def _open(self, view: EditorView, line: int) -> None:
        parts = self._parts
        box = PromptBox(parts.make_icon, self._prompts)
        turn = PromptTurn(box, parts.turns, parts.profile, parts.chips.check)
        self._budget = PromptBudget(box, parts.budgets, parts.profile, self._plan, parts.turns.secrets)
        box.submitted.connect(self._on_submitted)
        box.dismissed.connect(self._on_dismissed)
        turn.begun.connect(self._on_turn_begun)
        turn.ended.connect(self._on_turn_ended)
        self._view, self._box, self._turn = view, box, turn
        self._refused, self._is_checked = None, False
        view.destroyed.connect(self._on_view_destroyed)
        view.show_inline_widget(box, line)
        box.field.setFocus()

    def _is_refined(self, turn_id: str, said: str) -> bool:
        """Go on to follow-ups about what a first answer has proposed; False where it is not in the review."""
        view = self._view
        path = None if view is None else view.path
        if path is None or self._before is None:
            return False
        refinement = self._parts.refiner.of_turn(turn_id, path, self._prompt, self._lines)
        if refinement is None:
            return False
        self._begin_session(refinement, self._before, said)
        return True

    def _begin_session(self, refinement: Refinement, before: ViewBefore, said: str) -> None:
        view, box, turn = self._view, self._box, self._turn
        if view is None or box is None or turn is None:
            return
        parts = RefineParts(self._parts.review, self._parts.refiner, self._parts.turns, self._parts.places)
        self._session = RefineSession(parts, box, turn, refinement, before)
        self._session.finished.connect(self.close)
        box.show_idle(said)
        box.field.clear()

    def _on_submitted(self, prompt: str) -> None:
        view, box, turn = self._view, self._box, self._turn
        if view is None or box is None or turn is None:
            return
        if self._session is not None:
            self._session.follow_up(prompt)
            return
        text, path = view.snapshot().text, view.path
        if text != self._asked_text:
            # Typed since the prompt was opened: what is selected now is meant.
            self._asked_text, self._before = text, ViewBefore.of(view)
            now = view.selection().lines
            self._lines = now if len(now) else LineRange(now.start, now.start + 1)
        if path is None:
            box.show_idle(_NO_NAME)
            return
        self._prompt = prompt
        turn.ask(prompt, _context(path, text, self._lines), self._parts.with_rules)

    def _plan(self, prompt: str, take: Callable[[TurnRequest], None], refuse: Callable[[Refused], None]) -> None:
        """Give what would be sent now, to be priced and read; of a file that no model may see nothing would be."""
        view, box, turn, turns = self._view, self._box, self._turn, self._parts.turns
        if view is None or box is None or turn is None:
            return
        profile = self._parts.profile()
        if self._session is not None:
            self._session.plan(prompt, profile, take)
        elif view.path is None:
            box.show_budget("", _NO_NAME)  # nothing can be sent
        elif not self._is_checked:
            self._check(view.path, turn, lambda: self._plan(prompt, take, refuse), refuse)
        else:
            text = view.snapshot().text
            lines = self._lines if text == self._asked_text else view.selection().lines
            context = _context(view.path, text, lines if len(lines) else LineRange(lines.start, lines.start + 1))

            def give(context: FrozenContext) -> None:
                if self._turn is turn:
                    take(would_send(turns, turn.place or turns.place, prompt, context, profile, TurnMode.EDIT))

            self._parts.with_rules(context, give)

    def _check(self, path: str, turn: PromptTurn, done: Callable[[], None], refuse: Callable[[Refused], None]) -> None:
        """Whether a model may see the file: at first the user is offered to allow it."""
        is_told = self._refused is None

        def may() -> None:
            if self._turn is turn:
                self._refused, self._is_checked = None, True
                done()

        def may_not(refused: Refused) -> None:
            if self._turn is turn:
                self._refused = refused
                refuse(refused)

        self._parts.chips.check(path, may, may_not, is_told=is_told)

    def _on_turn_begun(self) -> None:
        if self._view is not None and self._session is None:
            self._view.diff_marks.show_loading(self._lines)

    def _on_turn_ended(self, end: TurnEnd) -> None:
        view, box = self._view, self._box
        if view is None or box is None:
            return
        view.diff_marks.hide_loading()
        if self._session is not None:
            self._session.end(end)
        elif end.sentence:
            box.show_idle(f"{end.sentence} Nothing was changed." if end.is_stopped else end.sentence, "Retry")
        else:
            # A block that was asked for once more is there; what came at first is in a moment.
            self._is_refined(end.turn_id, "")

    def _on_dismissed(self) -> None:
        if self._session is not None:
            self._session.put_back()
        else:
            self.close()

    def _on_view_destroyed(self) -> None:
        turn, self._turn = self._turn, None
        self._view = self._box = self._session = self._budget = None
        # The tab was closed: nobody sees the answer, and nobody could stop it.
        if turn is not None:
            turn.leave(is_stopped=True)


def _context(path: str, text: str, lines: LineRange) -> FrozenContext:
    """What a first prompt is sent with: its lines, and the text that they are from."""
    every = split_lines(text)
    lines = LineRange(min(lines.start, len(every)), min(lines.end, len(every)))
    chosen = "".join(every[lines.start : lines.end])
    item = ContextItem(uuid.uuid4().hex, ItemKind.SELECTION, path, chosen, lines, is_unsaved=True)
    return FrozenContext((item,), {path: text})

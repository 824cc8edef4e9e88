"""The right side of the history: one step with its diff, or what would be written to put something back."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from copilot_desktop.bridge.history.values import (
    Comparison,
    RestorePlanned,
    RestoreRequest,
    StepShown,
    Wanted,
)
from copilot_desktop.ui.history.step_diff import StepDiff
from copilot_desktop.ui.history.step_heads import PlanHead, StepHead
from copilot_desktop.ui.history.step_words import title_of


class StepPane(QWidget):
    """`requested(RestoreRequest)`: it is to be planned. `compared(Comparison)`: show the other comparison."""

    requested = Signal(object)
    compared = Signal(object)
    agreed = Signal(object)
    """Carries the `RestorePlanned` to be written."""
    to_review_chosen = Signal(object)
    """Carries the `RestorePlanned` whose conflict is to be decided."""
    plan_dropped = Signal()

    def __init__(self, diff: StepDiff, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._step: StepShown | None = None
        self._planned: RestorePlanned | None = None
        self.diff = diff
        self._head, self._plan = StepHead(), PlanHead()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget in (self._head, self._plan):
            column.addWidget(widget)
        column.addWidget(diff.widget, 1)
        diff.take_back = self.take_back_hunk
        diff.file_changed.connect(self._head.show_file)
        self._head.wanted.connect(self.want_everything)
        self._head.compared.connect(self.compared)
        self._head.file_wanted.connect(self.want_file)
        self._plan.agreed.connect(self.agree)
        self._plan.to_review_chosen.connect(self.agree)
        self._plan.dropped.connect(self.drop_plan)
        self._arrange()

    @property
    def is_planning(self) -> bool:
        """Whether what is shown is what would be written."""
        return self._planned is not None

    @property
    def comparison(self) -> Comparison:
        """Which comparison of the step is shown."""
        return self._step.comparison if self._step is not None else Comparison.STEP

    @property
    def entry_id(self) -> str:
        """The step that is shown, or that what would be written is about."""
        return self._step.step.entry.entry_id if self._step is not None else ""

    def show_step(self, event: StepShown) -> None:
        """Show a step; a plan about another one is dropped. What is looked at is not taken away by the same step, which
        was only read once more."""
        is_same = event.step.entry.entry_id == self.entry_id and event.comparison is self.comparison
        self._step = event
        if self._planned is None or not is_same:
            self._show(event)

    def _show(self, event: StepShown) -> None:
        self._planned = None
        self._head.show_step(event)
        self.diff.show_compared(event.shown, can_take_back=not event.step.is_lost)
        self._arrange()

    def show_plan(self, planned: RestorePlanned) -> None:
        """Show what would be written."""
        self._planned = planned
        asked = title_of(self._step.step.entry) if self._step is not None else planned.plan.title
        self._plan.show_plan(planned, asked)
        self.let_agree()
        self.diff.show_compared(planned.shown, can_take_back=False)
        self._arrange()
        for button in (self._plan.agree, self._plan.review):
            if button.isVisibleTo(self):
                button.setFocus()
                return
        self._plan.setFocus()

    def drop_plan(self) -> None:
        """Show the step again; nothing is written."""
        if self._planned is not None and self._step is not None:
            self._show(self._step)
            self.diff.widget.setFocus()
            self.plan_dropped.emit()

    def agree(self) -> None:
        """Write what is shown, or take its conflict to the review."""
        if self._planned is None:
            return
        if self._planned.can_be_written:
            self._plan.agree.setEnabled(False)
            self.agreed.emit(self._planned)
        elif self._planned.inverse is not None:
            self.to_review_chosen.emit(self._planned)

    def let_agree(self) -> None:
        """It was not written: it can be tried again."""
        self._plan.agree.setEnabled(True)

    def want_everything(self, wanted: Wanted) -> None:
        """Ask to have the step taken back, or everything put back to before or after it."""
        if self._step is not None and not (wanted is Wanted.UNDO and self._step.step.is_lost):
            self._request(wanted)

    def want_file(self, wanted: Wanted) -> None:
        """Ask to have the file that is looked at put back."""
        path = self.diff.current_path
        if path and not self._is_lost(path):
            self._request(wanted, path)

    def take_back_hunk(self, hunk_id: str = "") -> None:
        """Ask to have a hunk put back, or the current one."""
        hunk_id = hunk_id or self.diff.current_hunk
        if not hunk_id or self._planned is not None or self._step is None:
            return
        path = next(
            (
                change.path
                for change in self._step.shown.change_set.files
                if any(hunk.hunk_id == hunk_id for hunk in change.hunks)
            ),
            "",
        )
        is_step = self._step.comparison is Comparison.STEP
        if path:
            self._request(Wanted.UNDO if is_step else Wanted.LINES, path, hunk_id)

    def switch_comparison(self) -> None:
        """Show the other comparison."""
        other = Comparison.NOW if self.comparison is Comparison.STEP else Comparison.STEP
        self.compared.emit(other)

    def _request(self, wanted: Wanted, path: str = "", hunk_id: str = "") -> None:
        if self._step is not None:
            self.requested.emit(RestoreRequest(wanted, self._step.step.entry.entry_id, path, hunk_id))

    def _is_lost(self, path: str) -> bool:
        return self._step is not None and path in self._step.lost

    def _arrange(self) -> None:
        is_planning = self._planned is not None
        self._plan.setVisible(is_planning)
        self._head.setVisible(not is_planning and self._step is not None)
        self._head.show_file(self.diff.current_path)

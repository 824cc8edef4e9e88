"""The history page: the time line on the left, the step on the right, what narrows it above, its size below."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from copilot_desktop.bridge.history.controller import HistoryController
from copilot_desktop.bridge.history.values import (
    Comparison,
    HistoryFailed,
    Query,
    Restored,
    RestorePlanned,
    StepShown,
    StepsListed,
    TimelineStep,
)
from copilot_desktop.ui.history.filter_bar import FilterBar
from copilot_desktop.ui.history.history_parts import HistoryFoot, HistoryPanes, NoSteps
from copilot_desktop.ui.history.step_diff import StepDiff
from copilot_desktop.ui.history.step_pane import StepPane
from copilot_desktop.ui.history.timeline import Timeline
from copilot_desktop.ui.theme.theme import Theme, ThemeChanged

_LEAST_PX = 320
_REFRESH_MS = 300
_EMPTY = "Nothing was written here yet: what you accept, save, restore or delete will stand here, and can be put back."
_NONE = "No step fits. Another word, or all files, may find it."


class HistoryView(QWidget):
    """Shows one folder's history. `open_wanted(path)` asks for a file."""

    open_wanted = Signal(str)
    settings_wanted = Signal()

    def __init__(self, history: HistoryController, diff: StepDiff, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("history")
        self.setAccessibleName("History")
        self.setMinimumWidth(_LEAST_PX)
        self._history = history
        self._goal = ""
        self._listed: tuple[TimelineStep, ...] = ()
        self.filter = FilterBar()
        self.timeline = Timeline(theme.tokens)
        self.step = StepPane(diff)
        self.body = HistoryPanes(self.timeline, self.step)
        """What one-key commands work in: never while something is typed."""
        self._pages, self._none, self._foot = QStackedWidget(), NoSteps(), HistoryFoot()
        self._place()
        self._later = QTimer(self, singleShot=True, interval=_REFRESH_MS)
        self._later.timeout.connect(self._refresh_unless_planning)
        self._follow(theme)
        self.setFocusProxy(self.timeline)

    def show_history_of(self, path: str | None) -> None:
        """Show the steps of a file, or of the whole folder."""
        self.filter.show_path(path)
        self.refresh()

    def refresh(self) -> None:
        """List the newest steps again; the one that is looked at stays the current one where it still fits."""
        self.setProperty("kept_path", self.filter.query.path or "")
        if not self.isVisible():
            return  # it is done when it is shown
        self._history.list(self.filter.query)
        self._history.list_paths()
        self._history.measure()

    def refresh_soon(self) -> None:
        """Something may have been written."""
        self._later.start()

    def _refresh_unless_planning(self) -> None:
        # What is being looked at must not be taken away; leaving it comes here again.
        if not self.step.is_planning:
            self.refresh()

    def compare(self, comparison: Comparison) -> None:
        """Show what the step did, or what changed since."""
        if self.timeline.current_id:
            self._history.show(self.timeline.current_id, comparison)

    def go_to_step(self) -> None:
        """Give the keyboard to the diff."""
        self.step.diff.widget.setFocus()

    def open_file(self) -> None:
        """Ask for the file that is looked at."""
        path = self.step.diff.current_path
        if path:
            self.open_wanted.emit(path)

    def leave_plan(self) -> None:
        """Drop what would be written, or go back to the time line."""
        if self.step.is_planning:
            self.step.drop_plan()
        else:
            self.timeline.setFocus()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """What was written while nobody looked is listed now."""
        super().showEvent(event)
        self._history.watch.start()
        self.refresh()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        """Nobody looks any more."""
        super().hideEvent(event)
        self._history.watch.stop()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Whoever comes back from a terminal has written there, maybe where nothing tells of it."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.ActivationChange and self.isActiveWindow():
            self.refresh_soon()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As a page."""
        return QSize(900, 600)

    def _follow(self, theme: Theme) -> None:
        history = self._history
        theme.changed.connect(self._on_theme_changed)
        history.listed.connect(self._on_listed)
        history.shown.connect(self._on_shown)
        history.planned.connect(self.step.show_plan)
        history.restored.connect(self._on_restored)
        history.failed.connect(self._on_failed)
        history.measured.connect(self._foot.show_size)
        history.paths_listed.connect(self.filter.show_paths)
        history.watch.changed.connect(self.refresh_soon)
        history.folder_changed.connect(self._on_folder_changed)
        self.filter.changed.connect(self.refresh)
        self.filter.left.connect(self.timeline.setFocus)
        self.timeline.chosen.connect(self._on_timeline_chosen)
        self.timeline.older_wanted.connect(self._on_older_wanted)
        self.timeline.activated.connect(self.go_to_step)
        self.step.requested.connect(history.plan)
        self.step.compared.connect(self.compare)
        self.step.agreed.connect(history.carry_out)
        self.step.to_review_chosen.connect(self._on_to_review_chosen)
        self.step.plan_dropped.connect(history.drop_plan)
        self.step.plan_dropped.connect(self.refresh_soon)
        self._foot.settings_chosen.connect(self.settings_wanted)
        self._none.retry_chosen.connect(self.refresh)

    def _on_listed(self, event: StepsListed) -> None:
        if event.query != self.filter.query:
            return
        if event.is_more:
            self.timeline.steps.add_steps(event.steps, is_last=event.is_last)
            return
        if self.step.is_planning:
            return  # it was asked for before the plan came; leaving that lists them
        here = self._goal or self.timeline.current_id
        is_shown = self._pages.currentIndex() == 0 and here == self.timeline.current_id
        if is_shown and event.steps and event.steps == self._listed:
            return  # nothing has come meanwhile
        self._goal, self._listed = "", event.steps
        self.timeline.steps.show_steps(event.steps, is_last=event.is_last)
        if event.steps:
            self._pages.setCurrentIndex(0)
            if not self.timeline.go_to(here):
                self.timeline.go_to_first()
        else:
            self._say(_EMPTY if event.query == Query() else _NONE)

    def _say(self, sentence: str, *, is_error: bool = False) -> None:
        self._none.say(sentence, is_error=is_error)
        self._pages.setCurrentIndex(1)

    def _on_timeline_chosen(self, entry_id: str) -> None:
        if entry_id != self.step.entry_id:
            self._history.drop_plan()  # else the steps were listed anew, and what was asked for is still wanted
        self._history.show(entry_id, Comparison.STEP if self.step.is_planning else self.step.comparison)

    def _on_older_wanted(self) -> None:
        self._history.list(self.filter.query, self.timeline.steps.oldest)

    def _on_shown(self, event: StepShown) -> None:
        if event.step.entry.entry_id != self.timeline.current_id:
            return
        if event.step.is_lost:
            self.timeline.steps.mark_lost(event.step.entry.entry_id)
        self.step.show_step(event)

    def _on_restored(self, event: Restored) -> None:
        self._goal = event.entry_id
        if self.step.is_planning:
            self.step.drop_plan()
        self.timeline.setFocus()
        self.refresh()

    def _on_to_review_chosen(self, planned: RestorePlanned) -> None:
        self.step.drop_plan()
        self._history.to_review(planned)

    def _on_failed(self, event: HistoryFailed) -> None:
        if event.is_list:
            self._say(f"{event.message} {event.advice}".strip(), is_error=True)
        else:
            self.step.let_agree()

    def _on_folder_changed(self) -> None:
        self._listed = ()
        self.timeline.steps.show_steps((), is_last=True)
        self.filter.show_path(None)
        self.refresh()

    def _on_theme_changed(self, event: ThemeChanged) -> None:
        self.timeline.set_tokens(event.tokens)

    def _place(self) -> None:
        self._pages.addWidget(self.body)
        self._pages.addWidget(self._none)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.filter)
        whole.addWidget(self._pages, 1)
        whole.addWidget(self._foot)

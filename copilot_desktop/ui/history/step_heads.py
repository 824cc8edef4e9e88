"""Above the diff of the history: what a step was and what puts it back, and what is said before it is written."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QLabel, QMenu, QPushButton, QVBoxLayout, QWidget

from copilot_desktop.bridge.history.values import Comparison, RestorePlanned, RestoreRequest, StepShown, Wanted
from copilot_desktop.ui.elided_label import ElidedLabel
from copilot_desktop.ui.flow_layout import FlowLayout
from copilot_desktop.ui.history.step_words import files_of, kind_of, moment_of, prefix_of
from copilot_desktop.ui.icon_button import Pressing

_SHORT_PROMPT, _PROMPT_LINES = 240, 3
_SHORT_ASKED = 80
_SAID_CONFLICTS = 6
_TITLES = {
    Wanted.UNDO: "Undo {}, of",
    Wanted.LINES: "Restore {}, to after",
    Wanted.BEFORE: "Restore {} to before",
    Wanted.AFTER: "Restore {} to after",
}
_LOST = "The content of then is no longer kept."


def make_button(name: str, text: str, tip: str = "") -> QPushButton:
    """A button with its name for tests and readers."""
    button = QPushButton(text)
    button.setObjectName(f"history.{name}")
    button.setAccessibleName(text)
    button.setToolTip(tip)
    return button


def _words(name: str, role: str) -> QLabel:
    label = QLabel()
    label.setObjectName(f"history.{name}")
    label.setProperty("role", role)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    return label


class StepHead(QFrame):
    """What was asked, of whom, when; and what puts it back. `wanted(Wanted)`, `compared(Comparison)`."""

    wanted = Signal(object)
    file_wanted = Signal(object)
    """Carries what is wanted of the file that is looked at."""
    compared = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._step: StepShown | None = None
        self._path = ""
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(4)
        self._title = _words("title", "heading")
        self._title.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._more = make_button("more", "Show all of the prompt")
        self._more.setProperty("link", True)
        self._more.setCheckable(True)
        self._more.toggled.connect(self._show_title)
        self._meta = ElidedLabel("history.meta")
        self._meta.setProperty("role", "muted")
        self._lost = _words("lost", "amber")
        column.addWidget(self._title)
        column.addWidget(self._more, 0, Qt.AlignmentFlag.AlignLeft)
        for widget in (self._meta, self._lost, self._make_buttons()):
            column.addWidget(widget)

    def show_step(self, event: StepShown) -> None:
        """Say what the step was."""
        entry = event.step.entry
        self._step = event
        parts = [kind_of(entry), moment_of(entry.at), entry.model, files_of(entry)]
        self._meta.show_text(" · ".join(part for part in parts if part))
        self._more.setChecked(False)
        self._show_title()
        lost = sorted(event.lost)
        named = lost[0] if len(lost) == 1 else f"{len(lost)} files"
        self._lost.setVisible(bool(lost))
        self._lost.setText(f"The content of {named} is no longer kept, so it cannot be put back." if lost else "")
        self._undo.setEnabled(not event.step.is_lost)
        self._undo.setToolTip(_LOST if event.step.is_lost else "Take back what this step wrote, and nothing else (U)")
        self._pressing[event.comparison].show_checked(True)

    def show_file(self, path: str) -> None:
        """The file that is looked at: what puts single files back is about it."""
        self._path = path

    def _make_buttons(self) -> QWidget:
        row = QWidget()
        row.setProperty("plain", True)
        flow = FlowLayout(row, gap_px=6)
        group = QButtonGroup(self)
        self._pressing: dict[Comparison, Pressing] = {}
        self._modes = {
            Comparison.STEP: make_button("mode_step", "What it did", "Show what this step did (C)"),
            Comparison.NOW: make_button("mode_now", "Compared with now", "From the state after it to now (C)"),
        }
        for comparison, button in self._modes.items():
            button.setCheckable(True)
            group.addButton(button)
            self._pressing[comparison] = Pressing(button, partial(self.compared.emit, comparison))
            flow.addWidget(button)
        self._undo = make_button("undo_step", "Undo this step")
        self._undo.clicked.connect(partial(self._on_wanted_clicked, Wanted.UNDO))
        flow.addWidget(self._undo)
        self._restore = make_button(
            "restore", "Restore…", "Put this file, or everything, back to before or after the step"
        )
        self._restore.clicked.connect(self._on_restore_clicked)
        flow.addWidget(self._restore)
        return row

    def _show_title(self, _checked: bool = False) -> None:
        if self._step is None:
            return
        entry = self._step.step.entry
        whole = entry.prompt.strip() or entry.title
        lines = [line for line in whole.splitlines() if line.strip()]
        is_long = len(lines) > _PROMPT_LINES or len(whole) > _SHORT_PROMPT
        shown = whole
        if is_long and not self._more.isChecked():
            shown = "\n".join(lines[:_PROMPT_LINES])[:_SHORT_PROMPT].rstrip() + " …"
        self._title.setText(f"{prefix_of(entry)}{shown}")
        self._more.setVisible(is_long)
        self._more.setText("Show less of the prompt" if self._more.isChecked() else "Show all of the prompt")

    def _on_wanted_clicked(self, wanted: Wanted, _checked: bool = False) -> None:
        self.wanted.emit(wanted)

    def _on_restore_clicked(self) -> None:
        """Offer the states that can be had back, in a menu below the button."""
        if self._step is None:
            return
        menu = QMenu(self)
        menu.setObjectName("history.restore_menu")
        menu.setAccessibleName("Restore")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        name = self._path.rpartition("/")[2]
        lost = " (no longer kept)" if self._path in self._step.lost else ""
        if self._path:
            for title, wanted, key in (
                (f"Undo the step in {name}", Wanted.UNDO, "Shift+U"),
                (f"{name} to before the step", Wanted.BEFORE, "B"),
                (f"{name} to after the step", Wanted.AFTER, "A"),
            ):
                action = menu.addAction(f"{title}{lost}\t{key}", partial(self.file_wanted.emit, wanted))
                action.setEnabled(not lost)
            menu.addSeparator()
        menu.addAction("Everything to before the step\tShift+B", partial(self.wanted.emit, Wanted.BEFORE))
        menu.addAction("Everything to after the step\tShift+A", partial(self.wanted.emit, Wanted.AFTER))
        menu.popup(self._restore.mapToGlobal(self._restore.rect().bottomLeft()))


class PlanHead(QFrame):
    """What would be written, before it is."""

    agreed = Signal()
    to_review_chosen = Signal()
    dropped = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("banner", "info")
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(6)
        self._title, self._said, self._conflicts = (
            _words("plan_title", "heading"),
            _words("plan_said", ""),
            _words("plan_conflicts", "conflict"),
        )
        for label in (self._title, self._said, self._conflicts):
            column.addWidget(label)
        row = QWidget()
        row.setProperty("plain", True)
        flow = FlowLayout(row, gap_px=6)
        self.agree = make_button("agree", "Put back", "Write it, as a step of its own (Enter)")
        self.review = make_button("to_review", "Decide in the review", "Nothing of it is taken by itself (Enter)")
        self._drop = make_button("drop", "Cancel", "Leave everything as it is (Esc)")
        for button, signal in (
            (self.agree, self.agreed),
            (self.review, self.to_review_chosen),
            (self._drop, self.dropped),
        ):
            button.clicked.connect(signal)
            flow.addWidget(button)
        for button in (self.agree, self.review):
            button.setProperty("primary", True)
        column.addWidget(row)

    def show_plan(self, planned: RestorePlanned, asked: str) -> None:
        """Say what would be written and what somebody has to decide. `asked`: what the step was for."""
        asked = asked if len(asked) <= _SHORT_ASKED else f"{asked[: _SHORT_ASKED - 1]}…"
        self._title.setText(f"{_what(planned.request)} “{asked}”")
        self._said.setText(_said(planned))
        conflicts = planned.conflicts[:_SAID_CONFLICTS]
        more = len(planned.conflicts) - len(conflicts)
        text = "\n".join((*conflicts, *((f"… and {more} more.",) if more else ())))
        self._conflicts.setText(text)
        self._conflicts.setVisible(bool(text))
        self.agree.setVisible(planned.can_be_written)
        self.review.setVisible(planned.inverse is not None)
        self._drop.setText("Cancel" if planned.can_be_written or planned.inverse is not None else "Close")
        self.setAccessibleName(f"{self._title.text()}. {self._said.text()} {text}")


def _what(request: RestoreRequest) -> str:
    if not request.path:
        return "Undo" if request.wanted is Wanted.UNDO else _TITLES[request.wanted].format("everything")
    return _TITLES[request.wanted].format(f"a change in {request.path}" if request.hunk_id else request.path)


def _said(planned: RestorePlanned) -> str:
    plan = planned.plan
    if planned.changes_nothing:
        return "Everything is as wanted already: there is nothing to put back."
    if plan.lost:
        named = plan.lost[0] if len(plan.lost) == 1 else f"{plan.lost[0]} and {len(plan.lost) - 1} more"
        return f"The content of {named} is no longer kept, so nothing can be put back. Take single files instead."
    if planned.inverse is not None:
        return (
            "It was changed since, in the same lines. Decide in the review what becomes of it; nothing is written yet."
        )
    if planned.conflicts:
        return (
            "It was changed since and cannot be taken back line by line. Restore the file to before or after instead."
        )
    count = len(plan.written)
    said = "This is what would change."
    if plan.left_in_tabs:
        said = f"{said} What the step changed in unsaved tabs stays there: {plan.left_in_tabs}."
    moved = dict(plan.moves)
    in_tabs = [path for path in plan.written if path in planned.tabs and path not in moved]
    if any(path in planned.tabs for path in moved):
        said = f"{said} Unsaved text goes along in its tab."
    if len(in_tabs) == 1:
        return f"{said} {in_tabs[0]} has unsaved changes, so it changes in its tab only."
    if in_tabs:
        return f"{said} {len(in_tabs)} of {count} files have unsaved changes, so they change in their tabs only."
    return said

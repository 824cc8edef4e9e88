"""The starter model where it is not there yet: what it is, a button that fetches it, and how far it has come."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from copilot_desktop.bridge.models.starter import StarterFetching, StarterState
from copilot_desktop.ui.announcing import announce
from copilot_desktop.ui.flow_layout import FlowLayout
from copilot_desktop.ui.theme.marking import mark

_STEPS = 1000
_MB = 1_000_000


class StarterRow(QWidget):
    """Hidden where the model is there. `is_primary`: fetching is what its page is for."""

    there_changed = Signal(bool)
    """Whether the model is there, once that is known, and when it changes."""

    def __init__(self, starter: StarterFetching, *, is_primary: bool = False) -> None:
        super().__init__()
        self._starter, self._is_primary = starter, is_primary
        self._said: tuple[bool | None, str] = (None, "")
        self.setObjectName("starter_row")
        self.setAccessibleName("Built-in model")
        self.setProperty("plain", True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        file = starter.state.file
        self._about = _label(
            f"It is not installed yet: {file.name} by {file.publisher} ({file.licence}), "
            f"{_mb(file.size_bytes)} from {file.host}, checked against its SHA-256.",
            "starter_about",
        )
        column.addWidget(self._about)
        self.bar = QProgressBar()
        self.bar.setObjectName("starter_bar")
        self.bar.setAccessibleName("Fetching the built-in model")
        self.bar.setRange(0, _STEPS)
        self.bar.setTextVisible(False)
        column.addWidget(self.bar)
        row = QWidget()
        row.setProperty("plain", True)
        flow = FlowLayout(row, gap_px=8)
        self.button = QPushButton()
        self.button.setObjectName("starter_fetch")
        self.button.setAutoDefault(False)
        self.button.clicked.connect(self._on_clicked)
        flow.addWidget(self.button)
        self.status = _label("", "starter_status")
        self.status.setWordWrap(False)
        flow.addWidget(self.status)
        column.addWidget(row)
        self.problem = _label("", "starter_problem")
        mark(self.problem, "role", "error")
        column.addWidget(self.problem)
        starter.changed.connect(self.show_state)
        self.hide()
        self.show_state(starter.state)

    def show_state(self, state: StarterState) -> None:
        """Show how it stands."""
        if self._said[0] is not state.is_there and state.is_there is not None:
            self.there_changed.emit(state.is_there)
        self.setVisible(state.is_there is False)
        total, come = state.file.size_bytes, state.come_bytes
        self.bar.setVisible(state.is_fetching)
        self.bar.setValue(_STEPS * come // total)
        if state.is_fetching:
            title = "Stop"
        elif state.problem is not None:
            title = "Try again"
        else:
            title = f"Go on fetching ({_mb(total - come)})" if come else f"Fetch it ({_mb(total)})"
        self.button.setText(title)
        self.button.setAccessibleName(
            "Stop fetching the built-in model" if state.is_fetching else f"{title}: built-in model"
        )
        mark(self.button, "primary", self._is_primary and not state.is_fetching)
        said = f"{come // _MB} of {_mb(total)}" if come and (state.is_fetching or state.problem) else ""
        self.status.setText(said)
        self.status.setVisible(bool(said))
        problem = "" if state.problem is None else f"{state.problem.message} {state.problem.advice}".rstrip()
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))
        if problem and problem != self._said[1]:
            announce(self, problem)
        elif state.is_there and self._said[0] is False:
            announce(self, "The built-in model is there.")
        self._said = state.is_there, problem

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """It may have come, or gone, since."""
        super().showEvent(event)
        if not self._starter.state.is_fetching:
            self._starter.look()

    def _on_clicked(self) -> None:
        if self._starter.state.is_fetching:
            self._starter.stop()
        else:
            self._starter.fetch()


def _label(text: str, name: str) -> QLabel:
    made = QLabel(text)
    made.setObjectName(name)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setProperty("role", "muted")
    made.setWordWrap(True)
    return made


def _mb(size_bytes: int) -> str:
    return f"{round(size_bytes / _MB)} MB"

"""What a model finds in one's own changes, below them: what would be sent, what goes on, and what came of it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon, QKeyEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from copilot_desktop.bridge.findings.events import FindingsChanged
from copilot_desktop.bridge.request_words import Phase
from copilot_desktop.ui.announcing import announce
from copilot_desktop.ui.changes.finding_list import FindingList
from copilot_desktop.ui.changes.finding_words import FindingRow, counts_words
from copilot_desktop.ui.elided_label import ElidedLabel
from copilot_desktop.ui.icon_button import IconButton
from copilot_desktop.ui.request_strip import RequestStrip
from copilot_desktop.ui.theme.icons import icon
from copilot_desktop.ui.theme.tokens import Tokens

_REST_LINES, _HEIGHT_PX = 5, 180


class FindingsPane(QWidget):
    """Shows one state of a controller. `done(name)` asks for a deed: "next", "previous", "fix", "dismiss", "undo",
    "request", "close"."""

    done = Signal(str)

    def __init__(self, tokens: Tokens, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("findings")
        self.setAccessibleName("Findings of the model")
        self.setProperty("pane", True)
        self._tokens = tokens
        self._head = ElidedLabel("findings.head")
        self._head.setProperty("role", "section")
        self.strip = RequestStrip("findings", self)
        self.list = FindingList(tokens, self)
        self.said = QLabel(self)
        self.said.setObjectName("findings.said")
        self.said.setTextFormat(Qt.TextFormat.PlainText)
        self.said.setWordWrap(True)
        self.said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.rest = QPlainTextEdit(self)
        self.rest.setObjectName("findings.rest")
        self.rest.setAccessibleName("What else the answer says")
        self.rest.setReadOnly(True)
        self.rest.setTabChangesFocus(True)
        self._rest_head = QLabel("What else the answer says:", self)
        self._rest_head.setProperty("role", "muted")
        self._buttons: dict[str, IconButton] = {}
        self._state = FindingsChanged(Phase.RESTING)
        self._place()
        self.list.chosen.connect(self._show_buttons)

    def set_tokens(self, tokens: Tokens) -> None:
        """Paint in other colours."""
        self._tokens = tokens
        self.list.set_tokens(tokens)
        for button in self._buttons.values():
            button.draw()

    def show_state(self, state: FindingsChanged, rows: list[FindingRow]) -> None:
        """Show how it stands."""
        before, self._state = self._state, state
        counted = counts_words(state.findings, state.fixed)
        self._head.show_text(f"FINDINGS · {counted}" if counted else "FINDINGS")
        self.list.show_rows(rows)
        self.list.setVisible(bool(rows))
        was_in_strip, was_here = self.strip.has_focus(), _has_focus(self)
        self._show_strip(state)
        if was_in_strip and state.phase is not before.phase and not self.strip.isHidden():
            self.strip.focus_first()
        self.said.setText(state.said)
        self.said.setVisible(bool(state.said))
        role = "error" if state.is_error else "muted"
        if self.said.property("role") != role:
            self.said.setProperty("role", role)
            self.said.style().polish(self.said)
        if state.rest != self.rest.toPlainText():
            self.rest.setPlainText(state.rest)
            lines = min(_REST_LINES, self.rest.document().blockCount())
            self.rest.setFixedHeight(lines * self.rest.fontMetrics().lineSpacing() + 18)
        for widget in (self._rest_head, self.rest):
            widget.setVisible(bool(state.rest) and state.phase is Phase.RESTING)
        self._show_buttons()
        if state.phase is Phase.RESTING and before.phase is Phase.ASKING:
            announce(self, f"{counted or 'No findings'}. {state.said}")
            if was_here:
                (self.list if rows else self).setFocus()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Some rows."""
        return QSize(400, _HEIGHT_PX)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Esc stops what goes on, or sends nothing."""
        if event.key() == Qt.Key.Key_Escape:
            if self._state.phase is Phase.ASKING:
                self.strip.stop_wanted.emit()
                return
            if self._state.phase in (Phase.PLANNED, Phase.PLANNING):
                self.strip.cancel_wanted.emit()
                return
        super().keyPressEvent(event)

    def _show_strip(self, state: FindingsChanged) -> None:
        if state.phase is Phase.PLANNING:
            self.strip.show_planning()
        elif state.phase is Phase.PLANNED and state.request is not None:
            self.strip.show_request(state.request)
        elif state.phase is Phase.ASKING:
            model = "" if state.request is None else state.request.model
            count = len(state.findings)
            self.strip.show_asking(f"{model} reviews the changes… {count} so far" if count else f"Waiting for {model}…")
        elif state.hidden:
            self.strip.show_refused(state.hidden)
        else:
            self.strip.hide()

    def _show_buttons(self) -> None:
        row = self.list.current
        has_rows = bool(self.list.findings.rows)
        shown = {
            "previous": has_rows,
            "next": has_rows,
            "fix": row is not None and bool(row.finding.fix),
            "dismiss": row is not None and self._state.phase is not Phase.ASKING,
            "undo": self._state.can_undo,
            "request": bool(self._state.turn_id) and self._state.phase is Phase.RESTING,
        }
        for name, is_possible in shown.items():
            self._buttons[name].setEnabled(is_possible)

    def _place(self) -> None:
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 8, 0)
        row.setSpacing(2)
        row.addWidget(self._head, 1)
        for name, icon_name, title in (
            ("previous", "chevron-up", "Previous finding (Shift+F)"),
            ("next", "chevron-down", "Next finding (F)"),
            ("fix", "wand-sparkles", "Show the fix as a proposal in the review (T)"),
            ("dismiss", "eye-off", "Dismiss for good (D)"),
            ("undo", "undo-2", "Bring the dismissed finding back (U)"),
            ("request", "braces", "Show the request as it was sent"),
            ("close", "x", "Hide the findings"),
        ):
            self._buttons[name] = self._button(name, icon_name, title)
            row.addWidget(self._buttons[name])
        inner = QVBoxLayout()
        inner.setContentsMargins(12, 0, 12, 4)
        inner.setSpacing(6)
        for widget in (self.strip, self.said, self._rest_head, self.rest):
            inner.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addLayout(inner)
        column.addWidget(self.list, 1)
        column.addStretch()
        self.list.hide()
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)

    def _button(self, name: str, icon_name: str, title: str) -> IconButton:
        made = IconButton(self._icon, icon_name, title, self)
        made.setObjectName(f"findings.{name}")
        made.setAccessibleName(title.partition(" (")[0])
        run: Callable[[bool], None] = lambda _checked: self.done.emit(name)  # noqa: E731
        made.clicked.connect(run)
        return made

    def _icon(self, name: str, is_on: bool) -> QIcon:
        return icon(name, self._tokens.accent if is_on else self._tokens.muted)


def _has_focus(widget: QWidget) -> bool:
    focused = QApplication.focusWidget()
    return focused is not None and (focused is widget or widget.isAncestorOf(focused))

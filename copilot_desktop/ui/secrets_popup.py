"""The secrets in what would be sent, one a row: what it is, where it stands, and whether it is masked or sent."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QFrame, QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from copilot_desktop.bridge.chosen_secrets import APART, SecretRow, SecretUse, Way
from copilot_desktop.ui.flow_layout import WrappedLabel
from copilot_desktop.ui.popups import EscCloses, open_beside

_ONCE = {
    Way.COMMENTS: "Sent as it is with these comments",
    Way.REPAIR: "Sent as it is this time",
    Way.FINDINGS: "Sent as it is this time",
    Way.MESSAGE: "Sent as it is this time",
    Way.SUMMARY: "Sent as it is this time",
}
_ONCE_ELSE = "Sent as it is with this prompt"
_IN_CONVERSATION, _APART = "Sent as it is in this conversation", "Sent as it is until this window is closed"
_ABOUT = "A word stands in the place of what is masked; the server never gets the value. "
_COMES_BACK = "In the answer, and in the changes it proposes, it is the value again."
_STAYS = "In the answer the word stays."
_MOST_PX = 360


class SecretsPopup(QFrame):
    """Stays while one looks at it; each choice holds at once."""

    chosen = Signal(object, object)
    """Carries a `SecretRow` and the `SecretUse` for it."""

    def __init__(self, rows: Sequence[SecretRow], parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("secrets_popup")
        self.setAccessibleName("Secrets in what will be sent")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setStyleSheet(
            "QFrame#secrets_popup { border-radius: 0; } QWidget#secrets_rows, QScrollArea { background: transparent; }"
        )
        self.setProperty("card", True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 10, 12, 12)
        layout.setSpacing(10)
        about = _label(_ABOUT + (_STAYS if rows and _is_apart(rows[0]) else _COMES_BACK), "muted")
        about.setObjectName("secrets_about")
        layout.addWidget(about)
        inside = QWidget()
        inside.setObjectName("secrets_rows")
        grid = QGridLayout(inside)
        grid.setContentsMargins(0, 0, 8, 0)
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(0, 1)
        self.choices = [self._add(grid, at, row) for at, row in enumerate(rows)]
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setWidget(inside)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setMinimumHeight(min(inside.sizeHint().height(), _MOST_PX))
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        layout.addWidget(area)
        self.setFixedWidth(max(540, inside.sizeHint().width() + 48))
        self.adjustSize()

    def open_beside(self, line: QWidget) -> None:
        """Open above or below the line, inside the window, the keyboard at the first choice."""
        open_beside(self, line)
        if self.choices:
            self.choices[0].setFocus()

    def _add(self, grid: QGridLayout, at: int, row: SecretRow) -> QComboBox:
        seen = row.seen
        name = f"{seen.label[:1].upper()}{seen.label[1:]}"
        words = f"{seen.hint}, {row.where}"
        box = QWidget()
        said = QVBoxLayout(box)
        said.setContentsMargins(0, 0, 0, 0)
        said.setSpacing(2)
        said.addWidget(_label(name, "" if seen.is_named else "amber"))
        said.addWidget(_label(words, "muted"))
        grid.addWidget(box, at, 0)
        choice = QComboBox()
        choice.setObjectName(f"secret_{seen.placeholder}")
        choice.setAccessibleName(f"{name} {words}")
        for use, title in _uses(row).items():
            choice.addItem(title, use)
        choice.setCurrentIndex(list(SecretUse).index(row.use))
        choice.activated.connect(partial(self._on_activated, row, choice))
        choice.installEventFilter(EscCloses(self))
        grid.addWidget(choice, at, 1)
        return choice

    def _on_activated(self, row: SecretRow, choice: QComboBox, _index: int) -> None:
        self.chosen.emit(row, SecretUse(choice.currentData()))


def _uses(row: SecretRow) -> dict[SecretUse, str]:
    """What can be chosen, in the order of `SecretUse`."""
    return {
        SecretUse.MASKED: "Masked",
        SecretUse.SENT_ONCE: _ONCE.get(row.way, _ONCE_ELSE),
        SecretUse.SENT: _APART if _is_apart(row) else _IN_CONVERSATION,
    }


def _is_apart(row: SecretRow) -> bool:
    return row.places[0].conversation_id == APART


def _label(text: str, role: str) -> QLabel:
    return WrappedLabel(text, role)

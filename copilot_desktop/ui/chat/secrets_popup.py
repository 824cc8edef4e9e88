"""The secrets in what would be sent, one a row: what it is, where it stands, and whether it is masked or sent."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QFrame, QGridLayout, QScrollArea, QVBoxLayout, QWidget

from copilot_desktop.bridge.chat.chosen_secrets import SecretUse
from copilot_desktop.credentials.placeholders import SeenSecret
from copilot_desktop.ui.chat.cards import label
from copilot_desktop.ui.chat.esc_closes import EscCloses
from copilot_desktop.ui.chat.popup_place import move_above
from copilot_desktop.values import dataclass

_USES = {
    SecretUse.MASKED: "Masked",
    SecretUse.SENT_ONCE: "Sent as it is with this prompt",
    SecretUse.SENT: "Sent as it is in this conversation",
}
_ABOUT = (
    "A word stands in the place of what is masked; the server never gets the value. In the answer, and in the changes "
    "it proposes, it is the value again."
)
_MOST_PX = 360


@dataclass(frozen=True, slots=True)
class SecretRow:
    """One of them, where it stands, and how it is used."""

    seen: SeenSecret
    where: str
    use: SecretUse


class SecretsPopup(QFrame):
    """Stays while one looks at it; each choice holds at once."""

    chosen = Signal(str, object)
    """Carries a placeholder and the `SecretUse` for it."""

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
        about = label(_ABOUT, "muted", name="secrets_about")
        about.setWordWrap(True)
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
        self.setFixedWidth(max(480, inside.sizeHint().width() + 48))
        self.adjustSize()

    def open_above(self, line: QWidget) -> None:
        """Open with its foot above the line, inside the window, the keyboard at the first choice."""
        move_above(self, line)
        self.show()
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
        said.addWidget(label(name, "" if seen.is_named else "amber"))
        said.addWidget(label(words, "muted"))
        grid.addWidget(box, at, 0)
        choice = QComboBox()
        choice.setObjectName(f"secret_{seen.placeholder}")
        choice.setAccessibleName(f"{name} {words}")
        for use, title in _USES.items():
            choice.addItem(title, use)
        choice.setCurrentIndex(list(_USES).index(row.use))
        choice.activated.connect(partial(self._on_activated, seen.placeholder, choice))
        choice.installEventFilter(EscCloses(self))
        grid.addWidget(choice, at, 1)
        return choice

    def _on_activated(self, placeholder: str, choice: QComboBox, _index: int) -> None:
        self.chosen.emit(placeholder, SecretUse(choice.currentData()))

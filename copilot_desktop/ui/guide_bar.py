"""The bar above the editors that leads through the first change: where one is, what to do, a button that does it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from copilot_desktop.ui.announcing import announce
from copilot_desktop.ui.flow_layout import FlowLayout
from copilot_desktop.ui.focus_order import hand_focus_on
from copilot_desktop.ui.theme.marking import mark

STEPS = ("Ask", "Read", "Accept", "Undo")
_LEAST_PX = 120


class GuideBar(QFrame):
    """`chosen()`: the button was pressed; `ended()`: the guide is not wanted any more."""

    chosen = Signal()
    ended = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.step = -1
        """What is shown."""
        self.setObjectName("guide")
        self.setProperty("banner", "info")
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 8, 8)
        column.setSpacing(6)
        self.places = [QLabel(f"{number} {title}") for number, title in enumerate(STEPS, 1)]
        column.addWidget(_in_rows(*self.places, gap_px=12))
        self.sentence = QLabel()
        self.sentence.setObjectName("guide.sentence")
        self.sentence.setTextFormat(Qt.TextFormat.PlainText)
        self.sentence.setWordWrap(True)
        column.addWidget(self.sentence)
        self.button = QPushButton()
        self.button.setObjectName("guide.button")
        self.button.setProperty("primary", True)
        self.button.clicked.connect(self._on_clicked)
        self.end = QToolButton()
        self.end.setText("End the guide")
        self.end.setObjectName("guide.end")
        self.end.setAccessibleName("End the guide")
        self.end.clicked.connect(self._on_end_clicked)
        column.addWidget(_in_rows(self.button, self.end, gap_px=8))

    def show_step(self, step: int, sentence: str, button: str = "") -> None:
        """Show step 0 to 3 (4: all are done), what to do, and the button that does it ("": there is none)."""
        self.step = step
        for number, place in enumerate(self.places):
            title = f"{number + 1} {STEPS[number]}"
            place.setText(f"{title} ✓" if number < step else title)
            mark(place, "role", "heading" if number == step else "muted")
            place.updateGeometry()  # bold letters are wider
        self.sentence.setText(sentence)
        if not button:
            hand_focus_on(self.button, self.end)
        self.button.setText(button)
        self.button.setAccessibleName(button)
        self.button.setVisible(bool(button))
        where = f"step {step + 1} of {len(STEPS)}, {STEPS[step].lower()}" if step < len(STEPS) else "done"
        self.setAccessibleName(f"First change: {where}")
        self.setAccessibleDescription(sentence)
        announce(self, f"{where}. {sentence}")

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """It wraps rather than widening the window."""
        return QSize(_LEAST_PX, super().minimumSizeHint().height())

    def _on_clicked(self) -> None:
        self.chosen.emit()

    def _on_end_clicked(self) -> None:
        self.ended.emit()


def _in_rows(*parts: QWidget, gap_px: int) -> QWidget:
    made = QWidget()
    made.setProperty("plain", True)
    flow = FlowLayout(made, gap_px=gap_px)
    for part in parts:
        flow.addWidget(part)
    return made

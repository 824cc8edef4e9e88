"""The page shown instead of a file that is no text: what it is, and what can be done."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget


class FailurePage(QWidget):
    """One sentence about what happened, one about what to do, and a button where an encoding may help."""

    encoding_wanted = Signal()

    def __init__(self, message: str, advice: str, *, can_choose_encoding: bool = False) -> None:
        super().__init__()
        self.message = message
        self.setObjectName("failure_page")
        self.setAccessibleName(f"{message} {advice}".strip())
        self.setProperty("surface", "base")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        column = QVBoxLayout(self)
        column.setContentsMargins(32, 32, 32, 32)
        column.addStretch(1)
        for words, role in ((message, "heading"), (advice, "muted")):
            if words:
                label = QLabel(words, self)
                label.setProperty("role", role)
                label.setTextFormat(Qt.TextFormat.PlainText)
                label.setWordWrap(True)
                label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
                label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
                column.addWidget(label)
        if can_choose_encoding:
            button = QPushButton("Open with encoding…", self)
            button.setObjectName("failure_page.encoding")
            button.setAccessibleName("Open with encoding")
            # Return presses it as Space does.
            button.setAutoDefault(True)
            button.clicked.connect(self.encoding_wanted)
            column.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
            self.setFocusProxy(button)
        else:
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        column.addStretch(2)

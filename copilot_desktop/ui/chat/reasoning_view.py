"""What a model thought aloud, collapsed until it is asked for."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QToolButton, QVBoxLayout, QWidget

from copilot_desktop.ui.chat.plain_text import PlainText
from copilot_desktop.ui.theme.icons import icon
from copilot_desktop.ui.theme.theme import Theme


class ReasoningView(QWidget):
    """A button that opens and closes the text below it."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setObjectName("reasoning_view")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        self.toggle = QToolButton()
        self.toggle.setObjectName("reasoning_toggle")
        self.toggle.setText("Reasoning")
        self.toggle.setIconSize(QSize(14, 14))
        self.toggle.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.toggle.clicked.connect(self._on_toggle_clicked)
        layout.addWidget(self.toggle, 0, Qt.AlignmentFlag.AlignLeft)
        self.text = PlainText("reasoning", "Reasoning of the model")
        self.text.hide()
        layout.addWidget(self.text)
        self.refresh()

    def feed(self, text: str) -> None:
        """Add to the text."""
        self.text.append_text(text)

    def refresh(self) -> None:
        """Use the theme's colours of now."""
        is_open = not self.text.isHidden()
        self.text.use_colour(self._theme.tokens.muted)
        self.toggle.setIcon(icon("chevron-down" if is_open else "chevron-right", self._theme.tokens.muted))
        self.toggle.setAccessibleName("Hide the reasoning" if is_open else "Show the reasoning")

    def _on_toggle_clicked(self) -> None:
        self.text.setVisible(self.text.isHidden())
        self.refresh()

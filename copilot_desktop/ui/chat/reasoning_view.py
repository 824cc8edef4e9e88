"""What a model thought aloud, collapsed until it is asked for."""

from __future__ import annotations

import re

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QToolButton, QVBoxLayout, QWidget

from copilot_desktop.ui.chat.plain_text import PlainText
from copilot_desktop.ui.theme.icons import icon
from copilot_desktop.ui.theme.theme import Theme

_BOLD = re.compile(r"(?<![\w*])\*\*(?=[^\s*])([^\n]*?[^\s*])\*\*(?![\w*])")


def _runs(text: str) -> tuple[tuple[str, bool], ...]:
    """Pieces of a text, and whether each is bold."""
    pieces = _BOLD.split(text)
    return tuple((piece, at % 2 == 1) for at, piece in enumerate(pieces) if piece)


class ReasoningView(QWidget):
    """A button that opens and closes the text below it."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._line, self._line_at = "", 0
        """The last line as it came, and where it begins: its markup may not be complete yet."""
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
        """Add to the text. What stands between two `**` is bold; other markup, and `2**3`, stays as it is."""
        whole, newline, self._line = (self._line + text).rpartition("\n")
        self.text.rewrite_from(self._line_at, _runs(whole + newline))
        self._line_at = self.text.length()
        self.text.rewrite_from(self._line_at, _runs(self._line))

    def refresh(self) -> None:
        """Use the theme's colours of now."""
        is_open = not self.text.isHidden()
        self.text.use_colour(self._theme.tokens.muted)
        self.toggle.setIcon(icon("chevron-down" if is_open else "chevron-right", self._theme.tokens.muted))
        self.toggle.setAccessibleName("Hide the reasoning" if is_open else "Show the reasoning")

    def _on_toggle_clicked(self) -> None:
        self.text.setVisible(self.text.isHidden())
        self.refresh()

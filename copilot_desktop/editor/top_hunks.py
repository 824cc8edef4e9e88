"""What a proposal inserts above the first line, where the text itself has no room to show it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from copilot_desktop.editor.theme import EditorTheme

_LIMIT_LINES = 8


class TopHunks(QFrame):
    """Proposed lines above the text, each hunk with its bar."""

    def __init__(self, theme: EditorTheme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("editor.top_hunks")
        self.setAccessibleName("Proposed lines above the first line")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(1)
        self._labels: list[QLabel] = []
        self.set_theme(theme)

    def add(self, lines: Sequence[str], bar: QWidget) -> None:
        """Show the lines of one hunk (the first few of many) with its bar at the right."""
        row = QHBoxLayout()
        row.setContentsMargins(12, 2, 8, 2)
        shown = [f"+  {line}" for line in lines[:_LIMIT_LINES]]
        if len(lines) > _LIMIT_LINES:
            shown.append(f"and {len(lines) - _LIMIT_LINES} more lines; the review shows all")
        label = QLabel("\n".join(shown))
        label.setObjectName("editor.top_hunks.text")
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        label.setMinimumWidth(0)
        self._labels.append(label)
        row.addWidget(label, 1)
        row.addWidget(bar, 0, Qt.AlignmentFlag.AlignTop)
        bar.show()
        self._column.addLayout(row)
        self.set_theme(self._theme)

    def set_theme(self, theme: EditorTheme) -> None:
        """Show the lines in other colours."""
        self._theme = theme
        self.setStyleSheet(f"QFrame#editor\\.top_hunks {{ background: {theme.add}; border: none; }}")
        font = QFont(theme.font_family)
        font.setPointSizeF(theme.font_size_pt)
        for label in self._labels:
            label.setStyleSheet(f"color: {theme.text};")
            label.setFont(font)

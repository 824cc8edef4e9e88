"""A read-only tab that compares two texts of one file."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontDatabase,
    QSyntaxHighlighter,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
)
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from copilot_desktop.text.diff import unified_diff
from copilot_desktop.ui.theme.theme import Theme
from copilot_desktop.ui.theme.tokens import Tokens


class _DiffColours(QSyntaxHighlighter):
    """Added and removed lines in their colours, over the whole width of the text."""

    def __init__(self, view: QPlainTextEdit, tokens: Tokens) -> None:
        super().__init__(view.document())
        self._formats: dict[str, QTextCharFormat] = {}
        for mark, text, back in (("+", tokens.addf, tokens.add), ("-", tokens.remf, tokens.rem)):
            made = QTextCharFormat()
            made.setForeground(QColor(text))
            made.setBackground(QColor(back))
            self._formats[mark] = made
        heading = QTextCharFormat()
        heading.setForeground(QColor(tokens.muted))
        self._formats["@"] = heading

    def highlightBlock(self, text: str) -> None:  # noqa: N802
        """Colour one line by its first character."""
        made = self._formats.get(text[:1])
        if made is not None:
            self.setFormat(0, len(text), made)


class DiffPage(QWidget):
    """`mine` is the text in the tab, `theirs` what stands on disk."""

    def __init__(self, path: str, mine: str, theirs: str, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._colours: _DiffColours | None = None
        self.setObjectName("compare")
        self.setAccessibleName(f"Comparison of {path}")
        self.setProperty("surface", "base")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        head = QLabel(f"{path}: removed lines are on disk, added lines are in your tab.", self)
        head.setProperty("role", "muted")
        head.setTextFormat(Qt.TextFormat.PlainText)
        head.setWordWrap(True)
        head.setContentsMargins(12, 6, 12, 6)
        column.addWidget(head)
        self.view = QPlainTextEdit(self)
        self.view.setObjectName("compare.text")
        self.view.setAccessibleName("Differences")
        self.view.setReadOnly(True)
        self.view.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.view.setFont(QFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)))
        self.view.setProperty("plain", True)
        # What stands above the first hunk names the file once more, and looks like changed lines.
        hunks = unified_diff(path, theirs, mine).partition("\n@@")[2]
        self.view.setPlainText(f"@@{hunks}" if hunks else "There is no difference.")
        self._dress()
        column.addWidget(self.view, 1)
        theme.changed.connect(self._dress)

    def _dress(self) -> None:
        if self._colours is not None:
            self._colours.deleteLater()
        self._colours = _DiffColours(self.view, self._theme.tokens)
        self._fill_lines(self._theme.tokens)

    def _fill_lines(self, tokens: Tokens) -> None:
        block = self.view.document().begin()
        while block.isValid():
            colour = {"+": tokens.add, "-": tokens.rem}.get(block.text()[:1])
            if colour:
                line = QTextBlockFormat()
                line.setBackground(QColor(colour))
                QTextCursor(block).setBlockFormat(line)
            block = block.next()

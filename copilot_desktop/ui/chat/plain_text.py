"""Read-only text as high as it is long; wraps anywhere, so that no long word widens the sidebar. Markup stays text."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QPalette,
    QResizeEvent,
    QTextCharFormat,
    QTextCursor,
    QTextOption,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QSizePolicy, QTextEdit, QWidget

from copilot_desktop.ui.theme.fixed_font import fixed_font


class PlainText(QTextEdit):
    """Text that can be selected and copied, without a frame or scroll bars of its own. `most_lines`: with more than
    these it scrolls; 0: it is as high as it is long."""

    def __init__(self, name: str, accessible_name: str, parent: QWidget | None = None, *, most_lines: int = 0) -> None:
        super().__init__(parent)
        self._most_lines = most_lines
        self.setObjectName(name)
        self.setAccessibleName(accessible_name)
        self.setReadOnly(True)
        self.setAcceptRichText(False)
        self.setUndoRedoEnabled(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setStyleSheet("QTextEdit, QTextEdit:focus { border: none; background: transparent; padding: 0; }")
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.document().setDocumentMargin(0)
        # Other letters, from a style that is given later for instance, wrap otherwise at the same width.
        self.document().documentLayout().documentSizeChanged.connect(self.fit)

    def show_text(self, text: str) -> None:
        """Show a text instead of the one before."""
        self.setPlainText(text)
        self.fit()

    def length(self) -> int:
        """Where the text ends, as a position of the document."""
        return self.document().characterCount() - 1

    def rewrite_from(self, position: int, runs: Iterable[tuple[str, bool]]) -> None:
        """Put pieces of text, each with whether it is bold, in the place of all that stands behind a position."""
        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()
        cursor.setPosition(position)
        cursor.movePosition(QTextCursor.MoveOperation.End, QTextCursor.MoveMode.KeepAnchor)
        cursor.removeSelectedText()
        for text, is_bold in runs:
            look = QTextCharFormat()
            look.setFontWeight(QFont.Weight.Bold if is_bold else QFont.Weight.Normal)
            cursor.insertText(text, look)
        cursor.endEditBlock()
        self.fit()

    def use_colour(self, colour: str) -> None:
        """Use a text colour `#RRGGBB`."""
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Text, QColor(colour))
        self.setPalette(palette)
        self.setStyleSheet(
            f"QTextEdit, QTextEdit:focus {{ border: none; background: transparent; padding: 0; color: {colour}; }}"
        )

    def use_fixed_font(self) -> None:
        """Show code and server replies as such."""
        self.setFont(fixed_font())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """The text wraps at the new width."""
        super().resizeEvent(event)
        self.fit()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        """What holds this text scrolls, unless it is cut off itself."""
        if self._is_cut():
            super().wheelEvent(event)
        else:
            event.ignore()

    def fit(self, _size: object = None) -> None:
        """Be as high as the text is."""
        height = round(self.document().size().height()) + 2
        policy = Qt.ScrollBarPolicy
        if self._most_lines:
            height = min(height, self._most_lines * self.fontMetrics().lineSpacing() + 2)
            self.setVerticalScrollBarPolicy(policy.ScrollBarAlwaysOn if self._is_cut() else policy.ScrollBarAlwaysOff)
        if height != self.height():
            self.setFixedHeight(height)

    def _is_cut(self) -> bool:
        """Whether it has more lines than it shows."""
        most = self._most_lines * self.fontMetrics().lineSpacing()
        return bool(most) and self.document().size().height() > most + 2

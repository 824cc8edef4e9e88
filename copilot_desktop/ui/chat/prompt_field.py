"""The prompt: Enter sends, Shift+Enter starts a line, Up at the top recalls what was sent before."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import cast

from PySide6.QtCore import QEvent, QMimeData, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QFocusEvent, QKeyEvent, QTextCursor
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QSizePolicy, QWidget

from copilot_desktop.editor.viewport import meet_viewport
from copilot_desktop.workspace.picture import is_picture

_MIN_ROWS, _MAX_ROWS = 3, 12
_KEPT_PROMPTS = 100
_MENTION = re.compile(r"(?:^|(?<=[\s(\[{,;]))@(https?://\S{0,2000}|[^\s@]{0,80})$")
"""An `@` that begins a word, with the letters up to the caret; that of a mail address has a name before it."""


class PromptField(QPlainTextEdit):
    """Grows with its text up to twelve rows."""

    submitted = Signal()
    stopped = Signal()
    focused = Signal()
    left = Signal()
    image_pasted = Signal(object)
    """Carries one QImage."""
    places_pasted = Signal(object)
    """Carries the `Path`s of pictures."""
    mention_changed = Signal(object)
    """Carries the letters behind the `@` before the caret; None: there is none any more."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sent: list[str] = []
        self._recalled: int | None = None
        self._draft = ""
        self.mention: str | None = None
        """The letters behind the `@` before the caret."""
        self._is_typing = False
        self.takes_key: Callable[[QKeyEvent], bool] = lambda _event: False
        """Is asked first about each key."""
        meet_viewport(self)
        self.setObjectName("prompt")
        self.setAccessibleName("Prompt")
        self.setPlaceholderText("Ask or describe a change")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setStyleSheet("QPlainTextEdit, QPlainTextEdit:focus { border: none; background: transparent; }")
        self.setTabChangesFocus(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.document().setDocumentMargin(2)
        self.document().documentLayout().documentSizeChanged.connect(self.updateGeometry)
        self.cursorPositionChanged.connect(self._look_for_mention)
        self.textChanged.connect(self._look_for_mention)

    @property
    def written(self) -> str:
        """What was written here: behind an earlier prompt that Up brought and nobody has changed, what was before."""
        is_recalled = self._recalled is not None and self.toPlainText() == self._sent[self._recalled]
        return self._draft if is_recalled else self.toPlainText()

    def show_draft(self, text: str) -> None:
        """Show what was written in this place; undo does not lead to another place's."""
        self._recalled = None
        self.setPlainText(text)
        self.moveCursor(QTextCursor.MoveOperation.End)

    def take(self) -> None:
        """The text goes out; what Up has put aside comes back."""
        draft = self._draft if self._recalled is not None else ""
        self._recalled = None
        self.put(draft)

    def remember(self, prompt: str) -> None:
        """Keep a sent prompt for Up."""
        self._recalled = None
        if prompt and (not self._sent or self._sent[-1] != prompt):
            self._sent = [*self._sent, prompt][-_KEPT_PROMPTS:]

    def show_prompts(self, prompts: tuple[str, ...]) -> None:
        """Take over what was sent in an earlier run, oldest first."""
        self._sent = list(prompts)[-_KEPT_PROMPTS:]
        self._recalled = None

    def put(self, text: str) -> None:
        """Show a text with the caret at its end; one undo step."""
        cursor = self.textCursor()
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.insertText(text)
        self.moveCursor(QTextCursor.MoveOperation.End)

    def mention_corner(self) -> QPoint:
        """Where the `@` stands in the viewport, or the caret where there is none; no higher than what is seen."""
        cursor = self.textCursor()
        if self.mention is not None:
            cursor.setPosition(cursor.position() - len(self.mention.encode("utf-16-le")) // 2 - 1)
        corner = self.cursorRect(cursor).topLeft()
        return QPoint(corner.x(), max(corner.y(), 0))

    def complete_mention(self, name: str) -> None:
        """Put a name in the place of the `@` and the letters before the caret; one undo step."""
        cursor = self.textCursor()
        if self.mention is not None:
            steps = len(self.mention.encode("utf-16-le")) // 2 + 1
            cursor.movePosition(QTextCursor.MoveOperation.Left, QTextCursor.MoveMode.KeepAnchor, steps)
        cursor.insertText(f"{name} ")
        self.setTextCursor(cursor)

    def go_on_from(self, topic: str) -> None:
        """Put other letters behind the `@` before the caret, which are still to be gone on from."""
        cursor = self.textCursor()
        steps = len((self.mention or "").encode("utf-16-le")) // 2
        cursor.movePosition(QTextCursor.MoveOperation.Left, QTextCursor.MoveMode.KeepAnchor, steps)
        self._is_typing = True
        cursor.insertText(topic)
        self.setTextCursor(cursor)

    def _look_for_mention(self) -> None:
        cursor = self.textCursor()
        before = (
            cursor.block().text().encode("utf-16-le")[: 2 * cursor.positionInBlock()].decode("utf-16-le", "replace")
        )
        found = None if cursor.hasSelection() or not self._is_typing else _MENTION.search(before)
        mention = None if found is None else found[1]
        if mention != self.mention:
            self.mention = mention
            self.mention_changed.emit(mention)

    def event(self, event: QEvent) -> bool:
        """Esc is the field's own key, also while there is no answer that the window's command could stop."""
        if event.type() == QEvent.Type.ShortcutOverride and cast(QKeyEvent, event).key() == Qt.Key.Key_Escape:
            event.accept()
            return True
        is_tab = event.type() == QEvent.Type.KeyPress and cast(QKeyEvent, event).key() == Qt.Key.Key_Tab
        if is_tab and self.takes_key(cast(QKeyEvent, event)):
            return True
        return super().event(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802
        """Files become chips of the chat around it, not text."""
        if event.mimeData().hasUrls():
            event.ignore()
        else:
            super().dragEnterEvent(event)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:  # noqa: N802
        """Pictures become chips."""
        return source.hasImage() or bool(_pictures(source)) or super().canInsertFromMimeData(source)

    def insertFromMimeData(self, source: QMimeData) -> None:  # noqa: N802
        """What is pasted, or dropped from another program: text where there is some, else a picture."""
        places = _pictures(source)
        if places:
            self.places_pasted.emit(places)
        elif source.hasImage() and not source.text().strip():
            self.image_pasted.emit(source.imageData())
        else:
            super().insertFromMimeData(source)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Send, recall, stop; everything else types."""
        if self.takes_key(event):
            return
        has_shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not has_shift:
            self.submitted.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.stopped.emit()
        elif (
            event.key() == Qt.Key.Key_Up and not has_shift and self.textCursor().position() == 0 and self._recall(-1)
        ) or (event.key() == Qt.Key.Key_Down and not has_shift and self.textCursor().atEnd() and self._recall(1)):
            pass
        else:
            # Walking through a text with an `@` in it opens nothing.
            self._is_typing = bool(event.text()) or self.mention is not None
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """The composer shows the ring; the client can be warmed."""
        super().focusInEvent(event)
        self.focused.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """The ring goes."""
        super().focusOutEvent(event)
        self.left.emit()

    def sizeHint(self) -> QSize:  # noqa: N802
        """As high as the text, within limits."""
        rows = min(max(int(self.document().size().height()), _MIN_ROWS), _MAX_ROWS)
        return QSize(200, rows * self.fontMetrics().lineSpacing() + 8)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """May be narrow."""
        return QSize(60, self.sizeHint().height())

    def _recall(self, step: int) -> bool:
        """Go to an older or newer prompt; False where there is none."""
        if self._recalled is None:
            if step > 0 or not self._sent:
                return False
            self._draft = self.toPlainText()
            place = len(self._sent) - 1
        else:
            place = self._recalled + step
        if place < 0:
            return False
        is_draft = place >= len(self._sent)
        self._recalled = None if is_draft else place
        # Whoever hears of the change asks what is written here.
        self.put(self._draft if is_draft else self._sent[place])
        if step < 0:
            self.moveCursor(QTextCursor.MoveOperation.Start)
        return True


def _pictures(data: QMimeData) -> tuple[Path, ...]:
    """The files in it, where all of them are pictures of this machine."""
    urls = data.urls() if data.hasUrls() else []
    is_all = bool(urls) and all(url.isLocalFile() and is_picture(url.toLocalFile()) for url in urls)
    return tuple(Path(url.toLocalFile()) for url in urls) if is_all else ()

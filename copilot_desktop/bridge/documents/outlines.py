"""The outline of the active text: what it defines, as it stands now; made on workers while somebody looks at it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal

from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.bridge.documents.controller import DocumentsController
from copilot_desktop.bridge.documents.events import TextChanged
from copilot_desktop.values import dataclass

if TYPE_CHECKING:
    from copilot_desktop.syntax.definitions import Definition
    from copilot_desktop.text.ranges import DocumentId

PAUSE_MS: Final = 300
"""After a key, until the text is read again."""


@dataclass(frozen=True, slots=True)
class OutlineShown:
    """What a text defines, in its order; `problem` says why there is nothing. `document_id` None: no text
    is in front."""

    document_id: DocumentId | None
    definitions: tuple[Definition, ...]
    problem: str = ""


class OutlineController(QObject):
    """Of one window. GUI thread. `changed` carries an `OutlineShown`."""

    changed = Signal(object)

    def __init__(self, thread: AsyncThread, documents: DocumentsController, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread, self._documents = thread, documents
        self._is_watched = False
        self._number = 0
        self._timer = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._timer.timeout.connect(self.look)
        documents.text_changed.connect(self._on_text_changed)
        documents.state_changed.connect(self._on_state_changed)

    def watch(self, is_watched: bool) -> None:
        """Whether somebody looks: else nothing is read."""
        self._is_watched = is_watched
        self._timer.stop()
        if is_watched:
            self.look()

    def look(self) -> None:
        """Read the text that is in front, now."""
        self._timer.stop()
        if not self._is_watched:
            return
        self._number += 1
        document, buffer = self._documents.current_document(), self._documents.current()
        if document is None or buffer is None:
            self.changed.emit(OutlineShown(None, (), "No file is in front whose outline could be shown."))
            return
        document_id, name, number = document.document_id, document.title, self._number
        if document.is_large:
            self.changed.emit(OutlineShown(document_id, (), f"{name} is too large for an outline."))
            return
        path, text = document.path or document.title, buffer.snapshot().text

        def work() -> OutlineShown:
            from copilot_desktop.syntax.definitions import LIMIT_CHARACTERS, definitions
            from copilot_desktop.syntax.grammars import grammar_of

            if grammar_of(path) is None:
                return OutlineShown(document_id, (), f"Nothing is known of what {name} defines: its language has none.")
            if len(text) > LIMIT_CHARACTERS:
                return OutlineShown(document_id, (), f"{name} is too large for an outline.")
            found = definitions(path, text)
            return OutlineShown(document_id, found, "" if found else f"{name} defines nothing yet.")

        self._thread.run_in_worker(work, lambda shown: self._tell(number, shown))

    def _tell(self, number: int, shown: OutlineShown) -> None:
        if number == self._number and self._is_watched:
            self.changed.emit(shown)

    def _on_text_changed(self, event: TextChanged) -> None:
        document = self._documents.current_document()
        if self._is_watched and document is not None and event.document_id == document.document_id:
            self._timer.start()

    def _on_state_changed(self, document: object) -> None:
        # It may have another name, and so another language.
        if self._is_watched and document is self._documents.current_document():
            self._timer.start()

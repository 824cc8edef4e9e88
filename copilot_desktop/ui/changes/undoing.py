"""What U takes back among one's own changes: what was discarded or dismissed last."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Final

from PySide6.QtCore import QObject, Signal

from copilot_desktop.bridge.git.events import Discarded
from copilot_desktop.bridge.git.writing import GitWriting

NOTHING_LEFT: Final = "There is nothing left that U brings back. R unstages; the history has every step."


class Gone(StrEnum):
    """What can be brought back."""

    DISCARDED = "discarded"
    DISMISSED = "dismissed"


class ChangesUndo(QObject):
    """Of one page. `ways`: how the last of a kind is brought back; False where there is none."""

    said = Signal(str)
    """Carries a sentence on why nothing came back."""

    def __init__(self, writing: GitWriting, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.ways: dict[Gone, Callable[[], bool]] = {}
        self._done: list[Gone] = []
        writing.begun.connect(self._on_begun)
        writing.discarded.connect(self._on_discarded)
        writing.not_discarded.connect(self._forget_discard)

    def note(self, gone: Gone) -> None:
        """Something is gone now."""
        self._done.append(gone)

    def undo(self) -> None:
        """Bring the last back, also of what went before the page was opened, or say what else there is."""
        while self._done:
            if self.ways[self._done.pop()]():
                return
        if not any(way() for way in self.ways.values()):
            self.said.emit(NOTHING_LEFT)

    def _on_begun(self, _paths: tuple[str, ...]) -> None:
        # Not when it is done: U before that brings it back as well.
        self.note(Gone.DISCARDED)

    def _on_discarded(self, event: Discarded) -> None:
        if not event.entry_id:
            self._forget_discard()

    def _forget_discard(self) -> None:
        if Gone.DISCARDED in self._done:
            del self._done[len(self._done) - 1 - self._done[::-1].index(Gone.DISCARDED)]

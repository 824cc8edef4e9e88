"""Adds the repository map to a prompt: made from the index on a worker, for what is open and chosen now."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from copilot_desktop.bridge.chat.chips import ChipsController, Refused
from copilot_desktop.bridge.context.index import IndexController, IndexState
from copilot_desktop.bridge.documents.controller import DocumentsController
from copilot_desktop.bridge.documents.file_checks import ReadableFiles
from copilot_desktop.context.items import ContextItem, ItemKind
from copilot_desktop.errors import CopilotError

if TYPE_CHECKING:
    import sqlite3

    from copilot_desktop.workspace.model_border import ModelBorder

_ID_LETTERS: Final = 12


class MapChip:
    """Of one window. GUI thread. What refuses it is told as `ChipsController.refused`."""

    def __init__(
        self, chips: ChipsController, index: IndexController, documents: DocumentsController, files: ReadableFiles
    ) -> None:
        self._chips, self._index, self._documents, self._files = chips, index, documents, files
        self._is_wanted = False
        index.changed.connect(self._on_index_changed)

    def add(self) -> None:
        """Add the map, or make it anew; while the folder is still being read it comes once that is done."""
        self._index.want()
        state = self._index.state
        if state.error and not state.done:
            self._refuse(state.error)
        elif state.is_settled:
            self._make()
        else:
            self._is_wanted = True
            self._refuse("The folder is still being read.", "The repository map is added once that is done.")

    def _make(self) -> None:
        self._is_wanted = False
        chosen = [item.path for item in self._chips.items if item.path]
        opened = [document.path for document in self._documents.documents if document.path is not None]
        focus, is_shown = (*chosen, *opened), _shown_by(self._files)
        count_tokens = self._chips.count_tokens

        def draw(database: sqlite3.Connection) -> str:
            from copilot_desktop.context.index.repository_map import repository_map

            return repository_map(database, focus, is_shown, lambda text: count_tokens(text, lambda: True))

        self._index.ask(draw, self._take, lambda error: self._refuse(error.message, error.advice))

    def _take(self, drawn: str) -> None:
        if drawn:
            self._chips.take(ContextItem(uuid.uuid4().hex[:_ID_LETTERS], ItemKind.MAP, "", drawn))
        else:
            self._refuse("No functions or classes are known in this folder, so there is nothing to map.")

    def _refuse(self, message: str, advice: str = "") -> None:
        self._chips.refused.emit(Refused(message, advice))

    def _on_index_changed(self, state: IndexState) -> None:
        if self._is_wanted and state.is_settled:
            self._make()


def _shown_by(files: ReadableFiles) -> Callable[[str], bool]:
    """Whether a model may see a file; asked on workers."""

    # Made with the first question, which comes on a worker.
    borders: list[ModelBorder] = []

    def is_shown(path: str) -> bool:
        try:
            if not borders:
                borders.append(files.border())
        except CopilotError:
            return False
        return not borders[0].hides(path)

    return is_shown

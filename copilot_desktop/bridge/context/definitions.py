"""Finds where a name of an open text is defined: in it, in other tabs as they stand, in the folder by its index."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal

from copilot_desktop.bridge.context.index import IndexController, IndexState
from copilot_desktop.bridge.documents.controller import DocumentsController, unsaved_texts
from copilot_desktop.bridge.folder.workspace import WorkspaceController
from copilot_desktop.context.definition_places import Asked, DefinitionPlace, KnownFolder, definition_places
from copilot_desktop.errors import CopilotError
from copilot_desktop.text.ranges import LineColumn
from copilot_desktop.values import dataclass

if TYPE_CHECKING:
    import sqlite3

    from copilot_desktop.workspace.paths import Workspace

_MOST: Final = 200


@dataclass(frozen=True, slots=True)
class DefinitionsFound:
    """The places that define a name, the best first; `problem` says why there are none, or what is waited for."""

    asked: Asked
    places: tuple[DefinitionPlace, ...]
    problem: str = ""


class DefinitionsController(QObject):
    """Of one window. GUI thread; texts are parsed and the index is asked on workers. `found` carries the
    `DefinitionsFound` of the last question."""

    found = Signal(object)

    def __init__(self, index: IndexController, workspace: WorkspaceController, documents: DocumentsController) -> None:
        super().__init__(index)
        self._index, self._workspace, self._documents = index, workspace, documents
        self._asked: Asked | None = None
        self._is_waiting = False
        index.changed.connect(self._on_index_changed)

    def find(self, name: str, place: LineColumn) -> None:
        """Find what defines a name that stands at a place of the active text."""
        document, buffer = self._documents.current_document(), self._documents.current()
        if document is None or buffer is None:
            return
        path = document.path or document.title
        if document.is_large:
            asked = Asked(path, "", name, place.start, place.column)
            self.found.emit(DefinitionsFound(asked, (), "This file is too large to find definitions from it."))
            return
        self._asked = Asked(path, buffer.snapshot().text, name, place.start, place.column)
        self._is_waiting = False
        self._index.want()
        self._ask()

    def drop(self) -> None:
        """What was asked last is of no use any more: the caret is elsewhere."""
        self._asked = None
        self._is_waiting = False

    def _ask(self) -> None:
        asked = self._asked
        if asked is None:
            return
        work = partial(_places, asked, unsaved_texts(self._documents), self._workspace.workspace)
        self._index.ask_anyway(work, partial(self._on_found, asked), partial(self._on_failed, asked))

    def _on_found(self, asked: Asked, places: tuple[DefinitionPlace, ...]) -> None:
        if asked is not self._asked:
            return
        state = self._index.state
        is_over = state.is_settled or self._workspace.workspace is None
        if not places and not is_over:
            self._is_waiting = True
            self.found.emit(DefinitionsFound(asked, (), f"Looking for {asked.name}: the folder is still being read …"))
            return
        self._asked = None
        self._is_waiting = False
        self.found.emit(DefinitionsFound(asked, places, "" if places else _none(asked, state)))

    def _on_failed(self, asked: Asked, error: CopilotError) -> None:
        if asked is self._asked:
            self.drop()
            self.found.emit(DefinitionsFound(asked, (), f"{error.message} {error.advice}".strip()))

    def _on_index_changed(self, state: IndexState) -> None:
        if self._is_waiting and state.is_settled:
            self._ask()


def _none(asked: Asked, state: IndexState) -> str:
    if state.error:
        return f"Nothing in the open files defines {asked.name}, and there is no index of the folder."
    paused = " as far as it has been read: its index is paused" if state.is_paused and not state.is_complete else ""
    return f"Nothing in the folder defines {asked.name}{paused}."


def _places(
    asked: Asked, live: Mapping[str, str], workspace: Workspace | None, database: sqlite3.Connection | None
) -> tuple[DefinitionPlace, ...]:
    """On a worker."""
    from copilot_desktop.context.index.symbols import imported_files, symbols_named

    def read(path: str) -> str | None:
        from copilot_desktop.workspace.files import read_file

        try:
            return None if workspace is None else read_file(workspace, path).text
        except CopilotError:
            return None

    named = () if database is None else symbols_named(database, asked.name, _MOST)
    imports = () if database is None else imported_files(database, asked.path)
    return definition_places(asked, KnownFolder(named, imports, live, read))

"""What each result of a search for a name is: a definition, an assignment, a use, or words in a comment or string."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal

from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.bridge.documents.controller import DocumentsController
from copilot_desktop.bridge.folder.workspace import WorkspaceController
from copilot_desktop.bridge.search.controller import SearchController
from copilot_desktop.bridge.search.events import FoundAgain, RolesFound
from copilot_desktop.errors import CopilotError
from copilot_desktop.workspace.search.values import FileFound, SearchQuery

if TYPE_CHECKING:
    from copilot_desktop.syntax.occurrences import Role
    from copilot_desktop.workspace.paths import Workspace

_AT_ONCE: Final = 8
"""Files of one piece of work: parsing holds what typing waits for, and a new search begins at once."""
_MOST: Final = 400
"""Files; nobody reads more, and a name that is in so many says nothing."""
_NAME: Final = re.compile(r"[^\W\d]\w*")


class ResultRoles(QObject):
    """Follows the searches of a controller. GUI thread; files are parsed on workers, a few at a time. `told` carries a
    `RolesFound`, for searches that look for a whole name as it is written."""

    told = Signal(object)

    def __init__(
        self,
        thread: AsyncThread,
        workspace: WorkspaceController,
        documents: DocumentsController,
        search: SearchController,
    ) -> None:
        super().__init__(search)
        self._thread, self._workspace, self._documents = thread, workspace, documents
        self._name = ""
        self._number = self._told = 0
        self._waiting: dict[str, None] = {}
        self._is_running = False
        search.began.connect(self._on_began)
        search.found.connect(self._on_found)
        search.found_again.connect(self._on_found_again)
        search.forgotten.connect(self._forget)

    def _on_began(self, query: SearchQuery) -> None:
        self._forget()
        find = query.find
        is_name = find.is_whole_word and find.is_case_sensitive and not find.is_regex
        self._name = find.text if is_name and _NAME.fullmatch(find.text) else ""

    def _forget(self) -> None:
        self._number += 1
        self._name, self._told = "", 0
        self._waiting.clear()

    def _on_found(self, files: tuple[FileFound, ...]) -> None:
        if self._name:
            room = max(0, _MOST - self._told - len(self._waiting))
            self._waiting |= dict.fromkeys(each.path for each in files[:room])
            self._begin()

    def _on_found_again(self, event: FoundAgain) -> None:
        self._on_found(event.files)

    def _begin(self) -> None:
        workspace = self._workspace.workspace
        if self._is_running or not self._waiting or workspace is None:
            return
        paths = list(self._waiting)[:_AT_ONCE]
        for path in paths:
            del self._waiting[path]
        live = {path: text for path in paths if (text := self._documents.text_of(path)) is not None}
        name, number = self._name, self._number
        self._is_running = True
        self._thread.run_in_worker(
            lambda: _roles(workspace, name, paths, live), lambda found: self._on_told(number, found)
        )

    def _on_told(self, number: int, found: RolesFound) -> None:
        self._is_running = False
        if number == self._number:
            self._told += len(found.roles)
            self.told.emit(found)
        self._begin()


def _roles(workspace: Workspace, name: str, paths: list[str], live: Mapping[str, str]) -> RolesFound:
    """On a worker."""
    from copilot_desktop.syntax.occurrences import occurrences
    from copilot_desktop.workspace.files import read_file

    roles: dict[str, Mapping[tuple[int, int], Role]] = {}
    for path in paths:
        try:
            text = live[path] if path in live else read_file(workspace, path).text
        except CopilotError:
            continue
        roles[path] = {(each.line, each.column): each.role for each in occurrences(path, text, name)}
    return RolesFound(roles)

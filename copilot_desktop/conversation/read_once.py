"""Reads each file once for a turn: what is shown while its answer arrives and the proposal are made from one text."""

from __future__ import annotations

import threading

from copilot_desktop.conversation.proposing import ReadFile
from copilot_desktop.errors import WorkspaceError


class ReadOnce:
    """A `ReadFile` that keeps what it was told, refusals included. Called on workers, also on several at once."""

    def __init__(self, read: ReadFile) -> None:
        self._read = read
        self._lock = threading.Lock()
        self._known: dict[str, str | WorkspaceError | None] = {}

    def __call__(self, path: str) -> str | None:
        """The text of a path, None where there is no file. Raises WorkspaceError to refuse."""
        with self._lock:
            if path not in self._known:
                try:
                    self._known[path] = self._read(path)
                except WorkspaceError as error:
                    self._known[path] = error
            found = self._known[path]
        if isinstance(found, WorkspaceError):
            raise found
        return found

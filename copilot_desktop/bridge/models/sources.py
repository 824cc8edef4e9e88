"""What can become a profile by one click: servers that run on this machine, and model files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.bridge.unexpected import notice_of_any, raise_unexpected
from copilot_desktop.conversation.events import ErrorNotice
from copilot_desktop.llm.local_server import inspect_file
from copilot_desktop.llm.local_server.server import FileFacts
from copilot_desktop.llm.nearby_servers import USUAL_PORTS, NearbyServer, UsualPort, find_nearby
from copilot_desktop.values import dataclass


@dataclass(frozen=True, slots=True)
class FileLooked:
    """What a model's file is, or why it can be none."""

    path: str
    facts: FileFacts | None
    problem: ErrorNotice | None = None


class ModelSources(QObject):
    """GUI thread. Asks the usual ports on this machine, and reads the heads of files, on workers."""

    nearby_found = Signal(object)
    """Carries a tuple of `NearbyServer`."""
    file_looked = Signal(object)
    """Carries one `FileLooked`."""

    def __init__(
        self, thread: AsyncThread, parent: QObject | None = None, ports: Sequence[UsualPort] = USUAL_PORTS
    ) -> None:
        super().__init__(parent)
        self._thread = thread
        self.ports = tuple(ports)
        self._is_looking = False

    def find_nearby(self) -> None:
        """Look for servers; `nearby_found` answers. One look at a time."""
        if self._is_looking:
            return
        self._is_looking = True

        def done(found: tuple[NearbyServer, ...]) -> None:
            self._is_looking = False
            self.nearby_found.emit(found)

        def failed(error: BaseException) -> None:
            done(())
            raise_unexpected(error)

        ports = self.ports
        self._thread.run_in_worker(lambda: find_nearby(ports), done, failed)

    def look_at_file(self, path: str, context_tokens: int | None) -> None:
        """Read the head of a model's file; `file_looked` answers."""

        def failed(error: BaseException) -> None:
            self.file_looked.emit(FileLooked(path, None, notice_of_any(error, "Reading the file")))
            raise_unexpected(error)

        self._thread.run_in_worker(
            lambda: inspect_file(Path(path), context_tokens),
            lambda facts: self.file_looked.emit(FileLooked(path, facts)),
            failed,
        )

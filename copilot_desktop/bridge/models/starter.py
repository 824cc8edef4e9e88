"""Fetching the starter model: what is known of its file, how far it has come, stopping and going on."""

from __future__ import annotations

from concurrent.futures import Future
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from copilot_desktop.assembly import Core
from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.bridge.unexpected import notice_of_any, raise_unexpected
from copilot_desktop.conversation.events import ErrorNotice
from copilot_desktop.llm.local_server.starter_fetch import fetch_starter, part_bytes
from copilot_desktop.llm.local_server.starter_model import StarterFile, models_folder
from copilot_desktop.values import dataclass


@dataclass(frozen=True, slots=True)
class StarterState:
    """How it stands. `is_there` None: nobody has looked yet. `come_bytes` of `file.size_bytes` have come so far."""

    file: StarterFile
    is_there: bool | None = None
    is_fetching: bool = False
    come_bytes: int = 0
    problem: ErrorNotice | None = None


class StarterFetching(QObject):
    """GUI thread. One for all windows: it is fetched once, whoever asks, and goes on when a window closes."""

    changed = Signal(object)
    """Carries one `StarterState`."""
    fetched = Signal()
    """The model is there from now on."""

    def __init__(self, thread: AsyncThread, core: Core, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread, self._core = thread, core
        self._folder = models_folder(core.folders.data)
        self._future: Future[Path] | None = None
        starter = core.catalogue.starter
        if starter is None:
            raise ValueError("the catalogue names no starter model")
        self.state = StarterState(starter)

    def look(self) -> None:
        """Find out whether it is there; `changed` answers."""
        file, folder = self.state.file, self._folder

        def find() -> tuple[bool, int]:
            return self._core.starter_path() is not None, part_bytes(file, folder)

        def done(found: tuple[bool, int]) -> None:
            if self._future is None:
                self._show(StarterState(file, found[0], come_bytes=found[1], problem=self.state.problem))

        self._thread.run_in_worker(find, done)

    def fetch(self) -> None:
        """Fetch it, or what is missing of it; told by `changed`, and `fetched` at the end."""
        if self._future is not None:
            return
        file, folder = self.state.file, self._folder
        told = self._on_told
        self._show(StarterState(file, False, is_fetching=True, come_bytes=self.state.come_bytes))

        def hear(count: int) -> None:
            self._thread.post(lambda: told(count))

        self._future = self._thread.submit(fetch_starter(file, folder, hear), self._on_fetched, self._on_failed)

    def stop(self) -> None:
        """Stop; what has come is kept."""
        future, self._future = self._future, None
        if future is not None:
            future.cancel()
            self._show(StarterState(self.state.file, False, come_bytes=self.state.come_bytes))

    def _on_told(self, count: int) -> None:
        if self._future is not None:
            self._show(StarterState(self.state.file, False, is_fetching=True, come_bytes=count))

    def _on_fetched(self, _path: Path) -> None:
        self._future = None
        self._show(StarterState(self.state.file, True, come_bytes=self.state.file.size_bytes))
        self.fetched.emit()

    def _on_failed(self, error: BaseException) -> None:
        self._future = None
        problem = notice_of_any(error, "Fetching the model")
        self._show(StarterState(self.state.file, False, come_bytes=self.state.come_bytes, problem=problem))
        self.look()
        raise_unexpected(error)

    def _show(self, state: StarterState) -> None:
        self.state = state
        self.changed.emit(state)

"""The index of a window's folder: kept up to date from the first question on, and asked on workers."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Signal

from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.bridge.folder.workspace import WorkspaceController
from copilot_desktop.errors import CopilotError, StoreError
from copilot_desktop.values import dataclass
from copilot_desktop.workspace.paths import Workspace

if TYPE_CHECKING:
    # What reads and writes the index is imported with the first question.
    import sqlite3

    from copilot_desktop.context.index.building import Progress
    from copilot_desktop.context.index.live_worker import LiveWorker
    from copilot_desktop.workspace.folder_changes import FolderChanged

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class IndexSize:
    """How many files an index has, and how many bytes it has on disk."""

    files: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class IndexState:
    """How far the index is. `problems`: sentences about files that could not be read, and `more` that are not told;
    `error`: why there is none, or no newer one; `is_paused`: it is asked as it is."""

    done: int = 0
    total: int = 0
    is_complete: bool = False
    problems: tuple[str, ...] = ()
    more: int = 0
    error: str = ""
    is_paused: bool = False

    @property
    def is_settled(self) -> bool:
        """Whether nothing more is to be waited for."""
        return self.is_complete or self.is_paused or bool(self.error)


class IndexController(QObject):
    """GUI thread. Nothing is started before something is asked: a window that only edits has no index."""

    changed = Signal(object)
    """Carries one `IndexState`."""

    def __init__(
        self,
        thread: AsyncThread,
        workspace: WorkspaceController,
        cache_folder: Path,
        command: tuple[str, ...],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._thread, self._workspace = thread, workspace
        self._cache_folder, self._command = cache_folder, command
        self.state = IndexState()
        self.is_paused: Callable[[], bool] = lambda: False
        """Whether the index of the open folder is to be left as it is."""
        self._worker: LiveWorker | None = None
        self._running: Future[None] | None = None
        self._root: Path | None = None
        self._is_mended = False
        """Made anew since it was last complete: a disk that damages it again gets no second chance."""
        workspace.opened.connect(self._on_workspace_opened)
        workspace.changed.connect(self._on_folder_changed)

    @property
    def workspace(self) -> Workspace | None:
        """The folder that it is about."""
        return self._workspace.workspace

    @property
    def is_running(self) -> bool:
        """Whether it is kept up to date now."""
        return self._running is not None and not self._running.done()

    def want(self) -> None:
        """Something will be asked: bring the index up to date."""
        workspace = self._workspace.workspace
        if workspace is None or self._workspace.is_gone:
            return
        if self.is_paused():
            self._root = workspace.root
            if not self.state.is_paused:
                self._put(replace(self.state, is_paused=True, error=""))
            return
        if self._worker is not None and self._running is not None and not self._running.done():
            self._thread.run_in_worker(self._worker.stay)
            return
        if self._worker is None:
            from copilot_desktop.context.index.live_worker import LiveWorker
            from copilot_desktop.context.index.schema import index_place

            self._root = workspace.root
            place = index_place(self._cache_folder, workspace.root)
            self._worker = LiveWorker(self._command, workspace.root, place, partial(self._hear, workspace.root))
        self._running = self._thread.run_waiting(self._worker.run, failed=self._on_failed)

    def try_again(self) -> None:
        """What was refused may be granted now: the disk has room again."""
        if self._worker is not None and self._running is not None and not self._running.done():
            self._thread.run_in_worker(partial(self._worker.look_at, None))
        else:
            self.want()

    def pause_or_resume(self) -> None:
        """`is_paused` says another thing than before."""
        workspace = self._workspace.workspace
        if workspace is None:
            return
        self.stop()
        if not self.is_paused():
            self._put(IndexState())
        self.want()

    def place(self) -> Path | None:
        """Where the index of the open folder is, or will be; None where no folder is open."""
        from copilot_desktop.context.index.schema import index_place

        workspace = self._workspace.workspace
        return None if workspace is None else index_place(self._cache_folder, workspace.root)

    def rebuild(self) -> None:
        """Make the index anew, from nothing."""
        workspace = self._workspace.workspace
        if workspace is None:
            return
        self.stop()
        self._put(IndexState())
        cache, root = self._cache_folder, workspace.root

        def forget() -> None:
            from copilot_desktop.context.index.schema import forget_index, index_place

            forget_index(index_place(cache, root))

        self._thread.run_in_worker(forget, lambda _none: self.want())

    def measure(self, done: Callable[[IndexSize], None]) -> None:
        """How large the index of the folder is."""
        workspace = self._workspace.workspace
        if workspace is None:
            return
        cache, root = self._cache_folder, workspace.root

        def work() -> IndexSize:
            from copilot_desktop.context.index.schema import count_files, index_place, size_of

            place = index_place(cache, root)
            return IndexSize(count_files(place), size_of(place))

        self._thread.run_in_worker(work, done)

    def ask(
        self,
        question: Callable[[sqlite3.Connection], T],
        done: Callable[[T], None],
        failed: Callable[[CopilotError], None] = lambda _error: None,
    ) -> None:
        """Ask the index on a worker; nothing is answered while there is none."""
        if self._root is None:
            return

        def ask(database: sqlite3.Connection | None) -> T | None:
            return None if database is None else question(database)

        def tell(answer: T | None) -> None:
            if answer is not None:
                done(answer)

        self.ask_anyway(ask, tell, failed)

    def ask_anyway(
        self,
        question: Callable[[sqlite3.Connection | None], T],
        done: Callable[[T], None],
        failed: Callable[[CopilotError], None] = lambda _error: None,
    ) -> None:
        """The same for what can be answered without an index, too, though less well."""
        root, cache = self._root, self._cache_folder

        def work() -> T:
            from copilot_desktop.context.index.schema import index_place, read_index

            database = None if root is None else read_index(index_place(cache, root))
            if database is None:
                return question(None)
            try:
                return question(database)
            finally:
                database.close()

        def tell(answer: T) -> None:
            if self._root == root:
                done(answer)

        def fail(error: BaseException) -> None:
            if not isinstance(error, CopilotError):
                raise error
            self._mend(error)
            failed(error)

        self._thread.run_in_worker(work, tell, fail)

    def _mend(self, error: CopilotError) -> None:
        """A question met damage that the worker has not: it reads other parts."""
        from copilot_desktop.context.index.schema import is_damage

        if is_damage(error) and not self.is_paused() and not self._is_mended:
            self._is_mended = True
            self.rebuild()

    def stop(self) -> None:
        """The window closes, or another folder is opened."""
        if self._worker is not None:
            self._worker.close()
        self._worker = self._running = self._root = None

    def _hear(self, root: Path, said: Progress | StoreError) -> None:
        """On the worker's thread."""
        self._thread.post(partial(self._on_heard, root, said))

    def _on_heard(self, root: Path, said: Progress | StoreError) -> None:
        if root != self._root or self.is_paused():
            return
        if isinstance(said, StoreError):
            self._on_failed(said)
        else:
            problems = tuple(problem for _path, problem in said.problems)
            self._put(IndexState(said.done, said.total, said.is_complete, problems, said.more))
            self._is_mended = self._is_mended and not said.is_complete

    def _on_failed(self, error: BaseException) -> None:
        if not isinstance(error, CopilotError):
            raise error
        # What had been read before is still asked.
        self._put(replace(self.state, is_complete=False, error=f"{error.message} {error.advice}".strip()))

    def _put(self, state: IndexState) -> None:
        self.state = state
        self.changed.emit(state)

    def _on_workspace_opened(self, _workspace: Workspace) -> None:
        self.stop()
        self._put(IndexState())

    def _on_folder_changed(self, event: FolderChanged) -> None:
        worker, root = self._worker, self._root
        if worker is None or self._running is None or root is None:
            return
        if not self._running.done():
            self._thread.run_in_worker(lambda: worker.look_at(None if event.is_overflow else event.paths))
            return
        problems = self.state.problems

        def is_of_note() -> bool:
            from copilot_desktop.context.index.noteworthy import may_alter_problems

            return may_alter_problems(root, event, problems)

        def take(is_it: bool) -> None:
            if is_it and self._root == root:
                self.want()

        # Nobody asks, so nobody keeps it; but what the status bar says is to be true.
        self._thread.run_in_worker(is_of_note, take)

"""The opened folder of a window: listing, watching, branch; all of it on workers."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.errors import CopilotError, UnreadableFileError
from copilot_desktop.workspace.paths import Workspace

if TYPE_CHECKING:
    # pygit2 and watchdog take 160 ms to import: on a worker, after the first paint.
    from copilot_desktop.workspace.ignore import IgnoreRules
    from copilot_desktop.workspace.listing import Entry
    from copilot_desktop.workspace.watching import FolderChanged, FolderWatcher


@dataclass(frozen=True, slots=True)
class FolderListed:
    """The entries of a folder of the workspace."""

    folder: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class FolderFailed:
    """A folder that cannot be opened, with the sentences for the user."""

    message: str
    advice: str


class _WatcherSlot:
    """Holds the watcher that a worker starts; one that comes after the end is stopped at once, on that worker."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._watcher: FolderWatcher | None = None
        self._is_ended = False

    def put(self, watcher: FolderWatcher) -> None:
        """Take a watcher that runs."""
        with self._lock:
            if not self._is_ended:
                self._watcher = watcher
                return
        watcher.stop()

    def end(self) -> None:
        """Stop it, now or when it comes."""
        with self._lock:
            self._is_ended = True
            watcher, self._watcher = self._watcher, None
        if watcher is not None:
            watcher.stop()


class WorkspaceController(QObject):
    """One opened folder. `opened(Workspace)` comes at once, listing, branch and watching as they are ready."""

    opened = Signal(object)
    failed = Signal(object)
    listed = Signal(object)
    changed = Signal(object)
    branch_changed = Signal(str)

    def __init__(self, thread: AsyncThread, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread = thread
        self.workspace: Workspace | None = None
        self._rules: IgnoreRules | None = None
        self._watcher = _WatcherSlot()
        self.is_watching = False
        self._is_held = False

    @property
    def rules(self) -> IgnoreRules | None:
        """What is ignored in the folder; None until it is known."""
        return self._rules

    def hold(self) -> None:
        """Put listing and watching off until `release`: while a window starts, its first file comes before them."""
        self._is_held = True

    def release(self) -> None:
        """List and watch the folder that was opened meanwhile, and from now on every folder at once."""
        self._is_held = False
        if self.workspace is not None and self._rules is None:
            self._prepare(self.workspace)

    def open_folder(self, folder: Path) -> None:
        """Open a folder; `opened` or `failed` answers."""

        def look() -> Workspace:
            try:
                if not folder.is_dir():
                    raise UnreadableFileError(
                        f"{folder} is not a folder that can be opened.", advice="Choose another folder."
                    )
                return Workspace.at(folder)
            except OSError as error:
                raise UnreadableFileError(f"{folder} cannot be opened: {error.strerror}.") from error

        self._thread.run_in_worker(look, self._on_found, self._on_not_found)

    def list_folder(self, folder: str) -> None:
        """List a folder ('' is the workspace itself); `listed` answers. A folder that is gone has no entries."""
        workspace, rules = self.workspace, self._rules
        if workspace is None or rules is None:
            return

        def work() -> FolderListed:
            from copilot_desktop.workspace.listing import list_folder

            try:
                return FolderListed(folder, list_folder(workspace, rules, folder))
            except CopilotError:
                return FolderListed(folder, ())

        self._thread.run_in_worker(work, lambda result: self._on_listed(workspace, result))

    def stop(self) -> None:
        """Stop watching; the window closes or opens another folder."""
        watcher, self._watcher = self._watcher, _WatcherSlot()
        self.is_watching = False
        watcher.end()

    def _on_found(self, workspace: Workspace) -> None:
        self.stop()
        self.workspace, self._rules = workspace, None
        self.opened.emit(workspace)
        if not self._is_held:
            self._prepare(workspace)

    def _prepare(self, workspace: Workspace) -> None:
        def prepare() -> IgnoreRules:
            from copilot_desktop.workspace.ignore import IgnoreRules

            return IgnoreRules(workspace)

        self._thread.run_in_worker(prepare, lambda rules: self._on_rules(workspace, rules))

    def _on_not_found(self, error: BaseException) -> None:
        if not isinstance(error, CopilotError):
            raise error
        self.failed.emit(FolderFailed(error.message, error.advice))

    def _on_rules(self, workspace: Workspace, rules: IgnoreRules) -> None:
        if workspace is not self.workspace:
            return
        self._rules = rules
        self.list_folder("")
        self._read_branch(workspace)
        post: Callable[[FolderChanged], None] = lambda event: self._thread.post(  # noqa: E731 - typed for the watcher
            lambda: self._on_changed(workspace, event)
        )

        slot = self._watcher

        def watch() -> None:
            from copilot_desktop.workspace.watching import FolderWatcher

            watcher = FolderWatcher(workspace, rules, post)
            watcher.start()
            slot.put(watcher)

        self._thread.run_in_worker(watch, lambda _none: self._on_watching(workspace))

    def _on_watching(self, workspace: Workspace) -> None:
        if workspace is not self.workspace:
            return
        self.is_watching = True
        # What changed between the first listing and the start of watching was seen by nobody.
        self.list_folder("")

    def _read_branch(self, workspace: Workspace) -> None:
        def work() -> str:
            from copilot_desktop.workspace.git_state import current_branch

            return current_branch(workspace) or ""

        self._thread.run_in_worker(work, self.branch_changed.emit)

    def _on_listed(self, workspace: Workspace, result: FolderListed) -> None:
        if workspace is self.workspace:
            self.listed.emit(result)

    def _on_changed(self, workspace: Workspace, event: FolderChanged) -> None:
        if workspace is not self.workspace:
            return
        paths = (*event.created, *event.modified, *event.deleted)
        if ".git/HEAD" in paths or event.is_overflow:
            self._read_branch(workspace)
        rules = self._rules
        if rules is not None and any(path.rsplit("/", 1)[-1] == ".gitignore" for path in paths):
            self._thread.run_in_worker(rules.refresh, lambda _none: self.changed.emit(event))
        else:
            self.changed.emit(event)

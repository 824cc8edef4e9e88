"""The opened folder of a window: listing, watching, branch; all of it on workers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, Signal

from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.bridge.folder.presence import FolderGone, FolderMoves, FolderPresence
from copilot_desktop.bridge.folder.watching import FolderWatching
from copilot_desktop.bridge.places import PlaceFinder
from copilot_desktop.errors import CopilotError, UnreadableFileError
from copilot_desktop.workspace.paths import Workspace

if TYPE_CHECKING:
    # watchdog takes 60 ms to import: on a worker, after the first paint.
    from copilot_desktop.workspace.folder_changes import FolderChanged
    from copilot_desktop.workspace.ignore import IgnoreRules
    from copilot_desktop.workspace.listing import Entry


class FolderListed(NamedTuple):
    """The entries of a folder of the workspace."""

    folder: str
    entries: tuple[Entry, ...]


class FolderFailed(NamedTuple):
    """A folder that cannot be opened, with the sentences for the user."""

    message: str
    advice: str


class WorkspaceController(QObject):
    """One opened folder. `opened(Workspace)` comes at once, listing, branch and watching as they are ready."""

    opened = Signal(object)
    failed = Signal(object)
    listed = Signal(object)
    changed = Signal(object)
    branch_changed = Signal(str)
    gone = Signal(object)
    """Carries one `FolderGone`: the folder itself was renamed, deleted or unmounted."""
    back = Signal()

    def __init__(self, thread: AsyncThread, parent: QObject | None = None, moves: FolderMoves | None = None) -> None:
        super().__init__(parent)
        self._thread, self._moves = thread, moves
        self.places = PlaceFinder(thread, self)
        """Looks at what the user wants to open."""
        self.workspace: Workspace | None = None
        self._rules: IgnoreRules | None = None
        self._watching = FolderWatching(thread, self)
        self._watching.changed.connect(self._on_changed)
        self._watching.started.connect(self._on_watching)
        self.watching_changed = self._watching.told
        """Carries one `WatchState`."""
        self.shows_ignored = False
        self._is_held = False
        self._asked: Path | None = None
        self._presence = FolderPresence(thread, self, moves)
        self._presence.gone.connect(self._on_presence_gone)
        self._presence.rules_changed.connect(self._look_at_all)
        self._presence.back.connect(self._on_presence_back)
        self.taken_over = self._presence.taken_over

    @property
    def is_watching(self) -> bool:
        """Whether no change is missed."""
        return self._watching.is_watching

    @property
    def is_opening(self) -> bool:
        """Whether the first folder was asked for and is not open yet."""
        return self._asked is not None and self.workspace is None

    @property
    def is_gone(self) -> bool:
        """Whether the folder is not where it was opened, for now or for good."""
        return self._presence.is_gone

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
        """Open a folder; `opened` or `failed` answers, unless another one is asked for before."""
        self._asked = folder

        def look() -> tuple[Workspace, str | None]:
            try:
                if not folder.is_dir():
                    raise UnreadableFileError(
                        f"{folder} is not a folder that can be opened.", advice="Choose another folder."
                    )
                workspace = Workspace.at(folder)
            except OSError as error:
                raise UnreadableFileError(f"{folder} cannot be opened: {error.strerror}.") from error
            return workspace, self._moves.find(workspace.root) if self._moves is not None else None

        self._thread.run_waiting(
            look,
            lambda found: self._on_found(*found) if self._asked is folder else None,
            lambda error: self._on_not_found(error) if self._asked is folder else None,
        )

    def list_folder(self, folder: str) -> None:
        """List a folder ('' is the workspace itself); `listed` answers. A folder that is gone has no entries."""
        workspace, rules = self.workspace, self._rules
        if workspace is None or rules is None:
            return
        with_ignored = self.shows_ignored

        def work() -> FolderListed | None:
            from copilot_desktop.workspace.listing import list_folder

            try:
                return FolderListed(folder, list_folder(workspace, rules, folder, with_ignored=with_ignored))
            except CopilotError:
                return FolderListed(folder, ()) if workspace.is_there() else None

        self._thread.run_in_worker(work, lambda result: self._on_listed(workspace, result))

    def stop(self) -> None:
        """Stop watching; the window closes or opens another folder."""
        self._presence.stop()
        self._watching.stop()

    def _on_found(self, workspace: Workspace, name_before: str | None) -> None:
        self.stop()
        if self._moves is not None and name_before is not None:
            self._moves.take(name_before, workspace.root)
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
        self._presence.start(workspace, rules)
        self._watching.start(workspace, rules)

    def _on_watching(self) -> None:
        # What changed between the first listing and the start of watching was seen by nobody.
        self.list_folder("")

    def _read_branch(self, workspace: Workspace) -> None:
        def work() -> str:
            from copilot_desktop.workspace.git.state import current_branch

            return current_branch(workspace) or ""

        self._thread.run_in_worker(work, self.branch_changed.emit)

    def _on_listed(self, workspace: Workspace, result: FolderListed | None) -> None:
        if workspace is not self.workspace:
            return
        if result is None:
            self._presence.look_now()
        else:
            self.listed.emit(result)

    def _on_presence_gone(self, event: FolderGone) -> None:
        # Its watches are of no use: what comes back may be another folder.
        self._watching.stop()
        self.gone.emit(event)

    def _on_presence_back(self) -> None:
        workspace, rules = self.workspace, self._rules
        if workspace is None or rules is None:
            return
        self.back.emit()
        self._look_at_all()
        self._watching.start(workspace, rules)

    def _look_at_all(self) -> None:
        """Anything may be another one: look at everything by rules that are read anew."""
        workspace, rules = self.workspace, self._rules
        if workspace is None or rules is None:
            return

        def tell(_none: None) -> None:
            from copilot_desktop.workspace.folder_changes import FolderChanged

            if workspace is self.workspace:
                self._read_branch(workspace)
                self.changed.emit(FolderChanged(is_overflow=True))

        self._thread.run_in_worker(rules.refresh, tell)

    def _on_changed(self, event: FolderChanged) -> None:
        workspace = self.workspace
        if workspace is None:
            return
        paths = (*event.created, *event.modified, *event.deleted)
        if ".git/HEAD" in paths or event.is_overflow:
            self._read_branch(workspace)
        rules = self._rules
        if rules is not None and any(path.rsplit("/", 1)[-1] == ".gitignore" for path in paths):
            self._thread.run_in_worker(rules.refresh, lambda _none: self.changed.emit(event))
        else:
            self.changed.emit(event)

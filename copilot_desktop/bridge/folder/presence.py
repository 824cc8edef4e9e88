"""Notices when the opened folder itself is renamed, deleted, unmounted or replaced, and when it is back; and lets what
is remembered of a renamed one come along.

No file event tells of an unmounted disk, nor of a rename of a folder above: hence a look every other second.
"""

from __future__ import annotations

import logging
import os
import threading
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

from PySide6.QtCore import QObject, QTimer, Signal

from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.bridge.session_keeper import SessionKeeper
from copilot_desktop.errors import CopilotError
from copilot_desktop.workspace.paths import Workspace

if TYPE_CHECKING:
    from copilot_desktop.workspace.folder_identity import FolderIdentity
    from copilot_desktop.workspace.ignore import IgnoreRules

_log = logging.getLogger(__name__)

INTERVAL_MS = 5000
"""Each look wakes three threads; a folder that cannot be listed is looked for without waiting."""


class FolderGone(NamedTuple):
    """The opened folder is not where it was. `moved_to`: where it stands now, as far as that could be found out."""

    root: Path
    moved_to: Path | None


class _Look(NamedTuple):
    """What a look has found; `identity` None: not there."""

    identity: FolderIdentity | None
    moved_to: Path | None = None
    are_rules_others: bool = False


class FolderStores(Protocol):
    """What keeps things by the absolute names of folders. On workers; raises CopilotError."""

    def folder_renamed(self, before: str, folder: str) -> None:
        """What is kept of a folder is to be found under its name of now."""

    def folder_opened(self, folder: str) -> None:
        """A folder is opened: if another one had its name before, it is not that one."""


class FolderMoves(QObject):
    """Of the whole program. The session knows folders by their identity as well; what else is kept by their names
    follows on workers: at once, or at the next start where it could not."""

    taken = Signal(str)
    """A folder is opened under its name of now: the name it had before, under which a window may still have it."""

    def __init__(self, keeper: SessionKeeper) -> None:
        super().__init__(keeper)
        self._keeper = keeper
        self._stores: FolderStores | None = None
        self._waiting = list(keeper.session.renames)
        self._lock = threading.Lock()

    def bring_along(self, stores: FolderStores) -> None:
        """The stores are there by now: let them follow whatever was found before. On a worker."""
        with self._lock:
            self._stores = stores
            self._let_follow()

    def find(self, root: Path) -> str | None:
        """On a worker, before a folder is opened: the name under which it was known, where it has another one now.

        `take` must be called before the folder is used.
        """
        try:
            status = os.stat(root)
        except OSError:
            return None
        folder, here = str(root), (status.st_dev, status.st_ino)
        known = {
            name: state.identity
            for name, state in self._keeper.session.workspaces.items()
            if name != folder and state.identity[:2] == here
        }
        before = next((name for name, identity in known.items() if _is_renamed(Path(name), identity, root)), None)
        with self._lock:
            if self._stores is not None:
                self._stores.folder_opened(folder)
            if before is not None:
                self._waiting.append((before, folder))
                self._let_follow()
        return before

    def now(self, folder: Path) -> Path | None:
        """On a worker: where a folder that is not there stands by now, if it was renamed in place."""
        identity = _identity_from(self._keeper.session.workspace(str(folder)).identity)
        return None if identity is None else find_beside(folder, identity)

    def take(self, before: str, root: Path) -> None:
        """What the session has of the folder is its own under its name of now. GUI thread."""
        self._keeper.update(lambda session: session.with_renamed(before, str(root)))
        self.keep_waiting()
        self.taken.emit(before)

    def keep_waiting(self) -> None:
        """Keep which renames are still to be followed. GUI thread."""
        waiting = tuple(self._waiting)
        self._keeper.update(lambda session: replace(session, renames=waiting))

    def _let_follow(self) -> None:
        while self._stores is not None and self._waiting:
            try:
                self._stores.folder_renamed(*self._waiting[0])
            except CopilotError as error:
                _log.warning("what is kept of a renamed folder could not follow: %s", error.message)
                return
            self._waiting.pop(0)

    def note(self, root: Path, identity: FolderIdentity) -> None:
        """This is how the folder will be known again. GUI thread."""
        folder, numbers = str(root), tuple(each for each in identity if each is not None)
        self._keeper.update(
            lambda session: session.with_workspace(folder, replace(session.workspace(folder), identity=numbers))
        )


class FolderPresence(QObject):
    """Watches over one folder at a time. GUI thread."""

    gone = Signal(object)
    """Carries one `FolderGone`."""
    back = Signal()
    """It is there again, or another folder has taken its place: everything must be looked at and watched anew."""
    rules_changed = Signal()
    """What is ignored is decided by other rules now, which stand outside of the folder."""
    taken_over = Signal()
    """The folder has another name and another window opens it: what is kept of it is that window's from now on."""

    def __init__(self, thread: AsyncThread, parent: QObject | None = None, moves: FolderMoves | None = None) -> None:
        super().__init__(parent)
        self._thread, self._moves = thread, moves
        self._workspace: Workspace | None = None
        self._rules: IgnoreRules | None = None
        self._identity: FolderIdentity | None = None
        self.is_gone = False
        self._timer = QTimer(self, singleShot=True, interval=INTERVAL_MS)
        self._timer.timeout.connect(self.look_now)
        if moves is not None:
            moves.taken.connect(self._on_taken)

    def start(self, workspace: Workspace, rules: IgnoreRules) -> None:
        """Watch over a folder that is there now."""
        self._workspace, self._rules, self._identity, self.is_gone = workspace, rules, None, False
        self.look_now()

    def stop(self) -> None:
        """Look no more."""
        self._timer.stop()
        self._workspace = None

    def look_now(self) -> None:
        """Something looks as if the folder were gone: do not wait for the next look."""
        workspace, rules, known = self._workspace, self._rules, self._identity
        if workspace is not None and rules is not None:
            self._timer.stop()
            # A dead server keeps a look waiting for as long as it likes; no end may wait for that.
            self._thread.run_waiting(
                lambda: _look(workspace, rules, known), lambda look: self._on_looked(workspace, look)
            )

    def _on_taken(self, name_before: str) -> None:
        if self._workspace is not None and str(self._workspace.root) == name_before:
            self.taken_over.emit()

    def _on_looked(self, workspace: Workspace, look: _Look) -> None:
        if workspace is not self._workspace:
            return
        self._timer.start()
        was_gone, known = self.is_gone, self._identity
        self.is_gone = look.identity is None
        if look.identity is None:
            if not was_gone:
                self.gone.emit(FolderGone(workspace.root, look.moved_to))
            return
        self._identity = look.identity
        if known != look.identity and self._moves is not None:
            self._moves.note(workspace.root, look.identity)
        if was_gone or known not in (None, look.identity):
            self.back.emit()
        elif look.are_rules_others:
            self.rules_changed.emit()


def _identity_from(numbers: tuple[int, ...]) -> FolderIdentity | None:
    """As the session keeps it."""
    from copilot_desktop.workspace.folder_identity import FolderIdentity

    return FolderIdentity(numbers[0], numbers[1], numbers[2] if len(numbers) > 2 else None) if numbers[1:] else None


def _is_renamed(known: Path, numbers: tuple[int, ...], root: Path) -> bool:
    """Whether a folder known under another name is this one, and not there under that name any more."""
    from copilot_desktop.workspace.folder_identity import identity_of, is_same_folder

    was = _identity_from(numbers)
    try:
        is_same = was is not None and is_same_folder(was, identity_of(root), has_same_name=known.name == root.name)
    except OSError:
        return False
    return is_same and not os.path.isdir(known)


def _look(workspace: Workspace, rules: IgnoreRules, known: FolderIdentity | None) -> _Look:
    try:
        if workspace.is_there():
            return _Look(_identity(workspace.root, known), are_rules_others=rules.is_outdated())
    except OSError:  # A disk that answers with an error is not there.
        return _Look(None)
    return _Look(None, None if known is None else find_beside(workspace.root, known))


def find_beside(root: Path, known: FolderIdentity) -> Path | None:
    """A folder renamed in place stands beside where it was. Blocking."""
    from copilot_desktop.workspace.listing import leads_to_folder

    try:
        with os.scandir(root.parent) as entries:
            for entry in entries:
                is_likely = entry.inode() == known.inode and leads_to_folder(entry)
                if is_likely and _identity(Path(entry.path), None) == known:
                    return Path(entry.path)
    except OSError:
        return None
    return None


def _identity(place: Path, known: FolderIdentity | None) -> FolderIdentity:
    """When it was made is asked for once."""
    status = os.stat(place)
    if known is not None and (status.st_dev, status.st_ino) == (known.device, known.inode):
        return known
    from copilot_desktop.workspace.folder_identity import identity_of

    return identity_of(place)

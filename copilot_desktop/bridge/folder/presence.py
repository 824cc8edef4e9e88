"""Notices when the opened folder itself is renamed, deleted, unmounted or replaced, and when it is back.

No file event tells of an unmounted disk, nor of a rename of a folder above: hence a look every other second.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, QTimer, Signal

from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.workspace.paths import Workspace

if TYPE_CHECKING:
    from copilot_desktop.workspace.ignore import IgnoreRules

INTERVAL_MS = 5000
"""Each look wakes three threads; a folder that cannot be listed is looked for without waiting."""
_Identity = tuple[int, int]


class FolderGone(NamedTuple):
    """The opened folder is not where it was. `moved_to`: where it stands now, as far as that could be found out."""

    root: Path
    moved_to: Path | None


class _Look(NamedTuple):
    """What a look has found; `identity` None: not there."""

    identity: _Identity | None
    moved_to: Path | None = None
    are_rules_others: bool = False


class FolderPresence(QObject):
    """Watches over one folder at a time. GUI thread."""

    gone = Signal(object)
    """Carries one `FolderGone`."""
    back = Signal()
    """It is there again, or another folder has taken its place: everything must be looked at and watched anew."""
    rules_changed = Signal()
    """What is ignored is decided by other rules now, which stand outside of the folder."""

    def __init__(self, thread: AsyncThread, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread = thread
        self._workspace: Workspace | None = None
        self._rules: IgnoreRules | None = None
        self._identity: _Identity | None = None
        self.is_gone = False
        self._timer = QTimer(self, singleShot=True, interval=INTERVAL_MS)
        self._timer.timeout.connect(self.look_now)

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
        if was_gone or known not in (None, look.identity):
            self.back.emit()
        elif look.are_rules_others:
            self.rules_changed.emit()


def _look(workspace: Workspace, rules: IgnoreRules, known: _Identity | None) -> _Look:
    try:
        if workspace.is_there():
            return _Look(_identity(workspace.root), are_rules_others=rules.is_outdated())
    except OSError:  # A disk that answers with an error is not there.
        return _Look(None)
    return _Look(None, None if known is None else _find_beside(workspace.root, known))


def _find_beside(root: Path, known: _Identity) -> Path | None:
    """A folder renamed in place stands beside where it was."""
    try:
        with os.scandir(root.parent) as entries:
            for entry in entries:
                if entry.inode() == known[1] and entry.is_dir() and _identity(Path(entry.path)) == known:
                    return Path(entry.path)
    except OSError:
        return None
    return None


def _identity(place: Path) -> _Identity:
    status = os.stat(place)
    return status.st_dev, status.st_ino

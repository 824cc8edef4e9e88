"""What the Help menu shows of the program itself, read on a worker."""

from __future__ import annotations

import os
from collections.abc import Callable

from PySide6.QtCore import QObject, qVersion

from copilot_desktop import __version__
from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.diagnostics.report import Library, diagnostics, libraries
from copilot_desktop.resource_files import resource_path
from copilot_desktop.settings.folders import ProgramFolders
from copilot_desktop.values import dataclass


@dataclass(frozen=True, slots=True)
class Licence:
    """One licence text that comes with the program."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class About:
    """Versions and licences."""

    version: str
    qt_version: str
    libraries: tuple[Library, ...]
    licences: tuple[Licence, ...]


class AboutController(QObject):
    """Reads versions, licences and the diagnostics. GUI thread; `done` is called there."""

    def __init__(self, thread: AsyncThread, folders: ProgramFolders, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread = thread
        self._folders = folders

    def read(self, done: Callable[[About], None]) -> None:
        """Versions and licences."""
        self._thread.run_in_worker(_read, done)

    def read_diagnostics(self, done: Callable[[str], None]) -> None:
        """The report for a bug report."""
        self._thread.run_in_worker(lambda: diagnostics(self._folders.by_use(), os.environ), done)


def _read() -> About:
    texts = sorted(resource_path("licences").glob("*.txt"))
    licences = tuple(Licence(path.stem, path.read_text(encoding="utf-8")) for path in texts)
    return About(__version__, qVersion() or "", libraries(), licences)

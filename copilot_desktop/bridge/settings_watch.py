"""Notices when another program writes the settings, so that they hold at once."""

from __future__ import annotations

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer

from copilot_desktop.bridge.preferences import PreferencesController
from copilot_desktop.settings.store import Page, SettingsStore

_SETTLING_MS = 150
"""Editors write in several steps."""


class SettingsWatch(QObject):
    """Watches the folder and the files in it: a file that is replaced is another one, and must be watched anew."""

    def __init__(
        self, store: SettingsStore, preferences: PreferencesController, page_types: tuple[type[Page], ...]
    ) -> None:
        super().__init__(preferences)
        self._preferences, self._page_types = preferences, page_types
        self._paths = tuple(str(store.path_of(page_type)) for page_type in page_types)
        self._watcher = QFileSystemWatcher([str(store.path_of(page_types[0]).parent)], self)
        self._settling = QTimer(self, singleShot=True, interval=_SETTLING_MS)
        self._watcher.directoryChanged.connect(self._on_changed)
        self._watcher.fileChanged.connect(self._on_changed)
        self._settling.timeout.connect(self._on_settled)
        self._on_settled()

    def _on_changed(self, _path: str) -> None:
        self._settling.start()

    def _on_settled(self) -> None:
        watched = self._watcher.files()
        missing = [path for path in self._paths if path not in watched]
        if missing:
            self._watcher.addPaths(missing)  # those that are not there are passed over
        self._preferences.read_again(self._page_types)

"""Says in the window that another program has left a file of the settings that cannot be used."""

from __future__ import annotations

from PySide6.QtCore import QObject

from copilot_desktop.bridge.preferences import PreferencesController
from copilot_desktop.conversation.events import ErrorNotice
from copilot_desktop.ui.main_window import MainWindow
from copilot_desktop.ui.notices import Notice

_KEY = "settings"


class SettingsNotices(QObject):
    """The notice goes once the settings can be read again."""

    def __init__(self, window: MainWindow, preferences: PreferencesController) -> None:
        super().__init__(window)
        self._notices = window.notices
        preferences.file_refused.connect(self._on_file_refused)
        preferences.page_changed.connect(self._on_page_changed)

    def _on_file_refused(self, problem: ErrorNotice) -> None:
        self._notices.show_notice(Notice(problem.message, problem.advice, key=_KEY, is_of_folder=False))

    def _on_page_changed(self, _page: object) -> None:
        self._notices.withdraw(_KEY)

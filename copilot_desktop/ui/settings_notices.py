"""Says in the window that another program has left a file of the settings that cannot be used."""

from __future__ import annotations

from PySide6.QtCore import QObject

from copilot_desktop.bridge.preferences import PreferencesController, TextRefused
from copilot_desktop.settings.store import Page
from copilot_desktop.ui.main_window import MainWindow
from copilot_desktop.ui.notices import Notice, settings_key


class SettingsNotices(QObject):
    """A notice goes once its file can be read again."""

    def __init__(self, window: MainWindow, preferences: PreferencesController) -> None:
        super().__init__(window)
        self._notices = window.notices
        preferences.file_refused.connect(self._on_file_refused)
        preferences.page_changed.connect(self._on_page_changed)

    def _on_file_refused(self, refused: TextRefused) -> None:
        problem, key = refused.notice, settings_key(refused.page_type.NAME)
        self._notices.show_notice(Notice(problem.message, problem.advice, key=key, is_of_folder=False))

    def _on_page_changed(self, page: Page) -> None:
        self._notices.withdraw(settings_key(page.NAME))

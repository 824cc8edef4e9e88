"""The core of the program: built on a worker once the first window stands there, and given to every window."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from copilot_desktop.app.desktop_window import DesktopWindow, Shared
from copilot_desktop.app.first_paint import PutOff
from copilot_desktop.app.joining import IMPORTS
from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.errors import StoreError
from copilot_desktop.settings.store import SettingsStore
from copilot_desktop.ui.notices import Notice

if TYPE_CHECKING:
    # Imports the model side, 60 ms: on a worker.
    from copilot_desktop.app.settings_in_windows import SettingsInWindows
    from copilot_desktop.assembly import Core
    from copilot_desktop.bridge.preferences import PreferencesController


class CoreInWindows(QObject):
    """One per program, made with its first window that is settled. `build` makes the core, on a worker."""

    page_changed = Signal(object)
    """Carries a settings page that says something else by now."""
    window_wanted = Signal()
    """Text of windows without a folder was left: one more such window brings it back."""

    def __init__(
        self,
        thread: AsyncThread,
        shared: Shared,
        windows: Sequence[DesktopWindow],
        build: Callable[[], Core],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._thread, self._shared, self._windows, self._build = thread, shared, windows, build
        self.core: Core | None = None
        self._preferences: PreferencesController | None = None
        self._settings: SettingsInWindows | None = None
        self._imports = PutOff(self)
        self._is_building = False

    def serve(self, window: DesktopWindow) -> None:
        """A window is settled: it gets the core, at once or as soon as there is one."""
        if self.core is not None and self._preferences is not None:
            self._give(window, self.core, self._preferences)
        elif not self._is_building:
            self._is_building = True
            for step in IMPORTS:
                self._imports.add(step)
            self._imports.begin()
            self._thread.run_in_worker(self._build, self._on_built, self._on_failed)

    def close(self) -> None:
        """The last window is gone; the core is closed by whoever ends the loop."""
        self._imports.drop()
        if self._preferences is not None:
            self._preferences.unsaved.close()

    def _on_built(self, core: Core) -> None:
        self._shared.moves.keep_waiting()
        self.core = core  # to be closed at the end, also where no window gets it any more
        if self._imports.is_finished:
            self._share(core)
        else:
            self._imports.finished.connect(lambda: self._share(core))

    def _share(self, core: Core) -> None:
        from copilot_desktop.app.settings_in_windows import SettingsInWindows
        from copilot_desktop.bridge.preferences import PreferencesController
        from copilot_desktop.bridge.settings_watch import SettingsWatch
        from copilot_desktop.bridge.unsaved_settings import UnsavedSettings
        from copilot_desktop.settings.appearance_page import AppearancePage
        from copilot_desktop.settings.chat_page import ChatPage
        from copilot_desktop.settings.differences_page import DifferencesPage
        from copilot_desktop.settings.editor_page import EditorPage
        from copilot_desktop.settings.explorer_page import ExplorerPage
        from copilot_desktop.settings.history_page import HistoryPage
        from copilot_desktop.settings.keys_page import KeysPage
        from copilot_desktop.settings.models_page import ModelsPage

        self._bring_left_texts(core)
        unsaved = UnsavedSettings(self._thread, SettingsStore(core.folders.state), self)
        self._settings = SettingsInWindows(unsaved, self._windows)
        unsaved.load()
        self._preferences = PreferencesController(self._thread, core.settings, unsaved, self)
        self._preferences.page_changed.connect(self.page_changed)
        SettingsWatch(
            core.settings,
            self._preferences,
            (AppearancePage, ChatPage, DifferencesPage, EditorPage, ExplorerPage, HistoryPage, KeysPage, ModelsPage),
        )
        for each in self._windows:
            each.window.notices.withdraw("core")
            self._give(each, core, self._preferences)

    def _bring_left_texts(self, core: Core) -> None:
        from copilot_desktop.bridge.documents.left_texts import LeftTexts
        from copilot_desktop.ui.left_text_notices import LeftTextNotices

        if self._windows and self._shared.unsaved.is_brought_back:
            texts = LeftTexts(self._thread, core.folders.state, self)
            LeftTextNotices(self._windows[0].window, texts)
            texts.without_folder.connect(self.window_wanted)
            texts.look(without_folder=all(each.files.wanted_folder is not None for each in self._windows))

    def _give(self, window: DesktopWindow, core: Core, preferences: PreferencesController) -> None:
        if window.take_core(core, preferences) and self._settings is not None:
            self._settings.follow(window.window)

    def _on_failed(self, error: BaseException) -> None:
        # The next window tries again: it is told, too, or all windows get what they lack.
        self._is_building = False
        if not isinstance(error, StoreError):
            raise error
        for each in self._windows:
            each.window.notices.show_notice(
                Notice(
                    error.message,
                    f"{error.advice} Editing works; chat and review are off until then.".strip(),
                    key="core",
                    is_of_folder=False,
                )
            )

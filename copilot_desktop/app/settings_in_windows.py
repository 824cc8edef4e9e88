"""What is typed in the settings and not saved, in all windows: said when it came back, asked about when it would go."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QObject

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.bridge.unsaved_settings import UnsavedLoaded, UnsavedSettings
from copilot_desktop.conversation.events import ErrorNotice
from copilot_desktop.ui.closing import Unkept
from copilot_desktop.ui.main_window import MainWindow
from copilot_desktop.ui.notices import Notice

_NOTICE: Final = "unsaved_settings"


class SettingsInWindows(QObject):
    """`windows` are those of the program, at any time."""

    def __init__(self, unsaved: UnsavedSettings, windows: Sequence[DesktopWindow]) -> None:
        super().__init__(unsaved)
        self._unsaved, self._windows = unsaved, windows
        unsaved.loaded.connect(self._on_loaded)
        unsaved.emptied.connect(self._on_emptied)

    def follow(self, window: MainWindow) -> None:
        """Ask before this window closes as the last one: the others have the drafts at hand."""

        def check(answer: Callable[[Unkept | None], None]) -> None:
            def settled(problem: ErrorNotice | None) -> None:
                is_lost = problem is not None and len(self._windows) == 1
                answer(Unkept(problem.message, problem.advice, lambda: _show(window)) if problem and is_lost else None)

            self._unsaved.settle(settled)

        window.leave_checks.append(check)

    def _on_loaded(self, loaded: UnsavedLoaded) -> None:
        if not self._windows:
            return
        window = self._windows[0].window
        if loaded.problem is not None:
            notice = Notice(loaded.problem.message, loaded.problem.advice, key=_NOTICE, is_of_folder=False)
            window.notices.show_notice(notice)
        elif loaded.count:
            window.notices.show_notice(
                Notice(
                    "Settings that were typed and not saved are there again.",
                    choices=(("Show", lambda: _show(window)),),
                    key=_NOTICE,
                    is_amber=False,
                    is_of_folder=False,
                )
            )

    def _on_emptied(self) -> None:
        # Saved, or given up: nothing is there again.
        for each in self._windows:
            each.window.notices.withdraw(_NOTICE)


def _show(window: MainWindow) -> None:
    from copilot_desktop.ui.preferences.preferences_page import PreferencesPage  # many windows never show it

    window.commands.run("settings.open")
    page = window.findChild(PreferencesPage)
    if page is not None:
        page.show_unsaved()

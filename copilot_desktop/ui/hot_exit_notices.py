"""Says what hot exit has done: unsaved files brought back, and unsaved text that is not protected."""

from __future__ import annotations

from PySide6.QtCore import QObject

from copilot_desktop.bridge.documents.hot_exit import BroughtBack, HotExitController
from copilot_desktop.bridge.documents.slow_writes import ProtectionChanged
from copilot_desktop.ui.main_window import MainWindow
from copilot_desktop.ui.notices import Notice
from copilot_desktop.workspace.step_recovery import RecoveryNotice

NOT_PROTECTED = "hot-exit"
_SEEN_S = 20
"""Time to read that all is well; the tabs themselves show which files are unsaved."""


class HotExitNotices(QObject):
    """The notices of one window about its unsaved texts."""

    def __init__(self, window: MainWindow, hot_exit: HotExitController) -> None:
        super().__init__(window)
        self._notices = window.notices
        hot_exit.recovered.connect(self._on_recovered)
        hot_exit.brought_back.connect(self._on_brought_back)
        hot_exit.protection_changed.connect(self._on_protection_changed)

    def _on_recovered(self, event: RecoveryNotice) -> None:
        self._notices.show_notice(Notice(event.message, key="recovered"))

    def _on_brought_back(self, event: BroughtBack) -> None:
        for number, problem in enumerate(event.problems):
            self._notices.show_notice(Notice(problem.message, problem.advice, key=f"not-brought-back-{number}"))
        if event.count:
            files = "1 unsaved file was" if event.count == 1 else f"{event.count} unsaved files were"
            notice = Notice(f"{files} brought back.", key="brought-back", is_amber=False, passes_after_s=_SEEN_S)
            self._notices.show_notice(notice)

    def _on_protection_changed(self, event: ProtectionChanged) -> None:
        if event.message:
            self._notices.show_notice(Notice(event.message, event.advice, key=NOT_PROTECTED, can_dismiss=False))
        else:
            self._notices.withdraw(NOT_PROTECTED)

"""Shows in the explorer which file is in front: its row is chosen and in sight, and the keyboard stays where it is."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer

from copilot_desktop.bridge.folder.workspace import WorkspaceController
from copilot_desktop.bridge.preferences import PreferencesController
from copilot_desktop.settings.explorer_page import ExplorerPage
from copilot_desktop.ui.document_page import DocumentPage
from copilot_desktop.ui.explorer.panel import ExplorerPanel
from copilot_desktop.ui.focus_order import focus_inside
from copilot_desktop.ui.main_window import MainWindow
from copilot_desktop.ui.waiting_page import WaitingPage


class FrontFileInExplorer(QObject):
    """A file that comes to the front is looked for once: what is scrolled, folded or chosen afterwards stays so."""

    def __init__(
        self,
        window: MainWindow,
        panel: ExplorerPanel,
        workspace: WorkspaceController,
        preferences: PreferencesController,
    ) -> None:
        super().__init__(panel)
        self._window, self._panel = window, panel
        self._is_on = True
        self._followed = ""
        # Once the keyboard is where the change of tabs puts it.
        self._timer = QTimer(self, singleShot=True, interval=0)
        self._timer.timeout.connect(self._follow)
        window.editors.current_changed.connect(self._timer.start)
        panel.shown.connect(self._look_anew)
        workspace.opened.connect(self._look_anew)
        preferences.page_changed.connect(self._on_page_changed)
        self._timer.start()

    def _look_anew(self, _event: object = None) -> None:
        self._followed = ""
        self._timer.start()

    def _on_page_changed(self, page: object) -> None:
        if isinstance(page, ExplorerPage) and page.follow_front != self._is_on:
            self._is_on = page.follow_front
            self._look_anew()

    def _follow(self) -> None:
        front = self._window.editors.panes.front()
        path = front.document.path if isinstance(front, DocumentPage) else None
        path = front.path if isinstance(front, WaitingPage) else path
        if not self._is_on or not path or path == self._followed or not self._panel.isVisible():
            return
        self._followed = path
        # Who has the keyboard in the tree chooses rows there.
        if not focus_inside(self._panel.tree):
            self._panel.revealer.follow(path)

"""Puts the outline into a window: it follows the text in front and its caret, and leads to what is chosen."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer

from copilot_desktop.bridge.documents.outlines import OutlineController
from copilot_desktop.editor.view import EditorView
from copilot_desktop.syntax.definitions import Definition
from copilot_desktop.ui.editor_area import follow_views
from copilot_desktop.ui.main_window import MainWindow
from copilot_desktop.ui.outline.panel import OutlinePanel
from copilot_desktop.ui.symbol_places import SymbolPlace, SymbolPlaces

VIEW = "outline"
_FOLLOW_MS = 50


class OutlineInWindow(QObject):
    """Lives as long as the window; made when the side view is first shown."""

    def __init__(
        self, window: MainWindow, panel: OutlinePanel, outlines: OutlineController, places: SymbolPlaces
    ) -> None:
        super().__init__(panel)
        self._window, self._panel, self._outlines, self._places = window, panel, outlines, places
        # Not with each key: whoever types looks at the text.
        self._following = QTimer(self, singleShot=True, interval=_FOLLOW_MS)
        self._following.timeout.connect(self._follow)
        follow_views(window.editors, self._on_view_added)
        window.editors.current_changed.connect(self._on_current_changed)
        panel.tree.looked.connect(self._on_looked)
        panel.tree.opened.connect(self._on_opened)
        panel.left.connect(self._on_left)
        self._follow()

    def _on_view_added(self, view: EditorView) -> None:
        view.caret_moved.connect(self._on_caret_moved)

    def _on_caret_moved(self, _event: object) -> None:
        if self._panel.isVisible() and not self._following.isActive():
            self._following.start()

    def _on_current_changed(self) -> None:
        # The documents are told of the tab that is in front now, as this is.
        QTimer.singleShot(0, self, self._outlines.look)
        self._follow()

    def _follow(self) -> None:
        view = self._window.editors.current_view()
        if view is not None:
            self._panel.follow(view.caret().line)

    def _on_looked(self, found: Definition) -> None:
        view = self._window.editors.current_view()
        if view is not None:
            view.show_lines(found.lines)

    def _on_opened(self, found: Definition) -> None:
        self._places.go(SymbolPlace(None, found.name, found.lines))

    def _on_left(self) -> None:
        self._window.editors.setFocus()

"""The menu of the text: what can be done with the selection, from the window's one list of actions."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QMenu

from copilot_desktop.editor.events import ContextMenuRequested
from copilot_desktop.editor.view import EditorView
from copilot_desktop.ui.editor_area import follow_views
from copilot_desktop.ui.main_window import MainWindow

GROUPS = (
    ("go.definition", "go.references"),
    ("edit.cut", "edit.copy", "edit.paste"),
    ("edit.select_all",),
    ("chat.add_selection", "chat.edit_in_place"),
    ("review.accept_here", "review.reject_here", "review.undo_accept_here"),
)


class EditorMenu(QObject):
    """Opens the menu where an editor asks for it."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        follow_views(window.editors, self._on_view_added)

    def _on_view_added(self, view: EditorView) -> None:
        view.context_menu_requested.connect(self._on_context_menu_requested)

    def _on_context_menu_requested(self, event: ContextMenuRequested) -> None:
        menu = QMenu(self._window)
        menu.setObjectName("menu.editor")
        menu.setAccessibleName("Text")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._window.commands.fill_context_menu(menu, GROUPS)
        menu.popup(event.global_position)

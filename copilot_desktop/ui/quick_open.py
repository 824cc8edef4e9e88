"""Quick open (Ctrl+P): files by a few letters, `@` symbols and `:` lines of the active file, `#` symbols of the folder;
looks before it leaps."""

from __future__ import annotations

from functools import cached_property, partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from copilot_desktop.bridge.documents.controller import DocumentsController
from copilot_desktop.bridge.files.quick_open import Found, QuickOpenController, QuickOpenFound
from copilot_desktop.editor.events import ViewState
from copilot_desktop.editor.view import EditorView
from copilot_desktop.ui.actions import Action
from copilot_desktop.ui.main_window import MainWindow

if TYPE_CHECKING:
    # What is shown as a list to choose from is imported with the first one.
    from copilot_desktop.ui.picker import Picker
    from copilot_desktop.ui.symbol_places import SymbolPlaces

_PLACEHOLDER = "A file’s name, @ for its symbols, # for those of the folder, : for a line"


class QuickOpen(QObject):
    """Joins the picker to the controller and the editors of one window."""

    def __init__(self, window: MainWindow, controller: QuickOpenController, documents: DocumentsController) -> None:
        super().__init__(window)
        self._window, self._controller, self._documents = window, controller, documents
        self._came_from: tuple[EditorView, ViewState] | None = None
        controller.found.connect(self._on_found)

    @cached_property
    def picker(self) -> Picker:
        """The field and its list; made when they are first asked for."""
        from copilot_desktop.ui.picker import Picker

        made = Picker("quick_open", "Quick open", _PLACEHOLDER, self._window)
        made.query_changed.connect(self._controller.search)
        made.chosen.connect(self._on_chosen)
        made.moved.connect(self._on_moved)
        made.dismissed.connect(self._on_dismissed)
        return made

    @cached_property
    def places(self) -> SymbolPlaces:
        """The way to a symbol; made with the first one that is chosen."""
        from copilot_desktop.ui.symbol_places import SymbolPlaces

        return SymbolPlaces(self._window.editors, self._documents)

    def actions(self) -> tuple[Action, ...]:
        """What opens it."""

        def has_view() -> bool:
            return self._window.editors.current_view() is not None

        return (
            Action("go.file", "Go to file…", partial(self.popup, ""), ("Ctrl+P",), "Go", 1, "search"),
            Action("go.symbol", "Go to symbol…", partial(self.popup, "@"), ("Ctrl+Shift+O",), "Go", 1, when=has_view),
            Action("go.folder_symbol", "Go to symbol in the folder…", partial(self.popup, "#"), ("Ctrl+T",), "Go", 1),
        )

    def popup(self, text: str) -> None:
        """Open it with a text in the field."""
        view = self._window.editors.current_view()
        self._came_from = None if view is None else (view, view.state())
        self._controller.refresh()
        self.picker.popup(text)
        self.picker.field.setCursorPosition(len(text))

    def _on_found(self, found: QuickOpenFound) -> None:
        from copilot_desktop.ui.picker import PickerRow
        from copilot_desktop.ui.symbol_icons import symbol_icon

        rows = [
            PickerRow(each.title, each.detail, each.hint, each.positions, each, icon=symbol_icon(each.kind))
            for each in found.rows
        ]
        self.picker.show_rows(rows, found.problem, is_answer=found.is_complete)

    def _on_moved(self, found: object) -> None:
        """Show a line or symbol of the active file while it is only looked at."""
        view = self._window.editors.current_view()
        is_asked = len(self.picker.field.text()) > 1
        if isinstance(found, Found) and found.path is None and found.lines is not None and view and is_asked:
            view.show_lines(found.lines)

    def _on_chosen(self, found: object) -> None:
        if not isinstance(found, Found):
            return
        self._controller.end()
        if found.kind and found.lines is not None:
            from copilot_desktop.ui.symbol_places import SymbolPlace

            self.places.go(SymbolPlace(found.path, found.title, found.lines))
        elif found.path is not None:
            self._documents.open(found.path, found.lines)
        elif (view := self._window.editors.current_view()) is not None and found.lines is not None:
            view.show_lines(found.lines)
            view.setFocus()

    def _on_dismissed(self) -> None:
        self._controller.end()
        if self._came_from is not None and self._came_from[0] is self._window.editors.current_view():
            view, state = self._came_from
            if view.state() != state:
                view.restore_state(state)
        self._came_from = None

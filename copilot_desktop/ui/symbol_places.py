"""The way to where something is defined: its file comes to the front, and the caret stands on its name."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer

from copilot_desktop.bridge.documents.controller import DocumentsController
from copilot_desktop.bridge.documents.events import DocumentOpened
from copilot_desktop.editor.view import EditorView
from copilot_desktop.editor.view_places import place_of_name
from copilot_desktop.text.ranges import LineColumn, LineRange
from copilot_desktop.ui.editor_area import EditorArea
from copilot_desktop.values import dataclass


@dataclass(frozen=True, slots=True)
class SymbolPlace:
    """Lines that define a name; `path` None: in the active text."""

    path: str | None
    name: str
    lines: LineRange


class SymbolPlaces(QObject):
    """Of one window. What was typed since the lines were found may have moved the name: it is looked for near them."""

    def __init__(self, editors: EditorArea, documents: DocumentsController) -> None:
        super().__init__(editors)
        self._editors, self._documents = editors, documents
        self._wanted: SymbolPlace | None = None
        documents.opened.connect(self._on_opened)
        documents.failed.connect(self._on_failed)

    def go(self, place: SymbolPlace) -> None:
        """Go to a name; the place the caret comes from can be gone back to."""
        self._wanted = None
        if place.path is None:
            view = self._editors.current_view()
            if view is not None:
                self._editors.document_tabs.jumping.emit()
                view.show_lines(_lines(view, place))
                view.setFocus()
            return
        document = self._documents.documents.find(place.path)
        view = self._editors.view_of(place.path)
        if view is not None and document is not None and not document.is_loading:
            self._documents.open(place.path, _lines(view, place))
            return
        self._wanted = place
        self._documents.open(place.path, place.lines)

    def _on_opened(self, event: DocumentOpened) -> None:
        wanted = self._wanted
        if wanted is not None and event.document.path == wanted.path:
            # Once its view has the text, and the caret is at the first of the lines.
            QTimer.singleShot(0, self, lambda: self._arrive(wanted))

    def _arrive(self, wanted: SymbolPlace) -> None:
        view = self._editors.view_of(wanted.path) if wanted.path is not None else None
        if self._wanted is wanted:
            self._wanted = None
            if view is not None:
                view.show_lines(_lines(view, wanted))

    def _on_failed(self, _event: object) -> None:
        self._wanted = None


def _lines(view: EditorView, place: SymbolPlace) -> LineRange:
    at = place_of_name(view.code, place.lines, place.name)
    return place.lines if at is None else LineColumn.at(*at)

"""Back and forward through the places the caret was at, over all files."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from copilot_desktop.bridge.documents.controller import DocumentsController
from copilot_desktop.editor.view import EditorView
from copilot_desktop.text.ranges import DocumentId, LineRange
from copilot_desktop.ui.actions import Action
from copilot_desktop.ui.editor_area import EditorArea, follow_views
from copilot_desktop.values import dataclass

NEAR_LINES = 10
"""A caret that goes no further stays at its place."""
LIMIT = 100


@dataclass(frozen=True, slots=True)
class Place:
    """Where the caret was; `path` is None for a text without a file, which is not found once it is closed."""

    document_id: DocumentId
    path: str | None
    line: int
    column: int

    def is_same_document(self, other: Place) -> bool:
        """Whether both are in one file, also when it was closed meanwhile."""
        return self.document_id == other.document_id or (self.path is not None and self.path == other.path)


class CaretHistory(QObject):
    """The places of one window and folder. What the caret does while the keyboard is elsewhere is no place: a line
    that is typed into a field is only looked at."""

    def __init__(self, editors: EditorArea, documents: DocumentsController) -> None:
        super().__init__(editors)
        self._editors, self._documents = editors, documents
        self._places: list[Place] = []
        self._at = -1
        self._going: Place | None = None
        self._was_shown = self._is_jump = self._is_passing = False
        follow_views(editors, self._on_view_added)
        editors.current_changed.connect(self._on_current_changed)
        editors.document_tabs.jumping.connect(self._on_jumping)
        documents.failed.connect(self._on_document_failed)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._on_focus_changed)
        self._on_current_changed()

    def actions(self) -> tuple[Action, ...]:
        """Back and forward."""
        return (
            Action("go.back", "Back", self.back, ("Alt+Left",), "Go", 3, "arrow-left", self._can(-1)),
            Action("go.forward", "Forward", self.forward, ("Alt+Right",), "Go", 3, "arrow-right", self._can(1)),
        )

    def forget(self) -> None:
        """Another folder is open."""
        self._places.clear()
        self._at, self._going = -1, None

    def back(self) -> None:
        """Go to the place before."""
        self._go(-1)

    def forward(self) -> None:
        """Go to where `back` came from."""
        self._go(1)

    def _can(self, by: int) -> Callable[[], bool]:
        return lambda: self._next(by) is not None

    def _next(self, by: int) -> int | None:
        """The number of the next place that can be gone to."""
        at = self._at + by
        while 0 <= at < len(self._places):
            place = self._places[at]
            if place.path is not None or self._documents.documents.get(place.document_id) is not None:
                return at
            at += by
        return None

    def _go(self, by: int) -> None:
        at = self._next(by)
        if at is None:
            return
        self._at = at
        place = self._going = self._places[at]
        page = self._editors.page_of(place.document_id)
        if page is not None:
            self._editors.panes.show_page(page)
            self._arrive(page.view)
        elif place.path is not None:
            self._documents.open(place.path, LineRange(place.line, place.line + 1))

    def _arrive(self, view: EditorView) -> None:
        place, self._going = self._going, None
        self._is_jump = False
        if place is not None:
            view.go_to(place.line, place.column)
            view.setFocus()

    def _note(self, view: EditorView) -> None:
        caret = view.caret()
        place = Place(view.document_id, view.path, caret.line, caret.column)
        if self._going is not None:
            if place.is_same_document(self._going):
                self._arrive(view)
            return
        is_jump, self._is_jump = self._is_jump, False
        here = self._places[self._at] if self._at >= 0 else None
        if here is not None and place.is_same_document(here):
            distance = abs(place.line - here.line)
            if (distance <= NEAR_LINES and not (is_jump and distance)) or (is_jump and self._is_passing):
                self._places[self._at] = place
                return
        self._places = [*self._places[: self._at + 1], place][-LIMIT:]
        self._at = len(self._places) - 1
        if here is None or not place.is_same_document(here):
            self._was_shown = True
            QTimer.singleShot(0, self, self._end_showing)

    def _on_view_added(self, view: EditorView) -> None:
        view.caret_moved.connect(self._on_caret_moved)

    def _on_caret_moved(self, _event: object) -> None:
        view = self._editors.current_view()
        if view is not None and view is self.sender() and view.code.hasFocus():
            self._note(view)

    def _on_current_changed(self) -> None:
        view = self._editors.current_view()
        if view is None:
            return
        here = self._places[self._at] if self._at >= 0 else None
        if here is None or here.document_id != view.document_id:
            self._note(view)

    def _end_showing(self) -> None:
        self._was_shown = False

    def _on_jumping(self) -> None:
        # What a file showed before the caret was put to the line asked for is no place anybody was at.
        self._is_jump, self._is_passing = True, self._was_shown

    def _on_document_failed(self, _event: object) -> None:
        self._going = None

    def _on_focus_changed(self, _old: QWidget | None, now: QWidget | None) -> None:
        # While a window is deleted its editors are half gone, and what is left of it hands the keyboard on.
        if now is None or not isValid(self._editors.panes.active):
            return
        view = self._editors.current_view()
        if view is not None and now is view.code:
            self._note(view)

"""Says in the status bar how far the index of the folder is, and what could not be read for it."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtWidgets import QMenu, QToolButton

from copilot_desktop.bridge.context.index import IndexController, IndexState
from copilot_desktop.ui.size_words import size_words
from copilot_desktop.ui.status_bar import StatusBar, StatusField

_MOST_TOLD = 20
_SOME = 200
"""A folder of fewer files is read before anybody could read about it."""


class IndexStatus(QObject):
    """Of one window; a click offers what can be done with the index."""

    def __init__(self, status: StatusBar, index: IndexController) -> None:
        super().__init__(status)
        self._status, self._index = status, index
        index.changed.connect(self._show)
        status.field_clicked.connect(self._on_field_clicked)
        self._show(index.state)

    def _show(self, state: IndexState) -> None:
        text = tip = ""
        if state.error:
            text, tip = "No index", f"{state.error} Nothing is found by automatic context, and @ and # find no symbols."
        elif not state.is_complete and state.total > _SOME:
            text = f"Indexing {state.done:,} of {state.total:,}"
            tip = "The files of the folder are read, so that what a prompt is about can be found."
        elif state.problems:
            count = len(state.problems)
            text = "1 file not indexed" if count == 1 else f"{count:,} files not indexed"
            told = [
                *state.problems[:_MOST_TOLD],
                *([f"… and {count - _MOST_TOLD:,} more"] if count > _MOST_TOLD else []),
            ]
            tip = "\n".join(told)
        self._status.show_field(StatusField.INDEX, text, tip)

    def _on_field_clicked(self, field: StatusField) -> None:
        if field is StatusField.INDEX:
            self._index.measure(self._offer)

    def _offer(self, size_bytes: int) -> None:
        menu = QMenu(self._status)
        menu.setObjectName("menu.index")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(f"Make the index anew ({size_words(size_bytes)} on disk)", self._index.rebuild)
        field = self._status.findChild(QToolButton, f"status.{StatusField.INDEX}")
        corner = self._status.mapToGlobal(self._status.rect().topLeft() if field is None else field.pos())
        menu.popup(corner - QPoint(0, menu.sizeHint().height()))

"""Says in the status bar how far the index of the folder is, and what could not be read for it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtWidgets import QMenu, QPlainTextEdit, QToolButton, QWidget

from copilot_desktop.bridge.context.index import IndexController, IndexSize, IndexState
from copilot_desktop.ui.main_window import MainWindow
from copilot_desktop.ui.size_words import size_words
from copilot_desktop.ui.status_bar import StatusField

_MOST_TOLD = 20
_TIP_LINE = 120
_SOME = 200
"""A folder of fewer files is read before anybody could read about it."""
_PAGE = "index_problems"
_GOES_ON = "It goes on by itself when it can. Until then, what had been read before is still found."


class IndexStatus(QObject):
    """Of one window; a click offers what can be done with the index: `pause` it, or no longer, `rebuild` it, and find
    by `meaning` as well."""

    def __init__(
        self,
        window: MainWindow,
        index: IndexController,
        pause: Callable[[], None],
        rebuild: Callable[[], None],
        meaning: Callable[[], None],
    ) -> None:
        super().__init__(window)
        self._window, self._index, self._pause, self._rebuild, self._meaning = window, index, pause, rebuild, meaning
        self._vectors = ""
        index.changed.connect(self._show)
        window.status.field_clicked.connect(self._on_field_clicked)
        self._show(index.state)

    def offer(self) -> None:
        """Show how large the index is and what can be done with it."""
        self._index.measure(self._offer)

    def say_vectors(self, said: str) -> None:
        """How far the vectors of the folder are, in few words; empty: nothing is to be said of them."""
        self._vectors = said
        self._show(self._index.state)

    def _show(self, state: IndexState) -> None:
        text, tip = _said(state)
        text = ", ".join(each for each in (text, self._vectors) if each)
        self._window.status.show_field(StatusField.INDEX, text, tip)

    def _on_field_clicked(self, field: StatusField) -> None:
        if field is StatusField.INDEX:
            self.offer()

    def _offer(self, size: IndexSize) -> None:
        state = self._index.state
        menu = QMenu(self._window)
        menu.setObjectName("menu.index")
        menu.setAccessibleName("Index of the folder")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        files = "1 file" if size.files == 1 else f"{size.files:,} files"
        menu.addAction(f"{files} in the index, {size_words(size.size_bytes)} on disk").setEnabled(False)
        if state.error:
            menu.addAction("Show why the index stopped", self._show_problems)
            menu.addAction("Try again now", self._index.try_again)
        elif state.problems:
            menu.addAction(f"Show what is not indexed ({_count(state):,})", self._show_problems)
        menu.addSeparator()
        menu.addAction("Keep the index up to date again" if state.is_paused else "Pause the index", self._pause)
        menu.addAction("Make the index anew", self._rebuild)
        menu.addAction("Find by meaning as well…", self._meaning)
        status = self._window.status
        field = status.findChild(QToolButton, f"status.{StatusField.INDEX}")
        corner = status.mapToGlobal(status.rect().topLeft() if field is None else field.pos())
        menu.popup(corner - QPoint(0, menu.sizeHint().height()))

    def _show_problems(self) -> None:
        state = self._index.state
        stopped = [state.error, _GOES_ON, ""] if state.error else []
        # Some sentences take several lines.
        more = [f"… and {state.more:,} more"] if state.more else []
        problems = "\n".join((*stopped, *(f"• {each}" for each in state.problems), *more))
        self._window.editors.close_page(_PAGE)
        self._window.editors.show_page(_PAGE, "Not indexed", lambda: _list_of(problems)).setFocus()


def _said(state: IndexState) -> tuple[str, str]:
    """What the field says, and its tip."""
    if state.error:
        return "Index stopped", f"{state.error}\n{_GOES_ON}"
    if state.is_paused:
        return "Index paused", "Questions are answered with what had been read of the folder. A click offers to go on."
    if not state.is_complete:
        if state.total <= _SOME:
            return "", ""
        tip = "The files of the folder are read, so that what a prompt is about can be found."
        return f"Indexing {state.done:,} of {state.total:,}", tip
    if state.problems:
        count = _count(state)
        told = [
            *map(_in_short, state.problems[:_MOST_TOLD]),
            *([f"… and {count - _MOST_TOLD:,} more"] if count > _MOST_TOLD else []),
        ]
        return ("1 file not indexed" if count == 1 else f"{count:,} files not indexed"), "\n".join(told)
    return "Indexed", "What a prompt is about can be found in the whole folder. A click tells how large the index is."


def _count(state: IndexState) -> int:
    return len(state.problems) + state.more


def _in_short(problem: str) -> str:
    """A tip does not break its lines."""
    return problem if len(problem) <= _TIP_LINE else f"{problem[: _TIP_LINE // 2]} … {problem[-_TIP_LINE // 2 :]}"


def _list_of(problems: str) -> QWidget:
    page = QPlainTextEdit(problems)
    page.setObjectName("index_problems")
    page.setAccessibleName("Files that are not in the index")
    page.document().setDocumentMargin(12)
    page.setReadOnly(True)
    page.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    return page

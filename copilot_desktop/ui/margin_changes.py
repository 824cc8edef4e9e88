"""Changes against git in the editors: marked in the margin, gone through, looked at and taken back where they stand."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QWidget

from copilot_desktop.bridge.git.margins import GitMargins, MarginChange, MarginRead
from copilot_desktop.editor.git_changes import GitChange
from copilot_desktop.editor.view import EditorView
from copilot_desktop.text.line_edits import LineEdit
from copilot_desktop.text.ranges import DocumentId, LineRange
from copilot_desktop.ui.actions import Action
from copilot_desktop.ui.editor_area import follow_views
from copilot_desktop.ui.main_window import MainWindow
from copilot_desktop.ui.theme.theme import Theme

if TYPE_CHECKING:
    # Made when a change is first looked at.
    from copilot_desktop.ui.change_peek import ChangePeek

_NONE_HERE = "The caret is not in changed lines. They have a bar in the margin."
_OLD = "The text has just changed: its changes are not known yet."


class MarginChanges(QObject):
    """The marks of all editors of a window."""

    def __init__(self, window: MainWindow, margins: GitMargins, theme: Theme) -> None:
        super().__init__(window)
        self._window, self._margins, self._theme = window, margins, theme
        self._peek: ChangePeek | None = None
        self._peeked: EditorView | None = None
        margins.changed.connect(self._on_changed)
        follow_views(window.editors, self._on_view_added)
        window.commands.add(self._actions())

    def step(self, by: int) -> None:
        """Put the caret at the next (1) or previous (-1) change, round in a circle; what is looked at goes along."""
        view, changes = self._here()
        if view is None or not changes:
            return
        line = view.caret().line
        starts = [change.lines.start if len(change.lines) else max(0, change.lines.start - 1) for change in changes]
        if by > 0:
            at = next((at for at, start in enumerate(starts) if start > line), 0)
        else:
            at = next((at for at in reversed(range(len(starts))) if starts[at] < line), len(starts) - 1)
        shown = changes[at]
        view.show_lines(LineRange(starts[at], max(shown.lines.end, starts[at] + 1)))
        if self._peek is not None and self._peeked is view:
            self._look_at(view, at)

    def peek(self) -> None:
        """Show what git has in place of the lines at the caret; again: no longer."""
        view, changes = self._here()
        if view is None:
            return
        if self._peeked is view:
            self.close_peek()
            return
        at = _at(changes, view.caret().line)
        if at is None:
            self._window.status.show_done(_NONE_HERE)
        else:
            self._look_at(view, at)

    def revert(self) -> None:
        """Put what git has in the place of the lines at the caret; undo takes it back."""
        view, changes = self._here()
        if view is None:
            return
        at = _at(changes, view.caret().line)
        if at is None:
            self._window.status.show_done(_NONE_HERE)
        else:
            self._revert(view, at)

    def close_peek(self) -> None:
        """Show no change any more."""
        view, self._peeked = self._peeked, None
        peek, self._peek = self._peek, None
        if view is not None and peek is not None:
            had_focus = _has_focus(peek)
            view.hide_inline_widget()
            peek.deleteLater()
            if had_focus:
                view.setFocus()

    def _actions(self) -> tuple[Action, ...]:
        def has_any() -> bool:
            return bool(self._here()[1])

        return (
            Action("git.next_change", "Go to the next change since the last commit", partial(self.step, 1), ("Alt+F5",),
                   "Go", 6, when=has_any),
            Action("git.previous_change", "Go to the previous change since the last commit", partial(self.step, -1),
                   ("Shift+Alt+F5",), "Go", 6, when=has_any),
            Action("git.peek", "Show what git has in place of these lines", self.peek, ("Alt+F3",), "Go", 6,
                   when=has_any),
            Action("git.revert", "Put back what git has of these lines", self.revert,
                   ("Ctrl+K, Ctrl+R",), when=has_any),
        )  # fmt: skip

    def _here(self) -> tuple[EditorView | None, tuple[MarginChange, ...]]:
        view = self._window.editors.current_view()
        if view is None:
            return None, ()
        read = self._margins.of(view.document_id)
        return view, read.changes if read is not None else ()

    def _look_at(self, view: EditorView, at: int) -> None:
        from copilot_desktop.ui.change_peek import ChangePeek

        read, baseline = self._margins.of(view.document_id), self._margins.baseline(view.document_id)
        if read is None or baseline is None or at >= len(read.changes) or read.version != view.version:
            return
        had_focus = self._peek is not None and _has_focus(self._peek)
        self.close_peek()
        peek = self._peek = ChangePeek(self._theme, (at, len(read.changes)))
        peek.show_change(view.path or "", baseline, view.text(), read.changes)
        peek.stepped.connect(self.step)
        peek.revert_wanted.connect(partial(self._revert, view, at))
        peek.closed.connect(self.close_peek)
        self._peeked = view
        lines = read.changes[at].lines
        view.show_inline_widget(peek, min(max(lines.end, 1), view.code.lineCount() - 1))
        if had_focus:
            peek.setFocus()

    def _revert(self, view: EditorView, at: int) -> None:
        read = self._margins.of(view.document_id)
        if read is None or at >= len(read.changes):
            return
        if read.version != view.version:
            self._window.status.show_done(_OLD)
            return
        change = read.changes[at]
        self.close_peek()
        view.edit_lines([LineEdit(change.lines, change.old_text)])

    def _on_changed(self, read: MarginRead) -> None:
        view = self._view_of(read.document_id)
        if view is not None:
            self._show(view, read)
        if self._peeked is not None and self._peeked.document_id == read.document_id:
            self.close_peek()

    def _view_of(self, document_id: DocumentId) -> EditorView | None:
        return next((view for view in self._window.editors.views() if view.document_id == document_id), None)

    def _show(self, view: EditorView, read: MarginRead) -> None:
        view.shared.git.show([GitChange(each.lines, bool(each.old_text)) for each in read.changes])

    def _on_view_added(self, view: EditorView) -> None:
        view.git_marks.clicked.connect(partial(self._on_clicked, view))
        read = self._margins.of(view.document_id)
        if read is not None:
            self._show(view, read)

    def _on_clicked(self, view: EditorView, line: int) -> None:
        read = self._margins.of(view.document_id)
        at = _at(read.changes, line) if read is not None else None
        if at is not None:
            self._look_at(view, at)


def _has_focus(widget: QWidget) -> bool:
    """Whether the keyboard is in a widget."""
    focused = QApplication.focusWidget()
    return focused is not None and widget.isAncestorOf(focused)


def _at(changes: tuple[MarginChange, ...], line: int) -> int | None:
    """The number of the change whose lines have this one, or that stands below or above it."""
    for at, change in enumerate(changes):
        start, end = change.lines.start, change.lines.end
        if start <= line < end or (start == end and line in (start - 1, start)):
            return at
    return None

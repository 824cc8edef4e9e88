"""The find and replace bar of the active editor."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QWidget

from copilot_desktop.editor.finding import SELECTION_LIMIT
from copilot_desktop.editor.view import EditorView
from copilot_desktop.text.searching import Matches, seed_of
from copilot_desktop.ui.editor_area import EditorArea
from copilot_desktop.ui.find_keys import FindKeys
from copilot_desktop.ui.find_parts import FindParts
from copilot_desktop.ui.find_runs import FindRuns
from copilot_desktop.ui.find_search import FindSearch, RunInWorker
from copilot_desktop.ui.icon_button import MakeIcon


class FindBar(QWidget):
    """Enter finds the next match, Shift+Enter the one before, Up and Down go through the history, Esc goes back."""

    def __init__(
        self, editors: EditorArea, make_icon: MakeIcon, run_in_worker: RunInWorker, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._editors = editors
        self.setObjectName("find_bar")
        self.setAccessibleName("Find and replace")
        self.setProperty("pane", True)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._parts = parts = FindParts(make_icon, self)
        for button, call in (
            (parts.previous, self.find_previous),
            (parts.next, self.find_next),
            (parts.close, self.close_bar),
            (parts.replace_one, self.replace_one),
            (parts.replace_all, self.replace_all),
        ):
            button.clicked.connect(call)
        for toggle in (parts.case, parts.word, parts.regex):
            toggle.toggled.connect(self._on_query_changed)
        parts.scope.toggled.connect(self._on_scope_toggled)
        parts.find.textChanged.connect(self._on_query_changed)
        self._keys = FindKeys(self, self._on_key_pressed)
        for field in (parts.find, parts.replace):
            field.installEventFilter(self._keys)
            field.installEventFilter(self)
        self._runs = FindRuns(editors, parts, FindSearch(run_in_worker, self), self)
        self.hide()

    def has_view(self) -> bool:
        """Whether there is a text to look through."""
        return self._editors.current_view() is not None

    def open_find(self) -> None:
        """Show the bar; a selection of one line is looked for."""
        self._open(False)

    def open_replace(self) -> None:
        """Show the bar with its second row."""
        self._open(True)

    def close_bar(self) -> None:
        """Hide the bar and go back to the text."""
        self._parts.find.remember()
        self._runs.cancel()
        self.hide()
        self._parts.scope.setChecked(False)
        for each in self._editors.tabs.views():
            each.finder.mark(Matches())
        view = self._editors.current_view()
        if view is not None:
            view.setFocus()

    def find_next(self) -> None:
        """Select the next match."""
        self._parts.find.remember()
        self._runs.find(lambda view, matches: self._runs.tell(view.finder.step(matches)))

    def find_previous(self) -> None:
        """Select the match before."""
        self._parts.find.remember()
        self._runs.find(lambda view, matches: self._runs.tell(view.finder.step(matches, is_backwards=True)))

    def select_all_matches(self) -> None:
        """Put a selection on every match and go to the text."""

        def found(view: EditorView, matches: Matches) -> None:
            if not len(matches):
                self._runs.tell(view.finder.count(matches))
                return
            selected = view.finder.select_all(matches)
            self._parts.say(f"{selected:,} selected" if selected < SELECTION_LIMIT else f"First {selected:,} selected")
            view.setFocus()

        self._runs.find(found)

    def replace_one(self) -> None:
        """Replace the selected match and go to the next."""
        self._remember()

        def replaced(_view: EditorView, _count: int) -> None:
            self._runs.find(lambda found, matches: self._runs.tell(found.finder.step(matches, includes_selection=True)))

        self._runs.replace(replaced, is_selected_only=True)

    def replace_all(self) -> None:
        """Replace every match as one undo step."""
        self._remember()

        self._runs.replace(lambda _view, count: self._runs.tell_replaced(count))

    def _on_key_pressed(self, field: QObject, key: Qt.Key, has_shift: bool) -> bool:
        """Whether Enter or Esc in a field was dealt with."""
        if key == Qt.Key.Key_Escape:
            self.close_bar()
        elif key not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            return False
        elif field is self._parts.replace:
            self.replace_one()
        elif has_shift:
            self.find_previous()
        else:
            self.find_next()
        return True

    def undo(self) -> None:
        """Take back in the text: the bar has the keyboard, and its buttons have nothing of their own to undo."""
        view = self._editors.current_view()
        if view is not None:
            view.commands.undo()

    def redo(self) -> None:
        """Do in the text what was taken back."""
        view = self._editors.current_view()
        if view is not None:
            view.commands.redo()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Ctrl+Z right after replacing is about the text, also in a field, which would take back its own letters."""
        if not isinstance(event, QKeyEvent) or not event.matches(QKeySequence.StandardKey.Undo):
            return super().eventFilter(watched, event)
        if not self._runs.has_just_replaced():
            return False
        event.accept()
        if event.type() == QEvent.Type.KeyPress:
            self.undo()
        return True

    def toggle(self, name: str) -> None:
        """Switch "case", "word", "regex" or "scope" over."""
        self._parts.toggles()[name].toggle()

    def _open(self, with_replace: bool) -> None:
        view = self._editors.current_view()
        if view is None:
            return
        self._parts.show_replace(with_replace)
        selected = view.selected_text()
        if selected and "\n" not in selected and "\r" not in selected:
            self._parts.find.setText(seed_of(self._runs.query(), selected))
        self.show()
        self._parts.find.setFocus()
        self._parts.find.selectAll()
        self._runs.find(lambda found, matches: self._runs.tell(found.finder.count(matches)))

    def _remember(self) -> None:
        self._parts.find.remember()
        self._parts.replace.remember()

    def _on_query_changed(self) -> None:
        self._runs.find(lambda view, matches: self._runs.tell(view.finder.step(matches, includes_selection=True)))

    def _on_scope_toggled(self, is_limited: bool) -> None:
        view = self._editors.current_view()
        if view is None:
            return
        view.finder.set_scope(is_limited)
        if is_limited and not view.finder.has_scope():
            self._parts.scope.setChecked(False)
            self._parts.say("Select the text to look in first")
            return
        if is_limited:
            view.finder.collapse(to_end=False)
        if self.isVisible():
            self._on_query_changed()

"""The find and replace bar of the active editor."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QWidget

from copilot_desktop.editor.events import TextChanged
from copilot_desktop.editor.finding import SELECTION_LIMIT, FindResult
from copilot_desktop.editor.view import EditorView
from copilot_desktop.text.searching import FindQuery, Matches, Replacement
from copilot_desktop.ui.editor_area import EditorArea
from copilot_desktop.ui.find_parts import FindParts
from copilot_desktop.ui.find_search import FindSearch, RunInWorker
from copilot_desktop.ui.icon_button import MakeIcon

AGAIN_MS = 250
"""After typing in the text, until the matches are looked for again."""


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
        for field in (parts.find, parts.replace):
            field.installEventFilter(self)
        self._search = FindSearch(run_in_worker, self)
        self._search.failed.connect(self._on_search_failed)
        self._search.busy_changed.connect(self._on_search_busy_changed)
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.setInterval(AGAIN_MS)
        self._again.timeout.connect(self._on_again)
        editors.current_changed.connect(self._on_current_changed)
        editors.view_added.connect(self._on_view_added)
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
        self._find(lambda view, matches: self._tell(view.finder.step(matches)))

    def find_previous(self) -> None:
        """Select the match before."""
        self._parts.find.remember()
        self._find(lambda view, matches: self._tell(view.finder.step(matches, is_backwards=True)))

    def select_all_matches(self) -> None:
        """Put a selection on every match and go to the text."""

        def found(view: EditorView, matches: Matches) -> None:
            if not len(matches):
                self._tell(view.finder.count(matches))
                return
            selected = view.finder.select_all(matches)
            self._parts.say(f"{selected:,} selected" if selected < SELECTION_LIMIT else f"First {selected:,} selected")
            view.setFocus()

        self._find(found)

    def replace_one(self) -> None:
        """Replace the selected match and go to the next."""
        self._remember()

        def replace(view: EditorView, made: tuple[Replacement, ...]) -> None:
            one = view.finder.selected_replacement(made)
            if one is not None:
                view.finder.replace((one,))
                view.finder.put_caret(view.selection().end)
            self._find(lambda found, matches: self._tell(found.finder.step(matches, includes_selection=True)))

        self._with_replacements(replace)

    def replace_all(self) -> None:
        """Replace every match as one undo step."""
        self._remember()

        def replace(view: EditorView, made: tuple[Replacement, ...]) -> None:
            if made:
                view.finder.replace(made)
            self._parts.say(f"{len(made):,} replaced")

        self._with_replacements(replace)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Enter, Shift+Enter and Esc in the fields, and the bar's keys before the menus take them for their own."""
        if isinstance(event, QKeyEvent):
            action = self._action_of(event)
            if event.type() == QEvent.Type.ShortcutOverride and action:
                event.accept()
                return True
            if event.type() == QEvent.Type.KeyPress and (action or self._is_pressed(watched, event)):
                return True
        return super().eventFilter(watched, event)

    def _action_of(self, event: QKeyEvent) -> bool:
        """Whether a key belongs to an action of this bar; a key press runs it."""
        keys = QKeySequence(event.keyCombination())
        for action in self.actions():
            if keys in action.shortcuts():
                if event.type() == QEvent.Type.KeyPress:
                    action.trigger()
                return True
        return False

    def _is_pressed(self, watched: QObject, event: QKeyEvent) -> bool:
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_Escape:
            self.close_bar()
        elif key not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            return False
        elif watched is self._parts.replace:
            self.replace_one()
        elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.find_previous()
        else:
            self.find_next()
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
            self._parts.find.setText(selected)
        self.show()
        self._parts.find.setFocus()
        self._parts.find.selectAll()
        self._find(lambda found, matches: self._tell(found.finder.count(matches)))

    def _remember(self) -> None:
        self._parts.find.remember()
        self._parts.replace.remember()

    def _query(self) -> FindQuery:
        parts = self._parts
        return FindQuery(parts.find.text(), parts.regex.isChecked(), parts.case.isChecked(), parts.word.isChecked())

    def _find(self, call: Callable[[EditorView, Matches], None]) -> None:
        view, query = self._editors.current_view(), self._query()
        if view is None or not query.text:
            self._parts.say("")
            if view is not None:
                view.finder.mark(Matches())
            return

        def found(where: EditorView, matches: Matches) -> None:
            if where is not self._editors.current_view() or query != self._query():
                return
            call(where, matches)
            if self.isVisible() and where.version == version:
                where.finder.mark(matches)

        version = view.version
        self._search.find(view, query, found)

    def _with_replacements(self, call: Callable[[EditorView, tuple[Replacement, ...]], None]) -> None:
        view, query = self._editors.current_view(), self._query()
        if view is not None and query.text:
            self._search.replacements(view, query, self._parts.replace.text(), lambda made: call(view, made))

    def _tell(self, result: FindResult) -> None:
        more = "" if result.is_whole else "+"
        wrapped = ", from the other end" if result.has_wrapped else ""
        self._parts.say(f"{result.index:,} of {result.count:,}{more}{wrapped}" if result.count else "Not found")

    def _on_query_changed(self) -> None:
        self._find(lambda view, matches: self._tell(view.finder.step(matches, includes_selection=True)))

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
            view.finder.put_caret(view.selection().start)
        if self.isVisible():
            self._on_query_changed()

    def _on_search_failed(self, message: str) -> None:
        self._parts.say(message, is_wrong=True)
        view = self._editors.current_view()
        if view is not None:
            view.finder.mark(Matches())

    def _on_search_busy_changed(self, is_busy: bool) -> None:
        if is_busy:
            self._parts.say("Searching…")

    def _on_view_added(self, view: EditorView) -> None:
        view.text_changed.connect(self._on_view_text_changed)

    def _on_view_text_changed(self, event: TextChanged) -> None:
        view = self._editors.current_view()
        if self.isVisible() and view is not None and view.document_id == event.document_id:
            self._again.start()

    def _on_again(self) -> None:
        if self.isVisible() and not self._parts.has_message():
            self._find(lambda view, matches: self._tell(view.finder.count(matches)))

    def _on_current_changed(self) -> None:
        if not self.isVisible():
            return
        if not self.has_view():
            self.hide()
            return
        self._again.start()

"""What is in the fields of the find bar, looked for in the active editor, and what came of it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget

from copilot_desktop.editor.events import TextChanged
from copilot_desktop.editor.finding import FindResult
from copilot_desktop.editor.view import EditorView
from copilot_desktop.text.long_search import ByteReplacements
from copilot_desktop.text.searching import FindQuery, Matches
from copilot_desktop.ui.editor_area import EditorArea, follow_views
from copilot_desktop.ui.find_parts import FindParts
from copilot_desktop.ui.find_search import FindSearch, Made, Wanted

AGAIN_MS = 250
"""After typing in the text, until the matches are looked for again."""


class FindRuns(QObject):
    """Searches for the bar, marks what was found, and says how many there are."""

    def __init__(self, editors: EditorArea, parts: FindParts, search: FindSearch, bar: QWidget) -> None:
        super().__init__(bar)
        self._editors, self._parts, self._search, self._bar = editors, parts, search, bar
        search.failed.connect(self._on_search_failed)
        search.busy_changed.connect(self._on_search_busy_changed)
        self._told: tuple[EditorView, int, FindQuery] | None = None
        """Of which text it was said how many were replaced in it; that stays until something else is asked for."""
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.setInterval(AGAIN_MS)
        self._again.timeout.connect(self._on_again)
        editors.current_changed.connect(self._on_current_changed)
        follow_views(editors, self._on_view_added)

    def query(self) -> FindQuery:
        """What the fields say."""
        parts = self._parts
        return FindQuery(parts.find.text(), parts.regex.isChecked(), parts.case.isChecked(), parts.word.isChecked())

    def find(self, call: Callable[[EditorView, Matches], None]) -> None:
        """Give the active view and the matches, once they are known; nothing when the fields are others by then."""
        view, query = self._editors.current_view(), self.query()
        if view is None or not query.text:
            self._parts.say("")
            if view is not None:
                view.finder.mark(Matches())
            return
        version = view.version

        def found(where: EditorView, matches: Matches) -> None:
            if where is not self._editors.current_view() or query != self.query():
                return
            call(where, matches)
            if self._bar.isVisible() and where.version == version:
                where.finder.mark(matches)

        self._search.find(view, query, found)

    def replace(self, call: Callable[[EditorView, int], None], *, is_selected_only: bool = False) -> None:
        """Replace every match as one undo step, or the selected one, behind which the caret is then; give the active
        view and how many those were."""
        view, query = self._editors.current_view(), self.query()
        if view is None or not query.text:
            return

        def replace(made: Made) -> None:
            if not isinstance(made, ByteReplacements):
                if made:
                    view.finder.replace(made)
                if made and is_selected_only:
                    view.finder.collapse(to_end=True)
                call(view, len(made))
                return

            def replaced(_is_alone: bool) -> None:
                if made.changes and is_selected_only:
                    view.finder.put_caret(made.changes[0].start + sum(len(change.data) for change in made.changes))
                call(view, made.number)

            view.shared.taking.take(made.changes, replaced)

        self._search.replacements(view, query, Wanted(self._parts.replace.text(), is_selected_only), replace)

    def cancel(self) -> None:
        """Nobody waits for matches any more."""
        self._search.cancel()

    def tell(self, result: FindResult) -> None:
        """Say how many matches there are."""
        more = "" if result.is_whole else "+"
        wrapped = ", from the other end" if result.has_wrapped else ""
        self._parts.say(f"{result.index:,} of {result.count:,}{more}{wrapped}" if result.count else "Not found")

    def tell_replaced(self, count: int) -> None:
        """Say how many were replaced; what is left is marked without a word, which would take the place of this one."""

        def say(view: EditorView, _matches: Matches) -> None:
            self._told = (view, view.version, self.query())
            self._parts.say(f"{count:,} replaced")

        self.find(say)

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
        if self._bar.isVisible() and view is not None and view.document_id == event.document_id:
            self._again.start()

    def _on_again(self) -> None:
        if self.has_just_replaced() or not self._bar.isVisible() or self._parts.has_message():
            return
        self._told = None

        def found(view: EditorView, matches: Matches) -> None:
            # What was replaced may have been said while this was looked for.
            if not self.has_just_replaced():
                self.tell(view.finder.count(matches))

        self.find(found)

    def has_just_replaced(self) -> bool:
        """Whether matches were replaced and nothing else has happened since, in the text or in the fields."""
        view = self._editors.current_view()
        return view is not None and self._told == (view, view.version, self.query())

    def _on_current_changed(self) -> None:
        if not self._bar.isVisible():
            return
        if self._editors.current_view() is None:
            self._bar.hide()
        else:
            self._again.start()

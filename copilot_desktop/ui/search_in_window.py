"""Puts project search into a window: its commands, the way from a result to its line and from matches to the review."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Qt, QTimer
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from copilot_desktop.bridge.documents.controller import DocumentsController
from copilot_desktop.bridge.documents.events import DocumentOpened, Opening
from copilot_desktop.text.ranges import LineColumn
from copilot_desktop.ui.actions import Action
from copilot_desktop.ui.explorer.panel import ExplorerPanel
from copilot_desktop.ui.main_window import MainWindow

if TYPE_CHECKING:
    # Imported when the side view is first opened.
    from copilot_desktop.bridge.search.replacing import ReplacementProposed, Replacing
    from copilot_desktop.ui.search.panel import SearchPanel
    from copilot_desktop.workspace.search.values import FileFound, FoundMatch

VIEW = "search"


class SearchInWindow(QObject):
    """The search of one window. `make_replacing` is called when something is first to be replaced."""

    def __init__(
        self, window: MainWindow, documents: DocumentsController, make_replacing: Callable[[], Replacing]
    ) -> None:
        super().__init__(window)
        self._window, self._documents, self._make_replacing = window, documents, make_replacing
        self._replacing: Replacing | None = None
        self._wanted: tuple[str, FoundMatch] | None = None
        self.panel: SearchPanel | None = None
        window.commands.add(self._actions())
        window.side_view_made.connect(self._on_side_view_made)
        documents.opened.connect(self._on_opened)
        made = window.findChild(QWidget, "search")
        if made is not None:
            self._on_side_view_made(made)

    def show(self) -> None:
        """Bring the search to the front, for what is selected; the keyboard is in its field then."""
        from copilot_desktop.text.searching import seed_of

        view, focused = self._window.editors.current_view(), QApplication.focusWidget()
        # Who is in the search already has said what is looked for; selected is what that has found.
        is_there = self.panel is not None and focused is not None and self.panel.isAncestorOf(focused)
        selected = view.selected_text() if view is not None and not is_there else ""
        self._window.show_side_view(VIEW)
        if self.panel is not None:
            is_seed = bool(selected) and "\n" not in selected and "\r" not in selected
            self.panel.open(seed_of(self.panel.fields.query().find, selected) if is_seed else "")

    def show_replace(self) -> None:
        """The same with the field for what matches become; the keyboard goes there from what is looked for."""
        panel, focused = self.panel, QApplication.focusWidget()
        goes_on = panel is not None and focused is panel.fields.pattern and bool(panel.fields.pattern.text())
        self.show()
        if self.panel is not None:
            self.panel.fields.show_replace(True)
            if goes_on:
                self.panel.fields.replace.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def find_references(self) -> None:
        """Find every place of the name at the caret, with what it is there."""
        from copilot_desktop.editor.word_links import name_at_caret

        view = self._window.editors.current_view()
        found = name_at_caret(view.code) if view is not None else None
        if found is None:
            self._window.status.show_done("The caret is at no name.")
            return
        self._window.show_side_view(VIEW)
        if self.panel is not None:
            self.panel.find_name(found[0])

    def show_in_chosen(self) -> None:
        """The same for what is chosen in the explorer."""
        explorer = self._window.findChild(ExplorerPanel)
        chosen = explorer.tree.chosen() if explorer is not None else []
        self._window.show_side_view(VIEW)
        if self.panel is not None:
            self.panel.search_in(chosen)

    def _actions(self) -> tuple[Action, ...]:
        def has_results() -> bool:
            return self.panel is not None and self.panel.results.has_results()

        def has_view() -> bool:
            return self._window.editors.current_view() is not None

        def step(by: int) -> Callable[[], None]:
            return lambda: self.panel.list.step(by) if self.panel is not None else None

        explorer = self._window.findChild(ExplorerPanel)
        in_chosen = Action("search.in_chosen", "Search in this folder", self.show_in_chosen, ("Shift+Alt+F",),
                           icon="search", focus=explorer.tree if explorer is not None else None)  # fmt: skip
        return (
            in_chosen,
            Action("search.open", "Search in files", self.show, ("Ctrl+Shift+F",), "Edit", 4, icon="search"),
            Action("search.replace", "Replace in files", self.show_replace, ("Ctrl+Shift+H",), "Edit", 4,
                   icon="replace-all"),
            Action("go.references", "Find references", self.find_references, ("Shift+F12",), "Go", 1, when=has_view),
            Action("search.next", "Next search result", step(1), ("F4",), "Go", 2, when=has_results),
            Action("search.previous", "Previous search result", step(-1), ("Shift+F4",), "Go", 2, when=has_results),
        )  # fmt: skip

    def _on_side_view_made(self, made: QWidget) -> None:
        if made.objectName() != VIEW:
            return
        from copilot_desktop.ui.search.panel import SearchPanel
        from copilot_desktop.ui.search.panel_actions import panel_actions

        if isinstance(made, SearchPanel):
            self.panel = made
            self._window.commands.replace(panel_actions(made))
            made.list.chosen.connect(self._on_chosen)
            made.list.opened.connect(self._on_list_opened)
            made.list.kept.connect(self._on_kept)
            made.list.menu_wanted.connect(self._on_menu_wanted)
            made.replacements.wanted.connect(self._on_replace_wanted)

    def _on_menu_wanted(self, place: QPoint) -> None:
        from copilot_desktop.ui.search.panel_actions import MENU

        menu = QMenu(self._window)
        self._window.commands.fill_context_menu(menu, MENU)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(place)

    def _on_chosen(self, path: str, match: FoundMatch) -> None:
        self._go(path, match, Opening(takes_focus=False, is_preview=True))

    def _on_list_opened(self, path: str, match: FoundMatch) -> None:
        self._go(path, match, Opening(is_preview=True))

    def _on_kept(self, path: str, match: FoundMatch) -> None:
        self._go(path, match, Opening())

    def _go(self, path: str, match: FoundMatch, opening: Opening) -> None:
        self._wanted = (path, match)
        self._documents.open(path, LineColumn.at(match.line, match.column), opening)

    def _on_opened(self, event: DocumentOpened) -> None:
        wanted = self._wanted
        if wanted is not None and event.document.path == wanted[0]:
            # Once its view has the text, and the caret is at the line.
            QTimer.singleShot(0, self, lambda: self._select(wanted))

    def _select(self, wanted: tuple[str, FoundMatch]) -> None:
        """Select the match, where it is still there as it was found."""
        path, match = wanted
        document, buffer = self._documents.documents.find(path), self._documents.find(path)
        if self._wanted is not wanted or document is None or buffer is None:
            return
        self._wanted = None
        if document.is_large or document.is_loading or match.is_cut:
            return
        text = buffer.snapshot().text
        start = _offset_of(text, match.line) + match.column
        if text[start : start + len(match.text)] == match.text:
            buffer.select(start, start + len(match.text))

    def _on_replace_wanted(self, files: tuple[FileFound, ...]) -> None:
        from copilot_desktop.bridge.search.replacing import ToReplace

        panel = self.panel
        if panel is None or panel.query is None:
            return
        if self._replacing is None:
            self._replacing = self._make_replacing()
            self._replacing.refused.connect(panel.fields.say)
            self._replacing.proposed.connect(self._on_proposed)
        self._window.status.show_done("Preparing what is to be replaced…")
        self._replacing.propose(ToReplace(panel.query.find, panel.fields.replace.text(), files))

    def _on_proposed(self, event: ReplacementProposed) -> None:
        notes = list(event.unread[:1])
        if event.missed:
            notes.append(f"{event.missed:,} results are not there as they were found, and were left out.")
        if self.panel is not None:
            self.panel.fields.say(" ".join(notes))
        self._window.status.show_done("Nothing is written yet: accept it in the review.")


def _offset_of(text: str, line: int) -> int:
    at = 0
    for _each in range(line):
        at = text.find("\n", at) + 1
        if at == 0:
            return len(text)
    return at

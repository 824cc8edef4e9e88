"""Puts the history into a window: its page, where it is opened from, and what is said of what was put back."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from copilot_desktop.bridge.documents.controller import DocumentsController
from copilot_desktop.bridge.review.controller import ReviewController
from copilot_desktop.bridge.review.events import ReviewChanged
from copilot_desktop.ui.actions import Action
from copilot_desktop.ui.kept_pages import KeptPage
from copilot_desktop.ui.main_window import MainWindow
from copilot_desktop.ui.meant_tab import MeantTab
from copilot_desktop.ui.notices import Notice
from copilot_desktop.ui.theme.theme import Theme
from copilot_desktop.ui.way_back import without_way_back

if TYPE_CHECKING:
    # Imported when the history is first opened.
    from collections.abc import Callable

    from copilot_desktop.bridge.history.controller import HistoryController
    from copilot_desktop.bridge.history.values import HistoryFailed, Restored
    from copilot_desktop.bridge.preferences import PreferencesController
    from copilot_desktop.ui.history.history_view import HistoryView

_PAGE = "history"
_NOTICE = "history"


class HistoryInWindow(QObject):
    """The history of one window. `make_history` builds its controller, when it is first wanted."""

    def __init__(
        self,
        window: MainWindow,
        review: ReviewController,
        documents: DocumentsController,
        theme: Theme,
        make_history: Callable[[], HistoryController],
    ) -> None:
        super().__init__(window)
        self._window, self._documents, self._theme = window, documents, theme
        self._make_history = make_history
        self._history: HistoryController | None = None
        self._view: HistoryView | None = None
        self.preferences: PreferencesController | None = None
        """Where is kept how differences are shown."""
        self.meant_tab = MeantTab(window.editors.panes)
        """The tab that "this file" is about."""
        self.explorer_path: Callable[[], str] = lambda: ""
        """The file that is chosen in the explorer, "" where none is."""
        review.changed.connect(self._on_review_changed)
        window.commands.add(self._actions())

    def let_return(self) -> None:
        """Let the page come back with the tabs of a folder; it may be waited for, so all that it uses must be set."""
        self._window.editors.kept_pages.add(_PAGE, KeptPage("History", self._make_returning))

    def open(self, path: str | None = None) -> None:
        """Bring the history to the front: of a file, or as it was."""
        is_new = self._live_view() is None
        self._window.editors.show_page(_PAGE, "History", self._make_page)
        view = self._live_view()
        if view is None:
            return
        if path is not None or is_new:
            view.show_history_of(path or None)
        else:
            view.refresh()
        view.timeline.setFocus()

    @property
    def history(self) -> HistoryController:
        """Made at the first use."""
        if self._history is None:
            self._history = self._make_history()
            self._history.restored.connect(self._on_restored)
            self._history.failed.connect(self._on_failed)
        return self._history

    def refresh(self) -> None:
        """Steps may have gone."""
        view = self._live_view()
        if view is not None:
            view.refresh_soon()

    def _live_view(self) -> HistoryView | None:
        return self._view if self._view is not None and isValid(self._view) else None

    def _make_returning(self, path: str) -> QWidget:
        """The page of the last time: of the file or the whole folder, listed when it is shown."""
        page = self._make_page()
        if self._view is not None:
            self._view.show_history_of(path or None)
        return page

    def _make_page(self) -> QWidget:
        from copilot_desktop.ui.diff.actions import diff_actions
        from copilot_desktop.ui.diff_settings import keep_look
        from copilot_desktop.ui.history.history_actions import one_key_actions
        from copilot_desktop.ui.history.history_view import HistoryView
        from copilot_desktop.ui.history_diff import HistoryDiff

        diff = HistoryDiff(self._theme)
        view = self._view = HistoryView(self.history, diff, self._theme)
        if self.preferences is not None:
            keep_look(diff.look, self.preferences)
        view.open_wanted.connect(self._documents.open)
        view.settings_wanted.connect(self._on_settings_wanted)
        common = diff_actions("history", diff, diff.look, lambda: isValid(view) and view.isVisible(), view.body)
        self._window.commands.replace((*one_key_actions(view), *common))
        return view

    def _actions(self) -> tuple[Action, ...]:
        def has_folder() -> bool:
            return self._documents.files.workspace is not None

        def has_file() -> bool:
            return has_folder() and self.meant_tab.has_file()

        return (
            Action("history.open", "Open history", self._open_all, ("Ctrl+K, Ctrl+H",), "Review", 4, icon="history",
                   when=has_folder),
            Action("history.of_file", "Show history of this file", self._open_file, ("Ctrl+K, H",), "Review", 4,
                   when=has_file),
            Action("explorer.history", "Show history of this file", self._open_chosen, when=self._has_chosen),
        )  # fmt: skip

    def _open_all(self) -> None:
        self.open()

    def _open_file(self) -> None:
        self.open(self.meant_tab.path())

    def _open_chosen(self) -> None:
        self.open(self.explorer_path())

    def _has_chosen(self) -> bool:
        return bool(self.explorer_path())

    def _on_settings_wanted(self) -> None:
        from copilot_desktop.ui.preferences.preferences_page import PreferencesPage

        self._window.commands.run("settings.open")
        page = self._window.findChild(PreferencesPage)
        if page is not None:
            page.show_section("History")

    def _on_review_changed(self, _event: ReviewChanged) -> None:
        self.refresh()

    def _on_restored(self, event: Restored) -> None:
        self._window.notices.withdraw(_NOTICE)
        count = len(event.written) + len(event.in_tabs)
        done = f"{_done(event.title)} ({count} {'file' if count == 1 else 'files'})"
        left = (
            f" What the step changed in unsaved tabs stays there: {event.left_in_tabs}." if event.left_in_tabs else ""
        )
        if event.in_tabs:
            named = event.in_tabs[0] if len(event.in_tabs) == 1 else f"{len(event.in_tabs)} files"
            advice = "Ctrl+Z there takes it back; save to keep it."
            self._window.notices.show_notice(
                Notice(
                    f"{done}. {named} changed in the tab only, not yet on disk.{left}",
                    advice,
                    key=_NOTICE,
                    is_amber=False,
                )
            )
            return
        take_back = partial(self.history.take_back, event.entry_id)
        self._window.notices.show_notice(
            Notice(f"{done}.{left}", choices=(("Undo", take_back),), key=_NOTICE, is_amber=False)
        )

    def _on_failed(self, event: HistoryFailed) -> None:
        if not event.is_list:
            choices = without_way_back(self._window, event.without_way_back, _NOTICE)
            self._window.notices.show_notice(Notice(event.message, event.advice, choices, key=_NOTICE))


def _done(title: str) -> str:
    """What a step of this title has done: “Undo: Delete a.py” has undone something."""
    deed, is_one, what = title.partition(": ")
    done = {"Undo": "Undone", "Redo": "Done again"}.get(deed, "") if is_one else ""
    return f"{done}: {what}" if done else f"Done: {title}"

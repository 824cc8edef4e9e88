"""Puts what git says into a window: the side view of changes, actions, counts, and what is said of what was done."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtWidgets import QMenu, QToolButton, QWidget
from shiboken6 import isValid

from copilot_desktop.bridge.documents.controller import DocumentsController
from copilot_desktop.bridge.git.committing import Committing
from copilot_desktop.bridge.git.controller import GitController
from copilot_desktop.bridge.git.events import StatusRead
from copilot_desktop.bridge.git.writing import GitWriting
from copilot_desktop.ui.actions import Action
from copilot_desktop.ui.changes.place import ChangesPlace
from copilot_desktop.ui.git_notices import GitNotices
from copilot_desktop.ui.main_window import MainWindow
from copilot_desktop.ui.review.badge import CountBadge
from copilot_desktop.ui.theme.theme import Theme, ThemeChanged
from copilot_desktop.workspace.git.values import INDEX, WORKING, ChangeKind, Comparison, ComparisonKind

if TYPE_CHECKING:
    # Imported when the side view or the page is first opened.
    from copilot_desktop.bridge.preferences import PreferencesController
    from copilot_desktop.ui.changes.change_words import ChangeRow
    from copilot_desktop.ui.changes.panel import ChangesPanel
    from copilot_desktop.ui.changes.review_page import ChangesReview

VIEW = "changes"
_PAGE = "my_changes"
_BRANCH = Comparison(ComparisonKind.BRANCH)


class GitParts(NamedTuple):
    """What reads and writes of a window's repository."""

    git: GitController
    writing: GitWriting
    committing: Committing


class ChangesInWindow(QObject):
    """The changes of one window."""

    page_made = Signal(object)
    """Carries the `ChangesReview` that will be shown."""
    panel_made = Signal(object)
    """Carries the `ChangesPanel` that will be shown."""

    def __init__(self, window: MainWindow, documents: DocumentsController, parts: GitParts, theme: Theme) -> None:
        super().__init__(window)
        self._window, self._documents, self._theme = window, documents, theme
        self.parts = parts
        self.preferences: PreferencesController | None = None
        """Where is kept how differences are shown."""
        self.panel: ChangesPanel | None = None
        self._review: ChangesReview | None = None
        button = window.activity.findChild(QToolButton, f"activity.{VIEW}")
        self._badge = CountBadge(button, "Changes", theme.tokens, _COUNTED) if button is not None else None
        theme.changed.connect(self._on_theme_changed)
        parts.git.status_changed.connect(self._on_status_changed)
        self._notices = GitNotices(window, parts.git, parts.writing, parts.committing)
        window.commands.add(self._actions())
        window.side_view_made.connect(self._on_side_view_made)
        place = window.findChild(ChangesPlace)
        if place is not None:
            self._fill(place)
        parts.git.refresh_soon()

    def take_back_by(self, take_back: Callable[[str], object]) -> None:
        """Have steps of the history undone by this, by their ids."""
        self._notices.take_back = take_back

    def show(self) -> ChangesPanel | None:
        """Bring the side view to the front and give it the keyboard."""
        self._window.show_side_view(VIEW)
        return self.panel

    def review(self, comparison: Comparison | None = None, path: str = "") -> None:
        """Show one's own changes as a page; None: as it was looked at last."""
        self._window.editors.show_page(_PAGE, "My changes", self._make_review)
        view = self._review
        assert view is not None  # noqa: S101 - the page was made now or before
        view.show_comparison(comparison or view.bar.comparison, path)
        view.diff.setFocus()

    def _make_review(self) -> QWidget:
        from copilot_desktop.ui.changes.review_actions import one_key_actions
        from copilot_desktop.ui.changes.review_page import ChangesReview
        from copilot_desktop.ui.changes.undoing import Gone
        from copilot_desktop.ui.diff.actions import diff_actions
        from copilot_desktop.ui.diff_settings import keep_look

        view = self._review = ChangesReview(self.parts.git, self.parts.writing, self._theme)
        if self.preferences is not None:
            keep_look(view.look, self.preferences)
        view.open_wanted.connect(self._open_path)
        view.deeds.said.connect(self._window.status.show_done)
        view.undoing.said.connect(self._window.status.show_done)
        view.undoing.ways[Gone.DISCARDED] = self._notices.undo_discard
        common = diff_actions(_PAGE, view.diff, view.look, lambda: isValid(view) and view.isVisible(), view.whole)
        self._window.commands.replace((*one_key_actions(view), *common))
        self.page_made.emit(view)
        return view

    def _fill(self, place: ChangesPlace) -> None:
        from copilot_desktop.ui.changes.list_actions import list_actions
        from copilot_desktop.ui.changes.panel import ChangesPanel

        panel = self.panel = ChangesPanel(*self.parts, self._theme)
        place.fill(panel)
        panel.diff_wanted.connect(self._on_diff_wanted)
        panel.review_wanted.connect(self.review)
        panel.list.menu_wanted.connect(self._on_menu_wanted)
        panel.list.refused.connect(self._window.status.show_done)
        self._window.commands.replace(list_actions(panel, self._open_chosen, self._undo_discard))
        self.panel_made.emit(panel)

    def _actions(self) -> tuple[Action, ...]:
        def has_git() -> bool:
            return self.parts.git.status is not None

        def has_folder() -> bool:
            return self.parts.git.workspace is not None

        def can_commit() -> bool:
            return has_git() and not self.parts.committing.is_running

        return (
            Action("changes.open", "Show changes", self.show, ("Ctrl+Shift+G",), "View", icon="git-branch"),
            Action("changes.review", "Review my changes", self.review, ("Ctrl+K, Ctrl+G",), "Review", 3,
                   icon="file-diff", when=has_folder),
            Action("changes.review_staged", "Review what is staged", partial(self.review, INDEX), when=has_folder),
            Action("changes.review_branch", "Review my branch", partial(self.review, _BRANCH), when=has_folder),
            Action("changes.commit", "Commit what is staged", self._commit, ("Ctrl+K, Ctrl+C",), when=can_commit),
            Action("changes.amend", "Amend the last commit", self._amend, when=can_commit),
        )  # fmt: skip

    def _undo_discard(self) -> None:
        from copilot_desktop.ui.changes.undoing import NOTHING_LEFT

        if not self._notices.undo_discard():
            self._window.status.show_done(NOTHING_LEFT)

    def _commit(self) -> None:
        panel = self.show()
        if panel is not None and panel.box.message.toPlainText().strip():
            panel.commit()
        elif panel is not None:
            panel.box.message.setFocus()

    def _amend(self) -> None:
        panel = self.show()
        if panel is not None:
            panel.amend()

    def _open_path(self, path: str) -> None:
        """Open a file of the repository."""
        status = self.parts.git.status
        inner = status.inside(path) if status is not None else None
        if inner is not None:
            self._documents.open(inner)

    def _open_chosen(self) -> None:
        for row in self.panel.list.chosen() if self.panel is not None else ():
            if row.change is not None and row.change.kind is not ChangeKind.DELETED:
                self._open_path(row.change.path)

    def _on_diff_wanted(self, row: ChangeRow) -> None:
        from copilot_desktop.ui.changes.change_words import Group

        if row.change is not None:
            self.review(INDEX if row.group is Group.STAGED else WORKING, row.change.path)

    def _on_menu_wanted(self, place: QPoint) -> None:
        from copilot_desktop.ui.changes.list_actions import MENU

        menu = QMenu(self._window)
        self._window.commands.fill_context_menu(menu, MENU)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(place)

    def _on_side_view_made(self, made: QWidget) -> None:
        if isinstance(made, ChangesPlace):
            self._fill(made)

    def _on_theme_changed(self, event: ThemeChanged) -> None:
        if self._badge is not None:
            self._badge.set_tokens(event.tokens)

    def _on_status_changed(self, read: StatusRead) -> None:
        if self._badge is not None:
            self._badge.show_count(read.status.count if read.status is not None else 0)


_COUNTED = ("changed file", "changed files")

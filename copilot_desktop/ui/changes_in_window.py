"""Puts what git says into a window: the side view of changes, actions, counts, and what is said of what was done."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from PySide6.QtCore import QObject, QPoint
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from copilot_desktop.bridge.documents.controller import DocumentsController
from copilot_desktop.bridge.git.committing import Committing
from copilot_desktop.bridge.git.controller import GitController
from copilot_desktop.bridge.git.events import Discarded, GitFailed, StatusRead
from copilot_desktop.bridge.git.writing import GitWriting
from copilot_desktop.ui.actions import Action
from copilot_desktop.ui.changes.change_words import ChangeRow
from copilot_desktop.ui.changes.list_actions import MENU, list_actions
from copilot_desktop.ui.changes.panel import ChangesPanel
from copilot_desktop.ui.changes.place import ChangesPlace
from copilot_desktop.ui.main_window import MainWindow
from copilot_desktop.ui.notices import Choice, Notice
from copilot_desktop.ui.review.badge import CountBadge
from copilot_desktop.ui.theme.theme import Theme, ThemeChanged
from copilot_desktop.ui.way_back import without_way_back
from copilot_desktop.workspace.git.values import ChangeKind

VIEW = "changes"
_NOTICE, _COMMIT = "git", "git.commit"


class GitParts(NamedTuple):
    """What reads and writes of a window's repository."""

    git: GitController
    writing: GitWriting
    committing: Committing


class ChangesInWindow(QObject):
    """The changes of one window. `take_back(entry_id)` undoes a step of the history."""

    def __init__(self, window: MainWindow, documents: DocumentsController, parts: GitParts, theme: Theme) -> None:
        super().__init__(window)
        self._window, self._documents, self._theme = window, documents, theme
        self.parts = parts
        self.take_back: Callable[[str], object] = lambda _entry_id: None
        self.panel: ChangesPanel | None = None
        button = window.activity.findChild(QToolButton, f"activity.{VIEW}")
        self._badge = CountBadge(button, "Changes", theme.tokens, _COUNTED) if button is not None else None
        theme.changed.connect(self._on_theme_changed)
        parts.git.status_changed.connect(self._on_status_changed)
        parts.git.failed.connect(self._on_failed)
        parts.writing.discarded.connect(self._on_discarded)
        parts.committing.committed.connect(self._on_committed)
        parts.committing.refused.connect(self._on_commit_refused)
        parts.committing.restored.connect(self._on_restored)
        window.commands.add(self._actions())
        window.side_view_made.connect(self._on_side_view_made)
        place = window.findChild(ChangesPlace)
        if place is not None:
            self._fill(place)
        parts.git.refresh_soon()

    def show(self) -> ChangesPanel | None:
        """Bring the side view to the front and give it the keyboard."""
        self._window.show_side_view(VIEW)
        return self.panel

    def _fill(self, place: ChangesPlace) -> None:
        panel = self.panel = ChangesPanel(*self.parts, self._theme)
        place.fill(panel)
        panel.diff_wanted.connect(self._on_diff_wanted)
        panel.list.menu_wanted.connect(self._on_menu_wanted)
        self._window.commands.replace(list_actions(panel, self._open_chosen))

    def _actions(self) -> tuple[Action, ...]:
        def has_git() -> bool:
            return self.parts.git.status is not None

        def can_commit() -> bool:
            return has_git() and not self.parts.committing.is_running

        return (
            Action("changes.open", "Show changes", self.show, ("Ctrl+Shift+G",), "View", icon="git-branch"),
            Action("changes.commit", "Commit what is staged", self._commit, ("Ctrl+K, Ctrl+C",), when=can_commit),
            Action("changes.amend", "Amend the last commit", self._amend, when=can_commit),
        )

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

    def _inner(self, row: ChangeRow) -> str | None:
        """The path in the opened folder of a file that can be opened."""
        status = self.parts.git.status
        if status is None or row.change is None or row.change.kind is ChangeKind.DELETED:
            return None
        return status.inside(row.change.path)

    def _open_chosen(self) -> None:
        for row in self.panel.list.chosen() if self.panel is not None else ():
            path = self._inner(row)
            if path is not None:
                self._documents.open(path)

    def _on_diff_wanted(self, row: ChangeRow) -> None:
        path = self._inner(row)
        if path is not None:
            self._window.editors.preview(path)

    def _on_menu_wanted(self, place: QPoint) -> None:
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

    def _say(self, notice: Notice) -> None:
        self._window.notices.show_notice(notice)

    def _on_failed(self, failed: GitFailed) -> None:
        choices = without_way_back(self._window, failed.without_way_back, _NOTICE)
        self._say(Notice(failed.message, failed.advice, choices, key=_NOTICE))

    def _on_discarded(self, event: Discarded) -> None:
        self._window.notices.withdraw(_NOTICE)
        count = len(event.paths)
        named = event.paths[0] if count == 1 else f"{count} files"
        if not event.entry_id:
            self._window.status.show_done(f"Discarded what had changed of {named}")
            return

        def undo() -> None:
            self._window.notices.withdraw(_NOTICE)
            self.take_back(event.entry_id)

        self._say(Notice(f"Discarded changes of {named}.", choices=(("Undo", undo),), key=_NOTICE, is_amber=False))

    def _on_committed(self, done: object) -> None:
        from copilot_desktop.workspace.git.committing import CommitDone

        self._window.notices.withdraw(_NOTICE)
        if not isinstance(done, CommitDone):
            return
        if not done.old_id:
            self._window.notices.withdraw(_COMMIT)
            self._window.status.show_done(f"Committed {done.commit_id[:8]}: {done.title}")
            return
        restore: Choice = ("Restore the previous commit", partial(self._restore, done))
        said = f"Amended: the last commit is {done.commit_id[:8]} now. It was {done.old_id[:12]}."
        self._say(Notice(said, choices=(restore,), key=_COMMIT, is_amber=False))

    def _restore(self, done: object) -> None:
        from copilot_desktop.workspace.git.committing import CommitDone

        self._window.notices.withdraw(_COMMIT)
        if isinstance(done, CommitDone):
            self.parts.committing.restore(done)

    def _on_restored(self, commit_id: str) -> None:
        self._window.status.show_done(f"The last commit is {commit_id[:8]} again; what was amended is staged")

    def _on_commit_refused(self, failed: GitFailed) -> None:
        self._say(Notice(failed.message, failed.advice, key=_NOTICE))


_COUNTED = ("changed file", "changed files")

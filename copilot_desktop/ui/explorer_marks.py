"""Joins what git says to the explorer: letters of files, dots of folders; of a tree that is made later as well."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from copilot_desktop.bridge.git.controller import GitController
from copilot_desktop.ui.changes.change_words import TOKENS
from copilot_desktop.ui.explorer.change_marks import ChangeMark, ChangeMarks
from copilot_desktop.ui.explorer.panel import ExplorerPanel
from copilot_desktop.ui.main_window import MainWindow
from copilot_desktop.ui.theme.theme import Theme
from copilot_desktop.ui.theme.tokens import Tokens
from copilot_desktop.workspace.git.values import ChangeKind, GitStatus


def marks_of(status: GitStatus | None, tokens: Tokens) -> ChangeMarks:
    """What to mark. Of a file that is staged and changed again, what is on disk counts."""
    if status is None:
        return ChangeMarks()
    # After a checkout that was cut off there are thousands of files, and a few kinds.
    marks = {kind: ChangeMark(kind.letter, str(kind), getattr(tokens, TOKENS[kind])) for kind in ChangeKind}
    stays = (marks[ChangeKind.ADDED], marks[ChangeKind.RENAMED])
    found: dict[str, ChangeMark] = {}
    for change in (*status.staged, *status.untracked, *status.unstaged, *status.conflicts):
        path, kind = status.inside(change.path), change.kind
        if path is not None and not (kind is ChangeKind.MODIFIED and found.get(path) in stays):
            found[path] = marks[kind]
    return ChangeMarks.of(found)


class ExplorerMarks(QObject):
    """Shows the marks in the explorer of a window."""

    def __init__(self, window: MainWindow, git: GitController, theme: Theme) -> None:
        super().__init__(window)
        self._window, self._git, self._theme = window, git, theme
        git.status_changed.connect(self._show)
        theme.changed.connect(self._show)
        window.side_view_made.connect(self._on_side_view_made)

    def _show(self, _event: object = None) -> None:
        panel = self._window.findChild(ExplorerPanel)
        if panel is not None:
            panel.model.marks = marks_of(self._git.status, self._theme.tokens)
            panel.tree.viewport().update()

    def _on_side_view_made(self, made: QWidget) -> None:
        if isinstance(made, ExplorerPanel):
            self._show()

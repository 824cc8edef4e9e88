"""Groups of tabs by key and menu: split, go from one to the other, and take a tab along."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject

from copilot_desktop.ui.actions import Action
from copilot_desktop.ui.main_window import MainWindow
from copilot_desktop.ui.tab_moves import TabMoves

NUMBERED = 4


class PaneCommands(QObject):
    """Commands of one window."""

    def __init__(self, window: MainWindow, moves: TabMoves) -> None:
        super().__init__(window)
        self._window, self._panes, self._moves = window, window.editors.panes, moves
        window.commands.add(self._actions())

    def _actions(self) -> tuple[Action, ...]:
        has_tab, are_several = self._has_tab, self._are_several
        right, down = partial(self._split, is_column=False), partial(self._split, is_column=True)
        numbered = tuple(
            Action(f"go.group_{number}", f"Focus group {number}", partial(self._focus, number - 1),
                   (f"Ctrl+{number}",), when=partial(self._has_group, number))
            for number in range(2, NUMBERED + 1)
        )  # fmt: skip
        return (
            Action("tab.split_right", "Split right", right, ("Ctrl+\\",), "View", 6, "columns-2", has_tab),
            Action("tab.split_down", "Split down", down, ("Ctrl+K, Ctrl+\\",), "View", 6, "rows-2", has_tab),
            Action("tab.move_right", "Move tab to the next group", partial(self._move, 1), ("Ctrl+Alt+Right",), "View",
                   6, when=has_tab),
            Action("tab.move_left", "Move tab to the previous group", partial(self._move, -1), ("Ctrl+Alt+Left",),
                   "View", 6, when=has_tab),
            Action("go.editor", "Focus the editor", partial(self._focus, 0), ("Ctrl+1",), "Go", 2),
            Action("go.next_group", "Next group", partial(self._step, 1), ("Ctrl+K, Ctrl+Right",), "Go", 2,
                   when=are_several),
            Action("go.previous_group", "Previous group", partial(self._step, -1), ("Ctrl+K, Ctrl+Left",), "Go", 2,
                   when=are_several),
            *numbered,
        )  # fmt: skip

    def _has_tab(self) -> bool:
        return self._panes.front() is not None

    def _are_several(self) -> bool:
        return len(self._panes.groups()) > 1

    def _has_group(self, number: int) -> bool:
        return len(self._panes.groups()) >= number

    def _split(self, *, is_column: bool) -> None:
        page = self._panes.front()
        if page is not None:
            self._moves.split(page, self._panes.active, is_column=is_column)

    def _move(self, by: int) -> None:
        """Past the last group there is a new one."""
        page, group = self._panes.front(), self._panes.active
        target = self._panes.neighbour(group, by)
        if page is None or (target is None and group.count() < 2):
            return
        if target is None:
            target = self._panes.split(group, is_before=by < 0)
        self._moves.move(page, target)

    def _focus(self, number: int) -> None:
        self._panes.activate(self._panes.groups()[number])
        self._window.editors.setFocus()

    def _step(self, by: int) -> None:
        groups = self._panes.groups()
        self._focus((groups.index(self._panes.active) + by) % len(groups))

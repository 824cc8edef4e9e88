"""What is remembered of the groups of tabs, also while a window goes and its parts with it."""

from __future__ import annotations

from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QSplitter, QWidget
from pytestqt.qtbot import QtBot

from copilot_desktop.settings.session import PaneState
from copilot_desktop.ui.editor_panes import EditorPanes
from copilot_desktop.ui.editor_tabs import EditorTabs
from copilot_desktop.ui.tab_states import panes_state


def made(qtbot: QtBot) -> tuple[EditorPanes, EditorTabs]:
    panes = EditorPanes(lambda _name, _is_on: QIcon())
    qtbot.addWidget(panes)
    panes.resize(800, 600)
    panes.show()
    return panes, panes.split(panes.active)


def test_groups_come_back_as_rows_and_columns(qtbot: QtBot) -> None:
    panes, right = made(qtbot)
    panes.activate(panes.split(right, is_column=True))
    state, active = panes_state(panes)
    assert [len(pane.panes) for pane in state.panes] == [0, 2]
    assert (state.is_column, state.panes[1].is_column, active) == (False, True, 2)
    assert [len(state.sizes), len(state.panes[1].sizes)] == [2, 2]
    assert state.sizes[0] > 0


def test_what_is_no_group_any_more_is_left_out(qtbot: QtBot) -> None:
    panes, right = made(qtbot)
    row = right.parentWidget()
    assert isinstance(row, QSplitter)
    for odd in (QSplitter(), QWidget()):
        row.insertWidget(1, odd)
    state, _active = panes_state(panes)
    assert [pane.panes for pane in state.panes] == [(), ()]
    right.setParent(None)
    assert panes_state(panes) == (PaneState(), 0)
    panes.active.setParent(None)
    assert panes_state(panes) == (PaneState(), 0)
    right.deleteLater()

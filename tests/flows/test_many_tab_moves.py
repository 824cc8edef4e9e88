"""Hundreds of random things done with tabs and groups: what must hold then still holds, and no text is lost."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.settings.session import PaneState
from copilot_desktop.ui.document_page import DocumentPage
from tests.support.desktop import open_desktop
from tests.support.editor_tabs import opened

NAMES = [f"{letter}.py" for letter in "abcdef"]
COMMANDS = (
    "tab.split_right", "tab.split_down", "tab.move_right", "tab.move_left", "go.next_group", "go.previous_group",
    "go.next_tab", "go.previous_tab", "tab.pin", "file.close", "file.close", "file.reopen_closed", "go.back",
    "go.forward", "tab.close_right",
)  # fmt: skip
STEPS = 150
AT_THE_END = 88


def check(desktop: DesktopWindow) -> None:
    panes = desktop.window.editors.panes
    groups = panes.groups()
    assert panes.active in groups
    assert len(groups) == 1 or all(group.count() for group in groups)
    pages = [page for page in panes.pages() if isinstance(page, DocumentPage)]
    for document in desktop.documents.documents:
        views = [page.view for page in pages if page.document is document]
        assert views, document.path
        assert desktop.documents.buffers[document.document_id] in views
        assert len({view.version for view in views}) == 1
        assert len({view.text() for view in views}) == 1
    front = panes.front()
    if isinstance(front, DocumentPage):
        assert desktop.documents.current() is front.view
    for group in groups:
        pinned = [group.marks.is_pinned(page) for page in group.pages()]
        assert pinned == sorted(pinned, reverse=True)
        assert set(group.marks.recent) == set(group.pages())


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_many_moves(qtbot: QtBot, tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - repeatable, not secret
    for name in NAMES:
        (tmp_path / name).write_text("".join(f"{name[0]}_{line} = {line}\n" for line in range(100)))
    with open_desktop(qtbot, tmp_path) as desktop:
        desktop.window.resize(1600, 900)
        panes = desktop.window.editors.panes
        for _step in range(STEPS):
            if chance.random() < 0.3 or not panes.pages():
                opened(qtbot, desktop, chance.choice(NAMES))
            elif len(panes.groups()) > 6:
                desktop.window.commands.run("tab.move_left")
            else:
                desktop.window.commands.run(chance.choice(COMMANDS))
            view = desktop.window.editors.current_view()
            if view is not None and chance.random() < 0.2:
                view.go_to(chance.randrange(100), 0)
                view.insert_at_caret("x")
                desktop.documents.save(view.document_id)
                qtbot.waitUntil(lambda: not desktop.documents.dirty())
            qtbot.wait(1)
            check(desktop)
        state = desktop.window.editors.state()
        desktop.window.editors.restore(*state)
        qtbot.waitUntil(lambda: all(isinstance(group.currentWidget(), DocumentPage) for group in panes.groups()))
        check(desktop)
        # A narrow group that has not drawn its long lines yet has no scroll bar, and room for a line more at the end.
        assert_alike(desktop.window.editors.state(), state)


def assert_alike(state: tuple[PaneState, int], before: tuple[PaneState, int]) -> None:
    """The same groups, tabs and carets, and the same first lines but for one line.

    At the end of its text a tab behind others has as many lines in sight as when it was seen last.
    """
    (pane, active), (pane_before, active_before) = state, before
    lines, lines_before = first_lines(pane), first_lines(pane_before)
    assert len(lines) == len(lines_before)
    both = list(zip(lines, lines_before, strict=True))
    assert all(abs(line - line_before) <= 1 or min(line, line_before) > AT_THE_END for line, line_before in both)
    assert (at_the_top(pane), active) == (at_the_top(pane_before), active_before)


def first_lines(pane: PaneState) -> list[int]:
    return [*(tab.first_line for tab in pane.tabs), *(line for each in pane.panes for line in first_lines(each))]


def at_the_top(pane: PaneState) -> PaneState:
    tabs = tuple(replace(tab, first_line=0) for tab in pane.tabs)
    return replace(pane, tabs=tabs, panes=tuple(at_the_top(each) for each in pane.panes))

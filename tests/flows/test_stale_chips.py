"""Chips of what has changed since are marked, follow their file, or are renewed by a key, a click or the menu."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.text.ranges import LineRange
from copilot_desktop.ui.chat.chat_panel import ChatPanel
from copilot_desktop.ui.chat.chips import ChipPreview, ChipView
from tests.support.git_repository import GitFolder
from tests.support.shop import BASKET, SOURCE, opened, panel_of


def the_chip(qtbot: QtBot, panel: ChatPanel) -> ChipView:
    qtbot.waitUntil(lambda: len(panel.composer.chips.views) == 1)
    (view,) = panel.composer.chips.views
    qtbot.waitUntil(lambda: view.chip.tokens is not None)
    return view


def test_a_file_that_is_not_open_is_followed(qtbot: QtBot, desktop: DesktopWindow, folder: Path) -> None:
    panel = panel_of(qtbot, desktop)
    panel.add_file(BASKET)
    view = the_chip(qtbot, panel)
    before = view.chip.tokens
    (folder / BASKET).write_text(SOURCE * 3, encoding="utf-8")
    qtbot.waitUntil(lambda: view.chip.text == SOURCE * 3)
    qtbot.waitUntil(lambda: view.chip.tokens not in (None, before))
    assert not view.chip.is_stale


def test_lines_of_a_file_that_was_closed_are_marked_and_renewed_by_a_key(
    qtbot: QtBot, desktop: DesktopWindow, folder: Path
) -> None:
    panel = panel_of(qtbot, desktop)
    editor = opened(qtbot, desktop)
    editor.show_lines(LineRange(0, 0))
    QTest.keyClick(editor.code, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    panel.add_selection()
    view = the_chip(qtbot, panel)
    document = desktop.documents.current_document()
    assert document is not None
    desktop.documents.close(document.document_id)
    qtbot.waitUntil(lambda: desktop.documents.find(BASKET) is None)
    (folder / BASKET).write_text(SOURCE.replace("def total(items)", "def total(goods)"), encoding="utf-8")
    qtbot.waitUntil(lambda: view.chip.is_stale)
    assert "changed" in view.text()
    assert "changed since" in view.accessibleName()
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_R)
    qtbot.waitUntil(lambda: view.chip.text == "def total(goods):\n")
    assert not view.chip.is_stale


def test_a_diff_is_marked_once_more_has_changed_and_renewed_by_a_click(
    qtbot: QtBot, desktop: DesktopWindow, folder: Path
) -> None:
    git = GitFolder(folder)
    git.commit("All")
    git.write(BASKET, SOURCE + "ONE = 1\n")
    panel = panel_of(qtbot, desktop)
    panel.composer.focus_prompt()
    QTest.keyClicks(panel.composer.prompt, "@diff")
    qtbot.waitUntil(lambda: panel._chips.items == ())
    qtbot.wait(300)
    QTest.keyClick(panel.composer.prompt, Qt.Key.Key_Return)
    view = the_chip(qtbot, panel)
    assert not view.chip.is_stale
    git.write(BASKET, SOURCE + "ONE = 1\nTWO = 2\n")
    qtbot.waitUntil(lambda: view.chip.is_stale)
    assert "TWO" not in view.chip.text
    QTest.mouseClick(view, Qt.MouseButton.LeftButton)
    (preview,) = panel.composer.findChildren(ChipPreview)
    renew = preview.findChild(QPushButton, "chip_renew")
    assert renew is not None
    QTest.mouseClick(renew, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "+TWO = 2" in view.chip.text)
    assert not view.chip.is_stale

"""The index in the status bar of the real window: how far it is, what it left out; it is paused and made anew there."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu, QPlainTextEdit, QToolButton
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.bridge.context.index import IndexController
from copilot_desktop.ui.chat.chat_panel import ChatPanel
from copilot_desktop.ui.chat.mention_list import MentionList
from copilot_desktop.ui.status_bar import StatusField
from tests.support.desktop import is_closed, open_desktop
from tests.support.openai_server import OpenAIServer
from tests.support.shop import panel_of

SOON_MS = 4_000
"""What takes a process some tenths of a second, beside seven other test runs."""


@pytest.fixture
def desktop(qtbot: QtBot, folder: Path, server: OpenAIServer) -> Iterator[DesktopWindow]:
    (folder / "money.py").write_text("def round_price(price):\n    return round(price, 2)\n", encoding="utf-8")
    with open_desktop(qtbot, folder) as shown:
        panel_of(qtbot, shown).composer.focus_prompt()
        qtbot.waitUntil(shown.window.isActiveWindow)
        yield shown


def ask_for(panel: ChatPanel, letters: str) -> None:
    panel.composer.prompt.selectAll()
    QTest.keyClick(panel.composer.prompt, Qt.Key.Key_Delete)
    QTest.keyClicks(panel.composer.prompt, f"@{letters}")


def offered(desktop: DesktopWindow) -> list[str]:
    lists = [each for each in desktop.window.findChildren(MentionList) if each.isVisible()]
    return [row.title for each in lists for row in each.rows()]


def field(desktop: DesktopWindow) -> QToolButton:
    found = desktop.window.status.findChild(QToolButton, f"status.{StatusField.INDEX}")
    assert found is not None
    return found


def menu_of(qtbot: QtBot, desktop: DesktopWindow) -> QMenu:
    qtbot.waitUntil(lambda: desktop.window.findChild(QMenu, "menu.index") is not None)
    menu = desktop.window.findChild(QMenu, "menu.index")
    assert menu is not None
    return menu


def choose(menu: QMenu, beginning: str) -> None:
    action = next(each for each in menu.actions() if each.text().startswith(beginning))
    QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(action).center())


def test_the_status_bar_says_how_far_the_index_is_and_makes_it_anew(
    qtbot: QtBot, desktop: DesktopWindow, folder: Path
) -> None:
    panel = panel_of(qtbot, desktop)
    for number in range(600):
        (folder / f"f{number}.py").write_text(f"def f{number}():\n    return {number}\n" * 50)
    (folder / "huge.txt").write_text("word " * 500_000)
    said: list[str] = []
    timer = QTimer(interval=5)
    timer.timeout.connect(lambda: said.append(field(desktop).text()))
    timer.start()
    ask_for(panel, "f59")
    qtbot.waitUntil(lambda: field(desktop).text() == "1 file not indexed")
    assert any(each.startswith("Indexing ") and each.endswith(" of 603") for each in said), set(said)
    assert "huge.txt is too large" in field(desktop).toolTip()
    assert field(desktop).isVisible()
    QTest.mouseClick(field(desktop), Qt.MouseButton.LeftButton)
    menu = menu_of(qtbot, desktop)
    assert menu.actions()[0].text().startswith("603 files in the index, ")
    said.clear()
    choose(menu, "Make the index anew")
    qtbot.waitUntil(lambda: any(each.startswith("Indexing ") for each in said))
    qtbot.waitUntil(lambda: field(desktop).text() == "1 file not indexed")
    timer.stop()
    qtbot.waitUntil(lambda: desktop.window.findChild(QMenu, "menu.index") is None)
    QTest.mouseClick(field(desktop), Qt.MouseButton.LeftButton)
    choose(menu_of(qtbot, desktop), "Show what is not indexed (1)")
    page = desktop.window.findChild(QPlainTextEdit, "index_problems")
    assert page is not None
    qtbot.waitUntil(page.hasFocus)
    assert page.toPlainText() == "• huge.txt is too large (2.4 MB): it is found by its name alone."


def test_a_paused_index_answers_with_what_it_has_and_stays_paused(
    qtbot: QtBot, folder: Path, server: OpenAIServer
) -> None:
    (folder / "money.py").write_text("def round_price(price):\n    return round(price, 2)\n", encoding="utf-8")
    with open_desktop(qtbot, folder) as first:
        panel = panel_of(qtbot, first)
        panel.composer.focus_prompt()
        ask_for(panel, "round_p")
        qtbot.waitUntil(lambda: "round_price" in offered(first))
        qtbot.waitUntil(lambda: field(first).text() == "Indexed")
        first.window.commands.run("chat.show_index")
        choose(menu_of(qtbot, first), "Pause the index")
        assert field(first).text() == "Index paused"
        (folder / "later.py").write_text("def postpone_price():\n    return 1\n", encoding="utf-8")
        ask_for(panel, "round_p")
        qtbot.waitUntil(lambda: "round_price" in offered(first))
        QTest.keyClick(first.window, Qt.Key.Key_Q, Qt.KeyboardModifier.ControlModifier)
        qtbot.waitUntil(lambda: is_closed(first))
    with open_desktop(qtbot, folder) as second:
        panel = panel_of(qtbot, second)
        panel.composer.focus_prompt()
        ask_for(panel, "round_p")
        qtbot.waitUntil(lambda: "round_price" in offered(second))
        assert field(second).text() == "Index paused"
        ask_for(panel, "postpone")
        qtbot.wait(1_000)
        assert "postpone_price" not in offered(second)
        mentions = second.window.findChild(MentionList)
        assert mentions is not None
        said = "called “postpone”. Symbols are as old as the index of the folder, which is paused."
        assert mentions.empty.text().endswith(said)
        QTest.mouseClick(field(second), Qt.MouseButton.LeftButton)
        choose(menu_of(qtbot, second), "Keep the index up to date again")
        qtbot.waitUntil(lambda: field(second).text() == "Indexed")
        ask_for(panel, "postpone")
        qtbot.waitUntil(lambda: "postpone_price" in offered(second))


def wait_until_nobody_keeps_it(qtbot: QtBot, desktop: DesktopWindow) -> None:
    """Nothing is asked for a while: the process ends."""
    index = desktop.window.findChild(IndexController)
    assert index is not None
    running = index._running
    assert running is not None
    qtbot.waitUntil(running.done, timeout=30_000)


def test_what_is_not_indexed_is_said_soon_after_it_has_changed_also_when_nobody_keeps_the_index(
    qtbot: QtBot, desktop: DesktopWindow, folder: Path
) -> None:
    misnamed = os.fsdecode(b"latin\xe9.py")
    if sys.platform in ("win32", "darwin"):
        pytest.skip("names are text there")
    (folder / "bad" / "inner").mkdir(parents=True)
    for place in (folder / "bad", folder / "bad" / "inner"):
        (place / misnamed).write_text("x = 1\n")
    (folder / "bad" / "huge.txt").write_text("word " * 500_000)

    def is_said(text: str) -> None:
        qtbot.waitUntil(lambda: field(desktop).text() == text, timeout=SOON_MS)

    ask_for(panel_of(qtbot, desktop), "round_p")
    qtbot.waitUntil(lambda: field(desktop).text() == "3 files not indexed")
    for is_kept in (True, False):
        if not is_kept:
            wait_until_nobody_keeps_it(qtbot, desktop)
        away = folder.parent / f"away{is_kept}"
        (folder / "bad").rename(away)
        is_said("Indexed")
        if not is_kept:
            wait_until_nobody_keeps_it(qtbot, desktop)
        away.rename(folder / "bad")
        is_said("3 files not indexed")
        shutil.rmtree(folder / "bad" / "inner")
        is_said("2 files not indexed")
        (folder / "new").mkdir()
        (folder / "new" / "large.txt").write_text("word " * 500_000)
        is_said("3 files not indexed")
        shutil.rmtree(folder / "new")
        is_said("2 files not indexed")
        (folder / "bad" / "inner").mkdir()
        (folder / "bad" / "inner" / misnamed).write_text("x = 1\n")
        is_said("3 files not indexed")

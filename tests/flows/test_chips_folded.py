"""Many chips: rule files fold into one that lists them, and all that was added can be removed at once and put back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPlainTextEdit, QToolButton
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.ui.chat.applied_rules import AppliedRules
from copilot_desktop.ui.chat.chat_panel import ChatPanel
from copilot_desktop.ui.chat.rules_popup import RulesPopup
from tests.support.desktop import open_desktop
from tests.support.openai_server import OpenAIServer
from tests.support.shop import BASKET, panel_of

RULES = {
    "AGENTS.md": "Write dry comments.\n",
    "CLAUDE.md": "Lines have 100 characters.\n",
    ".cursorrules": "Prefer dataclasses.\n",
    ".github/copilot-instructions.md": "Be short.\n",
    ".cursor/rules/db.mdc": "---\ndescription: For databases\nalwaysApply: false\n---\nName tables in the plural.\n",
}
FILES = 12
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def desktop(qtbot: QtBot, folder: Path, server: OpenAIServer) -> Iterator[DesktopWindow]:
    for path, text in (RULES | {f"part_{n:02}.py": f"N = {n}\n" for n in range(FILES)}).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    with open_desktop(qtbot, folder) as shown:
        shown.window.resize(1280, 800)
        panel_of(qtbot, shown).composer.focus_prompt()
        qtbot.waitUntil(shown.window.isActiveWindow)
        qtbot.waitUntil(lambda: chips(panel_of(qtbot, shown)) == ["4 rules"])
        yield shown


def chips(panel: ChatPanel) -> list[str]:
    return [view.chip.label for view in panel.composer.chips.views]


def popup_of(desktop: DesktopWindow) -> RulesPopup:
    (found,) = [each for each in desktop.window.findChildren(RulesPopup) if each.isVisible()]
    return found


def ask(qtbot: QtBot, panel: ChatPanel, server: OpenAIServer, prompt: str) -> str:
    count = len(server.requests)
    panel.composer.focus_prompt()
    QTest.keyClicks(panel.composer.prompt, prompt)
    QTest.keyClick(panel.composer.prompt, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(server.requests) > count and panel.composer.send.text() == "Send")
    return str(server.requests[-1].body["messages"][0]["content"])


def names(popup: RulesPopup) -> list[str]:
    return [row.text() for row in popup.rows]


def test_many_rules_are_one_chip_that_lists_them(qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer) -> None:
    panel = panel_of(qtbot, desktop)
    (fold,) = panel.composer.chips.views
    qtbot.waitUntil(lambda: "counting" not in fold.text())
    assert sum(chip.tokens or 0 for chip in panel.composer.chips.rules) == fold.chip.tokens
    assert "AGENTS.md: " in fold.toolTip()
    QTest.mouseClick(fold, Qt.MouseButton.LeftButton)
    popup = popup_of(desktop)
    assert names(popup) == [".cursorrules", ".github/copilot-instructions.md", "AGENTS.md", "CLAUDE.md", "db"]
    assert popup.head.text().startswith("4 rule files go with this prompt · ")
    qtbot.waitUntil(popup.rows[0].hasFocus)
    # By the keyboard: down to AGENTS.md, read it, leave it out, and go on from there.
    for _ in range(2):
        QTest.keyClick(popup.rows[0].window().focusWidget(), Qt.Key.Key_Down)
    qtbot.waitUntil(popup.rows[2].hasFocus)
    QTest.keyClick(popup.rows[2], Qt.Key.Key_Return)
    text = popup.findChild(QPlainTextEdit, "rule_text")
    assert text is not None
    assert text.toPlainText() == RULES["AGENTS.md"].rstrip()
    qtbot.waitUntil(popup.rows[2].hasFocus)
    QTest.keyClick(popup.rows[2], Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: popup.findChild(QPlainTextEdit, "rule_text") is None)
    QTest.keyClick(popup.rows[2], Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: chips(panel) == ["3 rules"])
    assert names(popup) == [".cursorrules", ".github/copilot-instructions.md", "CLAUDE.md", "AGENTS.md", "db"]
    # By the mouse: the cross of the first.
    cross = popup.findChild(QToolButton, "rule_leave_out")
    assert cross is not None
    QTest.mouseClick(cross, Qt.MouseButton.LeftButton)
    # Two have a chip each again.
    qtbot.waitUntil(lambda: chips(panel) == ["rules: .github/copilot-instructions.md", "rules: CLAUDE.md"])
    # Put back, and one that is asked for.
    QTest.mouseClick(popup.rows[names(popup).index("AGENTS.md")], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: chips(panel) == ["3 rules"])
    QTest.mouseClick(popup.rows[names(popup).index("db")], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: chips(panel) == ["4 rules"])
    QTest.keyClick(popup, Qt.Key.Key_Escape)
    assert not popup.isVisible()
    system = ask(qtbot, panel, server, "Question")
    assert "Name tables in the plural." in system
    assert "Write dry comments." in system
    assert "dataclasses" not in system
    line = panel.findChild(AppliedRules)
    assert line is not None
    assert ".cursorrules" not in line.toolTip()


def test_the_cross_of_the_folded_chip_leaves_all_of_them_out_and_the_palette_brings_the_list(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer
) -> None:
    panel = panel_of(qtbot, desktop)
    panel.composer.chips.views[0].setFocus()
    QTest.keyClick(panel.composer.chips.views[0], Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: chips(panel) == [])
    desktop.window.commands.run("chat.rules_of_prompt")
    popup = popup_of(desktop)
    assert popup.head.text() == "No rule file goes with this prompt."
    assert len(popup.rows) == 5
    popup.close()
    assert "dry comments" not in ask(qtbot, panel, server, "Without")
    qtbot.waitUntil(lambda: chips(panel) == ["4 rules"])


def test_all_that_was_added_is_removed_at_once_and_put_back(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer
) -> None:
    panel, composer = panel_of(qtbot, desktop), panel_of(qtbot, desktop).composer
    panel.add_file(BASKET)
    qtbot.waitUntil(lambda: len(chips(panel)) == 2)
    assert not composer.clear.isVisible()
    for number in range(FILES - 1):
        panel.add_file(f"part_{number:02}.py")
    qtbot.waitUntil(lambda: len(chips(panel)) == FILES + 1)
    qtbot.waitUntil(lambda: composer.clear.isVisible() and composer.clear.text() == f"Remove all {FILES}")
    # What was added last is in sight, and there is nothing below the last one.
    last = composer.chips.views[FILES - 1]
    qtbot.waitUntil(lambda: last.visibleRegion().boundingRect().size() == last.size())
    bottom = max(view.geometry().bottom() for view in composer.chips.views)
    qtbot.waitUntil(lambda: composer.chips.height() == bottom + 1)
    before = chips(panel)
    QTest.mouseClick(composer.clear, Qt.MouseButton.LeftButton)
    assert chips(panel) == ["4 rules"]
    assert composer.notice.toPlainText() == f"{FILES} chips were removed."
    assert composer.prompt.hasFocus()
    QTest.mouseClick(composer.offer, Qt.MouseButton.LeftButton)
    assert chips(panel) == before
    assert composer.notice.isHidden()
    assert not composer.offer.isVisible()
    view = composer.chips.views[3]
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_Delete, SHIFT)
    assert chips(panel) == ["4 rules"]
    ask(qtbot, panel, server, "Nothing of it")
    assert "N = 3" not in server.requests[-1].prompt

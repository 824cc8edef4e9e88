"""The bar at the composer: what the next request is made of, what it costs, and what does not fit."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.context.budget import PartKind
from copilot_desktop.settings.appearance_page import AppearancePage
from copilot_desktop.settings.folders import program_folders
from copilot_desktop.settings.models_page import ModelsPage, ProfileSetting
from copilot_desktop.settings.store import SettingsStore
from copilot_desktop.ui.chat.budget_bar import widths
from copilot_desktop.ui.chat.budget_popup import BudgetPopup
from copilot_desktop.ui.chat_in_window import ChatInWindow
from tests.support.clipping import wait_unclipped
from tests.support.desktop import open_desktop
from tests.support.openai_server import OpenAIServer, ServerUsage
from tests.support.shop import BASKET, ask, panel_of, price_model

LIMIT = 6000


@pytest.fixture(autouse=True)
def priced(server: OpenAIServer) -> None:
    """A model with a small window, whose million of tokens costs 2 and 8 dollars."""
    price_model(server, LIMIT, (2.0, 8.0), max_output_tokens=1000)


def popup_of(desktop: DesktopWindow) -> BudgetPopup:
    popup = desktop.window.findChild(BudgetPopup)
    assert popup is not None
    return popup


def rows(popup: BudgetPopup) -> dict[str, tuple[str, ...]]:
    """Tokens, share and price by the names of the parts."""
    table = popup.table

    def text(row: int, column: int) -> str:
        item = table.item(row, column)
        return "" if item is None else item.text()

    return {text(row, 0): tuple(text(row, at) for at in (1, 2, 3)) for row in range(table.rowCount())}


def test_the_bar_shows_each_part_and_enter_opens_the_table(qtbot: QtBot, desktop: DesktopWindow) -> None:
    panel = panel_of(qtbot, desktop)
    bar = panel.composer.budget
    panel.add_file(BASKET)
    QTest.keyClicks(panel.composer.prompt, "why so slow")
    qtbot.waitUntil(lambda: any(part.kind is PartKind.CONTEXT for part in bar.shown.parts))
    # The server's model is none of those whose tokens are counted here.
    assert bar.shown.line.startswith("~")
    assert f" / {LIMIT // 1000}k tk · $" in bar.shown.line
    kinds = [kind for kind, _left, _right in widths(bar.shown, 200)]
    assert kinds == [PartKind.INSTRUCTIONS, PartKind.CONTEXT, PartKind.PROMPT, PartKind.FRAME]
    assert bar.accessibleName() == "Tokens and price of what would be sent"
    assert "Enter shows the parts" in bar.accessibleDescription()
    bar.setFocus()
    QTest.keyClick(bar, Qt.Key.Key_Return)
    popup = popup_of(desktop)
    shown = rows(popup)
    assert list(shown) == ["Instructions", BASKET, "Prompt", "Message marks", "Room kept for the answer"]
    assert shown["Room kept for the answer"] == ("1,000", "17 %", "")
    assert sum(int(each[0].replace(",", "")) for each in shown.values()) == 1000 + sum(
        part.tokens for part in bar.shown.parts
    )
    QTest.keyClick(popup.table, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: desktop.window.findChild(BudgetPopup) is None)
    assert panel.composer.prompt.toPlainText() == "why so slow"


def test_the_figures_stay_while_one_types(qtbot: QtBot, desktop: DesktopWindow) -> None:
    panel = panel_of(qtbot, desktop)
    bar = panel.composer.budget
    QTest.keyClicks(panel.composer.prompt, "why")
    qtbot.waitUntil(lambda: bool(bar.shown.parts))
    seen = []
    for letter in " is this so slow today" * 3:
        QTest.keyClicks(panel.composer.prompt, letter)
        qtbot.wait(20)
        seen.append(bar.shown)
    assert all(each.parts and "…" not in each.line for each in seen)
    before = sum(part.tokens for part in seen[0].parts)
    qtbot.waitUntil(lambda: sum(part.tokens for part in bar.shown.parts) > before)


def test_the_price_of_the_answer_is_said_once_there_were_some(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer
) -> None:
    panel = panel_of(qtbot, desktop)
    bar = panel.composer.budget
    for tokens in (400, 420, 900):
        server.answers("well", usage=ServerUsage(500, tokens))
    for _ in range(3):
        assert "answer" not in bar.shown.line
        ask(qtbot, panel, "and now")
    QTest.keyClicks(panel.composer.prompt, "once more")
    # 420 tokens at eight dollars the million.
    qtbot.waitUntil(lambda: bar.shown.line.endswith("+ ~$0.0034 answer"))
    QTest.mouseClick(bar, Qt.MouseButton.LeftButton)
    assert "A usual answer: about 420 tokens, ~$0.0034" in popup_of(desktop)._notes.text()


def test_counts_follow_those_of_the_server(qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer) -> None:
    panel = panel_of(qtbot, desktop)
    bar = panel.composer.budget
    panel.composer.prompt.setPlainText("and now")
    qtbot.waitUntil(lambda: bool(bar.shown.parts))
    before = sum(part.tokens for part in bar.shown.parts)
    server.answers("well", usage=ServerUsage(2 * before, 9))
    panel.composer.prompt.setPlainText("")
    ask(qtbot, panel, "and now")
    desktop.window.commands.run("chat.new")
    panel.composer.prompt.setPlainText("and now")

    def counted() -> int:
        return sum(part.tokens for part in bar.shown.parts if part.kind is not PartKind.CONTEXT)

    # Each part is rounded up; what the format adds to messages is the same for all models.
    qtbot.waitUntil(lambda: 2 * before - 11 <= counted() <= 2 * before)
    panel.add_file(BASKET)
    qtbot.waitUntil(lambda: any("  ~" in chip.text() for chip in panel.composer.chips.views))
    bar.click()
    assert "~: estimated by what its server has counted" in popup_of(desktop)._notes.text()


def test_the_models_that_are_counted_exactly_have_no_tilde(qtbot: QtBot, folder: Path, server: OpenAIServer) -> None:
    profile = ProfileSetting("Test", base_url=server.base_url, model="gpt-4.1-mini", key_source="none")
    SettingsStore(program_folders(os.environ).config).save(ModelsPage((profile,), "Test"))
    with open_desktop(qtbot, folder) as desktop:
        panel = panel_of(qtbot, desktop)
        server.answers("well", usage=ServerUsage(5000, 9))
        ask(qtbot, panel, "and now")
        panel.composer.prompt.setPlainText("and now")
        qtbot.waitUntil(lambda: bool(panel.composer.budget.shown.parts))
        assert panel.composer.budget.shown.line[0] in "123456789"
        assert sum(part.tokens for part in panel.composer.budget.shown.parts) < 1000


def test_turns_that_do_not_fit_are_named(qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer) -> None:
    panel = panel_of(qtbot, desktop)
    server.answers("word " * 2000)
    for number in range(3):
        ask(qtbot, panel, f"question {number}")
    QTest.keyClicks(panel.composer.prompt, "once more")
    bar = panel.composer.budget
    qtbot.waitUntil(lambda: bar.shown.line.endswith("1 turn left out"))
    assert bar.shown.is_short
    desktop.window.commands.run("chat.show_parts")
    said = popup_of(desktop)._warnings.text()
    assert said.startswith("The oldest 1 turn of this conversation is left out: no room beside the rest.")
    assert "“question 0” (2,0" in said
    assert "2 earlier turns" in rows(popup_of(desktop))


def test_what_does_not_fit_at_all_is_said(qtbot: QtBot, desktop: DesktopWindow) -> None:
    panel = panel_of(qtbot, desktop)
    bar = panel.composer.budget
    panel.composer.prompt.setPlainText("word " * 9000)
    qtbot.waitUntil(lambda: bar.shown.is_over)
    assert bar.shown.line == "more than the model takes"
    bar.click()
    assert "This was not sent: it has about 9," in popup_of(desktop)._warnings.text()


@pytest.mark.parametrize("size_pt", [14, 18])
def test_large_letters_and_a_narrow_chat(qtbot: QtBot, folder: Path, server: OpenAIServer, size_pt: int) -> None:
    with open_desktop(qtbot, folder) as desktop:
        desktop.window.resize(900, 700)
        panel = panel_of(qtbot, desktop)
        chat = desktop.window.findChild(ChatInWindow)
        assert chat is not None
        chat.preferences.save(AppearancePage(interface_font_size_pt=size_pt))
        qtbot.waitUntil(lambda: desktop.window.font().pointSize() == size_pt)
        panel.composer.prompt.setPlainText("word")
        bar = panel.composer.budget
        qtbot.waitUntil(lambda: bool(bar.shown.parts))
        qtbot.waitUntil(lambda: bar.height() >= bar.fontMetrics().height() + 5)
        wait_unclipped(qtbot, panel.composer)
        assert bar.width() > panel.composer.width() / 2
        bar.click()
        popup = popup_of(desktop)
        wait_unclipped(qtbot, popup)
        table = popup.table
        last = table.rowCount() - 1
        assert table.rowViewportPosition(last) + table.rowHeight(last) <= table.viewport().height()
        assert table.rowHeight(0) >= table.fontMetrics().height()

"""The composer in the whole window, whose keys and repainting it has to share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.ui.chat.chat_panel import ChatPanel
from copilot_desktop.ui.chat.conversation_list import ConversationList
from tests.support.desktop import open_desktop
from tests.support.openai_server import OpenAIServer
from tests.support.shop import make_shop, panel_of


@pytest.fixture
def desktop(qtbot: QtBot, server: OpenAIServer, tmp_path: Path) -> Iterator[DesktopWindow]:
    with open_desktop(qtbot, make_shop(tmp_path)) as shown:
        yield shown


def answered(qtbot: QtBot, desktop: DesktopWindow) -> ChatPanel:
    """The chat after one answer."""
    panel = panel_of(qtbot, desktop)
    panel.composer.prompt.setFocus()
    QTest.keyClicks(panel.composer.prompt, "first")
    QTest.keyClick(panel.composer.prompt, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: panel.composer.send.text() == "Stop")
    qtbot.waitUntil(lambda: panel.composer.send.text() == "Send")
    return panel


def test_esc_ends_the_editing_of_an_earlier_prompt(qtbot: QtBot, desktop: DesktopWindow) -> None:
    panel = answered(qtbot, desktop)
    desktop.window.commands.run("chat.edit_prompt")
    qtbot.waitUntil(lambda: panel.composer.prompt.toPlainText() == "first")
    assert panel.composer.editing.text
    QTest.keyClick(panel.composer.prompt, Qt.Key.Key_Escape)
    assert panel.composer.editing.text == ""
    assert panel.composer.prompt.toPlainText() == ""


def test_esc_leaves_the_list_of_conversations(qtbot: QtBot, desktop: DesktopWindow) -> None:
    panel = answered(qtbot, desktop)
    desktop.window.commands.run("chat.list")
    listed = panel.findChild(ConversationList)
    assert listed is not None
    qtbot.waitUntil(listed.field.hasFocus)
    QTest.keyClicks(listed.field, "fir")
    QTest.keyClick(listed.field, Qt.Key.Key_Escape)
    assert listed.field.text() == ""
    QTest.keyClick(listed.field, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not listed.isVisible())


def test_esc_stops_an_answer_wherever_the_focus_is_in_the_chat(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer
) -> None:
    server.holds("a long answer that is held", after=1)
    panel = panel_of(qtbot, desktop)
    panel.composer.prompt.setFocus()
    QTest.keyClicks(panel.composer.prompt, "first")
    QTest.keyClick(panel.composer.prompt, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: panel.composer.send.text() == "Stop")
    panel.header.model.setFocus()
    QTest.keyClick(panel.header.model, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: panel.composer.send.text() == "Send")
    server.release()


def test_the_hint_is_painted_anew_when_an_answer_has_ended(qtbot: QtBot, desktop: DesktopWindow) -> None:
    panel = answered(qtbot, desktop)
    prompt = panel.composer.prompt
    assert prompt.placeholderText() == "Ask or describe a change"
    watcher = PaintWatcher(prompt.viewport())
    panel.composer.set_busy(True)
    qtbot.waitUntil(lambda: any(area == prompt.viewport().rect() for area in watcher.areas))


def test_the_card_has_a_ring_while_its_field_has_the_focus(qtbot: QtBot, desktop: DesktopWindow) -> None:
    panel = panel_of(qtbot, desktop)
    card = panel.composer

    def edge() -> str:
        return card.grab().toImage().pixelColor(1, card.height() // 2).name()

    panel.header.model.setFocus()
    place, without = card.prompt.mapTo(card, QPoint(0, 0)), edge()
    card.focus_prompt()
    qtbot.waitUntil(lambda: edge() != without)
    assert edge() == card._theme.tokens.accent.lower()
    assert card.prompt.mapTo(card, QPoint(0, 0)) == place


class PaintWatcher(QObject):
    """Notes what of a widget is painted."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.areas: list[QRect] = []
        widget.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if isinstance(event, QPaintEvent):
            self.areas.append(event.rect())
        return False

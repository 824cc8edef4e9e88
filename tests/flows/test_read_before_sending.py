"""All that would be sent can be read before it is, and it is what is sent then."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPlainTextEdit
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.ui.chat.read_before_sending import ReadBeforeSending
from tests.support.desktop import open_desktop
from tests.support.openai_server import OpenAIServer
from tests.support.shop import BASKET, panel_of


def read(desktop: DesktopWindow) -> str:
    shown = desktop.window.findChild(ReadBeforeSending)
    assert shown is not None
    field = shown.findChild(QPlainTextEdit)
    assert field is not None
    return field.toPlainText()


def test_what_is_read_before_is_what_is_sent(qtbot: QtBot, folder: Path, server: OpenAIServer) -> None:
    with open_desktop(qtbot, folder) as desktop:
        panel = panel_of(qtbot, desktop)
        panel.add_file(BASKET)
        QTest.keyClicks(panel.composer.prompt, "why so slow")
        (folder / BASKET).write_text("newest = 'on disk'\n", encoding="utf-8")
        QTest.mouseClick(panel.composer.look, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: "why so slow" in read(desktop))
        assert "newest = 'on disk'" in read(desktop)
        QTest.keyClicks(panel.composer.prompt, " today")
        qtbot.waitUntil(lambda: "why so slow today" in read(desktop))
        shown = read(desktop)
        assert server.requests == []
        QTest.keyClick(panel.composer.prompt, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: bool(server.requests))
        for message in server.requests[-1].body["messages"]:
            assert str(message["content"]).strip() in shown


def test_it_is_opened_from_the_palette_and_closed_with_escape(qtbot: QtBot, folder: Path, server: OpenAIServer) -> None:
    with open_desktop(qtbot, folder) as desktop:
        panel = panel_of(qtbot, desktop)
        QTest.keyClicks(panel.composer.prompt, "hello")
        assert desktop.window.commands.run("chat.show_sent")
        qtbot.waitUntil(lambda: "hello" in read(desktop))
        shown = desktop.window.findChild(ReadBeforeSending)
        assert shown is not None
        QTest.keyClick(shown, Qt.Key.Key_Escape)
        assert not shown.isVisible()
        assert panel.composer.prompt.toPlainText() == "hello"


def test_a_file_that_cannot_be_read_is_said(qtbot: QtBot, folder: Path, server: OpenAIServer) -> None:
    with open_desktop(qtbot, folder) as desktop:
        panel = panel_of(qtbot, desktop)
        panel.add_file(BASKET)
        qtbot.waitUntil(lambda: bool(panel.composer.chips.views))
        qtbot.waitUntil(lambda: panel.composer.chips.views[0].chip.tokens is not None)
        (folder / BASKET).unlink()
        QTest.mouseClick(panel.composer.look, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: f"{BASKET} does not exist" in read(desktop))

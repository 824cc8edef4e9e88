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
        assert all(message in shown for message in messages_of(server))


def messages_of(server: OpenAIServer) -> list[str]:
    return [str(message["content"]).strip() for message in server.requests[-1].body["messages"]]


def shown_window(desktop: DesktopWindow) -> ReadBeforeSending:
    shown = desktop.window.findChild(ReadBeforeSending)
    assert shown is not None
    return shown


def test_what_was_read_before_is_never_seen_again(qtbot: QtBot, folder: Path, server: OpenAIServer) -> None:
    with open_desktop(qtbot, folder) as desktop:
        panel = panel_of(qtbot, desktop)
        QTest.keyClicks(panel.composer.prompt, "the first one")
        QTest.mouseClick(panel.composer.look, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: shown_window(desktop).state == "This is what Enter sends now.")
        seen: list[str] = []
        field = shown_window(desktop).findChild(QPlainTextEdit)
        assert field is not None
        assert "the first one" in field.toPlainText()
        # It is asked for once more, and closed before that is answered.
        QTest.keyClicks(panel.composer.prompt, "!")
        qtbot.wait(70)
        QTest.keyClick(shown_window(desktop), Qt.Key.Key_Escape)
        QTest.keyClick(panel.composer.prompt, Qt.Key.Key_Return)
        field.textChanged.connect(lambda: seen.append(field.toPlainText()))
        qtbot.waitUntil(lambda: bool(server.requests) and not panel.has_unsent)
        assert desktop.window.commands.run("chat.new")
        QTest.keyClicks(panel.composer.prompt, "quite another")
        QTest.mouseClick(panel.composer.look, Qt.MouseButton.LeftButton)
        assert field.toPlainText() == ""
        assert shown_window(desktop).state == "Being put together…"
        qtbot.waitUntil(lambda: "quite another" in field.toPlainText())
        assert not any("first" in text for text in seen)
        qtbot.waitUntil(lambda: shown_window(desktop).state == "This is what Enter sends now.")
        # With the window still open, another conversation is another request.
        QTest.keyClick(panel.composer.prompt, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: len(server.requests) == 2 and not panel.has_unsent)
        assert desktop.window.commands.run("chat.new")
        seen.clear()
        assert field.toPlainText() == ""
        QTest.keyClicks(panel.composer.prompt, "a third")
        qtbot.waitUntil(lambda: "a third" in field.toPlainText())
        assert not any("quite another" in text for text in seen)


def test_with_automatic_context_it_says_that_it_is_not_final_and_follows(
    qtbot: QtBot, folder: Path, server: OpenAIServer
) -> None:
    (folder / "tax.py").write_text("def tax_of(net):\n    return net * 0.19\n", encoding="utf-8")
    with open_desktop(qtbot, folder) as desktop:
        panel = panel_of(qtbot, desktop)
        assert desktop.window.commands.run("chat.automatic_context")
        for prompt in ("Explain tax_of in one line", "What is other good for"):
            panel.composer.prompt.selectAll()
            QTest.keyClicks(panel.composer.prompt, prompt)
            QTest.mouseClick(panel.composer.look, Qt.MouseButton.LeftButton)
            window = shown_window(desktop)
            assert window.state in ("Being put together…", "Not final yet: context is being looked for…")
            qtbot.waitUntil(lambda: shown_window(desktop).state == "This is what Enter sends now.")
        shown = read(desktop)
        assert "def other():" in shown
        QTest.keyClick(shown_window(desktop), Qt.Key.Key_Escape)
        QTest.keyClick(panel.composer.prompt, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: bool(server.requests))
        assert all(message in shown for message in messages_of(server))
        assert "def other():" in server.requests[-1].prompt


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

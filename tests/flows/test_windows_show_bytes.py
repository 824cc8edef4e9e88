"""Both windows on a request, before it and after it, hold what the server receives, to the byte."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPlainTextEdit, QPushButton
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.ui.chat.chat_panel import ChatPanel
from copilot_desktop.ui.chat.read_before_sending import ReadBeforeSending
from copilot_desktop.ui.chat.request_dialog import RequestDialog
from tests.support.desktop import open_desktop
from tests.support.openai_server import OpenAIServer
from tests.support.shop import BASKET, panel_of

ROUNDS = 12
HEADS = {"system": "Instructions", "user": "From you", "assistant": "From the model"}
KEY = "AKIA" + "Q3Z7M5K2X6W4P7R5"
SOURCE = "".join(f"price_{number} = {number}  # größer → „{number}“ \\t\n" for number in range(40)) + f'key = "{KEY}"\n'
LINES = SOURCE.splitlines(keepends=True)


def shown_before(desktop: DesktopWindow) -> str:
    found = desktop.window.findChild(ReadBeforeSending)
    assert found is not None
    field = found.findChild(QPlainTextEdit)
    assert field is not None
    return field.toPlainText()


def request_link(panel: ChatPanel) -> QPushButton | None:
    """Of the last turn, once it has ended."""
    turn = panel.conversation.transcript.turns[-1]
    return next((each for each in turn.findChildren(QPushButton, "show_request") if each.isVisible()), None)


def shown_after(qtbot: QtBot, panel: ChatPanel) -> str:
    link = request_link(panel)
    assert link is not None
    QTest.mouseClick(link, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: panel.window().findChild(RequestDialog) is not None)
    dialog = panel.window().findChild(RequestDialog)
    assert dialog is not None
    body = dialog.body.toPlainText()
    dialog.close()
    dialog.setParent(None)
    return body


def test_both_windows_show_what_is_received(qtbot: QtBot, folder: Path, server: OpenAIServer) -> None:
    chance = Random(5)  # noqa: S311 - selections
    (folder / BASKET).write_text(SOURCE, encoding="utf-8")
    server.answers("fine")
    with open_desktop(qtbot, folder) as desktop:
        desktop.documents.open(BASKET)
        qtbot.waitUntil(lambda: desktop.documents.current() is not None)
        for number in range(ROUNDS):
            one_round(qtbot, desktop, server, chance, number)


def one_round(qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, chance: Random, number: int) -> None:
    panel, buffer = panel_of(qtbot, desktop), desktop.documents.current()
    assert buffer is not None
    first = chance.randrange(41)
    start, end = (sum(map(len, LINES[:line])) for line in (first, chance.randint(first + 1, 41)))
    buffer.select(start, end)
    panel.add_selection()
    if number % 3 == 0:
        panel.add_file(BASKET)
    QTest.keyClicks(panel.composer.prompt, f"number {number}, and {KEY} too")
    QTest.mouseClick(panel.composer.look, Qt.MouseButton.LeftButton)
    asked = f"number {number}, and "
    qtbot.waitUntil(lambda: asked in shown_before(desktop) and " too" in shown_before(desktop))
    before = shown_before(desktop)
    QTest.keyClick(panel.composer.prompt, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(server.requests) == number + 1 and request_link(panel) is not None)
    received = server.requests[-1].body
    told = "\n\n".join(f"[{HEADS[each['role']]}]\n{each['content']}" for each in received["messages"])
    assert before == told
    assert json.loads(shown_after(qtbot, panel)) == received
    assert KEY not in json.dumps(received)

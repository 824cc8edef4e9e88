"""Secrets in what would be sent are masked, told of, and sent only where the user chooses so."""

from __future__ import annotations

import json
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPlainTextEdit
from pytestqt.qtbot import QtBot

from copilot_desktop.context.items import ContextItem, ItemKind
from copilot_desktop.conversation.prompts import item_piece
from copilot_desktop.llm.tokens import TokenCounter
from copilot_desktop.ui.chat.chat_panel import ChatPanel
from copilot_desktop.ui.chat.chips import ChipPreview
from copilot_desktop.ui.secrets_popup import SecretsPopup
from tests.support.desktop import open_desktop
from tests.support.openai_server import OpenAIServer
from tests.support.shop import panel_of

TOKEN = "ghp_" + "a1B2" * 9
WORD = "q8Zr4TnVw2XkPb7LsD3mHf6c"
CODE = f"TOKEN = '{TOKEN}'\nURL = 'postgres://app:hunter2x@db/prod'\nSALT = '{WORD}'\n"


def popup_of(qtbot: QtBot, panel: ChatPanel) -> SecretsPopup:
    qtbot.waitUntil(lambda: panel.composer.findChild(SecretsPopup) is not None)
    popup = panel.composer.findChild(SecretsPopup)
    assert popup is not None
    return popup


def sent(server: OpenAIServer) -> str:
    return json.dumps(server.requests[-1].body)


def ask(qtbot: QtBot, panel: ChatPanel, server: OpenAIServer, prompt: str) -> None:
    count = len(server.requests)
    QTest.keyClicks(panel.composer.prompt, prompt)
    QTest.keyClick(panel.composer.prompt, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(server.requests) > count and panel.composer.send.text() != "Stop")


def test_a_secret_is_sent_by_choice_alone(qtbot: QtBot, folder: Path, server: OpenAIServer) -> None:
    (folder / "keys.py").write_text(CODE, encoding="utf-8")
    with open_desktop(qtbot, folder) as desktop:
        panel = panel_of(qtbot, desktop)
        panel.add_file("keys.py")
        QTest.keyClicks(panel.composer.prompt, "is hunter2x safe")
        qtbot.waitUntil(lambda: panel.composer.secrets.isVisible())
        assert panel.composer.secrets.text() == "2 secrets masked, 1 may be a secret. Choose…"
        (chip,) = panel.composer.chips.views
        qtbot.waitUntil(lambda: "2 masked, 1 may be secret" in chip.text())
        assert "GitHub token, password in an address" in chip.toolTip()
        QTest.keyClick(chip, Qt.Key.Key_Return)
        preview = panel.composer.findChild(ChipPreview)
        assert preview is not None
        assert TOKEN not in preview.text.toPlainText()
        assert "HIDDEN_SECRET_" in preview.text.toPlainText()
        # With the frame that is sent around it.
        framed = ContextItem("", ItemKind.FILE, "keys.py", preview.text.toPlainText())
        assert chip.chip.tokens == TokenCounter().count(item_piece(framed))
        QTest.keyClick(preview.text, Qt.Key.Key_Escape)
        assert desktop.window.commands.run("chat.secrets")
        popup = popup_of(qtbot, panel)
        assert [choice.currentText() for choice in popup.choices] == [
            "Masked",
            "Masked",
            "Sent as it is in this conversation",
        ]
        QTest.keyClick(popup.choices[0], Qt.Key.Key_Down)
        assert popup.choices[0].currentText() == "Sent as it is with this prompt"
        QTest.keyClick(popup.choices[2], Qt.Key.Key_Home)
        QTest.keyClick(popup.choices[2], Qt.Key.Key_Escape)
        qtbot.waitUntil(lambda: panel.composer.secrets.text() == "2 secrets masked, 1 secret sent as it is. Choose…")
        assert server.requests == []
        ask(qtbot, panel, server, ", why?")
        assert TOKEN in sent(server)
        assert "hunter2x" not in sent(server)
        assert WORD not in sent(server)
        # That was for one prompt; in the next one it is masked again, also in the history.
        ask(qtbot, panel, server, "and now?")
        assert TOKEN not in sent(server)
        assert WORD not in sent(server)


def test_an_answer_is_copied_with_its_values(qtbot: QtBot, folder: Path, server: OpenAIServer) -> None:
    (folder / "keys.py").write_text(CODE, encoding="utf-8")
    server.answers_with(
        lambda request: "```py\n" + str(request.body["messages"][-1]["content"]).split("\n")[2] + "\n```"
    )
    with open_desktop(qtbot, folder) as desktop:
        panel = panel_of(qtbot, desktop)
        panel.add_file("keys.py")
        ask(qtbot, panel, server, "show the first line")
        assert TOKEN not in sent(server)
        qtbot.waitUntil(lambda: TOKEN in panel.conversation.transcript.turns[-1].answer.text)
        assert desktop.window.commands.run("chat.show_sent")
        qtbot.waitUntil(lambda: any("HIDDEN_SECRET_" in each.toPlainText() for each in fields()))
        assert not any(TOKEN in each.toPlainText() for each in fields())


def fields() -> list[QPlainTextEdit]:
    return [
        each
        for window in QApplication.topLevelWidgets()
        if window.isVisible()
        for each in window.findChildren(QPlainTextEdit)
        if each.isReadOnly()
    ]


def test_what_is_said_of_masked_secrets_keeps_its_place_after_a_restart(
    qtbot: QtBot, folder: Path, server: OpenAIServer
) -> None:
    (folder / "keys.py").write_text(CODE, encoding="utf-8")
    server.answers("Fine.")
    with open_desktop(qtbot, folder) as desktop:
        panel = panel_of(qtbot, desktop)
        panel.add_file("keys.py")
        ask(qtbot, panel, server, "look")
        check_note_above(qtbot, panel)
    with open_desktop(qtbot, folder) as desktop:
        check_note_above(qtbot, panel_of(qtbot, desktop))


def check_note_above(qtbot: QtBot, panel: ChatPanel) -> None:
    qtbot.waitUntil(lambda: bool(panel.conversation.transcript.turns))
    view = panel.conversation.transcript.turns[-1]
    qtbot.waitUntil(lambda: view.answer.isVisible() and bool(view.figures.text()))
    label = view.findChild(QLabel, "turn_omitted")
    assert label is not None
    masked, random = "2 secrets masked: GitHub token, password in an address.", "a long random word"
    assert label.text() == f"{masked} 1 word may be a secret and went as it is: {random}."
    qtbot.waitUntil(lambda: view.prompt.y() < label.y() < view.answer.y())
    assert view.status == ""

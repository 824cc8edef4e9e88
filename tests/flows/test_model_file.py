"""Any GGUF file as the model of the chat, in the whole window: one that is gone is a sentence, another answers."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from copilot_desktop.llm.local_server import starter_model_path
from copilot_desktop.settings.folders import program_folders
from copilot_desktop.settings.models_page import ModelsPage, ProfileSetting
from copilot_desktop.settings.store import SettingsStore
from copilot_desktop.ui.chat.cards import ErrorCard
from copilot_desktop.ui.chat.chat_panel import ChatPanel
from copilot_desktop.ui.chat.plain_text import PlainText
from tests.support.desktop import open_desktop
from tests.support.secret_service import ROOT


def profile(name: str, path: str) -> ProfileSetting:
    return ProfileSetting(
        name, "local_file", model="small", key_source="none", model_path=path, limit_tokens=2048,
        max_output_tokens=24, is_weak=True, threads=1,
    )  # fmt: skip


@pytest.mark.skipif(starter_model_path() is None, reason="the starter model is not installed")
def test_a_model_file_answers_in_the_chat(
    qtbot: QtBot, tmp_path: Path, private_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    page = ModelsPage(
        (profile("Gone", str(tmp_path / "gone.gguf")), profile("Here", str(starter_model_path()))), "Gone"
    )
    SettingsStore(program_folders(os.environ).config).save(page)
    (tmp_path / "shop").mkdir()
    with open_desktop(qtbot, tmp_path / "shop") as desktop:
        qtbot.waitUntil(lambda: desktop.window.findChild(ChatPanel) is not None)
        panel = desktop.window.findChild(ChatPanel)
        assert panel is not None
        qtbot.waitUntil(lambda: panel.header.model.text() == "Gone")
        QTest.keyClicks(panel.composer.prompt, "Say hello.")
        QTest.keyClick(panel.composer.prompt, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: panel.findChild(ErrorCard) is not None, timeout=30_000)
        card = panel.findChild(ErrorCard)
        assert card is not None
        assert "gone.gguf is not there" in said_in(card)
        (here,) = [action for action in panel.header.model.menu().actions() if action.text().startswith("Here")]
        here.trigger()
        qtbot.waitUntil(lambda: panel.header.model.text() == "Here")
        QTest.keyClicks(panel.composer.prompt, "Say hello.")
        QTest.keyClick(panel.composer.prompt, Qt.Key.Key_Return)
        qtbot.waitUntil(
            lambda: (
                len(panel.conversation.transcript.turns) == 2
                and bool(panel.conversation.transcript.turns[1].answer.text)
                and panel.composer.send.text() == "Send"
            ),
            timeout=90_000,
        )


def said_in(card: ErrorCard) -> str:
    return " ".join(text.toPlainText() for text in card.findChildren(PlainText))

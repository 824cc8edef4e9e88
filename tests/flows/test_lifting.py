"""A file that no model may see is allowed by the user alone: file by file, in words, shown, listed and taken back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.text.ranges import LineRange
from copilot_desktop.ui.chat.chat_panel import ChatPanel
from copilot_desktop.ui.notices import Banner
from copilot_desktop.ui.picker import Picker
from tests.support.desktop import open_desktop
from tests.support.in_place import prompt_of, send
from tests.support.openai_server import OpenAIServer, ServerCall
from tests.support.refusals import ask
from tests.support.shop import make_shop, opened, panel_of

PLANTED, LOGGED = "planted-words-that-stay-here", "logged-words-that-stay-here"
KEY = "sk-abcdefghijklmnop1234567890"
HERE, FOLDER = "Allow in this conversation", "Allow in this folder"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    hidden = {".env": f"FIRST={PLANTED}\nSECOND={KEY}\n", "debug.log": f"FIRST={LOGGED}\nSECOND={KEY}\n"}
    return make_shop(tmp_path, {**hidden, ".gitignore": "*.log\n"})


def banner(qtbot: QtBot, desktop: DesktopWindow, words: str) -> Banner:
    def found() -> list[Banner]:
        return [
            each for each in desktop.window.findChildren(Banner) if words in each.notice.message and each.isVisible()
        ]

    qtbot.waitUntil(lambda: bool(found()))
    return found()[0]


def choose(banner: Banner, title: str) -> None:
    (found,) = (each for each in banner.findChildren(QPushButton) if each.text() == title)
    QTest.mouseClick(found, Qt.MouseButton.LeftButton)


def allow(qtbot: QtBot, desktop: DesktopWindow, panel: ChatPanel, where: str) -> None:
    """By the offer above the prompt."""
    qtbot.waitUntil(panel.composer.allow.isVisible)
    QTest.mouseClick(panel.composer.allow, Qt.MouseButton.LeftButton)
    choose(banner(qtbot, desktop, "Let models see"), where)


def sent(server: OpenAIServer) -> str:
    return json.dumps(server.requests[-1].body)


def labels(panel: ChatPanel) -> list[str]:
    return [view.text().split("  ")[:2][-1] for view in panel.composer.chips.views]


@pytest.mark.parametrize(
    ("name", "reason"), [(".env", "looks like environment variables"), ("debug.log", "is ignored by git")]
)
def test_a_file_is_allowed_in_a_conversation_and_only_there(
    qtbot: QtBot, folder: Path, server: OpenAIServer, name: str, reason: str
) -> None:
    with open_desktop(qtbot, folder) as desktop:
        panel = panel_of(qtbot, desktop)
        panel.add_file(name)
        qtbot.waitUntil(panel.composer.allow.isVisible)
        assert f"{name} {reason} and is never given to a model." in panel.composer.notice.toPlainText()
        QTest.mouseClick(panel.composer.allow, Qt.MouseButton.LeftButton)
        question = banner(qtbot, desktop, "Let models see")
        assert f"Let models see {name}? It {reason}." in question.notice.message
        assert any(button.hasFocus() for button in question.findChildren(QPushButton))
        choose(question, HERE)
        qtbot.waitUntil(lambda: labels(panel) == ["lifted"])
        assert panel.composer.notice.isHidden()
        ask(qtbot, desktop, "what is in it")
        qtbot.waitUntil(lambda: len(server.requests) == 1)
        assert (PLANTED if name == ".env" else LOGGED) in sent(server)
        # Secrets stay masked.
        assert KEY not in sent(server)
        desktop.window.commands.run("chat.new")
        panel.add_file(name)
        qtbot.waitUntil(panel.composer.allow.isVisible)
        assert panel.composer.chips.views == ()


def test_a_file_is_allowed_in_the_folder_remembered_listed_and_taken_back(
    qtbot: QtBot, folder: Path, server: OpenAIServer
) -> None:
    with open_desktop(qtbot, folder) as desktop:
        panel = panel_of(qtbot, desktop)
        panel.add_file("debug.log")
        allow(qtbot, desktop, panel, FOLDER)
        qtbot.waitUntil(lambda: labels(panel) == ["lifted"])
    with open_desktop(qtbot, folder) as desktop:
        panel = panel_of(qtbot, desktop)
        panel.add_file("debug.log")
        qtbot.waitUntil(lambda: labels(panel) == ["lifted"])
        desktop.window.commands.run("chat.allowed_files")
        (picker,) = desktop.window.findChildren(Picker, "allowed_files")
        qtbot.waitUntil(lambda: picker.list.model().rowCount() == 1)
        assert picker.list.model().index(0, 0).data() == "debug.log"
        assert picker.list.viewport().rect().contains(picker.list.visualRect(picker.list.model().index(0, 0)))
        QTest.keyClick(picker.field, Qt.Key.Key_Return)
        banner(qtbot, desktop, "No model sees debug.log any more.")
        # A chip that was there goes no longer: what is sent is asked for when it is sent.
        ask(qtbot, desktop, "what is in it")
        qtbot.waitUntil(lambda: "never given to a model" in panel.composer.notice.toPlainText())
        assert server.requests == []


def test_what_is_asked_in_place_or_by_the_model_offers_it_too(qtbot: QtBot, folder: Path, server: OpenAIServer) -> None:
    with open_desktop(qtbot, folder) as desktop:
        panel = panel_of(qtbot, desktop)
        view = opened(qtbot, desktop, ".env")
        view.show_lines(LineRange(0, 0))
        box = prompt_of(qtbot, view)
        send(box, "change it")
        choose(banner(qtbot, desktop, "is never given to a model"), "Allow this file…")
        choose(banner(qtbot, desktop, "Let models see .env?"), HERE)
        banner(qtbot, desktop, "Models may see .env in this conversation now.")
        send(box, "")
        qtbot.waitUntil(lambda: len(server.requests) == 1)
        assert PLANTED in sent(server)
        desktop.window.commands.run("chat.model_reads")
        for _ in range(2):
            server.answers("I look.", calls=(ServerCall.of("read_file", "c1", path="debug.log"),))
            server.answers("Done.")
        ask(qtbot, desktop, "look")
        banner(qtbot, desktop, "debug.log is ignored by git")
        qtbot.waitUntil(lambda: len(server.requests) == 3)
        assert LOGGED not in sent(server)
        choose(banner(qtbot, desktop, "debug.log is ignored by git"), "Allow this file…")
        choose(banner(qtbot, desktop, "Let models see debug.log?"), HERE)
        banner(qtbot, desktop, "Models may see debug.log")
        panel.composer.focus_prompt()
        ask(qtbot, desktop, "again")
        qtbot.waitUntil(lambda: len(server.requests) == 5)
        assert LOGGED in sent(server)


def test_the_file_in_front_is_allowed_from_the_palette(qtbot: QtBot, folder: Path, server: OpenAIServer) -> None:
    with open_desktop(qtbot, folder) as desktop:
        panel = panel_of(qtbot, desktop)
        opened(qtbot, desktop, ".env")
        desktop.window.commands.run("chat.allow_file")
        choose(banner(qtbot, desktop, "Let models see .env?"), FOLDER)
        banner(qtbot, desktop, "Models may see .env in this folder now.")
        desktop.window.commands.run("chat.add_open_file")
        qtbot.waitUntil(lambda: labels(panel) == ["lifted"])
        desktop.window.commands.run("chat.allow_file")
        banner(qtbot, desktop, "Models may see .env already.")

"""What no model may see reaches none by any feature, and the answer to an attempt says so."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.support.desktop import open_desktop
from tests.support.openai_server import OpenAIServer
from tests.support.refusals import ask, block, cards, said
from tests.support.shop import make_shop, panel_of

PLANTED = "planted-words-that-stay-here"
ENV = f"FIRST={PLANTED}\nSECOND=2\nTHIRD=3\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shop = make_shop(tmp_path, {".env": ENV, "hidden.txt": ENV, ".copilotignore": "hidden.txt\n"})
    (shop / "link.txt").symlink_to(".env")
    (shop / "other.txt").symlink_to("hidden.txt")
    return shop


def all_sent(server: OpenAIServer) -> str:
    return json.dumps([request.body for request in server.requests])


@pytest.mark.parametrize("name", [".env", "hidden.txt", "link.txt", "other.txt"])
def test_it_is_not_added_and_the_user_is_told(qtbot: QtBot, folder: Path, server: OpenAIServer, name: str) -> None:
    with open_desktop(qtbot, folder) as desktop:
        panel = panel_of(qtbot, desktop)
        panel.add_file(name)
        qtbot.waitUntil(lambda: "never given to a model" in panel.composer.notice.toPlainText())
        assert panel.composer.chips.views == ()
        QTest.keyClicks(panel.composer.prompt, f"what is in {name} ")
        ask(qtbot, desktop, "SECOND")
        qtbot.waitUntil(lambda: bool(server.requests))
        assert PLANTED not in all_sent(server)


@pytest.mark.parametrize("name", [".env", "hidden.txt"])
def test_the_model_is_not_shown_its_lines_when_its_block_is_asked_for_again(
    qtbot: QtBot, folder: Path, server: OpenAIServer, name: str
) -> None:
    """By itself, after an answer whose block for such a file has no place."""
    server.answers(block(name, "FIRST=1\nSECOND=2\nTHIRD=3", "FIRST=1\nSECOND=2\nTHIRD=4"))
    with open_desktop(qtbot, folder) as desktop:
        ask(qtbot, desktop)
        qtbot.waitUntil(lambda: bool(cards(desktop)))
        qtbot.waitUntil(lambda: "never given to a model" in said(cards(desktop)[0]))
        assert len(server.requests) == 1
        assert PLANTED not in all_sent(server)

"""What an answer proposes is told in the chat while it arrives, and the proposal takes the place of that."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from tests.support.arriving_answers import FORMATS, asked, said
from tests.support.openai_server import OpenAIServer
from tests.support.shop import SOURCE, make_shop
from tests.support.slow_answers import SteppedAnswer

OTHER = "RATE = 0.2\nNAME = 'tax'\n"
_CTRL_ALT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_shop(tmp_path, {"tax.py": OTHER})


@pytest.mark.parametrize("pieces", FORMATS.values(), ids=FORMATS)
def test_the_card_counts_as_it_comes_and_the_proposal_takes_its_place(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, folder: Path, pieces: tuple[str, ...]
) -> None:
    answer = SteppedAnswer(pieces)
    server.replies(answer)
    panel = asked(qtbot, desktop)
    answer.step(2)
    qtbot.waitUntil(lambda: said(panel)[1:] == ["basket.py"])
    answer.step(2)
    added = "2 files +4 −1 Arriving … +2 −1 +2 −0"
    qtbot.waitUntil(lambda: said(panel) == [added, "basket.py", "new.py (added)"])
    turn = panel.conversation.transcript.turns[-1]
    assert not turn.proposals
    answer.finish()
    qtbot.waitUntil(lambda: len(turn.proposals) == 1)
    assert said(panel) == []
    files = turn.proposals[0].summary.files
    assert [(file.path, file.added_lines, file.removed_lines) for file in files] == [
        ("basket.py", 2, 1),
        ("new.py", 2, 0),
    ]
    assert (folder / "basket.py").read_text(encoding="utf-8") == SOURCE
    assert not (folder / "new.py").exists()

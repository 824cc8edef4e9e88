"""What an answer proposes is told in the chat while it arrives, and the proposal takes the place of that."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.ui.chat.arriving_card import ArrivingCard
from copilot_desktop.ui.chat.chat_panel import ChatPanel
from copilot_desktop.ui.chat.plain_text import PlainText
from tests.support.desktop import open_desktop
from tests.support.openai_server import OpenAIServer
from tests.support.shop import SOURCE, make_shop, panel_of, serving_model, wait_for_review
from tests.support.slow_answers import SteppedAnswer

OTHER = "RATE = 0.2\nNAME = 'tax'\n"
_CTRL_ALT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier

PAIR = (
    "Net prices.\n\nbasket.py\n```python\n<<<<<<< SEARCH\n    return sum(items)\n=======\n",
    "    net = [item.net for item in items]\n",
    "    return sum(net)\n>>>>>>> REPLACE\n```\n\nnew.py\n```python\n",
    "A = 1\nB = 2\n",
    "```\n",
)
PATCH = (
    "*** Begin Patch\n*** Update File: basket.py\n@@\n-    return sum(items)\n",
    "+    net = [item.net for item in items]\n",
    "+    return sum(net)\n*** Add File: new.py\n",
    "+A = 1\n+B = 2\n",
    "*** End Patch\n",
)
DIFF = (
    "```diff\n--- a/basket.py\n+++ b/basket.py\n@@ -1,2 +1,3 @@\n def total(items):\n-    return sum(items)\n",
    "+    net = [item.net for item in items]\n",
    "+    return sum(net)\n--- /dev/null\n+++ b/new.py\n@@ -0,0 +1,2 @@\n",
    "+A = 1\n+B = 2\n",
    "```\n",
)
WHOLE = (
    "basket.py\n```python\ndef total(items):\n",
    "    net = [item.net for item in items]\n    return sum(net)\n\n",
    "\ndef other():\n    return 1\n```\n\nnew.py\n```python\n",
    "A = 1\nB = 2\n",
    "```\n",
)


@pytest.fixture
def server(private_home: Path) -> Iterator[OpenAIServer]:
    with serving_model() as running:
        yield running


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_shop(tmp_path, {"tax.py": OTHER})


@pytest.fixture
def desktop(qtbot: QtBot, folder: Path, server: OpenAIServer) -> Iterator[DesktopWindow]:
    with open_desktop(qtbot, folder) as shown:
        wait_for_review(qtbot, shown)
        yield shown


def send(panel: ChatPanel, prompt: str) -> None:
    QTest.keyClicks(panel.composer.prompt, prompt)
    QTest.keyClick(panel.composer.prompt, Qt.Key.Key_Return)


def asked(qtbot: QtBot, desktop: DesktopWindow, *, with_file: bool = True) -> ChatPanel:
    """A prompt is sent with basket.py."""
    panel = panel_of(qtbot, desktop)
    if with_file:
        panel.add_file("basket.py")
        qtbot.waitUntil(lambda: len(panel.composer.chips.views) == 1)
    send(panel, "use net prices")
    qtbot.waitUntil(lambda: len(panel.conversation.transcript.turns) == 1)
    return panel


def said(panel: ChatPanel) -> list[str]:
    """What the arriving card of the last turn says: its figures, then a line for each file; empty: there is none."""
    turns = panel.conversation.transcript.turns
    card = turns[-1].findChild(ArrivingCard) if turns else None
    if card is None or card.isHidden():
        return []
    rows = [each.toPlainText() for each in card.findChildren(PlainText) if not each.isHidden()]
    figures = [each.text() for each in card.findChildren(QLabel) if not each.isHidden() and each.text()]
    return [" ".join(figures), *rows]


@pytest.mark.parametrize("pieces", [PAIR, PATCH, DIFF, WHOLE], ids=["pair", "patch", "diff", "whole"])
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

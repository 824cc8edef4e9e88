"""Answers in each format that change the shop's basket and add a file, and what the window says of them meanwhile."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.ui.chat.arriving_card import ArrivingCard
from copilot_desktop.ui.chat.chat_panel import ChatPanel
from copilot_desktop.ui.chat.plain_text import PlainText
from tests.support.shop import panel_of

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
FORMATS = {"pair": PAIR, "patch": PATCH, "diff": DIFF, "whole": WHOLE}
"""In pieces: after the second basket.py grows, after the fourth new.py does, and then the answer ends."""


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

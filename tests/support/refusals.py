"""Answers with blocks that have no place, and the cards that show them."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.ui.chat.refused_block_card import RefusedBlockCard
from tests.support.openai_server import OpenAIServer
from tests.support.shop import panel_of

STOCK = "def stock(items):\n    found = count(items)\n    return found\n\n\ndef left(items):\n    return found\n"


def block(path: str, old: str, new: str) -> str:
    """A search/replace block as a model writes it."""
    return f"{path}\n```python\n<<<<<<< SEARCH\n{old}\n=======\n{new}\n>>>>>>> REPLACE\n```\n"


NOT_FOUND = block(
    "stock.py",
    "def stock(items, unit):\n    amount = count(items, unit)\n    return amount",
    "def stock(items, unit):\n    amount = count(items, unit)\n    return 2 * amount",
)
"""The lines differ too much to be placed, and there is one place that they are most like."""
REPAIRED = block(
    "stock.py",
    "def stock(items):\n    found = count(items)\n    return found",
    "def stock(items):\n    found = count(items)\n    return 2 * found",
)
AMBIGUOUS = block("stock.py", "    return found", "    return found + 1")
NO_FILE = block("nowhere.py", "x = 1", "x = 2")
PLACED = block("basket.py", "    return sum(items)", "    return sum(item.net for item in items)")


def cards(desktop: DesktopWindow) -> list[RefusedBlockCard]:
    """The cards of refused blocks that are shown."""
    return [card for card in desktop.window.findChildren(RefusedBlockCard) if not card.isHidden()]


def ask(qtbot: QtBot, desktop: DesktopWindow, prompt: str = "use net prices") -> None:
    """Type a prompt and send it."""
    panel = panel_of(qtbot, desktop)
    QTest.keyClicks(panel.composer.prompt, prompt)
    QTest.keyClick(panel.composer.prompt, Qt.Key.Key_Return)


def asked(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, answer: str, count: int, *, then: str = ""
) -> list[RefusedBlockCard]:
    """The cards once an answer has come of which so many blocks are refused; `then` is what is answered next."""
    server.answers(answer)
    if then:
        server.answers(then)
    ask(qtbot, desktop)
    qtbot.waitUntil(lambda: len(cards(desktop)) == count)
    return cards(desktop)


def press(card: QWidget, name: str, key: Qt.Key = Qt.Key.Key_Space) -> None:
    """Press a button as with the keyboard."""
    found = card.findChild(QPushButton, name) or card.findChild(QToolButton, name)
    assert found is not None
    assert not found.isHidden()
    found.setFocus()
    QTest.keyClick(found, key)


def shown_buttons(card: QWidget) -> set[str]:
    """The titles of its buttons."""
    return {found.text() for found in card.findChildren(QPushButton) if found.text() and not found.isHidden()}


def said(card: QWidget, name: str = "refused_said") -> str:
    """What a label says."""
    found = card.findChild(QLabel, name)
    assert found is not None
    return found.text()

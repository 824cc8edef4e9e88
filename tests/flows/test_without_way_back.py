"""What does not fit into the store of old contents is asked about in the window, and nothing is written before."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.ui.history.history_view import HistoryView
from copilot_desktop.ui.history_in_window import HistoryInWindow
from tests.support.desktop import open_desktop
from tests.support.history_page import LIMIT_MS, applier_of, open_history, write_step
from tests.support.openai_server import OpenAIServer
from tests.support.shop import ANSWER, SOURCE, WANTED, ask_with_the_first_lines, opened, review_of, shown_review

APPLY = "Apply without a way back"


def choice(desktop: DesktopWindow, title: str) -> QPushButton | None:
    """A button of a notice."""
    found = [each for each in desktop.window.findChildren(QPushButton) if each.text() == title and each.isVisible()]
    return found[0] if found else None


def choose(qtbot: QtBot, desktop: DesktopWindow, title: str) -> None:
    """Press a button of a notice by the keyboard, and wait until the notice goes."""
    qtbot.waitUntil(lambda: choice(desktop, title) is not None, timeout=LIMIT_MS)
    pressed = choice(desktop, title)
    assert pressed is not None
    pressed.setFocus()
    QTest.keyClick(pressed, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: choice(desktop, title) is None, timeout=LIMIT_MS)


@pytest.fixture
def desktop(qtbot: QtBot, folder: Path, server: OpenAIServer) -> Iterator[DesktopWindow]:
    with open_desktop(qtbot, folder) as shown:
        yield shown


def test_an_accept_asks_and_is_written_only_then(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, folder: Path
) -> None:
    view = opened(qtbot, desktop)
    server.answers(ANSWER)
    ask_with_the_first_lines(qtbot, desktop, view)
    review_of(desktop).size_limit = lambda: 10
    shown = shown_review(qtbot, desktop)
    shown.diff.setFocus()
    QTest.keyClick(shown.diff, Qt.Key.Key_A)
    choose(qtbot, desktop, "Cancel")
    assert (folder / "basket.py").read_text() == SOURCE
    assert len(review_of(desktop).state.pending()) == 1

    shown.diff.setFocus()
    QTest.keyClick(shown.diff, Qt.Key.Key_A)
    choose(qtbot, desktop, APPLY)
    qtbot.waitUntil(lambda: view.snapshot().text == WANTED, timeout=LIMIT_MS)
    assert (folder / "basket.py").read_text() == WANTED
    (entry,) = applier_of(folder).history.entries()
    assert not entry.is_kept
    assert not review_of(desktop).state.pending()


def test_putting_back_from_the_history_asks(qtbot: QtBot, desktop: DesktopWindow, folder: Path) -> None:
    write_step(folder, {"a.txt": "one\n" * 20})
    write_step(folder, {"a.txt": "two\n" * 20})
    view: HistoryView = open_history(qtbot, desktop, 2)
    in_window = desktop.window.findChild(HistoryInWindow)
    assert in_window is not None
    in_window.history.size_limit = lambda: 10
    newest = applier_of(folder).history.entries()[0].entry_id
    qtbot.waitUntil(lambda: view.timeline.current_id == newest, timeout=LIMIT_MS)
    in_window.history.take_back(newest)
    choose(qtbot, desktop, "Cancel")
    assert (folder / "a.txt").read_text() == "two\n" * 20
    in_window.history.take_back(newest)
    choose(qtbot, desktop, APPLY)
    qtbot.waitUntil(lambda: (folder / "a.txt").read_text() == "one\n" * 20, timeout=LIMIT_MS)

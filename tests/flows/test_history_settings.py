"""Settings → History in the whole window: what old contents take on the disk, and clearing them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.settings.folders import program_folders
from copilot_desktop.ui.history.history_view import HistoryView
from copilot_desktop.ui.preferences.preferences_page import PreferencesPage
from copilot_desktop.workspace.checkpoints.pruning import Pruner
from tests.support.desktop import open_desktop
from tests.support.history_page import LIMIT_MS, applier_of, open_history, wait_for_steps, write_step
from tests.support.preferences import settings_page

STEPS = 6


@pytest.fixture
def place(tmp_path: Path, private_home: Path) -> Path:
    folder = tmp_path / "place"
    folder.mkdir()
    return folder


@pytest.fixture
def shown(qtbot: QtBot, place: Path) -> Iterator[DesktopWindow]:
    with open_desktop(qtbot, place) as desktop:
        yield desktop


def label(page: PreferencesPage, name: str) -> str:
    found = page.findChild(QLabel, name)
    assert found is not None
    return found.text()


def clear_button(page: PreferencesPage) -> QPushButton:
    found = page.findChild(QPushButton, "store_clear")
    assert found is not None
    return found


def question() -> QMessageBox | None:
    box = QApplication.activeModalWidget()
    return box if isinstance(box, QMessageBox) and box.objectName() == "store_clear_question" else None


def answer(qtbot: QtBot, name: str) -> None:
    """Answer the question by the mouse."""
    qtbot.waitUntil(lambda: question() is not None, timeout=LIMIT_MS)
    box = question()
    assert box is not None
    button = box.findChild(QPushButton, name)
    assert button is not None
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def wait_for_words(qtbot: QtBot, page: PreferencesPage, words: str) -> None:
    """Wait until the line below the button says how it ended."""
    qtbot.waitUntil(lambda: label(page, "store_status") not in ("", "Clearing …"), timeout=LIMIT_MS)
    assert words in label(page, "store_status")


def write_steps(place: Path) -> None:
    for number in range(STEPS):
        write_step(place, {"a.txt": f"{number} " * 50_000}, f"Step {number}")


def test_without_a_history_there_is_nothing_to_clear(qtbot: QtBot, shown: DesktopWindow) -> None:
    page = settings_page(qtbot, shown, "History")
    qtbot.waitUntil(lambda: label(page, "store_size") == "Nothing is kept yet.", timeout=LIMIT_MS)
    assert not clear_button(page).isEnabled()


def test_clearing_asks_first_and_keeps_the_last_step(qtbot: QtBot, shown: DesktopWindow, place: Path) -> None:
    write_steps(place)
    page = settings_page(qtbot, shown, "History")
    qtbot.waitUntil(lambda: label(page, "store_size").startswith("The history of 1 folder takes"), timeout=LIMIT_MS)
    assert label(page, "store_size").endswith(" KB.")
    before = Pruner(program_folders(os.environ).state).size_bytes()

    clear_button(page).setFocus()
    QTest.keyClick(clear_button(page), Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: question() is not None, timeout=LIMIT_MS)
    box = question()
    assert box is not None
    assert "cannot be undone" in box.informativeText()
    assert "the last step of each folder" in box.informativeText()
    QTest.keyClick(box, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: question() is None, timeout=LIMIT_MS)
    assert Pruner(program_folders(os.environ).state).size_bytes() == before

    QTest.mouseClick(clear_button(page), Qt.MouseButton.LeftButton)
    answer(qtbot, "store_clear_yes")
    wait_for_words(qtbot, page, "Freed ")
    qtbot.waitUntil(clear_button(page).isEnabled, timeout=LIMIT_MS)
    assert Pruner(program_folders(os.environ).state).size_bytes() < before / 2

    history = applier_of(place).history
    assert [entry.title for entry in history.entries()] == [f"Step {STEPS - 1}"]
    applier_of(place).restore(history.entries()[0].entry_id)
    assert (place / "a.txt").read_text() == f"{STEPS - 2} " * 50_000


def test_a_folder_that_is_written_to_is_left_and_named(qtbot: QtBot, shown: DesktopWindow, place: Path) -> None:
    write_steps(place)
    page = settings_page(qtbot, shown, "History")
    qtbot.waitUntil(clear_button(page).isEnabled, timeout=LIMIT_MS)
    with applier_of(place).writing():
        QTest.mouseClick(clear_button(page), Qt.MouseButton.LeftButton)
        answer(qtbot, "store_clear_yes")
        wait_for_words(qtbot, page, "left as it is")
    assert len(applier_of(place).history.entries()) == STEPS


def test_the_history_page_leads_there_and_follows(qtbot: QtBot, shown: DesktopWindow, place: Path) -> None:
    write_steps(place)
    view: HistoryView = open_history(qtbot, shown, STEPS)
    link = next(each for each in view.findChildren(QPushButton) if each.text() == "Settings")
    QTest.mouseClick(link, Qt.MouseButton.LeftButton)
    page = shown.window.findChild(PreferencesPage)
    assert page is not None
    assert page.sections.currentItem().text() == "History"
    qtbot.waitUntil(clear_button(page).isEnabled, timeout=LIMIT_MS)
    QTest.mouseClick(clear_button(page), Qt.MouseButton.LeftButton)
    answer(qtbot, "store_clear_yes")
    wait_for_words(qtbot, page, "Freed ")
    shown.window.commands.run("history.open")
    wait_for_steps(qtbot, shown, 1)

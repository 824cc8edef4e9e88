"""Saving where another program was faster, or the disk refuses: which file was not saved, why, and what to do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.ui.document_page import DocumentPage
from copilot_desktop.ui.notices import Notice
from tests.flows.test_file_commands import answer_save_as
from tests.support.desktop import ask_at_closing, is_closed, open_desktop

NAMES = ("a.txt", "b.txt", "c.txt")
CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "shop"
    root.mkdir()
    for name in NAMES:
        (root / name).write_text("one\n")
    return root


@pytest.fixture
def desktop(qtbot: QtBot, folder: Path) -> Iterator[DesktopWindow]:
    """Three tabs with unsaved text; c.txt is in front."""
    with open_desktop(qtbot, folder) as shown:
        ask_at_closing(shown)
        for name in NAMES:
            shown.documents.open(name)
            qtbot.waitUntil(lambda name=name: shown.window.editors.view_of(name) is not None)  # type: ignore[misc]
            view = shown.window.editors.view_of(name)
            assert view is not None
            QTest.keyClicks(view.code, "mine ")
        yield shown


def page(desktop: DesktopWindow, name: str) -> DocumentPage:
    document = desktop.documents.documents.find(name)
    assert document is not None
    found = desktop.window.editors.page_of(document.document_id)
    assert found is not None
    return found


def changed_outside(qtbot: QtBot, desktop: DesktopWindow, folder: Path, name: str) -> None:
    (folder / name).write_text("theirs\n")
    qtbot.waitUntil(lambda: page(desktop, name).banner() is not None)


def click(qtbot: QtBot, desktop: DesktopWindow, name: str) -> None:
    """Press the button of this name that is shown, or will be soon."""

    def shown() -> list[QPushButton]:
        return [each for each in desktop.window.findChildren(QPushButton, name) if each.isVisible()]

    qtbot.waitUntil(lambda: bool(shown()))
    QTest.mouseClick(shown()[0], Qt.MouseButton.LeftButton)


def said(desktop: DesktopWindow) -> Notice | None:
    """What the window says about saving."""
    return next((notice for notice in desktop.window.notices.shown() if notice.key == "save"), None)


def is_in_front(desktop: DesktopWindow, name: str) -> bool:
    return desktop.window.editors.tabs.currentWidget() is page(desktop, name)


def text_on_disk(folder: Path) -> list[str]:
    return [(folder / name).read_text() for name in NAMES]


def test_quitting_says_which_file_was_not_saved_and_shows_its_choices(
    qtbot: QtBot, desktop: DesktopWindow, folder: Path
) -> None:
    changed_outside(qtbot, desktop, folder, "a.txt")
    stayed: list[bool] = []
    desktop.files.stayed_open.connect(lambda: stayed.append(True))
    QTest.keyClick(page(desktop, "c.txt").view.code, Qt.Key.Key_Q, CTRL)
    click(qtbot, desktop, "ask_unsaved.save")
    qtbot.waitUntil(lambda: said(desktop) is not None)
    assert stayed == [True]
    notice = said(desktop)
    assert notice is not None
    assert notice.message == "a.txt was changed by another program, so it was not written."
    assert notice.advice.startswith("The window stays open.")
    assert desktop.window.isVisible()
    assert is_in_front(desktop, "a.txt")
    assert desktop.window.focusWidget() is page(desktop, "a.txt").view.code
    # The others are saved, though one before them was not.
    assert text_on_disk(folder) == ["theirs\n", "mine one\n", "mine one\n"]
    qtbot.waitUntil(lambda: "Not saved" in (page(desktop, "a.txt").banner() or Notice("")).message)
    click(qtbot, desktop, "banner.overwrite")
    qtbot.waitUntil(lambda: said(desktop) is None)
    assert page(desktop, "a.txt").banner() is None
    assert text_on_disk(folder) == ["mine one\n"] * 3
    desktop.window.close()
    qtbot.waitUntil(lambda: is_closed(desktop))


def test_a_change_nobody_saw_before_the_save_gets_its_banner(
    qtbot: QtBot, desktop: DesktopWindow, folder: Path
) -> None:
    (folder / "b.txt").write_text("theirs\n")
    desktop.window.close()
    click(qtbot, desktop, "ask_unsaved.save")
    qtbot.waitUntil(lambda: said(desktop) is not None)
    assert is_in_front(desktop, "b.txt")
    qtbot.waitUntil(lambda: page(desktop, "b.txt").banner() is not None)
    click(qtbot, desktop, "banner.take_theirs")
    qtbot.waitUntil(lambda: said(desktop) is None)
    assert page(desktop, "b.txt").view.text() == "theirs\n"


def test_closing_a_tab_that_is_not_in_front(qtbot: QtBot, desktop: DesktopWindow, folder: Path) -> None:
    changed_outside(qtbot, desktop, folder, "b.txt")
    cross = next(
        button
        for button in desktop.window.findChildren(QToolButton, "editor_tabs.close")
        if button.accessibleName() == "Close b.txt"
    )
    cross.click()
    click(qtbot, desktop, "ask_unsaved.save")
    qtbot.waitUntil(lambda: said(desktop) is not None)
    notice = said(desktop)
    assert notice is not None
    assert notice.message.startswith("b.txt was changed by another program")
    assert notice.advice.startswith("The tab stays open.")
    assert is_in_front(desktop, "b.txt")
    assert page(desktop, "b.txt").view.text() == "mine one\n"
    assert text_on_disk(folder) == ["one\n", "theirs\n", "one\n"]


def test_save_all_names_every_file_that_was_not_saved(qtbot: QtBot, desktop: DesktopWindow, folder: Path) -> None:
    changed_outside(qtbot, desktop, folder, "b.txt")
    (folder / "c.txt").chmod(0o444)
    QTest.keyClick(page(desktop, "a.txt").view.code, Qt.Key.Key_S, CTRL | ALT)
    qtbot.waitUntil(lambda: said(desktop) is not None)
    notice = said(desktop)
    assert notice is not None
    assert notice.message == "2 files were not saved."
    assert "b.txt was changed by another program" in notice.advice
    assert "c.txt" in notice.advice
    assert is_in_front(desktop, "b.txt")
    assert text_on_disk(folder) == ["mine one\n", "theirs\n", "one\n"]
    click(qtbot, desktop, "banner.take_theirs")
    # One of them is no longer unsaved: the other is what is left to say.
    qtbot.waitUntil(lambda: "c.txt" in (said(desktop) or Notice("")).message)
    (folder / "c.txt").chmod(0o644)
    QTest.keyClick(page(desktop, "b.txt").view.code, Qt.Key.Key_S, CTRL | ALT)
    qtbot.waitUntil(lambda: text_on_disk(folder) == ["mine one\n", "theirs\n", "mine one\n"])
    qtbot.waitUntil(lambda: not desktop.documents.dirty())
    assert said(desktop) is None


def test_saving_the_tab_in_front_says_so_over_its_text_alone(
    qtbot: QtBot, desktop: DesktopWindow, folder: Path
) -> None:
    changed_outside(qtbot, desktop, folder, "c.txt")
    QTest.keyClick(page(desktop, "c.txt").view.code, Qt.Key.Key_S, CTRL)
    qtbot.waitUntil(lambda: "Not saved" in (page(desktop, "c.txt").banner() or Notice("")).message)
    assert said(desktop) is None
    # Another change meanwhile: it is still not saved.
    (folder / "c.txt").write_text("theirs again\n")
    qtbot.wait(1000)
    assert "Not saved" in (page(desktop, "c.txt").banner() or Notice("")).message


def test_a_name_that_is_not_given_ends_the_saving_and_what_failed_before_is_said(
    qtbot: QtBot, desktop: DesktopWindow, folder: Path
) -> None:
    changed_outside(qtbot, desktop, folder, "a.txt")
    desktop.window.commands.run("file.new")
    qtbot.waitUntil(lambda: len(desktop.documents.documents) == 4)
    view = desktop.window.editors.current_view()
    assert view is not None
    QTest.keyClicks(view.code, "new")
    desktop.window.close()
    click(qtbot, desktop, "ask_unsaved.save")
    qtbot.waitUntil(lambda: bool(desktop.window.findChildren(QFileDialog, "dialog.save_as")))
    desktop.window.findChildren(QFileDialog, "dialog.save_as")[0].reject()
    qtbot.waitUntil(lambda: said(desktop) is not None)
    assert is_in_front(desktop, "a.txt")
    assert desktop.window.isVisible()
    assert text_on_disk(folder) == ["theirs\n", "mine one\n", "mine one\n"]


def test_a_read_only_file_is_saved_under_another_name(qtbot: QtBot, desktop: DesktopWindow, folder: Path) -> None:
    (folder / "c.txt").chmod(0o444)
    QTest.keyClick(page(desktop, "c.txt").view.code, Qt.Key.Key_S, CTRL)
    click(qtbot, desktop, "banner.save_as…")
    answer_save_as(qtbot, desktop, folder / "mine.txt")
    qtbot.waitUntil((folder / "mine.txt").exists)
    assert (folder / "mine.txt").read_text() == "mine one\n"
    qtbot.waitUntil(lambda: not desktop.documents.is_dirty("mine.txt"))
    assert (folder / "c.txt").read_text() == "one\n"
    assert said(desktop) is None

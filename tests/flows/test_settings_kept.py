"""What is typed in Settings and not saved outlives the program, and what cannot be kept is asked about."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from copilot_desktop.app.command_line import Place
from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.app.program import Program
from copilot_desktop.ui.chat_in_window import ChatInWindow
from copilot_desktop.ui.preferences.preferences_page import PreferencesPage
from tests.support.desktop import is_closed, open_desktop, open_program
from tests.support.disk_faults import fill_disk, small_disk
from tests.support.preferences import settings_page

_LEFT, _CTRL = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier
_BACK = "Settings that were typed and not saved are there again."
PASTED = "sk-test-not-a-real-key-7788"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "project"
    place.mkdir()
    return place


def models_page(qtbot: QtBot, desktop: DesktopWindow) -> PreferencesPage:
    qtbot.waitUntil(lambda: desktop.window.findChild(ChatInWindow) is not None)
    page = settings_page(qtbot, desktop, "Models")
    qtbot.waitUntil(lambda: page.models.list.count() > 0)
    return page


def type_profile(page: PreferencesPage, name: str) -> None:
    QTest.mouseClick(page.models.add, _LEFT)
    page.models.fields.name.clear()
    QTest.keyClicks(page.models.fields.name, name)


def press_quit(qtbot: QtBot, desktop: DesktopWindow) -> None:
    # A question that was answered may have been the active window.
    desktop.window.activateWindow()
    qtbot.waitUntil(desktop.window.isActiveWindow)
    QTest.keyClick(desktop.window, Qt.Key.Key_Q, _CTRL)


def quit_by_key(qtbot: QtBot, desktop: DesktopWindow) -> None:
    press_quit(qtbot, desktop)
    qtbot.waitUntil(lambda: is_closed(desktop))


def shown_again(qtbot: QtBot, desktop: DesktopWindow) -> PreferencesPage:
    """Settings, by the button of the notice that says what came back."""
    banners = desktop.window.notices
    qtbot.waitUntil(lambda: _BACK in [each.message for each in banners.shown()])
    button = banners.findChild(QPushButton, "banner.show")
    assert button is not None
    QTest.mouseClick(button, _LEFT)
    page = desktop.window.findChild(PreferencesPage)
    assert page is not None
    return page


def question(qtbot: QtBot, desktop: DesktopWindow, answer: str) -> QPushButton:
    qtbot.waitUntil(lambda: desktop.window.findChild(QPushButton, f"ask_unkept.{answer}") is not None)
    button = desktop.window.findChild(QPushButton, f"ask_unkept.{answer}")
    assert button is not None
    return button


def test_a_profile_half_typed_is_there_again_after_a_restart(qtbot: QtBot, folder: Path) -> None:
    with open_desktop(qtbot, folder) as first:
        page = models_page(qtbot, first)
        type_profile(page, "Half done")
        page.models.fields.model.setEditText("m-1")
        quit_by_key(qtbot, first)
    with open_desktop(qtbot, folder) as second:
        qtbot.waitUntil(lambda: _BACK in [each.message for each in second.window.notices.shown()])
        page = models_page(qtbot, second)  # not by the button of the notice, which takes that away
        qtbot.waitUntil(lambda: page.models.fields.name.text() == "Half done")
        assert page.models.fields.model.currentText() == "m-1"
        assert page.models.status.text() == "These changes are not saved yet."
        page.models.fields.base_url.setEditText("http://localhost:9/v1")
        QTest.mouseClick(page.models.save, _LEFT)
        qtbot.waitUntil(lambda: page.models.status.text() == "Saved.")
        assert _BACK not in [each.message for each in second.window.notices.shown()]
        quit_by_key(qtbot, second)
    with open_desktop(qtbot, folder) as third:
        page = models_page(qtbot, third)
        assert page.models.profiles.names() == ["Half done", "Built-in"]
        assert page.models.status.text() == ""
        assert _BACK not in [each.message for each in third.window.notices.shown()]


def test_a_profile_discarded_does_not_come_back(qtbot: QtBot, folder: Path) -> None:
    with open_desktop(qtbot, folder) as first:
        page = models_page(qtbot, first)
        type_profile(page, "Half done")
        quit_by_key(qtbot, first)
    with open_desktop(qtbot, folder) as second:
        page = shown_again(qtbot, second)
        qtbot.waitUntil(lambda: page.models.fields.name.text() == "Half done")
        QTest.mouseClick(page.models.delete, _LEFT)
        qtbot.waitUntil(lambda: page.models.list.count() == 1)
        quit_by_key(qtbot, second)
    with open_desktop(qtbot, folder) as third:
        page = models_page(qtbot, third)
        qtbot.wait(300)
        assert page.models.list.count() == 1


def test_the_text_of_a_file_half_typed_is_there_again(qtbot: QtBot, folder: Path) -> None:
    with open_desktop(qtbot, folder) as first:
        page = models_page(qtbot, first)
        page = settings_page(qtbot, first, "Editor")
        QTest.mouseClick(page.file_button, _LEFT)
        qtbot.waitUntil(lambda: "version" in page.file.text.toPlainText())
        QTest.keyClicks(page.file.text, "half typed ")
        typed = page.file.text.toPlainText()
        quit_by_key(qtbot, first)
    with open_desktop(qtbot, folder) as second:
        page = shown_again(qtbot, second)
        qtbot.waitUntil(lambda: page.file.isVisible() and page.file.text.toPlainText() == typed)
        assert page.file.status.text() == "These changes are not saved yet."
        QTest.mouseClick(page.file.reload, _LEFT)
        qtbot.waitUntil(lambda: not page.file.is_changed)
        quit_by_key(qtbot, second)
    with open_desktop(qtbot, folder) as third:
        page = models_page(qtbot, third)
        assert page.file.isHidden()


def test_two_windows_with_a_new_profile_each_keep_both(qtbot: QtBot, tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()

    def typed_in(program: Program, number: int, name: str) -> None:
        type_profile(models_page(qtbot, program.windows[number]), name)

    with open_program(qtbot, tmp_path / "one") as program:
        program.open_places([Place(tmp_path / "two")])
        qtbot.waitUntil(lambda: len(program.windows) == 2 and all(each.core for each in program.windows))
        typed_in(program, 0, "First")
        typed_in(program, 1, "Second")
        program.quit()
        qtbot.waitUntil(lambda: not program.windows)
    with open_desktop(qtbot, tmp_path / "one") as desktop:
        page = shown_again(qtbot, desktop)
        names: list[str] = []
        for _ in range(2):
            qtbot.waitUntil(lambda: page.models.fields.name.text() not in ("", *names))
            names.append(page.models.fields.name.text())
            page.models.fields.base_url.setEditText("http://localhost:9/v1")
            page.models.fields.model.setEditText("m-1")
            QTest.mouseClick(page.models.save, _LEFT)
            qtbot.waitUntil(lambda: page.models.status.text() == "Saved.")
            page.models.list.setCurrentRow(page.models.list.count() - 1)
        assert sorted(names) == ["First", "Second"]


def test_a_key_in_a_wrong_field_is_not_written_and_is_asked_about(
    qtbot: QtBot, folder: Path, private_home: Path
) -> None:
    with open_desktop(qtbot, folder) as desktop:
        page = models_page(qtbot, desktop)
        type_profile(page, "Half done")
        page.models.fields.model.setEditText(PASTED)
        qtbot.wait(400)
        press_quit(qtbot, desktop)
        QTest.mouseClick(question(qtbot, desktop, "stay"), _LEFT)
        qtbot.waitUntil(lambda: desktop.window.findChild(QPushButton, "ask_unkept.stay") is None)
        assert not is_closed(desktop)
        assert page.models.fields.model.currentText() == PASTED
        press_quit(qtbot, desktop)
        QTest.mouseClick(question(qtbot, desktop, "close"), _LEFT)
        qtbot.waitUntil(lambda: is_closed(desktop))
    assert [path for path in private_home.rglob("*") if path.is_file() and PASTED.encode() in path.read_bytes()] == []
    with open_desktop(qtbot, folder) as second:
        page = shown_again(qtbot, second)
        # The rest of it was kept.
        qtbot.waitUntil(lambda: page.models.fields.name.text() == "Half done")
        assert page.models.fields.model.currentText() == ""


def test_on_a_full_disk_the_user_is_asked(qtbot: QtBot, folder: Path, private_home: Path) -> None:
    home = private_home / "copilot-desktop"
    with small_disk(home, 4_000), open_desktop(qtbot, folder) as desktop:
        page = models_page(qtbot, desktop)
        qtbot.wait(500)
        filler = fill_disk(home)
        type_profile(page, "Half done")
        press_quit(qtbot, desktop)
        QTest.mouseClick(question(qtbot, desktop, "stay"), _LEFT)
        qtbot.waitUntil(lambda: desktop.window.findChild(QPushButton, "ask_unkept.stay") is None)
        assert not is_closed(desktop)
        filler.unlink()
        # There is room now: nothing is asked.
        quit_by_key(qtbot, desktop)

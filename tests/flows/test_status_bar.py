"""The status bar by mouse, and the menus by their underlined letters."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMainWindow, QMenu, QToolButton
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.editor.view import EditorView
from copilot_desktop.settings.models_page import ProfileSetting
from copilot_desktop.ui.chat_in_window import ChatInWindow
from copilot_desktop.ui.go_to_line import GoToLine
from copilot_desktop.ui.mnemonics import with_mnemonics
from copilot_desktop.ui.pick_list import PickList
from copilot_desktop.ui.status_bar import StatusBar, StatusField
from tests.support.desktop import open_desktop
from tests.support.openai_server import OpenAIServer, ServerUsage

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def desktop(qtbot: QtBot, tmp_path: Path) -> Iterator[DesktopWindow]:
    (tmp_path / "app.py").write_text("def one():\n    return 1\n" * 20)
    with open_desktop(qtbot, tmp_path) as shown:
        qtbot.waitUntil(lambda: shown.window.findChild(ChatInWindow) is not None)
        yield shown


@pytest.fixture
def view(qtbot: QtBot, desktop: DesktopWindow) -> EditorView:
    desktop.documents.open("app.py")
    qtbot.waitUntil(lambda: desktop.window.status.text_of(StatusField.LANGUAGE) == "Python")
    found = desktop.window.editors.view_of("app.py")
    assert found is not None
    return found


def click(desktop: DesktopWindow, field: StatusField) -> None:
    button = desktop.window.status.findChild(QToolButton, f"status.{field}")
    assert button is not None
    QTest.mouseClick(button, LEFT)


def pick(desktop: DesktopWindow, name: str, typed: str) -> None:
    found = desktop.window.findChild(PickList, name)
    assert found is not None
    QTest.keyClicks(found.field, typed)
    QTest.keyClick(found.field, Qt.Key.Key_Return)


def test_the_place_of_the_caret_leads_to_another_line(qtbot: QtBot, desktop: DesktopWindow, view: EditorView) -> None:
    click(desktop, StatusField.CARET)
    dialog = desktop.window.findChild(GoToLine)
    assert dialog is not None
    qtbot.waitUntil(dialog.isVisible)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)


def test_the_indentation_is_chosen_and_holds(qtbot: QtBot, desktop: DesktopWindow, view: EditorView) -> None:
    status = desktop.window.status
    assert status.text_of(StatusField.INDENTATION) == "Spaces: 4"
    click(desktop, StatusField.INDENTATION)
    pick(desktop, "pick.indentation", "Tabs: 4")
    assert status.text_of(StatusField.INDENTATION) == "Tabs: 4"
    assert view.code.useTabs()
    click(desktop, StatusField.INDENTATION)
    pick(desktop, "pick.indentation", "Convert the text to tabs")
    assert "\treturn" in view.text()
    desktop.window.commands.run("edit.indentation")
    pick(desktop, "pick.indentation", "Spaces: 2")
    assert status.text_of(StatusField.INDENTATION) == "Spaces: 2"


def test_the_model_is_chosen_in_the_status_bar(qtbot: QtBot, desktop: DesktopWindow, view: EditorView) -> None:
    chat = desktop.window.findChild(ChatInWindow)
    assert chat is not None
    chat.models.save(ProfileSetting("Mine", base_url="http://localhost:9/v1", model="m-1", key_source="none"))
    qtbot.waitUntil(lambda: len(chat.models.profiles) == 2)
    other = chat.models.profiles[-1]
    click(desktop, StatusField.MODEL)
    pick(desktop, "pick.model", other.name)
    assert chat.models.current == other
    assert desktop.window.status.text_of(StatusField.MODEL) == other.model


def test_the_last_turn_is_counted_and_priced(qtbot: QtBot, desktop: DesktopWindow, view: EditorView) -> None:
    chat = desktop.window.findChild(ChatInWindow)
    assert chat is not None
    status, prompt = desktop.window.status, chat.panel.composer.prompt
    with OpenAIServer() as server:
        server.answers("Yes.", usage=ServerUsage(1200, 80))
        chat.models.save(
            ProfileSetting(
                "Mine", base_url=server.base_url, model="m", key_source="none", input_usd=2.0, output_usd=20.0
            )
        )
        qtbot.waitUntil(lambda: chat.panel.header.model.text() == "Mine")
        QTest.keyClicks(prompt, "Is it?")
        QTest.keyClick(prompt, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: status.text_of(StatusField.TOKENS) == "1,280 tk · $0.004")
        qtbot.waitUntil(lambda: status.text_of(StatusField.COST) == "today $0.004")


def test_everything_fits_into_1024_pixels(qtbot: QtBot, desktop: DesktopWindow, view: EditorView) -> None:
    window = desktop.window
    window.resize(1024, 700)
    long = {
        StatusField.BRANCH: "feature/a-branch-with-a-very-long-name-that-nobody-can-read",
        StatusField.TO_REVIEW: "12 to review",
        StatusField.CARET: "Ln 12345, Col 123",
        StatusField.MODEL: "organisation/a-model-with-a-very-long-name-2026-01-31-preview",
        StatusField.TOKENS: "123,456 tk · $12.34",
        StatusField.COST: "today $12.34",
    }

    def shown_fields() -> list[QToolButton]:
        # The ledger may answer meanwhile that nothing was spent.
        for field, text in long.items():
            window.status.show_field(field, text)
            assert window.status.text_of(field) == text
        QApplication.processEvents()
        return [each for each in window.status.findChildren(QToolButton) if each.isVisible()]

    qtbot.waitUntil(lambda: len(shown_fields()) >= 10)
    assert window.width() == 1024
    shown = shown_fields()
    places = sorted((each.geometry() for each in shown), key=lambda place: place.left())
    for one, other in itertools.pairwise(places):
        assert one.right() < other.left()
    assert places[-1].right() <= window.status.width()
    assert all(each.width() >= each.minimumSizeHint().width() for each in shown)


def test_a_narrow_bar_leaves_out_what_the_menus_have_and_cuts_nothing(qtbot: QtBot) -> None:
    window, status = QMainWindow(), StatusBar()
    qtbot.addWidget(window)
    window.setStatusBar(status)
    window.show()
    for field, text in {
        StatusField.TO_REVIEW: "12 to review",
        StatusField.CARET: "Ln 12345, Col 123 (400 lines selected)",
        StatusField.INDENTATION: "Spaces: 4",
        StatusField.ENCODING: "UTF-8",
        StatusField.LINE_ENDING: "LF",
        StatusField.LANGUAGE: "Python",
        StatusField.MODEL: "a-model-with-a-long-name",
    }.items():
        status.show_field(field, text)
    for width, has_line_ending in ((1400, True), (640, False), (1400, True)):
        window.resize(width, 200)
        QApplication.processEvents()
        visible = {each.objectName(): each for each in status.findChildren(QToolButton) if each.isVisible()}
        assert all(each.width() >= each.minimumSizeHint().width() for each in visible.values()), width
        assert sum(each.sizeHint().width() for each in visible.values()) <= width
        assert ("status.line_ending" in visible) is has_line_ending
        assert {"status.to_review", "status.caret", "status.model"} <= set(visible)
    assert status.text_of(StatusField.LINE_ENDING) == "LF"


def test_each_entry_of_a_menu_has_a_letter_of_its_own(qtbot: QtBot, desktop: DesktopWindow, view: EditorView) -> None:
    bar = desktop.window.menuBar()
    names = [action.text() for action in bar.actions()]
    letters = [name[name.index("&") + 1].lower() for name in names]
    assert len(set(letters)) == len(letters)
    for menu in bar.findChildren(QMenu):
        menu.aboutToShow.emit()
        entries = [action.text() for action in menu.actions() if not action.isSeparator()]
        marked = [entry[entry.index("&") + 1].lower() for entry in entries if "&" in entry]
        assert len(set(marked)) == len(marked), (menu.objectName(), entries)
        there_are = {letter for entry in entries for letter in entry.lower() if letter.isascii() and letter.isalnum()}
        assert len(marked) == min(len(entries), len(there_are)), (menu.objectName(), entries)
        menu.aboutToHide.emit()
        assert not any("&" in action.text() for action in menu.actions())


def test_letters_move_over_where_one_is_the_only_choice() -> None:
    assert with_mnemonics(["Save", "Sa", "S"]) == ("Sa&ve", "S&a", "&S")
    assert with_mnemonics(["a", "a"]) == ("&a", "a")

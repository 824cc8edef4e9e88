"""The settings searched over all pages, and as the text of their files: checked, kept, and followed from outside."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.settings.editor_page import EditorPage
from copilot_desktop.settings.folders import program_folders
from copilot_desktop.settings.models_page import ModelsPage
from copilot_desktop.settings.store import SettingsStore
from copilot_desktop.ui.chat_in_window import ChatInWindow
from tests.support.desktop import open_desktop
from tests.support.preferences import settings_page

CTRL = Qt.KeyboardModifier.ControlModifier
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def desktop(qtbot: QtBot, tmp_path: Path) -> Iterator[DesktopWindow]:
    (tmp_path / "words.txt").write_text("one two\n" * 3)
    with open_desktop(qtbot, tmp_path) as shown:
        qtbot.waitUntil(lambda: shown.window.findChild(ChatInWindow) is not None)
        yield shown


def store() -> SettingsStore:
    return SettingsStore(program_folders(os.environ).config)


def test_a_setting_is_found_on_any_page_by_keys_alone(qtbot: QtBot, desktop: DesktopWindow) -> None:
    page = settings_page(qtbot, desktop, "Models")
    page.sections.setFocus()
    QTest.keyClick(page.sections, Qt.Key.Key_F, CTRL)
    assert page.search.hasFocus()
    QTest.keyClicks(page.search, "columns thin")  # words of the help
    assert page.results.list.count() == 1
    QTest.keyClick(page.search, Qt.Key.Key_Return)
    assert page.sections.currentRow() == 2
    focused = QApplication.focusWidget()
    assert focused is not None
    assert focused.objectName() == "setting_rulers"
    QTest.keyClick(focused, Qt.Key.Key_F, CTRL)
    QTest.keyClicks(page.search, "base url")
    QTest.keyClick(page.search, Qt.Key.Key_Return)
    assert page.sections.currentRow() == 0
    QTest.keyClick(desktop.window, Qt.Key.Key_F, CTRL)
    QTest.keyClicks(page.search, "zzz")
    assert not page.results.list.isVisible()
    QTest.keyClick(page.search, Qt.Key.Key_Escape)
    assert page.pages.isVisible()
    assert page.sections.hasFocus()


def test_the_file_is_written_beside_the_page_and_holds_once_it_is_saved(qtbot: QtBot, desktop: DesktopWindow) -> None:
    page = settings_page(qtbot, desktop, "Editor")
    QTest.mouseClick(page.file_button, LEFT)
    text = page.file.text
    qtbot.waitUntil(lambda: '"version": 1' in text.toPlainText())
    text.setPlainText('{\n  "version": 1,\n  "values": {\n    "tab_width": 2,\n    "colour": 3\n  }\n}\n')
    assert page.file.is_changed
    QTest.keyClick(text, Qt.Key.Key_S, CTRL)
    qtbot.waitUntil(lambda: page.file.status.text().startswith("Saved"))
    assert "“colour” is no setting" in page.file.status.text()
    assert store().load(EditorPage).tab_width == 2
    assert store().text(EditorPage) == text.toPlainText()  # as it was written, not as the program would
    box = page.findChild(type(page.models.fields.limit), "setting_tab_width")
    assert box is not None
    assert box.value() == 2
    box.setValue(6)  # and the other way round
    qtbot.waitUntil(lambda: '"tab_width": 6' in text.toPlainText())


@pytest.mark.parametrize(
    ("values", "line"),
    [
        ('"tab_width": 99', 4),
        ('"tab_width": "wide"', 4),
        ('"word_wrap": true,\n    "rulers": "80, x"', 5),
        ('"tab_width": 2,,', 4),
        ('"hot_exit": "never"', 4),
    ],
)
def test_what_is_wrong_is_named_with_its_line_and_nothing_changes(
    values: str, line: int, qtbot: QtBot, desktop: DesktopWindow
) -> None:
    page = settings_page(qtbot, desktop, "Editor")
    QTest.mouseClick(page.file_button, LEFT)
    text = page.file.text
    qtbot.waitUntil(lambda: '"version": 1' in text.toPlainText())
    text.setPlainText(f'{{\n  "version": 1,\n  "values": {{\n    {values}\n  }}\n}}\n')
    QTest.mouseClick(page.file.save, LEFT)
    qtbot.waitUntil(lambda: page.file.status.text().startswith(f"Line {line}: "))
    assert text.textCursor().blockNumber() == line - 1
    assert text.hasFocus()
    assert store().load(EditorPage) == EditorPage()
    QTest.mouseClick(page.file.reload, LEFT)
    qtbot.waitUntil(lambda: not page.file.is_changed)


def test_no_key_is_kept_by_way_of_the_text(qtbot: QtBot, desktop: DesktopWindow) -> None:
    page = settings_page(qtbot, desktop, "Models")
    QTest.mouseClick(page.file_button, LEFT)
    text = page.file.text
    qtbot.waitUntil(lambda: '"version"' in text.toPlainText())
    profile = {"name": "Mine", "headers": [{"name": "api-key", "value": "sk-proj-0123456789abcdefghijklmnop"}]}
    text.setPlainText(json.dumps({"version": ModelsPage.VERSION, "values": {"profiles": [profile]}}))
    QTest.mouseClick(page.file.save, LEFT)
    qtbot.waitUntil(lambda: "seems to hold a key" in page.file.status.text())
    assert store().load(ModelsPage) == ModelsPage()


def test_what_another_program_writes_holds_at_once_and_faults_are_said(qtbot: QtBot, desktop: DesktopWindow) -> None:
    desktop.documents.open("words.txt")
    qtbot.waitUntil(lambda: desktop.window.editors.view_of("words.txt") is not None)
    view = desktop.window.editors.view_of("words.txt")
    assert view is not None
    path = store().path_of(EditorPage)
    qtbot.wait(300)
    path.write_text('{"version": 1, "values": {"word_wrap": true}}')
    qtbot.waitUntil(lambda: view.code.wrapMode() == 1, timeout=10_000)
    path.write_text('{"version": 1,\n "values": {"word_wrap": 7}}')
    notices = desktop.window.notices
    qtbot.waitUntil(lambda: any("Line 2" in each.message for each in notices.shown()), timeout=10_000)
    assert view.code.wrapMode() == 1
    replacement = path.with_name("other")
    replacement.write_text('{"version": 1, "values": {"word_wrap": false}}')
    replacement.replace(path)
    qtbot.waitUntil(lambda: view.code.wrapMode() == 0, timeout=10_000)
    assert notices.shown() == ()
    path.write_text('{"version": 1, "values": {"word_wrap": true}}')
    qtbot.waitUntil(lambda: view.code.wrapMode() == 1, timeout=10_000)

"""From a prompt to a saved change, reviewed and approved in the whole window by keyboard."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.editor.view import EditorView
from copilot_desktop.settings.folders import program_folders
from copilot_desktop.settings.models_page import ModelsPage, ProfileSetting
from copilot_desktop.settings.store import SettingsStore
from copilot_desktop.text.ranges import LineRange
from copilot_desktop.ui.chat.chat_panel import ChatPanel
from copilot_desktop.ui.inline_prompt import PromptBox
from copilot_desktop.ui.review.review_view import ReviewView
from copilot_desktop.ui.status_bar import StatusField
from tests.support.desktop import open_desktop
from tests.support.openai_server import OpenAIServer

SOURCE = "def total(items):\n    return sum(items)\n\n\ndef other():\n    return 1\n"
ANSWER = """Here it is.

basket.py
```python
<<<<<<< SEARCH
    return sum(items)
=======
    return sum(item.net for item in items)
>>>>>>> REPLACE
```
"""
ALT, CTRL = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def server(private_home: Path) -> Iterator[OpenAIServer]:
    with OpenAIServer() as running:
        profile = ProfileSetting("Test", base_url=running.base_url, model="test-model", key_source="none")
        SettingsStore(program_folders(os.environ).config).save(ModelsPage((profile,), "Test"))
        yield running


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "basket.py").write_text(SOURCE, encoding="utf-8")
    return tmp_path / "shop"


@pytest.fixture
def desktop(qtbot: QtBot, folder: Path, server: OpenAIServer) -> Iterator[DesktopWindow]:
    with open_desktop(qtbot, folder) as shown:
        qtbot.waitUntil(lambda: shown.window.findChild(ChatPanel) is not None)
        yield shown


def opened(qtbot: QtBot, desktop: DesktopWindow) -> EditorView:
    desktop.documents.open("basket.py")
    qtbot.waitUntil(lambda: desktop.window.editors.current_view() is not None)
    view = desktop.window.editors.current_view()
    assert view is not None
    return view


def ask_with_the_first_lines(qtbot: QtBot, desktop: DesktopWindow, view: EditorView) -> None:
    """Select two lines, Ctrl+L, type, Enter; wait until a change waits."""
    panel = desktop.window.findChild(ChatPanel)
    assert panel is not None
    qtbot.waitUntil(lambda: panel.header.model.text() == "Test")
    view.show_lines(LineRange(0, 0))
    QTest.keyClick(view.code, Qt.Key.Key_Down, SHIFT)
    QTest.keyClick(view.code, Qt.Key.Key_Down, SHIFT)
    QTest.keyClick(view.code, Qt.Key.Key_L, CTRL)
    qtbot.waitUntil(lambda: len(panel.composer.chips.views) == 1)
    QTest.keyClicks(panel.composer.prompt, "use net prices")
    QTest.keyClick(panel.composer.prompt, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: desktop.window.status.text_of(StatusField.TO_REVIEW) == "1 to review")


def test_ask_review_accept_and_undo_by_keyboard(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, folder: Path
) -> None:
    view = opened(qtbot, desktop)
    server.answers(ANSWER)
    ask_with_the_first_lines(qtbot, desktop, view)
    assert (folder / "basket.py").read_text() == SOURCE
    assert len(view.diff_marks.hunks()) == 1
    QTest.keyClick(desktop.window, Qt.Key.Key_R, CTRL | SHIFT)
    qtbot.waitUntil(lambda: desktop.window.findChild(ReviewView) is not None)
    review = desktop.window.findChild(ReviewView)
    assert review is not None
    qtbot.waitUntil(review.diff.hasFocus)
    QTest.keyClick(review.diff, Qt.Key.Key_A)
    wanted = SOURCE.replace("sum(items)", "sum(item.net for item in items)")
    qtbot.waitUntil(lambda: (folder / "basket.py").read_text() == wanted)
    qtbot.waitUntil(lambda: view.snapshot().text == wanted)
    assert not desktop.documents.is_dirty("basket.py")
    assert desktop.window.status.text_of(StatusField.TO_REVIEW) == ""
    QTest.keyClick(review.diff, Qt.Key.Key_U)
    qtbot.waitUntil(lambda: (folder / "basket.py").read_text() == SOURCE)
    qtbot.waitUntil(lambda: view.snapshot().text == SOURCE)


def test_a_tab_with_unsaved_changes_gets_the_hunk_only(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, folder: Path
) -> None:
    view = opened(qtbot, desktop)
    server.answers(ANSWER)
    ask_with_the_first_lines(qtbot, desktop, view)
    view.show_lines(LineRange(0, 0))
    view.setFocus()
    QTest.keyClicks(view.code, "# mine ")
    QTest.keyClick(QApplication.focusWidget() or view.code, Qt.Key.Key_F8)
    QTest.keyClick(view.code, Qt.Key.Key_Y, ALT)
    wanted = "# mine " + SOURCE.replace("sum(items)", "sum(item.net for item in items)")
    qtbot.waitUntil(lambda: view.snapshot().text == wanted)
    assert (folder / "basket.py").read_text() == SOURCE
    assert desktop.documents.is_dirty("basket.py")
    assert any("not yet on disk" in notice.message for notice in desktop.window.notices.shown())
    QTest.keyClick(QApplication.focusWidget() or view.code, Qt.Key.Key_S, CTRL)
    qtbot.waitUntil(lambda: (folder / "basket.py").read_text() == wanted)
    qtbot.waitUntil(lambda: desktop.window.notices.shown() == ())


def test_ctrl_i_asks_in_place_and_alt_y_saves_it(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, folder: Path
) -> None:
    view = opened(qtbot, desktop)
    panel = desktop.window.findChild(ChatPanel)
    assert panel is not None
    qtbot.waitUntil(lambda: panel.header.model.text() == "Test")
    server.answers(ANSWER.replace("sum(items)", "1").replace("sum(item.net for item in items)", "2"))
    view.show_lines(LineRange(5, 5))
    view.setFocus()
    QTest.keyClick(view.code, Qt.Key.Key_I, CTRL)
    qtbot.waitUntil(lambda: view.findChild(PromptBox) is not None)
    box = view.findChild(PromptBox)
    assert box is not None
    qtbot.waitUntil(box.field.hasFocus)
    QTest.keyClicks(box.field, "two")
    QTest.keyClick(box.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(view.diff_marks.hunks()) == 1)
    assert (folder / "basket.py").read_text() == SOURCE
    QTest.keyClick(view.code, Qt.Key.Key_Y, ALT)
    qtbot.waitUntil(lambda: (folder / "basket.py").read_text() == SOURCE.replace("return 1", "return 2"))


def test_ctrl_i_says_when_nothing_is_proposed_and_esc_closes(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, folder: Path
) -> None:
    view = opened(qtbot, desktop)
    panel = desktop.window.findChild(ChatPanel)
    assert panel is not None
    qtbot.waitUntil(lambda: panel.header.model.text() == "Test")
    server.answers("It is fine as it is.")
    view.setFocus()
    QTest.keyClick(view.code, Qt.Key.Key_I, CTRL)
    qtbot.waitUntil(lambda: view.findChild(PromptBox) is not None)
    box = view.findChild(PromptBox)
    assert box is not None
    qtbot.waitUntil(box.field.hasFocus)
    QTest.keyClicks(box.field, "two")
    QTest.keyClick(box.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: box.button.text() == "Retry")
    assert "no change" in box.state.text()
    assert box.field.text() == "two"
    QTest.keyClick(box.field, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: view.findChild(PromptBox) is None)
    assert (folder / "basket.py").read_text() == SOURCE

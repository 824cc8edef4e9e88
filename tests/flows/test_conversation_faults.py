"""Conversations with hundreds of turns, odd names, a full disk, in the window: nothing is lost or pretended."""

from __future__ import annotations

import os
import time
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.assembly import CONVERSATIONS_FILE
from copilot_desktop.conversation.draft_store import DraftStore
from copilot_desktop.conversation.events import TurnStatus
from copilot_desktop.conversation.store import ConversationStore
from copilot_desktop.conversation.turns import StoredTurn
from copilot_desktop.settings.folders import program_folders
from copilot_desktop.ui.chat.chat_panel import ChatPanel
from tests.support.desktop import open_desktop
from tests.support.disk_faults import fill_disk, small_disk
from tests.support.openai_server import OpenAIServer
from tests.support.shop import panel_of, serving_model

TURNS = 500
_CTRL, _CTRL_ALT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier,
)


def fill(folder: Path, turns: int = TURNS) -> None:
    """One conversation of so many turns, each with a branch of its own kind of words."""
    with closing(ConversationStore(program_folders(os.environ).data / CONVERSATIONS_FILE)) as store:
        made, parent_id = store.new_conversation(str(folder), "A long one"), ""
        for number in range(turns):
            store.save_turn(
                StoredTurn(
                    f"t{number}",
                    made.conversation_id,
                    f"Question {number}",
                    answer=f"Answer **{number}**.\n\n```python\nvalue = {number}\n```\n" * 3,
                    status=TurnStatus.FINISHED,
                    parent_id=parent_id,
                    model="m",
                )
            )
            parent_id = f"t{number}"


def shown_list(qtbot: QtBot, desktop: DesktopWindow, panel: ChatPanel, count: int = 1) -> None:
    QTest.keyClick(desktop.window, Qt.Key.Key_H, _CTRL_ALT)
    qtbot.waitUntil(lambda: len(panel.pages.list.found) == count)


def titles(panel: ChatPanel) -> list[str]:
    model = panel.pages.list.list.model()
    return [str(model.index(at, 0).data()) for at in range(model.rowCount())]


def rename(panel: ChatPanel, pasted: str) -> None:
    """F2, paste, Enter."""
    QTest.keyClick(panel.pages.list.field, Qt.Key.Key_F2)
    editor = panel.pages.list.list.findChild(QLineEdit, "conversation_title")
    assert editor is not None
    QGuiApplication.clipboard().setText(pasted)
    editor.selectAll()
    if pasted:
        QTest.keyClick(editor, Qt.Key.Key_V, _CTRL)
    else:
        QTest.keyClick(editor, Qt.Key.Key_Delete)
    QTest.keyClick(editor, Qt.Key.Key_Return)


def export(qtbot: QtBot, desktop: DesktopWindow, place: Path) -> None:
    """By the command, into a file that is named in the dialog."""
    assert desktop.window.commands.run("chat.export")
    qtbot.waitUntil(lambda: desktop.window.findChild(QFileDialog) is not None)
    dialog = desktop.window.findChild(QFileDialog)
    assert dialog is not None
    dialog.selectFile(str(place))
    dialog.fileSelected.emit(str(place))
    dialog.done(0)


def notices(desktop: DesktopWindow) -> list[str]:
    return [notice.message for notice in desktop.window.notices.shown()]


def test_five_hundred_turns_are_opened_searched_exported_deleted_and_back(
    qtbot: QtBot, folder: Path, server: OpenAIServer, tmp_path: Path
) -> None:
    fill(folder)
    with open_desktop(qtbot, folder) as desktop:
        panel = panel_of(qtbot, desktop)
        qtbot.waitUntil(lambda: len(panel.conversation.transcript) == TURNS)
        shown_list(qtbot, desktop, panel)
        QTest.keyClicks(panel.pages.list.field, "value 7 question 123")
        qtbot.waitUntil(lambda: panel.pages.list.found == ())
        panel.pages.list.field.clear()
        QTest.keyClicks(panel.pages.list.field, "question 123")
        qtbot.waitUntil(lambda: [each.turn_id for each in panel.pages.list.found] == ["t123"])
        QTest.mouseClick(panel.pages.list.list.viewport(), Qt.MouseButton.LeftButton, pos=row(panel))
        qtbot.waitUntil(lambda: panel.conversation.transcript.turn("t123") is not None)
        place = tmp_path / "out.md"
        began = time.monotonic()
        export(qtbot, desktop, place)
        qtbot.waitUntil(lambda: notices(desktop) == [f"The conversation was written to {place}."])
        assert time.monotonic() - began < 10
        text = place.read_text(encoding="utf-8")
        assert text.count("## You") == TURNS
        assert f"Question {TURNS - 1}" in text
        desktop.window.notices.withdraw("conversation_exported")
        assert desktop.window.commands.run("chat.delete")
        qtbot.waitUntil(lambda: notices(desktop) == ["The conversation “A long one” was deleted."])
        assert len(panel.conversation.transcript) == 0
        undo = desktop.window.notices.findChild(QPushButton, "banner.undo")
        assert undo is not None
        QTest.mouseClick(undo, Qt.MouseButton.LeftButton)
        # It was in front, and is again.
        qtbot.waitUntil(lambda: len(panel.conversation.transcript) == TURNS)
        assert panel.header.title == "A long one"


def row(panel: ChatPanel) -> QPoint:
    return panel.pages.list.list.visualRect(panel.pages.list.list.model().index(0, 0)).center()


@pytest.mark.parametrize(
    ("pasted", "title"),
    [
        ("", "A long one"),
        ("   \t ", "A long one"),
        ("two\nlines\r\nand\u2028more", "two lines and more"),
        ("x" * 5000, "x" * 200),
        ("‮reversed & <b>bold</b> 🙂", "‮reversed & <b>bold</b> 🙂"),
    ],
)
def test_odd_names(qtbot: QtBot, folder: Path, server: OpenAIServer, tmp_path: Path, pasted: str, title: str) -> None:
    fill(folder, 2)
    with open_desktop(qtbot, folder) as desktop:
        panel = panel_of(qtbot, desktop)
        qtbot.waitUntil(lambda: len(panel.conversation.transcript) == 2)
        shown_list(qtbot, desktop, panel)
        rename(panel, pasted)
        qtbot.waitUntil(lambda: titles(panel) == [title] and panel.header.title == title)
        QTest.keyClick(panel.pages.list.list, Qt.Key.Key_Escape)
        assert not panel.pages.is_list_shown
        export(qtbot, desktop, tmp_path / "out.md")
        qtbot.waitUntil(lambda: (tmp_path / "out.md").exists())
        assert (tmp_path / "out.md").read_text(encoding="utf-8").startswith(f"# {title}\n")
        assert desktop.window.commands.run("chat.delete")
        qtbot.waitUntil(lambda: any("was deleted" in each for each in notices(desktop)))
        assert all(len(each) < 120 for each in notices(desktop) if "was deleted" in each)


def test_a_full_disk_is_told_and_nothing_is_pretended(
    qtbot: QtBot, folder: Path, private_home: Path, tmp_path: Path
) -> None:
    home = private_home / "copilot-desktop"
    with small_disk(home, 6_000), serving_model():
        fill(folder, 20)
        with open_desktop(qtbot, folder) as desktop:
            panel = panel_of(qtbot, desktop)
            qtbot.waitUntil(lambda: len(panel.conversation.transcript) == 20)
            qtbot.wait(500)
            filler, refused = fill_disk(home), list[str]()
            panel.conversations.failed.connect(lambda notice: refused.append(notice.message))
            panel.composer.prompt.insertPlainText("words " * 2_000)
            qtbot.waitUntil(lambda: "not kept if the program ends" in panel.composer.notice.toPlainText())
            shown_list(qtbot, desktop, panel)
            rename(panel, "Another title" * 10)
            qtbot.waitUntil(lambda: "cannot be read or written" in panel.composer.notice.toPlainText())
            qtbot.waitUntil(lambda: titles(panel) == ["A long one"])
            assert panel.header.title == "A long one"
            export(qtbot, desktop, home / "data" / "out.md")
            qtbot.waitUntil(lambda: any("The disk is full" in each for each in refused))
            assert [each.name for each in (home / "data").iterdir() if "out" in each.name or ".tmp" in each.name] == []
            filler.unlink()
            # As soon as there is room, what is written is kept.
            drafts = DraftStore(desktop.core.conversations) if desktop.core is not None else None
            assert drafts is not None
            qtbot.waitUntil(lambda: any(each.written.prompt for each in drafts.load(str(folder)).values()))
            rename(panel, "Another title")
            qtbot.waitUntil(lambda: panel.header.title == "Another title")


def test_list_and_commands_by_mouse(qtbot: QtBot, folder: Path, server: OpenAIServer) -> None:
    fill(folder, 2)
    with open_desktop(qtbot, folder) as desktop:
        panel = panel_of(qtbot, desktop)
        qtbot.waitUntil(lambda: len(panel.conversation.transcript) == 2)
        QTest.mouseClick(panel.header.more, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: len(panel.pages.list.found) == 1)

        def click(name: str) -> None:
            button = panel.findChild(QToolButton, f"conversation_{name}")
            assert button is not None
            QTest.mouseClick(button, Qt.MouseButton.LeftButton)

        click("rename")
        editor = QApplication.focusWidget()
        assert isinstance(editor, QLineEdit)
        QTest.keyClicks(editor, "Mine")
        QTest.keyClick(editor, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: panel.header.title == "Mine")
        click("delete")
        qtbot.waitUntil(lambda: panel.pages.list.found == ())
        assert panel.header.title == "New conversation"

"""A model drafts the commit message of what is staged, in the style of the repository, and nothing typed is lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from copilot_desktop.ui.flow_layout import FlowLabel
from copilot_desktop.ui.request_strip import RequestStrip, SentWindow
from tests.support.changes import open_changes, wait
from tests.support.desktop import open_desktop
from tests.support.findings import CHANGED, make_changes
from tests.support.openai_server import OpenAIServer
from tests.support.shop import panel_of, serving_model

CTRL = Qt.KeyboardModifier.ControlModifier
TITLE, BODY = "cart: count each item", "An item may stand for several."


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    with serving_model() as running:
        yield running


def test_a_draft_in_the_field(qtbot: QtBot, tmp_path: Path, server: OpenAIServer) -> None:
    project = make_changes(tmp_path)
    project.git("commit", "-q", "--allow-empty", "-m", "cart: keep the order\n\nSince pages show it.")
    project.git("add", "cart.py", ".env")
    project.write("cart.py", f"# not staged\n{CHANGED}")
    server.holds(["```\n", TITLE, "\n\n", BODY, "\n```"], after=3)
    server.fails(500, "The server had an error.")
    with open_desktop(qtbot, project.root) as desktop:
        panel_of(qtbot, desktop)
        box = open_changes(qtbot, desktop).box
        field = box.message
        QTest.keyClicks(field, "count items")
        assert desktop.window.commands.run("changes.draft_message")
        send, words = box.findChild(QPushButton, "changes.draft.send"), box.findChild(FlowLabel)
        assert send is not None
        assert words is not None
        wait(qtbot, send.hasFocus)
        assert words.text().startswith("1 file to test-model: ")
        assert not server.requests
        QTest.keyClick(send, Qt.Key.Key_Space)
        wait(qtbot, lambda: field.toPlainText() == TITLE)
        assert field.isReadOnly()
        assert not box.commit.isEnabled()
        sent = server.requests[0].body["messages"][1]["content"]
        assert "cart: keep the order\n\nSince pages show it.\n\n---\n\nFirst" in sent
        assert "keep what it says:\n\ncount items\n" in sent
        assert "+     result = None" in sent
        assert "not staged" not in sent
        assert "hidden-in-env" not in sent
        server.release()
        wait(qtbot, lambda: field.toPlainText() == f"{TITLE}\n\n{BODY}" and not field.isReadOnly())
        field.undo()
        assert field.toPlainText() == "count items"
        field.redo()
        assert field.toPlainText() == f"{TITLE}\n\n{BODY}"
        # What fails leaves the field as it is.
        box.draft.click()
        wait(qtbot, send.isVisible)
        send.click()
        wait(qtbot, lambda: box.said.property("role") == "error" and not field.isReadOnly())
        assert field.toPlainText() == f"{TITLE}\n\n{BODY}"
        QTest.keyClick(field, Qt.Key.Key_Return, CTRL)
        wait(qtbot, lambda: project.git("log", "-1", "--format=%B").decode().strip() == f"{TITLE}\n\n{BODY}")


def test_all_that_is_sent_is_read_in_a_window_with_room_for_it(
    qtbot: QtBot, tmp_path: Path, server: OpenAIServer
) -> None:
    project = make_changes(tmp_path)
    wide = f"WORD = '{'a word and another ' * 20}'"
    salt = "SALT = 'q8Zr4TnVw2XkPb7LsD3mHf6c'\nTOKEN = 'ghp_" + "a1B2" * 9 + "'\n"
    project.write("cart.py", f"{wide}\n{salt}{CHANGED}")
    project.git("add", "cart.py")
    server.answers(TITLE)
    with open_desktop(qtbot, project.root) as desktop:
        panel_of(qtbot, desktop)
        box = open_changes(qtbot, desktop).box
        assert desktop.window.commands.run("changes.draft_message")
        strip = box.findChild(RequestStrip)
        assert strip is not None
        wait(qtbot, strip.look.isVisible)
        wait(qtbot, lambda: strip.secrets.text() == "1 secret masked, 1 may be a secret. Choose…")
        # In so narrow a place in fewer words, which say what is done with each.
        assert strip.secrets.fitting().startswith("1 masked, 1 sent")
        QTest.mouseClick(strip.look, Qt.MouseButton.LeftButton)
        window = strip.text.window()
        assert isinstance(window, SentWindow)
        wait(qtbot, strip.text.isVisible)
        assert strip.text.width() > 2 * box.width()
        assert strip.text.height() > 400
        # Wide lines wrap: nothing lies beside what is seen.
        assert strip.text.horizontalScrollBar().maximum() == 0
        shown = strip.text.toPlainText()
        QTest.keyClick(strip.text, Qt.Key.Key_Escape)
        assert not window.isVisible()
        assert strip.send.isVisible()
        QTest.mouseClick(strip.send, Qt.MouseButton.LeftButton)
        wait(qtbot, lambda: bool(server.requests))
        assert wide in shown
        assert all(each["content"] in shown for each in server.requests[0].body["messages"])


def test_stopped_and_nothing_staged(qtbot: QtBot, tmp_path: Path, server: OpenAIServer) -> None:
    project = make_changes(tmp_path)
    server.holds([TITLE, "\n\n", BODY], after=1)
    with open_desktop(qtbot, project.root) as desktop:
        panel_of(qtbot, desktop)
        box = open_changes(qtbot, desktop).box
        box.draft.click()
        wait(qtbot, lambda: "Nothing is staged" in box.said.text())
        project.git("add", "cart.py")
        box.draft.click()
        send = box.findChild(QPushButton, "changes.draft.send")
        assert send is not None
        wait(qtbot, send.isVisible)
        QTest.keyClick(send, Qt.Key.Key_Escape)
        assert not send.isVisible()
        box.draft.click()
        wait(qtbot, send.isVisible)
        send.click()
        wait(qtbot, lambda: box.message.toPlainText() == TITLE)
        QTest.keyClick(box.message, Qt.Key.Key_Escape)
        assert box.said.text() == "Stopped."
        assert box.message.toPlainText() == TITLE
        assert not box.message.isReadOnly()
        assert box.commit.isEnabled()
        server.release()

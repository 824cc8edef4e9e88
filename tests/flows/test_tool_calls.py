"""A model that calls tools, in the real window: its calls are read, reviewed, accepted, and told of afterwards."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.edits.change_sets import Decision
from copilot_desktop.settings.folders import program_folders
from copilot_desktop.settings.models_page import ModelsPage, ProfileSetting
from copilot_desktop.settings.store import SettingsStore
from copilot_desktop.text.ranges import LineRange
from copilot_desktop.ui.chat.chat_panel import ChatPanel
from copilot_desktop.ui.chat.proposal_card import ProposalCard
from copilot_desktop.ui.chat.request_dialog import RequestDialog
from copilot_desktop.ui.chat_in_window import ChatInWindow
from copilot_desktop.ui.prompt_box import PromptBox
from copilot_desktop.ui.status_bar import StatusField
from tests.support.arriving_answers import asked, said
from tests.support.desktop import open_desktop
from tests.support.kept_reviews import forget_reviews, propose_again
from tests.support.openai_server import Exchange, OpenAIServer, ServerCall
from tests.support.shop import (
    BASKET,
    WANTED,
    ask_with_the_first_lines,
    opened,
    panel_of,
    review_of,
    wait_for_review,
)
from tests.support.wire_answers import Answer, ResponsesWire, error_body, wire_of

EDIT = ServerCall.of(
    "edit_file", path=BASKET, old_string="sum(items)\n", new_string="sum(item.net for item in items)\n"
)
UNKNOWN = ServerCall.of("run_shell", "call_b", command="ls")


@pytest.fixture(params=["chat", "responses"])
def server(request: pytest.FixtureRequest, private_home: Path) -> Iterator[OpenAIServer]:
    with OpenAIServer() as running:
        profile = ProfileSetting(
            "Test", request.param, running.base_url, "test-model", key_source="none", edit_format="tool_call"
        )
        SettingsStore(program_folders(os.environ).config).save(ModelsPage((profile,), "Test"))
        yield running


def last_answer(panel: ChatPanel) -> str:
    turns = panel.conversation.turn_ids
    return panel.conversation.texts(turns[-1])[1] if turns else ""


def say(panel: ChatPanel, text: str) -> None:
    QTest.keyClicks(panel.composer.prompt, text)
    QTest.keyClick(panel.composer.prompt, Qt.Key.Key_Return)


def test_a_call_is_shown_reviewed_accepted_and_its_end_told(qtbot: QtBot, server: OpenAIServer, folder: Path) -> None:
    server.answers("I take the net price.", calls=(EDIT, UNKNOWN))
    # For the call that cannot be used the model is asked once more.
    server.answers("I leave that out.")
    server.answers("You are welcome.")
    with open_desktop(qtbot, folder) as desktop:
        view = opened(qtbot, desktop)
        ask_with_the_first_lines(qtbot, desktop, view)
        panel = panel_of(qtbot, desktop)
        assert "I take the net price.\n\nEdit `basket.py`:" in last_answer(panel)
        turn = panel.conversation.transcript.turn(panel.conversation.turn_ids[-1])
        assert turn is not None
        assert [bar.code.path for bar in turn.answer.bars] == [BASKET, ""]
        assert "Edit basket.py" in turn.answer.toPlainText()
        (card,) = desktop.window.findChildren(ProposalCard)
        assert card.isVisible()
        (change_set,) = review_of(desktop).state.change_sets
        assert [failure.reason for failure in change_set.failures] == ["malformed"]
        review_of(desktop).decide_all(change_set.change_set_id, Decision.ACCEPTED)
        qtbot.waitUntil(lambda: (folder / BASKET).read_text() == WANTED)
        assert server.wait_requests(2)
        chat = desktop.window.findChild(ChatInWindow)
        assert chat is not None
        qtbot.waitUntil(lambda: not chat.turns.is_running)
        say(panel, "Thanks")
        qtbot.waitUntil(lambda: last_answer(panel) == "You are welcome.")
        sent = json.dumps(server.requests[2].body)
        assert "The user accepted all changes of basket.py." in sent
        assert "This call was not used. The model called" in sent
        assert "<<<<<<< SEARCH" not in sent


def test_what_a_call_changes_is_told_while_it_arrives(qtbot: QtBot, server: OpenAIServer, folder: Path) -> None:
    go_on = threading.Event()

    def reply(exchange: Exchange) -> None:
        wire = wire_of(exchange)
        wire.begin()
        half = EDIT.arguments.index("net for")
        if isinstance(wire, ResponsesWire):
            place = {"item_id": "fc", "output_index": 0}
            item = {"id": "fc", "type": "function_call", "call_id": "x", "name": EDIT.name, "arguments": ""}
            wire.event("response.output_item.added", output_index=0, item=item)
            wire.event("response.function_call_arguments.delta", **place, delta=EDIT.arguments[:half])
            exchange.wait(None, go_on)
            wire.event("response.function_call_arguments.delta", **place, delta=EDIT.arguments[half:])
        else:
            head = {"index": 0, "id": "x", "function": {"name": EDIT.name, "arguments": EDIT.arguments[:half]}}
            wire.calls([head])
            exchange.wait(None, go_on)
            wire.calls([{"index": 0, "function": {"arguments": EDIT.arguments[half:]}}])
        wire.end("stop", None)
        exchange.end_stream()

    server.replies(reply)
    with open_desktop(qtbot, folder) as desktop:
        wait_for_review(qtbot, desktop)
        panel = asked(qtbot, desktop)
        qtbot.waitUntil(lambda: said(panel)[1:] == [BASKET])
        assert last_answer(panel).endswith("<<<<<<< SEARCH\nsum(items)\n=======\nsum(item.")
        go_on.set()
        turn = panel.conversation.transcript.turns[-1]
        qtbot.waitUntil(lambda: len(turn.proposals) == 1)
        assert said(panel) == []
        assert last_answer(panel).endswith(">>>>>>> REPLACE\n``````\n")


def test_a_call_answers_a_prompt_in_the_text(qtbot: QtBot, server: OpenAIServer, folder: Path) -> None:
    server.answers("", calls=(EDIT,))
    with open_desktop(qtbot, folder) as desktop:
        panel_of(qtbot, desktop)
        wait_for_review(qtbot, desktop)
        view = opened(qtbot, desktop)
        view.show_lines(LineRange(1, 1))
        QTest.keyClick(view.code, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
        QTest.keyClick(view.code, Qt.Key.Key_I, Qt.KeyboardModifier.ControlModifier)
        qtbot.waitUntil(lambda: view.findChild(PromptBox) is not None)
        box = view.findChild(PromptBox)
        assert box is not None
        qtbot.waitUntil(box.field.hasFocus)
        QTest.keyClicks(box.field, "net prices")
        QTest.keyClick(box.field, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: len(view.diff_marks.hunks()) == 1)
        QTest.keyClick(view.code, Qt.Key.Key_Y, Qt.KeyboardModifier.AltModifier)
        qtbot.waitUntil(lambda: (folder / BASKET).read_text() == WANTED)


def test_show_request_and_curl_hold_the_tools(qtbot: QtBot, server: OpenAIServer, folder: Path) -> None:
    server.answers("", calls=(EDIT,))
    with open_desktop(qtbot, folder) as desktop:
        ask_with_the_first_lines(qtbot, desktop, opened(qtbot, desktop))
        panel = panel_of(qtbot, desktop)
        shown = panel.findChild(QPushButton, "show_request")
        assert shown is not None
        qtbot.waitUntil(shown.isVisible)
        QTest.mouseClick(shown, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: desktop.window.findChild(RequestDialog) is not None)
        dialog = desktop.window.findChild(RequestDialog)
        assert dialog is not None
        assert json.loads(dialog.body.toPlainText()) == server.requests[0].body
        assert '"edit_file"' in dialog.body.toPlainText()
        assert '"old_string"' in dialog.body.toPlainText()
        QTest.mouseClick(dialog.curl, Qt.MouseButton.LeftButton)
        assert server.requests[0].raw.replace("'", "'\"'\"'") in QApplication.clipboard().text()
        assert dialog.said.text().startswith("The curl command is copied.")
        dialog.close()


def test_after_a_restart_the_calls_are_proposed_again(qtbot: QtBot, server: OpenAIServer, folder: Path) -> None:
    server.answers("Net.", calls=(EDIT,))
    with open_desktop(qtbot, folder) as first:
        ask_with_the_first_lines(qtbot, first, opened(qtbot, first))
        before = last_answer(panel_of(qtbot, first))
    forget_reviews()
    with open_desktop(qtbot, folder) as second:
        panel = panel_of(qtbot, second)
        wait_for_review(qtbot, second)
        propose_again(qtbot, second)
        assert last_answer(panel) == before
        qtbot.waitUntil(lambda: second.window.status.text_of(StatusField.TO_REVIEW) == "1 to review")


def no_tools(exchange: Exchange) -> None:
    if "tools" in exchange.request.body:
        exchange.json(400, error_body("registry.ollama.ai/library/gemma3 does not support tools", "api_error", None))
    else:
        Answer(["As text."])(exchange)


def test_a_server_without_tools_answers_all_the_same_and_the_chat_says_so(
    qtbot: QtBot, server: OpenAIServer, folder: Path
) -> None:
    server.replies(no_tools)
    with open_desktop(qtbot, folder) as desktop:
        panel = panel_of(qtbot, desktop)
        say(panel, "Hello")
        qtbot.waitUntil(lambda: last_answer(panel) == "As text.")
        assert said_in(desktop, "turn_omitted").startswith("The server takes no tools for test-model")
        assert len(server.requests) == 2


def said_in(desktop: DesktopWindow, name: str) -> str:
    label = desktop.window.findChild(QLabel, name)
    return "" if label is None or label.isHidden() else label.text()

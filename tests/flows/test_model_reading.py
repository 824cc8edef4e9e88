"""A model that reads in the folder by itself, in the real window: switched on by the user, seen, stopped, kept."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.bridge.chat.turns import TurnController
from copilot_desktop.credentials.placeholders import PLACEHOLDER
from copilot_desktop.llm.local_server import BUILT_IN_PROFILE
from copilot_desktop.ui.chat.answer_view import AnswerView
from copilot_desktop.ui.chat.chat_panel import ChatPanel
from copilot_desktop.ui.chat.reading_lines import ReadingColumn, ReadingLine
from copilot_desktop.ui.chat.request_dialog import RequestDialog
from copilot_desktop.ui.chat.turn_view import TurnView
from copilot_desktop.ui.secrets_popup import SecretsPopup
from tests.support.desktop import is_closed, open_desktop
from tests.support.openai_server import Exchange, OpenAIServer, ServerCall
from tests.support.shop import ANSWER, BASKET, SOURCE, opened, panel_of, review_of, wait_for_review
from tests.support.wire_answers import Answer

CTRL_ALT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
READ = ServerCall.of("read_file", "c1", path=BASKET, first_line=1, last_line=2)
SEARCH = ServerCall.of("search_text", "c2", query="total")
SECRET = ServerCall.of("read_file", "c3", path=".env")
SYMBOL = ServerCall("find_symbols", '{"name": "total"}', "c4")
LIST = ServerCall.of("list_files", "c5")


@pytest.fixture
def folder(folder: Path) -> Path:
    (folder / ".env").write_text("PASSWORD=planted-secret\n")
    return folder


@pytest.fixture
def panel(qtbot: QtBot, desktop: DesktopWindow) -> ChatPanel:
    panel = panel_of(qtbot, desktop)
    panel.composer.focus_prompt()
    qtbot.waitUntil(desktop.window.isActiveWindow)
    return panel


def switch_on(desktop: DesktopWindow, panel: ChatPanel) -> None:
    QTest.keyClick(desktop.window, Qt.Key.Key_F, CTRL_ALT)
    assert panel.composer.reading.isChecked()


def ask(panel: ChatPanel, prompt: str = "What does it do?") -> None:
    panel.composer.focus_prompt()
    QTest.keyClicks(panel.composer.prompt, prompt)
    QTest.keyClick(panel.composer.prompt, Qt.Key.Key_Return)


def last(panel: ChatPanel) -> TurnView:
    return panel.conversation.transcript.turns[-1]


def lines(panel: ChatPanel) -> list[ReadingLine]:
    column = last(panel).findChild(ReadingColumn)
    return [] if column is None else list(column.lines.values())


def titles(panel: ChatPanel) -> list[str]:
    return [line.toggle.text() for line in lines(panel)]


def press(panel: ChatPanel, name: str) -> None:
    button = last(panel).findChild(QPushButton, name)
    assert button is not None
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def wait_for_end(qtbot: QtBot, panel: ChatPanel, answer: str) -> None:
    qtbot.waitUntil(lambda: answer in last(panel).answer.text and bool(last(panel).figures.text()), timeout=15_000)


def test_it_is_off_until_it_is_switched_on_and_remembered_for_the_folder(
    qtbot: QtBot, folder: Path, server: OpenAIServer
) -> None:
    with open_desktop(qtbot, folder) as first:
        panel = panel_of(qtbot, first)
        panel.composer.focus_prompt()
        qtbot.waitUntil(first.window.isActiveWindow)
        ask(panel)
        qtbot.waitUntil(lambda: len(server.requests) == 1)
        assert "tools" not in server.requests[0].body
        assert "You cannot open other files" in json.dumps(server.requests[0].body)
        assert not panel.composer.reading.isChecked()
        QTest.mouseClick(panel.composer.reading, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(panel.composer.reading.isChecked)
        assert "costs tokens" in panel.composer.reading.toolTip()
        QTest.keyClick(first.window, Qt.Key.Key_Q, Qt.KeyboardModifier.ControlModifier)
        qtbot.waitUntil(lambda: is_closed(first))
    with open_desktop(qtbot, folder) as second:
        panel = panel_of(qtbot, second)
        qtbot.waitUntil(panel.composer.reading.isChecked)
        ask(panel)
        qtbot.waitUntil(lambda: len(server.requests) == 2)
        assert len(server.requests[1].body["tools"]) == 4
        QTest.keyClick(second.window, Qt.Key.Key_F, CTRL_ALT)
        assert not panel.composer.reading.isChecked()


def test_each_call_is_a_line_that_opens_to_what_was_asked_and_told(
    qtbot: QtBot, desktop: DesktopWindow, panel: ChatPanel, server: OpenAIServer
) -> None:
    server.answers("I look.", calls=(READ, SEARCH, SECRET, SYMBOL, LIST))
    server.answers("It adds up.")
    switch_on(desktop, panel)
    ask(panel)
    wait_for_end(qtbot, panel, "It adds up.")
    assert last(panel).parts.text == "I look.\n\nIt adds up."
    shown = titles(panel)
    assert shown[0].startswith("Read basket.py:1–2 · ")
    assert shown[0].endswith(" tk")
    assert shown[1].startswith("Searched “total” · 1 match · ")
    assert shown[2] == "Refused"
    # A sentence that a line would cut in its middle.
    note = lines(panel)[2].note
    assert note.text() == ".env looks like environment variables and is never given to a model."
    assert note.isVisible()
    qtbot.waitUntil(lambda: note.heightForWidth(note.width()) <= note.height())
    assert shown[3].startswith("Looked up “total” · 1 symbol · ")
    assert shown[4].startswith("Listed the folder · 1 file · ")
    told = {row["tool_call_id"]: row["content"] for row in server.requests[1].body["messages"] if row["role"] == "tool"}
    for line, content in zip(lines(panel), told.values(), strict=True):
        assert line.told.isHidden() or not line.told.isVisible()
        line.toggle.setFocus()
        QTest.keyClick(line.toggle, Qt.Key.Key_Space)
        assert line.told.isVisible()
        assert line.told.toPlainText() == content.rstrip("\n") or line.told.toPlainText() == content
        assert "hide what the model asked" in line.toggle.accessibleName()
    assert lines(panel)[0].asked.toPlainText().startswith('read_file({"path": "basket.py"')
    assert "planted" not in "".join(json.dumps(request.body) for request in server.requests)
    press(panel, "show_request")
    qtbot.waitUntil(lambda: desktop.window.findChild(RequestDialog) is not None)
    dialog = desktop.window.findChild(RequestDialog)
    assert dialog is not None
    which = dialog.findChild(QComboBox, "request_which")
    assert which is not None
    assert [which.itemText(at) for at in range(2)] == [
        "Request 1 of 2: finished",
        "Request 2 of 2: finished",
    ]
    assert json.loads(dialog.body.toPlainText()) == server.requests[1].body
    QTest.keyClick(which, Qt.Key.Key_Up)
    assert json.loads(dialog.body.toPlainText()) == server.requests[0].body


def test_what_is_typed_and_not_saved_is_read_and_an_edit_of_it_is_placed(
    qtbot: QtBot, desktop: DesktopWindow, panel: ChatPanel, server: OpenAIServer
) -> None:
    view = opened(qtbot, desktop, BASKET)
    view.go_to(0, 0)
    QTest.keyClicks(view.code, "def typed_now(): pass")
    QTest.keyClick(view.code, Qt.Key.Key_Return)
    typed = ServerCall("find_symbols", '{"name": "typed_now"}', "c6")
    server.answers("", calls=(READ, typed))
    server.answers(ANSWER)
    switch_on(desktop, panel)
    ask(panel)
    qtbot.waitUntil(lambda: bool(last(panel).proposals), timeout=15_000)
    told = [row["content"] for row in server.requests[1].body["messages"] if row["role"] == "tool"]
    assert told[0].startswith("basket.py, lines 1 to 2 of ")
    assert "def typed_now(): pass\n" in told[0]
    assert told[1].startswith("basket.py:1-1: function typed_now")
    (change,) = review_of(desktop).state.change_sets[-1].files
    assert change.path == BASKET


def test_escape_stops_it_between_two_requests_and_what_was_read_stays(
    qtbot: QtBot, folder: Path, server: OpenAIServer
) -> None:
    server.answers("I look.", calls=(READ,))
    server.stall("And", after=1)
    with open_desktop(qtbot, folder) as first:
        panel = panel_of(qtbot, first)
        wait_for_review(qtbot, first)
        panel.composer.focus_prompt()
        qtbot.waitUntil(first.window.isActiveWindow)
        switch_on(first, panel)
        ask(panel)
        qtbot.waitUntil(lambda: len(server.requests) == 2)
        QTest.keyClick(panel.composer.prompt, Qt.Key.Key_Escape)
        qtbot.waitUntil(lambda: "Stopped" in last(panel).status)
        assert titles(panel)[0].startswith("Read basket.py:1–2 · ")
        assert server.wait_disconnect()
    with open_desktop(qtbot, folder) as second:
        panel = panel_of(qtbot, second)
        qtbot.waitUntil(lambda: bool(panel.conversation.transcript.turns) and bool(lines(panel)))
        assert titles(panel)[0].startswith("Read basket.py:1–2 · ")
        assert SOURCE.split("\n")[0] in lines(panel)[0].told.toPlainText()


def test_many_lines_are_put_away_at_the_end_and_opened_again(
    qtbot: QtBot, desktop: DesktopWindow, panel: ChatPanel, server: OpenAIServer
) -> None:
    server.answers("", calls=[ServerCall.of("search_text", f"c{number}", query=f"w{number}") for number in range(8)])
    server.answers("Nothing there.")
    switch_on(desktop, panel)
    ask(panel)
    wait_for_end(qtbot, panel, "Nothing there.")
    column = last(panel).findChild(ReadingColumn)
    assert column is not None
    assert column.all.text().startswith("8 looks · ")
    assert not column.lines[0].isVisible()
    QTest.keyClick(column.all, Qt.Key.Key_Space)
    assert column.lines[0].isVisible()
    assert "hide each call" in column.all.accessibleName()


def test_a_request_that_is_tried_now_goes_on_where_it_was(
    qtbot: QtBot, desktop: DesktopWindow, panel: ChatPanel, server: OpenAIServer
) -> None:
    server.answers("I look.", calls=(READ,))
    server.rate_limit(retry_after="50")
    server.answers("It adds up.")
    switch_on(desktop, panel)
    ask(panel)
    qtbot.waitUntil(lambda: last(panel).findChild(QPushButton, "retry_now") is not None, timeout=15_000)
    press(panel, "retry_now")
    wait_for_end(qtbot, panel, "It adds up.")
    assert last(panel).parts.text == "I look.\n\nIt adds up."
    assert len(titles(panel)) == 1


def test_another_conversation_in_front_holds_nothing_up_and_the_lines_come_back(
    qtbot: QtBot, desktop: DesktopWindow, folder: Path, panel: ChatPanel, server: OpenAIServer
) -> None:
    server.answers("I look.", calls=(READ, SEARCH))
    server.holds(["It adds ", "up."], after=1)
    switch_on(desktop, panel)
    ask(panel)
    qtbot.waitUntil(lambda: len(server.requests) == 2)
    QTest.keyClick(desktop.window, Qt.Key.Key_N, CTRL_ALT)
    qtbot.waitUntil(lambda: len(panel.conversation.transcript) == 0)
    turns = desktop.window.findChild(TurnController)
    assert turns is not None
    assert desktop.core is not None
    (kept,) = desktop.core.conversations.conversations(str(folder))
    turns.open_conversation(kept)
    qtbot.waitUntil(lambda: bool(panel.conversation.transcript.turns) and len(lines(panel)) == 2)
    server.release()
    wait_for_end(qtbot, panel, "It adds up.")
    assert [title.split(" · ")[0] for title in titles(panel)] == ["Read basket.py:1–2", "Searched “total”"]


def test_the_built_in_model_is_offered_nothing_to_read(
    qtbot: QtBot, desktop: DesktopWindow, panel: ChatPanel, server: OpenAIServer
) -> None:
    switch_on(desktop, panel)
    panel.header.model_chosen.emit(BUILT_IN_PROFILE.name)
    qtbot.waitUntil(lambda: "built-in model reads no files" in panel.composer.reading.toolTip())
    panel.header.model_chosen.emit("Test")
    qtbot.waitUntil(lambda: "costs tokens" in panel.composer.reading.toolTip())


def test_without_a_folder_a_sentence_says_so(qtbot: QtBot, server: OpenAIServer) -> None:
    with open_desktop(qtbot, None) as shown:
        panel = panel_of(qtbot, shown)
        QTest.mouseClick(panel.composer.reading, Qt.MouseButton.LeftButton)
        assert "No folder is open" in panel.composer.notice.toPlainText()
        assert not panel.composer.reading.isChecked()


def in_order(panel: ChatPanel) -> list[str]:
    """What stands below the prompt from top to bottom: texts, and looks in brackets."""
    view = last(panel)
    layout = view.layout()
    assert layout is not None
    shown = []
    for at in range(layout.count()):
        item = layout.itemAt(at)
        widget = None if item is None else item.widget()
        if isinstance(widget, AnswerView) and not widget.isHidden():
            shown.append(widget.toPlainText().strip())
        elif isinstance(widget, ReadingColumn):
            shown += [f"[{line.toggle.text().partition(' · ')[0]}]" for line in widget.lines.values()]
    return shown


def test_texts_and_looks_stand_in_the_order_in_which_they_came_also_after_a_restart(
    qtbot: QtBot, desktop: DesktopWindow, folder: Path, panel: ChatPanel, server: OpenAIServer
) -> None:
    server.answers("", calls=(LIST,))
    server.answers("I look at **total**.", calls=(READ,))
    server.answers("And for it.", calls=(SEARCH, SYMBOL))
    server.answers("It adds up: total.\n\n```python\nx = 1\n```")
    switch_on(desktop, panel)
    ask(panel)
    wait_for_end(qtbot, panel, "It adds up")
    wanted = [
        *("[Listed the folder]", "I look at total.", "[Read basket.py:1–2]", "And for it."),
        *("[Searched “total”]", "[Looked up “total”]", "It adds up: total.\nx = 1"),
    ]
    assert in_order(panel) == wanted
    # Found is what any of the texts says.
    QTest.keyClick(panel.composer.prompt, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(panel.find_bar.field, "total")
    wait_for_marks(qtbot, panel)
    panel.step_search(1)
    panel.step_search(1)
    QTest.keyClick(panel.find_bar.field, Qt.Key.Key_Escape)
    QTest.keyClick(desktop.window, Qt.Key.Key_Q, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: is_closed(desktop))
    with open_desktop(qtbot, folder) as second:
        panel = panel_of(qtbot, second)
        qtbot.waitUntil(lambda: len(panel.conversation.transcript.turns) == 1)
        qtbot.waitUntil(lambda: bool(last(panel).figures.text()))
        assert in_order(panel) == wanted
        assert len(last(panel).answer.bars) == 1


def wait_for_marks(qtbot: QtBot, panel: ChatPanel) -> None:
    qtbot.waitUntil(lambda: [len(each.extraSelections()) for each in last(panel).parts.views] == [1, 0, 1])


SALT = "Zk3vQ9xT7mB2pL8wR4nY6cJ1"
"""A long random word: no form tells that it is a secret."""


def test_a_random_word_in_what_the_model_reads_stays_here_until_it_is_chosen_to_be_sent(
    qtbot: QtBot, desktop: DesktopWindow, panel: ChatPanel, folder: Path, server: OpenAIServer
) -> None:
    (folder / "salt.py").write_text(f'GRAIN = "{SALT}"\n')
    read = ServerCall.of("read_file", "c1", path="salt.py", first_line=1, last_line=1)
    server.answers("I look.", calls=(read,))
    server.answers("It is salted.")
    switch_on(desktop, panel)
    ask(panel)
    wait_for_end(qtbot, panel, "It is salted.")
    line = lines(panel)[0]
    assert line.toggle.text().startswith("Read salt.py:1–1 · 1 random word masked · ")
    assert line.toggle.property("role") == "amber"
    assert "1 random word masked" in line.toggle.accessibleName()
    assert "HIDDEN_SECRET_" in line.told.toPlainText()
    assert SALT not in "".join(json.dumps(request.body) for request in server.requests)
    # What goes along with the next prompt is told of before it is sent, and can be chosen.
    panel.composer.focus_prompt()
    qtbot.waitUntil(lambda: panel.composer.secrets.text() == "1 secret masked. Choose…", timeout=15_000)
    QTest.mouseClick(panel.composer.secrets, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: desktop.window.findChild(SecretsPopup) is not None)
    popup = desktop.window.findChild(SecretsPopup)
    assert popup is not None
    assert "in what the model has read before" in popup.choices[0].accessibleName()
    QTest.keyClick(popup.choices[0], Qt.Key.Key_End)
    QTest.keyClick(popup.choices[0], Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: panel.composer.secrets.text() == "1 secret sent as it is. Choose…", timeout=15_000)
    server.forget()
    server.answers("I look again.", calls=(replace(read, call_id="c2"),))
    server.answers("As salty as before.")
    ask(panel)
    wait_for_end(qtbot, panel, "As salty as before.")
    line = lines(panel)[0]
    assert line.note.text() == "1 random word, sent as it is."
    assert line.note.isVisible()
    assert line.note.property("role") == "amber"
    assert "1 random word, sent as it is." in line.accessibleName()
    assert SALT in json.dumps(server.requests[3].body)


def test_lines_that_are_put_away_tell_of_secrets_in_them(
    qtbot: QtBot, desktop: DesktopWindow, panel: ChatPanel, folder: Path, server: OpenAIServer
) -> None:
    (folder / "salt.py").write_text(f'GRAIN = "{SALT}"\n')
    reads = [ServerCall.of("read_file", f"c{at}", path=BASKET, first_line=1, last_line=at) for at in range(1, 6)]
    salt = ServerCall.of("read_file", "c6", path="salt.py", first_line=1, last_line=1)
    server.answers("I look.", calls=(*reads, salt))
    server.answers("It is salted.")
    switch_on(desktop, panel)
    ask(panel)
    wait_for_end(qtbot, panel, "It is salted.")
    column = last(panel).findChild(ReadingColumn)
    assert column is not None
    assert column.all.isVisible()
    assert column.all.text().startswith("6 looks · ")
    assert column.all.text().endswith(" · 1 with secrets")
    assert column.all.property("role") == "amber"
    assert "1 with secrets or random words" in column.all.accessibleName()


def test_an_edit_around_a_masked_random_word_has_its_value_again(
    qtbot: QtBot, desktop: DesktopWindow, panel: ChatPanel, folder: Path, server: OpenAIServer
) -> None:
    (folder / "salt.py").write_text(f'GRAIN = "{SALT}"\n')
    server.answers("", calls=(ServerCall.of("read_file", "c1", path="salt.py", first_line=1, last_line=1),))

    def edited(exchange: Exchange) -> None:
        told = next(row["content"] for row in exchange.request.body["messages"] if row["role"] == "tool")
        hidden = PLACEHOLDER.findall(told)[0]
        block = f'GRAIN = "{hidden}"\n=======\nCORN = "{hidden}"\n'
        Answer([f"salt.py\n```py\n<<<<<<< SEARCH\n{block}>>>>>>> REPLACE\n```\n"])(exchange)

    server.replies(edited)
    switch_on(desktop, panel)
    ask(panel)
    qtbot.waitUntil(lambda: bool(last(panel).proposals), timeout=15_000)
    (change,) = review_of(desktop).state.change_sets[-1].files
    assert change.hunks[0].new_text == f'CORN = "{SALT}"\n'


def test_what_the_model_has_read_stays_masked_after_a_restart(qtbot: QtBot, folder: Path, server: OpenAIServer) -> None:
    """Nothing of it is kept: the turns are gone through again, in the order in which the model came to know them."""
    (folder / "salt.py").write_text(f'GRAIN = "{SALT}"\n')
    server.answers("I look.", calls=(ServerCall.of("read_file", "c1", path="salt.py", first_line=1, last_line=1),))
    server.answers("It is salted.")
    server.answers("Still.")
    with open_desktop(qtbot, folder) as first:
        panel = panel_of(qtbot, first)
        qtbot.waitUntil(first.window.isActiveWindow)
        switch_on(first, panel)
        ask(panel)
        wait_for_end(qtbot, panel, "It is salted.")
    with open_desktop(qtbot, folder) as second:
        panel = panel_of(qtbot, second)
        qtbot.waitUntil(lambda: bool(lines(panel)))
        assert "1 random word masked" in titles(panel)[0]
        assert lines(panel)[0].toggle.property("role") == "amber"
        panel.add_file("salt.py")
        qtbot.waitUntil(lambda: panel.composer.secrets.text() == "1 secret masked. Choose…", timeout=15_000)
        ask(panel, "And now?")
        wait_for_end(qtbot, panel, "Still.")
        told = json.dumps(server.requests[2].body)
        assert told.count("HIDDEN_SECRET_") >= 2
    assert SALT not in "".join(json.dumps(request.body) for request in server.requests)


def test_the_turn_says_that_a_random_word_of_its_prompt_went_as_it_is(
    qtbot: QtBot, panel: ChatPanel, server: OpenAIServer
) -> None:
    server.answers("It is salt.")
    ask(panel, f"What is {SALT}?")
    wait_for_end(qtbot, panel, "It is salt.")
    assert SALT in json.dumps(server.requests[0].body)
    label = last(panel).findChild(QLabel, "turn_omitted")
    assert label is not None
    assert label.text() == "1 word may be a secret and went as it is: a long random word."
    assert label.isVisible()

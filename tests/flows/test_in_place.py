"""Ctrl+I in the whole window: beside a running chat, stopped, refused by the server, and with the built-in model."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPlainTextEdit, QPushButton
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.bridge.folder.readable_files import WorkspaceFiles
from copilot_desktop.conversation.events import TurnFinished, TurnStatus
from copilot_desktop.editor.view import EditorView
from copilot_desktop.llm.local_server import BUILT_IN_PROFILE, starter_model_path
from copilot_desktop.text.ranges import LineRange
from copilot_desktop.ui.chat.read_before_sending import ReadBeforeSending
from copilot_desktop.ui.chat_in_window import ChatInWindow
from copilot_desktop.ui.notices import Banner
from copilot_desktop.ui.picker import Picker
from copilot_desktop.ui.prompt_box import PromptBox
from tests.support.desktop import open_desktop
from tests.support.in_place import changed_in_place, prompt_of
from tests.support.openai_server import OpenAIServer, RecordedRequest
from tests.support.shop import SOURCE, opened, panel_of, review_of

ANSWER = "basket.py\n```python\n<<<<<<< SEARCH\n    return 1\n=======\n    return 2\n>>>>>>> REPLACE\n```\n"
CTRL, ALT, SHIFT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ShiftModifier,
)


def opened_at_the_end(qtbot: QtBot, desktop: DesktopWindow) -> EditorView:
    """basket.py with its last line selected."""
    view = opened(qtbot, desktop)
    view.show_lines(LineRange(5, 5))
    QTest.keyClick(view.code, Qt.Key.Key_Down, SHIFT)
    return view


def ask_in_place(qtbot: QtBot, view: EditorView, prompt: str = "two") -> PromptBox:
    """Ctrl+I, type, Enter."""
    QTest.keyClick(view.code, Qt.Key.Key_I, CTRL)
    qtbot.waitUntil(lambda: view.findChild(PromptBox) is not None)
    box = view.findChild(PromptBox)
    assert box is not None
    qtbot.waitUntil(box.field.hasFocus)
    QTest.keyClicks(box.field, prompt)
    QTest.keyClick(box.field, Qt.Key.Key_Return)
    return box


def test_an_answer_that_streams_into_the_chat_is_not_stopped(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer
) -> None:
    panel = panel_of(qtbot, desktop)
    view = opened_at_the_end(qtbot, desktop)
    server.holds(["The first half ", "and the second half."], after=1)
    server.answers(ANSWER)
    QTest.keyClicks(panel.composer.prompt, "Explain")
    QTest.keyClick(panel.composer.prompt, Qt.Key.Key_Return)
    turns = panel.conversation.transcript
    qtbot.waitUntil(lambda: len(turns.turns) == 1 and turns.turns[0].answer.text == "The first half ")
    ask_in_place(qtbot, view)
    qtbot.waitUntil(lambda: len(view.diff_marks.hunks()) == 1)
    assert panel.composer.send.text() == "Stop"
    assert server.disconnects == 0
    server.release()
    qtbot.waitUntil(lambda: panel.composer.send.text() == "Send")
    assert turns.turns[0].answer.text == "The first half and the second half."
    # Both are in the one conversation, which is kept with both.
    assert [turn.head.prompt for turn in turns.turns] == ["Explain", "two"]
    core, conversation = desktop.core, desktop.window.findChild(ChatInWindow)
    assert core is not None
    assert conversation is not None
    shown = conversation.turns.conversation
    assert shown is not None
    assert [turn.status for turn in core.conversations.turns(shown.conversation_id)] == [TurnStatus.FINISHED] * 2


@pytest.mark.parametrize("by", ["key", "button"])
def test_stop_closes_the_socket_and_retry_asks_again(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, folder: Path, by: str
) -> None:
    panel_of(qtbot, desktop)
    view = opened_at_the_end(qtbot, desktop)
    server.holds(ANSWER)
    server.answers(ANSWER)
    box = ask_in_place(qtbot, view)
    qtbot.waitUntil(lambda: "arrives" in box.state.text())
    QTest.keyClicks(box.field, "typed into the prompt")
    assert view.text() == SOURCE, "what is typed while it works does not go into the file"
    if by == "key":
        QTest.keyClick(box.field, Qt.Key.Key_Escape)
    else:
        QTest.mouseClick(box.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: box.button.text() == "Retry")
    assert server.wait_disconnect()
    assert box.state.text() == "Stopped. Nothing was changed."
    assert box.field.text() == "two"
    assert view.diff_marks.hunks() == ()
    QTest.mouseClick(box.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(view.diff_marks.hunks()) == 1)
    assert len(server.requests) == 2
    assert (folder / "basket.py").read_text(encoding="utf-8") == SOURCE


def test_a_server_error_is_said_with_retry_and_the_chat_keeps_its_field(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer
) -> None:
    panel = panel_of(qtbot, desktop)
    view = opened_at_the_end(qtbot, desktop)
    server.unknown_model()
    server.answers(ANSWER)
    box = ask_in_place(qtbot, view)
    qtbot.waitUntil(lambda: box.button.text() == "Retry")
    assert "model" in box.state.text()
    assert box.field.text() == "two"
    assert panel.composer.prompt.toPlainText() == ""
    QTest.keyClick(box.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(view.diff_marks.hunks()) == 1)
    qtbot.waitUntil(box.versions.isVisible)
    assert box.field.text() == ""


def test_an_answer_of_one_plain_code_block_is_the_new_text_of_the_selection(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, folder: Path
) -> None:
    panel_of(qtbot, desktop)
    view = opened_at_the_end(qtbot, desktop)
    server.answers("```python\nreturn 2\n```\n")
    ask_in_place(qtbot, view)
    qtbot.waitUntil(lambda: len(view.diff_marks.hunks()) == 1)
    (hunk,) = view.diff_marks.hunks()
    assert (hunk.new_text, hunk.is_amber) == ("    return 2\n", False)
    QTest.keyClick(view.code, Qt.Key.Key_Y, ALT)
    qtbot.waitUntil(lambda: (folder / "basket.py").read_text() == SOURCE.replace("return 1", "return 2"))


def test_retry_in_the_chat_asks_in_place_again_and_the_prompt_in_the_text_follows(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer
) -> None:
    panel = panel_of(qtbot, desktop)
    view = opened_at_the_end(qtbot, desktop)
    server.unknown_model()
    server.holds(ANSWER)
    box = ask_in_place(qtbot, view)
    qtbot.waitUntil(lambda: box.button.text() == "Retry")
    retry = panel.findChild(QPushButton, "error_retry")
    assert retry is not None
    QTest.mouseClick(retry, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "arrives" in box.state.text())
    assert box.button.text() == "Stop"
    assert panel.composer.send.text() == "Send"
    server.release()
    qtbot.waitUntil(lambda: len(view.diff_marks.hunks()) == 1)
    qtbot.waitUntil(box.versions.isVisible)
    assert box.field.text() == ""
    first, second = server.requests
    assert first.body["messages"] == second.body["messages"]


def test_a_rate_limit_counts_down_and_is_answered(qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer) -> None:
    panel_of(qtbot, desktop)
    view = opened_at_the_end(qtbot, desktop)
    server.rate_limit("1")
    server.answers(ANSWER)
    box = ask_in_place(qtbot, view)
    qtbot.waitUntil(lambda: "Next try in 1 s" in box.state.text())
    qtbot.waitUntil(lambda: len(view.diff_marks.hunks()) == 1)
    assert len(server.requests) == 2


def test_closing_the_tab_stops_its_prompt(qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer) -> None:
    panel_of(qtbot, desktop)
    view = opened_at_the_end(qtbot, desktop)
    server.holds(ANSWER)
    box = ask_in_place(qtbot, view)
    qtbot.waitUntil(lambda: "arrives" in box.state.text())
    QTest.keyClick(view.code, Qt.Key.Key_W, CTRL)
    qtbot.waitUntil(lambda: desktop.window.editors.current_view() is None)
    qtbot.waitUntil(lambda: server.disconnects == 1)


def test_two_first_prompts_at_once_make_one_conversation(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, folder: Path
) -> None:
    panel = panel_of(qtbot, desktop)
    view = opened_at_the_end(qtbot, desktop)

    def answer(request: RecordedRequest) -> str:
        return "Fine." if "Explain" in request.prompt else ANSWER

    server.answers_with(answer)
    QTest.keyClick(view.code, Qt.Key.Key_I, CTRL)
    qtbot.waitUntil(lambda: view.findChild(PromptBox) is not None)
    box = view.findChild(PromptBox)
    assert box is not None
    box.field.setText("two")
    QTest.keyClicks(panel.composer.prompt, "Explain")
    QTest.keyClick(panel.composer.prompt, Qt.Key.Key_Return)
    QTest.keyClick(box.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(view.diff_marks.hunks()) == 1 and panel.composer.send.text() == "Send")
    assert desktop.core is not None
    assert len(desktop.core.conversations.conversations(str(folder))) == 1


def test_a_link_to_a_secret_is_not_sent(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, folder: Path
) -> None:
    (folder / ".env").write_text("API_SECRET=hunter2\n", encoding="utf-8")
    (folder / "notes.txt").symlink_to(".env")
    panel = panel_of(qtbot, desktop)
    desktop.documents.open("notes.txt")
    qtbot.waitUntil(lambda: desktop.window.editors.current_view() is not None)
    view = desktop.window.editors.current_view()
    assert view is not None
    view.setFocus()
    box = ask_in_place(qtbot, view)
    qtbot.waitUntil(lambda: not box.is_working)
    said = "notes.txt leads to .env, which looks like environment variables, and is never given to a model."
    assert said in box.state.text()
    assert box.field.text() == "two"
    assert panel.conversation.transcript.turns == ()
    assert server.requests == []


def shown_text(box: PromptBox) -> str:
    """What the window with all that would be sent shows."""
    window = box.findChild(ReadBeforeSending)
    field = None if window is None or not window.is_open else window.findChild(QPlainTextEdit)
    return "" if field is None else field.toPlainText()


def check_it_is_what_is_sent(qtbot: QtBot, box: PromptBox, server: OpenAIServer) -> None:
    """Enter sends what is shown: every message, in this order, and nothing else."""
    shown, count = shown_text(box), len(server.requests)
    QTest.keyClick(box.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(server.requests) > count)
    at = 0
    for message in server.requests[-1].body["messages"]:
        content = message["content"]
        texts = [content] if isinstance(content, str) else [each["text"] for each in content if "text" in each]
        for text in texts:
            assert text in shown[at:]
            at = shown.index(text, at) + len(text)
    assert shown[at:].strip() == ""


def test_the_eye_shows_what_enter_sends_with_the_chat_before(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, folder: Path
) -> None:
    picture = QImage(40, 30, QImage.Format.Format_RGB32)
    picture.fill(0x336699)
    assert picture.save(str(folder / "shot.png"))
    panel = panel_of(qtbot, desktop)
    panel.pictures_dropped.emit((folder / "shot.png",))
    qtbot.waitUntil(lambda: bool(panel.composer.chips.views))
    server.answers("A blue one.")
    panel.composer.focus_prompt()
    QTest.keyClicks(panel.composer.prompt, "What is it?")
    QTest.keyClick(panel.composer.prompt, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(server.requests) and panel.composer.send.text() == "Send", timeout=15_000)
    server.forget()
    server.answers(ANSWER)
    view = opened_at_the_end(qtbot, desktop)
    box = prompt_of(qtbot, view)
    QTest.keyClicks(box.field, "two")
    QTest.mouseClick(box.look, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: shown_text(box).rstrip().endswith("two"), timeout=15_000)
    assert "A blue one." in shown_text(box)
    assert "[A picture of 40×30 pixels" in shown_text(box)
    # It follows what is typed beside it.
    QTest.keyClicks(box.field, " please")
    qtbot.waitUntil(lambda: shown_text(box).rstrip().endswith("two please"), timeout=15_000)
    tip = box.budget.toolTip()
    assert "the lines, the instructions and 1 earlier turn of the chat (" in tip
    assert tip.splitlines()[0].endswith(" tk, 1 picture)")
    assert box.budget.accessibleDescription() == tip
    check_it_is_what_is_sent(qtbot, box, server)


def test_the_eye_shows_what_a_follow_up_sends(qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer) -> None:
    server.answers(ANSWER)
    _view, box = changed_in_place(qtbot, desktop)
    QTest.keyClicks(box.field, "or three")
    QTest.mouseClick(box.look, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: shown_text(box).rstrip().endswith("or three"), timeout=15_000)
    assert "1 earlier turn of the chat (" in box.budget.toolTip()
    check_it_is_what_is_sent(qtbot, box, server)


def test_the_palette_shows_what_the_prompt_in_the_text_would_send_while_the_keyboard_is_there(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer
) -> None:
    panel = panel_of(qtbot, desktop)
    view = opened_at_the_end(qtbot, desktop)
    box = prompt_of(qtbot, view)
    QTest.keyClicks(box.field, "two")
    QTest.keyClick(box.field, Qt.Key.Key_P, CTRL | SHIFT)
    palette = desktop.window.findChild(Picker, "command_palette")
    assert palette is not None
    qtbot.waitUntil(palette.isVisible)
    QTest.keyClicks(palette.field, "exactly what will be sent")
    QTest.keyClick(palette.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: shown_text(box).rstrip().endswith("two"), timeout=15_000)
    assert panel.composer.findChild(ReadBeforeSending) is None
    assert "the lines and the instructions" in box.budget.toolTip()
    window = box.findChild(ReadBeforeSending)
    assert window is not None
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert not window.is_open
    # Opened again it never shows what was so before.
    QTest.keyClicks(box.field, " please")
    assert shown_text(box) == ""
    QTest.mouseClick(box.look, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: shown_text(box).rstrip().endswith("two please"), timeout=15_000)
    window = next(each for each in box.findChildren(ReadBeforeSending) if each.is_open)
    qtbot.waitUntil(lambda: window.state == "This is what Enter sends now.")
    QTest.keyClicks(box.field, "!")
    assert window.state == "Not final yet: it is being put together…"
    qtbot.waitUntil(lambda: window.state == "This is what Enter sends now.")
    assert shown_text(box).rstrip().endswith("two please!")
    check_it_is_what_is_sent(qtbot, box, server)


def test_a_file_that_no_model_may_see_is_said_before_anything_is_typed(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, folder: Path
) -> None:
    (folder / ".env").write_text("API_SECRET=hunter2\n", encoding="utf-8")
    panel_of(qtbot, desktop)
    view = opened(qtbot, desktop, ".env")
    box = prompt_of(qtbot, view)
    qtbot.waitUntil(lambda: "never given to a model" in box.state.text())
    assert box.field.hasFocus()
    assert box.budget.text() == ""
    assert not box.secrets.isVisible()
    QTest.keyClicks(box.field, "two")
    QTest.mouseClick(box.look, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "never given to a model" in shown_text(box))
    assert "hunter2" not in shown_text(box)
    press(qtbot, desktop, "Allow this file…")
    press(qtbot, desktop, "Allow in this conversation")
    qtbot.waitUntil(lambda: box.state.text() == "" and "tk" in box.budget.text(), timeout=15_000)
    qtbot.waitUntil(lambda: "API_SECRET" in shown_text(box), timeout=15_000)
    assert box.field.text() == "two"
    check_it_is_what_is_sent(qtbot, box, server)


def choices(desktop: DesktopWindow, title: str) -> list[QPushButton]:
    """Those of the notices that are called so."""
    buttons = (each for notice in desktop.window.findChildren(Banner) for each in notice.findChildren(QPushButton))
    return [each for each in buttons if each.text() == title and each.isVisible()]


def press(qtbot: QtBot, desktop: DesktopWindow, title: str) -> None:
    """A choice of a notice."""
    qtbot.waitUntil(lambda: bool(choices(desktop, title)))
    QTest.mouseClick(choices(desktop, title)[0], Qt.MouseButton.LeftButton)


def test_the_offer_to_allow_a_file_goes_with_the_prompt(qtbot: QtBot, desktop: DesktopWindow, folder: Path) -> None:
    (folder / ".env").write_text("API_SECRET=hunter2\n", encoding="utf-8")
    panel_of(qtbot, desktop)
    view = opened(qtbot, desktop, ".env")
    box = prompt_of(qtbot, view)
    qtbot.waitUntil(lambda: bool(choices(desktop, "Allow this file…")))
    QTest.keyClick(box.field, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not choices(desktop, "Allow this file…"))


def test_stopped_while_the_file_is_checked_sends_nothing(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel = panel_of(qtbot, desktop)
    view = opened_at_the_end(qtbot, desktop)
    go, checked = threading.Event(), threading.Event()
    real = WorkspaceFiles.check

    def slow(files: WorkspaceFiles, path: str) -> None:
        assert go.wait(10)
        real(files, path)
        checked.set()

    monkeypatch.setattr(WorkspaceFiles, "check", slow)
    box = ask_in_place(qtbot, view)
    QTest.keyClick(box.field, Qt.Key.Key_Escape)
    assert box.state.text() == "Stopped. Nothing was changed."
    go.set()
    qtbot.waitUntil(checked.is_set)
    qtbot.wait(200)
    assert panel.conversation.transcript.turns == ()
    assert server.requests == []


@pytest.mark.skipif(starter_model_path() is None, reason="the starter model is not installed")
def test_the_built_in_model_answers_in_place(qtbot: QtBot, private_home: Path, folder: Path) -> None:
    """The path only: what a tiny model writes is its own affair."""
    with open_desktop(qtbot, folder) as desktop:
        panel = panel_of(qtbot, desktop, BUILT_IN_PROFILE.model)
        chat = desktop.window.findChild(ChatInWindow)
        assert chat is not None
        ended: list[TurnFinished] = []
        chat.turns.turn_event.connect(lambda event: ended.append(event) if isinstance(event, TurnFinished) else None)
        view = opened_at_the_end(qtbot, desktop)
        box = ask_in_place(qtbot, view, "Return 2 instead of 1")
        qtbot.waitUntil(lambda: len(ended) == 1, timeout=120_000)
        assert ended[0].status is TurnStatus.FINISHED, ended[0].error
        answer = panel.conversation.transcript.turns[0].answer.text
        assert answer.startswith("```py\n")
        if view.diff_marks.hunks():
            # Exactly the selected line is proposed anew, and rejecting leaves the file as it was.
            (hunk,) = view.diff_marks.hunks()
            assert ended[0].proposal is not None
            assert [(each.start, each.end) for each in ended[0].proposal.hunks] == [(5, 6)]
            QTest.keyClick(view.code, Qt.Key.Key_N, ALT)
            qtbot.waitUntil(lambda: view.diff_marks.hunks() == ())
            assert hunk is not None
        else:
            assert box.button.text() == "Retry"
            assert box.state.text()
        assert (folder / "basket.py").read_text(encoding="utf-8") == SOURCE


LOST = """basket.py
```python
<<<<<<< SEARCH
def nothing_like_it(here, at, all):
    pass
=======
def other():
    return 2
>>>>>>> REPLACE
```
"""
FOUND = LOST.replace("def nothing_like_it(here, at, all):\n    pass", "def other():\n    return 1")


def test_a_change_that_has_no_place_is_asked_for_once_more(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer
) -> None:
    view = opened_at_the_end(qtbot, desktop)
    server.answers(LOST)
    server.holds(FOUND)
    box = ask_in_place(qtbot, view)
    qtbot.waitUntil(lambda: "asking once more" in box.state.text())
    server.release()
    qtbot.waitUntil(lambda: len(review_of(desktop).state.pending()) == 1)
    qtbot.waitUntil(box.versions.isVisible)


def test_a_change_that_still_has_no_place_says_so(qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer) -> None:
    view = opened_at_the_end(qtbot, desktop)
    server.answers(LOST)
    box = ask_in_place(qtbot, view)
    qtbot.waitUntil(lambda: "still has no place" in box.state.text())
    assert box.button.text() == "Retry"
    assert len(server.requests) == 2

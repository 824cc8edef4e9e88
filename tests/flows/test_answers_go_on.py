"""An answer goes on while another conversation is shown, in the whole window, and is there when one comes back."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QToolButton
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.ui.chat.chat_panel import ChatPanel
from copilot_desktop.ui.chat.conversation_rows import ANSWER, FOUND
from tests.support.desktop import is_closed, open_desktop
from tests.support.openai_server import OpenAIServer
from tests.support.shop import make_shop, panel_of

_CTRL_ALT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier


def prompts(panel: ChatPanel) -> list[str]:
    return [view.head.prompt for view in panel.conversation.transcript.turns]


def answers(panel: ChatPanel) -> list[str]:
    return [view.answer.text for view in panel.conversation.transcript.turns]


def send(panel: ChatPanel, prompt: str) -> None:
    QTest.keyClicks(panel.composer.prompt, prompt)
    QTest.keyClick(panel.composer.prompt, Qt.Key.Key_Return)


def press(desktop: DesktopWindow, pressed: Qt.Key) -> None:
    QTest.keyClick(desktop.window, pressed, _CTRL_ALT)


def quit_by_key(qtbot: QtBot, desktop: DesktopWindow) -> None:
    QTest.keyClick(desktop.window, Qt.Key.Key_Q, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: is_closed(desktop))


def rows(panel: ChatPanel) -> dict[str, str]:
    """Title and what the row says of its answer."""
    model = panel.pages.list.list.model()
    indexes = [model.index(at, 0) for at in range(model.rowCount())]
    return {index.data(FOUND).conversation.title: str(index.data(ANSWER)) for index in indexes}


def begin(qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer) -> ChatPanel:
    """A first answer that waits in its middle, and a new conversation in front of it."""
    server.holds(["Half ", "and **half**."])
    server.answers("Another.")
    panel = panel_of(qtbot, desktop)
    send(panel, "first")
    qtbot.waitUntil(lambda: answers(panel) == ["Half "])
    press(desktop, Qt.Key.Key_N)
    qtbot.waitUntil(lambda: prompts(panel) == [])
    return panel


def back_to(qtbot: QtBot, desktop: DesktopWindow, panel: ChatPanel, words: str) -> None:
    """By the list, by keys."""
    press(desktop, Qt.Key.Key_H)
    qtbot.waitUntil(lambda: bool(rows(panel)))
    QTest.keyClicks(panel.pages.list.field, words)
    qtbot.waitUntil(lambda: len(rows(panel)) == 1)
    QTest.keyClick(panel.pages.list.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not panel.pages.is_list_shown)


def test_the_list_says_what_runs_and_the_answer_is_there_when_one_comes_back(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer
) -> None:
    panel = begin(qtbot, desktop, server)
    assert panel.composer.send.text() == "Send"
    assert panel.header.more.toolTip() == "Conversations: 1 being answered"
    send(panel, "second")
    qtbot.waitUntil(lambda: answers(panel) == ["Another."])
    press(desktop, Qt.Key.Key_H)
    qtbot.waitUntil(lambda: rows(panel) == {"second": "", "first": "answering"})
    server.release()
    qtbot.waitUntil(lambda: rows(panel) == {"second": "", "first": "new answer"})
    assert panel.header.more.toolTip() == "Conversations: 1 with a new answer"
    QTest.keyClick(panel.pages.list.field, Qt.Key.Key_Escape)
    back_to(qtbot, desktop, panel, "first")
    qtbot.waitUntil(lambda: answers(panel) == ["Half and **half**."])
    assert panel.header.more.toolTip() == "Conversations"
    assert server.disconnects == 0
    assert len(server.requests) == 2


def test_one_comes_back_while_it_arrives_and_sees_all_of_it(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer
) -> None:
    panel = begin(qtbot, desktop, server)
    back_to(qtbot, desktop, panel, "first")
    qtbot.waitUntil(lambda: answers(panel) == ["Half "])
    assert panel.composer.send.text() == "Stop"
    server.release()
    qtbot.waitUntil(lambda: answers(panel) == ["Half and **half**."])
    qtbot.waitUntil(lambda: panel.composer.send.text() == "Send")
    (view,) = panel.conversation.transcript.turns
    assert view.status == ""
    assert view.findChild(QToolButton, "turn_retry") is not None
    # What is asked next knows the whole answer.
    send(panel, "more")
    qtbot.waitUntil(lambda: answers(panel)[1:] == ["Another."])
    assert "Half and **half**." in server.requests[-1].raw


def test_it_is_stopped_from_the_list_by_mouse_and_from_its_conversation_by_key(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer
) -> None:
    panel = begin(qtbot, desktop, server)
    press(desktop, Qt.Key.Key_H)
    qtbot.waitUntil(lambda: rows(panel) == {"first": "answering"})
    stop = panel.findChild(QToolButton, "conversation_stop")
    assert stop is not None
    assert stop.isEnabled()
    QTest.mouseClick(stop, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: server.disconnects == 1)
    qtbot.waitUntil(lambda: rows(panel) == {"first": ""})
    assert not stop.isEnabled()
    QTest.keyClick(panel.pages.list.field, Qt.Key.Key_Escape)
    back_to(qtbot, desktop, panel, "first")
    qtbot.waitUntil(lambda: answers(panel) == ["Half "])
    (view,) = panel.conversation.transcript.turns
    qtbot.waitUntil(lambda: view.status == "Stopped. What had arrived is kept.")
    server.holds("A third that waits for ever.")
    send(panel, "second")
    qtbot.waitUntil(lambda: answers(panel)[1:] == ["Another."])
    send(panel, "third")
    qtbot.waitUntil(lambda: panel.composer.send.text() == "Stop" and len(server.requests) == 3)
    press(desktop, Qt.Key.Key_N)
    back_to(qtbot, desktop, panel, "first")
    qtbot.waitUntil(lambda: panel.composer.send.text() == "Stop")
    QTest.keyClick(panel.composer.prompt, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: panel.composer.send.text() == "Send")


def test_what_is_queued_behind_it_is_sent_there(qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer) -> None:
    server.holds(["Half ", "and half."])
    server.answers("Another.")
    panel = panel_of(qtbot, desktop)
    send(panel, "first")
    qtbot.waitUntil(lambda: answers(panel) == ["Half "])
    send(panel, "queued")
    press(desktop, Qt.Key.Key_N)
    qtbot.waitUntil(lambda: prompts(panel) == [])
    assert panel.queue.prompts == ()
    server.release()
    qtbot.waitUntil(lambda: len(server.requests) == 2)
    assert prompts(panel) == []
    assert "Half and half." in server.requests[-1].raw
    qtbot.waitUntil(lambda: panel.header.more.toolTip() == "Conversations: 1 with a new answer")
    back_to(qtbot, desktop, panel, "first")
    qtbot.waitUntil(lambda: answers(panel) == ["Half and half.", "Another."])
    assert panel.queue.prompts == ()


def test_deleting_its_conversation_stops_it(qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer) -> None:
    panel = begin(qtbot, desktop, server)
    press(desktop, Qt.Key.Key_H)
    qtbot.waitUntil(lambda: rows(panel) == {"first": "answering"})
    panel.pages.list.list.setFocus()
    QTest.keyClick(panel.pages.list.list, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: server.disconnects == 1)
    qtbot.waitUntil(lambda: rows(panel) == {})
    assert panel.header.more.toolTip() == "Conversations"


def test_a_failure_elsewhere_is_told_and_can_be_asked_again(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer
) -> None:
    server.cut(["Half ", "gone"])
    server.answers("Whole.")
    panel = panel_of(qtbot, desktop)
    server.released.clear()
    send(panel, "first")
    press(desktop, Qt.Key.Key_N)
    qtbot.waitUntil(lambda: "new answer" in panel.header.more.toolTip())
    back_to(qtbot, desktop, panel, "first")
    qtbot.waitUntil(lambda: prompts(panel) == ["first"])
    (view,) = panel.conversation.transcript.turns
    qtbot.waitUntil(lambda: view.status == "Cut off here.")
    press(desktop, Qt.Key.Key_R)
    qtbot.waitUntil(lambda: answers(panel) == ["Whole."])


def test_a_new_answer_is_still_new_after_a_restart(qtbot: QtBot, tmp_path: Path, server: OpenAIServer) -> None:
    folder = make_shop(tmp_path)
    with open_desktop(qtbot, folder) as first:
        panel = begin(qtbot, first, server)
        server.release()
        qtbot.waitUntil(lambda: panel.header.more.toolTip() == "Conversations: 1 with a new answer")
        send(panel, "second")
        qtbot.waitUntil(lambda: answers(panel) == ["Another."] and panel.composer.send.text() == "Send")
        quit_by_key(qtbot, first)
    with open_desktop(qtbot, folder) as second:
        panel = panel_of(qtbot, second)
        qtbot.waitUntil(lambda: panel.header.more.toolTip() == "Conversations: 1 with a new answer")
        back_to(qtbot, second, panel, "first")
        qtbot.waitUntil(lambda: panel.header.more.toolTip() == "Conversations")
        quit_by_key(qtbot, second)
    with open_desktop(qtbot, folder) as third:
        panel = panel_of(qtbot, third)
        qtbot.waitUntil(lambda: len(answers(panel)) == 1)
        assert panel.header.more.toolTip() == "Conversations"


def test_an_export_while_the_answer_arrives_says_so(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, tmp_path: Path
) -> None:
    server.holds(["Half ", "and half."])
    panel = panel_of(qtbot, desktop)
    send(panel, "first")
    qtbot.waitUntil(lambda: answers(panel) == ["Half "])
    place = tmp_path / "out.md"
    assert desktop.window.commands.run("chat.export")
    qtbot.waitUntil(lambda: desktop.window.findChild(QFileDialog) is not None)
    dialog = desktop.window.findChild(QFileDialog)
    assert dialog is not None
    dialog.fileSelected.emit(str(place))
    dialog.done(0)
    qtbot.waitUntil(place.exists)
    assert place.read_text(encoding="utf-8").endswith("Half \n\n*The answer was still arriving.*\n")
    server.release()
    qtbot.waitUntil(lambda: panel.composer.send.text() == "Send")

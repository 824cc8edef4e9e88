"""What is written in the chat and not sent outlives window and program; nothing of it is sent by itself."""

from __future__ import annotations

import os
import time
from contextlib import closing
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.assembly import CONVERSATIONS_FILE
from copilot_desktop.conversation.draft_store import DraftStore
from copilot_desktop.conversation.store import ConversationStore
from copilot_desktop.settings.folders import program_folders
from copilot_desktop.text.ranges import LineRange
from copilot_desktop.ui.chat.chat_panel import ChatPanel
from tests.support.desktop import is_closed, open_desktop, open_program
from tests.support.disk_faults import fill_disk, small_disk
from tests.support.openai_server import OpenAIServer
from tests.support.shop import BASKET, opened, panel_of, serving_model

_CTRL = Qt.KeyboardModifier.ControlModifier
_CTRL_ALT = _CTRL | Qt.KeyboardModifier.AltModifier


def prompts(panel: ChatPanel) -> list[str]:
    return [view.head.prompt for view in panel.conversation.transcript.turns]


def answers(panel: ChatPanel) -> list[str]:
    return [view.answer.text for view in panel.conversation.transcript.turns]


def written(panel: ChatPanel) -> str:
    return panel.composer.prompt.toPlainText()


def chips(panel: ChatPanel) -> list[str]:
    return [view.chip.label for view in panel.composer.chips.views]


def write(panel: ChatPanel, text: str) -> None:
    QTest.keyClicks(panel.composer.prompt, text)


def send(panel: ChatPanel, prompt: str) -> None:
    write(panel, prompt)
    QTest.keyClick(panel.composer.prompt, Qt.Key.Key_Return)


def press(desktop: DesktopWindow, pressed: Qt.Key) -> None:
    QTest.keyClick(desktop.window, pressed, _CTRL_ALT)


def quit_by_key(qtbot: QtBot, desktop: DesktopWindow) -> None:
    QTest.keyClick(desktop.window, Qt.Key.Key_Q, _CTRL)
    qtbot.waitUntil(lambda: is_closed(desktop))


def queued(panel: ChatPanel) -> list[str]:
    return [each.prompt for each in panel.queue.prompts]


def test_a_half_written_prompt_with_its_chips_is_there_again(qtbot: QtBot, folder: Path, server: OpenAIServer) -> None:
    with open_desktop(qtbot, folder) as first:
        panel = panel_of(qtbot, first)
        view = opened(qtbot, first)
        view.show_lines(LineRange(0, 0))
        QTest.keyClick(view.code, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
        QTest.keyClick(view.code, Qt.Key.Key_L, _CTRL)
        QTest.keyClick(view.code, Qt.Key.Key_L, _CTRL_ALT)
        qtbot.waitUntil(lambda: chips(panel) == ["basket.py:1", "basket.py"])
        write(panel, "why is this ")
        QTest.keyClick(panel.composer.prompt, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
        write(panel, "so slow")
        quit_by_key(qtbot, first)
    (folder / BASKET).write_text("changed = 1\n", encoding="utf-8")
    with open_desktop(qtbot, folder) as second:
        panel = panel_of(qtbot, second)
        qtbot.waitUntil(lambda: written(panel) == "why is this \nso slow")
        qtbot.waitUntil(lambda: [view.chip.tokens is not None for view in panel.composer.chips.views] == [True, True])
        # The lines as they were, the file as it is.
        assert [view.chip.text for view in panel.composer.chips.views] == ["def total(items):\n", "changed = 1\n"]
        assert server.requests == []
        QTest.keyClick(panel.composer.prompt, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: len(answers(panel)) == 1 and bool(answers(panel)[0]))
        assert "so slow" in server.requests[-1].prompt
        assert "changed = 1" in server.requests[-1].prompt
        quit_by_key(qtbot, second)
    with open_desktop(qtbot, folder) as third:
        panel = panel_of(qtbot, third)
        qtbot.waitUntil(lambda: len(prompts(panel)) == 1)
        qtbot.wait(300)
        assert (written(panel), chips(panel)) == ("", [])


def test_each_conversation_keeps_its_own_also_over_a_restart(qtbot: QtBot, folder: Path, server: OpenAIServer) -> None:
    with open_desktop(qtbot, folder) as first:
        panel = panel_of(qtbot, first)
        send(panel, "one")
        qtbot.waitUntil(lambda: prompts(panel) == ["one"] and panel.composer.send.text() == "Send")
        write(panel, "more of one")
        press(first, Qt.Key.Key_N)
        qtbot.waitUntil(lambda: prompts(panel) == [])
        assert written(panel) == ""
        write(panel, "of the next")
        press(first, Qt.Key.Key_H)
        qtbot.waitUntil(lambda: len(panel.pages.list.found) == 1)
        QTest.keyClick(panel.pages.list.field, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: prompts(panel) == ["one"])
        assert written(panel) == "more of one"
        # Undo does not lead to what another conversation holds.
        QTest.keyClick(panel.composer.prompt, Qt.Key.Key_Z, _CTRL)
        assert written(panel) == "more of one"
        press(first, Qt.Key.Key_N)
        qtbot.waitUntil(lambda: written(panel) == "of the next")
        quit_by_key(qtbot, first)
    with open_desktop(qtbot, folder) as second:
        panel = panel_of(qtbot, second)
        # The one that was in front, although nothing was ever sent in it.
        qtbot.waitUntil(lambda: written(panel) == "of the next")
        assert prompts(panel) == []
        press(second, Qt.Key.Key_H)
        qtbot.waitUntil(lambda: len(panel.pages.list.found) == 1)
        QTest.keyClick(panel.pages.list.field, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: written(panel) == "more of one")


def test_queued_prompts_come_back_and_are_never_sent_by_themselves(
    qtbot: QtBot, folder: Path, server: OpenAIServer
) -> None:
    server.holds(["Half ", "and half."])
    server.answers("Whole.")
    with open_desktop(qtbot, folder) as first:
        panel = panel_of(qtbot, first)
        send(panel, "one")
        qtbot.waitUntil(lambda: answers(panel) == ["Half "])
        panel.add_file(BASKET)
        qtbot.waitUntil(lambda: chips(panel) == [BASKET])
        send(panel, "two")
        send(panel, "three")
        assert queued(panel) == ["two", "three"]
        quit_by_key(qtbot, first)
    with open_desktop(qtbot, folder) as second:
        panel = panel_of(qtbot, second)
        qtbot.waitUntil(lambda: queued(panel) == ["two", "three"])
        about = panel.findChild(QPushButton, "queue_send")
        assert about is not None
        assert about.isVisible()
        assert about.text() == "Send all"
        # Not after another answer either.
        send(panel, "four")
        qtbot.waitUntil(lambda: answers(panel)[-1:] == ["Whole."] and panel.composer.send.text() == "Send")
        qtbot.wait(300)
        assert queued(panel) == ["two", "three"]
        assert len(server.requests) == 2
        QTest.mouseClick(about, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: queued(panel) == [] and panel.composer.send.text() == "Send")
        assert prompts(panel) == ["one", "four", "two", "three"]
        assert "def total" in server.requests[2].prompt
        quit_by_key(qtbot, second)
    with open_desktop(qtbot, folder) as third:
        panel = panel_of(qtbot, third)
        qtbot.waitUntil(lambda: len(prompts(panel)) == 4)
        assert queued(panel) == []


def test_queued_prompts_of_an_earlier_start_are_removed_or_edited(
    qtbot: QtBot, folder: Path, server: OpenAIServer
) -> None:
    server.holds(["Half ", "and half."])
    with open_desktop(qtbot, folder) as first:
        panel = panel_of(qtbot, first)
        send(panel, "one")
        qtbot.waitUntil(lambda: answers(panel) == ["Half "])
        for prompt in ("two", "three", "four"):
            send(panel, prompt)
        quit_by_key(qtbot, first)
    with open_desktop(qtbot, folder) as second:
        panel = panel_of(qtbot, second)
        qtbot.waitUntil(lambda: queued(panel) == ["two", "three", "four"])
        edit = [each for each in panel.findChildren(QToolButton, "queued_edit") if each.isVisible()][1]
        QTest.mouseClick(edit, Qt.MouseButton.LeftButton)
        assert (queued(panel), written(panel)) == (["two", "four"], "three")
        clear = panel.findChild(QPushButton, "queue_clear")
        assert clear is not None
        clear.setFocus()
        QTest.keyClick(clear, Qt.Key.Key_Space)
        assert queued(panel) == []
        quit_by_key(qtbot, second)
    with open_desktop(qtbot, folder) as third:
        panel = panel_of(qtbot, third)
        qtbot.waitUntil(lambda: written(panel) == "three")
        assert queued(panel) == []
        assert len(server.requests) == 1


def test_a_prompt_that_is_edited_is_edited_again(qtbot: QtBot, folder: Path, server: OpenAIServer) -> None:
    with open_desktop(qtbot, folder) as first:
        panel = panel_of(qtbot, first)
        send(panel, "one")
        qtbot.waitUntil(lambda: prompts(panel) == ["one"] and panel.composer.send.text() == "Send")
        write(panel, "my draft")
        press(first, Qt.Key.Key_E)
        write(panel, " and a half")
        quit_by_key(qtbot, first)
    with open_desktop(qtbot, folder) as second:
        panel = panel_of(qtbot, second)
        qtbot.waitUntil(lambda: written(panel) == "one and a half")
        assert panel.composer.editing.text.startswith("Editing an earlier prompt.")
        QTest.keyClick(panel.composer.prompt, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: prompts(panel) == ["one and a half"])
        assert written(panel) == "my draft"
        assert panel.conversation.transcript.turns[0].prompt.branches == "2 of 2"


def test_it_is_on_disk_a_second_after_it_was_typed_while_one_types_on(
    qtbot: QtBot, folder: Path, server: OpenAIServer
) -> None:
    place = program_folders(os.environ).data / CONVERSATIONS_FILE
    with open_desktop(qtbot, folder) as desktop:
        panel = panel_of(qtbot, desktop)
        qtbot.wait(500)
        worst = 0.0
        with closing(ConversationStore(place)) as other:
            for number in range(12):
                write(panel, f"{number} ")
                since, wanted = time.monotonic(), written(panel)
                qtbot.waitUntil(lambda wanted=wanted: wanted in _prompts(other, folder))  # type: ignore[misc]
                worst = max(worst, time.monotonic() - since)
        assert worst < 1.0 or os.getloadavg()[0] > 2 * (os.cpu_count() or 1)


def _prompts(store: ConversationStore, folder: Path) -> list[str]:
    return [draft.written.prompt for draft in DraftStore(store).load(str(folder)).values()]


def test_another_folder_has_its_own_and_this_one_is_there_when_one_comes_back(
    qtbot: QtBot, folder: Path, server: OpenAIServer, tmp_path: Path
) -> None:
    (tmp_path / "other").mkdir()
    with open_desktop(qtbot, folder) as desktop:
        panel = panel_of(qtbot, desktop)
        write(panel, "about the shop")
        desktop.files.open_place(tmp_path / "other")
        qtbot.waitUntil(lambda: written(panel) == "")
        write(panel, "about the other")
        desktop.files.open_place(folder)
        qtbot.waitUntil(lambda: written(panel) == "about the shop")
        desktop.files.open_place(tmp_path / "other")
        qtbot.waitUntil(lambda: written(panel) == "about the other")


def test_without_a_folder_it_is_kept_and_goes_along_into_the_first_one(
    qtbot: QtBot, folder: Path, server: OpenAIServer
) -> None:
    with open_desktop(qtbot, None) as first:
        panel = panel_of(qtbot, first)
        write(panel, "a question")
        quit_by_key(qtbot, first)
    with open_desktop(qtbot, None) as second:
        panel = panel_of(qtbot, second)
        qtbot.waitUntil(lambda: written(panel) == "a question")
        write(panel, " about this")
        second.files.open_place(folder)
        qtbot.waitUntil(lambda: second.folder == folder)
        qtbot.wait(500)
        assert written(panel) == "a question about this"
        quit_by_key(qtbot, second)
    with open_desktop(qtbot, folder) as third:
        panel = panel_of(qtbot, third)
        qtbot.waitUntil(lambda: written(panel) == "a question about this")


def test_what_up_has_put_aside_comes_back_after_sending_and_after_a_restart(
    qtbot: QtBot, folder: Path, server: OpenAIServer
) -> None:
    with open_desktop(qtbot, folder) as first:
        panel = panel_of(qtbot, first)
        send(panel, "one")
        qtbot.waitUntil(lambda: prompts(panel) == ["one"] and panel.composer.send.text() == "Send")
        write(panel, "my draft")
        panel.composer.prompt.moveCursor(panel.composer.prompt.textCursor().MoveOperation.Start)
        QTest.keyClick(panel.composer.prompt, Qt.Key.Key_Up)
        assert written(panel) == "one"
        QTest.keyClick(panel.composer.prompt, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: prompts(panel) == ["one", "one"])
        assert written(panel) == "my draft"
        panel.composer.prompt.moveCursor(panel.composer.prompt.textCursor().MoveOperation.Start)
        QTest.keyClick(panel.composer.prompt, Qt.Key.Key_Up)
        quit_by_key(qtbot, first)
    with open_desktop(qtbot, folder) as second:
        panel = panel_of(qtbot, second)
        qtbot.waitUntil(lambda: written(panel) == "my draft")


def test_two_windows_without_a_folder_have_a_draft_each(
    qtbot: QtBot, folder: Path, server: OpenAIServer, tmp_path: Path
) -> None:
    (tmp_path / "other").mkdir()
    with open_program(qtbot, None) as program:
        write(panel_of(qtbot, program.windows[0]), "first")
        for number, text in ((1, "second"), (2, "third")):
            program.open_window()
            panel = panel_of(qtbot, program.windows[number])
            qtbot.wait(300)
            assert written(panel) == ""
            write(panel, text)
        # One that opens a folder takes its own along.
        program.windows[2].files.open_place(tmp_path / "other")
        qtbot.waitUntil(lambda: program.windows[2].folder is not None)
        qtbot.wait(500)
        assert [written(panel_of(qtbot, each)) for each in program.windows] == ["first", "second", "third"]
        # The first is closed: the next window goes on with its draft, and leaves the other's where it is.
        program.windows[0].window.close()
        qtbot.waitUntil(lambda: len(program.windows) == 2)
        program.open_window()
        qtbot.waitUntil(lambda: written(panel_of(qtbot, program.windows[2])) == "first")
        panel = panel_of(qtbot, program.windows[0])
        assert written(panel) == "second"
        send(panel, " sent")
        qtbot.waitUntil(lambda: prompts(panel) == ["second sent"] and panel.composer.send.text() == "Send")
        write(panel, "more")
        program.quit()
        qtbot.waitUntil(lambda: not program.windows)
    with open_desktop(qtbot, None) as desktop:
        panel = panel_of(qtbot, desktop)
        qtbot.waitUntil(lambda: written(panel) == "first")


def test_what_a_window_beside_another_has_not_sent_is_there_after_a_restart(
    qtbot: QtBot, folder: Path, server: OpenAIServer
) -> None:
    with open_program(qtbot, None) as program:
        write(panel_of(qtbot, program.windows[0]), "first")
        program.open_window()
        write(panel_of(qtbot, program.windows[1]), "second")
        program.quit()
        qtbot.waitUntil(lambda: not program.windows)
    with open_desktop(qtbot, None) as desktop:
        panel = panel_of(qtbot, desktop)
        qtbot.waitUntil(lambda: sorted(written(panel).split("\n")) == ["first", "second"])


def test_on_a_full_disk_quitting_asks_about_what_is_not_sent(qtbot: QtBot, folder: Path, private_home: Path) -> None:
    home = private_home / "copilot-desktop"
    with small_disk(home, 4_000), serving_model(), open_desktop(qtbot, folder) as desktop:
        panel = panel_of(qtbot, desktop)
        write(panel, "kept")
        qtbot.wait(500)
        filler = fill_disk(home)
        panel.composer.prompt.insertPlainText(" words" * 2_000)
        QTest.keyClick(desktop.window, Qt.Key.Key_Q, _CTRL)
        qtbot.waitUntil(lambda: desktop.window.findChild(QPushButton, "ask_unkept.stay") is not None)
        stay = desktop.window.findChild(QPushButton, "ask_unkept.stay")
        assert stay is not None
        QTest.mouseClick(stay, Qt.MouseButton.LeftButton)
        assert not is_closed(desktop)
        assert written(panel).endswith(" words")
        filler.unlink()
        qtbot.waitUntil(lambda: desktop.window.findChild(QPushButton, "ask_unkept.stay") is None)
        # There is room again: nothing is asked.
        desktop.window.activateWindow()
        qtbot.waitUntil(desktop.window.isActiveWindow)
        quit_by_key(qtbot, desktop)

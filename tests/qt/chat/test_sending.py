"""What the composer does while the files of a prompt are read, and what Retry leaves alone."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from copilot_desktop.bridge.chat.chips import FrozenContext
from copilot_desktop.bridge.chat.running_turn import ProposalMade
from copilot_desktop.bridge.folder.readable_files import WorkspaceFiles
from copilot_desktop.context.items import ContextItem, ItemKind
from copilot_desktop.conversation.turns import Conversation, StoredTurn, TurnMode
from copilot_desktop.text.ranges import LineRange
from tests.qt.chat.conftest import SOURCE, Chat, selected
from tests.qt.chat.test_chat_panel import answered, find_button, send


@pytest.fixture
def go(qtbot: QtBot, chat: Chat, monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """basket.py is a chip, and is read from a slow disk: only once this is set."""
    chat.panel.add_file("basket.py")
    # It is read once when it is added: that must not wait.
    qtbot.waitUntil(lambda: [view.chip.tokens is not None for view in chat.panel.composer.chips.views] == [True])
    go = threading.Event()
    real = WorkspaceFiles.read

    def read(files: WorkspaceFiles, path: str) -> str:
        assert go.wait(10)
        return real(files, path)

    monkeypatch.setattr(WorkspaceFiles, "read", read)
    yield go
    go.set()


@pytest.fixture
def checked(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Whether a model may see a file is found out slowly: only once this is set."""
    checked = threading.Event()
    real = WorkspaceFiles.check

    def check(files: WorkspaceFiles, path: str) -> None:
        assert checked.wait(10)
        real(files, path)

    monkeypatch.setattr(WorkspaceFiles, "check", check)
    yield checked
    checked.set()


def written(chat: Chat) -> str:
    """What stands in the field."""
    return chat.panel.composer.prompt.toPlainText()


def test_prompt_and_chips_are_taken_at_once_and_what_is_typed_next_stays(
    qtbot: QtBot, chat: Chat, go: threading.Event
) -> None:
    send(qtbot, chat, "hello")
    assert written(chat) == ""
    assert chat.panel.composer.chips.views == ()
    QTest.keyClicks(chat.panel.composer.prompt, "and more")
    QTest.keyClick(chat.panel.composer.prompt, Qt.Key.Key_Return)
    go.set()
    qtbot.waitUntil(lambda: answered(chat))
    qtbot.wait(200)
    assert [turn.head.prompt for turn in chat.panel.conversation.transcript.turns] == ["hello"]
    assert "def total" in chat.server.requests[-1].prompt
    assert written(chat) == "and more"
    assert chat.chips.items == ()


def test_a_selection_goes_with_the_prompt_that_is_sent_right_after(
    qtbot: QtBot, chat: Chat, checked: threading.Event
) -> None:
    selected(chat)
    chat.panel.add_selection()
    assert [view.text() for view in chat.panel.composer.chips.views] == ["basket.py:1–2  counting …"]
    chat.buffers.put("basket.py", "typed since\n")
    send(qtbot, chat, "hello")
    assert chat.panel.composer.chips.views == ()
    checked.set()
    qtbot.waitUntil(lambda: answered(chat))
    assert "def total(items):\n    return sum(items)\n" in chat.server.requests[-1].prompt
    assert [item.label for item in chat.panel.conversation.transcript.turns[0].head.items] == ["basket.py:1–2"]
    qtbot.wait(200)
    assert chat.chips.items == ()
    assert chat.panel.composer.chips.views == ()


def test_a_file_from_the_disk_goes_with_the_prompt_that_is_sent_right_after(
    qtbot: QtBot, chat: Chat, checked: threading.Event
) -> None:
    chat.panel.add_file("basket.py")
    send(qtbot, chat, "hello")
    checked.set()
    qtbot.waitUntil(lambda: answered(chat))
    assert SOURCE in chat.server.requests[-1].prompt


def test_what_no_model_may_see_stops_the_prompt_and_leaves_the_rest(
    qtbot: QtBot, chat: Chat, checked: threading.Event
) -> None:
    selected(chat)
    chat.panel.add_selection()
    (chat.folder / ".env").write_text("KEY=1\n", encoding="utf-8")
    chat.buffers.put(".env", "KEY=1\n")
    chat.panel.add_open_file()
    send(qtbot, chat, "hello")
    checked.set()
    qtbot.waitUntil(lambda: written(chat) == "hello")
    assert [item.label for item in chat.chips.items] == ["basket.py:1–2"]
    assert "never given to a model" in chat.panel.composer.notice.toPlainText()
    assert chat.server.requests == []


def test_a_chip_that_is_taken_away_while_it_is_checked_stays_away(
    qtbot: QtBot, chat: Chat, checked: threading.Event
) -> None:
    chat.panel.add_file("basket.py")
    chat.chips.remove(chat.chips.items[0].item_id)
    checked.set()
    send(qtbot, chat, "hello")
    qtbot.waitUntil(lambda: answered(chat))
    assert "def total" not in chat.server.requests[-1].prompt
    assert chat.chips.items == ()


def test_esc_before_anything_arrived_puts_prompt_and_chips_back(qtbot: QtBot, chat: Chat) -> None:
    selected(chat)
    chat.panel.add_selection()
    chat.server.stall(after=0)
    send(qtbot, chat, "hello")
    qtbot.waitUntil(lambda: len(chat.server.requests) == 1)
    QTest.keyClick(chat.panel.composer.prompt, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: written(chat) == "hello")
    assert [view.chip.label for view in chat.panel.composer.chips.views] == ["basket.py:1–2"]
    assert chat.panel.conversation.transcript.turns[0].status == "Stopped before anything arrived."


def test_a_refusal_puts_both_back_before_what_was_typed(qtbot: QtBot, chat: Chat, go: threading.Event) -> None:
    send(qtbot, chat, "hello")
    QTest.keyClicks(chat.panel.composer.prompt, "and more")
    (chat.folder / "basket.py").unlink()
    go.set()
    qtbot.waitUntil(lambda: written(chat) == "hello\nand more")
    qtbot.waitUntil(lambda: [item.path for item in chat.chips.items] == ["basket.py"])
    qtbot.wait(200)
    assert "basket.py" in chat.panel.composer.notice.toPlainText()
    assert not chat.panel.composer.notice.isHidden()
    assert chat.server.requests == []


def test_nothing_is_sent_into_another_folder(qtbot: QtBot, chat: Chat, go: threading.Event) -> None:
    send(qtbot, chat, "hello")
    chat.turns.open_workspace("/elsewhere")
    go.set()
    qtbot.wait(300)
    assert written(chat) == ""
    assert chat.panel.conversation.transcript.turns == ()
    assert chat.server.requests == []
    # It waits where it was written.
    chat.turns.open_workspace(str(chat.folder))
    qtbot.waitUntil(lambda: written(chat) == "hello")
    assert chat.server.requests == []


@pytest.mark.parametrize("is_of_this_run", [True, False])
def test_retry_of_an_older_turn_keeps_draft_and_chips(qtbot: QtBot, chat: Chat, is_of_this_run: bool) -> None:
    chat.server.wrong_key()
    chat.server.answers("again")
    send(qtbot, chat, "one")
    qtbot.waitUntil(lambda: answered(chat))
    chat.panel.composer.prompt.clear()
    if not is_of_this_run:
        conversation = chat.turns.conversation
        assert conversation is not None
        reopen(qtbot, chat, conversation)
    selected(chat)
    chat.panel.add_selection()
    qtbot.waitUntil(lambda: len(chat.chips.items) == 1)
    QTest.keyClicks(chat.panel.composer.prompt, "my long draft")
    QTest.mouseClick(find_button(chat, "error_retry"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(chat.server.requests) == 2 and answered(chat))
    (again,) = chat.panel.conversation.transcript.turns
    assert (again.head.prompt, again.prompt.branches) == ("one", "2 of 2")
    assert written(chat) == "my long draft"
    assert len(chat.chips.items) == 1
    assert "def total" not in chat.server.requests[-1].prompt


def reopen(qtbot: QtBot, chat: Chat, conversation: Conversation) -> None:
    """Open a conversation again, and wait until its failed turn is drawn."""
    with qtbot.waitSignal(chat.turns.conversation_opened):
        chat.turns.open_conversation(conversation)
    transcript = chat.panel.conversation.transcript
    qtbot.waitUntil(lambda: any(view.findChildren(QPushButton, "error_retry") for view in transcript.turns))


def kept_turns(chat: Chat) -> tuple[StoredTurn, ...]:
    """The turns of the conversation that is shown, as they are kept."""
    conversation = chat.turns.conversation
    assert conversation is not None
    return chat.core.conversations.turns(conversation.conversation_id)


@pytest.mark.parametrize("is_of_this_run", [True, False])
def test_retry_of_a_turn_in_the_text_asks_for_the_same_selection_again(
    qtbot: QtBot, chat: Chat, is_of_this_run: bool
) -> None:
    lines = "def other():\n    return 1\n"
    item = ContextItem("chosen", ItemKind.SELECTION, "basket.py", lines, LineRange(4, 6), is_unsaved=True)
    chat.server.wrong_key()
    chat.server.answers("basket.py\n<<<<<<< SEARCH\n    return 1\n=======\n    return 2\n>>>>>>> REPLACE\n")
    chat.turns.start("two", FrozenContext((item,), {"basket.py": SOURCE}), chat.models.current, TurnMode.EDIT)
    qtbot.waitUntil(lambda: bool(chat.panel.findChildren(QPushButton, "error_retry")))
    moved = SOURCE
    if not is_of_this_run:
        # Reopened, with a line more above the selection.
        moved = f"import os\n{SOURCE}"
        (chat.folder / "basket.py").write_text(moved, encoding="utf-8")
        conversation = chat.turns.conversation
        assert conversation is not None
        reopen(qtbot, chat, conversation)
    QTest.keyClicks(chat.panel.composer.prompt, "my long draft")
    made: list[ProposalMade] = []
    chat.turns.proposed.connect(made.append)
    QTest.mouseClick(find_button(chat, "error_retry"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(made) == 1)
    assert made[0].proposal.files == {"basket.py": moved.replace("return 1", "return 2")}
    first, second = kept_turns(chat)
    assert (second.mode, second.prompt, second.items[0].text) == (TurnMode.EDIT, "two", first.items[0].text)
    assert second.items[0].lines == (LineRange(4, 6) if is_of_this_run else LineRange(5, 7))
    assert written(chat) == "my long draft"


def test_retry_in_the_text_says_why_a_file_cannot_be_sent_any_more(qtbot: QtBot, chat: Chat) -> None:
    item = ContextItem("chosen", ItemKind.SELECTION, "basket.py", "    return 1\n", LineRange(5, 6))
    chat.server.wrong_key()
    chat.turns.start("two", FrozenContext((item,), {"basket.py": SOURCE}), chat.models.current, TurnMode.EDIT)
    qtbot.waitUntil(lambda: bool(chat.panel.findChildren(QPushButton, "error_retry")))
    conversation = chat.turns.conversation
    assert conversation is not None
    reopen(qtbot, chat, conversation)
    (chat.folder / "basket.py").unlink()
    QTest.mouseClick(find_button(chat, "error_retry"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not chat.panel.composer.notice.isHidden())
    assert "basket.py" in chat.panel.composer.notice.toPlainText()
    assert len(kept_turns(chat)) == 1
    assert written(chat) == ""

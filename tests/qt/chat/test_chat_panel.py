"""The chat as a user meets it: chips, sending, streaming, stopping, errors, and all of it again after a restart."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from copilot_desktop import assembly
from copilot_desktop.bridge.chat.chips import FrozenContext
from copilot_desktop.bridge.chat.running_turn import ProposalMade
from copilot_desktop.ui.chat.chips import Chip, ChipPreview
from copilot_desktop.ui.chat.code_bar import CodeActionKind
from tests.qt.chat.conftest import SOURCE, Chat, selected


def send(qtbot: QtBot, chat: Chat, prompt: str) -> None:
    """Type a prompt and press Enter."""
    field = chat.panel.composer.prompt
    field.setFocus()
    QTest.keyClicks(field, prompt)
    QTest.keyClick(field, Qt.Key.Key_Return)


def answered(chat: Chat, count: int = 1) -> bool:
    """Whether so many turns have ended."""
    return len(chat.panel.conversation.transcript.turns) == count and not chat.turns.is_running


def find_button(chat: Chat, name: str) -> QPushButton:
    """The newest button with this object name."""
    drawn = chat.panel.conversation.transcript.turns
    found = [each for view in drawn for each in view.findChildren(QPushButton, name)]
    assert found, f"no button {name}"
    return found[-1]


def test_what_the_chip_says_is_what_is_sent(qtbot: QtBot, chat: Chat) -> None:
    selected(chat, SOURCE.replace("sum(items)", "sum(items, 0)"))
    chat.buffers.dirty.add("basket.py")
    chat.panel.add_selection()
    qtbot.waitUntil(lambda: len(chat.panel.composer.chips.views) == 1)
    chip = chat.panel.composer.chips.views[0]
    qtbot.waitUntil(lambda: chip.chip.tokens is not None)
    assert chip.chip.label == "basket.py:1–2"
    assert chip.chip.text == "def total(items):\n    return sum(items, 0)\n"
    send(qtbot, chat, "Explain this")
    qtbot.waitUntil(lambda: answered(chat))
    prompt = chat.server.requests[-1].prompt
    assert chip.chip.text in prompt
    assert "Explain this" in prompt
    assert "def other" not in prompt
    assert chat.panel.composer.chips.views == ()


def test_a_file_chip_follows_the_file_until_it_is_sent_and_a_selection_does_not(qtbot: QtBot, chat: Chat) -> None:
    selected(chat)
    chat.panel.add_selection()
    qtbot.waitUntil(lambda: len(chat.chips.items) == 1)
    chat.panel.add_open_file()
    qtbot.waitUntil(lambda: len(chat.chips.items) == 2)
    chat.buffers.open_ones["basket.py"].set_text("changed = 1\n")
    chat.chips.refresh()
    kept = "def total(items):\n    return sum(items)\n"
    qtbot.waitUntil(lambda: [item.text for item in chat.chips.items] == [kept, "changed = 1\n"])
    qtbot.waitUntil(lambda: chat.panel.composer.chips.views[0].chip.is_stale)
    assert not chat.panel.composer.chips.views[1].chip.is_stale


def test_whole_lines_that_are_typed_into_at_their_start_are_marked(qtbot: QtBot, chat: Chat) -> None:
    selected(chat)
    chat.panel.add_selection()
    qtbot.waitUntil(lambda: len(chat.chips.items) == 1)
    buffer = chat.buffers.open_ones["basket.py"]
    for text, is_stale in ((f"# first\n{buffer.text}", False), (f"changed {buffer.text}", True)):
        buffer.set_text(text)
        chat.chips.refresh()
        qtbot.waitUntil(lambda is_stale=is_stale: chat.panel.composer.chips.views[0].chip.is_stale is is_stale)  # type: ignore[misc]


@pytest.mark.parametrize(
    ("text", "said"),
    [("one", "1 line ·"), ("one\n", "1 line ·"), ("one\ntwo\n", "2 lines ·"), ("one\r\ntwo", "2 lines ·")],
)
def test_the_text_of_a_chip_says_how_many_lines_it_has(chat: Chat, text: str, said: str) -> None:
    chip = Chip("id", "a.py", "a.py", text, tokens=3)
    preview = ChipPreview(chip, chat.panel)
    assert any(said in label.text() for label in preview.findChildren(QLabel))


def test_esc_closes_the_text_of_a_chip_and_stops_nothing(qtbot: QtBot, chat: Chat) -> None:
    selected(chat)
    chat.panel.add_selection()
    qtbot.waitUntil(lambda: len(chat.panel.composer.chips.views) == 1)
    chat.panel.composer.chips.views[0].click()
    preview = chat.panel.findChild(ChipPreview)
    assert preview is not None
    assert preview.isVisible()
    override = QKeyEvent(QEvent.Type.ShortcutOverride, Qt.Key.Key_Escape, Qt.KeyboardModifier.NoModifier)
    override.ignore()
    QApplication.sendEvent(preview.text, override)
    assert override.isAccepted()
    QTest.keyClick(preview.text, Qt.Key.Key_Escape)
    assert not preview.isVisible()


def test_a_never_send_file_is_refused_with_a_sentence(qtbot: QtBot, chat: Chat) -> None:
    (chat.folder / ".env").write_text("KEY=1\n", encoding="utf-8")
    chat.panel.add_file(".env")
    qtbot.waitUntil(lambda: not chat.panel.composer.notice.isHidden())
    assert "never given to a model" in chat.panel.composer.notice.toPlainText()
    assert chat.chips.items == ()


@pytest.mark.parametrize("by", ["button", "key", "esc", "chip", "same chip", "sending", "removing"])
def test_why_a_file_was_refused_goes_with_the_next_step_or_by_hand(qtbot: QtBot, chat: Chat, by: str) -> None:
    (chat.folder / ".env").write_text("KEY=1\n", encoding="utf-8")
    chat.panel.add_file("basket.py")
    qtbot.waitUntil(lambda: len(chat.chips.items) == 1)
    notice = chat.panel.composer.notice
    chat.panel.add_file(".env")
    qtbot.waitUntil(lambda: not notice.isHidden())
    dismiss = chat.panel.findChild(QToolButton, "composer_notice_dismiss")
    assert dismiss is not None
    assert dismiss.isVisible()
    field = chat.panel.composer.prompt
    if by == "button":
        QTest.mouseClick(dismiss, Qt.MouseButton.LeftButton)
    elif by == "key":
        dismiss.setFocus()
        QTest.keyClick(dismiss, Qt.Key.Key_Space)
    elif by == "esc":
        QTest.keyClick(field, Qt.Key.Key_Escape)
    elif by == "chip":
        (chat.folder / "second.py").write_text("x = 1\n", encoding="utf-8")
        chat.panel.add_file("second.py")
    elif by == "same chip":
        chat.panel.add_file("basket.py")
    elif by == "sending":
        send(qtbot, chat, "Go")
    else:
        QTest.keyClick(chat.panel.composer.chips.views[0], Qt.Key.Key_Delete)
    qtbot.waitUntil(notice.isHidden)
    assert not dismiss.isVisible()
    if by in ("button", "key", "esc"):
        assert field.hasFocus()


def test_delete_removes_a_chip_by_keyboard(qtbot: QtBot, chat: Chat) -> None:
    chat.panel.add_file("basket.py")
    qtbot.waitUntil(lambda: len(chat.panel.composer.chips.views) == 1)
    chip = chat.panel.composer.chips.views[0]
    chip.setFocus()
    QTest.keyClick(chip, Qt.Key.Key_Delete)
    assert chat.chips.items == ()
    assert chat.panel.composer.prompt.hasFocus()


def test_the_answer_streams_and_its_code_can_be_used(qtbot: QtBot, chat: Chat) -> None:
    selected(chat)
    chat.server.answers("Use this:\n\n```python\nx = 1\n```\nDone.")
    send(qtbot, chat, "How")
    qtbot.waitUntil(lambda: answered(chat))
    answer = chat.panel.conversation.transcript.turns[0].answer
    assert answer.toPlainText().split("\n") == ["Use this:", "x = 1", "Done."]
    bar = answer.bars[0]
    QTest.mouseClick(bar.button(CodeActionKind.COPY), Qt.MouseButton.LeftButton)
    assert QApplication.clipboard().text() == "x = 1\n"
    bar.button(CodeActionKind.INSERT).setFocus()
    QTest.keyClick(bar.button(CodeActionKind.INSERT), Qt.Key.Key_Space)
    assert chat.buffers.open_ones["basket.py"].text.startswith("x = 1")


def test_an_edit_is_copied_and_inserted_without_its_markers(qtbot: QtBot, chat: Chat) -> None:
    selected(chat)
    chat.server.answers("```basket.py\n<<<<<<< SEARCH\n    return 1\n=======\n    return 2\n>>>>>>> REPLACE\n```\n")
    send(qtbot, chat, "Change it")
    qtbot.waitUntil(lambda: answered(chat))
    answer = chat.panel.conversation.transcript.turns[0].answer
    assert answer.toPlainText() == "    return 1\n    return 2"
    bar = answer.bars[0]
    QTest.mouseClick(bar.button(CodeActionKind.COPY), Qt.MouseButton.LeftButton)
    assert QApplication.clipboard().text() == "    return 2\n"
    QTest.mouseClick(bar.button(CodeActionKind.INSERT), Qt.MouseButton.LeftButton)
    assert chat.buffers.open_ones["basket.py"].text == f"    return 2{SOURCE}"


def test_esc_stops_and_what_came_stays_marked(qtbot: QtBot, chat: Chat) -> None:
    chat.server.stall("Half an answer")
    send(qtbot, chat, "Go")
    qtbot.waitUntil(lambda: "Half" in chat.panel.conversation.transcript.turns[0].answer.text)
    QTest.keyClick(chat.panel.composer.prompt, Qt.Key.Key_Escape)
    turns = chat.panel.conversation.transcript.turns
    assert turns[0].status == "Stopped. What had arrived is kept."
    assert turns[0].answer.text.startswith("Half")
    assert chat.panel.composer.send.text() == "Send"
    assert chat.server.wait_disconnect()
    folder = str(chat.folder)

    def kept() -> bool:
        conversations = chat.core.conversations.conversations(folder)
        stored = chat.core.conversations.turns(conversations[0].conversation_id)
        return bool(stored) and stored[0].answer.startswith("Half") and stored[0].status.value == "stopped"

    qtbot.waitUntil(kept)


def test_a_wrong_key_is_a_sentence_and_the_prompt_is_put_back(qtbot: QtBot, chat: Chat) -> None:
    chat.panel.add_file("basket.py")
    qtbot.waitUntil(lambda: len(chat.chips.items) == 1)
    chat.server.wrong_key()
    chat.server.answers("Fine now.")
    send(qtbot, chat, "Why")
    qtbot.waitUntil(lambda: answered(chat))
    assert "key" in chat.panel.findChildren(type(chat.panel.composer.notice), "error_message")[-1].toPlainText()
    assert chat.panel.composer.prompt.toPlainText() == "Why"
    assert [item.path for item in chat.chips.items] == ["basket.py"]
    QTest.mouseClick(find_button(chat, "error_retry"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(chat.server.requests) == 2 and answered(chat))
    (again,) = chat.panel.conversation.transcript.turns
    assert (again.answer.text, again.prompt.branches) == ("Fine now.", "2 of 2")
    assert chat.panel.composer.prompt.toPlainText() == ""


def test_a_rate_limit_counts_down_and_try_now_does_not_wait(qtbot: QtBot, chat: Chat) -> None:
    chat.server.rate_limit(retry_after="50")
    chat.server.answers("At last.")
    send(qtbot, chat, "Go")
    qtbot.waitUntil(lambda: bool(chat.panel.findChildren(QPushButton, "retry_now")))
    QTest.mouseClick(find_button(chat, "retry_now"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: answered(chat))
    assert chat.panel.conversation.transcript.turns[0].answer.text == "At last."


def test_the_conversation_is_there_again(qtbot: QtBot, chat: Chat) -> None:
    chat.server.answers("First answer.")
    send(qtbot, chat, "First question")
    qtbot.waitUntil(lambda: answered(chat))
    assert chat.panel.header.title == "First question"
    chat.panel.header.new.click()
    qtbot.waitUntil(lambda: not chat.panel.conversation.transcript.turns)
    chat.turns.open_workspace(str(chat.folder))
    qtbot.waitUntil(lambda: len(chat.panel.conversation.transcript.turns) == 1)
    view = chat.panel.conversation.transcript.turns[0]
    qtbot.waitUntil(lambda: view.answer.text == "First answer.")
    assert view.head.prompt == "First question"
    assert chat.panel.header.title == "First question"
    chat.panel.composer.prompt.setFocus()
    QTest.keyClick(chat.panel.composer.prompt, Qt.Key.Key_Up)
    assert chat.panel.composer.prompt.toPlainText() == "First question"


def test_an_answer_with_edits_becomes_a_proposal(qtbot: QtBot, chat: Chat) -> None:
    chat.panel.add_file("basket.py")
    qtbot.waitUntil(lambda: len(chat.chips.items) == 1)
    edit = "<<<<<<< SEARCH\n    return 1\n=======\n    return 2\n>>>>>>> REPLACE"
    chat.server.answers(f"Like this:\n\n```basket.py\n{edit}\n```\n")
    made_ones: list[ProposalMade] = []
    chat.turns.proposed.connect(made_ones.append)
    send(qtbot, chat, "Change it")
    qtbot.waitUntil(lambda: len(made_ones) == 1)
    made = made_ones[0]
    assert made.proposal.files == {"basket.py": SOURCE.replace("return 1", "return 2")}
    assert made.files["basket.py"] == SOURCE


def test_the_budget_counts_everything_that_would_go_out(qtbot: QtBot, chat: Chat) -> None:
    chat.panel.composer.prompt.setPlainText("Hello")
    bar = chat.panel.composer.budget
    qtbot.waitUntil(lambda: bool(bar.shown.parts))
    shown = bar.shown.parts
    send(qtbot, chat, " there")
    qtbot.waitUntil(lambda: answered(chat))
    messages = json.loads(chat.server.requests[-1].raw)["messages"]
    sent = sum(chat.core.tokens.count(message["content"]) for message in messages)
    # The wire format adds four tokens to each message, and three at the end.
    assert abs(sent + 4 * len(messages) + 3 - sum(part.tokens for part in shown)) <= 3


def test_a_prompt_sent_before_the_folder_was_loaded_stays_and_is_kept_there(qtbot: QtBot, chat: Chat) -> None:
    chat.turns.open_workspace("/elsewhere")
    chat.turns.start("At once", FrozenContext((), {}), chat.models.current)
    qtbot.waitUntil(lambda: not chat.turns.is_running)
    (kept,) = chat.core.conversations.conversations("/elsewhere")
    assert chat.turns.conversation is not None
    assert chat.turns.conversation.conversation_id == kept.conversation_id
    assert [turn.head.prompt for turn in chat.panel.conversation.transcript.turns] == ["At once"]


def test_the_menu_of_models_has_names_first_and_then_models(chat: Chat) -> None:
    menu = chat.panel.header.model.menu()
    assert menu.layoutDirection() is Qt.LayoutDirection.LeftToRight
    texts = [action.text() for action in menu.actions()]
    assert texts[:2] == ["Test\ttest-model", "Built-in\tSmolLM2-135M-Instruct, tiny"]


@pytest.mark.parametrize("is_installed", [True, False])
def test_the_empty_chat_says_whether_the_built_in_model_can_be_asked(
    qtbot: QtBot, chat: Chat, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, is_installed: bool
) -> None:
    monkeypatch.setattr(assembly, "starter_model_path", lambda _data: tmp_path if is_installed else None)
    chat.models.choose("Built-in")
    with qtbot.waitSignal(chat.models.changed):
        chat.models.load()
    text = chat.panel.empty.findChild(QLabel, "chat_weak_text")
    assert text is not None
    assert ("not installed" in text.text()) is not is_installed

"""An earlier prompt edited and sent again: the other branch stays, is switched to, and can be taken out."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from copilot_desktop.bridge.chat.running_turn import ProposalMade
from copilot_desktop.edits.change_sets import change_set_from
from copilot_desktop.ui.chat.editing_bar import editing_sentence
from copilot_desktop.ui.chat.turn_view import TurnView
from tests.qt.chat.conftest import Chat
from tests.qt.chat.test_chat_panel import send

LIMIT_MS = 30_000


def prompts(chat: Chat) -> list[str]:
    return [view.head.prompt for view in chat.panel.conversation.transcript.turns]


def ask(qtbot: QtBot, chat: Chat, prompt: str, answer: str) -> None:
    """Ask something, and wait for the end of the answer."""
    chat.server.answers(answer)
    send(qtbot, chat, prompt)
    qtbot.waitUntil(lambda: prompts(chat)[-1:] == [prompt] and not chat.turns.is_running, timeout=LIMIT_MS)


def view_of(chat: Chat, prompt: str) -> TurnView:
    return next(view for view in chat.panel.conversation.transcript.turns if view.head.prompt == prompt)


@pytest.fixture
def talk(qtbot: QtBot, chat: Chat) -> Chat:
    """Three turns."""
    # The last scripted answer stays for what follows.
    chat.server.answers_with(lambda request: f"Answer to {request.prompt.splitlines()[-1]}.")
    for prompt in ("one", "two", "three"):
        send(qtbot, chat, prompt)
        qtbot.waitUntil(lambda: not chat.turns.is_running and len(prompts(chat)) > 0, timeout=LIMIT_MS)
        qtbot.waitUntil(lambda wanted=prompt: prompts(chat)[-1:] == [wanted], timeout=LIMIT_MS)  # type: ignore[misc]
        qtbot.waitUntil(lambda: not chat.turns.is_running, timeout=LIMIT_MS)
    return chat


def edit_two(qtbot: QtBot, chat: Chat) -> None:
    """Edit the second prompt by keyboard, and send it."""
    card = view_of(chat, "two").prompt
    card.setFocus()
    QTest.keyClick(card, Qt.Key.Key_F2)
    field = chat.panel.composer.prompt
    assert field.toPlainText() == "two"
    QTest.keyClicks(field, " again")
    QTest.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: prompts(chat) == ["one", "two again"] and not chat.turns.is_running, timeout=LIMIT_MS)


def test_an_edited_prompt_makes_a_branch_without_what_came_after(qtbot: QtBot, talk: Chat) -> None:
    QTest.keyClicks(talk.panel.composer.prompt, "my draft")
    card = view_of(talk, "two").prompt
    button = card.findChild(QToolButton, "prompt_edit")
    assert button is not None
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    said = talk.panel.composer.editing.text
    assert "begins another branch; its answer and the one after it stay" in said
    field = talk.panel.composer.prompt
    assert field.hasFocus()
    QTest.keyClicks(field, " again")
    QTest.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: prompts(talk) == ["one", "two again"] and not talk.turns.is_running, timeout=LIMIT_MS)
    sent = talk.server.requests[-1].raw
    assert "two again" in sent
    assert "Answer to one." in sent
    assert "three" not in sent
    assert field.toPlainText() == "my draft"
    assert talk.panel.composer.editing.text == ""
    assert view_of(talk, "two again").prompt.branches == "2 of 2"


def test_esc_leaves_the_prompt_as_it_was(qtbot: QtBot, talk: Chat) -> None:
    QTest.keyClicks(talk.panel.composer.prompt, "my draft")
    view_of(talk, "one").prompt.edit_chosen.emit()
    QTest.keyClicks(talk.panel.composer.prompt, "xyz")
    QTest.keyClick(talk.panel.composer.prompt, Qt.Key.Key_Escape)
    assert talk.panel.composer.prompt.toPlainText() == "my draft"
    assert prompts(talk) == ["one", "two", "three"]
    view_of(talk, "one").prompt.edit_chosen.emit()
    cancel = talk.panel.composer.findChild(QPushButton, "editing_cancel")
    assert cancel is not None
    QTest.mouseClick(cancel, Qt.MouseButton.LeftButton)
    assert talk.panel.composer.prompt.toPlainText() == "my draft"


def test_branches_are_switched_by_key_and_mouse_and_kept(qtbot: QtBot, talk: Chat) -> None:
    edit_two(qtbot, talk)
    card = view_of(talk, "two again").prompt
    card.setFocus()
    QTest.keyClick(card, Qt.Key.Key_Left)
    qtbot.waitUntil(lambda: prompts(talk) == ["one", "two", "three"], timeout=LIMIT_MS)
    assert view_of(talk, "two").prompt.branches == "1 of 2"
    conversation = talk.turns.conversation
    assert conversation is not None
    stored = talk.core.conversations.branch(
        conversation.conversation_id, talk.core.conversations.leaf_id(conversation.conversation_id)
    )
    assert [turn.prompt for turn in stored] == ["one", "two", "three"]
    newer = view_of(talk, "two").prompt.findChild(QToolButton, "branch_newer")
    assert newer is not None
    assert newer.isVisible()
    QTest.mouseClick(newer, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: prompts(talk) == ["one", "two again"], timeout=LIMIT_MS)
    talk.panel.branching.step_branch(-1)
    qtbot.waitUntil(lambda: prompts(talk) == ["one", "two", "three"], timeout=LIMIT_MS)
    # What is asked now goes on from the branch that is shown.
    send(qtbot, talk, "four")
    qtbot.waitUntil(lambda: prompts(talk)[-1] == "four" and not talk.turns.is_running, timeout=LIMIT_MS)
    assert "Answer to three." in talk.server.requests[-1].raw
    assert "two again" not in talk.server.requests[-1].raw


def test_branch_from_here_makes_a_conversation_up_to_there(qtbot: QtBot, talk: Chat) -> None:
    button = view_of(talk, "two").prompt.findChild(QToolButton, "prompt_branch")
    assert button is not None
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: prompts(talk) == ["one", "two"], timeout=LIMIT_MS)
    assert talk.panel.header.title == "one (branch)"
    kept = talk.core.conversations.conversations(str(talk.folder))
    assert [len(talk.core.conversations.turns(each.conversation_id)) for each in kept] == [2, 3]


def test_nothing_is_switched_while_an_answer_arrives(qtbot: QtBot, talk: Chat) -> None:
    talk.server.replies(lambda exchange: exchange.wait(None))
    send(qtbot, talk, "four")
    qtbot.waitUntil(lambda: talk.turns.is_running, timeout=LIMIT_MS)
    if talk.turns.is_running:
        view_of(talk, "one").prompt.edit_chosen.emit()
        said = talk.panel.composer.notice.toPlainText()
        assert talk.panel.branching.edited_id == ""
        assert "still arrives" in said
    talk.turns.stop()


def test_pending_changes_of_later_turns_are_named_first(qtbot: QtBot, chat: Chat) -> None:
    made: list[ProposalMade] = []
    chat.turns.proposed.connect(made.append)
    chat.panel.add_file("basket.py")
    qtbot.waitUntil(lambda: len(chat.chips.items) == 1, timeout=LIMIT_MS)
    edit = "<<<<<<< SEARCH\n    return 1\n=======\n    return 2\n>>>>>>> REPLACE"
    ask(qtbot, chat, "change", f"```basket.py\n{edit}\n```\n")
    qtbot.waitUntil(lambda: len(made) == 1, timeout=LIMIT_MS)
    change = made[0]
    change_set = change_set_from(change.proposal, change.files, turn_id=change.turn_id, title="t", model="m")
    chat.panel.conversation.show_change_set(change_set)
    chat.panel.branching.edit_current()
    said = chat.panel.composer.editing.text
    assert said.endswith("1 undecided change of theirs in basket.py can still be reviewed.")
    assert [item.path for item in chat.chips.items] == ["basket.py"]


def test_the_sentence_counts() -> None:
    assert "its answer stays as it is" in editing_sentence(0, 0, ())
    assert "its answer and the 4 after it stay" in editing_sentence(4, 0, ())
    assert editing_sentence(2, 3, ("a", "b", "c", "d")).endswith(
        "3 undecided changes of theirs in a, b, c and 1 more can still be reviewed."
    )

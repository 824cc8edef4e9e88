"""An answer whose changes are in no review any more says so, and its changes can be proposed again."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.ui.chat.kept_proposal_cards import KeptProposalCard
from copilot_desktop.ui.chat.proposal_card import ProposalCard
from copilot_desktop.ui.chat_in_window import ChatInWindow
from copilot_desktop.ui.status_bar import StatusField
from tests.support.desktop import open_desktop
from tests.support.in_place import changed_in_place, pair, send
from tests.support.kept_reviews import forget_reviews, forget_versions
from tests.support.openai_server import OpenAIServer
from tests.support.shop import (
    ANSWER,
    SOURCE,
    WANTED,
    ask_with_the_first_lines,
    opened,
    panel_of,
    review_of,
    wait_for_review,
)


def kept_cards(desktop: DesktopWindow) -> list[KeptProposalCard]:
    return [card for card in desktop.window.findChildren(KeptProposalCard) if not card.isHidden()]


def click_again(card: KeptProposalCard) -> None:
    again = card.findChild(QPushButton, "propose_again")
    assert again is not None
    QTest.mouseClick(again, Qt.MouseButton.LeftButton)


def test_an_undecided_proposal_can_be_proposed_again_after_a_restart(
    qtbot: QtBot, server: OpenAIServer, folder: Path
) -> None:
    with open_desktop(qtbot, folder) as first:
        view = opened(qtbot, first)
        server.answers(ANSWER)
        ask_with_the_first_lines(qtbot, first, view)
        assert kept_cards(first) == []
    forget_reviews()
    changed = f"# a line that came meanwhile\n{SOURCE}"
    (folder / "basket.py").write_text(changed)
    with open_desktop(qtbot, folder) as second:
        panel_of(qtbot, second)
        wait_for_review(qtbot, second)
        qtbot.waitUntil(lambda: len(kept_cards(second)) == 1)
        assert second.window.findChildren(ProposalCard) == []
        (card,) = kept_cards(second)
        click_again(card)
        qtbot.waitUntil(lambda: second.window.status.text_of(StatusField.TO_REVIEW) == "1 to review")
        qtbot.waitUntil(lambda: kept_cards(second) == [])
        assert len(second.window.findChildren(ProposalCard)) == 1
        review = review_of(second)
        review.accept([hunk.hunk_id for hunk in review.state.pending()])
        wanted = f"# a line that came meanwhile\n{WANTED}"
        qtbot.waitUntil(lambda: (folder / "basket.py").read_text() == wanted)


def test_an_answer_whose_changes_are_there_says_so(qtbot: QtBot, server: OpenAIServer, folder: Path) -> None:
    with open_desktop(qtbot, folder) as first:
        view = opened(qtbot, first)
        server.answers(ANSWER)
        ask_with_the_first_lines(qtbot, first, view)
    forget_reviews()
    (folder / "basket.py").write_text(WANTED)
    with open_desktop(qtbot, folder) as second:
        panel = panel_of(qtbot, second)
        wait_for_review(qtbot, second)
        qtbot.waitUntil(lambda: len(kept_cards(second)) == 1)
        click_again(kept_cards(second)[0])
        qtbot.waitUntil(lambda: "changes nothing now" in panel.composer.notice.toPlainText())
        assert second.window.findChildren(ProposalCard) == []


def test_the_card_stays_when_another_conversation_was_shown(qtbot: QtBot, server: OpenAIServer, folder: Path) -> None:
    with open_desktop(qtbot, folder) as desktop:
        view = opened(qtbot, desktop)
        server.answers(ANSWER)
        ask_with_the_first_lines(qtbot, desktop, view)
        panel = panel_of(qtbot, desktop)
        turns = panel.conversation.transcript.turns
        assert len(turns) == 1
        chat = desktop.window.findChild(ChatInWindow)
        assert chat is not None
        conversation = chat.turns.conversation
        assert conversation is not None
        chat.turns.new_conversation()
        qtbot.waitUntil(lambda: panel.conversation.transcript.turns == ())
        chat.turns.open_conversation(conversation)
        qtbot.waitUntil(
            lambda: [len(turn.proposals) for turn in panel.conversation.transcript.turns] == [1], timeout=20_000
        )
        assert kept_cards(desktop) == []


def test_in_a_branch_the_copied_answer_has_the_card_of_the_review(
    qtbot: QtBot, server: OpenAIServer, folder: Path
) -> None:
    with open_desktop(qtbot, folder) as desktop:
        view = opened(qtbot, desktop)
        server.answers(ANSWER)
        ask_with_the_first_lines(qtbot, desktop, view)
        panel = panel_of(qtbot, desktop)
        before = panel.conversation.transcript.turns[0].head.turn_id
        assert desktop.window.commands.run("chat.branch")
        qtbot.waitUntil(lambda: panel.conversation.transcript.turns[0].head.turn_id != before)
        turn = panel.conversation.transcript.turns[0]
        qtbot.waitUntil(lambda: len(turn.findChildren(ProposalCard)) == 1)
        # Whether it is in the review is asked on a worker.
        qtbot.wait(500)
        assert kept_cards(desktop) == []
        review = review_of(desktop)
        review.accept([hunk.hunk_id for hunk in review.state.pending()])
        qtbot.waitUntil(lambda: (folder / "basket.py").read_text() == WANTED)
        assert kept_cards(desktop) == []


def test_a_follow_up_of_an_earlier_start_does_not_say_that_its_change_is_gone(
    qtbot: QtBot, server: OpenAIServer, folder: Path
) -> None:
    with open_desktop(qtbot, folder) as first:
        server.answers(pair("    return 1", "    return 2"))
        server.answers(pair("    return 2", "    return 3"))
        _, box = changed_in_place(qtbot, first)
        send(box, "three")
        qtbot.waitUntil(lambda: box.versions.number.text() == "2 of 2")
    forget_versions()
    with open_desktop(qtbot, folder) as second:
        panel_of(qtbot, second)
        wait_for_review(qtbot, second)
        qtbot.waitUntil(lambda: len(kept_cards(second)) == 1)
        (card,) = kept_cards(second)
        assert "Another version of a change above" in card.accessibleName()
        assert len(second.window.findChildren(ProposalCard)) == 1

"""The model is asked once more for blocks that had no place: by Retry, and once by itself."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QToolButton
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.bridge.folder.readable_files import WorkspaceFiles
from copilot_desktop.text.encodings import TextFormat
from copilot_desktop.ui.chat.proposal_card import ProposalCard
from copilot_desktop.ui.chat.repair_lines import RepairLine
from copilot_desktop.ui.chat.request_dialog import RequestDialog
from copilot_desktop.ui.chat_in_window import ChatInWindow
from tests.support.desktop import open_desktop
from tests.support.kept_reviews import forget_reviews, propose_again
from tests.support.openai_server import OpenAIServer, ServerUsage
from tests.support.refusals import (
    AMBIGUOUS,
    NOT_FOUND,
    PLACED,
    REPAIRED,
    STOCK,
    ask,
    asked,
    block,
    cards,
    press,
    said,
)
from tests.support.shop import make_shop, panel_of, review_of, wait_for_review


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_shop(tmp_path, {"stock.py": STOCK})


def lines(desktop: DesktopWindow) -> list[RepairLine]:
    return desktop.window.findChildren(RepairLine)


def note(line: RepairLine) -> str:
    return line.note.text()


def pending(desktop: DesktopWindow) -> list[str]:
    return [hunk.new_text for hunk in review_of(desktop).state.pending()]


def figures_of(desktop: DesktopWindow) -> str:
    found = desktop.window.findChild(QLabel, "turn_figures")
    assert found is not None
    return found.text()


@pytest.mark.usefixtures("by_hand")
def test_retry_sends_the_reason_and_the_lines_as_they_are_now(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, folder: Path
) -> None:
    again = "Here it is.\n" + REPAIRED.replace("count(items)", "count(items, 1)")
    (card,) = asked(qtbot, desktop, server, PLACED + NOT_FOUND, 1, then=again)
    (folder / "stock.py").write_text(STOCK.replace("found = count(items)", "found = count(items, 1)"))
    press(card, "refused_retry")
    qtbot.waitUntil(lambda: cards(desktop) == [])
    first, second = server.requests
    messages = second.body["messages"]
    assert [message["role"] for message in messages] == ["system", "user", "assistant", "user"]
    assert messages[:2] == first.body["messages"]
    assert messages[2]["content"] == PLACED + NOT_FOUND
    assert "The lines to be replaced are not in stock.py." in messages[3]["content"]
    assert "found = count(items, 1)" in messages[3]["content"]
    assert "return 2 * amount" in messages[3]["content"]
    assert "net" not in messages[3]["content"]
    (change_set,) = review_of(desktop).state.change_sets
    assert [change.path for change in change_set.files] == ["basket.py", "stock.py"]
    assert pending(desktop)[1].endswith("    return 2 * found\n")
    (proposal,) = desktop.window.findChildren(ProposalCard)
    assert [file.path for file in proposal.summary.files] == ["basket.py", "stock.py"]
    assert proposal.summary.refused == 0


@pytest.mark.usefixtures("by_hand")
def test_the_line_opens_to_what_was_sent_and_what_came(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer
) -> None:
    (card,) = asked(qtbot, desktop, server, NOT_FOUND, 1, then=REPAIRED)
    press(card, "refused_retry")
    qtbot.waitUntil(lambda: cards(desktop) == [])
    (line,) = lines(desktop)
    assert line.toggle.text() == "Asked the model once more for 1 block"
    assert note(line) == "It has its place now."
    assert not line.sent.isVisible()
    press(line, "repair_toggle")
    assert line.sent.isVisible()
    assert line.sent.toPlainText() == server.requests[1].body["messages"][-1]["content"]
    assert line.came.toPlainText() == REPAIRED


def test_an_answer_is_repaired_once_by_itself_and_its_figures_say_what_it_cost(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer
) -> None:
    server.answers(PLACED + NOT_FOUND, usage=ServerUsage(100, 50))
    server.answers(REPAIRED, usage=ServerUsage(200, 30))
    ask(qtbot, desktop)
    qtbot.waitUntil(lambda: len(pending(desktop)) == 2)
    (line,) = lines(desktop)
    qtbot.waitUntil(lambda: note(line) == "It has its place now.")
    assert len(server.requests) == 2
    assert "300\u00a0in\u00a0· 80\u00a0out" in figures_of(desktop)
    assert cards(desktop) == []
    chat = desktop.window.findChild(ChatInWindow)
    assert chat is not None
    qtbot.waitUntil(lambda: desktop.window.findChild(QToolButton, "turn_retry") is not None)
    chat.requests.ask(panel_of(qtbot, desktop).conversation.turn_ids[0])
    qtbot.waitUntil(lambda: desktop.window.findChild(RequestDialog) is not None)
    dialog = desktop.window.findChild(RequestDialog)
    assert dialog is not None
    assert "Some blocks of your last answer could not be placed" in dialog.body.toPlainText()
    dialog.close()


def test_a_repair_that_fails_is_explained_and_not_tried_again(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer
) -> None:
    server.answers(NOT_FOUND + AMBIGUOUS)
    server.answers(NOT_FOUND)
    ask(qtbot, desktop)
    qtbot.waitUntil(lambda: [said(card) for card in cards(desktop)] == [_SAME_AGAIN, _NO_PLACE])
    (line,) = lines(desktop)
    assert line.toggle.text() == "Asked the model once more for 2 blocks"
    assert note(line) == "None of them had a place again."
    assert len(server.requests) == 2
    assert pending(desktop) == []


_SAME_AGAIN = "The model was asked once more and gave the same block again."
_NO_PLACE = "The model was asked once more and did not give this block again."


def test_a_server_that_is_gone_says_so_on_the_card(qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer) -> None:
    server.answers(NOT_FOUND)
    server.server_error(500, "The model crashed.")
    server.answers(REPAIRED)
    ask(qtbot, desktop)
    qtbot.waitUntil(lambda: [said(card)[:30] for card in cards(desktop)] == ["Asking the model again failed."])
    (line,) = lines(desktop)
    assert note(line).startswith("It failed. ")
    (card,) = cards(desktop)
    press(card, "refused_retry")
    qtbot.waitUntil(lambda: cards(desktop) == [])
    assert [note(line) for line in lines(desktop)][1] == "It has its place now."


def test_esc_stops_asking_and_leaves_the_answer_as_it_was(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer
) -> None:
    server.answers(PLACED + NOT_FOUND)
    server.holds(REPAIRED, after=1)
    ask(qtbot, desktop)
    qtbot.waitUntil(lambda: len(lines(desktop)) == 1)
    (line,) = lines(desktop)
    assert line.toggle.text() == "Asking the model once more for 1 block … Esc stops"
    (card,) = cards(desktop)
    assert "is being asked for this block once more" in said(card)
    qtbot.waitUntil(lambda: line.came.toPlainText() != "")
    panel = panel_of(qtbot, desktop)
    panel.composer.focus_prompt()
    QTest.keyClick(panel.composer.prompt, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: note(line) == "Stopped. Nothing was placed.")
    assert server.wait_disconnect()
    assert said(card).startswith("Stopped: ")
    assert len(pending(desktop)) == 1
    (turn,) = panel.conversation.transcript.turns
    assert turn.status == ""
    server.release()


def test_a_queued_prompt_goes_first_and_nothing_is_asked_by_itself(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer
) -> None:
    server.holds(NOT_FOUND, after=1)
    server.answers("Fine.")
    ask(qtbot, desktop)
    assert server.wait_requests(1)
    ask(qtbot, desktop, "And another question")
    server.release()
    qtbot.waitUntil(lambda: len(server.requests) == 2)
    assert server.requests[1].body["messages"][-1]["content"] == "And another question"
    qtbot.waitUntil(lambda: len(cards(desktop)) == 1)
    assert lines(desktop) == []


@pytest.mark.usefixtures("by_hand")
def test_nothing_is_asked_by_itself_where_the_settings_say_so(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer
) -> None:
    asked(qtbot, desktop, server, NOT_FOUND, 1)
    qtbot.wait(100)
    assert len(server.requests) == 1
    assert lines(desktop) == []


@pytest.mark.parametrize("is_kept", [True, False], ids=["kept", "proposed-again"])
def test_after_a_restart_the_line_and_the_repaired_proposal_are_there(
    qtbot: QtBot, server: OpenAIServer, folder: Path, is_kept: bool
) -> None:
    with open_desktop(qtbot, folder) as first:
        panel_of(qtbot, first)
        wait_for_review(qtbot, first)
        server.answers(PLACED + NOT_FOUND + AMBIGUOUS)
        server.answers(REPAIRED)
        ask(qtbot, first)
        qtbot.waitUntil(lambda: len(pending(first)) == 2)
        assert len(cards(first)) == 1
    if not is_kept:
        forget_reviews()
    with open_desktop(qtbot, folder) as second:
        panel_of(qtbot, second)
        wait_for_review(qtbot, second)
        qtbot.waitUntil(lambda: len(lines(second)) == 1)
        assert note(lines(second)[0]) == "1 of 2 have a place now."
        if not is_kept:
            propose_again(qtbot, second)
        qtbot.waitUntil(lambda: len(pending(second)) == 2)
        qtbot.waitUntil(lambda: len(cards(second)) == 1)
        (left,) = cards(second)
        assert said(left, "refused_title") == "Not placed: more than one place"
        assert len(server.requests) == 2


def test_the_next_prompt_is_sent_with_what_was_said_about_the_block(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer
) -> None:
    server.answers(NOT_FOUND)
    server.answers(REPAIRED)
    server.answers("Fine.")
    ask(qtbot, desktop)
    qtbot.waitUntil(lambda: len(pending(desktop)) == 1)
    ask(qtbot, desktop, "And now?")
    qtbot.waitUntil(lambda: len(server.requests) == 3)
    texts = [message["content"] for message in server.requests[2].body["messages"]]
    assert texts[2] == NOT_FOUND
    assert texts[3].startswith("Some blocks of your last answer")
    assert texts[4] == REPAIRED
    assert texts[5] == "And now?"


def test_a_conversation_that_was_left_has_its_line_when_it_is_shown_again(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer
) -> None:
    server.answers(NOT_FOUND)
    server.holds(REPAIRED, after=2)
    ask(qtbot, desktop)
    qtbot.waitUntil(lambda: len(lines(desktop)) == 1)
    chat = desktop.window.findChild(ChatInWindow)
    assert chat is not None
    conversation = chat.turns.conversation
    assert conversation is not None
    chat.turns.new_conversation()
    qtbot.waitUntil(lambda: lines(desktop) == [])
    chat.turns.open_conversation(conversation)
    qtbot.waitUntil(lambda: len(lines(desktop)) == 1)
    assert "Esc stops" in lines(desktop)[0].toggle.text()
    qtbot.waitUntil(lambda: len(cards(desktop)) == 1)
    server.release()
    qtbot.waitUntil(lambda: len(pending(desktop)) == 1)
    assert note(lines(desktop)[0]) == "It has its place now."


@pytest.mark.usefixtures("by_hand")
@pytest.mark.parametrize("is_kept", [True, False], ids=["kept", "proposed-again"])
def test_a_block_of_a_kept_answer_can_be_asked_for_after_a_restart(
    qtbot: QtBot, server: OpenAIServer, folder: Path, is_kept: bool
) -> None:
    with open_desktop(qtbot, folder) as first:
        panel_of(qtbot, first)
        wait_for_review(qtbot, first)
        asked(qtbot, first, server, NOT_FOUND, 1, then=REPAIRED)
    if not is_kept:
        forget_reviews()
    with open_desktop(qtbot, folder) as second:
        panel_of(qtbot, second)
        wait_for_review(qtbot, second)
        if not is_kept:
            propose_again(qtbot, second)
        qtbot.waitUntil(lambda: len(cards(second)) == 1)
        press(cards(second)[0], "refused_retry")
        qtbot.waitUntil(lambda: len(pending(second)) == 1)
        assert [note(line) for line in lines(second)] == ["It has its place now."]
        roles = [message["role"] for message in server.requests[1].body["messages"]]
        assert roles == ["system", "user", "assistant", "user"]


def test_a_model_that_gives_its_whole_answer_once_more_proposes_nothing_twice(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer
) -> None:
    server.answers(PLACED + NOT_FOUND)
    server.answers(PLACED + REPAIRED)
    ask(qtbot, desktop)
    qtbot.waitUntil(lambda: len(pending(desktop)) == 2)
    qtbot.waitUntil(lambda: [note(line) for line in lines(desktop)] == ["It has its place now."])
    assert [change.path for change in review_of(desktop).state.change_sets[0].files] == ["basket.py", "stock.py"]
    assert len(pending(desktop)) == 2


def test_a_block_that_was_not_asked_for_takes_no_card_away_and_waits_in_the_review(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer
) -> None:
    server.answers(NOT_FOUND + AMBIGUOUS)
    server.answers(block("stock.py", "def left(items):", "def left_over():"))
    ask(qtbot, desktop)
    qtbot.waitUntil(lambda: [said(card) for card in cards(desktop)] == [_NO_PLACE, _NO_PLACE])
    qtbot.waitUntil(lambda: pending(desktop) == ["def left_over():\n"])
    (line,) = lines(desktop)
    assert (
        note(line)
        == "None of them had a place again. A change that was not asked for came instead; it waits in the review."
    )


def test_blocks_are_asked_for_though_another_one_does_not_fit_the_encoding_of_its_file(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    format_of = WorkspaceFiles.format_of

    def slowly(files: WorkspaceFiles, path: str) -> TextFormat:
        # A disk that is busy: the answer has ended long before the format of its file is known.
        time.sleep(0.2)
        return format_of(files, path)

    monkeypatch.setattr(WorkspaceFiles, "format_of", slowly)
    (folder / "latin.py").write_bytes('CITY = "Köln, größer"\n'.encode("cp1252"))
    server.answers(block("latin.py", 'CITY = "Köln, größer"', 'CITY = "Łódź"') + NOT_FOUND)
    server.answers(REPAIRED)
    ask(qtbot, desktop)
    qtbot.waitUntil(lambda: len(pending(desktop)) == 1)
    assert [said(card, "refused_title") for card in cards(desktop)] == ["Not placed: encoding does not fit"]
    assert len(server.requests) == 2


@pytest.mark.parametrize("whole", ["", REPAIRED], ids=["piece", "whole"])
@pytest.mark.parametrize("is_kept", [True, False], ids=["kept", "proposed-again"])
def test_after_a_restart_a_repair_that_was_stopped_counts_for_nothing(
    qtbot: QtBot, server: OpenAIServer, folder: Path, whole: str, is_kept: bool
) -> None:
    half, _, rest = AMBIGUOUS.partition("=======")
    with open_desktop(qtbot, folder) as first:
        panel = panel_of(qtbot, first)
        wait_for_review(qtbot, first)
        server.answers(AMBIGUOUS)
        server.holds((whole + half, rest), after=1)
        ask(qtbot, first)
        qtbot.waitUntil(lambda: "<<<<<<<" in "".join(line.came.toPlainText() for line in lines(first)))
        panel.composer.focus_prompt()
        QTest.keyClick(panel.composer.prompt, Qt.Key.Key_Escape)
        qtbot.waitUntil(lambda: [note(line) for line in lines(first)] == ["Stopped. Nothing was placed."])
        (card,) = cards(first)
        title = said(card, "refused_title")
        server.release()
    if not is_kept:
        forget_reviews()
    with open_desktop(qtbot, folder) as second:
        panel_of(qtbot, second)
        wait_for_review(qtbot, second)
        if not is_kept:
            propose_again(qtbot, second)
        qtbot.waitUntil(lambda: len(cards(second)) == 1)
        (card,) = cards(second)
        assert said(card, "refused_title") == title == "Not placed: more than one place"
        assert pending(second) == []
        press(card, "refused_place")
        qtbot.waitUntil(lambda: len(pending(second)) == 1)


def test_a_new_block_on_lines_that_a_waiting_change_has_is_refused_as_one_that_overlaps(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer
) -> None:
    server.answers(block("stock.py", "    found = count(items)", "    found = count(items, 1)") + NOT_FOUND)
    server.answers(REPAIRED)
    ask(qtbot, desktop)
    qtbot.waitUntil(lambda: [note(line) for line in lines(desktop)] == ["It had no place again."])
    (card,) = cards(desktop)
    assert said(card, "refused_title") == "Not placed: overlaps another block"
    (waiting,) = review_of(desktop).state.pending()
    assert waiting.new_text == "    found = count(items, 1)\n"
    review_of(desktop).reject([waiting.hunk_id])
    qtbot.waitUntil(lambda: pending(desktop) == [])
    server.answers(REPAIRED)
    press(card, "refused_retry")
    qtbot.waitUntil(lambda: cards(desktop) == [])
    assert [text.splitlines()[-1] for text in pending(desktop)] == ["    return 2 * found"]

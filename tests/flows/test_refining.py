"""Follow-up prompts about pending changes, in the whole window: versions, decisions, and the way back by Esc."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.edits.change_sets import Decision, HunkState
from copilot_desktop.text.ranges import LineRange
from copilot_desktop.ui.chat.proposal_card import CardState, ProposalCard
from copilot_desktop.ui.prompt_box import PromptBox
from copilot_desktop.ui.status_bar import StatusField
from tests.support.desktop import open_desktop
from tests.support.in_place import changed_in_place, new_texts, pair, prompt_of, send
from tests.support.openai_server import OpenAIServer
from tests.support.shop import ANSWER, SOURCE, ask_with_the_first_lines, opened, panel_of, review_of
from tests.support.slow_answers import SteppedAnswer

CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
TWO, THREE = pair("    return 1", "    return 2"), pair("    return 2", "    return 3")
LEFT = Qt.MouseButton.LeftButton


def test_a_follow_up_takes_the_place_of_the_change_and_is_accepted(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, folder: Path
) -> None:
    server.answers(TWO)
    server.answers(THREE)
    view, box = changed_in_place(qtbot, desktop)
    assert box.field.hasFocus()
    assert box.field.text() == ""
    assert "Follow-up" in box.field.placeholderText()
    (before,) = review_of(desktop).state.pending()
    send(box, "three")
    qtbot.waitUntil(lambda: new_texts(view) == [(5, 6, "    return 3\n")])
    qtbot.waitUntil(lambda: not box.is_working)
    # The same entry of the review, in the same conversation, and shown as one of two versions.
    (after,) = review_of(desktop).state.pending()
    assert after.hunk_id == before.hunk_id
    assert desktop.window.status.text_of(StatusField.TO_REVIEW) == "1 to review"
    assert [turn.head.prompt for turn in panel_of(qtbot, desktop).conversation.transcript.turns] == ["two", "three"]
    assert (box.versions.prompts.text(), box.versions.number.text()) == ("two › three", "2 of 2")
    assert (folder / "basket.py").read_text() == SOURCE
    # The model has seen the proposal, the lines as they are, and the wish, after what was said before.
    first, *_, asked = (message["content"] for message in server.requests[1].body["messages"])
    assert "wants it otherwise" in first
    assert "    return 2\n" in asked
    assert "    return 1\n" in asked
    assert asked.endswith("three")
    assert len(server.requests[1].body["messages"]) == 4
    QTest.mouseClick(box.versions.accept, LEFT)
    qtbot.waitUntil(lambda: (folder / "basket.py").read_text() == SOURCE.replace("return 1", "return 3"))
    qtbot.waitUntil(lambda: view.findChild(PromptBox) is None)
    assert view.code.hasFocus()


def test_the_new_version_streams_in_where_the_old_one_stood(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer
) -> None:
    server.answers(TWO)
    answer = SteppedAnswer(
        (
            "basket.py\n```python\n<<<<<<< SEARCH\n    return 2\n=======\n    x = 3\n",
            "    return x\n>>>>>>> REPLACE\n```\n",
        )
    )
    server.replies(answer)
    view, box = changed_in_place(qtbot, desktop)
    send(box, "by x")
    qtbot.waitUntil(lambda: box.is_working)
    assert new_texts(view) == [(5, 6, "    return 2\n")]
    answer.step()
    qtbot.waitUntil(lambda: new_texts(view) == [(5, 6, "    x = 3\n")])
    assert view.diff_marks.hunks()[0].is_arriving
    assert not box.versions.accept.isEnabled()
    answer.finish()
    qtbot.waitUntil(lambda: new_texts(view) == [(5, 6, "    x = 3\n    return x\n")])
    qtbot.waitUntil(lambda: not view.diff_marks.hunks()[0].is_arriving and not box.is_working)


def test_esc_puts_everything_back_and_the_prompt_comes_back_by_up(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, folder: Path
) -> None:
    server.answers(TWO)
    server.answers(THREE)
    view, box = changed_in_place(qtbot, desktop)
    selection = view.selection()
    send(box, "three")
    qtbot.waitUntil(lambda: new_texts(view) == [(5, 6, "    return 3\n")] and not box.is_working)
    view.code.gotoPos(0)
    box.field.setFocus()
    QTest.keyClicks(box.field, "and four")
    QTest.keyClick(box.field, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: view.diff_marks.hunks() == ())
    qtbot.waitUntil(lambda: view.findChild(PromptBox) is None)
    assert view.snapshot().text == SOURCE == (folder / "basket.py").read_text()
    assert (view.selection().start, view.selection().end) == (selection.start, selection.end)
    assert view.code.hasFocus()
    assert not desktop.documents.is_dirty("basket.py")
    again = prompt_of(qtbot, view)
    for wanted in ("and four", "three", "two"):
        QTest.keyClick(again.field, Qt.Key.Key_Up)
        assert again.field.text() == wanted
    QTest.keyClick(again.field, Qt.Key.Key_Escape)
    # Nothing is lost: the decision can be taken back.
    review_of(desktop).undo()
    qtbot.waitUntil(lambda: new_texts(view) == [(5, 6, "    return 3\n")])


def test_esc_stops_a_follow_up_that_streams_and_the_old_version_stays(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer
) -> None:
    server.answers(TWO)
    begun = "basket.py\n```python\n<<<<<<< SEARCH\n    return 2\n=======\n    x = 3\n"
    server.holds([begun, "    return x\n"], after=1)
    view, box = changed_in_place(qtbot, desktop)
    send(box, "by x")
    qtbot.waitUntil(lambda: new_texts(view) == [(5, 6, "    x = 3\n")])
    QTest.keyClick(box.field, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: new_texts(view) == [(5, 6, "    return 2\n")])
    assert server.wait_disconnect()
    assert box.state.text() == "Stopped. The change is as it was."
    assert (box.field.text(), box.button.text()) == ("by x", "Retry")
    assert not view.diff_marks.hunks()[0].is_arriving
    assert box.versions.accept.isEnabled()


@pytest.mark.parametrize("fault", ["server", "empty", "prose", "refused", "same", "back"])
def test_after_a_follow_up_that_brings_nothing_the_old_version_stays(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, fault: str
) -> None:
    server.answers(TWO)
    said = {
        "server": "model",
        "empty": "is empty",
        "prose": "no change",
        "refused": "not",
        "same": "as it is",
        "back": "takes the change back",
    }[fault]
    if fault == "server":
        server.unknown_model()
    elif fault == "empty":
        server.empty()
    else:
        server.answers(
            {
                "prose": "It is fine.",
                "refused": pair("def nothing_like_it(here, at, all):\n    pass", "pass"),
                "same": "```python\n    return 2\n```\n",
                "back": pair("    return 2", "    return 1"),
            }[fault]
        )
    server.answers(THREE)
    view, box = changed_in_place(qtbot, desktop)
    send(box, "three")
    qtbot.waitUntil(lambda: len(server.requests) == 2 and not box.is_working)
    assert said in box.state.text(), box.state.text()
    assert box.state.text().endswith("The change is as it was.")
    assert new_texts(view) == [(5, 6, "    return 2\n")]
    assert (box.field.text(), box.button.text()) == ("three", "Retry")
    QTest.mouseClick(box.button, LEFT)
    qtbot.waitUntil(lambda: new_texts(view) == [(5, 6, "    return 3\n")])
    assert len(server.requests) == 3


def test_one_steps_through_the_versions_and_what_was_asked_later_is_not_lost(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer
) -> None:
    server.answers(TWO)
    server.answers(THREE)
    server.answers(pair("    return 2", "    return 4"))
    view, box = changed_in_place(qtbot, desktop)
    send(box, "three")
    qtbot.waitUntil(lambda: new_texts(view) == [(5, 6, "    return 3\n")] and not box.is_working)
    assert not box.versions.on.isEnabled()
    QTest.mouseClick(box.versions.back, LEFT)
    assert new_texts(view) == [(5, 6, "    return 2\n")]
    assert (box.versions.prompts.text(), box.versions.number.text()) == ("two", "1 of 2")
    assert not box.versions.back.isEnabled()
    QTest.mouseClick(box.versions.on, LEFT)
    assert new_texts(view) == [(5, 6, "    return 3\n")]
    QTest.mouseClick(box.versions.back, LEFT)
    send(box, "four")
    qtbot.waitUntil(lambda: new_texts(view) == [(5, 6, "    return 4\n")] and not box.is_working)
    assert box.versions.number.text() == "3 of 3"
    assert "    return 2\n" in server.requests[2].prompt
    QTest.mouseClick(box.versions.back, LEFT)
    assert new_texts(view) == [(5, 6, "    return 3\n")]


def test_versions_are_there_again_after_a_restart(
    qtbot: QtBot, private_home: Path, server: OpenAIServer, folder: Path
) -> None:
    server.answers(TWO)
    server.answers(THREE)
    server.answers(pair("    return 2", "    return 4"))
    with open_desktop(qtbot, folder) as first:
        view, box = changed_in_place(qtbot, first)
        send(box, "three")
        qtbot.waitUntil(lambda: new_texts(view) == [(5, 6, "    return 3\n")] and not box.is_working)
    with open_desktop(qtbot, folder) as second:
        panel = panel_of(qtbot, second)
        view = opened(qtbot, second)
        qtbot.waitUntil(lambda: new_texts(view) == [(5, 6, "    return 3\n")])
        # Both cards are of the one change that waits: each shows it, and decides about it alone.
        qtbot.waitUntil(lambda: len(panel.findChildren(ProposalCard)) == 2)
        assert {card.summary.state for card in panel.findChildren(ProposalCard)} == {CardState.PENDING}
        QTest.keyClick(view.code, Qt.Key.Key_F8)
        box = prompt_of(qtbot, view)
        assert (box.versions.prompts.text(), box.versions.number.text()) == ("two › three", "2 of 2")
        QTest.mouseClick(box.versions.back, LEFT)
        assert new_texts(view) == [(5, 6, "    return 2\n")]
        send(box, "four")
        qtbot.waitUntil(lambda: new_texts(view) == [(5, 6, "    return 4\n")] and not box.is_working)
        assert box.versions.number.text() == "3 of 3"


def test_ctrl_i_in_a_change_of_a_chat_answer_refines_that_one_alone(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, folder: Path
) -> None:
    server.answers(ANSWER + TWO)
    server.answers(pair("    return sum(item.net for item in items)", "    return net(items)"))
    panel_of(qtbot, desktop)
    view = opened(qtbot, desktop)
    send_in_chat(qtbot, desktop, "both")
    qtbot.waitUntil(lambda: len(view.diff_marks.hunks()) == 2 and len(review_of(desktop).state.change_sets) == 1)
    (change_set,) = review_of(desktop).state.change_sets
    view.show_lines(LineRange(1, 1))
    view.setFocus()
    box = prompt_of(qtbot, view)
    assert box.versions.prompts.text() == "both"
    send(box, "by a function")
    qtbot.waitUntil(lambda: new_texts(view) == [(1, 2, "    return net(items)\n"), (5, 6, "    return 2\n")])
    (now,) = review_of(desktop).state.change_sets
    assert (now.change_set_id, now.turn_id) == (change_set.change_set_id, change_set.turn_id)
    assert "return 2" not in server.requests[1].prompt
    qtbot.waitUntil(lambda: not box.is_working)
    # The follow-up's card is about this change only, that of the answer about both.
    first, second = (turn.proposals[0].summary for turn in panel_of(qtbot, desktop).conversation.transcript.turns)
    assert (first.undecided, first.only) == (2, ())
    assert (second.undecided, second.only) == (1, (now.files[0].hunks[0].hunk_id,))
    # Esc: this change as it came, and none is lost.
    QTest.keyClick(box.field, Qt.Key.Key_Escape)
    assert new_texts(view)[0] == (1, 2, "    return sum(item.net for item in items)\n")
    assert view.findChild(PromptBox) is None
    box = prompt_of(qtbot, view)
    QTest.mouseClick(box.versions.on, LEFT)
    assert new_texts(view)[0] == (1, 2, "    return net(items)\n")
    card = panel_of(qtbot, desktop).conversation.transcript.turns[1].proposals[0]
    accept = card.findChild(QPushButton, "proposal_accept")
    assert accept is not None
    QTest.mouseClick(accept, LEFT)
    qtbot.waitUntil(lambda: "net(items)" in (folder / "basket.py").read_text())
    qtbot.waitUntil(lambda: len(view.diff_marks.hunks()) == 1)
    assert "return 2" not in (folder / "basket.py").read_text()


def send_in_chat(qtbot: QtBot, desktop: DesktopWindow, prompt: str) -> None:
    """Ask in the chat about basket.py."""
    panel = panel_of(qtbot, desktop)
    panel.add_file("basket.py")
    qtbot.waitUntil(lambda: len(panel.composer.chips.views) == 1)
    QTest.keyClicks(panel.composer.prompt, prompt)
    QTest.keyClick(panel.composer.prompt, Qt.Key.Key_Return)


def test_the_bar_of_a_change_opens_the_prompt_by_mouse(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer
) -> None:
    desktop.window.resize(1280, 720)
    view = opened(qtbot, desktop)
    server.answers(ANSWER)
    ask_with_the_first_lines(qtbot, desktop, view)
    button = view.findChild(QToolButton, "editor.hunk.refine")
    assert button is not None
    qtbot.waitUntil(button.isVisible)
    QTest.mouseClick(button, LEFT)
    box = view.findChild(PromptBox)
    assert box is not None
    assert box.field.hasFocus()
    assert box.versions.prompts.text() == "use net prices"
    close = box.findChild(QToolButton, "inline_prompt.close")
    assert close is not None
    QTest.mouseClick(close, LEFT)
    assert view.findChild(PromptBox) is None
    assert len(view.diff_marks.hunks()) == 1


def test_an_answer_with_more_changes_brings_all_of_them_and_back_takes_them_away(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer
) -> None:
    server.answers(TWO)
    server.answers(THREE + pair("def total(items):", "def total(items, more=3):"))
    view, box = changed_in_place(qtbot, desktop)
    send(box, "three, and more")
    wanted = [(0, 1, "def total(items, more=3):\n"), (5, 6, "    return 3\n")]
    qtbot.waitUntil(lambda: new_texts(view) == wanted and not box.is_working)
    assert box.versions.accept.text() == "Accept 2"
    assert len(review_of(desktop).state.change_sets) == 1
    QTest.mouseClick(box.versions.back, LEFT)
    assert new_texts(view) == [(5, 6, "    return 2\n")]
    QTest.mouseClick(box.versions.on, LEFT)
    assert new_texts(view) == wanted
    QTest.keyClick(box.field, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: view.diff_marks.hunks() == ())


def test_what_was_typed_meanwhile_stays_and_the_new_version_is_fitted_to_it(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer
) -> None:
    server.answers(TWO)
    answer = SteppedAnswer((THREE[:40], THREE[40:]))
    server.replies(answer)
    view, box = changed_in_place(qtbot, desktop)
    send(box, "three")
    answer.step()
    view.code.gotoPos(0)
    QTest.keyClicks(view.code, "# above")
    QTest.keyClick(view.code, Qt.Key.Key_Return)
    answer.finish()
    qtbot.waitUntil(lambda: new_texts(view) == [(6, 7, "    return 3\n")] and not box.is_working)
    assert view.snapshot().text == f"# above\n{SOURCE}"
    # A version of before stands where its lines are now.
    QTest.mouseClick(box.versions.back, LEFT)
    assert new_texts(view) == [(6, 7, "    return 2\n")]


def test_lines_changed_meanwhile_make_a_conflict_and_nothing_is_taken(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer
) -> None:
    server.answers(TWO)
    answer = SteppedAnswer((THREE[:40], THREE[40:]))
    server.replies(answer)
    view, box = changed_in_place(qtbot, desktop)
    send(box, "three")
    answer.step()
    view.code.gotoPos(view.code.line_start(5))
    QTest.keyClicks(view.code, "    other() #")
    answer.finish()
    qtbot.waitUntil(lambda: not box.is_working)
    states = [hunk.state for hunk in review_of(desktop).state.pending()]
    assert states == [HunkState.CONFLICT]
    assert "    other() #    return 1" in view.snapshot().text


def test_a_change_that_is_decided_about_stops_its_follow_up(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, folder: Path
) -> None:
    server.answers(TWO)
    server.holds(THREE, after=1)
    view, box = changed_in_place(qtbot, desktop)
    send(box, "three")
    qtbot.waitUntil(lambda: len(server.requests) == 2 and box.is_working)
    (hunk,) = review_of(desktop).state.pending()
    review_of(desktop).accept([hunk.hunk_id])
    qtbot.waitUntil(lambda: (folder / "basket.py").read_text() == SOURCE.replace("return 1", "return 2"))
    qtbot.waitUntil(lambda: server.disconnects == 1)
    qtbot.waitUntil(lambda: view.findChild(PromptBox) is None)
    assert [hunk.decision for hunk in review_of(desktop).state.hunks()] == [Decision.ACCEPTED]


def test_esc_says_that_what_was_accepted_stays(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, folder: Path
) -> None:
    server.answers(pair("def other():", "def another():") + pair("def total(items):", "def total(all):"))
    view, box = changed_in_place(qtbot, desktop, LineRange(0, 6), "names")
    assert len(view.diff_marks.hunks()) == 2
    view.show_lines(LineRange(0, 0))
    QTest.keyClick(view.code, Qt.Key.Key_Y, ALT)
    qtbot.waitUntil(lambda: "total(all)" in (folder / "basket.py").read_text())
    assert box.isVisible()
    box.field.setFocus()
    QTest.keyClick(box.field, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: view.diff_marks.hunks() == ())
    said = " ".join(notice.message for notice in desktop.window.notices.shown())
    assert "1 change of this prompt was accepted and stays" in said
    qtbot.waitUntil(lambda: card_state(qtbot, desktop) == "Accepted in part")
    assert (folder / "basket.py").read_text() == SOURCE.replace("total(items)", "total(all)")


def card_state(qtbot: QtBot, desktop: DesktopWindow) -> str:
    """What the card of the last proposal says of its decisions."""
    found = panel_of(qtbot, desktop).findChildren(QLabel, "proposal_state")
    return found[-1].text() if found else ""


def test_the_keys_of_decisions_work_from_the_field(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, folder: Path
) -> None:
    server.answers(TWO)
    view, box = changed_in_place(qtbot, desktop)
    assert QApplication.focusWidget() is box.field
    QTest.keyClick(box.field, Qt.Key.Key_Y, ALT)
    qtbot.waitUntil(lambda: (folder / "basket.py").read_text() == SOURCE.replace("return 1", "return 2"))
    qtbot.waitUntil(lambda: view.findChild(PromptBox) is None)

"""Comments on changes go to the model, and what became of its proposals; in the whole window, with a real server."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.bridge.review.comment_sender import CommentSender
from copilot_desktop.bridge.review.events import ReviewNotice
from copilot_desktop.edits.change_sets import ChangeHunk
from copilot_desktop.edits.comments import CommentSide
from copilot_desktop.text.ranges import LineRange
from copilot_desktop.ui.chat_in_window import ChatInWindow
from copilot_desktop.ui.diff.values import RowKind
from copilot_desktop.ui.request_strip import RequestStrip
from copilot_desktop.ui.review.comment_field import CommentField
from copilot_desktop.ui.review.review_view import ReviewView
from tests.support.desktop import open_desktop
from tests.support.openai_server import OpenAIServer
from tests.support.shop import (
    ANSWER,
    SOURCE,
    ask_with_the_first_lines,
    opened,
    panel_of,
    review_of,
    shown_review,
    wait_for_review,
)

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier

OLD, NEW = "    return sum(item.net for item in items)", "    return math.fsum(item.net for item in items)"


def pair(old: str, new: str, path: str = "basket.py") -> str:
    return f"{path}\n```python\n<<<<<<< SEARCH\n{old}\n=======\n{new}\n>>>>>>> REPLACE\n```\n"


def proposed(qtbot: QtBot, desktop: DesktopWindow) -> ChangeHunk:
    """One change of a chat answer that waits."""
    ask_with_the_first_lines(qtbot, desktop, opened(qtbot, desktop))
    (hunk,) = review_of(desktop).state.pending()
    return hunk


def comment_on(desktop: DesktopWindow, hunk: ChangeHunk, text: str) -> None:
    remarks = review_of(desktop).remarks
    remarks.save(remarks.begin(hunk.hunk_id, CommentSide.NEW, LineRange(0, 1)), text)


def sender_of(desktop: DesktopWindow) -> CommentSender:
    """It comes with the review page."""
    if desktop.window.findChild(CommentSender) is None:
        desktop.window.commands.run("review.open")
    sender = desktop.window.findChild(CommentSender)
    assert sender is not None
    return sender


def noticed(desktop: DesktopWindow) -> list[ReviewNotice]:
    said: list[ReviewNotice] = []
    review_of(desktop).noticed.connect(said.append)
    return said


def press(key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """A key where the keyboard is."""
    focus = QApplication.focusWidget()
    assert focus is not None
    QTest.keyClick(focus, key, modifier)


def said_in(view: ReviewView) -> list[str]:
    """The rows of the diff that say what the user wrote, as a screen reader has them."""
    rows = view.diff.rows_model
    return [rows.spoken(row) for row in rows.rows if row.kind is RowKind.REMARK]


def test_a_comment_is_written_changed_sent_and_answered_by_keys(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, folder: Path
) -> None:
    server.answers(ANSWER)
    server.answers(pair(OLD, NEW))
    hunk = proposed(qtbot, desktop)
    review, view = review_of(desktop), shown_review(qtbot, desktop)
    strip = view.findChild(RequestStrip)
    field = view.findChild(CommentField)
    assert strip is not None
    assert field is not None
    assert strip.isHidden()
    # On the proposed line, two below the head of the change.
    press(Qt.Key.Key_Down)
    press(Qt.Key.Key_Down)
    press(Qt.Key.Key_C)
    assert field.text.hasFocus()
    assert field.head.text() == "Comment on basket.py, line 2"
    QTest.keyClicks(field.text, "Use fsum")
    press(Qt.Key.Key_Return)
    QTest.keyClicks(field.text, "of math.")
    # Esc keeps the draft; C on the line goes on with it. A draft is not sent.
    press(Qt.Key.Key_Escape)
    assert field.isHidden()
    assert said_in(view) == ["Comment, not saved yet: Use fsum", "    of math."]
    assert review.remarks.waiting() == ()
    press(Qt.Key.Key_Down)
    press(Qt.Key.Key_Down)
    press(Qt.Key.Key_C)
    assert field.text.toPlainText() == "Use fsum\nof math."
    # A long line is broken: a row would end at the edge.
    field.text.setPlainText(f"Use fsum {'of math ' * 20}")
    press(Qt.Key.Key_Escape)
    assert len(said_in(view)) == 3
    assert all(len(row) <= 72 for row in said_in(view))
    assert " ".join(" ".join(said_in(view)).split()) == f"Comment, not saved yet: Use fsum {'of math ' * 20}".strip()
    press(Qt.Key.Key_Down)
    press(Qt.Key.Key_Down)
    press(Qt.Key.Key_C)
    field.text.setPlainText("Use fsum\nof math.")
    press(Qt.Key.Key_Return, CTRL)
    assert said_in(view) == ["Comment: Use fsum", "    of math."]
    assert strip.words == "1 comment to test-model: … tk"
    # The keyboard is on the comment: Enter changes it.
    assert view.diff.hasFocus()
    press(Qt.Key.Key_Return)
    assert field.text.hasFocus()
    QTest.keyClicks(field.text, " Please.")
    press(Qt.Key.Key_Return, CTRL)
    # How much that is stands there before it is sent, and all of it can be read.
    qtbot.waitUntil(lambda: re.fullmatch(r"1 comment to test-model: [\d,]+ tk", strip.words) is not None)
    qtbot.waitUntil(lambda: "of math. Please." in strip.text.toPlainText())
    shown = strip.text.toPlainText()
    press(Qt.Key.Key_C, SHIFT)
    qtbot.waitUntil(lambda: [each.new_text for each in review.state.pending()] == [f"{NEW}\n"])
    assert "Use fsum\nof math. Please." in server.requests[1].body["messages"][-1]["content"]
    sent = [message["content"] for message in server.requests[1].body["messages"]]
    assert shown.split("\n")[0] == "[Instructions]"
    assert all(text in shown for text in sent)
    qtbot.waitUntil(strip.isHidden)
    (after,) = review.state.pending()
    assert after.hunk_id == hunk.hunk_id
    assert (folder / "basket.py").read_text() == SOURCE
    assert said_in(view)[0] == "Comment, answered, its lines have changed: Use fsum"
    # It can be sent again.
    (comment,) = review.remarks.now.comments
    view.diff.go_to_remark(hunk.hunk_id, comment.comment_id)
    press(Qt.Key.Key_C)
    QTest.mouseClick(field.reopen, Qt.MouseButton.LeftButton)
    assert strip.words.startswith("1 comment to test-model")
    assert strip.isVisible()


def test_a_reason_is_asked_for_by_its_key_and_comments_outlive_the_window(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, folder: Path
) -> None:
    server.answers(ANSWER)
    hunk = proposed(qtbot, desktop)
    review, view = review_of(desktop), shown_review(qtbot, desktop)
    field = view.findChild(CommentField)
    assert field is not None
    comment_on(desktop, hunk, "Why net?")
    press(Qt.Key.Key_R)
    qtbot.waitUntil(lambda: not review.is_busy and not review.state.pending())
    press(Qt.Key.Key_Semicolon)
    assert field.head.text() == "Reason for rejecting basket.py, line 2"
    QTest.keyClicks(field.text, "Gross is meant")
    press(Qt.Key.Key_Return, CTRL)
    assert said_in(view) == ["Rejected because: Gross is meant", "Comment: Why net?"]
    press(Qt.Key.Key_U)
    qtbot.waitUntil(lambda: len(review.state.pending()) == 1)
    before = review.remarks.now
    assert before.reasons
    desktop.window.close()
    with open_desktop(qtbot, folder) as again:
        wait_for_review(qtbot, again)
        qtbot.waitUntil(lambda: review_of(again).keeper.is_loaded)
        assert review_of(again).remarks.now == before


def test_two_commented_changes_are_revised_by_one_request_and_each_keeps_its_versions(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer
) -> None:
    two = ANSWER + pair("    return 1", "    return 2")
    server.answers(two)
    server.answers(pair(OLD, NEW) + pair("    return 2", "    return 3"))
    # Then one of them only.
    server.answers(pair("    return 3", "    return 4"))
    panel, review = panel_of(qtbot, desktop), review_of(desktop)
    panel.composer.prompt.setPlainText("net, and two")
    panel.composer.prompt.submitted.emit()
    qtbot.waitUntil(lambda: len(review.state.pending()) == 2)
    first, second = review.state.pending()
    comment_on(desktop, first, "Use fsum.")
    comment_on(desktop, second, "Three.")
    sender_of(desktop).send()
    qtbot.waitUntil(lambda: not sender_of(desktop).is_running)
    assert len(server.requests) == 2
    after = review.state.pending()
    assert [(each.hunk_id, each.new_text) for each in after] == [
        (first.hunk_id, f"{NEW}\n"),
        (second.hunk_id, "    return 3\n"),
    ]
    assert review.remarks.waiting() == ()
    for comment in review.remarks.now.comments:
        review.remarks.reopen(comment.comment_id)
    notices = noticed(desktop)
    sender_of(desktop).send()
    qtbot.waitUntil(lambda: not sender_of(desktop).is_running)
    assert [each.new_text for each in review.state.pending()] == [f"{NEW}\n", "    return 4\n"]
    assert [each.text for each in review.remarks.waiting()] == ["Use fsum."]
    assert "1 comment waits still" in notices[-1].message
    # Each has its own versions, and going back in one leaves the other.
    chat = desktop.window.findChild(ChatInWindow)
    assert chat is not None
    assert chat.refiner is not None
    versions = chat.refiner.of_hunk(second.hunk_id)
    assert len(versions.versions) == 3
    chat.refiner.show(versions, 0)
    assert [each.new_text for each in review.state.pending()] == [f"{NEW}\n", "    return 2\n"]


def test_what_was_decided_about_the_other_changes_is_read_before_and_sent(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer
) -> None:
    server.answers(ANSWER + pair("    return 1", "    return 2") + pair("def other():", "def another():"))
    server.answers(pair(OLD, NEW))
    panel, review = panel_of(qtbot, desktop), review_of(desktop)
    panel.composer.prompt.setPlainText("net, two, and a name")
    panel.composer.prompt.submitted.emit()
    qtbot.waitUntil(lambda: bool(review.state.pending()))
    view = shown_review(qtbot, desktop)
    strip = view.findChild(RequestStrip)
    assert strip is not None
    comment_on(desktop, review.state.pending()[0], "Use fsum.")
    rest = [hunk.hunk_id for hunk in review.state.pending()[1:]]
    review.reject(rest)
    qtbot.waitUntil(lambda: len(review.state.pending()) == 1)
    review.remarks.give_reason(rest[-1], "one is right")
    qtbot.waitUntil(lambda: "Reason: one is right" in strip.text.toPlainText())
    sender_of(desktop).send()
    qtbot.waitUntil(lambda: not sender_of(desktop).is_running)
    sent = server.requests[1].body["messages"][-1]["content"]
    assert "Use fsum." in sent
    told = sent[sent.index("What I decided about your other changes of that answer:") :]
    assert ": rejected. Reason: one is right." in told
    # The next prompt has no chip that says it once more.
    qtbot.wait(300)
    assert not any("What became of" in view.chip.text for view in panel.composer.chips.views)


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("server", "server"),
        ("prose", "proposes no change"),
        ("other", "Kept out: the answer also changes line 6 of basket.py, which no comment was about."),
        ("file", "Kept out: the answer also changes notes.py, which no comment was about."),
        ("refused", "not"),
        ("cut", "the answer was cut"),
    ],
)
def test_an_answer_that_brings_nothing_leaves_change_and_comment(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, folder: Path, fault: str, said: str
) -> None:
    server.answers(ANSWER)
    if fault == "server":
        server.server_error()
    elif fault == "cut":
        server.answers(pair(OLD, NEW)[:-20])
    else:
        server.answers(
            {
                "prose": "It is fine as it is.",
                "other": pair("def other():\n    return 1", "def other():\n    return 2"),
                "file": "notes.py\n```python\nx = 1\n```\n",
                "refused": pair("def nothing_like_it(here, at, all):\n    pass", "pass"),
            }[fault]
        )
    server.answers(pair(OLD, NEW))
    hunk = proposed(qtbot, desktop)
    comment_on(desktop, hunk, "Use fsum.")
    review, sender, notices = review_of(desktop), sender_of(desktop), noticed(desktop)
    sender.send()
    assert sender.is_running
    qtbot.waitUntil(lambda: len(server.requests) == 2 and not sender.is_running)
    (notice,) = [each for each in notices if not each.is_passing]
    assert said in notice.message, notice.message
    assert notice.message.endswith("The changes and your comments are as they were.")
    (after,) = review.state.pending()
    assert after == hunk
    assert [each.text for each in review.remarks.waiting()] == ["Use fsum."]
    assert (folder / "basket.py").read_text() == SOURCE
    # The same comment is sent once more, and is answered then.
    sender.send()
    qtbot.waitUntil(lambda: [each.new_text for each in review.state.pending()] == [f"{NEW}\n"])
    assert review.remarks.waiting() == ()


def test_what_is_sent_stands_in_the_conversation_and_stop_leaves_all(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer
) -> None:
    server.answers(ANSWER)
    server.holds([pair(OLD, NEW)[:60], "rest"], after=1)
    hunk = proposed(qtbot, desktop)
    comment_on(desktop, hunk, "Use fsum.")
    review, sender = review_of(desktop), sender_of(desktop)
    review.edit_new_text(hunk.hunk_id, f"{OLD}  # net\n")
    sender.send()
    qtbot.waitUntil(lambda: len(server.requests) == 2)
    body = server.requests[1].body["messages"]
    assert "commented on some of their lines" in " ".join(body[0]["content"].split())
    asked = body[-1]["content"]
    assert "with your change in it" in asked
    assert f"```python\n{OLD}  # net\n```" in asked or f"```py\n{OLD}  # net\n```" in asked
    assert "    return sum(items)\n" in asked
    assert "Use fsum." in asked
    assert f"-{OLD}\n+{OLD}  # net" in asked
    turns = panel_of(qtbot, desktop).conversation.transcript.turns
    assert asked.endswith(turns[-1].head.prompt)
    sender.stop()
    assert server.wait_disconnect()
    (after,) = review.state.pending()
    assert after.new_text == f"{OLD}  # net\n"
    assert len(review.remarks.waiting()) == 1


def test_the_next_prompt_tells_of_decisions_and_reasons_in_a_chip(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer
) -> None:
    server.answers(ANSWER)
    server.answers("I see.")
    hunk = proposed(qtbot, desktop)
    panel, review = panel_of(qtbot, desktop), review_of(desktop)
    review.reject([hunk.hunk_id])
    qtbot.waitUntil(lambda: [view.chip.label for view in panel.composer.chips.views] == ["your decisions"])
    review.remarks.give_reason(hunk.hunk_id, "sum is right")
    qtbot.waitUntil(lambda: "Reason: sum is right." in panel.composer.chips.views[0].chip.text)
    text = panel.composer.chips.views[0].chip.text
    panel.composer.prompt.setPlainText("And now?")
    panel.composer.prompt.submitted.emit()
    qtbot.waitUntil(lambda: len(server.requests) == 2)
    assert server.requests[1].body["messages"][-1]["content"] == f"{text}\n\nAnd now?"
    # It is told once.
    qtbot.waitUntil(lambda: panel.composer.chips.views == ())
    review.undo()
    qtbot.waitUntil(lambda: "not decided yet" in "".join(view.chip.text for view in panel.composer.chips.views))

"""What is asked about proposed changes: priced before it is sent, and in the conversation that proposed them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLabel
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.edits.comments import CommentSide
from copilot_desktop.text.ranges import LineRange
from copilot_desktop.ui.prompt_box import PromptBox
from copilot_desktop.ui.request_strip import RequestStrip
from copilot_desktop.ui.review.comment_field import CommentField
from copilot_desktop.ui.review.review_view import ReviewView
from tests.support.desktop import open_desktop
from tests.support.in_place import changed_in_place, pair, prompt_of, send
from tests.support.openai_server import OpenAIServer
from tests.support.shop import (
    ANSWER,
    ask_with_the_first_lines,
    opened,
    panel_of,
    price_model,
    review_of,
    shown_review,
    wait_for_review,
)

SHIFT, LEFT = Qt.KeyboardModifier.ShiftModifier, Qt.MouseButton.LeftButton
REVISED = pair("    return sum(item.net for item in items)", "    return math.fsum(item.net for item in items)")
DELETING = """*** Begin Patch
*** Delete File: old.py
*** Update File: basket.py
@@
-    return sum(items)
+    return sum(item.net for item in items)
*** End Patch
"""
FIGURES = re.compile(r"([\d,]+) of 9,000\stk · about\s\$(\d\.\d+)")


@pytest.fixture
def priced(server: OpenAIServer) -> None:
    """The model takes 9,000 tokens, and a million costs ten dollars. For `usefixtures`: it comes before the window."""
    price_model(server, 9_000, (10.0, 20.0))


def press(key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """A key where the keyboard is."""
    focus = QApplication.focusWidget()
    assert focus is not None
    QTest.keyClick(focus, key, modifier)


def comment_on_all(desktop: DesktopWindow, text: str) -> None:
    review = review_of(desktop)
    for hunk in review.state.pending():
        review.remarks.save(review.remarks.begin(hunk.hunk_id, CommentSide.NEW, LineRange(0, 1)), text)


def contents(server: OpenAIServer, number: int) -> str:
    return "\n".join(str(message["content"]) for message in server.requests[number].body["messages"])


@pytest.mark.usefixtures("priced")
def test_comments_say_what_sending_them_costs(qtbot: QtBot, server: OpenAIServer, folder: Path) -> None:
    server.answers(ANSWER + pair("a = 1", "a = 2", "other.py"))
    (folder / "other.py").write_text("a = 1\n", encoding="utf-8")
    with open_desktop(qtbot, folder) as desktop:
        wait_for_review(qtbot, desktop)
        panel = panel_of(qtbot, desktop)
        panel.composer.prompt.setPlainText("net, and two")
        panel.composer.prompt.submitted.emit()
        qtbot.waitUntil(lambda: len(review_of(desktop).state.pending()) == 2)
        view = shown_review(qtbot, desktop)
        strip = view.findChild(RequestStrip)
        assert strip is not None
        first, _second = review_of(desktop).state.pending()
        remarks = review_of(desktop).remarks
        remarks.save(remarks.begin(first.hunk_id, CommentSide.NEW, LineRange(0, 1)), "Use fsum.")
        qtbot.waitUntil(lambda: FIGURES.search(strip.words) is not None)
        found = FIGURES.search(strip.words)
        assert found is not None
        tokens = int(found[1].replace(",", ""))
        assert found[2] == f"{tokens / 100_000:.4f}".rstrip("0")
        # More is said: more is sent.
        comment_on_all(desktop, "Say why in a comment of at least ten words.")
        qtbot.waitUntil(lambda: strip.words.startswith("3 comments in 2 requests to test-model: "))
        qtbot.waitUntil(lambda: "Say why" in strip.text.toPlainText())
        QTest.mouseClick(strip.look, LEFT)
        assert strip.text.isVisible()
        assert strip.text.toPlainText().count("[Instructions]") == 2
        assert len(server.requests) == 1


@pytest.mark.usefixtures("priced")
def test_a_comment_that_cannot_be_sent_keeps_no_other_one_back(
    qtbot: QtBot, server: OpenAIServer, folder: Path
) -> None:
    (folder / "old.py").write_text("x = 1\n", encoding="utf-8")
    server.answers(DELETING)
    server.answers(REVISED)
    with open_desktop(qtbot, folder) as desktop:
        wait_for_review(qtbot, desktop)
        panel, review = panel_of(qtbot, desktop), review_of(desktop)
        panel.composer.prompt.setPlainText("delete the old one, and net")
        panel.composer.prompt.submitted.emit()
        qtbot.waitUntil(lambda: len(review.state.pending()) == 2)
        view = shown_review(qtbot, desktop)
        strip = view.findChild(RequestStrip)
        assert strip is not None
        comment_on_all(desktop, "Use fsum.")
        # It is said before anything is sent, with the price of the rest.
        qtbot.waitUntil(lambda: "old.py: This change is about the whole file" in strip.left_out)
        qtbot.waitUntil(lambda: "about $" in strip.words)
        said: list[str] = []
        review.noticed.connect(lambda notice: said.append(notice.message))
        press(Qt.Key.Key_C, SHIFT)
        qtbot.waitUntil(lambda: any("fsum" in hunk.new_text for hunk in review.state.pending()))
        qtbot.waitUntil(lambda: len(said) == 2)
        assert said[0] == "basket.py is revised by 1 comment."
        assert said[1].startswith("old.py: This change is about the whole file")
        assert said[1].endswith("Its comments wait still.")
        assert [each.text for each in review.remarks.waiting()] == ["Use fsum."]
        assert len(server.requests) == 2


@pytest.mark.parametrize("answer", [pair("x = 1", "x = 10", "new.py"), "new.py\n```python\nx = 10\ny = 2\n```\n"])
def test_a_new_file_is_revised_by_comments_and_is_still_to_be_made(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, folder: Path, answer: str
) -> None:
    server.answers("new.py\n```python\nx = 1\ny = 2\n```\n")
    server.answers(answer)
    panel, review = panel_of(qtbot, desktop), review_of(desktop)
    panel.composer.prompt.setPlainText("a new file")
    panel.composer.prompt.submitted.emit()
    qtbot.waitUntil(lambda: len(review.state.pending()) == 1)
    (before,) = review.state.pending()
    shown_review(qtbot, desktop)
    comment_on_all(desktop, "Ten.")
    press(Qt.Key.Key_C, SHIFT)
    qtbot.waitUntil(lambda: [each.new_text for each in review.state.pending()] == ["x = 10\ny = 2\n"])
    (change,) = [change for each in review.state.change_sets for change in each.files]
    assert (change.path, change.status, change.hunks[0].hunk_id) == ("new.py", "added", before.hunk_id)
    assert review.remarks.waiting() == ()
    assert not (folder / "new.py").exists()
    review.accept([before.hunk_id])
    qtbot.waitUntil(lambda: not review.is_busy and (folder / "new.py").exists())
    assert (folder / "new.py").read_text() == "x = 10\ny = 2\n"
    review.undo()
    qtbot.waitUntil(lambda: not review.is_busy and not (folder / "new.py").exists())


@pytest.mark.usefixtures("priced")
def test_the_prompt_in_the_text_says_what_it_costs(qtbot: QtBot, server: OpenAIServer, folder: Path) -> None:
    server.answers(pair("    return 1", "    return 2"))
    with open_desktop(qtbot, folder) as desktop:
        wait_for_review(qtbot, desktop)
        panel_of(qtbot, desktop)
        view = opened(qtbot, desktop)
        view.show_lines(LineRange(5, 5))
        box = prompt_of(qtbot, view)
        qtbot.waitUntil(lambda: FIGURES.fullmatch(box.budget.text()) is not None)
        empty = box.budget.text()
        QTest.keyClicks(box.field, "return two, and nothing else")
        qtbot.waitUntil(lambda: FIGURES.fullmatch(box.budget.text()) is not None and box.budget.text() != empty)
        first = box.budget.text()
        press(Qt.Key.Key_Return)
        qtbot.waitUntil(box.versions.isVisible)
        # A follow-up is sent with what was said before.
        qtbot.waitUntil(lambda: box.budget.isVisible() and FIGURES.fullmatch(box.budget.text()) is not None)
        qtbot.waitUntil(lambda: box.budget.text() not in (first, empty))
        assert used(box) > int(first.split()[0].replace(",", ""))


def used(box: PromptBox) -> int:
    return int(box.budget.text().split()[0].replace(",", ""))


def test_after_a_restart_comments_go_to_the_conversation_that_proposed(
    qtbot: QtBot, server: OpenAIServer, folder: Path
) -> None:
    server.answers(ANSWER)
    server.answers("Hello.")
    server.answers("It is fine as it is.")
    server.answers(REVISED)
    with open_desktop(qtbot, folder) as desktop:
        wait_for_review(qtbot, desktop)
        ask_with_the_first_lines(qtbot, desktop, opened(qtbot, desktop))
        panel = panel_of(qtbot, desktop)
        desktop.window.commands.run("chat.new")
        panel.composer.prompt.setPlainText("good morning")
        panel.composer.prompt.submitted.emit()
        qtbot.waitUntil(lambda: len(server.requests) == 2)
        comment_on_all(desktop, "Use fsum.")
    with open_desktop(qtbot, folder) as desktop:
        wait_for_review(qtbot, desktop)
        panel = panel_of(qtbot, desktop)
        review = review_of(desktop)
        qtbot.waitUntil(lambda: review.keeper.is_loaded and len(review.state.pending()) == 1)
        qtbot.waitUntil(lambda: [t.head.prompt for t in panel.conversation.transcript.turns] == ["good morning"])
        said: list[str] = []
        review.noticed.connect(lambda notice: said.append(notice.message))
        shown_review(qtbot, desktop)
        press(Qt.Key.Key_C, SHIFT)
        qtbot.waitUntil(lambda: len(said) == 1)
        assert said[0].startswith("The answer proposes no change; it is in the conversation “use net prices”.")
        press(Qt.Key.Key_C, SHIFT)
        qtbot.waitUntil(lambda: "fsum" in review.state.pending()[0].new_text)
        for number in (2, 3):
            assert "use net prices" in contents(server, number)
            assert "good morning" not in contents(server, number)
        assert [t.head.prompt for t in panel.conversation.transcript.turns] == ["good morning"]


def test_after_a_restart_a_follow_up_goes_to_the_conversation_that_proposed(
    qtbot: QtBot, server: OpenAIServer, folder: Path
) -> None:
    server.answers(pair("    return 1", "    return 2"))
    server.answers("Hello.")
    server.answers(pair("    return 2", "    return 3"))
    with open_desktop(qtbot, folder) as desktop:
        wait_for_review(qtbot, desktop)
        changed_in_place(qtbot, desktop)
        desktop.window.commands.run("chat.new")
        panel = panel_of(qtbot, desktop)
        panel.composer.prompt.setPlainText("good morning")
        panel.composer.prompt.submitted.emit()
        qtbot.waitUntil(lambda: len(server.requests) == 2)
    with open_desktop(qtbot, folder) as desktop:
        wait_for_review(qtbot, desktop)
        review = review_of(desktop)
        qtbot.waitUntil(lambda: review.keeper.is_loaded and len(review.state.pending()) == 1)
        view = opened(qtbot, desktop)
        qtbot.waitUntil(lambda: len(view.diff_marks.hunks()) == 1)
        view.show_lines(LineRange(5, 5))
        box = prompt_of(qtbot, view)
        send(box, "three")
        qtbot.waitUntil(lambda: review.state.pending()[0].new_text == "    return 3\n")
        assert "two" in contents(server, 2)
        assert "good morning" not in contents(server, 2)


def test_a_review_that_came_back_with_its_tab_takes_comments(qtbot: QtBot, server: OpenAIServer, folder: Path) -> None:
    server.answers(ANSWER)
    with open_desktop(qtbot, folder) as desktop:
        wait_for_review(qtbot, desktop)
        ask_with_the_first_lines(qtbot, desktop, opened(qtbot, desktop))
        view = shown_review(qtbot, desktop)
        press(Qt.Key.Key_W)
        assert view.diff.wanted.is_wrapped
    with open_desktop(qtbot, folder) as desktop:
        wait_for_review(qtbot, desktop)
        qtbot.waitUntil(lambda: desktop.window.findChild(ReviewView) is not None)
        found = desktop.window.findChild(ReviewView)
        assert found is not None
        qtbot.waitUntil(lambda: bool(found.current_hunk))
        # It looks as it was left, too.
        assert found.diff.wanted.is_wrapped
        found.diff.setFocus()
        press(Qt.Key.Key_C)
        field = found.findChild(CommentField)
        assert field is not None
        assert field.text.hasFocus()
        press(Qt.Key.Key_Escape)
        press(Qt.Key.Key_Question, SHIFT)
        sheet = found.findChild(QDialog, "review.key_sheet")
        assert sheet is not None
        said = {label.text() for label in sheet.findChildren(QLabel)}
        assert {"Comment on the change or the chosen lines", "Say why a change was rejected", "Send comments"} <= said
        sheet.close()

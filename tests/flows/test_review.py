"""From a prompt to a saved change, reviewed and approved in the whole window by keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.text.ranges import LineRange
from copilot_desktop.ui.chat.chat_panel import ChatPanel
from copilot_desktop.ui.chat.proposal_card import ProposalCard
from copilot_desktop.ui.prompt_box import PromptBox
from copilot_desktop.ui.status_bar import StatusField
from tests.support.desktop import open_desktop
from tests.support.openai_server import OpenAIServer
from tests.support.shop import (
    ANSWER,
    SOURCE,
    WANTED,
    ask_with_the_first_lines,
    opened,
    review_of,
    shown_review,
)

ALT, CTRL = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def desktop(qtbot: QtBot, folder: Path, server: OpenAIServer) -> Iterator[DesktopWindow]:
    with open_desktop(qtbot, folder) as shown:
        qtbot.waitUntil(lambda: shown.window.findChild(ChatPanel) is not None)
        yield shown


def test_ask_review_accept_and_undo_by_keyboard(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, folder: Path
) -> None:
    view = opened(qtbot, desktop)
    server.answers(ANSWER)
    ask_with_the_first_lines(qtbot, desktop, view)
    assert (folder / "basket.py").read_text() == SOURCE
    assert len(view.diff_marks.hunks()) == 1
    review = shown_review(qtbot, desktop)
    QTest.keyClick(review.diff, Qt.Key.Key_A)
    qtbot.waitUntil(lambda: (folder / "basket.py").read_text() == WANTED)
    qtbot.waitUntil(lambda: view.snapshot().text == WANTED)
    assert not desktop.documents.is_dirty("basket.py")
    assert desktop.window.status.text_of(StatusField.TO_REVIEW) == ""
    QTest.keyClick(review.diff, Qt.Key.Key_U)
    qtbot.waitUntil(lambda: (folder / "basket.py").read_text() == SOURCE)
    qtbot.waitUntil(lambda: view.snapshot().text == SOURCE)


def test_a_tab_with_unsaved_changes_gets_the_hunk_only(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, folder: Path
) -> None:
    view = opened(qtbot, desktop)
    server.answers(ANSWER)
    ask_with_the_first_lines(qtbot, desktop, view)
    view.show_lines(LineRange(0, 0))
    view.setFocus()
    QTest.keyClicks(view.code, "# mine ")
    QTest.keyClick(QApplication.focusWidget() or view.code, Qt.Key.Key_F8)
    QTest.keyClick(view.code, Qt.Key.Key_Y, ALT)
    wanted = "# mine " + SOURCE.replace("sum(items)", "sum(item.net for item in items)")
    qtbot.waitUntil(lambda: view.snapshot().text == wanted)
    assert (folder / "basket.py").read_text() == SOURCE
    assert desktop.documents.is_dirty("basket.py")
    assert any("not yet on disk" in notice.message for notice in desktop.window.notices.shown())
    QTest.keyClick(QApplication.focusWidget() or view.code, Qt.Key.Key_S, CTRL)
    qtbot.waitUntil(lambda: (folder / "basket.py").read_text() == wanted)
    qtbot.waitUntil(lambda: desktop.window.notices.shown() == ())


def test_what_was_typed_in_the_same_moment_stays(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, folder: Path
) -> None:
    view = opened(qtbot, desktop)
    server.answers(ANSWER)
    ask_with_the_first_lines(qtbot, desktop, view)
    review = review_of(desktop)
    review.catch_up()
    view.show_lines(LineRange(0, 0))
    # The event loop does not turn in between: so keys come in on a machine that is busy.
    QTest.keyClicks(view.code, "# mine ")
    review.accept([hunk.hunk_id for hunk in review.state.pending()])
    wanted = "# mine " + WANTED
    qtbot.waitUntil(lambda: not review.is_busy and view.snapshot().text == wanted)
    assert (folder / "basket.py").read_text() == SOURCE
    assert desktop.documents.is_dirty("basket.py")


def test_the_card_says_that_an_undone_change_is_still_on_disk(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, folder: Path
) -> None:
    view = opened(qtbot, desktop)
    server.answers(ANSWER)
    ask_with_the_first_lines(qtbot, desktop, view)

    def said() -> str:
        card = desktop.window.findChild(ProposalCard)
        labels = card.findChildren(QLabel, "proposal_state") if card is not None else []
        return " ".join(label.text() for label in labels if label.isVisible())

    view.setFocus()
    QTest.keyClick(view.code, Qt.Key.Key_Y, ALT)
    qtbot.waitUntil(lambda: view.text() == WANTED and said() == "Accepted")
    QTest.keyClick(view.code, Qt.Key.Key_Z, CTRL)
    qtbot.waitUntil(lambda: said() == "Taken back in the tab, not saved yet")
    assert (folder / "basket.py").read_text() == WANTED
    QTest.keyClick(view.code, Qt.Key.Key_S, CTRL)
    qtbot.waitUntil(lambda: said() == "Undone: the files are as they were")
    assert (folder / "basket.py").read_text() == SOURCE
    # What is typed afterwards has nothing to do with it.
    QTest.keyClicks(view.code, "x")
    qtbot.waitUntil(lambda: desktop.documents.is_dirty("basket.py"))
    assert said() == "Undone: the files are as they were"


def test_ctrl_i_asks_in_place_and_alt_y_saves_it(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, folder: Path
) -> None:
    view = opened(qtbot, desktop)
    panel = desktop.window.findChild(ChatPanel)
    assert panel is not None
    qtbot.waitUntil(lambda: panel.header.model.text() == "Test")
    server.answers(ANSWER.replace("sum(items)", "1").replace("sum(item.net for item in items)", "2"))
    view.show_lines(LineRange(5, 5))
    view.setFocus()
    QTest.keyClick(view.code, Qt.Key.Key_I, CTRL)
    qtbot.waitUntil(lambda: view.findChild(PromptBox) is not None)
    box = view.findChild(PromptBox)
    assert box is not None
    qtbot.waitUntil(box.field.hasFocus)
    QTest.keyClicks(box.field, "two")
    QTest.keyClick(box.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: [each.is_arriving for each in view.diff_marks.hunks()] == [False])
    assert (folder / "basket.py").read_text() == SOURCE
    QTest.keyClick(view.code, Qt.Key.Key_Y, ALT)
    qtbot.waitUntil(lambda: (folder / "basket.py").read_text() == SOURCE.replace("return 1", "return 2"))


def test_ctrl_i_says_when_nothing_is_proposed_and_esc_closes(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, folder: Path
) -> None:
    view = opened(qtbot, desktop)
    panel = desktop.window.findChild(ChatPanel)
    assert panel is not None
    qtbot.waitUntil(lambda: panel.header.model.text() == "Test")
    server.answers("It is fine as it is.")
    view.setFocus()
    QTest.keyClick(view.code, Qt.Key.Key_I, CTRL)
    qtbot.waitUntil(lambda: view.findChild(PromptBox) is not None)
    box = view.findChild(PromptBox)
    assert box is not None
    qtbot.waitUntil(box.field.hasFocus)
    QTest.keyClicks(box.field, "two")
    QTest.keyClick(box.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: box.button.text() == "Retry")
    assert "no change" in box.state.text()
    assert box.field.text() == "two"
    QTest.keyClick(box.field, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: view.findChild(PromptBox) is None)
    assert (folder / "basket.py").read_text() == SOURCE

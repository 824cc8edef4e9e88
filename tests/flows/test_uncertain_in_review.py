"""Words of an uncertain change stay readable, and the review opens with the proposal that has just come."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.edits import propose
from copilot_desktop.edits.proposal import Proposal
from copilot_desktop.settings.appearance_page import AppearancePage
from copilot_desktop.ui.chat_in_window import ChatInWindow
from copilot_desktop.ui.flow_layout import WrappedLabel
from copilot_desktop.ui.review.review_view import ReviewView
from tests.support.clipping import wait_unclipped
from tests.support.openai_server import OpenAIServer
from tests.support.refusals import PLACED, ask
from tests.support.shop import BASKET, SOURCE, make_shop, review_of, shown_review

OLD = "one\ntwo\n"
ADDED = "```\n*** Begin Patch\n*** Add File: notes.txt\n+other\n+words\n*** End Patch\n```\n"
SAID = "Replaces notes.txt, which exists"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_shop(tmp_path, {"notes.txt": OLD})


def press_open(desktop: DesktopWindow) -> None:
    modifiers = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(desktop.window, Qt.Key.Key_R, modifiers)


def test_the_words_are_whole_beside_the_change_and_on_its_card_also_when_it_was_looked_at(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer
) -> None:
    server.answers(ADDED)
    ask(qtbot, desktop)
    qtbot.waitUntil(lambda: len(review_of(desktop).state.pending()) == 1)
    review = shown_review(qtbot, desktop)
    qtbot.waitUntil(lambda: not review_of(desktop).state.pending()[0].needs_look)
    words = review.findChild(QLabel, "review.doubt")
    assert words is not None
    assert words.isVisible()
    assert words.text().startswith(SAID)
    assert words.wordWrap()
    (card,) = desktop.window.findChildren(QLabel, "proposal_doubt")
    assert card.text().startswith(SAID)


@pytest.mark.parametrize(("size_pt", "width"), [(14, 1280), (14, 900), (18, 1280)])
def test_a_long_path_is_read_in_a_narrow_window_with_large_letters(
    qtbot: QtBot, folder: Path, desktop: DesktopWindow, server: OpenAIServer, size_pt: int, width: int
) -> None:
    path = "a_rather_long_folder/with_another_one/notes_of_a_meeting.txt"
    (folder / path).parent.mkdir(parents=True)
    (folder / path).write_text(OLD)
    chat = desktop.window.findChild(ChatInWindow)
    assert chat is not None
    chat.preferences.save(AppearancePage(interface_font_size_pt=size_pt))
    qtbot.waitUntil(lambda: desktop.window.font().pointSize() == size_pt)
    server.answers(ADDED.replace("notes.txt", path))
    ask(qtbot, desktop)
    qtbot.waitUntil(lambda: len(review_of(desktop).state.pending()) == 1)
    review = shown_review(qtbot, desktop)
    words = review.findChild(WrappedLabel, "review.doubt")
    sets = review.findChild(QComboBox, "review.change_sets")
    assert words is not None
    assert sets is not None
    desktop.window.resize(width, 800)
    wait_unclipped(qtbot, desktop.window)
    # Longer than any line there: its words go on in the next one.
    assert words.height() >= words.heightForWidth(words.width()) > 3 * words.fontMetrics().lineSpacing()
    letters = sets.fontMetrics()
    assert sets.width() >= letters.horizontalAdvance(sets.currentText()) + letters.height() + 24


def test_the_review_opens_with_a_proposal_that_was_not_shown_yet(qtbot: QtBot, desktop: DesktopWindow) -> None:
    review = review_of(desktop)

    def add(turn_id: str, proposal: Proposal) -> str:
        made = review.add_proposal(proposal, {BASKET: SOURCE}, turn_id, turn_id, "test-model")
        assert made is not None
        return made

    def shown() -> str:
        view = desktop.window.findChild(ReviewView)
        return "" if view is None else review.state.hunk(view.current_hunk)[0].change_set_id

    first = add("first", propose(PLACED, {BASKET: SOURCE}))
    press_open(desktop)
    assert shown() == first
    desktop.documents.open(BASKET)
    qtbot.waitUntil(lambda: not view_is_shown(desktop))
    second = add("second", propose(PLACED.replace("net", "gross"), {BASKET: SOURCE}))
    press_open(desktop)
    assert shown() == second
    review.show(first)
    press_open(desktop)
    assert shown() == first


def view_is_shown(desktop: DesktopWindow) -> bool:
    view = desktop.window.findChild(ReviewView)
    return view is not None and view.isVisible()

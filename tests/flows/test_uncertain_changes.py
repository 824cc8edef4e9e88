"""Changes placed though something differed: in words what was ignored, the model's text beside the file's, and
"Accept all" leaves them until they were looked at."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.ui.chat.proposal_card import ProposalCard
from copilot_desktop.ui.diff.values import RowKind
from copilot_desktop.ui.review.review_view import ReviewView
from tests.support.desktop import open_desktop
from tests.support.openai_server import OpenAIServer
from tests.support.refusals import PLACED, ask, block, press, said
from tests.support.shop import make_shop, opened, panel_of, review_of, shown_review, wait_for_review

LABELS = 'def label(item):\n    text = "net: " + str(item)\n    return text\n'
AMBER = block(
    "labels.py",
    "def label(item):\n    text = “net: ” + str(item)\n    return text",
    "def label(item):\n    text = “net: ” + str(item)\n    return text.strip()",
)
WANTED = LABELS.replace("return text", "return text.strip()")
DOUBT = "Placed by ignoring look-alike characters"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_shop(tmp_path, {"labels.py": LABELS})


@pytest.fixture
def desktop(qtbot: QtBot, folder: Path, server: OpenAIServer) -> Iterator[DesktopWindow]:
    with open_desktop(qtbot, folder) as shown:
        panel_of(qtbot, shown)
        wait_for_review(qtbot, shown)
        server.answers(PLACED + AMBER)
        yield shown


def asked_for(qtbot: QtBot, desktop: DesktopWindow) -> ProposalCard:
    ask(qtbot, desktop)
    qtbot.waitUntil(lambda: len(review_of(desktop).state.pending()) == 2)
    (card,) = desktop.window.findChildren(ProposalCard)
    return card


def kinds(review: ReviewView) -> list[tuple[RowKind, str]]:
    wanted = (RowKind.QUOTED, RowKind.YOURS)
    return [(row.kind, row.text) for row in review.diff.rows_model.rows if row.kind in wanted]


def test_accept_leaves_what_was_not_looked_at_and_says_so(qtbot: QtBot, desktop: DesktopWindow, folder: Path) -> None:
    card = asked_for(qtbot, desktop)
    assert said(card, "proposal_unseen") == f"1 uncertain change waits until you have looked at it. {DOUBT}"
    press(card, "proposal_accept")
    qtbot.waitUntil(lambda: len(review_of(desktop).state.pending()) == 1)
    assert (folder / "labels.py").read_text() == LABELS
    notices = [notice.message for notice in desktop.window.notices.shown()]
    assert notices == ["Accepted 1 change in 1 file; 1 skipped: 1 uncertain not looked at."]
    assert said(card, "proposal_state") == "1 undecided"
    press(card, "proposal_review")
    qtbot.waitUntil(lambda: not review_of(desktop).state.pending()[0].needs_look)
    press(card, "proposal_accept")
    qtbot.waitUntil(lambda: (folder / "labels.py").read_text() == WANTED)


def test_the_text_says_what_was_ignored_and_leads_to_the_comparison(qtbot: QtBot, desktop: DesktopWindow) -> None:
    asked_for(qtbot, desktop)
    view = opened(qtbot, desktop, "labels.py")
    (hunk,) = view.diff_marks.hunks()
    assert (hunk.is_amber, hunk.note) == (True, DOUBT)
    qtbot.waitUntil(lambda: view.findChild(QToolButton, "editor.hunk.compare") is not None)
    note = view.findChild(QToolButton, "editor.hunk.compare")
    assert note is not None
    assert note.toolTip() == DOUBT
    assert note.accessibleName() == f"{DOUBT}. Compare the model's text with the file's"
    QTest.mouseClick(note, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: desktop.window.findChild(ReviewView) is not None)
    review = desktop.window.findChild(ReviewView)
    assert review is not None
    assert kinds(review) == [
        (RowKind.QUOTED, "    text = “net: ” + str(item)"),
        (RowKind.YOURS, '    text = "net: " + str(item)'),
    ]


def test_keys_show_and_hide_the_comparison(qtbot: QtBot, desktop: DesktopWindow) -> None:
    asked_for(qtbot, desktop)
    view = opened(qtbot, desktop, "labels.py")
    for _ in range(2):
        QTest.keyClick(view.code, Qt.Key.Key_Down)
    QTest.keyClick(view.code, Qt.Key.Key_M, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: desktop.window.findChild(ReviewView) is not None)
    review = shown_review(qtbot, desktop)
    assert len(kinds(review)) == 2
    QTest.keyClick(review.diff, Qt.Key.Key_M)
    assert kinds(review) == []
    QTest.keyClick(review.diff, Qt.Key.Key_M)
    assert len(kinds(review)) == 2


def test_the_review_says_it_in_its_row_and_offers_the_comparison(qtbot: QtBot, desktop: DesktopWindow) -> None:
    asked_for(qtbot, desktop)
    review = shown_review(qtbot, desktop)
    spoken = [
        str(review.diff.rows_model.data(review.diff.rows_model.index(at), Qt.ItemDataRole.AccessibleTextRole))
        for at in range(len(review.diff.rows_model.rows))
    ]
    said = f"Uncertain: look before accepting. {DOUBT}. Certainty 0.93"
    assert f"Change at lines 1–3, 1 added, 1 removed: {said}" in spoken
    buttons = [each for each in review.findChildren(QPushButton, "review.compare_hunk") if each.isVisible()]
    assert len(buttons) == 1
    QTest.mouseClick(buttons[0], Qt.MouseButton.LeftButton)
    assert len(kinds(review)) == 2

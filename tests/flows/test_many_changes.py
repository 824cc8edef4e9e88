"""300 changes in 40 files, reviewed by keys alone in the real window."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.edits.change_sets import Decision
from copilot_desktop.ui.review.review_view import ReviewView
from copilot_desktop.ui.status_bar import StatusField
from tests.support.desktop import open_desktop
from tests.support.many_changes import CHANGES, Pile, make_pile, propose
from tests.support.shop import review_of, shown_review, wait_for_review

K, SHIFT = Qt.Key, Qt.KeyboardModifier.ShiftModifier
CTRL_ALT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier


@pytest.fixture
def pile(tmp_path: Path) -> Pile:
    (tmp_path / "project").mkdir()
    return make_pile(tmp_path / "project")


@pytest.fixture
def desktop(qtbot: QtBot, tmp_path: Path, pile: Pile) -> Iterator[DesktopWindow]:
    with open_desktop(qtbot, tmp_path / "project") as shown:
        wait_for_review(qtbot, shown)
        qtbot.waitUntil(lambda: review_of(shown).keeper.is_loaded, timeout=20_000)
        propose(pile, review_of(shown))
        yield shown


class Reviewer:
    """Presses keys where the keyboard is."""

    def __init__(self, qtbot: QtBot, desktop: DesktopWindow) -> None:
        self.qtbot, self.review = qtbot, review_of(desktop)
        self.view: ReviewView = shown_review(qtbot, desktop)

    def press(self, *keys: Qt.Key, times: int = 1, by: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        for _ in range(times):
            for key in keys:
                focus = QApplication.focusWidget()
                assert focus is not None
                QTest.keyClick(focus, key, by)

    def shift(self, *keys: Qt.Key) -> None:
        self.press(*keys, by=SHIFT)

    def rest(self) -> None:
        self.qtbot.waitUntil(lambda: not self.review.is_busy, timeout=20_000)

    def filter(self, words: str) -> None:
        """Narrow the list; the keyboard stands in it then."""
        self.press(K.Key_Slash)
        self.qtbot.waitUntil(self.view.list.filter.words.hasFocus)
        QTest.keyClicks(self.view.list.filter.words, words)
        self.press(K.Key_Return)
        assert self.view.outline.hasFocus()


def test_three_hundred_changes_by_keys_alone(qtbot: QtBot, desktop: DesktopWindow, pile: Pile, tmp_path: Path) -> None:
    review, by = review_of(desktop), Reviewer(qtbot, desktop)
    assert len(review.state.pending()) == CHANGES
    assert desktop.window.status.text_of(StatusField.TO_REVIEW) == f"{CHANGES} to review"
    qtbot.waitUntil(lambda: len(review.definitions.of_hunks()) == CHANGES, timeout=20_000)
    by.press(K.Key_P, times=40)
    assert by.view.current_hunk == review.state.hunks()[0].hunk_id
    # The first file: a change accepted, one rejected, a function, single lines of one, the rest of it rejected.
    by.press(K.Key_A, K.Key_R)
    by.rest()
    by.press(K.Key_F)
    by.rest()
    by.press(K.Key_D, K.Key_L, K.Key_Space, K.Key_Down, K.Key_Space, K.Key_A)
    by.rest()
    by.press(K.Key_R, K.Key_A, K.Key_A, K.Key_R)
    by.rest()
    # Whole files, one of them taken back and decided again; then change by change, as fast as keys come.
    by.shift(K.Key_A)
    by.press(K.Key_N)
    by.shift(K.Key_R)
    by.rest()
    by.press(K.Key_U)
    by.rest()
    for key in (K.Key_A,) * 8 + (K.Key_R,) * 3:
        by.shift(key)
        by.press(K.Key_N)
    by.rest()
    by.press(K.Key_A, times=7)
    by.rest()
    # The second turn by its words but for what was placed with doubt, the third one by its row.
    by.filter("turn two")
    by.press(K.Key_A, by=CTRL_ALT)
    by.rest()
    left = [hunk for hunk in review.state.pending() if hunk.needs_look]
    assert len(left) == 1
    assert any("1 skipped: 1 uncertain not looked at" in each.message for each in desktop.window.notices.shown())
    by.press(K.Key_Slash, K.Key_Escape, K.Key_Escape)
    by.filter("turn three")
    by.press(K.Key_Home, K.Key_R)
    by.rest()
    by.press(K.Key_Slash, K.Key_Escape, K.Key_Escape, K.Key_D)
    assert by.view.current_hunk == left[0].hunk_id
    by.press(K.Key_A)
    by.rest()
    assert review.state.pending() == ()
    check_bytes(pile, tmp_path / "project")
    assert desktop.window.status.text_of(StatusField.TO_REVIEW) == ""
    decided = [hunk.decision for hunk in review.state.hunks()]
    assert decided.count(Decision.PENDING) == 0


def check_bytes(pile: Pile, folder: Path) -> None:
    """The files are exactly what was decided."""
    one, two, three = pile.turns()
    wanted = {path: pile.expected(path) for path in (*one[1:10], one[13], *two)}
    wanted |= {path: pile.texts[path] for path in (*one[10:13], *three)}
    first = pile.expected(one[0], {0, 2, 3, 5, 6}).splitlines(keepends=True)
    # Of the two lines of the fifth change the first one was taken.
    at = pile.changes[one[0]][4][0]
    first[at : at + 1] = [pile.changes[one[0]][4][2].splitlines(keepends=True)[0]]
    wanted[one[0]] = "".join(first)
    for path, text in wanted.items():
        assert (folder / path).read_bytes().decode() == text, path

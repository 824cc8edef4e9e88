"""What is read stays where it is on the screen: while changes are decided about, and when a notice comes and goes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.editor.view import EditorView
from copilot_desktop.edits.proposal import Hunk, Proposal
from copilot_desktop.ui.notices import Banner, Notice
from tests.support.desktop import open_desktop
from tests.support.shop import opened, review_of, wait_for_review

ALT = Qt.KeyboardModifier.AltModifier
LINES = [f"value_{number} = {number}\n" for number in range(240)]
CUTS = [
    (at, at + 3, "".join(f"new_{at}_{line} = 0\n" for line in range(6 if at % 2 else 1))) for at in range(5, 130, 9)
]


@pytest.fixture
def desktop(qtbot: QtBot, tmp_path: Path) -> Iterator[DesktopWindow]:
    folder = tmp_path / "place"
    folder.mkdir()
    (folder / "a.py").write_text("".join(LINES))
    with open_desktop(qtbot, folder) as shown:
        yield shown


def propose_cuts(desktop: DesktopWindow) -> None:
    lines = list(LINES)
    for start, end, new in reversed(CUTS):
        lines[start:end] = [new]
    hunks = tuple(Hunk("a.py", *cut, "exact", 1.0) for cut in CUTS)
    proposal = Proposal({"a.py": "".join(lines)}, hunks)
    review_of(desktop).add_proposal(proposal, {"a.py": "".join(LINES)}, "turn", "Many", "test-model")


def caret_px(view: EditorView) -> int:
    """How far below the top of the window the caret's line is."""
    code = view.code
    y = code.pointYFromPosition(code.currentPos())
    assert 0 <= y <= code.viewport().height() - code.textHeight(0)
    return code.viewport().mapTo(view.window(), QPoint(0, y)).y()


def test_the_caret_stays_in_its_place_while_one_change_after_the_other_is_decided(
    qtbot: QtBot, desktop: DesktopWindow
) -> None:
    view = opened(qtbot, desktop, "a.py")
    wait_for_review(qtbot, desktop)
    review = review_of(desktop)
    propose_cuts(desktop)
    qtbot.waitUntil(lambda: len(view.diff_marks.hunks()) >= len(CUTS))
    for number in range(len(CUTS) - 1):
        if number == 3:
            # From now on the file is unsaved, and a notice says that the change is in the tab only.
            view.go_to(1, 0)
            QTest.keyClicks(view.code, "#")
        QTest.keyClick(view.code, Qt.Key.Key_F8)
        before = caret_px(view)
        QTest.keyClick(view.code, Qt.Key.Key_N if number % 3 == 1 else Qt.Key.Key_Y, ALT)
        qtbot.waitUntil(lambda decided=number + 1: len(review.state.pending()) == len(CUTS) - decided)  # type: ignore[misc]
        qtbot.waitUntil(lambda: not review.is_busy)
        qtbot.wait(1)
        assert caret_px(view) == before, number
    assert len(desktop.window.notices.shown()) == 1


def test_a_notice_moves_nothing_but_what_it_would_cover(qtbot: QtBot, desktop: DesktopWindow) -> None:
    view = opened(qtbot, desktop, "a.py")
    code = view.code
    view.go_to(3, 0)
    top, bottom = caret_px(view), code.viewport().height()
    desktop.window.notices.show_notice(Notice("Something happened.", key="test"))
    banner = desktop.window.findChild(Banner, "banner.test")
    assert banner is not None
    qtbot.waitUntil(lambda: banner.isVisible() and code.viewport().height() < bottom)
    assert (caret_px(view), code.firstVisibleLine()) == (top, 0)
    desktop.window.notices.withdraw("test")
    qtbot.waitUntil(lambda: code.viewport().height() == bottom)
    last = code.linesOnScreen() - 1
    view.go_to(last, 0)
    first = code.firstVisibleLine()
    caret_px(view)
    desktop.window.notices.show_notice(Notice("Something happened.", key="test"))
    qtbot.waitUntil(lambda: code.viewport().height() < bottom)
    # The caret's line was the last: the text moves up by what the notice takes, and no more.
    qtbot.waitUntil(lambda: code.firstVisibleLine() > first)
    caret_px(view)
    assert code.firstVisibleLine() - first <= desktop.window.notices.height() // code.textHeight(0) + 2

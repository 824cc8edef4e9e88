"""Taking decisions back in the whole window: Ctrl+Z in the text, U in the review; bytes come back as they were."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.bridge.review import commands
from copilot_desktop.edits import propose
from copilot_desktop.edits.change_sets import Decision
from copilot_desktop.text.ranges import LineRange
from copilot_desktop.ui import status_bar
from copilot_desktop.ui.review.badge import CountBadge
from copilot_desktop.ui.review.review_view import ReviewView
from copilot_desktop.ui.status_bar import StatusField
from tests.support.desktop import open_desktop
from tests.support.shop import ANSWER, SOURCE, WANTED, make_shop, opened, review_of, shown_review, wait_for_review

ALT, CTRL = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def desktop(qtbot: QtBot, folder: Path) -> Iterator[DesktopWindow]:
    with open_desktop(qtbot, folder) as shown:
        wait_for_review(qtbot, shown)
        yield shown


def proposed(desktop: DesktopWindow, text: str = SOURCE) -> None:
    files = {"basket.py": text}
    made = review_of(desktop).add_proposal(propose(ANSWER, files), files, "turn", "Net prices", "test-model")
    assert made is not None


def decision_of(desktop: DesktopWindow) -> Decision:
    (hunk,) = review_of(desktop).state.hunks()
    return hunk.decision


def test_ctrl_z_after_an_accept_into_a_saved_tab_sets_the_change_back(
    qtbot: QtBot, desktop: DesktopWindow, folder: Path
) -> None:
    view = opened(qtbot, desktop)
    proposed(desktop)
    QTest.keyClick(view.code, Qt.Key.Key_Y, ALT)
    # The tab may hear of the new text from the disk before the review does.
    qtbot.waitUntil(lambda: decision_of(desktop) is Decision.ACCEPTED)
    assert view.text() == (folder / "basket.py").read_text() == WANTED
    qtbot.waitUntil(lambda: not desktop.documents.is_dirty("basket.py"))
    QTest.keyClick(view.code, Qt.Key.Key_Z, CTRL)
    qtbot.waitUntil(lambda: view.text() == SOURCE)
    qtbot.waitUntil(lambda: decision_of(desktop) is Decision.PENDING)
    assert desktop.documents.is_dirty("basket.py")
    assert (folder / "basket.py").read_text() == WANTED
    assert len(view.diff_marks.hunks()) == 1
    QTest.keyClick(view.code, Qt.Key.Key_Y, ALT)
    qtbot.waitUntil(lambda: view.text() == WANTED)
    qtbot.waitUntil(lambda: decision_of(desktop) is Decision.ACCEPTED)
    assert (folder / "basket.py").read_text() == WANTED


def test_ctrl_z_after_an_accept_into_an_unsaved_tab_keeps_what_was_typed(
    qtbot: QtBot, desktop: DesktopWindow, folder: Path
) -> None:
    view = opened(qtbot, desktop)
    proposed(desktop)
    view.show_lines(LineRange(0, 0))
    QTest.keyClicks(view.code, "# mine ")
    QTest.keyClick(view.code, Qt.Key.Key_Y, ALT)
    qtbot.waitUntil(lambda: view.text() == "# mine " + WANTED)
    assert decision_of(desktop) is Decision.ACCEPTED
    assert desktop.documents.is_dirty("basket.py")
    assert (folder / "basket.py").read_text() == SOURCE
    QTest.keyClick(view.code, Qt.Key.Key_Z, CTRL)
    qtbot.waitUntil(lambda: view.text() == "# mine " + SOURCE)
    qtbot.waitUntil(lambda: decision_of(desktop) is Decision.PENDING)
    assert desktop.documents.is_dirty("basket.py")
    assert len(view.diff_marks.hunks()) == 1
    QTest.keyClick(view.code, Qt.Key.Key_Y, CTRL)
    qtbot.waitUntil(lambda: view.text() == "# mine " + WANTED)
    qtbot.waitUntil(lambda: not view.diff_marks.hunks())
    assert (folder / "basket.py").read_text() == SOURCE


def test_u_after_an_accept_into_an_unsaved_tab_keeps_what_was_typed(
    qtbot: QtBot, desktop: DesktopWindow, folder: Path
) -> None:
    view = opened(qtbot, desktop)
    proposed(desktop)
    QTest.keyClicks(view.code, "# mine ")
    review = shown_review(qtbot, desktop)
    QTest.keyClick(review.diff, Qt.Key.Key_A)
    qtbot.waitUntil(lambda: view.text() == "# mine " + WANTED)
    QTest.keyClick(review.diff, Qt.Key.Key_U)
    qtbot.waitUntil(lambda: view.text() == "# mine " + SOURCE)
    assert decision_of(desktop) is Decision.PENDING
    assert desktop.documents.is_dirty("basket.py")
    assert (folder / "basket.py").read_text() == SOURCE


def test_u_passes_over_a_decision_that_ctrl_z_has_taken_back(
    qtbot: QtBot, desktop: DesktopWindow, folder: Path
) -> None:
    view = opened(qtbot, desktop)
    proposed(desktop)
    QTest.keyClick(view.code, Qt.Key.Key_N, ALT)
    qtbot.waitUntil(lambda: decision_of(desktop) is Decision.REJECTED)
    review = shown_review(qtbot, desktop)
    QTest.keyClick(review.diff, Qt.Key.Key_U)
    qtbot.waitUntil(lambda: decision_of(desktop) is Decision.PENDING)
    QTest.keyClick(review.diff, Qt.Key.Key_A)
    qtbot.waitUntil(lambda: view.text() == WANTED)
    opened(qtbot, desktop)
    QTest.keyClick(view.code, Qt.Key.Key_Z, CTRL)
    qtbot.waitUntil(lambda: view.text() == SOURCE)
    review_of(desktop).undo()
    assert not review_of(desktop).can_undo
    assert view.text() == SOURCE
    assert decision_of(desktop) is Decision.PENDING


def test_the_activity_bar_and_the_tab_count_what_waits(qtbot: QtBot, desktop: DesktopWindow) -> None:
    button = desktop.window.activity.findChild(QToolButton, "activity.review")
    assert button is not None
    badge = button.findChild(CountBadge)
    assert badge is not None
    assert not badge.isVisible()
    proposed(desktop)
    assert badge.isVisible()
    assert badge.text == "1"
    assert button.toolTip() == "Review: 1 change to review"
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    tabs = desktop.window.editors.tabs
    assert tabs.tabText(tabs.currentIndex()) == "Review (1)"
    review = desktop.window.findChild(ReviewView)
    assert review is not None
    qtbot.waitUntil(review.diff.hasFocus)
    QTest.keyClick(review.diff, Qt.Key.Key_R)
    qtbot.waitUntil(lambda: not badge.isVisible())
    assert tabs.tabText(tabs.currentIndex()) == "Review"


@pytest.mark.parametrize("is_open", [True, False])
@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf" + SOURCE.replace("\n", "\r\n").encode(),
        SOURCE.replace("\n", "\r\n").encode().removesuffix(b"\r\n"),
        b"# caf\xc3\xa9\r\n" + SOURCE.encode().removesuffix(b"\n"),
    ],
    ids=["bom-crlf", "crlf-no-end", "mixed-no-end"],
)
def test_u_in_the_review_gives_back_the_bytes(
    qtbot: QtBot, desktop: DesktopWindow, folder: Path, data: bytes, is_open: bool
) -> None:
    path = folder / "basket.py"
    path.write_bytes(data)
    if is_open:
        opened(qtbot, desktop)
    proposed(desktop, data.removeprefix(b"\xef\xbb\xbf").decode())
    review = shown_review(qtbot, desktop)
    QTest.keyClick(review.diff, Qt.Key.Key_A)
    qtbot.waitUntil(lambda: decision_of(desktop) is Decision.ACCEPTED)
    assert path.read_bytes() == data.replace(b"sum(items)", b"sum(item.net for item in items)")
    QTest.keyClick(review.diff, Qt.Key.Key_U)
    qtbot.waitUntil(lambda: decision_of(desktop) is Decision.PENDING)
    assert path.read_bytes() == data
    assert not desktop.documents.is_dirty("basket.py")


@pytest.fixture
def passing_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is said in the status bar goes after a second. For `usefixtures`: it comes before the window."""
    monkeypatch.setattr(status_bar, "PASSING_MS", 1_000)


@pytest.mark.usefixtures("passing_soon")
def test_that_there_is_nothing_to_take_back_is_said_in_the_status_bar_and_goes_by_itself(
    qtbot: QtBot, desktop: DesktopWindow
) -> None:
    review_of(desktop).undo()
    status = desktop.window.status
    said = "There is no decision to take back. What was discarded comes back by U in “My changes”."
    assert status.text_of(StatusField.MESSAGE) == said
    assert desktop.window.notices.shown() == ()
    qtbot.waitUntil(lambda: status.text_of(StatusField.MESSAGE) == "")


def test_that_u_goes_back_no_further_is_said_and_a_single_change_still_can_be_taken_back(
    qtbot: QtBot, desktop: DesktopWindow, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "MOST_STEPS", 1)
    changes = [("sum(items)", "sum(item.net for item in items)"), ("return 1", "return 2")]
    edits = [{"path": "basket.py", "old_string": old, "new_string": new} for old, new in changes]
    review, files = review_of(desktop), {"basket.py": SOURCE}
    review.add_proposal(propose(edits, files), files, "turn", "Two", "test-model")
    first, second = (hunk.hunk_id for hunk in review.state.hunks())
    for hunk_id in (first, second):
        review.accept([hunk_id])
        qtbot.waitUntil(lambda hunk_id=hunk_id: not review.is_busy)  # type: ignore[misc]
    page = shown_review(qtbot, desktop)
    QTest.keyClick(page.diff, Qt.Key.Key_U)
    qtbot.waitUntil(lambda: (folder / "basket.py").read_text() == WANTED and not review.is_busy)
    QTest.keyClick(page.diff, Qt.Key.Key_U)
    notices = desktop.window.notices
    qtbot.waitUntil(lambda: any("no decision left that U takes back" in each.message for each in notices.shown()))
    assert (folder / "basket.py").read_text() == WANTED
    review.undo_accept([first])
    qtbot.waitUntil(lambda: (folder / "basket.py").read_text() == SOURCE and not review.is_busy)


def test_u_gives_back_what_one_command_took_back_also_after_a_restart(
    qtbot: QtBot, tmp_path: Path, private_home: Path
) -> None:
    """Two answers on the same lines; both are taken back in one command, and the program ends."""
    folder = make_shop(tmp_path)
    with open_desktop(qtbot, folder) as desktop:
        wait_for_review(qtbot, desktop)
        review = review_of(desktop)
        for new in ("sum(item.net for item in items)", "sum(items, start=0)"):
            now = (folder / "basket.py").read_text()
            old = now.splitlines()[1]
            edit = [{"path": "basket.py", "old_string": old, "new_string": f"    # {new}\n    return {new}"}]
            review.add_proposal(propose(edit, {"basket.py": now}), {"basket.py": now}, "turn", new, "test-model")
            review.accept([review.state.pending()[0].hunk_id])
            qtbot.waitUntil(lambda new=new: f"return {new}" in (folder / "basket.py").read_text())  # type: ignore[misc]
            qtbot.waitUntil(lambda: not review.is_busy)
        both, hunks = (folder / "basket.py").read_text(), review.state.hunks()
        review.undo_accept([hunk.hunk_id for hunk in hunks])
        qtbot.waitUntil(lambda: (folder / "basket.py").read_text() == SOURCE and not review.is_busy)
    with open_desktop(qtbot, folder) as desktop:
        wait_for_review(qtbot, desktop)
        review = review_of(desktop)
        qtbot.waitUntil(lambda: len(review.state.hunks()) == 2)
        for _ in range(3):
            QTest.keyClick(shown_review(qtbot, desktop).diff, Qt.Key.Key_U)
            qtbot.waitUntil(lambda: not review.is_busy)
            if (folder / "basket.py").read_text() == both:
                assert review.state.hunks() == hunks
        assert (folder / "basket.py").read_text() == SOURCE
        assert len(review.state.pending()) == 2

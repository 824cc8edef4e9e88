"""The tab of a file goes along where a rename of an answer is accepted, and back where that is taken back."""

from __future__ import annotations

from pathlib import Path
from threading import Event
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.bridge.review.files import ReviewFiles
from copilot_desktop.edits import propose
from copilot_desktop.ui.history.history_view import HistoryView
from tests.support.desktop import open_desktop
from tests.support.history_page import button, ids_of, open_history
from tests.support.shop import BASKET, SOURCE, make_shop, opened, review_of, shown_review, wait_for_review

WAIT = 20_000
CART = "lib/cart.py"
PATCH = (
    f"*** Begin Patch\n*** Update File: {BASKET}\n*** Move to: {CART}\n@@\n def other():\n"
    "-    return 1\n+    return 2\n*** End Patch\n"
)
MOVED = SOURCE.replace("return 1", "return 2")
NET = [{"path": BASKET, "old_string": "sum(items)", "new_string": "sum(item.net for item in items)"}]


def propose_the_rename(qtbot: QtBot, desktop: DesktopWindow, *others: str) -> str:
    """The rename waits, with other files known; its hunk."""
    wait_for_review(qtbot, desktop)
    files = {BASKET: SOURCE, **{path: desktop.documents.text_of(path) or "" for path in others}}
    review_of(desktop).add_proposal(propose(PATCH, files), files, "turn", "Move", "test-model")
    (change,) = (each for made in review_of(desktop).state.change_sets for each in made.files if each.old_path)
    return change.hunks[0].hunk_id


def test_a_tab_follows_an_accepted_rename_and_goes_back(qtbot: QtBot, tmp_path: Path) -> None:
    folder = make_shop(tmp_path)
    with open_desktop(qtbot, folder) as desktop:
        view = opened(qtbot, desktop)
        files, review = {BASKET: SOURCE}, review_of(desktop)
        wait_for_review(qtbot, desktop)
        review.add_proposal(propose(NET, files), files, "first", "Net prices", "test-model")
        propose_the_rename(qtbot, desktop)
        page = shown_review(qtbot, desktop)
        QTest.keyClick(page.diff, Qt.Key.Key_A)
        qtbot.waitUntil(lambda: (folder / CART).exists() and not review.is_busy, timeout=WAIT)
        qtbot.waitUntil(lambda: view.text() == MOVED, timeout=WAIT)
        assert desktop.window.editors.view_of(CART) is view
        assert not desktop.documents.dirty()
        # The change of the other answer stands in it, and is decided there.
        desktop.documents.open(CART)
        qtbot.waitUntil(lambda: [each.lines.start for each in view.diff_marks.hunks()] == [1], timeout=WAIT)
        view.setFocus()
        QTest.keyClick(view.code, Qt.Key.Key_Y, Qt.KeyboardModifier.AltModifier)
        qtbot.waitUntil(lambda: "item.net" in (folder / CART).read_text() and not review.is_busy, timeout=WAIT)
        for _ in range(2):
            QTest.keyClick(shown_review(qtbot, desktop).diff, Qt.Key.Key_U)
            qtbot.waitUntil(lambda: not review.is_busy, timeout=WAIT)
        qtbot.waitUntil(lambda: view.text() == SOURCE and not desktop.documents.dirty(), timeout=WAIT)
        assert desktop.window.editors.view_of(BASKET) is view
        assert (folder / BASKET).read_text() == SOURCE
        assert not (folder / CART).exists()


def shows(page: HistoryView, entry_id: str) -> bool:
    """Whether the page shows this step, and nothing that would be written."""
    step = page.step._step
    return step is not None and step.step.entry.entry_id == entry_id and not page.step.is_planning


def test_the_history_takes_a_rename_back_with_its_tab_and_the_change_waits_again(qtbot: QtBot, tmp_path: Path) -> None:
    folder = make_shop(tmp_path)
    with open_desktop(qtbot, folder) as desktop:
        view, review = opened(qtbot, desktop), review_of(desktop)
        review.accept([propose_the_rename(qtbot, desktop)])
        qtbot.waitUntil(lambda: view.text() == MOVED and not review.is_busy, timeout=WAIT)
        for is_there in (True, False):
            page = open_history(qtbot, desktop, 1 if is_there else 2)
            newest = ids_of(page)[0]
            page.timeline.go_to(newest)
            qtbot.waitUntil(lambda page=page, newest=newest: shows(page, newest), timeout=WAIT)  # type: ignore[misc]
            QTest.keyClick(page.timeline, Qt.Key.Key_U)
            qtbot.waitUntil(lambda page=page: page.step.is_planning, timeout=WAIT)  # type: ignore[misc]
            button(page, "agree").click()
            there, text = (BASKET, SOURCE) if is_there else (CART, MOVED)
            qtbot.waitUntil((folder / there).exists, timeout=WAIT)
            qtbot.waitUntil(lambda text=text: view.text() == text, timeout=WAIT)  # type: ignore[misc]
            assert desktop.window.editors.view_of(there) is view
            qtbot.waitUntil(lambda: not desktop.documents.dirty(), timeout=WAIT)
            wanted = 1 if is_there else 0
            qtbot.waitUntil(lambda wanted=wanted: len(review.state.pending()) == wanted, timeout=WAIT)  # type: ignore[misc]


def test_a_tab_of_the_file_that_is_replaced_stays_and_the_other_one_says_that_it_is_gone(
    qtbot: QtBot, tmp_path: Path
) -> None:
    folder = make_shop(tmp_path)
    (folder / "lib").mkdir()
    (folder / CART).write_text("old = 1\n")
    with open_desktop(qtbot, folder) as desktop:
        view, other = opened(qtbot, desktop), opened(qtbot, desktop, CART)
        hunk_id, review = propose_the_rename(qtbot, desktop, CART), review_of(desktop)
        review.look_at(hunk_id)
        review.accept([hunk_id])
        qtbot.waitUntil(lambda: other.text() == MOVED and not review.is_busy, timeout=WAIT)
        assert [document.path for document in desktop.documents.dirty()] == [BASKET]
        assert view.text() == SOURCE
        review.undo()
        qtbot.waitUntil(lambda: other.text() == "old = 1\n" and not desktop.documents.dirty(), timeout=WAIT)


def test_what_is_typed_while_the_rename_is_written_stays_in_its_tab(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = make_shop(tmp_path)
    with open_desktop(qtbot, folder) as desktop:
        view, review = opened(qtbot, desktop), review_of(desktop)
        hunk_id = propose_the_rename(qtbot, desktop)
        said: list[str] = []
        review.noticed.connect(lambda notice: said.append(notice.message))
        write, is_typed = ReviewFiles.write, Event()

        def write_and_wait(files: ReviewFiles, *arguments: Any, **named: Any) -> Any:
            done = write(files, *arguments, **named)
            assert is_typed.wait(WAIT / 1000)
            return done

        monkeypatch.setattr(ReviewFiles, "write", write_and_wait)
        review.accept([hunk_id])
        qtbot.waitUntil(lambda: (folder / CART).exists() and not (folder / BASKET).exists(), timeout=WAIT)
        view.go_to(5, 0)
        QTest.keyClicks(view.code, "x")
        is_typed.set()
        qtbot.waitUntil(lambda: not review.is_busy, timeout=WAIT)
        assert (folder / CART).read_text() == MOVED
        assert desktop.window.editors.view_of(CART) is view
        assert view.text() == SOURCE.replace("    return 1", "x    return 1")
        assert [document.path for document in desktop.documents.dirty()] == [CART]
        assert said


def test_a_deletion_is_taken_back_on_disk_also_where_a_tab_kept_the_text(qtbot: QtBot, tmp_path: Path) -> None:
    folder = make_shop(tmp_path)
    with open_desktop(qtbot, folder) as desktop:
        view, review = opened(qtbot, desktop), review_of(desktop)
        wait_for_review(qtbot, desktop)
        files = {BASKET: SOURCE}
        patch = f"*** Begin Patch\n*** Delete File: {BASKET}\n*** End Patch\n"
        review.add_proposal(propose(patch, files), files, "turn", "Delete", "test-model")
        (hunk,) = review.state.pending()
        review.look_at(hunk.hunk_id)
        review.accept([hunk.hunk_id])
        qtbot.waitUntil(lambda: not (folder / BASKET).exists() and not review.is_busy, timeout=WAIT)
        qtbot.waitUntil(lambda: len(desktop.documents.dirty()) == 1, timeout=WAIT)
        review.undo()
        qtbot.waitUntil(lambda: not review.is_busy, timeout=WAIT)
        assert (folder / BASKET).read_text() == SOURCE
        qtbot.waitUntil(lambda: not desktop.documents.dirty(), timeout=WAIT)
        assert view.text() == SOURCE

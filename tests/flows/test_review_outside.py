"""Pending changes follow a file that git or a formatter writes anew while they wait."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.bridge.review.controller import ReviewController
from copilot_desktop.edits import propose
from copilot_desktop.edits.change_sets import HunkState
from copilot_desktop.ui.review.review_view import ReviewView
from copilot_desktop.ui.status_bar import StatusField
from tests.support.desktop import open_desktop
from tests.support.shop import (
    ANSWER,
    BASKET,
    SOURCE,
    WANTED,
    make_shop,
    opened,
    review_of,
    shown_review,
    wait_for_review,
)

WAIT = 20_000
GONE = "Gone: accepted, and taken out of the file by another program since"
SINCE = "Accepted, and edited since"
OTHER = SOURCE.replace("sum(items)", "0")
"""What the branch `other` says: the very line of the answer is different."""
FORMATTED = '"""A basket."""\n\n' + SOURCE.replace("return 1\n", "return  1\n")


def git(folder: Path, *arguments: str) -> None:
    names = {f"GIT_{who}_{what}": "a@b" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    subprocess.run(["git", *arguments], cwd=folder, env={**os.environ, **names}, check=True, capture_output=True)


def propose_net_prices(qtbot: QtBot, desktop: DesktopWindow) -> None:
    wait_for_review(qtbot, desktop)
    files, review = {BASKET: SOURCE}, review_of(desktop)
    review.add_proposal(propose(ANSWER, files), files, "turn", "Net prices", "test-model")
    qtbot.waitUntil(lambda: stands(desktop) is HunkState.CLEAN, timeout=WAIT)


def stands(desktop: DesktopWindow) -> HunkState | None:
    pending = review_of(desktop).state.pending(BASKET)
    return pending[0].state if pending else None


def make_branches(folder: Path) -> None:
    """`main` says SOURCE, `other` says OTHER."""
    for arguments in (
        ("init", "-q", "-b", "main"),
        ("add", "."),
        ("commit", "-qm", "one"),
        ("checkout", "-qb", "other"),
    ):
        git(folder, *arguments)
    (folder / BASKET).write_text(OTHER, encoding="utf-8", newline="")
    for arguments in (("commit", "-qam", "two"), ("checkout", "-q", "main")):
        git(folder, *arguments)


def test_a_checkout_to_and_fro_makes_a_conflict_and_takes_it_away(qtbot: QtBot, tmp_path: Path) -> None:
    folder = make_shop(tmp_path)
    make_branches(folder)
    with open_desktop(qtbot, folder) as desktop:
        view = opened(qtbot, desktop)
        propose_net_prices(qtbot, desktop)
        git(folder, "checkout", "-q", "other")
        qtbot.waitUntil(lambda: stands(desktop) is HunkState.CONFLICT, timeout=WAIT)
        qtbot.waitUntil(lambda: [each.is_conflict for each in view.diff_marks.hunks()] == [True], timeout=WAIT)
        assert view.text() == OTHER
        git(folder, "checkout", "-q", "main")
        qtbot.waitUntil(lambda: stands(desktop) is HunkState.CLEAN, timeout=WAIT)
        qtbot.waitUntil(lambda: [each.is_conflict for each in view.diff_marks.hunks()] == [False], timeout=WAIT)
        accept(view.code)
        qtbot.waitUntil(lambda: (folder / BASKET).read_text() == WANTED, timeout=WAIT)


def test_a_formatter_that_writes_the_whole_file_moves_the_change(qtbot: QtBot, tmp_path: Path) -> None:
    folder = make_shop(tmp_path)
    with open_desktop(qtbot, folder) as desktop:
        view = opened(qtbot, desktop)
        propose_net_prices(qtbot, desktop)
        # As most formatters do: another file takes the place of this one.
        (folder / "basket.tmp").write_text(FORMATTED, encoding="utf-8", newline="")
        (folder / "basket.tmp").replace(folder / BASKET)
        qtbot.waitUntil(lambda: stands(desktop) is HunkState.MOVED, timeout=WAIT)
        qtbot.waitUntil(lambda: [each.lines.start for each in view.diff_marks.hunks()] == [3], timeout=WAIT)
        accept(view.code)
        wanted = FORMATTED.replace("sum(items)", "sum(item.net for item in items)")
        qtbot.waitUntil(lambda: (folder / BASKET).read_text() == wanted, timeout=WAIT)
        qtbot.waitUntil(lambda: view.text() == wanted, timeout=WAIT)


def test_what_was_accepted_and_committed_never_waits_again(qtbot: QtBot, tmp_path: Path) -> None:
    folder = make_shop(tmp_path)
    make_branches(folder)
    with open_desktop(qtbot, folder) as desktop:
        view, review = opened(qtbot, desktop), review_of(desktop)
        propose_net_prices(qtbot, desktop)
        (hunk,) = review.state.hunks()
        accept(view.code)
        qtbot.waitUntil(lambda: not review.state.pending() and not review.is_busy, timeout=WAIT)
        git(folder, "commit", "-qam", "net prices")
        page = shown_review(qtbot, desktop)
        waiting: list[int] = []
        review.changed.connect(lambda event: waiting.append(event.pending))
        # Where it was made, no longer there, and with other lines in its place.
        for branch, words, has_mark in (("main~1", GONE, False), ("main", "Accepted", True), ("other", SINCE, True)):
            git(folder, "checkout", "-q", branch)
            qtbot.waitUntil(lambda words=words: words_of(page, review) == words, timeout=WAIT)  # type: ignore[misc]
            view.go_to(1, 0)
            marked = view.accepted.hunk_at_caret()
            assert marked == (hunk.hunk_id if has_mark else None), branch
            assert desktop.window.status.text_of(StatusField.TO_REVIEW) == ""
        assert set(waiting) == {0}
        git(folder, "checkout", "-q", "main~1")
        qtbot.waitUntil(lambda: words_of(page, review) == GONE, timeout=WAIT)
        # A writes it anew, and U takes back exactly that: it is accepted and not there, as before.
        QTest.keyClick(page.diff, Qt.Key.Key_A)
        qtbot.waitUntil(lambda: (folder / BASKET).read_text() == WANTED, timeout=WAIT)
        qtbot.waitUntil(lambda: words_of(page, review) == "Accepted", timeout=WAIT)
        QTest.keyClick(page.diff, Qt.Key.Key_U)
        qtbot.waitUntil(lambda: (folder / BASKET).read_text() == SOURCE, timeout=WAIT)
        qtbot.waitUntil(lambda: words_of(page, review) == GONE, timeout=WAIT)
        assert desktop.window.status.text_of(StatusField.TO_REVIEW) == ""


def words_of(page: ReviewView, review: ReviewController) -> str:
    """How the review says that its only change stands."""
    (hunk,) = review.state.hunks()
    info = page.diff.content.info(hunk.hunk_id)
    return info.words if info is not None else ""


def accept(code: QWidget) -> None:
    QTest.keyClick(code, Qt.Key.Key_Y, Qt.KeyboardModifier.AltModifier)

"""Pending changes follow a file that is renamed or moved, in the explorer or by another program."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from copilot_desktop.edits import propose
from copilot_desktop.ui.explorer_in_window import ExplorerInWindow
from tests.support.desktop import open_desktop
from tests.support.shop import ANSWER, BASKET, SOURCE, WANTED, make_shop, opened, review_of, wait_for_review

WAIT = 20_000


@pytest.mark.parametrize("is_ours", [True, False])
def test_a_pending_change_is_accepted_under_the_new_name(qtbot: QtBot, tmp_path: Path, is_ours: bool) -> None:
    folder = make_shop(tmp_path)
    (folder / "till").mkdir()
    with open_desktop(qtbot, folder) as desktop:
        wait_for_review(qtbot, desktop)
        qtbot.waitUntil(lambda: desktop.window.findChild(ExplorerInWindow) is not None, timeout=WAIT)
        view, review = opened(qtbot, desktop), review_of(desktop)
        files = {BASKET: SOURCE}
        review.add_proposal(propose(ANSWER, files), files, "turn", "Net prices", "test-model")
        qtbot.waitUntil(lambda: len(review.state.pending(BASKET)) == 1, timeout=WAIT)
        if is_ours:
            explorer = desktop.window.findChild(ExplorerInWindow)
            assert explorer is not None
            explorer.commands.naming.rename_wanted.emit(BASKET, "till/cart.py")
        else:
            (folder / BASKET).rename(folder / "till/cart.py")
        qtbot.waitUntil(lambda: desktop.window.editors.view_of("till/cart.py") is view, timeout=WAIT)
        qtbot.waitUntil(lambda: len(review.state.pending("till/cart.py")) == 1, timeout=WAIT)
        assert not review.state.pending(BASKET)
        view.setFocus()
        QTest.keyClick(view.code, Qt.Key.Key_Y, Qt.KeyboardModifier.AltModifier)
        qtbot.waitUntil(lambda: (folder / "till/cart.py").read_text() == WANTED, timeout=WAIT)
        assert not (folder / BASKET).exists()
        qtbot.waitUntil(lambda: view.text() == WANTED, timeout=WAIT)


def git(folder: Path, *arguments: str) -> None:
    names = {f"GIT_{who}_{what}": "a@b" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    subprocess.run(["git", *arguments], cwd=folder, env={**os.environ, **names}, check=True, capture_output=True)


@pytest.mark.parametrize("is_open", [True, False])
def test_a_checkout_that_renames_a_file_takes_its_tab_and_its_changes_along(
    qtbot: QtBot, tmp_path: Path, is_open: bool
) -> None:
    """Git deletes the one and writes the other; what is not under review and unsaved goes along as well."""
    folder = make_shop(tmp_path, {"notes.txt": "notes\n", "plan.txt": "a plan\n"})
    for arguments in (("init", "-q", "-b", "main"), ("add", "."), ("commit", "-qm", "one"), ("checkout", "-qb", "b")):
        git(folder, *arguments)
    (folder / "till").mkdir()
    for old, new in ((BASKET, "till/cart.py"), ("notes.txt", "till/memo.txt"), ("plan.txt", "till/plan.txt")):
        git(folder, "mv", old, new)
    git(folder, "commit", "-qm", "two")
    git(folder, "checkout", "-q", "main")
    with open_desktop(qtbot, folder) as desktop:
        wait_for_review(qtbot, desktop)
        review, editors, files = review_of(desktop), desktop.window.editors, {BASKET: SOURCE}
        review.add_proposal(propose(ANSWER, files), files, "turn", "Net prices", "test-model")
        notes, plan = opened(qtbot, desktop, "notes.txt"), opened(qtbot, desktop, "plan.txt")
        QTest.keyClicks(plan.code, "my ")
        view = opened(qtbot, desktop) if is_open else None
        git(folder, "checkout", "-q", "b")
        qtbot.waitUntil(lambda: len(review.state.pending("till/cart.py")) == 1, timeout=WAIT)
        qtbot.waitUntil(lambda: editors.view_of("till/memo.txt") is notes, timeout=WAIT)
        assert editors.view_of("till/plan.txt") is plan
        assert editors.view_of("till/cart.py") is view
        assert [document.path for document in desktop.documents.dirty()] == ["till/plan.txt"]
        assert plan.text() == "my a plan\n"
        git(folder, "checkout", "-q", "main")
        qtbot.waitUntil(lambda: len(review.state.pending(BASKET)) == 1, timeout=WAIT)
        qtbot.waitUntil(lambda: editors.view_of("notes.txt") is notes, timeout=WAIT)
        assert editors.view_of(BASKET) is view
        assert [document.path for document in desktop.documents.dirty()] == ["plan.txt"]
        review.accept([hunk.hunk_id for hunk in review.state.pending()])
        qtbot.waitUntil(lambda: (folder / BASKET).read_text() == WANTED, timeout=WAIT)


def test_a_file_that_is_gone_is_not_taken_for_one_of_two_that_say_the_same(qtbot: QtBot, tmp_path: Path) -> None:
    folder = make_shop(tmp_path, {"notes.txt": "notes\n"})
    with open_desktop(qtbot, folder) as desktop:
        notes = opened(qtbot, desktop, "notes.txt")
        for name in ("one.txt", "two.txt"):
            (folder / name).write_text("notes\n")
        (folder / "notes.txt").unlink()
        qtbot.waitUntil(lambda: desktop.documents.is_dirty("notes.txt"), timeout=WAIT)
        assert desktop.window.editors.view_of("notes.txt") is notes

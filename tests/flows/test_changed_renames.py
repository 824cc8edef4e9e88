"""A checkout, or another program, renames a file and changes it in one go: its tab and its changes go along."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.edits import propose
from copilot_desktop.edits.change_sets import HunkState
from tests.support.desktop import open_desktop
from tests.support.openai_server import OpenAIServer
from tests.support.shop import (
    ANSWER,
    BASKET,
    SOURCE,
    ask_with_the_first_lines,
    make_shop,
    opened,
    review_of,
    wait_for_review,
)

WAIT = 20_000
CART = "till/cart.py"
NET = "sum(item.net for item in items)"
MORE = SOURCE + "\n\ndef more():\n    return 3\n"
OTHER = MORE.replace("sum(items)", "sum(items, start=0)")
CHANGED = {
    "elsewhere": (MORE.replace("return 1", "return 2"), HunkState.CLEAN),
    "above": ('"""A cart."""\n\n' + MORE, HunkState.MOVED),
    "the same lines": (OTHER, HunkState.CONFLICT),
    "as proposed": (MORE.replace("sum(items)", NET), HunkState.ALREADY_THERE),
}


def git(folder: Path, *arguments: str) -> None:
    names = {f"GIT_{who}_{what}": "a@b" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    subprocess.run(["git", *arguments], cwd=folder, env={**os.environ, **names}, check=True, capture_output=True)


def make_branches(place: Path, changed: str) -> Path:
    """A repository; on its branch b the file has another name, and says something else."""
    folder = make_shop(place)
    (folder / BASKET).write_text(MORE)
    for arguments in (("init", "-q", "-b", "main"), ("add", "."), ("commit", "-qm", "one"), ("checkout", "-qb", "b")):
        git(folder, *arguments)
    (folder / "till").mkdir()
    git(folder, "mv", BASKET, CART)
    (folder / CART).write_text(changed)
    git(folder, "commit", "-qam", "two")
    git(folder, "checkout", "-q", "main")
    return folder


def propose_net(desktop: DesktopWindow) -> None:
    files = {BASKET: MORE}
    review_of(desktop).add_proposal(propose(ANSWER, files), files, "turn", "Net prices", "test-model")


@pytest.mark.parametrize("is_open", [True, False])
@pytest.mark.parametrize("case", CHANGED)
def test_a_checkout_that_renames_and_changes_a_file_is_followed(
    qtbot: QtBot, tmp_path: Path, case: str, is_open: bool
) -> None:
    text, state = CHANGED[case]
    folder = make_branches(tmp_path, text)
    with open_desktop(qtbot, folder) as desktop:
        wait_for_review(qtbot, desktop)
        review, editors = review_of(desktop), desktop.window.editors
        propose_net(desktop)
        view = opened(qtbot, desktop) if is_open else None
        said: list[str] = []
        review.noticed.connect(lambda notice: said.append(notice.message))
        git(folder, "checkout", "-q", "b")
        qtbot.waitUntil(lambda: [hunk.state for hunk in review.state.hunks(CART)] == [state], timeout=WAIT)
        assert not review.state.hunks(BASKET)
        in_conflict = ", in conflict with it" if state is HunkState.CONFLICT else ""
        told = f"{BASKET} is now {CART} and says something else: 1 undecided change went along{in_conflict}."
        qtbot.waitUntil(lambda: told in said, timeout=WAIT)
        if view is not None:
            qtbot.waitUntil(lambda: view.text() == text, timeout=WAIT)
            assert editors.view_of(CART) is view
            assert not desktop.documents.dirty()
        if state in (HunkState.CLEAN, HunkState.MOVED):
            review.accept([hunk.hunk_id for hunk in review.state.pending()])
            qtbot.waitUntil(lambda: NET in (folder / CART).read_text() and not review.is_busy, timeout=WAIT)
            assert (folder / CART).read_text() == text.replace("sum(items)", NET)
            review.undo()
            qtbot.waitUntil(lambda: not review.is_busy, timeout=WAIT)
            assert (folder / CART).read_text() == text
        git(folder, "checkout", "-q", "main")
        qtbot.waitUntil(lambda: [h.state for h in review.state.hunks(BASKET)] == [HunkState.CLEAN], timeout=WAIT)
        if view is not None:
            qtbot.waitUntil(lambda: view.text() == MORE, timeout=WAIT)
            assert editors.view_of(BASKET) is view


def test_a_checkout_while_the_program_was_closed_is_followed(qtbot: QtBot, tmp_path: Path) -> None:
    text, _ = CHANGED["above"]
    folder = make_branches(tmp_path, text)
    with open_desktop(qtbot, folder) as desktop:
        wait_for_review(qtbot, desktop)
        propose_net(desktop)
        opened(qtbot, desktop)
    git(folder, "checkout", "-q", "b")
    with open_desktop(qtbot, folder) as desktop:
        wait_for_review(qtbot, desktop)
        review = review_of(desktop)
        qtbot.waitUntil(lambda: [h.state for h in review.state.hunks(CART)] == [HunkState.MOVED], timeout=WAIT)
        qtbot.waitUntil(lambda: desktop.documents.text_of(CART) == text, timeout=WAIT)
        assert not desktop.documents.dirty()
        review.accept([hunk.hunk_id for hunk in review.state.pending()])
        qtbot.waitUntil(lambda: (folder / CART).read_text() == text.replace("sum(items)", NET), timeout=WAIT)


def test_a_checkout_of_hundreds_of_files_is_followed_although_it_is_told_in_parts(qtbot: QtBot, tmp_path: Path) -> None:
    """What is gone is told before most of what is new."""
    text, _ = CHANGED["above"]
    folder = make_branches(tmp_path, text)
    git(folder, "checkout", "-q", "b")
    for number in range(600):
        (folder / f"d{number // 20}").mkdir(exist_ok=True)
        (folder / f"d{number // 20}" / f"{number}.py").write_text(f"def other_{number}(items):\n    return 1\n" * 5)
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "many")
    git(folder, "checkout", "-q", "main")
    with open_desktop(qtbot, folder) as desktop:
        wait_for_review(qtbot, desktop)
        review = review_of(desktop)
        propose_net(desktop)
        view = opened(qtbot, desktop)
        git(folder, "checkout", "-q", "b")
        qtbot.waitUntil(lambda: [h.state for h in review.state.hunks(CART)] == [HunkState.MOVED], timeout=3 * WAIT)
        qtbot.waitUntil(lambda: view.text() == text, timeout=WAIT)


def test_which_of_two_it_is_now_is_not_guessed_but_said(qtbot: QtBot, tmp_path: Path) -> None:
    folder = make_shop(tmp_path)
    (folder / BASKET).write_text(MORE)
    with open_desktop(qtbot, folder) as desktop:
        wait_for_review(qtbot, desktop)
        review = review_of(desktop)
        propose_net(desktop)
        said: list[str] = []
        review.noticed.connect(lambda notice: said.append(notice.message))
        (folder / "one.py").write_text(MORE.replace("return 1", "return 2"))
        (folder / "two.py").write_text(MORE.replace("return 3", "return 2"))
        (folder / BASKET).unlink()
        qtbot.waitUntil(lambda: any("one.py and two.py are like it" in each for each in said), timeout=WAIT)
        qtbot.waitUntil(lambda: [h.state for h in review.state.hunks(BASKET)] == [HunkState.CONFLICT], timeout=WAIT)
        # Its name is given back: the change is as it was.
        (folder / "one.py").rename(folder / BASKET)
        qtbot.waitUntil(lambda: [h.state for h in review.state.hunks(BASKET)] == [HunkState.CLEAN], timeout=WAIT)


@pytest.mark.parametrize("name", ["saved.py", "basket.py.orig"])
def test_a_file_that_was_there_before_and_a_backup_are_not_taken_for_it(
    qtbot: QtBot, tmp_path: Path, name: str
) -> None:
    """A careful program saves by a rename: what is new there may have been there before."""
    folder = make_shop(tmp_path, {"saved.py": MORE, "mark.txt": ""})
    (folder / BASKET).write_text(MORE)
    with open_desktop(qtbot, folder) as desktop:
        wait_for_review(qtbot, desktop)
        review = review_of(desktop)
        propose_net(desktop)
        changed = MORE.replace("return 1", "return 2")
        if name == "saved.py":
            (folder / "temporary").write_text(changed)
            (folder / "temporary").rename(folder / name)
        else:
            (folder / name).write_text(changed)
        (folder / BASKET).unlink()
        qtbot.waitUntil(lambda: [h.state for h in review.state.hunks(BASKET)] == [HunkState.CONFLICT], timeout=WAIT)
        # Another file is followed meanwhile: all that was told before has been looked at.
        opened(qtbot, desktop, "mark.txt")
        (folder / "mark.txt").rename(folder / "marked.txt")
        qtbot.waitUntil(lambda: desktop.window.editors.view_of("marked.txt") is not None, timeout=WAIT)
        assert not review.state.hunks(name)


def test_a_tab_with_unsaved_text_goes_along_and_asks(qtbot: QtBot, tmp_path: Path) -> None:
    folder = make_branches(tmp_path, CHANGED["elsewhere"][0])
    with open_desktop(qtbot, folder) as desktop:
        wait_for_review(qtbot, desktop)
        view = opened(qtbot, desktop)
        asked: list[str] = []
        desktop.documents.outside_changed.connect(lambda event: asked.append(event.kind))
        view.setFocus()
        view.go_to(6, 0)
        QTest.keyClicks(view.code, "# mine")
        QTest.keyClick(view.code, Qt.Key.Key_Return)
        mine = view.text()
        git(folder, "checkout", "-q", "b")
        qtbot.waitUntil(lambda: desktop.window.editors.view_of(CART) is view, timeout=WAIT)
        qtbot.waitUntil(lambda: asked[-1:] == ["changed"], timeout=WAIT)
        assert view.text() == mine
        assert [document.path for document in desktop.documents.dirty()] == [CART]


def test_a_file_in_no_tab_is_followed_also_after_an_answer_came_from_the_model(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, folder: Path
) -> None:
    """Each answer that arrives follows files as well, and once took the place of the review."""
    server.answers(ANSWER)
    view = opened(qtbot, desktop)
    ask_with_the_first_lines(qtbot, desktop, view)
    QTest.keyClick(view.code, Qt.Key.Key_W, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: desktop.documents.find(BASKET) is None, timeout=WAIT)
    (folder / "cart.py").write_text(SOURCE)
    (folder / BASKET).unlink()
    qtbot.waitUntil(lambda: len(review_of(desktop).state.pending("cart.py")) == 1, timeout=WAIT)

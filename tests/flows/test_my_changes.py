"""One's own changes as a page: hunks and lines staged, unstaged and discarded by keys; the branch against a base."""

from __future__ import annotations

import sys
import time
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.ui.changes.change_list import ChangeList
from copilot_desktop.ui.changes.review_page import ChangesReview
from copilot_desktop.ui.diff.values import RowKind
from copilot_desktop.ui.status_bar import StatusField
from tests.support.changes import changes_of, choose, open_changes, wait, wait_for_rows
from tests.support.desktop import open_desktop
from tests.support.git_repository import GitFolder

ALT = Qt.KeyboardModifier.AltModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
BACK = "Undone: Delete new.py (1 file)."
LINES = "".join(f"line {number}\n" for number in range(1, 41))
CHANGED = LINES.replace("line 3\n", "LINE 3\n").replace("line 30\n", "LINE 30\nmore\n")


def make_project(tmp_path: Path) -> GitFolder:
    project = GitFolder(tmp_path / "project")
    project.commit("First", a_py=LINES, b_py=LINES)
    project.write("a.py", CHANGED)
    project.write("b.py", LINES.replace("line 8\n", ""))
    return project


def open_page(qtbot: QtBot, desktop: DesktopWindow, hunks: int) -> ChangesReview:
    changes_of(qtbot, desktop)
    desktop.window.commands.run("changes.review")
    view = desktop.window.findChild(ChangesReview)
    assert isinstance(view, ChangesReview)
    wait_for_hunks(qtbot, view, hunks)
    return view


def wait_for_hunks(qtbot: QtBot, view: ChangesReview, count: int) -> None:
    wait(qtbot, lambda: len(view.diff.rows_model.rows.places) == count)


def sums(view: ChangesReview) -> str:
    return view.bar._sums.text()


def shown_lines(view: ChangesReview) -> list[str]:
    rows = view.diff.rows_model.rows
    return [rows[place].text for place in range(len(rows)) if rows[place].kind in (RowKind.ADDED, RowKind.REMOVED)]


def shows(view: ChangesReview, sum_after: str, gone: str) -> bool:
    return sums(view) == sum_after and gone not in shown_lines(view)


def select_lines(view: ChangesReview, *texts: str) -> None:
    """Choose rows of changed lines by their texts, as the mouse does with Ctrl."""
    flag = QItemSelectionModel.SelectionFlag
    rows = view.diff.rows_model.rows
    selection = view.diff.selectionModel()
    selection.clearSelection()
    for place in range(len(rows)):
        if rows[place].kind in (RowKind.ADDED, RowKind.REMOVED) and rows[place].text in texts:
            selection.setCurrentIndex(view.diff.rows_model.index(place), flag.Select)


def test_alt_r_takes_lines_out_of_the_index_and_opens_no_menu(qtbot: QtBot, tmp_path: Path) -> None:
    project = make_project(tmp_path)
    project.git("add", "a.py")
    with open_desktop(qtbot, project.root) as desktop:
        view = open_page(qtbot, desktop, 1)
        QTest.keyClick(view.diff, Qt.Key.Key_2)
        wait_for_hunks(qtbot, view, 2)
        # Twice: of two of equal right Qt gives each every second press, to the menu “Review” as well.
        for text, sum_after in (("more", "1 file, +2 −2"), ("LINE 30", "1 file, +1 −2")):
            view.diff.setFocus()
            select_lines(view, text)
            QTest.keyClick(view.diff, Qt.Key.Key_R, ALT)
            assert QApplication.activePopupWidget() is None
            wait(qtbot, partial(shows, view, sum_after, text))


def test_hunks_and_lines_by_keys(qtbot: QtBot, tmp_path: Path) -> None:
    project = make_project(tmp_path)
    with open_desktop(qtbot, project.root) as desktop:
        view = open_page(qtbot, desktop, 3)
        assert sums(view) == "2 files, +3 −3"
        assert view.diff.hasFocus()
        QTest.keyClick(view.diff, Qt.Key.Key_A)
        wait_for_hunks(qtbot, view, 2)
        assert project.staged("a.py").decode() == LINES.replace("line 3\n", "LINE 3\n")
        assert view.diff.content.info(view.diff.current_hunk) is not None
        select_lines(view, "more")
        QTest.keyClick(view.diff, Qt.Key.Key_A, ALT)
        wait(qtbot, lambda: sums(view) == "2 files, +1 −2")
        assert b"line 30\nmore\n" in project.staged("a.py")
        QTest.keyClick(view.diff, Qt.Key.Key_N)
        assert view.current_path == "b.py"
        QTest.keyClick(view.diff, Qt.Key.Key_Delete)
        wait_for_hunks(qtbot, view, 1)
        assert (project.root / "b.py").read_text() == LINES
        QTest.keyClick(view.diff, Qt.Key.Key_2)
        wait_for_hunks(qtbot, view, 2)
        QTest.keyClick(view.diff, Qt.Key.Key_J)
        QTest.keyClick(view.diff, Qt.Key.Key_R)
        wait_for_hunks(qtbot, view, 1)
        assert project.staged("a.py").decode() == LINES.replace("line 3\n", "LINE 3\n")
        QTest.keyClick(view.diff, Qt.Key.Key_R, SHIFT)
        wait(qtbot, lambda: "Nothing is staged" in view._note.text())
        assert project.staged("a.py").decode() == LINES
        assert (project.root / "a.py").read_text() == CHANGED


def test_u_brings_back_what_was_discarded_and_then_says_what_else_there_is(qtbot: QtBot, tmp_path: Path) -> None:
    project = make_project(tmp_path)
    with open_desktop(qtbot, project.root) as desktop:
        panel = open_changes(qtbot, desktop)
        view = open_page(qtbot, desktop, 3)
        before = (project.root / "a.py").read_text()
        QTest.keyClick(view.diff, Qt.Key.Key_Delete)
        wait_for_hunks(qtbot, view, 2)
        QTest.keyClick(view.diff, Qt.Key.Key_Delete)
        wait_for_hunks(qtbot, view, 1)
        assert (project.root / "a.py").read_text() == LINES
        QTest.keyClick(view.diff, Qt.Key.Key_U)
        wait_for_hunks(qtbot, view, 2)
        assert [notice.message for notice in desktop.window.notices.shown()] == [
            "Undone: Discard changes of a.py (1 file)."
        ]
        # In the list of changed files it is the same.
        choose(panel, "M b.py")
        QTest.keyClick(panel.list, Qt.Key.Key_U)
        wait_for_hunks(qtbot, view, 3)
        assert (project.root / "a.py").read_text() == before
        for where in (panel.list, view.diff):
            desktop.window.status.show_done("")
            where.setFocus()
            QTest.keyClick(where, Qt.Key.Key_U)
            said = "There is nothing left that U brings back. R unstages; the history has every step."
            assert desktop.window.status.text_of(StatusField.MESSAGE) == said
        assert (project.root / "a.py").read_text() == before


def is_at(view: ChangesReview, path: str) -> bool:
    """Go to a file, and say whether it is looked at."""
    view.go_to_file(path)
    return view.current_path == path


def test_u_brings_back_what_is_still_being_discarded(qtbot: QtBot, tmp_path: Path) -> None:
    project = make_project(tmp_path)
    project.write("new.py", "new\n")
    with open_desktop(qtbot, project.root) as desktop:
        panel = open_changes(qtbot, desktop)
        view = open_page(qtbot, desktop, 4)
        before = {name: (project.root / name).read_text() for name in ("a.py", "b.py", "new.py")}

        def message() -> str:
            return desktop.window.status.text_of(StatusField.MESSAGE)

        def marked(changes: ChangeList) -> list[str]:
            model = changes.changes
            said = [model.index(row).data(Qt.ItemDataRole.AccessibleTextRole) for row in range(len(model.rows))]
            return [each.split(",")[0] for each in said if each.endswith(", being discarded")]

        def keep_busy(seconds: float) -> None:
            # As a large repository does, of which the status is being read.
            changes_of(qtbot, desktop).parts.git.run(lambda _repository: time.sleep(seconds), lambda _none: None)

        for where in (panel.list, view.diff):
            choose(panel, "U new.py")
            # What is shown is drawn anew as long as the status is read, and begins at its first file then.
            wait(qtbot, partial(is_at, view, "new.py"))
            where.setFocus()
            keep_busy(0.8)
            QTest.keyClick(where, Qt.Key.Key_Delete)
            assert message() == "Discarding new.py…"
            assert marked(panel.list) == marked(view.list) == ["new.py"]
            QTest.keyClick(where, Qt.Key.Key_U)
            assert message() == "It is still being discarded. It is brought back right after that."
            assert (project.root / "new.py").exists()
            wait(qtbot, lambda: [notice.message for notice in desktop.window.notices.shown()] == [BACK])
            assert (project.root / "new.py").read_text() == "new\n"
            wait(qtbot, lambda: marked(panel.list) == marked(view.list) == [])
            wait_for_hunks(qtbot, view, 4)
            wait_for_rows(qtbot, panel, "Changes 2", "M a.py", "M b.py", "Untracked 1", "U new.py")
            desktop.window.notices.withdraw("history")
        # Several, the last first; and a key that was held down.
        keep_busy(0.8)
        panel.list.setFocus()
        for name in ("a.py", "b.py"):
            choose(panel, f"M {name}")
            QTest.keyClick(panel.list, Qt.Key.Key_Delete)
        QTest.keyClick(panel.list, Qt.Key.Key_Delete)
        assert marked(panel.list) == ["a.py", "b.py"]
        QTest.keyClick(panel.list, Qt.Key.Key_U)
        wait_for_rows(qtbot, panel, "Changes 1", "M b.py", "Untracked 1", "U new.py")
        QTest.keyClick(panel.list, Qt.Key.Key_U)
        wait_for_rows(qtbot, panel, "Changes 2", "M a.py", "M b.py", "Untracked 1", "U new.py")
        # Of two that are there again one after the other none is lost.
        for name, is_left in (("a.py", "b.py"), ("b.py", "")):
            choose(panel, f"M {name}")
            QTest.keyClick(panel.list, Qt.Key.Key_Delete)
            left = ["Changes 1", f"M {is_left}"] if is_left else []
            wait_for_rows(qtbot, panel, *left, "Untracked 1", "U new.py")
        QTest.keyClick(panel.list, Qt.Key.Key_U)
        QTest.keyClick(panel.list, Qt.Key.Key_U)
        wait_for_rows(qtbot, panel, "Changes 2", "M a.py", "M b.py", "Untracked 1", "U new.py")
        assert {name: (project.root / name).read_text() for name in before} == before


def test_the_branch_against_its_base_and_buttons(qtbot: QtBot, tmp_path: Path) -> None:
    project = make_project(tmp_path)
    project.git("checkout", "-qb", "topic")
    project.commit("On the branch", c_py="c\n")
    project.write("d.py", "d\n")
    with open_desktop(qtbot, project.root) as desktop:
        view = open_page(qtbot, desktop, 1)
        button = view.diff.findChild(QPushButton, "my_changes.stage")
        assert button is not None
        assert button.accessibleName() == "Stage the change at d.py, line 1"
        button.click()
        wait(qtbot, lambda: project.status() == ["A  d.py"])
        desktop.window.commands.run("changes.review_branch")
        wait(qtbot, lambda: sums(view) == "4 files, +5 −3")
        assert view.bar.base.currentText() == "main"
        assert {path: (a, r) for path, (a, r) in project.numstat("main").items()} == {
            each.path: (each.added, each.removed) for each in view.compared.changes
        }
        view.bar.with_disk.click()
        wait(qtbot, lambda: sums(view) == "3 files, +4 −3")
        view.bar.base.setCurrentText("no-such-branch")
        view.bar._on_changed()
        wait(qtbot, lambda: "no branch or commit called no-such-branch" in view._note.text())


def test_a_file_of_the_list_is_gone_to(qtbot: QtBot, tmp_path: Path) -> None:
    project = make_project(tmp_path)
    with open_desktop(qtbot, project.root) as desktop:
        panel = open_changes(qtbot, desktop)
        wait_for_rows(qtbot, panel, "Changes 2", "M a.py", "M b.py")
        choose(panel, "M b.py")
        QTest.keyClick(panel.list, Qt.Key.Key_Return)
        view = desktop.window.findChild(ChangesReview)
        assert isinstance(view, ChangesReview)
        wait(qtbot, lambda: view.current_path == "b.py")
        QTest.keyClick(view.diff, Qt.Key.Key_O)
        wait(qtbot, lambda: desktop.window.editors.view_of("b.py") is not None)


@pytest.mark.skipif(sys.platform == "win32", reason="links are a matter of rights there")
def test_binary_files_and_links_are_told_in_one_sentence_and_none(qtbot: QtBot, tmp_path: Path) -> None:
    project = GitFolder(tmp_path / "project")
    project.write("image.dat", bytes(range(256)))
    project.write("utf16.txt", "one\n".encode("utf-16"))
    (project.root / "link").symlink_to("here")
    project.commit("First")
    project.write("utf16.txt", "two\n".encode("utf-16"))
    project.write("image.dat", bytes(reversed(range(256))))
    (project.root / "link").unlink()
    (project.root / "link").symlink_to("there")
    with open_desktop(qtbot, project.root) as desktop:
        view = open_page(qtbot, desktop, 2)
        rows = [(row.kind, row.text) for row in view.diff.rows_model.rows]
        assert [text for kind, text in rows if kind is RowKind.NOTE] == [
            "It is binary, so there are no lines to compare.",
            "Git takes it for binary and counts no lines of it.",
        ]
        assert [text for kind, text in rows if kind in (RowKind.ADDED, RowKind.REMOVED)] == [
            "here",
            "there",
            "one",
            "two",
        ]


def test_the_place_is_kept_at_a_file_without_lines(qtbot: QtBot, tmp_path: Path) -> None:
    project = make_project(tmp_path)
    project.commit("Second", c_dat=bytes(range(256)), d_py=LINES)
    project.write("a.py", LINES)
    project.write("c.dat", bytes(reversed(range(256))))
    project.write("d.py", CHANGED)
    with open_desktop(qtbot, project.root) as desktop:
        view = open_page(qtbot, desktop, 4)
        view.diff.setFocus()
        view.go_to_file("c.dat")
        # Another program changes another file: the keyboard stays.
        before = sums(view)
        project.write("d.py", CHANGED.replace("line 18\n", "LINE 18\n"))
        wait(qtbot, lambda: sums(view) != before and len(view.diff.rows_model.rows.places) == 5)
        assert view.current_path == "c.dat"
        QTest.keyClick(view.diff, Qt.Key.Key_Delete)
        wait(qtbot, lambda: "c.dat" not in view.compared.files)
        wait(qtbot, lambda: view.current_path == "d.py")
        assert view.diff.current_hunk == next(iter(view.compared.files["d.py"].hunks)).hunk_id

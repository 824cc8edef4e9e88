"""The side view of changes: what git says is listed, staged, discarded and committed, by keys and by mouse."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from copilot_desktop.ui.changes.change_list import Deed
from copilot_desktop.ui.changes.panel import ChangesPanel
from copilot_desktop.ui.changes.review_page import ChangesReview
from copilot_desktop.ui.main_window import MainWindow
from copilot_desktop.ui.status_bar import StatusField
from tests.support.changes import changes_of, choose, listed, open_changes, wait, wait_for_rows
from tests.support.desktop import open_desktop
from tests.support.git_repository import GitFolder

CTRL = Qt.KeyboardModifier.ControlModifier
LINES = "one\ntwo\nthree\n"


def make_project(tmp_path: Path) -> GitFolder:
    project = GitFolder(tmp_path / "project")
    project.commit("First", a_py=LINES, b_py=LINES)
    project.write("a.py", "one\nTWO\nthree\n")
    project.write("new.py", "new\n")
    return project


def said(window: MainWindow) -> str:
    return " ".join(notice.message for notice in window.notices.shown())


def answer(window: MainWindow, words: str) -> None:
    """Choose an answer of a notice."""
    choices = dict(choice for notice in window.notices.shown() for choice in notice.choices)
    choices[words]()


def is_gone(panel: ChangesPanel, row: str) -> bool:
    return row not in listed(panel)


def test_staging_committing_and_amending_by_keys(qtbot: QtBot, tmp_path: Path) -> None:
    project = make_project(tmp_path)
    hook = project.write(".git/hooks/pre-commit", "#!/bin/sh\necho checking\ntest ! -e refuse\n")
    hook.chmod(0o755)
    with open_desktop(qtbot, project.root) as desktop:
        window, panel = desktop.window, open_changes(qtbot, desktop)
        wait_for_rows(qtbot, panel, "Changes 1", "M a.py", "Untracked 1", "U new.py")
        button = window.activity.findChild(QToolButton, "activity.changes")
        assert button is not None
        assert button.accessibleName() == "Changes: 2 changed files"
        choose(panel, "M a.py")
        QTest.keyClick(panel.list, Qt.Key.Key_A)
        wait_for_rows(qtbot, panel, "Staged 1", "M a.py", "Untracked 1", "U new.py")
        choose(panel, "M a.py")
        QTest.keyClick(panel.list, Qt.Key.Key_Delete)
        assert "unstage it first (R)" in window.status.text_of(StatusField.MESSAGE)
        QTest.keyClick(panel.list, Qt.Key.Key_R)
        wait_for_rows(qtbot, panel, "Changes 1", "M a.py", "Untracked 1", "U new.py")
        choose(panel, "Untracked 1")
        QTest.keyClick(panel.list, Qt.Key.Key_Space)
        wait_for_rows(qtbot, panel, "Staged 1", "A new.py", "Changes 1", "M a.py")
        (project.root / "refuse").touch()
        QTest.keyClicks(panel.box.message, "Add new")
        QTest.keyClick(panel.box.message, Qt.Key.Key_Return, CTRL)
        wait(qtbot, lambda: "checking" in panel.box.output.toPlainText() and panel.box.commit.isEnabled())
        wait(qtbot, lambda: "git did not commit" in said(window))
        assert panel.box.message.toPlainText() == "Add new"
        (project.root / "refuse").unlink()
        QTest.keyClick(panel.box.message, Qt.Key.Key_Return, CTRL)
        wait_for_rows(qtbot, panel, "Changes 1", "M a.py")
        wait(qtbot, lambda: panel.box.message.toPlainText() == "")
        assert project.git("log", "-1", "--format=%s").decode() == "Add new\n"
        old = project.git("rev-parse", "HEAD").decode().strip()
        panel.box.amend.click()
        wait(qtbot, lambda: panel.box.message.toPlainText() == "Add new")
        QTest.keyClicks(panel.box.message, "Better: ")
        panel.box.amend.click()
        wait(qtbot, lambda: old[:12] in said(window))
        assert project.git("log", "-1", "--format=%s").decode() == "Better: Add new\n"
        answer(window, "Restore the previous commit")
        wait(qtbot, lambda: project.git("rev-parse", "HEAD").decode().strip() == old)


def test_a_message_that_is_not_committed_is_there_again_and_each_folder_has_its_own(
    qtbot: QtBot, tmp_path: Path, private_home: Path
) -> None:
    project, other = make_project(tmp_path), GitFolder(tmp_path / "other")
    other.commit(b_py="x = 1\n")
    with open_desktop(qtbot, project.root) as desktop:
        panel = open_changes(qtbot, desktop)
        QTest.keyClicks(panel.box.message, "Half a message")
        # A killed program has it, too.
        kept = private_home / "copilot-desktop" / "state"
        wait(qtbot, lambda: any("Half a message" in each.read_text() for each in kept.glob("*.json")))
        desktop.files.open_place(other.root)
        wait(qtbot, lambda: desktop.folder == other.root and panel.box.message.toPlainText() == "")
        wait(qtbot, lambda: panel.box.message.isVisible() and panel.box.isEnabled())
        QTest.keyClicks(panel.box.message, "Another")
        assert panel.box.message.toPlainText() == "Another"
    with open_desktop(qtbot, project.root) as desktop:
        panel = open_changes(qtbot, desktop)
        wait(qtbot, lambda: panel.box.message.toPlainText() == "Half a message")
        choose(panel, "M a.py")
        QTest.keyClick(panel.list, Qt.Key.Key_A)
        wait_for_rows(qtbot, panel, "Staged 1", "M a.py", "Untracked 1", "U new.py")
        QTest.keyClick(panel.box.message, Qt.Key.Key_Return, CTRL)
        wait(qtbot, lambda: panel.box.message.toPlainText() == "")
    with open_desktop(qtbot, other.root) as desktop:
        panel = open_changes(qtbot, desktop)
        wait(qtbot, lambda: panel.box.message.toPlainText() == "Another")


def test_discarding_by_mouse_is_undone_from_its_notice(qtbot: QtBot, tmp_path: Path) -> None:
    project = make_project(tmp_path)
    with open_desktop(qtbot, project.root) as desktop:
        panel = open_changes(qtbot, desktop)
        desktop.documents.open("a.py")
        wait(qtbot, lambda: desktop.window.editors.view_of("a.py") is not None)
        wait_for_rows(qtbot, panel, "Changes 1", "M a.py", "Untracked 1", "U new.py")
        for row in ("Changes 1", "Untracked 1"):
            choose(panel, row)
            index = panel.list.currentIndex()
            places = panel.list.painting.button_places(index, panel.list.visualRect(index))
            place: QPoint = next(area for button, area in places if button.name == Deed.DISCARD).center()
            QTest.mouseClick(panel.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
            wait(qtbot, partial(is_gone, panel, row))
        assert said(desktop.window) == "Deleted new.py."
        assert (project.root / "a.py").read_text() == LINES
        assert not (project.root / "new.py").exists()
        view = desktop.window.editors.view_of("a.py")
        assert view is not None
        wait(qtbot, lambda: view.snapshot().text == LINES)
        answer(desktop.window, "Undo")
        wait_for_rows(qtbot, panel, "Untracked 1", "U new.py")
        assert (project.root / "new.py").read_text() == "new\n"
        project.write("a.py", "changed\n")
        wait(qtbot, lambda: view.snapshot().text == "changed\n")
        QTest.keyClicks(view.code, "typed")
        wait_for_rows(qtbot, panel, "Changes 1", "M a.py", "Untracked 1", "U new.py")
        choose(panel, "M a.py")
        QTest.keyClick(panel.list, Qt.Key.Key_Delete)
        wait(qtbot, lambda: "a.py has unsaved changes in a tab, so nothing was discarded." in said(desktop.window))
        assert (project.root / "a.py").read_text() == "changed\n"


def test_a_deleted_file_is_brought_back_although_its_tab_has_kept_the_text(qtbot: QtBot, tmp_path: Path) -> None:
    project = make_project(tmp_path)
    with open_desktop(qtbot, project.root) as desktop:
        panel = open_changes(qtbot, desktop)
        desktop.documents.open("a.py")
        wait(qtbot, lambda: desktop.window.editors.view_of("a.py") is not None)
        (project.root / "a.py").unlink()
        wait(qtbot, lambda: desktop.documents.is_dirty("a.py"))
        wait_for_rows(qtbot, panel, "Changes 1", "D a.py", "Untracked 1", "U new.py")
        choose(panel, "D a.py")
        panel.list.setFocus()
        QTest.keyClick(panel.list, Qt.Key.Key_Delete)
        wait(qtbot, (project.root / "a.py").exists)
        assert (project.root / "a.py").read_text() == LINES
        wait(qtbot, lambda: not desktop.documents.dirty())


def test_what_other_programs_do_is_seen(qtbot: QtBot, tmp_path: Path) -> None:
    project = make_project(tmp_path)
    with open_desktop(qtbot, project.root) as desktop:
        panel = open_changes(qtbot, desktop)
        wait_for_rows(qtbot, panel, "Changes 1", "M a.py", "Untracked 1", "U new.py")
        project.git("add", "new.py")
        wait_for_rows(qtbot, panel, "Staged 1", "A new.py", "Changes 1", "M a.py")
        project.git("commit", "-qam", "By another program")
        wait_for_rows(qtbot, panel)
        assert "Nothing has changed" in panel._said.text()
        project.write("b.py", "changed\n")
        wait_for_rows(qtbot, panel, "Changes 1", "M b.py")
        project.git("checkout", "-q", "--detach")
        wait(qtbot, lambda: "detached at" in panel._head.toolTip())


def test_a_folder_without_git_says_so(qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()
    with open_desktop(qtbot, tmp_path / "plain") as desktop:
        changes_of(qtbot, desktop)
        panel = open_changes(qtbot, desktop)
        assert "plain is not in a git repository" in panel._said.text()
        assert desktop.window.commands.run("changes.review")
        view = desktop.window.findChild(ChangesReview)
        assert view is not None
        wait(qtbot, lambda: "plain is not in a git repository" in view._note.text())
        assert not panel.box.isEnabled()


def test_a_worktree_is_followed_though_git_keeps_it_elsewhere(qtbot: QtBot, tmp_path: Path) -> None:
    project = make_project(tmp_path)
    project.git("worktree", "add", "-q", (tmp_path / "tree").as_posix())
    tree = GitFolder(tmp_path / "tree", is_new=False)
    tree.write("b.py", "changed\n")
    with open_desktop(qtbot, tree.root) as desktop:
        panel = open_changes(qtbot, desktop)
        wait_for_rows(qtbot, panel, "Changes 1", "M b.py")
        tree.git("add", "b.py")
        wait_for_rows(qtbot, panel, "Staged 1", "M b.py")
        tree.git("commit", "-qm", "In the worktree")
        wait_for_rows(qtbot, panel)


def test_the_keyboard_goes_to_a_file_and_no_heading_when_its_own_is_gone(qtbot: QtBot, tmp_path: Path) -> None:
    project = make_project(tmp_path)
    project.write("b.py", "other\n")
    with open_desktop(qtbot, project.root) as desktop:
        panel = open_changes(qtbot, desktop)
        wait_for_rows(qtbot, panel, "Changes 2", "M a.py", "M b.py", "Untracked 1", "U new.py")
        choose(panel, "M b.py")
        QTest.keyClick(panel.list, Qt.Key.Key_Delete)
        wait_for_rows(qtbot, panel, "Changes 1", "M a.py", "Untracked 1", "U new.py")
        assert [row.change.path for row in panel.list.chosen() if row.change] == ["a.py"]

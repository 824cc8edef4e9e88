"""Changes against git where files are: bars in the margin with peek and revert, letters in the explorer."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.editor.code_widget import NUMBER_MARGIN
from copilot_desktop.editor.git_changes import GitMark
from copilot_desktop.editor.view import EditorView
from copilot_desktop.ui.change_peek import ChangePeek
from copilot_desktop.ui.explorer.panel import ExplorerPanel
from tests.support.changes import changes_of, wait
from tests.support.desktop import open_desktop
from tests.support.git_repository import GitFolder

LINES = "".join(f"line {number}\n" for number in range(1, 21))


def make_project(tmp_path: Path) -> GitFolder:
    project = GitFolder(tmp_path / "project")
    project.write("src/b.py", "b\n")
    project.commit("First", a_py=LINES)
    project.write("a.py", LINES.replace("line 3\n", "LINE 3\n").replace("line 9\n", "") + "more\n")
    project.write("src/new.py", "n\n")
    return project


def open_view(qtbot: QtBot, desktop: DesktopWindow, path: str) -> EditorView:
    desktop.documents.open(path)
    wait(qtbot, lambda: desktop.window.editors.view_of(path) is not None)
    view = desktop.window.editors.view_of(path)
    assert view is not None
    return view


def marks(view: EditorView) -> list[tuple[int, str]]:
    every = sum(1 << mark for mark in GitMark)
    found = ((line, view.code.markerGet(line) & every) for line in range(view.code.lineCount()))
    return [(line, mark.name) for line, bits in found for mark in GitMark if bits & 1 << mark]


def click_beside(view: EditorView, line: int, right_px: int) -> None:
    """Click in the margin, so far to the right of where the bar begins."""
    code = view.code
    y = code.pointYFromPosition(code.positionFromLine(line)) + code.textHeight(line) // 2
    place = QPoint(code.marginWidthN(NUMBER_MARGIN) + right_px, y)
    QTest.mouseClick(code.viewport(), Qt.MouseButton.LeftButton, pos=place)


def test_marks_peek_and_revert(qtbot: QtBot, tmp_path: Path) -> None:
    project = make_project(tmp_path)
    with open_desktop(qtbot, project.root) as desktop:
        changes_of(qtbot, desktop)
        window, view = desktop.window, open_view(qtbot, desktop, "a.py")
        wait(qtbot, lambda: marks(view) == [(2, "CHANGED"), (7, "GONE"), (19, "ADDED")])
        click_beside(view, 2, 6)
        peek = window.findChild(ChangePeek)
        assert peek is not None
        assert peek.accessibleName() == "Change 1 of 3 since the staged text"
        QTest.keyClick(peek, Qt.Key.Key_Escape)
        wait(qtbot, lambda: window.findChild(ChangePeek) is None)
        for line, right in ((1, 0), (2, -20), (2, 12)):
            click_beside(view, line, right)
            assert window.findChild(ChangePeek) is None
        view.go_to(0, 0)
        assert window.commands.run("git.next_change")
        assert view.caret().line == 2
        assert window.commands.run("git.previous_change")
        assert view.caret().line == 19
        assert window.commands.run("git.next_change")
        assert window.commands.run("git.revert")
        wait(qtbot, lambda: marks(view) == [(7, "GONE"), (19, "ADDED")])
        assert "line 3\n" in view.text()
        view.code.undo()
        wait(qtbot, lambda: marks(view) == [(2, "CHANGED"), (7, "GONE"), (19, "ADDED")])
        project.git("add", "a.py")
        wait(qtbot, lambda: marks(view) == [])
        view.go_to(0, 0)
        QTest.keyClicks(view.code, "x")
        wait(qtbot, lambda: marks(view) == [(0, "CHANGED")])


def test_line_ends_and_files_without_git(qtbot: QtBot, tmp_path: Path) -> None:
    project = make_project(tmp_path)
    project.git("config", "core.autocrlf", "true")
    project.write("a.py", LINES.replace("\n", "\r\n").replace("line 2\r\n", "2\r\n"))
    with open_desktop(qtbot, project.root) as desktop:
        changes_of(qtbot, desktop)
        view, new = open_view(qtbot, desktop, "a.py"), open_view(qtbot, desktop, "src/new.py")
        wait(qtbot, lambda: marks(view) == [(1, "CHANGED")])
        assert marks(new) == []


def test_letters_in_the_explorer(qtbot: QtBot, tmp_path: Path) -> None:
    project = make_project(tmp_path)
    with open_desktop(qtbot, project.root) as desktop:
        changes_of(qtbot, desktop)
        panel = desktop.window.findChild(ExplorerPanel)
        assert panel is not None
        model = panel.model

        def said(path: str) -> str:
            return str(model.data(model.index_of(path), Qt.ItemDataRole.AccessibleTextRole))

        wait(qtbot, lambda: model.index_of("a.py").isValid() and said("a.py") == "a.py, modified")
        assert said("src") == "src, folder, holds files that are untracked"
        project.git("commit", "-qam", "All but the new one")
        wait(qtbot, lambda: said("a.py") == "a.py")

"""Files and folders made, named, moved and deleted in the explorer, by keys and mouse in the real window."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelectionModel, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QContextMenuEvent, QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QMenu, QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.conversation.exporting import write_markdown
from copilot_desktop.ui.explorer.panel import ExplorerPanel
from copilot_desktop.ui.explorer.tree import ExplorerTree
from copilot_desktop.ui.explorer_in_window import ExplorerInWindow
from copilot_desktop.ui.status_bar import StatusField
from tests.support.desktop import open_desktop
from tests.support.typing_keys import press

WAIT = 20_000
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
NONE = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def folder(tmp_path: Path, private_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    # The trash is the test's own, on the same disk as its files.
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    root = tmp_path / "shop"
    (root / "src/deep").mkdir(parents=True)
    (root / "build").mkdir()
    (root / ".gitignore").write_text("build/\n")
    (root / "src/basket.py").write_text("a = 1\n")
    (root / "src/deep/inner.py").write_text("b = 1\n")
    (root / "build/out.txt").write_text("out\n")
    (root / "notes.txt").write_text("one\n")
    (root / "other.txt").write_text("two\n")
    return root


@pytest.fixture
def desktop(qtbot: QtBot, folder: Path) -> Iterator[DesktopWindow]:
    with open_desktop(qtbot, folder) as shown:
        qtbot.waitUntil(lambda: shown.window.findChild(ExplorerInWindow) is not None, timeout=WAIT)
        tree_of(shown).setFocus()
        wait_row(qtbot, shown, "notes.txt")
        yield shown


def panel_of(desktop: DesktopWindow) -> ExplorerPanel:
    found = desktop.window.findChild(ExplorerPanel)
    assert found is not None
    return found


def tree_of(desktop: DesktopWindow) -> ExplorerTree:
    return panel_of(desktop).tree


def wait_row(qtbot: QtBot, desktop: DesktopWindow, path: str, *, is_there: bool = True) -> None:
    model = panel_of(desktop).model
    qtbot.waitUntil(lambda: model.index_of(path).isValid() is is_there, timeout=WAIT)


def focus(qtbot: QtBot, desktop: DesktopWindow) -> None:
    """Without a window system nobody gives the keyboard back when a dialog closes."""
    desktop.window.activateWindow()
    tree_of(desktop).setFocus()
    qtbot.waitUntil(tree_of(desktop).hasFocus, timeout=WAIT)


def choose(qtbot: QtBot, desktop: DesktopWindow, *paths: str) -> ExplorerTree:
    """Click the rows, the second and later ones with Ctrl; folders above are unfolded."""
    tree = tree_of(desktop)
    focus(qtbot, desktop)
    for number, path in enumerate(paths):
        parts = path.split("/")
        for depth in range(1, len(parts)):
            above = "/".join(parts[:depth])
            wait_row(qtbot, desktop, above)
            tree.expand(panel_of(desktop).model.index_of(above))
        wait_row(qtbot, desktop, path)
        index = panel_of(desktop).model.index_of(path)
        if number == 0:
            # The view's own way looks at keys that a test pressed last.
            tree.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        else:
            point = tree.visualRect(index).center()
            QTest.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, CTRL, point)
    assert set(tree.chosen()) == set(paths)
    return tree


def name_field(qtbot: QtBot, desktop: DesktopWindow) -> QLineEdit:
    qtbot.waitUntil(lambda: desktop.window.findChild(QLineEdit, "explorer.name") is not None, timeout=WAIT)
    field = desktop.window.findChild(QLineEdit, "explorer.name")
    assert field is not None
    QApplication.processEvents()
    return field


def messages(desktop: DesktopWindow) -> list[str]:
    return [notice.message for notice in desktop.window.notices.shown()]


def button(desktop: DesktopWindow, name: str) -> QPushButton:
    found = desktop.window.findChild(QPushButton, name)
    assert found is not None
    return found


def drop(tree: ExplorerTree, places: list[Path], path: str, modifiers: Qt.KeyboardModifier = NONE) -> None:
    """Let go over the row of a path, "" for below all rows. What is dragged comes from another program."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(place)) for place in places])
    index = tree.model().index_of(path)  # type: ignore[attr-defined]  # the panel's own model
    point = tree.visualRect(index).center() if path else QPoint(20, tree.viewport().height() - 2)
    both = Qt.DropAction.MoveAction | Qt.DropAction.CopyAction
    left = Qt.MouseButton.LeftButton
    enter = QDragEnterEvent(point, both, data, left, modifiers)
    QApplication.sendEvent(tree.viewport(), enter)
    assert enter.isAccepted()
    QApplication.sendEvent(tree.viewport(), QDropEvent(QPointF(point), both, data, left, modifiers))


def test_a_new_file_with_folders_is_typed_in_the_tree_and_opened(
    qtbot: QtBot, desktop: DesktopWindow, folder: Path
) -> None:
    choose(qtbot, desktop, "src")
    press(tree_of(desktop), "Alt+Ins")
    field = name_field(qtbot, desktop)
    QTest.keyClicks(field, "a/b/c.py")
    QTest.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: desktop.window.editors.view_of("src/a/b/c.py") is not None, timeout=WAIT)
    assert (folder / "src/a/b/c.py").read_bytes() == b""
    wait_row(qtbot, desktop, "src/a/b/c.py")
    assert tree_of(desktop).chosen() == ("src/a/b/c.py",)
    assert desktop.window.status.text_of(StatusField.MESSAGE) == "Done: Create src/a/b/c.py"
    tree_of(desktop).setFocus()
    press(tree_of(desktop), "Ctrl+Z")
    qtbot.waitUntil(lambda: not (folder / "src/a").exists(), timeout=WAIT)
    assert sorted(path.name for path in (folder / "src").iterdir()) == ["basket.py", "deep"]


def test_what_was_done_is_said_for_some_seconds(qtbot: QtBot, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("copilot_desktop.ui.status_bar.PASSING_MS", 500)
    with open_desktop(qtbot, folder) as desktop:
        qtbot.waitUntil(lambda: desktop.window.findChild(ExplorerInWindow) is not None, timeout=WAIT)
        wait_row(qtbot, desktop, "notes.txt")
        status, said = desktop.window.status, list[str]()
        for name in ("one.txt", "two.txt"):
            choose(qtbot, desktop, "notes.txt")
            press(tree_of(desktop), "Alt+Ins")
            field = name_field(qtbot, desktop)
            QTest.keyClicks(field, name)
            QTest.keyClick(field, Qt.Key.Key_Return)
            qtbot.waitUntil(lambda: status.text_of(StatusField.MESSAGE) not in ("", *said), timeout=WAIT)
            said.append(status.text_of(StatusField.MESSAGE))
            qtbot.waitUntil(lambda: status.text_of(StatusField.MESSAGE) == "", timeout=WAIT)
        assert said == ["Done: Create one.txt", "Done: Create two.txt"]


def test_the_buttons_make_files_and_folders_at_the_top_of_an_empty_folder(qtbot: QtBot, tmp_path: Path) -> None:
    root = tmp_path / "empty"
    root.mkdir()
    with open_desktop(qtbot, root) as desktop:
        qtbot.waitUntil(lambda: desktop.window.findChild(ExplorerInWindow) is not None, timeout=WAIT)
        tool = desktop.window.findChild(QToolButton, "tool.explorer.new_folder")
        assert tool is not None
        qtbot.waitUntil(lambda: panel_of(desktop).model.all_listed() == ("",), timeout=WAIT)
        tool.click()
        QTest.keyClicks(name_field(qtbot, desktop), "docs")
        QTest.keyClick(name_field(qtbot, desktop), Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: (root / "docs").is_dir(), timeout=WAIT)
        wait_row(qtbot, desktop, "docs")


def test_a_wrong_name_is_said_while_it_is_typed_and_not_taken(
    qtbot: QtBot, desktop: DesktopWindow, folder: Path
) -> None:
    choose(qtbot, desktop, "notes.txt")
    press(tree_of(desktop), "Alt+Ins")
    field = name_field(qtbot, desktop)
    problem = tree_of(desktop).findChild(QLabel, "explorer.name_problem")
    assert problem is not None
    for wrong, words in (("other.txt", "is there already"), ("../x", "points upwards"), ("CON", "Windows device")):
        field.clear()
        QTest.keyClicks(field, wrong)
        assert words in problem.text()
        assert problem.isVisible()
        QTest.keyClick(field, Qt.Key.Key_Return)
        assert name_field(qtbot, desktop) is field
    field.clear()
    assert not problem.isVisible()
    QTest.keyClick(field, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: desktop.window.findChild(QLineEdit, "explorer.name") is None, timeout=WAIT)
    qtbot.waitUntil(lambda: panel_of(desktop).model.rowCount() == 4, timeout=WAIT)
    assert sorted(path.name for path in folder.iterdir()) == [".gitignore", "build", "notes.txt", "other.txt", "src"]


def test_f2_selects_the_stem_and_the_tab_follows_with_its_unsaved_text(
    qtbot: QtBot, desktop: DesktopWindow, folder: Path
) -> None:
    desktop.documents.open("notes.txt")
    qtbot.waitUntil(lambda: desktop.window.editors.view_of("notes.txt") is not None, timeout=WAIT)
    view = desktop.window.editors.view_of("notes.txt")
    assert view is not None
    view.insert_at_caret("mine\n")
    qtbot.waitUntil(lambda: desktop.documents.is_dirty("notes.txt"), timeout=WAIT)
    tree = choose(qtbot, desktop, "notes.txt")
    press(tree, "F2")
    field = name_field(qtbot, desktop)
    qtbot.waitUntil(lambda: field.selectedText() == "notes", timeout=WAIT)
    QTest.keyClicks(field, "ideas")
    QTest.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: desktop.window.editors.view_of("ideas.txt") is view, timeout=WAIT)
    assert view.text() == "mine\none\n"
    assert desktop.documents.is_dirty("ideas.txt")
    assert not (folder / "notes.txt").exists()
    wait_row(qtbot, desktop, "ideas.txt")
    # The watcher's own account of it has come when a later change is shown, and has raised nothing.
    (folder / "later.txt").write_text("x")
    wait_row(qtbot, desktop, "later.txt")
    document = desktop.documents.documents.find("ideas.txt")
    assert document is not None
    page = desktop.window.editors.page_of(document.document_id)
    assert page is not None
    assert page.banner() is None
    assert messages(desktop) == []
    desktop.documents.save(document.document_id)
    qtbot.waitUntil(lambda: not desktop.documents.is_dirty("ideas.txt"), timeout=WAIT)
    assert (folder / "ideas.txt").read_text() == "mine\none\n"
    tree.setFocus()
    press(tree, "Ctrl+Z")
    qtbot.waitUntil(lambda: desktop.window.editors.view_of("notes.txt") is view, timeout=WAIT)
    assert (folder / "notes.txt").read_text() == "mine\none\n"


def test_a_renamed_folder_keeps_its_tabs_and_stays_unfolded(qtbot: QtBot, desktop: DesktopWindow, folder: Path) -> None:
    desktop.documents.open("src/deep/inner.py")
    qtbot.waitUntil(lambda: desktop.window.editors.view_of("src/deep/inner.py") is not None, timeout=WAIT)
    choose(qtbot, desktop, "src/deep/inner.py")
    tree = choose(qtbot, desktop, "src")
    press(tree, "F2")
    field = name_field(qtbot, desktop)
    field.clear()
    QTest.keyClicks(field, "Lib")
    QTest.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: desktop.window.editors.view_of("Lib/deep/inner.py") is not None, timeout=WAIT)
    wait_row(qtbot, desktop, "Lib/deep/inner.py")
    assert tree.isExpanded(panel_of(desktop).model.index_of("Lib/deep"))
    press(tree, "F2")
    field = name_field(qtbot, desktop)
    field.setText("lib")
    QTest.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: (folder / "lib/deep/inner.py").exists(), timeout=WAIT)
    wait_row(qtbot, desktop, "lib")


def test_del_puts_chosen_files_into_the_trash_and_ctrl_z_brings_them_back(
    qtbot: QtBot, desktop: DesktopWindow, folder: Path, tmp_path: Path
) -> None:
    for path in ("notes.txt", "other.txt"):
        desktop.documents.open(path)
        qtbot.waitUntil(lambda path=path: desktop.window.editors.view_of(path) is not None, timeout=WAIT)  # type: ignore[misc]
    view = desktop.window.editors.view_of("other.txt")
    assert view is not None
    view.insert_at_caret("mine\n")
    qtbot.waitUntil(lambda: desktop.documents.is_dirty("other.txt"), timeout=WAIT)
    tree = choose(qtbot, desktop, "notes.txt", "other.txt", "src")
    press(tree, "Del")
    qtbot.waitUntil(lambda: not (folder / "src").exists(), timeout=WAIT)
    for path in ("notes.txt", "other.txt", "src"):
        wait_row(qtbot, desktop, path, is_there=False)
    assert sorted(place.name for place in (tmp_path / "data/Trash/files").iterdir()) == [
        "notes.txt",
        "other.txt",
        "src",
    ]
    qtbot.waitUntil(lambda: desktop.window.editors.view_of("notes.txt") is None, timeout=WAIT)
    assert view.text() == "mine\ntwo\n"
    tree.setFocus()
    press(tree, "Ctrl+Z")
    qtbot.waitUntil(lambda: (folder / "src/deep/inner.py").exists(), timeout=WAIT)
    assert (folder / "other.txt").read_text() == "two\n"
    # What the trash notes of a file goes after the file itself.
    qtbot.waitUntil(lambda: not list((tmp_path / "data/Trash/info").iterdir()), timeout=WAIT)
    wait_row(qtbot, desktop, "notes.txt")
    assert desktop.documents.is_dirty("other.txt")
    document = desktop.documents.documents.find("other.txt")
    assert document is not None


def test_undo_that_was_refused_for_one_of_several_goes_on_with_that_one(
    qtbot: QtBot, desktop: DesktopWindow, folder: Path
) -> None:
    tree = choose(qtbot, desktop, "notes.txt", "other.txt")
    press(tree, "Del")
    wait_row(qtbot, desktop, "other.txt", is_there=False)
    wait_row(qtbot, desktop, "notes.txt", is_there=False)
    (folder / "other.txt").write_text("somebody was faster\n")
    focus(qtbot, desktop)
    press(tree, "Ctrl+Z")
    qtbot.waitUntil(lambda: any("other.txt is there already" in each for each in messages(desktop)), timeout=WAIT)
    assert (folder / "notes.txt").read_text() == "one\n"
    (folder / "other.txt").rename(folder / "faster.txt")
    focus(qtbot, desktop)
    press(tree, "Ctrl+Z")
    qtbot.waitUntil(lambda: (folder / "other.txt").exists(), timeout=WAIT)
    assert (folder / "other.txt").read_text() == "two\n"
    assert (folder / "faster.txt").read_text() == "somebody was faster\n"


def test_without_a_trash_it_asks_and_keeps_the_bytes(
    qtbot: QtBot, desktop: DesktopWindow, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from copilot_desktop.bridge.files import trash

    monkeypatch.setattr(trash, "move_to_trash", lambda _place: None)
    (folder / "src/link").symlink_to("basket.py")
    (folder / "src/run.sh").write_text("#!\n")
    (folder / "src/run.sh").chmod(0o755)
    (folder / "src/hollow").mkdir()
    press(choose(qtbot, desktop, "src"), "Del")
    qtbot.waitUntil(lambda: desktop.window.findChild(QPushButton, "ask_delete.cancel") is not None, timeout=WAIT)
    button(desktop, "ask_delete.cancel").click()
    assert (folder / "src/basket.py").exists()
    qtbot.waitUntil(lambda: desktop.window.findChild(QPushButton, "ask_delete.delete") is None, timeout=WAIT)
    press(choose(qtbot, desktop, "src"), "Del")
    qtbot.waitUntil(lambda: desktop.window.findChild(QPushButton, "ask_delete.delete") is not None, timeout=WAIT)
    button(desktop, "ask_delete.delete").click()
    qtbot.waitUntil(lambda: not (folder / "src").exists(), timeout=WAIT)
    tree = tree_of(desktop)
    focus(qtbot, desktop)
    qtbot.waitUntil(lambda: "Delete src" in desktop.window.status.text_of(StatusField.MESSAGE), timeout=WAIT)
    press(tree, "Ctrl+Z")
    qtbot.waitUntil(lambda: os.path.lexists(folder / "src/link"), timeout=WAIT)
    assert (folder / "src/deep/inner.py").read_text() == "b = 1\n"
    assert os.readlink(folder / "src/link") == "basket.py"
    assert (folder / "src/run.sh").stat().st_mode & 0o777 == 0o755
    assert (folder / "src/hollow").is_dir()


def test_copy_cut_and_paste_by_keys(qtbot: QtBot, desktop: DesktopWindow, folder: Path) -> None:
    tree = choose(qtbot, desktop, "notes.txt", "other.txt")
    press(tree, "Ctrl+C")
    choose(qtbot, desktop, "src/deep")
    press(tree, "Ctrl+V")
    qtbot.waitUntil(lambda: (folder / "src/deep/other.txt").exists(), timeout=WAIT)
    assert (folder / "src/deep/notes.txt").read_text() == "one\n"
    choose(qtbot, desktop, "notes.txt")
    press(tree, "Ctrl+C")
    press(tree, "Ctrl+V")
    qtbot.waitUntil(lambda: (folder / "notes copy.txt").exists(), timeout=WAIT)
    wait_row(qtbot, desktop, "notes copy.txt")
    choose(qtbot, desktop, "notes copy.txt")
    press(tree, "Ctrl+X")
    assert panel_of(desktop).model.is_faint(panel_of(desktop).model.index_of("notes copy.txt"))
    choose(qtbot, desktop, "src")
    press(tree, "Ctrl+V")
    qtbot.waitUntil(lambda: (folder / "src/notes copy.txt").exists(), timeout=WAIT)
    qtbot.waitUntil(lambda: not (folder / "notes copy.txt").exists(), timeout=WAIT)
    wait_row(qtbot, desktop, "src/notes copy.txt")
    assert not panel_of(desktop).model.faded
    choose(qtbot, desktop, "other.txt")
    press(tree, "Ctrl+Shift+D")
    qtbot.waitUntil(lambda: (folder / "other copy.txt").exists(), timeout=WAIT)


def test_dragging_moves_within_the_tree_and_copies_from_outside(
    qtbot: QtBot, desktop: DesktopWindow, folder: Path, tmp_path: Path
) -> None:
    tree = choose(qtbot, desktop, "src/deep")
    (tmp_path / "outside.txt").write_text("outside\n")
    drop(tree, [tmp_path / "outside.txt"], "src")
    qtbot.waitUntil(lambda: (folder / "src/outside.txt").exists(), timeout=WAIT)
    assert (tmp_path / "outside.txt").exists()
    # A drag of the tree itself: what it hands over, let go as its own.
    tree.dropped.emit((folder / "notes.txt",), "src/deep", True)
    qtbot.waitUntil(lambda: (folder / "src/deep/notes.txt").exists(), timeout=WAIT)
    assert not (folder / "notes.txt").exists()
    tree.dropped.emit((folder / "src",), "src/deep", True)
    qtbot.waitUntil(lambda: any("into itself" in each for each in messages(desktop)), timeout=WAIT)


def test_what_is_cut_inside_and_outside_of_the_folder_arrives_together(
    qtbot: QtBot, desktop: DesktopWindow, folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "outside.txt").write_text("outside\n")
    tree = choose(qtbot, desktop, "src/deep")
    tree.dropped.emit((folder / "notes.txt", tmp_path / "outside.txt", folder / "other.txt"), "src/deep", True)
    for name in ("notes.txt", "other.txt", "outside.txt"):
        wait_row(qtbot, desktop, f"src/deep/{name}")
    assert not (folder / "notes.txt").exists()
    assert (folder / "src/deep/outside.txt").read_text() == "outside\n"
    assert not any("gone" in each for each in messages(desktop))


@pytest.mark.parametrize("has_trash", [True, False])
def test_a_taken_name_is_asked_about_and_what_is_replaced_can_be_had_back(
    qtbot: QtBot, desktop: DesktopWindow, folder: Path, monkeypatch: pytest.MonkeyPatch, has_trash: bool
) -> None:
    if not has_trash:
        from copilot_desktop.bridge.files import trash

        monkeypatch.setattr(trash, "move_to_trash", lambda _place: None)
    (folder / "src/notes.txt").write_text("older\n")
    tree = choose(qtbot, desktop, "notes.txt")
    press(tree, "Ctrl+X")
    choose(qtbot, desktop, "src")
    press(tree, "Ctrl+V")
    qtbot.waitUntil(lambda: desktop.window.findChild(QPushButton, "ask_taken.replace") is not None, timeout=WAIT)
    assert (folder / "src/notes.txt").read_text() == "older\n"
    button(desktop, "ask_taken.replace").click()
    qtbot.waitUntil(lambda: "Replace" in desktop.window.status.text_of(StatusField.MESSAGE), timeout=WAIT)
    assert (folder / "src/notes.txt").read_text() == "one\n"
    focus(qtbot, desktop)
    press(tree, "Ctrl+Z")
    qtbot.waitUntil(lambda: (folder / "notes.txt").exists(), timeout=WAIT)
    qtbot.waitUntil(lambda: "Undo" in desktop.window.status.text_of(StatusField.MESSAGE), timeout=WAIT)
    assert (folder / "src/notes.txt").read_text() == "older\n"


def test_refusals_are_sentences_and_nothing_is_lost(qtbot: QtBot, desktop: DesktopWindow, folder: Path) -> None:
    tree = choose(qtbot, desktop, "notes.txt")
    press(tree, "F2")
    field = name_field(qtbot, desktop)
    field.setText("fresh.txt")
    (folder / "fresh.txt").write_text("somebody was faster\n")
    QTest.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: any("is there already" in each for each in messages(desktop)), timeout=WAIT)
    assert (folder / "fresh.txt").read_text() == "somebody was faster\n"
    assert (folder / "notes.txt").read_text() == "one\n"
    (folder / "other.txt").unlink()
    desktop.window.notices.withdraw("files")
    panel_of(desktop)._workspace.stop()
    desktop.window.findChild(ExplorerInWindow)._operations.rename("other.txt", "x.txt")  # type: ignore[union-attr]
    qtbot.waitUntil(lambda: any("other.txt is gone" in each for each in messages(desktop)), timeout=WAIT)


def test_ignored_files_are_shown_faintly_when_asked_for_and_that_is_remembered(qtbot: QtBot, folder: Path) -> None:
    with open_desktop(qtbot, folder) as desktop:
        qtbot.waitUntil(lambda: desktop.window.findChild(ExplorerInWindow) is not None, timeout=WAIT)
        wait_row(qtbot, desktop, "notes.txt")
        model = panel_of(desktop).model
        assert not model.index_of("build").isValid()
        qtbot.waitUntil(lambda: desktop.window.commands.run("explorer.show_ignored"), timeout=WAIT)
        wait_row(qtbot, desktop, "build")
        assert model.is_faint(model.index_of("build"))
        assert not model.is_faint(model.index_of("notes.txt"))
        choose(qtbot, desktop, "build/out.txt")
        QTest.keyClick(tree_of(desktop), Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: desktop.window.editors.view_of("build/out.txt") is not None, timeout=WAIT)
    with open_desktop(qtbot, folder) as desktop:
        wait_row(qtbot, desktop, "build")
        assert desktop.window.commands.run("explorer.show_ignored")
        wait_row(qtbot, desktop, "build", is_there=False)


def test_typing_finds_a_row_and_space_looks_at_it(qtbot: QtBot, desktop: DesktopWindow) -> None:
    tree = choose(qtbot, desktop, "src")
    QTest.keyClicks(tree, "the")
    assert tree.chosen() == ("other.txt",)
    label = tree.findChild(QLabel, "explorer.typed")
    assert label is not None
    assert (label.text(), label.isVisible()) == ("the", True)
    QTest.keyClicks(tree, "zz")
    assert label.text() == "thezz (not found)"
    QTest.keyClick(tree, Qt.Key.Key_Escape)
    assert not label.isVisible()
    QTest.keyClick(tree, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: desktop.window.editors.view_of("other.txt") is not None, timeout=WAIT)
    assert tree.hasFocus()


def test_the_context_menu_and_the_paths(qtbot: QtBot, desktop: DesktopWindow, folder: Path) -> None:
    tree = choose(qtbot, desktop, "src/basket.py")
    point = tree.visualRect(panel_of(desktop).model.index_of("notes.txt")).center()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, point, tree.viewport().mapToGlobal(point))
    QApplication.sendEvent(tree.viewport(), event)
    menu = desktop.window.findChild(QMenu, "menu.explorer")
    assert menu is not None
    assert tree.chosen() == ("notes.txt",)
    texts = [action.text().replace("&", "") for action in menu.actions() if not action.isSeparator()]
    assert {"New file here", "Rename", "Move to the trash", "Copy relative path", "Show ignored files"} <= set(texts)
    next(action for action in menu.actions() if action.text().replace("&", "") == "Copy path").trigger()
    assert QGuiApplication.clipboard().text() == str(folder / "notes.txt")
    menu.close()
    choose(qtbot, desktop, "src/basket.py")
    press(tree, "Ctrl+Shift+Alt+C")
    assert QGuiApplication.clipboard().text() == "src/basket.py"
    desktop.window.commands.run("explorer.reveal")
    qtbot.waitUntil(lambda: any("No file manager" in each for each in messages(desktop)), timeout=WAIT)
    desktop.window.commands.run("explorer.collapse")
    assert not tree.isExpanded(panel_of(desktop).model.index_of("src"))


def test_a_tab_that_was_not_read_yet_and_a_closed_one_follow_too(qtbot: QtBot, folder: Path) -> None:
    with open_desktop(qtbot, folder) as first:
        for path in ("src/basket.py", "notes.txt", "other.txt"):
            first.documents.open(path)
            qtbot.waitUntil(lambda path=path: first.window.editors.view_of(path) is not None, timeout=WAIT)  # type: ignore[misc]
        first.window.commands.run("file.close")
        first.window.close()
    with open_desktop(qtbot, folder) as desktop:
        qtbot.waitUntil(lambda: desktop.window.findChild(ExplorerInWindow) is not None, timeout=WAIT)
        qtbot.waitUntil(lambda: len(desktop.window.editors.open_paths()) == 2, timeout=WAIT)
        explorer = desktop.window.findChild(ExplorerInWindow)
        assert explorer is not None
        explorer.commands.naming.rename_wanted.emit("src", "lib")
        qtbot.waitUntil(lambda: "lib/basket.py" in desktop.window.editors.open_paths(), timeout=WAIT)
        desktop.documents.open("lib/basket.py")
        qtbot.waitUntil(lambda: desktop.window.editors.view_of("lib/basket.py") is not None, timeout=WAIT)
        desktop.window.commands.run("file.close")
        qtbot.waitUntil(lambda: desktop.window.editors.view_of("lib/basket.py") is None, timeout=WAIT)
        # The watch may see the file before the worker that moved it has told.
        with qtbot.waitSignal(desktop.documents.moved):
            explorer.commands.naming.rename_wanted.emit("lib/basket.py", "cart.py")
        wait_row(qtbot, desktop, "cart.py")
        desktop.window.commands.run("file.reopen_closed")
        qtbot.waitUntil(lambda: desktop.window.editors.view_of("cart.py") is not None, timeout=WAIT)


def test_what_this_program_writes_under_a_new_name_gets_a_row(
    qtbot: QtBot, desktop: DesktopWindow, folder: Path
) -> None:
    """Such a file is moved into place, and the watcher cannot tell whether it was there before."""
    write_markdown(folder / "talk.md", "# Talk\n")
    wait_row(qtbot, desktop, "talk.md")
    desktop.documents.open("notes.txt")
    qtbot.waitUntil(lambda: desktop.documents.current_document() is not None, timeout=WAIT)
    document = desktop.documents.current_document()
    assert document is not None
    desktop.documents.files.save_as(document.document_id, "copy.txt")
    wait_row(qtbot, desktop, "copy.txt")

"""Open a folder, edit, save, close, and live with other programs: the whole window on real files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox, QPushButton, QTabWidget, QTreeView
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.editor.view import EditorView
from copilot_desktop.ui.diff.values import RowKind
from copilot_desktop.ui.diff_page import DiffPage
from copilot_desktop.ui.document_page import DocumentPage
from copilot_desktop.ui.explorer.panel import ExplorerPanel
from copilot_desktop.ui.failure_page import FailurePage
from copilot_desktop.ui.status_bar import StatusField
from tests.support.desktop import ask_at_closing, open_desktop

CRLF_WITH_BOM = b"\xef\xbb\xbfname = 'caf\xc3\xa9'\r\nlast = 1"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "shop"
    (root / "src").mkdir(parents=True)
    (root / "build").mkdir()
    (root / ".gitignore").write_text("build/\n")
    (root / "src" / "basket.py").write_bytes(CRLF_WITH_BOM)
    (root / "notes.txt").write_text("one\ntwo\nthree\n")
    (root / "image.bin").write_bytes(b"\x00\x01\x02\x00" * 40)
    return root


@pytest.fixture
def desktop(qtbot: QtBot, folder: Path) -> Iterator[DesktopWindow]:
    with open_desktop(qtbot, folder) as shown:
        yield shown


def explorer(desktop: DesktopWindow) -> ExplorerPanel:
    panel = desktop.window.findChild(ExplorerPanel)
    assert panel is not None
    return panel


def open_file(qtbot: QtBot, desktop: DesktopWindow, path: str) -> EditorView:
    desktop.documents.open(path)
    qtbot.waitUntil(lambda: desktop.window.editors.view_of(path) is not None)
    view = desktop.window.editors.view_of(path)
    assert view is not None
    return view


def page(desktop: DesktopWindow, path: str) -> DocumentPage:
    document = desktop.documents.documents.find(path)
    assert document is not None
    found = desktop.window.editors.page_of(document.document_id)
    assert found is not None
    return found


def button(desktop: DesktopWindow, name: str) -> QPushButton:
    found = desktop.window.findChild(QPushButton, name)
    assert found is not None
    return found


def test_the_explorer_shows_what_git_does_not_ignore_and_enter_opens(qtbot: QtBot, desktop: DesktopWindow) -> None:
    panel = explorer(desktop)
    qtbot.waitUntil(lambda: panel.model.index_of("notes.txt").isValid())
    assert not panel.model.index_of("build").isValid()
    tree = desktop.window.findChild(QTreeView, "explorer.tree")
    assert tree is not None
    tree.setCurrentIndex(panel.model.index_of("src"))
    QTest.keyClick(tree, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: panel.model.index_of("src/basket.py").isValid())
    tree.setCurrentIndex(panel.model.index_of("src/basket.py"))
    QTest.keyClick(tree, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: desktop.window.editors.view_of("src/basket.py") is not None)
    assert desktop.window.status.text_of(StatusField.ENCODING) == "UTF-8 with BOM"
    assert desktop.window.status.text_of(StatusField.LINE_ENDING) == "CRLF"


def test_saving_keeps_mark_line_ends_and_the_missing_final_newline(
    qtbot: QtBot, desktop: DesktopWindow, folder: Path
) -> None:
    view = open_file(qtbot, desktop, "src/basket.py")
    assert not desktop.documents.is_dirty("src/basket.py")
    view.insert_at_caret("# new\r\n")
    qtbot.waitUntil(lambda: desktop.documents.is_dirty("src/basket.py"))
    assert desktop.window.commands.run("file.save")
    qtbot.waitUntil(lambda: not desktop.documents.is_dirty("src/basket.py"))
    expected = CRLF_WITH_BOM[:3] + b"# new\r\n" + CRLF_WITH_BOM[3:]
    assert (folder / "src" / "basket.py").read_bytes() == expected
    assert page(desktop, "src/basket.py").banner() is None
    view.commands.undo()
    qtbot.waitUntil(lambda: desktop.documents.is_dirty("src/basket.py"))
    view.commands.redo()
    qtbot.waitUntil(lambda: not desktop.documents.is_dirty("src/basket.py"))


def test_a_binary_file_gets_a_page_with_the_sentence(qtbot: QtBot, desktop: DesktopWindow) -> None:
    desktop.documents.open("image.bin")
    qtbot.waitUntil(lambda: desktop.window.findChild(FailurePage) is not None)
    shown = desktop.window.findChild(FailurePage)
    assert shown is not None
    assert "binary" in shown.message
    assert desktop.documents.find("image.bin") is None


@pytest.mark.parametrize(
    ("choice", "is_saved", "is_closed"), [("save", True, True), ("discard", False, True), ("cancel", False, False)]
)
def test_closing_a_tab_with_unsaved_changes_asks(
    qtbot: QtBot, desktop: DesktopWindow, folder: Path, choice: str, is_saved: bool, is_closed: bool
) -> None:
    open_file(qtbot, desktop, "notes.txt").insert_at_caret("zero\n")
    qtbot.waitUntil(lambda: desktop.documents.is_dirty("notes.txt"))
    desktop.window.commands.run("file.close")
    box = desktop.window.findChild(QMessageBox, "ask_unsaved")
    assert box is not None
    assert desktop.window.editors.view_of("notes.txt") is not None
    button(desktop, f"ask_unsaved.{choice}").click()
    if is_closed:
        qtbot.waitUntil(lambda: desktop.window.editors.view_of("notes.txt") is None)
    else:
        assert desktop.documents.is_dirty("notes.txt")
    assert (folder / "notes.txt").read_text().startswith("zero") is is_saved


def test_closing_the_window_with_unsaved_changes_asks_and_cancel_keeps_it(qtbot: QtBot, desktop: DesktopWindow) -> None:
    open_file(qtbot, desktop, "notes.txt").insert_at_caret("zero\n")
    qtbot.waitUntil(lambda: desktop.documents.is_dirty("notes.txt"))
    ask_at_closing(desktop)
    desktop.window.close()
    assert desktop.window.isVisible()
    button(desktop, "ask_unsaved.cancel").click()
    assert desktop.window.isVisible()


def dirty_against_disk(qtbot: QtBot, desktop: DesktopWindow, folder: Path) -> None:
    open_file(qtbot, desktop, "notes.txt").insert_at_caret("mine\n")
    qtbot.waitUntil(lambda: desktop.documents.is_dirty("notes.txt"))
    (folder / "notes.txt").write_text("theirs\n")
    qtbot.waitUntil(lambda: page(desktop, "notes.txt").banner() is not None)


def test_what_is_closed_while_it_is_compared_is_not_shown_as_empty(
    qtbot: QtBot, desktop: DesktopWindow, folder: Path
) -> None:
    dirty_against_disk(qtbot, desktop, folder)
    document = desktop.documents.documents.find("notes.txt")
    assert document is not None
    button(desktop, "banner.compare").click()
    desktop.documents.close(document.document_id)
    qtbot.wait(500)
    assert desktop.window.findChild(DiffPage) is None


def test_a_file_that_cannot_be_compared_says_why(qtbot: QtBot, desktop: DesktopWindow, folder: Path) -> None:
    dirty_against_disk(qtbot, desktop, folder)
    (folder / "notes.txt").write_bytes(b"\0\1\2" * 100)
    button(desktop, "banner.compare").click()
    qtbot.waitUntil(lambda: any("notes.txt" in notice.message for notice in desktop.window.notices.shown()))
    assert desktop.window.findChild(DiffPage) is None
    assert page(desktop, "notes.txt").view.text().startswith("mine")


def test_a_clean_tab_follows_the_disk_in_place_and_a_new_file_appears(
    qtbot: QtBot, desktop: DesktopWindow, folder: Path
) -> None:
    view = open_file(qtbot, desktop, "notes.txt")
    view.select(8, 8)
    (folder / "notes.txt").write_text("zero\none\ntwo\nthree\n")
    (folder / "fresh.py").write_text("x = 1\n")
    qtbot.waitUntil(lambda: view.text().startswith("zero"))
    qtbot.waitUntil(lambda: explorer(desktop).model.index_of("fresh.py").isValid())
    assert view.selection().start == 13
    assert not desktop.documents.is_dirty("notes.txt")
    assert page(desktop, "notes.txt").banner() is None


def test_a_dirty_tab_asks_and_each_answer_does_what_it_says(qtbot: QtBot, desktop: DesktopWindow, folder: Path) -> None:
    view = open_file(qtbot, desktop, "notes.txt")
    view.insert_at_caret("mine\n")
    qtbot.waitUntil(lambda: desktop.documents.is_dirty("notes.txt"))
    (folder / "notes.txt").write_text("theirs\n")
    qtbot.waitUntil(lambda: page(desktop, "notes.txt").banner() is not None)
    assert view.text().startswith("mine")
    button(desktop, "banner.compare").click()
    tabs = desktop.window.findChild(QTabWidget, "editor_tabs")
    assert tabs is not None
    qtbot.waitUntil(lambda: tabs.count() == 2)
    compared = desktop.window.findChild(DiffPage)
    assert isinstance(compared, DiffPage)
    rows = [(row.kind, row.text) for row in compared.diff.rows_model.rows]
    assert {(RowKind.REMOVED, "theirs"), (RowKind.ADDED, "mine"), (RowKind.ADDED, "one")} <= set(rows)
    assert compared.diff.hasFocus()
    QTest.keyClick(compared.diff, Qt.Key.Key_S)
    qtbot.waitUntil(lambda: compared.look.options.is_side_by_side)
    QTest.keyClick(compared.diff, Qt.Key.Key_S)
    tabs.setCurrentWidget(page(desktop, "notes.txt"))
    page(desktop, "notes.txt").view.setFocus()
    QTest.keyClick(view.code, Qt.Key.Key_F6, Qt.KeyboardModifier.AltModifier)
    assert desktop.window.focusWidget() is button(desktop, "banner.compare")
    QTest.keyClick(button(desktop, "banner.compare"), Qt.Key.Key_Tab)
    assert desktop.window.focusWidget() is button(desktop, "banner.keep_mine")
    QTest.keyClick(button(desktop, "banner.keep_mine"), Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: page(desktop, "notes.txt").banner() is None)
    assert (folder / "notes.txt").read_text() == "theirs\n"
    assert desktop.documents.is_dirty("notes.txt")
    assert desktop.window.focusWidget() is view.code
    desktop.window.commands.run("file.save")
    qtbot.waitUntil(lambda: (folder / "notes.txt").read_text().startswith("mine"))
    assert page(desktop, "notes.txt").banner() is None
    view.insert_at_caret("again\n")
    qtbot.waitUntil(lambda: desktop.documents.is_dirty("notes.txt"))
    (folder / "notes.txt").write_text("theirs\n")
    qtbot.waitUntil(lambda: page(desktop, "notes.txt").banner() is not None)
    button(desktop, "banner.take_theirs").click()
    qtbot.waitUntil(lambda: view.text() == "theirs\n")
    assert not desktop.documents.is_dirty("notes.txt")


def test_renamed_and_deleted_files_keep_their_tab(qtbot: QtBot, desktop: DesktopWindow, folder: Path) -> None:
    open_file(qtbot, desktop, "notes.txt")
    (folder / "notes.txt").rename(folder / "moved.txt")
    qtbot.waitUntil(lambda: desktop.documents.find("moved.txt") is not None)
    assert page(desktop, "moved.txt").banner() is None
    (folder / "moved.txt").unlink()
    qtbot.waitUntil(lambda: page(desktop, "moved.txt").banner() is not None)
    assert desktop.documents.text_of("moved.txt") == "one\ntwo\nthree\n"
    desktop.window.commands.run("file.save")
    qtbot.waitUntil(lambda: (folder / "moved.txt").exists())
    qtbot.waitUntil(lambda: page(desktop, "moved.txt").banner() is None)


def test_a_tab_stays_with_its_name_where_another_program_leaves_a_backup(
    qtbot: QtBot, desktop: DesktopWindow, folder: Path
) -> None:
    view = open_file(qtbot, desktop, "notes.txt")
    (folder / "notes.txt").rename(folder / "notes.txt~")
    (folder / "notes.txt").write_text("theirs\n")
    qtbot.waitUntil(lambda: view.text() == "theirs\n")
    assert desktop.window.editors.view_of("notes.txt") is view
    assert not desktop.documents.dirty()


def test_a_deleted_file_with_unsaved_changes_can_be_closed_or_written_again(
    qtbot: QtBot, desktop: DesktopWindow, folder: Path
) -> None:
    open_file(qtbot, desktop, "notes.txt").insert_at_caret("zero\n")
    open_file(qtbot, desktop, "src/basket.py")
    qtbot.waitUntil(lambda: desktop.documents.is_dirty("notes.txt"))
    (folder / "notes.txt").unlink()
    (folder / "src" / "basket.py").unlink()
    for path in ("notes.txt", "src/basket.py"):
        qtbot.waitUntil(lambda path=path: page(desktop, path).banner() is not None)  # type: ignore[misc]
    choices = {path: page(desktop, path).findChildren(QPushButton) for path in ("notes.txt", "src/basket.py")}
    next(each for each in choices["notes.txt"] if each.text() == "Save").click()
    qtbot.waitUntil(lambda: (folder / "notes.txt").exists())
    assert (folder / "notes.txt").read_text() == "zero\none\ntwo\nthree\n"
    next(each for each in choices["src/basket.py"] if each.text() == "Close tab").click()
    qtbot.waitUntil(lambda: desktop.documents.documents.find("src/basket.py") is None)
    assert not (folder / "src" / "basket.py").exists()


def test_a_file_that_comes_back_is_no_conflict_where_nobody_else_has_changed_it(
    qtbot: QtBot, desktop: DesktopWindow, folder: Path
) -> None:
    open_file(qtbot, desktop, "notes.txt").insert_at_caret("mine\n")
    basket = open_file(qtbot, desktop, "src/basket.py")
    qtbot.waitUntil(lambda: desktop.documents.is_dirty("notes.txt"))
    (folder / "notes.txt").unlink()
    (folder / "src" / "basket.py").unlink()
    for path in ("notes.txt", "src/basket.py"):
        qtbot.waitUntil(lambda path=path: page(desktop, path).banner() is not None)  # type: ignore[misc]
    # As git checkout of another branch and back: the one holds what it did, the other something new.
    (folder / "notes.txt").write_text("one\ntwo\nthree\n")
    (folder / "src" / "basket.py").write_text("class Bag: ...\n")
    for path in ("notes.txt", "src/basket.py"):
        qtbot.waitUntil(lambda path=path: page(desktop, path).banner() is None)  # type: ignore[misc]
    assert desktop.documents.text_of("notes.txt") == "mine\none\ntwo\nthree\n"
    assert desktop.documents.is_dirty("notes.txt")
    assert basket.text() == "class Bag: ...\n"
    assert not desktop.documents.is_dirty("src/basket.py")
    desktop.window.commands.run("file.save_all")
    qtbot.waitUntil(lambda: not desktop.documents.dirty())
    assert (folder / "notes.txt").read_text() == "mine\none\ntwo\nthree\n"


def test_a_file_that_comes_back_changed_is_a_conflict_with_what_was_typed_meanwhile(
    qtbot: QtBot, desktop: DesktopWindow, folder: Path
) -> None:
    view = open_file(qtbot, desktop, "notes.txt")
    (folder / "notes.txt").unlink()
    qtbot.waitUntil(lambda: page(desktop, "notes.txt").banner() is not None)
    view.insert_at_caret("mine\n")
    (folder / "notes.txt").write_text("theirs\n")
    qtbot.waitUntil(lambda: "another program" in (banner_of(desktop, "notes.txt") or ""))
    assert view.text() == "mine\none\ntwo\nthree\n"


def banner_of(desktop: DesktopWindow, path: str) -> str | None:
    """What the banner over a tab says."""
    banner = page(desktop, path).banner()
    return banner.message if banner is not None else None


def test_closing_by_the_banner_asks_about_what_was_typed(qtbot: QtBot, desktop: DesktopWindow, folder: Path) -> None:
    open_file(qtbot, desktop, "notes.txt").insert_at_caret("an hour of work\n")
    (folder / "notes.txt").unlink()
    qtbot.waitUntil(lambda: page(desktop, "notes.txt").banner() is not None)
    (close,) = [each for each in page(desktop, "notes.txt").findChildren(QPushButton) if each.text() == "Close tab"]
    for answer in ("cancel", "discard"):
        close.click()
        qtbot.waitUntil(lambda: desktop.window.findChild(QMessageBox, "ask_unsaved") is not None)
        assert "an hour of work" in (desktop.documents.text_of("notes.txt") or "")
        box = desktop.window.findChild(QMessageBox, "ask_unsaved")
        assert box is not None
        button = box.findChild(QPushButton, f"ask_unsaved.{answer}")
        assert button is not None
        button.click()
        qtbot.waitUntil(lambda: desktop.window.findChild(QMessageBox, "ask_unsaved") is None)
    assert desktop.documents.documents.find("notes.txt") is None


def test_a_file_renamed_under_unsaved_changes_keeps_them(qtbot: QtBot, desktop: DesktopWindow, folder: Path) -> None:
    view = open_file(qtbot, desktop, "notes.txt")
    view.insert_at_caret("zero\n")
    qtbot.waitUntil(lambda: desktop.documents.is_dirty("notes.txt"))
    (folder / "notes.txt").rename(folder / "moved.txt")
    qtbot.waitUntil(lambda: desktop.documents.find("moved.txt") is not None)
    assert desktop.documents.is_dirty("moved.txt")
    assert view.text().startswith("zero")
    desktop.window.commands.run("file.save")
    qtbot.waitUntil(lambda: (folder / "moved.txt").read_text().startswith("zero"))
    assert not (folder / "notes.txt").exists()


def test_the_window_comes_back_as_it_was_left(qtbot: QtBot, folder: Path) -> None:
    with open_desktop(qtbot, folder) as first:
        open_file(qtbot, first, "notes.txt")
        first.window.commands.run("view.chat")
        assert not first.window.is_chat_shown()
        first.window.close()
    with open_desktop(qtbot, folder) as second:
        qtbot.waitUntil(lambda: second.window.editors.view_of("notes.txt") is not None)
        assert not second.window.is_chat_shown()
        assert second.window.is_side_shown()


def test_a_file_that_cannot_be_read_any_more_is_not_called_deleted(
    qtbot: QtBot, desktop: DesktopWindow, folder: Path
) -> None:
    open_file(qtbot, desktop, "notes.txt")
    (folder / "notes.txt").write_bytes(b"\x00\x01\x02\xff" * 50)
    qtbot.waitUntil(lambda: page(desktop, "notes.txt").banner() is not None)
    banner = page(desktop, "notes.txt").banner()
    assert banner is not None
    assert "binary" in banner.message
    assert "no longer on disk" not in banner.message
    (folder / "notes.txt").write_text("one\ntwo\nthree\n")
    qtbot.waitUntil(lambda: page(desktop, "notes.txt").banner() is None)
    assert not desktop.documents.is_dirty("notes.txt")

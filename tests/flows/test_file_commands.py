"""Files by every way a user has: dropping a folder, the recent list, new files, Save as, saving all at closing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.editor.view import EditorView
from copilot_desktop.ui.chat.chat_panel import ChatPanel
from copilot_desktop.ui.chat.chips import ChipView
from copilot_desktop.ui.main_window import MainWindow
from copilot_desktop.ui.pick_list import PickList
from tests.support.desktop import ask_at_closing, is_closed, open_desktop

KEYS, BUTTONS = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "shop"
    root.mkdir()
    (root / "notes.txt").write_text("one\n")
    return root


@pytest.fixture
def desktop(qtbot: QtBot, folder: Path) -> Iterator[DesktopWindow]:
    with open_desktop(qtbot, folder) as shown:
        ask_at_closing(shown)
        yield shown


def drop(desktop: DesktopWindow, *places: Path, onto: QWidget | None = None) -> bool:
    """Drag files or folders of this machine onto a part of the window and let go; whether they were taken."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(place)) for place in places])
    copy = Qt.DropAction.CopyAction
    enter = QDragEnterEvent(QPoint(60, 30), copy, data, BUTTONS, KEYS)
    target = onto or desktop.window
    QApplication.sendEvent(target, enter)
    if enter.isAccepted():
        shown = [hint for hint in desktop.window.findChildren(QLabel) if hint.objectName().endswith(".drop_hint")]
        assert [hint.isVisible() for hint in shown].count(True) == 1
        QApplication.sendEvent(target, QDropEvent(QPointF(60, 30), copy, data, BUTTONS, KEYS))
        assert not any(hint.isVisible() for hint in shown)
    return enter.isAccepted()


def click(desktop: DesktopWindow, name: str) -> None:
    found = desktop.window.findChild(QPushButton, name)
    assert found is not None
    found.click()


def new_file(qtbot: QtBot, desktop: DesktopWindow, text: str) -> EditorView:
    """An untitled document with a text."""
    before = desktop.window.editors.current_view()
    desktop.window.commands.run("file.new")
    qtbot.waitUntil(lambda: desktop.window.editors.current_view() not in (None, before))
    view = desktop.window.editors.current_view()
    assert view is not None
    view.insert_at_caret(text)
    qtbot.waitUntil(lambda: len(desktop.documents.dirty()) > 0)
    return view


def answer_save_as(qtbot: QtBot, desktop: DesktopWindow, place: Path | None) -> None:
    """Wait for the dialog and choose a place, or leave it."""
    qtbot.waitUntil(lambda: shown_dialog(desktop) is not None)
    dialog = shown_dialog(desktop)
    assert dialog is not None
    if place is None:
        dialog.reject()
    else:
        # A name typed at once is overwritten by the one that is offered, which comes with the folder's listing.
        dialog.fileSelected.emit(str(place))
        dialog.done(QFileDialog.DialogCode.Accepted)
        qtbot.waitUntil(lambda: shown_dialog(desktop) is not dialog)


def shown_dialog(desktop: DesktopWindow) -> QFileDialog | None:
    dialogs = desktop.window.findChildren(QFileDialog, "dialog.save_as")
    return next((dialog for dialog in dialogs if dialog.isVisible()), None)


def test_a_dropped_folder_is_opened_in_place_of_the_old_one(
    qtbot: QtBot, desktop: DesktopWindow, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "there.txt").write_text("there\n")
    desktop.documents.open("notes.txt")
    qtbot.waitUntil(lambda: desktop.window.editors.view_of("notes.txt") is not None)
    assert drop(desktop, other)
    qtbot.waitUntil(lambda: desktop.workspace.workspace is not None and desktop.workspace.workspace.root == other)
    assert desktop.window.editors.view_of("notes.txt") is None
    assert desktop.window.windowTitle().startswith("other")
    assert drop(desktop, other / "there.txt")
    qtbot.waitUntil(lambda: desktop.window.editors.view_of("there.txt") is not None)
    qtbot.waitUntil(lambda: desktop.workspace.is_watching)


def test_files_dropped_on_the_text_are_opened_and_on_the_prompt_are_sent(
    qtbot: QtBot, desktop: DesktopWindow, folder: Path
) -> None:
    names = sorted(path.name for path in folder.iterdir() if path.is_file())
    desktop.documents.open(names[0])
    qtbot.waitUntil(lambda: desktop.window.editors.current_view() is not None)
    view = desktop.window.editors.current_view()
    assert view is not None
    (folder / "more.txt").write_text("more\n")
    (folder / "most.txt").write_text("most\n")
    before = view.text()
    assert drop(desktop, folder / "more.txt", folder / "most.txt", onto=view.code.viewport())
    qtbot.waitUntil(lambda: {"more.txt", "most.txt"} <= set(desktop.window.editors.open_paths()))
    assert view.text() == before
    qtbot.waitUntil(lambda: desktop.window.findChild(ChatPanel) is not None)
    panel = desktop.window.findChild(ChatPanel)
    assert panel is not None
    assert drop(desktop, folder / "more.txt", folder.parent, onto=panel.composer.prompt.viewport())
    qtbot.waitUntil(lambda: "outside the opened folder" in panel.composer.notice.toPlainText())
    qtbot.waitUntil(lambda: [chip.chip.path for chip in panel.findChildren(ChipView)] == ["more.txt"])
    assert panel.composer.prompt.toPlainText() == ""


def test_a_file_from_elsewhere_is_offered_in_a_window_of_its_own(
    qtbot: QtBot, desktop: DesktopWindow, folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "there.txt").write_text("there\n")
    desktop.documents.open("notes.txt")
    qtbot.waitUntil(lambda: desktop.window.editors.view_of("notes.txt") is not None)
    assert drop(desktop, tmp_path / "other" / "there.txt")
    qtbot.waitUntil(lambda: bool(desktop.window.notices.shown()))
    assert desktop.folder == folder
    notice = desktop.window.notices.shown()[0]
    assert notice.message == "there.txt is outside the opened folder, so it was not opened here."
    others = [each for each in QApplication.topLevelWidgets() if isinstance(each, MainWindow)]
    click(desktop, "banner.open_its_folder_in_a_new_window")
    qtbot.waitUntil(
        lambda: len([each for each in QApplication.topLevelWidgets() if isinstance(each, MainWindow)]) > len(others)
    )
    assert desktop.window.editors.view_of("notes.txt") is not None


def test_a_folder_dropped_over_unsaved_changes_waits_for_the_answer(
    qtbot: QtBot, desktop: DesktopWindow, folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "other").mkdir()
    new_file(qtbot, desktop, "precious\n")
    assert drop(desktop, tmp_path / "other")
    qtbot.waitUntil(lambda: desktop.window.findChild(QPushButton, "ask_unsaved.cancel") is not None)
    click(desktop, "ask_unsaved.cancel")
    assert desktop.workspace.workspace is not None
    assert desktop.workspace.workspace.root == folder
    assert desktop.documents.dirty()


def test_a_dropped_web_address_is_not_taken(desktop: DesktopWindow) -> None:
    data = QMimeData()
    data.setUrls([QUrl("https://example.org/")])
    enter = QDragEnterEvent(QPoint(600, 300), Qt.DropAction.CopyAction, data, BUTTONS, KEYS)
    QApplication.sendEvent(desktop.window, enter)
    assert not enter.isAccepted()


def test_recent_folders_stand_on_the_welcome_page_and_in_the_menu(qtbot: QtBot, folder: Path) -> None:
    with open_desktop(qtbot, folder) as first:
        first.window.close()
    with open_desktop(qtbot, None) as second:
        second.window.commands.run("file.recent")
        recent = second.window.findChild(PickList, "pick.recent")
        assert recent is not None
        assert [(row.title, row.detail) for row in recent.rows()] == [(folder.name, str(folder.parent))]
        QTest.keyClick(recent.field, Qt.Key.Key_Escape)
        click(second, "welcome.recent.shop")
        qtbot.waitUntil(lambda: second.workspace.is_watching)
        assert second.workspace.workspace is not None
        assert second.workspace.workspace.root == folder


def test_a_recent_folder_that_is_gone_is_said(qtbot: QtBot, folder: Path, tmp_path: Path) -> None:
    with open_desktop(qtbot, None) as desktop:
        desktop.files.open_place(tmp_path / "gone")
        qtbot.waitUntil(lambda: bool(desktop.window.notices.shown()))
        assert "gone is not a folder" in desktop.window.notices.shown()[0].message
        assert desktop.workspace.workspace is None


def test_a_folder_that_cannot_be_opened_leaves_the_tabs_open(
    qtbot: QtBot, desktop: DesktopWindow, folder: Path, tmp_path: Path
) -> None:
    desktop.documents.open("notes.txt")
    qtbot.waitUntil(lambda: desktop.window.editors.view_of("notes.txt") is not None)
    desktop.files.open_place(tmp_path / "gone")
    qtbot.waitUntil(lambda: bool(desktop.window.notices.shown()))
    assert desktop.window.editors.view_of("notes.txt") is not None
    assert desktop.workspace.workspace is not None
    assert desktop.workspace.workspace.root == folder


def test_save_as_writes_a_new_file_and_the_tab_takes_its_name(
    qtbot: QtBot, desktop: DesktopWindow, folder: Path
) -> None:
    view = new_file(qtbot, desktop, "x = 1\n")
    desktop.window.commands.run("file.save")
    answer_save_as(qtbot, desktop, folder / "fresh.py")
    qtbot.waitUntil(lambda: (folder / "fresh.py").exists())
    qtbot.waitUntil(lambda: not desktop.documents.dirty())
    assert (folder / "fresh.py").read_text() == "x = 1\n"
    assert view.path == "fresh.py"
    assert view.language.name == "Python"
    tabs = desktop.window.editors.tabs
    assert tabs.tabText(tabs.currentIndex()) == "fresh.py"


def test_save_as_onto_a_tab_with_unsaved_changes_is_refused(qtbot: QtBot, desktop: DesktopWindow, folder: Path) -> None:
    desktop.documents.open("notes.txt")
    qtbot.waitUntil(lambda: desktop.window.editors.view_of("notes.txt") is not None)
    notes = desktop.window.editors.view_of("notes.txt")
    assert notes is not None
    notes.insert_at_caret("mine\n")
    new_file(qtbot, desktop, "x = 1\n")
    document = desktop.documents.current_document()
    assert document is not None
    results: list[bool] = []
    desktop.documents.files.save_as(document.document_id, "notes.txt", results.append)
    qtbot.waitUntil(lambda: bool(results))
    assert results == [False]
    assert "open in another tab" in desktop.window.notices.shown()[0].message
    assert (folder / "notes.txt").read_text() == "one\n"
    assert [each.path for each in desktop.documents.documents] == ["notes.txt", None]
    assert len(desktop.documents.dirty()) == 2


def test_save_as_onto_a_clean_tab_takes_its_place(qtbot: QtBot, desktop: DesktopWindow, folder: Path) -> None:
    desktop.documents.open("notes.txt")
    qtbot.waitUntil(lambda: desktop.window.editors.view_of("notes.txt") is not None)
    view = new_file(qtbot, desktop, "x = 1\n")
    document = desktop.documents.current_document()
    assert document is not None
    desktop.documents.files.save_as(document.document_id, "notes.txt")
    qtbot.waitUntil(lambda: not desktop.documents.dirty())
    assert (folder / "notes.txt").read_text() == "x = 1\n"
    assert list(desktop.documents.documents) == [document]
    assert desktop.window.editors.view_of("notes.txt") is view


def test_a_failed_save_as_leaves_the_document_without_that_name(
    qtbot: QtBot, desktop: DesktopWindow, folder: Path
) -> None:
    (folder / "fresh.py").mkdir()
    new_file(qtbot, desktop, "x = 1\n")
    document = desktop.documents.current_document()
    assert document is not None
    results: list[bool] = []
    desktop.documents.files.save_as(document.document_id, "fresh.py", results.append)
    qtbot.waitUntil(lambda: bool(results))
    assert (results, document.path, document.is_dirty) == ([False], None, True)


def test_save_as_outside_of_the_folder_writes_a_copy_and_says_so(
    qtbot: QtBot, desktop: DesktopWindow, tmp_path: Path
) -> None:
    view = new_file(qtbot, desktop, "x = 1\n")
    desktop.window.commands.run("file.save_as")
    answer_save_as(qtbot, desktop, tmp_path / "outside.py")
    qtbot.waitUntil(lambda: bool(desktop.window.notices.shown()))
    assert "outside the opened folder" in desktop.window.notices.shown()[0].message
    assert (tmp_path / "outside.py").read_text() == "x = 1\n"
    assert not desktop.documents.dirty()
    view.insert_at_caret("y = 2\n")
    qtbot.waitUntil(lambda: len(desktop.documents.dirty()) == 1)
    click(desktop, "banner.open_in_a_new_window")
    qtbot.waitUntil(lambda: bool(others_than(desktop)))
    [other] = others_than(desktop)
    qtbot.waitUntil(lambda: "outside.py" in other.windowTitle() or bool(other.editors.view_of("outside.py")))
    other.close_now()


def others_than(desktop: DesktopWindow) -> list[MainWindow]:
    """The other windows of the program."""
    shown = [each for each in QApplication.topLevelWidgets() if isinstance(each, MainWindow) and each.isVisible()]
    return [each for each in shown if each is not desktop.window]


def test_a_copy_that_cannot_be_written_outside_is_said(qtbot: QtBot, desktop: DesktopWindow, tmp_path: Path) -> None:
    new_file(qtbot, desktop, "x = 1\n")
    (tmp_path / "taken.py").mkdir()
    document = desktop.documents.current_document()
    assert document is not None
    results: list[bool] = []
    desktop.documents.copies.write(document.document_id, tmp_path / "taken.py", results.append)
    qtbot.waitUntil(lambda: bool(results))
    assert results == [False]
    assert "taken.py" in desktop.window.notices.shown()[0].message
    assert document.is_dirty


def test_save_all_at_closing_asks_the_names_of_new_files_and_then_closes(
    qtbot: QtBot, desktop: DesktopWindow, folder: Path
) -> None:
    desktop.documents.open("notes.txt")
    qtbot.waitUntil(lambda: desktop.window.editors.view_of("notes.txt") is not None)
    view = desktop.window.editors.view_of("notes.txt")
    assert view is not None
    view.insert_at_caret("zero\n")
    new_file(qtbot, desktop, "a = 1\n")
    new_file(qtbot, desktop, "b = 1\n")
    qtbot.waitUntil(lambda: len(desktop.documents.dirty()) == 3)
    desktop.window.close()
    click(desktop, "ask_unsaved.save")
    answer_save_as(qtbot, desktop, folder / "a.py")
    qtbot.waitUntil(lambda: (folder / "a.py").exists())
    answer_save_as(qtbot, desktop, folder / "b.py")
    qtbot.waitUntil(lambda: is_closed(desktop))
    assert [(folder / name).read_text() for name in ("notes.txt", "a.py", "b.py")] == [
        "zero\none\n",
        "a = 1\n",
        "b = 1\n",
    ]


def test_leaving_the_name_open_keeps_the_window(qtbot: QtBot, desktop: DesktopWindow, folder: Path) -> None:
    new_file(qtbot, desktop, "a = 1\n")
    desktop.window.close()
    click(desktop, "ask_unsaved.save")
    answer_save_as(qtbot, desktop, None)
    assert desktop.window.isVisible()
    assert [document.is_dirty for document in desktop.documents.documents] == [True]
    assert sorted(each.name for each in folder.iterdir()) == ["notes.txt"]

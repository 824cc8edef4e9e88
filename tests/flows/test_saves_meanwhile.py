"""What the user does while a save is still being written: nothing typed may be lost, no second save dropped."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.editor.view import EditorView
from copilot_desktop.workspace.files import WriteWatch, write_pieces
from copilot_desktop.workspace.paths import Workspace
from tests.support.desktop import ask_at_closing, is_closed, open_desktop

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "shop"
    root.mkdir()
    (root / "notes.txt").write_text("one\n")
    return root


@pytest.fixture
def desktop(qtbot: QtBot, folder: Path) -> Iterator[DesktopWindow]:
    with open_desktop(qtbot, folder) as shown:
        yield shown


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Semaphore]:
    """A slow disk: each release lets one write happen."""
    writes = threading.Semaphore(0)

    def write(
        workspace: Workspace, path: str, pieces: Iterable[bytes], *, expected_hash: str | None, watch: WriteWatch
    ) -> str:
        assert writes.acquire(timeout=20)
        return write_pieces(workspace, path, pieces, expected_hash=expected_hash, watch=watch)

    monkeypatch.setattr("copilot_desktop.workspace.saving.write_pieces", write)
    yield writes
    writes.release(20)


def open_notes(qtbot: QtBot, desktop: DesktopWindow) -> EditorView:
    desktop.documents.open("notes.txt")
    qtbot.waitUntil(lambda: desktop.window.editors.view_of("notes.txt") is not None)
    view = desktop.window.editors.view_of("notes.txt")
    assert view is not None
    view.setFocus()
    return view


def save(view: EditorView) -> None:
    QTest.keyClick(view.code, Qt.Key.Key_S, CTRL)


def click(desktop: DesktopWindow, name: str) -> None:
    found = desktop.window.findChild(QPushButton, name)
    assert found is not None
    found.click()


def test_a_second_save_asked_for_during_the_first_is_written_after_it(
    qtbot: QtBot, desktop: DesktopWindow, folder: Path, disk: threading.Semaphore
) -> None:
    view = open_notes(qtbot, desktop)
    results: list[bool] = []
    document = desktop.documents.documents.find("notes.txt")
    assert document is not None
    before = document.disk_hash
    QTest.keyClicks(view.code, "A")
    save(view)
    QTest.keyClicks(view.code, "B")
    desktop.documents.save(document.document_id, results.append)
    disk.release()
    qtbot.waitUntil(lambda: document.disk_hash != before)
    disk.release()
    qtbot.waitUntil(lambda: bool(results))
    assert results == [True]
    assert (folder / "notes.txt").read_text() == "ABone\n"
    assert not document.is_dirty


def test_text_typed_while_the_save_at_closing_runs_is_asked_about_again(
    qtbot: QtBot, desktop: DesktopWindow, folder: Path, disk: threading.Semaphore
) -> None:
    view = open_notes(qtbot, desktop)
    QTest.keyClicks(view.code, "A")
    ask_at_closing(desktop)
    desktop.window.close()
    click(desktop, "ask_unsaved.save")
    QTest.keyClicks(view.code, "B")
    qtbot.waitUntil(lambda: not desktop.window.findChildren(QMessageBox))
    disk.release()
    qtbot.waitUntil(lambda: (folder / "notes.txt").read_text() == "Aone\n")
    qtbot.waitUntil(lambda: is_closed(desktop) or bool(desktop.window.findChildren(QMessageBox)))
    assert desktop.window.isVisible()
    click(desktop, "ask_unsaved.save")
    disk.release()
    qtbot.waitUntil(lambda: is_closed(desktop))
    assert (folder / "notes.txt").read_text() == "ABone\n"


def test_closing_with_save_while_a_save_runs_closes_after_both(
    qtbot: QtBot, desktop: DesktopWindow, folder: Path, disk: threading.Semaphore
) -> None:
    view = open_notes(qtbot, desktop)
    QTest.keyClicks(view.code, "A")
    save(view)
    ask_at_closing(desktop)
    desktop.window.close()
    click(desktop, "ask_unsaved.save")
    disk.release(2)
    qtbot.waitUntil(lambda: is_closed(desktop))
    assert (folder / "notes.txt").read_text() == "Aone\n"


def test_undo_back_beyond_a_save_that_typing_overtook_leaves_the_text_unsaved(
    qtbot: QtBot, desktop: DesktopWindow, folder: Path, disk: threading.Semaphore
) -> None:
    view = open_notes(qtbot, desktop)
    document = desktop.documents.documents.find("notes.txt")
    assert document is not None
    before = document.disk_hash
    QTest.keyClicks(view.code, "A")
    save(view)
    QTest.keyClicks(view.code, "B")
    disk.release()
    qtbot.waitUntil(lambda: document.disk_hash != before)
    for _ in range(3):
        view.commands.undo()
    assert view.text() == "one\n"
    assert document.is_dirty
    save(view)
    disk.release()
    qtbot.waitUntil(lambda: not document.is_dirty)
    assert (folder / "notes.txt").read_text() == "one\n"
    view.commands.redo()
    assert document.is_dirty
    view.commands.undo()
    assert not document.is_dirty

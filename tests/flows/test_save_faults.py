"""Saving to a place that is full, read-only, forbidden or gone: the text stays, and one sentence says what to do."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.editor.view import EditorView
from copilot_desktop.ui.document_page import DocumentPage
from copilot_desktop.ui.status_bar import StatusField
from tests.support.desktop import open_desktop
from tests.support.disk_faults import as_ordinary_user, read_only_disk, small_disk

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 256 KB with a project on it."""
    place = tmp_path / "disk"
    with small_disk(place, 256):
        (place / "shop" / "src").mkdir(parents=True)
        (place / "shop" / "src" / "a.txt").write_text("one\n")
        yield place


@pytest.fixture
def desktop(qtbot: QtBot, disk: Path) -> Iterator[DesktopWindow]:
    with open_desktop(qtbot, disk / "shop") as shown:
        yield shown


def type_into(qtbot: QtBot, desktop: DesktopWindow, path: str) -> EditorView:
    desktop.documents.open(path)
    qtbot.waitUntil(lambda: desktop.window.editors.view_of(path) is not None)
    view = desktop.window.editors.view_of(path)
    assert view is not None
    QTest.keyClicks(view.code, "mine ")
    qtbot.waitUntil(lambda: desktop.documents.is_dirty(path))
    return view


def page(desktop: DesktopWindow, path: str) -> DocumentPage:
    document = desktop.documents.documents.find(path)
    assert document is not None
    found = desktop.window.editors.page_of(document.document_id)
    assert found is not None
    return found


def said(desktop: DesktopWindow) -> str:
    return " ".join(f"{each.message} {each.advice}" for each in desktop.window.notices.shown())


def save(qtbot: QtBot, view: EditorView, desktop: DesktopWindow, sentence: str) -> None:
    """Press Ctrl+S; the sentence is said, and the text is where it was, unsaved and kept for the next start."""
    QTest.keyClick(view.code, Qt.Key.Key_S, CTRL)
    qtbot.waitUntil(lambda: sentence in said(desktop), timeout=10_000)
    assert view.text().startswith("mine ")
    assert [document.is_dirty for document in desktop.documents.documents] == [True]


def saved_after_all(qtbot: QtBot, view: EditorView, desktop: DesktopWindow, place: Path) -> None:
    QTest.keyClick(view.code, Qt.Key.Key_S, CTRL)
    qtbot.waitUntil(lambda: not desktop.documents.dirty(), timeout=10_000)
    assert place.read_text() == view.text()
    assert "not" not in said(desktop)


def test_a_full_disk(qtbot: QtBot, desktop: DesktopWindow, disk: Path, private_home: Path) -> None:
    view = type_into(qtbot, desktop, "src/a.txt")
    filler = disk / "filler"
    with pytest.raises(OSError, match="No space"):
        filler.write_bytes(b"x" * 400_000)
    view.code.setSel(-1, -1)
    view.commands.select_all()
    view.insert_at_caret("mine " + "x" * 20_000)
    save(qtbot, view, desktop, "The disk is full: src/a.txt could not be written")
    assert "Free some space" in said(desktop)
    assert (disk / "shop" / "src" / "a.txt").read_text() == "one\n"
    assert sorted(each.name for each in (disk / "shop" / "src").iterdir()) == ["a.txt"]
    unsaved = private_home / "copilot-desktop" / "state" / "unsaved"
    qtbot.waitUntil(lambda: any(each.stat().st_size > 20_000 for each in unsaved.rglob("*.unsaved")))
    filler.unlink()
    saved_after_all(qtbot, view, desktop, disk / "shop" / "src" / "a.txt")
    qtbot.waitUntil(lambda: not list(unsaved.rglob("*.unsaved")))


def test_a_disk_that_is_read_only_now(qtbot: QtBot, desktop: DesktopWindow, disk: Path) -> None:
    view = type_into(qtbot, desktop, "src/a.txt")
    with read_only_disk(disk):
        save(qtbot, view, desktop, "mounted read-only")
        assert "Save to another place" in said(desktop)
    saved_after_all(qtbot, view, desktop, disk / "shop" / "src" / "a.txt")


def test_a_folder_where_this_account_may_not_write(qtbot: QtBot, desktop: DesktopWindow, disk: Path) -> None:
    view = type_into(qtbot, desktop, "src/a.txt")
    # Also through the folders above, which tests of other accounts may not enter.
    for parent in (disk, *disk.parents):
        if parent.stat().st_mode & 0o055 != 0o055 and parent.is_relative_to("/tmp"):  # noqa: S108
            parent.chmod(parent.stat().st_mode | 0o055)
    # The program's own folders are those of the account it runs as.
    home = Path(os.environ["COPILOT_DESKTOP_HOME"])
    for each in (*home.parents[:1], home, *home.rglob("*")):
        os.chown(each, 65534, 65534)
    with as_ordinary_user():
        save(qtbot, view, desktop, "This account may not write src/a.txt")
        assert "Check the permissions" in said(desktop)
    saved_after_all(qtbot, view, desktop, disk / "shop" / "src" / "a.txt")


def test_a_folder_that_is_gone(qtbot: QtBot, desktop: DesktopWindow, disk: Path) -> None:
    view = type_into(qtbot, desktop, "src/a.txt")
    shutil.rmtree(disk / "shop" / "src")
    qtbot.waitUntil(lambda: page(desktop, "src/a.txt").banner() is not None, timeout=10_000)
    banner = page(desktop, "src/a.txt").banner()
    assert banner is not None
    assert "no longer on disk" in banner.message
    assert "Your text is kept here" in banner.advice
    assert view.text() == "mine one\n"
    QTest.keyClick(view.code, Qt.Key.Key_S, CTRL)
    qtbot.waitUntil(lambda: (disk / "shop" / "src" / "a.txt").exists(), timeout=10_000)
    saved_after_all(qtbot, view, desktop, disk / "shop" / "src" / "a.txt")


def test_a_file_with_another_name_is_saved_under_both_and_that_is_said(
    qtbot: QtBot, desktop: DesktopWindow, disk: Path
) -> None:
    file, twin = disk / "shop" / "src" / "a.txt", disk / "twin.txt"
    twin.hardlink_to(file)
    view = type_into(qtbot, desktop, "src/a.txt")
    QTest.keyClick(view.code, Qt.Key.Key_S, CTRL)
    qtbot.waitUntil(lambda: not desktop.documents.is_dirty("src/a.txt"))
    assert twin.read_text() == file.read_text() == "mine one\n"
    assert file.samefile(twin)
    said_of_it = "Saved. src/a.txt has another name, with the same text"
    qtbot.waitUntil(lambda: desktop.window.status.text_of(StatusField.MESSAGE) == said_of_it)
    # It is no change by another program.
    qtbot.wait(500)
    assert said(desktop) == ""
    QTest.keyClicks(view.code, "again ")
    QTest.keyClick(view.code, Qt.Key.Key_S, CTRL)
    qtbot.waitUntil(lambda: twin.read_text() == "mine again one\n")

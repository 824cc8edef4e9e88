"""Files of 20 to 50 MB: read piece by piece as larger ones are, but nothing is left out for their size."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.editor.loading import TextLoading
from copilot_desktop.editor.view import EditorView
from copilot_desktop.text.ranges import LineRange
from copilot_desktop.workspace.documents import Document
from tests.support.desktop import is_closed, open_desktop

LINE = "def total_für(items):  # 日本\r\n"
DATA = LINE.encode() * (24_000_000 // len(LINE.encode()))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "shop"
    root.mkdir()
    (root / "long.py").write_bytes(DATA)
    return root


@pytest.fixture
def pieces(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The sizes of the pieces that came into a view."""
    sizes: list[int] = []
    append = TextLoading.append

    def noted(loading: TextLoading, data: bytes) -> None:
        sizes.append(len(data))
        append(loading, data)

    monkeypatch.setattr(TextLoading, "append", noted)
    return sizes


@pytest.fixture
def desktop(qtbot: QtBot, folder: Path) -> Iterator[DesktopWindow]:
    with open_desktop(qtbot, folder) as shown:
        yield shown


def document_of(desktop: DesktopWindow, path: str) -> Document:
    found = desktop.documents.documents.find(path)
    assert found is not None
    return found


def wait_read(qtbot: QtBot, desktop: DesktopWindow, path: str) -> EditorView:
    def is_read() -> bool:
        found = desktop.documents.documents.find(path)
        return found is not None and not found.is_loading and bool(found.disk_hash)

    qtbot.waitUntil(is_read, timeout=60_000)
    view = desktop.window.editors.view_of(path)
    assert view is not None
    return view


def test_it_comes_in_pieces_and_is_a_text_like_others_then(
    qtbot: QtBot, desktop: DesktopWindow, folder: Path, pieces: list[int]
) -> None:
    desktop.documents.open("long.py", LineRange(300_000, 300_001))
    view = wait_read(qtbot, desktop, "long.py")
    assert len(pieces) > 20
    assert max(pieces) < 1_000_000
    assert view.code.length() == len(DATA)
    assert view.caret().line == 300_000
    document = document_of(desktop, "long.py")
    assert not document.is_large
    assert not document.is_dirty
    bar = desktop.window.findChild(QLabel, "document.limits")
    assert bar is None or not bar.isVisible()
    assert all(each.when() for each in desktop.window.commands.all() if each.action_id == "chat.edit_in_place")
    view.setFocus()
    QTest.keyClicks(view.code, "x")
    QTest.keyClick(view.code, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: not desktop.documents.is_dirty("long.py"))
    assert (folder / "long.py").stat().st_size == len(DATA) + 1


def test_the_caret_is_where_it_was_after_a_restart(qtbot: QtBot, folder: Path) -> None:
    with open_desktop(qtbot, folder) as first:
        first.documents.open("long.py", LineRange(400_000, 400_001))
        wait_read(qtbot, first, "long.py")
        QTest.keyClick(first.window, Qt.Key.Key_Q, Qt.KeyboardModifier.ControlModifier)
        qtbot.waitUntil(lambda: is_closed(first), timeout=10_000)
    with open_desktop(qtbot, folder) as second:
        view = wait_read(qtbot, second, "long.py")
        assert view.caret().line == 400_000


def test_an_encoding_that_the_beginning_does_not_tell_is_found_in_the_whole(
    qtbot: QtBot, desktop: DesktopWindow, folder: Path
) -> None:
    data = b"plain ascii, line after line\n" * 800_000 + "Gärten, Bäume und Häuser für alle\n".encode("cp1252")
    (folder / "latin.txt").write_bytes(data)
    desktop.documents.open("latin.txt", LineRange(700_000, 700_001))
    view = wait_read(qtbot, desktop, "latin.txt")
    assert document_of(desktop, "latin.txt").format.encoding == "cp1252"
    assert view.text() == data.decode("cp1252")
    assert view.caret().line == 700_000


def test_one_that_is_no_text_further_on_is_refused(qtbot: QtBot, desktop: DesktopWindow, folder: Path) -> None:
    (folder / "odd.txt").write_bytes(b"plain ascii\n" * 2_000_000 + b"\0\1\2\xff")
    desktop.documents.open("odd.txt")
    qtbot.waitUntil(lambda: desktop.documents.documents.find("odd.txt") is not None, timeout=10_000)
    qtbot.waitUntil(lambda: desktop.documents.documents.find("odd.txt") is None, timeout=60_000)


def test_what_another_program_writes_while_it_is_read_is_taken_then(
    qtbot: QtBot, desktop: DesktopWindow, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    append = TextLoading.append
    written: list[bytes] = []

    def append_and_write(loading: TextLoading, data: bytes) -> None:
        append(loading, data)
        if not written:
            written.append(b"another text\n" + DATA)
            # As many programs save: the file that is being read stays what it was.
            (folder / "other").write_bytes(written[0])
            (folder / "other").rename(folder / "long.py")
            desktop.documents.files.following.recheck(document_of(desktop, "long.py"))

    monkeypatch.setattr(TextLoading, "append", append_and_write)
    desktop.documents.open("long.py")
    view = wait_read(qtbot, desktop, "long.py")
    qtbot.waitUntil(lambda: view.code.length() == len(written[0]), timeout=60_000)
    assert view.text().startswith("another text\n")

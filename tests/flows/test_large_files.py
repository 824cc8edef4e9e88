"""Files of more than 50 MB: read piece by piece while the window works, shown plainly, saved byte for byte."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.bridge.documents.events import OutsideChange, OutsideKind
from copilot_desktop.editor.view import EditorView
from copilot_desktop.ui.failure_page import FailurePage
from copilot_desktop.workspace.documents import Document
from copilot_desktop.workspace.hot_exit.records import read_unsaved
from tests.support.desktop import open_desktop

LINE = "def total_für(items):  # 日本\r\n"
SIZE_MB = 60


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "shop"
    root.mkdir()
    data = LINE.encode()
    (root / "large.py").write_bytes(data * (SIZE_MB * 1024**2 // len(data)))
    return root


@pytest.fixture
def desktop(qtbot: QtBot, folder: Path) -> Iterator[DesktopWindow]:
    with open_desktop(qtbot, folder) as shown:
        yield shown


def bar(desktop: DesktopWindow) -> str:
    label = desktop.window.findChild(QLabel, "document.limits")
    return label.text() if label is not None else ""


def opened(qtbot: QtBot, desktop: DesktopWindow, path: str) -> EditorView:
    desktop.documents.open(path)
    qtbot.waitUntil(lambda: "is shown plainly" in bar(desktop), timeout=60_000)
    view = desktop.window.editors.view_of(path)
    assert view is not None
    return view


def longest_pause_s(is_over: object, limit_s: float = 60.0) -> float:
    """How long the window did not answer, at the worst, until something holds."""
    assert callable(is_over)
    loop, timer, pauses, last = QEventLoop(), QTimer(), [0.0], [time.monotonic()]

    def tick() -> None:
        now = time.monotonic()
        pauses.append(now - last[0])
        last[0] = now
        if is_over() or now > end:
            loop.quit()

    end = time.monotonic() + limit_s
    timer.timeout.connect(tick)
    timer.start(1)
    loop.exec()
    timer.stop()
    return max(pauses)


def test_a_large_file_is_read_while_the_window_works_and_shown_plainly(
    qtbot: QtBot, desktop: DesktopWindow, folder: Path
) -> None:
    desktop.documents.open("large.py")
    qtbot.waitUntil(lambda: "reading it" in bar(desktop), timeout=60_000)
    view = desktop.window.editors.view_of("large.py")
    document = desktop.documents.documents.find("large.py")
    assert view is not None
    assert document is not None
    # What is not all here must be neither typed in nor saved.
    QTest.keyClicks(view.code, "x")
    desktop.documents.save(document.document_id)
    assert not document.is_dirty
    pause_s = longest_pause_s(lambda: "is shown plainly" in bar(desktop))
    print(f"{SIZE_MB} MB: the longest pause of the window {pause_s * 1000:.0f} ms")
    assert "60 MB" in bar(desktop)
    assert pause_s < 3.0  # in one piece it takes longer on a busy machine
    assert (view.language.name, view.code.wrapMode(), view.code.lexer()) == ("Plain text", 0, 0)
    assert view.code.length() == (folder / "large.py").stat().st_size
    view.commands.toggle_word_wrap()
    assert not desktop.window.commands.run("chat.edit_in_place")


def test_a_large_file_is_typed_in_kept_and_saved_byte_for_byte(
    qtbot: QtBot, desktop: DesktopWindow, folder: Path, private_home: Path
) -> None:
    before = (folder / "large.py").read_bytes()
    view = opened(qtbot, desktop, "large.py")
    view.select(len(LINE) * 1000, len(LINE) * 1000)
    assert view.selection().lines.start == 1000
    QTest.keyClicks(view.code, "x")
    qtbot.waitUntil(lambda: desktop.documents.is_dirty("large.py"))
    unsaved = private_home / "copilot-desktop" / "state" / "unsaved"
    qtbot.waitUntil(lambda: any(each.stat().st_size > len(before) for each in unsaved.rglob("*.unsaved")))
    desktop.window.commands.run("file.save")
    qtbot.waitUntil(lambda: not desktop.documents.is_dirty("large.py"), timeout=30_000)
    cut = len(LINE.encode()) * 1000
    assert (folder / "large.py").read_bytes() == before[:cut] + b"x" + before[cut:]


def test_what_is_typed_into_a_large_file_is_kept_while_typing_goes_on(
    qtbot: QtBot, desktop: DesktopWindow, folder: Path, private_home: Path
) -> None:
    before, unsaved = (folder / "large.py").read_bytes(), private_home / "copilot-desktop" / "state" / "unsaved"
    view = opened(qtbot, desktop, "large.py")
    typing, started = QTimer(), time.monotonic()
    typing.timeout.connect(lambda: QTest.keyClicks(view.code, "x"))
    typing.start(50)
    qtbot.waitUntil(lambda: any(each.stat().st_size > len(before) for each in unsaved.rglob("*.unsaved")))
    print(f"{SIZE_MB} MB: kept {time.monotonic() - started:.2f} s after the typing began")
    qtbot.wait(1_000)
    typing.stop()
    qtbot.wait(2_000)
    kept = read_unsaved(next(unsaved.rglob("*.unsaved")).read_bytes())
    typed = len(kept.text) - len(before)
    assert typed > 5
    assert kept.text == b"x" * typed + before
    assert view.code.length() == len(kept.text)


def test_a_large_file_is_indented_as_it_is_and_shared_by_its_views(
    qtbot: QtBot, desktop: DesktopWindow, folder: Path
) -> None:
    (folder / "tabs.py").write_bytes(b"def total(items):\n\treturn sum(items)\n" * (SIZE_MB * 1024**2 // 38))
    desktop.documents.open("tabs.py")
    qtbot.waitUntil(lambda: "reading it" in bar(desktop), timeout=60_000)
    desktop.window.commands.run("tab.split_right")
    qtbot.waitUntil(lambda: "is shown plainly" in bar(desktop), timeout=60_000)
    first, second = desktop.window.findChildren(EditorView)
    assert first.code.docPointer() == second.code.docPointer()
    assert (first.code.useTabs(), second.code.length()) == (True, (folder / "tabs.py").stat().st_size)
    QTest.keyClick(second.code, Qt.Key.Key_Tab)
    assert first.code.text_between(0, 5) == "\tdef "
    assert first.edits_since(0) is None


def test_typing_goes_on_while_a_large_file_is_saved_and_only_that_is_unsaved(
    qtbot: QtBot, desktop: DesktopWindow, folder: Path
) -> None:
    before = (folder / "large.py").read_bytes()
    view = opened(qtbot, desktop, "large.py")
    QTest.keyClicks(view.code, "first ")
    desktop.window.commands.run("file.save")
    for letter in "then":
        QTest.keyClicks(view.code, letter)
        qtbot.wait(20)
    # A save that had begun takes what was typed while the text was copied, and no half of it.
    qtbot.waitUntil(lambda: (folder / "large.py").stat().st_size != len(before), timeout=60_000)
    written = (folder / "large.py").read_bytes()
    typed = written[: len(written) - len(before)].decode()
    assert "first then".startswith(typed)
    assert typed.startswith("first ")
    assert written.endswith(before)
    desktop.window.commands.run("file.save")
    qtbot.waitUntil(lambda: (folder / "large.py").stat().st_size == len(before) + len("first then"), timeout=60_000)
    qtbot.waitUntil(lambda: not desktop.documents.is_dirty("large.py"), timeout=60_000)


def test_a_large_file_that_another_program_changes_is_read_again_where_the_caret_was(
    qtbot: QtBot, desktop: DesktopWindow, folder: Path
) -> None:
    view = opened(qtbot, desktop, "large.py")
    view.go_to(1_000, 0)
    with (folder / "large.py").open("ab") as file:
        file.write(b"more\n")
    size = (folder / "large.py").stat().st_size
    qtbot.waitUntil(lambda: view.code.length() == size and not view.code.readOnly(), timeout=60_000)
    assert (view.caret().line, desktop.documents.is_dirty("large.py")) == (1_000, False)
    QTest.keyClicks(view.code, "x")
    qtbot.waitUntil(lambda: desktop.documents.is_dirty("large.py"))


def test_what_was_typed_into_a_large_file_stays_where_the_file_is_no_text_any_more(
    qtbot: QtBot, desktop: DesktopWindow, folder: Path
) -> None:
    document = opened_dirty(qtbot, desktop)
    with (folder / "large.py").open("ab") as file:
        file.write(b"\xff\xfe\x00")
    notices: list[OutsideChange] = []
    desktop.documents.outside_changed.connect(notices.append)
    qtbot.waitUntil(lambda: any(each.kind is OutsideKind.CHANGED for each in notices), timeout=60_000)
    desktop.documents.files.following.take_theirs(document.document_id)
    qtbot.waitUntil(lambda: any(each.kind is OutsideKind.UNREADABLE for each in notices), timeout=60_000)
    view = desktop.window.editors.view_of("large.py")
    assert view is not None
    assert view.code.text_between(0, 9) == "mine def "
    assert not view.code.readOnly()
    assert desktop.documents.is_dirty("large.py")
    view.commands.undo()
    assert view.code.text_between(0, 4) == "def "


def test_theirs_is_taken_and_mine_kept_of_a_large_file(qtbot: QtBot, desktop: DesktopWindow, folder: Path) -> None:
    document = opened_dirty(qtbot, desktop)
    view = desktop.window.editors.view_of("large.py")
    assert view is not None
    with (folder / "large.py").open("ab") as file:
        file.write(b"theirs\n")
    theirs = (folder / "large.py").read_bytes()
    desktop.documents.files.following.keep_mine(document.document_id)
    qtbot.waitUntil(lambda: document.disk_hash == hashlib.sha256(theirs).hexdigest(), timeout=60_000)
    assert (document.is_dirty, view.code.text_between(0, 5)) == (True, "mine ")
    desktop.documents.files.following.take_theirs(document.document_id)
    qtbot.waitUntil(lambda: not document.is_dirty and not document.is_loading, timeout=60_000)
    assert view.code.length() == len(theirs)


def opened_dirty(qtbot: QtBot, desktop: DesktopWindow) -> Document:
    view = opened(qtbot, desktop, "large.py")
    QTest.keyClicks(view.code, "mine ")
    document = desktop.documents.documents.find("large.py")
    assert document is not None
    qtbot.waitUntil(lambda: document.is_dirty)
    return document


def test_a_large_file_closed_while_it_is_read_leaves_nothing(qtbot: QtBot, desktop: DesktopWindow) -> None:
    desktop.documents.open("large.py")
    qtbot.waitUntil(lambda: "reading it" in bar(desktop), timeout=60_000)
    QTest.keyClick(desktop.window, Qt.Key.Key_W, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: not list(desktop.documents.documents))
    assert desktop.window.findChild(FailurePage) is None


def test_a_large_file_that_is_no_text_further_on_and_one_of_over_a_gigabyte_are_refused(
    qtbot: QtBot, desktop: DesktopWindow, folder: Path
) -> None:
    with (folder / "large.py").open("ab") as file:
        file.write(b"\xff\xfe\x00")
    with (folder / "huge.log").open("wb") as file:
        file.truncate(1200 * 1024**2)
    desktop.documents.open("large.py")
    qtbot.waitUntil(lambda: desktop.window.findChild(FailurePage) is not None, timeout=60_000)
    page = desktop.window.findChild(FailurePage)
    assert page is not None
    assert "begins as utf-8" in page.message
    desktop.documents.open("huge.log")
    qtbot.waitUntil(lambda: any("1 GB" in each.message for each in desktop.window.findChildren(FailurePage)))

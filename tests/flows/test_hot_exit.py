"""Unsaved text outlives the window: quit, start again, and everything is as it was typed; nothing comes back twice."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from copilot_desktop.app.command_line import Place
from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.bridge.work_queue import WorkQueue
from copilot_desktop.editor.view import EditorView
from copilot_desktop.settings.folders import program_folders
from copilot_desktop.text.line_edits import LineEdit
from copilot_desktop.text.ranges import LineRange
from copilot_desktop.ui.document_page import DocumentPage
from copilot_desktop.workspace.atomic_write import bytes_hash, stage
from copilot_desktop.workspace.documents import PLAIN
from copilot_desktop.workspace.hot_exit import entry_file
from copilot_desktop.workspace.hot_exit.records import UnsavedHeader, first_records, read_unsaved
from copilot_desktop.workspace.hot_exit.store import HotExitStore
from copilot_desktop.workspace.hot_exit.writer import HotExitWriter
from copilot_desktop.workspace.paths import Workspace
from tests.support.desktop import ask_at_closing, is_closed, open_desktop, open_program

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "shop"
    root.mkdir()
    (root / "notes.txt").write_text("one\ntwo\n")
    (root / "latin.txt").write_bytes("Gärten und Bäume\r\n".encode("cp1252"))
    return root


@pytest.fixture
def unsaved_folder(private_home: Path) -> Path:
    return private_home / "copilot-desktop" / "state" / "unsaved"


def open_file(qtbot: QtBot, desktop: DesktopWindow, path: str) -> EditorView:
    desktop.documents.open(path)
    qtbot.waitUntil(lambda: desktop.window.editors.view_of(path) is not None)
    view = desktop.window.editors.view_of(path)
    assert view is not None
    view.setFocus()
    return view


def wait_closed(qtbot: QtBot, desktop: DesktopWindow) -> None:
    qtbot.waitUntil(lambda: is_closed(desktop), timeout=10_000)


def quit_by_key(qtbot: QtBot, desktop: DesktopWindow) -> None:
    QTest.keyClick(desktop.window, Qt.Key.Key_Q, CTRL)
    wait_closed(qtbot, desktop)


def untitled(desktop: DesktopWindow) -> EditorView:
    pages = [page for page in desktop.window.editors.tabs.pages() if isinstance(page, DocumentPage)]
    (found,) = [page.view for page in pages if page.document.path is None]
    return found


def notices(desktop: DesktopWindow) -> list[str]:
    return [notice.message for notice in desktop.window.notices.shown()]


def copies(unsaved_folder: Path) -> list[Path]:
    return sorted(unsaved_folder.rglob("*.unsaved"))


def page(desktop: DesktopWindow, path: str) -> DocumentPage:
    document = desktop.documents.documents.find(path)
    assert document is not None
    found = desktop.window.editors.page_of(document.document_id)
    assert found is not None
    return found


def test_quitting_asks_nothing_and_unsaved_text_is_there_again(
    qtbot: QtBot, folder: Path, unsaved_folder: Path
) -> None:
    with open_desktop(qtbot, folder) as first:
        view = open_file(qtbot, first, "notes.txt")
        QTest.keyClicks(view.code, "zero ")
        view = open_file(qtbot, first, "latin.txt")
        QTest.keyClicks(view.code, "Viele ")
        QTest.keyClick(first.window, Qt.Key.Key_N, CTRL)
        QTest.keyClicks(untitled(first).code, "scratch")
        quit_by_key(qtbot, first)
    assert (folder / "notes.txt").read_text() == "one\ntwo\n"
    with open_desktop(qtbot, folder) as second:
        qtbot.waitUntil(lambda: "3 unsaved files were brought back." in notices(second), timeout=10_000)
        assert second.documents.text_of("notes.txt") == "zero one\ntwo\n"
        assert second.documents.text_of("latin.txt") == "Viele Gärten und Bäume\r\n"
        assert untitled(second).text() == "scratch"
        assert untitled(second).selection().start == 7
        assert len(second.documents.dirty()) == 3
        view = page(second, "latin.txt").view
        second.window.editors.tabs.setCurrentWidget(page(second, "latin.txt"))
        QTest.keyClicks(view.code, "alte ")
        for path in ("latin.txt", "notes.txt"):
            second.documents.save(page(second, path).document.document_id)
            qtbot.waitUntil(lambda path=path: not second.documents.is_dirty(path))  # type: ignore[misc]
        assert (folder / "latin.txt").read_bytes() == "Viele alte Gärten und Bäume\r\n".encode("cp1252")
        assert page(second, "notes.txt").banner() is None
        qtbot.waitUntil(lambda: len(copies(unsaved_folder)) == 1)
        quit_by_key(qtbot, second)
    with open_desktop(qtbot, folder) as third:
        qtbot.waitUntil(lambda: "1 unsaved file was brought back." in notices(third), timeout=10_000)
        assert untitled(third).text() == "scratch"
        third.documents.open("notes.txt")
        qtbot.waitUntil(lambda: third.documents.find("notes.txt") is not None)
        assert not third.documents.is_dirty("notes.txt")


def test_a_text_brought_back_is_still_there_after_a_second_start_untouched_and_typed_on(
    qtbot: QtBot, folder: Path
) -> None:
    with open_desktop(qtbot, folder) as first:
        QTest.keyClicks(open_file(qtbot, first, "notes.txt").code, "a")
        quit_by_key(qtbot, first)
    with open_desktop(qtbot, folder) as second:
        qtbot.waitUntil(lambda: second.documents.is_dirty("notes.txt"), timeout=10_000)
        quit_by_key(qtbot, second)
    with open_desktop(qtbot, folder) as third:
        qtbot.waitUntil(lambda: third.documents.is_dirty("notes.txt"), timeout=10_000)
        view = third.window.editors.view_of("notes.txt")
        assert view is not None
        QTest.keyClicks(view.code, "b")
        view.commands.undo()
        assert third.documents.is_dirty("notes.txt")
        view.commands.redo()
        quit_by_key(qtbot, third)
    with open_desktop(qtbot, folder) as fourth:
        qtbot.waitUntil(lambda: fourth.documents.is_dirty("notes.txt"), timeout=10_000)
        assert fourth.documents.text_of("notes.txt") == "abone\ntwo\n"


@pytest.mark.parametrize("answer", ["keep_mine", "take_theirs"])
def test_a_file_changed_meanwhile_is_shown_as_a_conflict(
    qtbot: QtBot, folder: Path, unsaved_folder: Path, answer: str
) -> None:
    with open_desktop(qtbot, folder) as first:
        QTest.keyClicks(open_file(qtbot, first, "notes.txt").code, "mine ")
        quit_by_key(qtbot, first)
    (folder / "notes.txt").write_text("theirs\n")
    with open_desktop(qtbot, folder) as second:
        qtbot.waitUntil(lambda: second.documents.is_dirty("notes.txt"), timeout=10_000)
        qtbot.waitUntil(lambda: page(second, "notes.txt").banner() is not None)
        banner = page(second, "notes.txt").banner()
        assert banner is not None
        assert "changed by another program" in banner.message
        assert second.documents.text_of("notes.txt") == "mine one\ntwo\n"
        button = page(second, "notes.txt").findChild(QPushButton, f"banner.{answer}")
        assert button is not None
        button.click()
        qtbot.waitUntil(lambda: page(second, "notes.txt").banner() is None)
        if answer == "keep_mine":
            second.documents.save(page(second, "notes.txt").document.document_id)
        qtbot.waitUntil(lambda: not second.documents.is_dirty("notes.txt"))
        expected = "theirs\n" if answer == "take_theirs" else "mine one\ntwo\n"
        assert (folder / "notes.txt").read_text() == second.documents.text_of("notes.txt") == expected
        qtbot.waitUntil(lambda: not copies(unsaved_folder))


def test_a_file_that_is_gone_or_holds_the_text_already(qtbot: QtBot, folder: Path, unsaved_folder: Path) -> None:
    with open_desktop(qtbot, folder) as first:
        QTest.keyClicks(open_file(qtbot, first, "notes.txt").code, "zero ")
        QTest.keyClicks(open_file(qtbot, first, "latin.txt").code, "Viele ")
        quit_by_key(qtbot, first)
    (folder / "notes.txt").unlink()
    (folder / "latin.txt").write_bytes("Viele Gärten und Bäume\r\n".encode("cp1252"))
    with open_desktop(qtbot, folder) as second:
        qtbot.waitUntil(lambda: second.documents.find("latin.txt") is not None, timeout=10_000)
        qtbot.waitUntil(lambda: not second.documents.is_dirty("latin.txt"))
        qtbot.waitUntil(lambda: page(second, "notes.txt").banner() is not None)
        banner = page(second, "notes.txt").banner()
        assert banner is not None
        assert "no longer on disk" in banner.message
        assert second.documents.text_of("notes.txt") == "zero one\ntwo\n"
        qtbot.waitUntil(lambda: len(copies(unsaved_folder)) == 1)


def test_closing_a_tab_without_saving_or_undoing_the_change_leaves_no_copy(
    qtbot: QtBot, folder: Path, unsaved_folder: Path
) -> None:
    with open_desktop(qtbot, folder) as desktop:
        view = open_file(qtbot, desktop, "notes.txt")
        QTest.keyClicks(view.code, "a")
        qtbot.waitUntil(lambda: len(copies(unsaved_folder)) == 1)
        view.commands.undo()
        qtbot.waitUntil(lambda: not copies(unsaved_folder))
        view.commands.redo()
        qtbot.waitUntil(lambda: len(copies(unsaved_folder)) == 1)
        QTest.keyClick(view.code, Qt.Key.Key_W, CTRL)
        discard = desktop.window.findChild(QPushButton, "ask_unsaved.discard")
        assert discard is not None
        discard.click()
        qtbot.waitUntil(lambda: not copies(unsaved_folder))


def test_another_folder_is_opened_without_a_question_and_the_first_one_keeps_its_text(
    qtbot: QtBot, folder: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    with open_desktop(qtbot, folder) as desktop:
        QTest.keyClicks(open_file(qtbot, desktop, "notes.txt").code, "a")
        desktop.files.open_place(other)
        qtbot.waitUntil(lambda: desktop.documents.documents.find("notes.txt") is None, timeout=10_000)
        assert not desktop.window.findChildren(QMessageBox)
        desktop.files.open_place(folder)
        qtbot.waitUntil(lambda: desktop.documents.text_of("notes.txt") == "aone\ntwo\n", timeout=10_000)
        assert desktop.documents.is_dirty("notes.txt")


def test_a_folder_opened_again_while_its_last_changes_are_written_has_its_text(
    qtbot: QtBot, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    really_stop = HotExitWriter.stop

    def stop(writer: HotExitWriter, limit_s: float | None = None) -> bool:
        if limit_s is None:
            time.sleep(1.5)  # a busy disk
        return really_stop(writer, limit_s)

    monkeypatch.setattr(HotExitWriter, "stop", stop)
    with open_desktop(qtbot, folder) as desktop:
        QTest.keyClicks(open_file(qtbot, desktop, "notes.txt").code, "a")
        desktop.files.open_place(other)
        qtbot.waitUntil(lambda: desktop.folder == other, timeout=10_000)
        desktop.files.open_place(folder)
        qtbot.waitUntil(lambda: desktop.documents.text_of("notes.txt") == "aone\ntwo\n")
        assert desktop.documents.is_dirty("notes.txt")


def test_a_window_closed_right_after_its_folder_was_left_lets_that_one_go(
    qtbot: QtBot, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    with open_desktop(qtbot, folder) as first, monkeypatch.context() as busy:
        QTest.keyClicks(open_file(qtbot, first, "notes.txt").code, "a")
        # Its turn never comes: all worker threads have other work.
        busy.setattr(WorkQueue, "run", lambda *_work, **_options: None)
        first.files.open_place(other)
        qtbot.waitUntil(lambda: first.folder == other, timeout=10_000)
        quit_by_key(qtbot, first)
    with open_desktop(qtbot, folder) as second:
        qtbot.waitUntil(lambda: second.documents.text_of("notes.txt") == "aone\ntwo\n", timeout=10_000)


def test_a_window_that_closes_on_a_hanging_disk_does_not_hold_the_others_up_and_its_text_is_kept(
    qtbot: QtBot, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    is_free, really_sync = threading.Event(), os.fsync

    def sync(handle: int) -> None:
        if threading.current_thread().name == "hot-exit":
            is_free.wait(60)
        really_sync(handle)

    with open_program(qtbot, other) as program:
        first = program.open_window(Place(folder))
        qtbot.waitUntil(lambda: first.core is not None and first.workspace.is_watching)
        view = open_file(qtbot, first, "notes.txt")
        monkeypatch.setattr(os, "fsync", sync)
        QTest.keyClicks(view.code, "a")
        started = time.monotonic()
        first.window.close_now()
        took_s = time.monotonic() - started
        is_free.set()
        assert took_s < 4
        qtbot.waitUntil(lambda: all(each.name != "hot-exit-end" for each in threading.enumerate()), timeout=10_000)
    with open_desktop(qtbot, folder) as second:
        qtbot.waitUntil(lambda: second.documents.text_of("notes.txt") == "aone\ntwo\n", timeout=10_000)


def test_lines_the_program_changes_in_unsaved_text_are_kept_as_well(
    qtbot: QtBot, folder: Path, unsaved_folder: Path
) -> None:
    """Accepted hunks, replacements and taken-over lines all change the buffer so."""
    with open_desktop(qtbot, folder) as desktop:
        view = open_file(qtbot, desktop, "notes.txt")
        view.insert_at_caret("é ")
        qtbot.waitUntil(lambda: len(copies(unsaved_folder)) == 1)
        view.edit_lines([LineEdit(LineRange(1, 2), "zwei\n"), LineEdit(LineRange(0, 0), "Größe\n")])
        view.commands.undo()
        view.commands.redo()

        def kept() -> str:
            return read_unsaved(copies(unsaved_folder)[0].read_bytes()).text.decode()

        qtbot.waitUntil(lambda: kept() == view.text() == "Größe\né one\nzwei\n")


def test_where_the_setting_says_so_quitting_asks_and_discarded_text_does_not_come_back(
    qtbot: QtBot, folder: Path, unsaved_folder: Path
) -> None:
    with open_desktop(qtbot, folder) as first:
        ask_at_closing(first)
        QTest.keyClicks(open_file(qtbot, first, "notes.txt").code, "a")
        qtbot.waitUntil(lambda: len(copies(unsaved_folder)) == 1)
        first.window.close()
        assert first.window.isVisible()
        discard = first.window.findChild(QPushButton, "ask_unsaved.discard")
        assert discard is not None
        discard.click()
        wait_closed(qtbot, first)
    assert not copies(unsaved_folder)
    with open_desktop(qtbot, folder) as second:
        qtbot.waitUntil(lambda: second.documents.find("notes.txt") is not None, timeout=10_000)
        assert second.documents.text_of("notes.txt") == "one\ntwo\n"


def test_text_that_cannot_be_kept_is_said_and_quitting_asks(qtbot: QtBot, folder: Path, unsaved_folder: Path) -> None:
    unsaved_folder.parent.mkdir(parents=True, exist_ok=True)
    unsaved_folder.write_text("a file where the program wants its folder")
    with open_desktop(qtbot, folder) as desktop:
        QTest.keyClicks(open_file(qtbot, desktop, "notes.txt").code, "a")
        qtbot.waitUntil(lambda: any("not protected" in message for message in notices(desktop)), timeout=10_000)
        desktop.window.close()
        qtbot.waitUntil(lambda: desktop.window.findChild(QMessageBox, "ask_unsaved") is not None)
        cancel = desktop.window.findChild(QPushButton, "ask_unsaved.cancel")
        assert cancel is not None
        cancel.click()
        assert desktop.window.isVisible()
        unsaved_folder.unlink()
        qtbot.waitUntil(lambda: not any("not protected" in message for message in notices(desktop)), timeout=10_000)
        desktop.window.close()
        wait_closed(qtbot, desktop)
    assert len(copies(unsaved_folder)) == 1


def leave(folder: Path, entry_id: str, text: str, changed: int) -> None:
    """What a start that ended leaves of notes.txt, last changed so many seconds after 1970."""
    store = HotExitStore(program_folders(os.environ).state, Workspace.at(folder))
    store.claim()
    place = store.folder / f"{entry_id}.unsaved"
    disk_hash = bytes_hash((folder / "notes.txt").read_bytes())
    place.write_bytes(first_records(UnsavedHeader("notes.txt", "notes.txt", PLAIN, disk_hash), text.encode()))
    os.utime(place, (changed, changed))
    store.release()


def test_of_two_texts_of_one_file_the_newest_is_the_file_and_the_other_one_stands_beside_it(
    qtbot: QtBot, folder: Path, unsaved_folder: Path
) -> None:
    leave(folder, "newest", "newest\n", 3_000)
    leave(folder, "older", "older\n", 2_000)
    leave(folder, "oldest", "oldest\n", 1_000)
    leave(folder, "same", "newest\n", 500)
    with open_desktop(qtbot, folder) as first:
        qtbot.waitUntil(lambda: "3 unsaved files were brought back." in notices(first), timeout=10_000)
        texts = {
            each.title: first.documents.buffers[each.document_id].snapshot().text for each in first.documents.documents
        }
        assert texts == {
            "notes.txt": "newest\n",
            "notes.txt (earlier unsaved text)": "oldest\n",
            "notes.txt (earlier unsaved text 2)": "older\n",
        }
        assert "notes.txt had more than one unsaved text; the newest is in its tab." in notices(first)
        assert first.window.editors.tabs.currentWidget() is page(first, "notes.txt")
        qtbot.waitUntil(lambda: len(copies(unsaved_folder)) == 3, timeout=10_000)
        saved: list[bool] = []
        first.documents.save(page(first, "notes.txt").document.document_id, saved.append)
        qtbot.waitUntil(lambda: saved == [True], timeout=10_000)
        quit_by_key(qtbot, first)
    assert (folder / "notes.txt").read_text() == "newest\n"
    with open_desktop(qtbot, folder) as second:
        qtbot.waitUntil(lambda: "2 unsaved files were brought back." in notices(second), timeout=10_000)
        assert not second.documents.is_dirty("notes.txt")
        untitled_texts = [
            second.documents.buffers[each.document_id].snapshot().text
            for each in second.documents.documents
            if each.path is None
        ]
        assert sorted(untitled_texts) == ["older\n", "oldest\n"]


def test_what_is_typed_into_a_long_file_is_on_disk_before_the_whole_text_is(
    qtbot: QtBot, folder: Path, unsaved_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lets_go, is_begun = threading.Event(), threading.Event()

    def slow_stage(*arguments: Any, **named: Any) -> None:
        is_begun.set()
        assert lets_go.wait(20)
        stage(*arguments, **named)

    monkeypatch.setattr(entry_file, "stage", slow_stage)
    data = b"one line of many\r\n" * 600_000
    (folder / "long.txt").write_bytes(data)

    def found() -> bytes:
        (copy,) = copies(unsaved_folder)
        return read_unsaved(copy.read_bytes(), lambda _header, _base: (folder / "long.txt").read_bytes()).text

    with open_desktop(qtbot, folder) as desktop:
        view = open_file(qtbot, desktop, "long.txt")
        # Back to the saved text and away from it again: the first edit after that must be among those kept.
        QTest.keyClicks(view.code, "x")
        QTest.keyClick(view.code, Qt.Key.Key_Z, CTRL)
        QTest.keyClicks(view.code, "first ")
        qtbot.waitUntil(lambda: bool(copies(unsaved_folder)) and found() == b"first " + data, timeout=10_000)
        qtbot.waitUntil(is_begun.is_set, timeout=10_000)
        QTest.keyClicks(view.code, "second ")
        qtbot.waitUntil(lambda: found() == b"first second " + data, timeout=10_000)
        assert copies(unsaved_folder)[0].stat().st_size < 10_000
        lets_go.set()
        qtbot.waitUntil(lambda: copies(unsaved_folder)[0].stat().st_size > len(data), timeout=10_000)
        assert found() == b"first second " + data
        quit_by_key(qtbot, desktop)
    (folder / "long.txt").write_bytes(b"somebody else's")
    with open_desktop(qtbot, folder) as second:
        qtbot.waitUntil(lambda: "1 unsaved file was brought back." in notices(second), timeout=10_000)
        assert second.documents.text_of("long.txt") == "first second " + data.decode()
        lets_go.set()


def test_a_long_text_without_a_file_is_said_to_be_unsafe_until_it_is_written(
    qtbot: QtBot, folder: Path, unsaved_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lets_go = threading.Event()

    def slow_stage(*arguments: Any, **named: Any) -> None:
        assert lets_go.wait(20)
        stage(*arguments, **named)

    monkeypatch.setattr(entry_file, "stage", slow_stage)
    with open_desktop(qtbot, folder) as desktop:
        QTest.keyClick(desktop.window, Qt.Key.Key_N, CTRL)
        qtbot.waitUntil(lambda: desktop.window.editors.current_view() is not None)
        view = desktop.window.editors.current_view()
        assert view is not None
        view.insert_at_caret("one line of many\n" * 900_000)
        said = "The unsaved text of Untitled-1 (15 MB) is still being written down."
        qtbot.waitUntil(lambda: said in notices(desktop), timeout=10_000)
        lets_go.set()
        qtbot.waitUntil(lambda: not notices(desktop), timeout=10_000)
        (copy,) = copies(unsaved_folder)
        assert len(read_unsaved(copy.read_bytes()).text) == 15_300_000

"""The opened folder itself is renamed, deleted, replaced or unmounted, or cannot be watched: the whole window."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from copilot_desktop.app.command_line import Place
from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.editor.view import EditorView
from copilot_desktop.ui.explorer.panel import ExplorerPanel
from copilot_desktop.ui.status_bar import StatusField
from copilot_desktop.workspace import mounts, watching
from tests.flows.test_file_commands import answer_save_as
from tests.support.desktop import open_desktop, open_program

WAIT = 20_000

pytestmark = pytest.mark.usefixtures("looks_often")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "shop"
    (root / "src").mkdir(parents=True)
    (root / "src/a.py").write_text("a = 1\n")
    (root / "notes.txt").write_text("one\n")
    return root


@pytest.fixture
def desktop(qtbot: QtBot, folder: Path) -> Iterator[DesktopWindow]:
    with open_desktop(qtbot, folder) as shown:
        yield shown


def opened(qtbot: QtBot, desktop: DesktopWindow, path: str) -> EditorView:
    desktop.documents.open(path)
    qtbot.waitUntil(lambda: desktop.window.editors.view_of(path) is not None, timeout=WAIT)
    view = desktop.window.editors.view_of(path)
    assert view is not None
    return view


def messages(desktop: DesktopWindow) -> list[str]:
    return [notice.message for notice in desktop.window.notices.shown()]


def wait_gone(qtbot: QtBot, desktop: DesktopWindow, words: str) -> None:
    qtbot.waitUntil(lambda: any(words in message for message in messages(desktop)), timeout=WAIT)
    # A notice about a file that could not be read may have come first.
    qtbot.waitUntil(lambda: desktop.window.status.text_of(StatusField.WATCHING) == "Folder gone", timeout=WAIT)


def wait_back(qtbot: QtBot, desktop: DesktopWindow) -> None:
    qtbot.waitUntil(lambda: not messages(desktop) and desktop.workspace.is_watching, timeout=WAIT)
    assert desktop.window.status.text_of(StatusField.WATCHING) == ""


def assert_follows(qtbot: QtBot, desktop: DesktopWindow, folder: Path) -> None:
    """The folder is watched again, and its tree shown."""
    panel = desktop.window.findChild(ExplorerPanel)
    assert panel is not None
    (folder / "fresh.py").write_text("x\n")
    qtbot.waitUntil(lambda: panel.model.index_of("fresh.py").isValid(), timeout=WAIT)


def test_a_renamed_folder_keeps_its_tabs_refuses_to_save_and_comes_back(
    qtbot: QtBot, desktop: DesktopWindow, folder: Path
) -> None:
    view = opened(qtbot, desktop, "notes.txt")
    other = opened(qtbot, desktop, "src/a.py")
    view.insert_at_caret("mine\n")
    qtbot.waitUntil(lambda: desktop.documents.is_dirty("notes.txt"))
    moved = folder.rename(folder.with_name("market"))
    wait_gone(qtbot, desktop, "was renamed: it is market now")
    document = desktop.documents.documents.find("notes.txt")
    assert document is not None
    saved: list[bool] = []
    desktop.documents.save(document.document_id, saved.append)
    qtbot.waitUntil(lambda: bool(saved), timeout=WAIT)
    assert saved == [False]
    assert not folder.exists()
    assert any("is gone" in message for message in messages(desktop))
    assert not desktop.documents.is_dirty("src/a.py")
    desktop.window.notices.withdraw("save")
    (moved / "src/a.py").write_text("a = 2\n")
    moved.rename(folder)
    qtbot.waitUntil(lambda: desktop.window.status.text_of(StatusField.WATCHING) == "", timeout=WAIT)
    qtbot.waitUntil(lambda: other.text() == "a = 2\n", timeout=WAIT)
    assert view.text() == "mine\none\n"
    desktop.documents.save(document.document_id, saved.append)
    qtbot.waitUntil(lambda: saved == [False, True], timeout=WAIT)
    assert (folder / "notes.txt").read_text() == "mine\none\n"
    assert_follows(qtbot, desktop, folder)


def test_a_renamed_folder_is_opened_where_it_is_now(qtbot: QtBot, desktop: DesktopWindow, folder: Path) -> None:
    moved = folder.rename(folder.with_name("market"))
    wait_gone(qtbot, desktop, "was renamed")
    click_way_to_market(desktop)
    qtbot.waitUntil(lambda: desktop.folder == moved and desktop.workspace.is_watching, timeout=WAIT)
    assert not messages(desktop)
    assert_follows(qtbot, desktop, moved)


def test_a_deleted_folder_keeps_the_text_and_comes_back(qtbot: QtBot, desktop: DesktopWindow, folder: Path) -> None:
    view = opened(qtbot, desktop, "notes.txt")
    copy = folder.with_name("copy")
    shutil.copytree(folder, copy)
    shutil.rmtree(folder)
    wait_gone(qtbot, desktop, "is gone")
    assert view.text() == "one\n"
    shutil.copytree(copy, folder)
    wait_back(qtbot, desktop)
    qtbot.waitUntil(lambda: not desktop.documents.is_dirty("notes.txt"), timeout=WAIT)
    assert_follows(qtbot, desktop, folder)


def test_the_text_of_a_deleted_folder_can_be_saved_elsewhere(
    qtbot: QtBot, desktop: DesktopWindow, folder: Path, tmp_path: Path
) -> None:
    view = opened(qtbot, desktop, "notes.txt")
    view.insert_at_caret("mine ")
    shutil.rmtree(folder)
    wait_gone(qtbot, desktop, "is gone")
    assert any("Save as…" in notice.advice for notice in desktop.window.notices.shown())
    desktop.window.commands.run("file.save_as")
    place = tmp_path / "rescued.txt"
    answer_save_as(qtbot, desktop, place)
    qtbot.waitUntil(place.exists, timeout=WAIT)
    assert place.read_text() == "mine one\n"
    assert desktop.documents.is_dirty("notes.txt")  # its own file does not have it


def test_a_folder_replaced_by_another_is_watched_anew(qtbot: QtBot, desktop: DesktopWindow, folder: Path) -> None:
    view = opened(qtbot, desktop, "notes.txt")
    other = folder.with_name("other")
    other.mkdir()
    (other / "notes.txt").write_text("two\n")
    # The window must have looked at the folder once to tell it from its successor.
    qtbot.waitUntil(lambda: desktop.workspace._presence._identity is not None, timeout=WAIT)
    folder.rename(folder.with_name("old"))
    other.rename(folder)
    qtbot.waitUntil(lambda: view.text() == "two\n", timeout=WAIT)
    assert_follows(qtbot, desktop, folder)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="mounting takes root")
def test_an_unmounted_folder_is_gone_and_nothing_is_written_below_it(qtbot: QtBot, tmp_path: Path) -> None:
    point = tmp_path / "stick"
    point.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "none", str(point)]
    subprocess.run(mount, check=True)
    try:
        (point / "notes.txt").write_text("one\n")
        with open_desktop(qtbot, point) as desktop:
            view = opened(qtbot, desktop, "notes.txt")
            qtbot.waitUntil(lambda: desktop.workspace._presence._identity is not None, timeout=WAIT)
            subprocess.run(["umount", str(point)], check=True)
            wait_gone(qtbot, desktop, "stick is gone")
            document = desktop.documents.documents.find("notes.txt")
            assert document is not None
            saved: list[bool] = []
            desktop.documents.save(document.document_id, saved.append)
            qtbot.waitUntil(lambda: saved == [False], timeout=WAIT)
            assert list(point.iterdir()) == []
            assert view.text() == "one\n"
            subprocess.run(mount, check=True)
            (point / "notes.txt").write_text("two\n")
            qtbot.waitUntil(lambda: view.text() == "two\n", timeout=WAIT)
            assert_follows(qtbot, desktop, point)
    finally:
        subprocess.run(["umount", str(point)], check=False, capture_output=True)


def test_polling_is_said_in_the_status_bar_and_explained_on_a_click(
    qtbot: QtBot, folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    table = tmp_path / "mountinfo"
    table.write_text(f"1 0 0:1 / / rw - ext4 x rw\n2 1 0:2 / {folder} rw - fuse.sshfs x rw\n")
    silent = watching.Watching(silent_mounts=lambda root: mounts.silent_mounts(root, table), poll_cycle_s=0.1)
    monkeypatch.setattr(watching, "Watching", lambda: silent)
    with open_desktop(qtbot, folder) as desktop:
        status = desktop.window.status
        qtbot.waitUntil(lambda: status.text_of(StatusField.WATCHING) == "Polling", timeout=WAIT)
        field = desktop.window.findChild(QToolButton, "status.watching")
        assert field is not None
        assert "fuse.sshfs" in field.toolTip()
        field.click()
        assert "does not tell of changes" in messages(desktop)[0]
        view = opened(qtbot, desktop, "notes.txt")
        (folder / "notes.txt").write_text("changed elsewhere\n")
        qtbot.waitUntil(lambda: view.text() == "changed elsewhere\n", timeout=WAIT)
        assert_follows(qtbot, desktop, folder)
        (folder / "sub").mkdir()
        (folder / "notes.txt").rename(folder / "sub" / "moved.txt")
        qtbot.waitUntil(lambda: desktop.window.editors.open_paths() == ("sub/moved.txt",), timeout=WAIT)
        assert not desktop.documents.dirty()


def test_a_rename_above_is_noticed_too(qtbot: QtBot, tmp_path: Path) -> None:
    root = tmp_path / "above/shop"
    root.mkdir(parents=True)
    with open_desktop(qtbot, root) as desktop:
        (tmp_path / "above").rename(tmp_path / "elsewhere")
        wait_gone(qtbot, desktop, "shop is gone")
        (tmp_path / "elsewhere").rename(tmp_path / "above")
        wait_back(qtbot, desktop)


def test_the_way_to_the_renamed_folder_stays_while_another_window_shows_it(qtbot: QtBot, folder: Path) -> None:
    with open_program(qtbot, folder) as program:
        first = program.windows[0]
        moved = folder.rename(folder.with_name("market"))
        wait_gone(qtbot, first, "was renamed")
        program.open_places([Place(moved)], is_new=True)
        qtbot.waitUntil(lambda: len(program.windows) == 2 and program.windows[1].folder == moved, timeout=WAIT)
        second = program.windows[1]
        click_way_to_market(first)
        qtbot.waitUntil(second.window.isActiveWindow, timeout=WAIT)
        assert any("was renamed" in message for message in messages(first))
        second.window.close()
        qtbot.waitUntil(lambda: len(program.windows) == 1, timeout=WAIT)
        click_way_to_market(first)
        qtbot.waitUntil(lambda: first.folder == moved and not messages(first), timeout=WAIT)


def click_way_to_market(desktop: DesktopWindow) -> None:
    buttons = desktop.window.findChildren(QPushButton, "banner.open_market")
    (button,) = [each for each in buttons if each.isVisible()]
    button.click()

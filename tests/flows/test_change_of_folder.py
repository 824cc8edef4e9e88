"""Another folder takes the place of the one that is open: nothing of the old one is shown in it."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.bridge.documents import files as document_files
from copilot_desktop.ui.document_page import DocumentPage
from copilot_desktop.ui.waiting_page import WaitingPage
from copilot_desktop.workspace.documents import PLAIN
from copilot_desktop.workspace.files import FileText, read_file
from copilot_desktop.workspace.paths import Workspace
from tests.support.desktop import open_desktop
from tests.support.editor_tabs import front_view, opened

LIMIT_MS = 20_000


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    root = tmp_path / "shop"
    root.mkdir()
    for name in ("a.py", "b.py", "c.py"):
        (root / name).write_text(f"of the shop: {name}\n")
    return root


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    root = tmp_path / "tools"
    root.mkdir()
    for name in ("a.py", "b.py", "z.py"):
        (root / name).write_text(f"of the tools: {name}\n")
    return root


def leave_open(qtbot: QtBot, folder: Path, *paths: str) -> None:
    """A start of the program that ends with these tabs."""
    with open_desktop(qtbot, folder) as desktop:
        for path in paths:
            opened(qtbot, desktop, path)


def change_to(qtbot: QtBot, desktop: DesktopWindow, folder: Path) -> None:
    desktop.files.open_place(folder)
    qtbot.waitUntil(lambda: desktop.folder == folder and desktop.workspace.is_watching, timeout=LIMIT_MS)


def path_of(page: QWidget) -> str | None:
    if isinstance(page, WaitingPage):
        return page.path
    return page.document.path if isinstance(page, DocumentPage) else None


def texts(desktop: DesktopWindow) -> dict[str | None, str]:
    return {
        each.path: desktop.documents.buffers[each.document_id].snapshot().text for each in desktop.documents.documents
    }


def test_tabs_not_yet_read_go_with_their_folder(qtbot: QtBot, shop: Path, tools: Path) -> None:
    leave_open(qtbot, shop, "a.py", "b.py", "c.py")
    with open_desktop(qtbot, shop) as desktop:
        front_view(qtbot, desktop)
        change_to(qtbot, desktop, tools)
        qtbot.wait(300)
        assert desktop.window.editors.panes.pages() == ()
        assert texts(desktop) == {}


def test_the_tabs_of_the_new_folder_show_its_own_files(qtbot: QtBot, shop: Path, tools: Path) -> None:
    leave_open(qtbot, shop, "a.py", "b.py", "c.py")
    leave_open(qtbot, tools, "b.py", "z.py")
    with open_desktop(qtbot, shop) as desktop:
        front_view(qtbot, desktop)
        change_to(qtbot, desktop, tools)
        group = desktop.window.editors.tabs
        qtbot.waitUntil(lambda: [path_of(page) for page in group.pages()] == ["b.py", "z.py"], timeout=LIMIT_MS)
        group.setCurrentIndex(0)
        qtbot.waitUntil(lambda: len(texts(desktop)) == 2, timeout=LIMIT_MS)
        assert texts(desktop) == {"b.py": "of the tools: b.py\n", "z.py": "of the tools: z.py\n"}


def test_a_file_still_being_read_is_not_shown_under_the_path_of_another(
    qtbot: QtBot, shop: Path, tools: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go, answered = threading.Event(), threading.Event()

    def slow(workspace: Any, *rest: Any, **named: Any) -> object:
        found = read_file(workspace, *rest, **named)
        if workspace.root == shop:
            go.wait(60)
            answered.set()
        return found

    monkeypatch.setattr(document_files, "read_file", slow)
    with open_desktop(qtbot, shop) as desktop:
        desktop.documents.open("a.py")
        change_to(qtbot, desktop, tools)
        go.set()
        qtbot.waitUntil(answered.is_set, timeout=LIMIT_MS)
        qtbot.wait(300)
        assert texts(desktop) == {}
        desktop.documents.open("a.py")
        qtbot.waitUntil(lambda: texts(desktop) == {"a.py": "of the tools: a.py\n"}, timeout=LIMIT_MS)


def test_a_tab_asked_for_twice_at_once_is_not_emptied(qtbot: QtBot, shop: Path) -> None:
    leave_open(qtbot, shop, "a.py", "b.py")
    with open_desktop(qtbot, shop) as desktop:
        front_view(qtbot, desktop)
        editors = desktop.window.editors
        editors.show_page("failure:a.py", "a.py", QWidget)
        shown = next(page for page in editors.tabs.pages() if path_of(page) == "b.py")
        editors.close_pages([shown])
        # The page of the failure goes, and the tab that waits comes to the front while the document is being shown.
        desktop.documents.open("a.py")
        qtbot.waitUntil(lambda: len(texts(desktop)) == 1, timeout=LIMIT_MS)
        assert texts(desktop) == {"a.py": "of the shop: a.py\n"}
        assert [path_of(page) for page in editors.panes.pages()] == ["a.py"]


def test_a_document_is_never_shown_without_its_text(qtbot: QtBot, shop: Path) -> None:
    with open_desktop(qtbot, shop) as desktop:
        document = desktop.documents.documents.open(FileText("a.py", "unused", PLAIN, "", 0))
        with pytest.raises(ValueError, match=r"a\.py"):
            desktop.window.editors.document_pages.make(document, None)


def test_of_two_folders_asked_for_at_once_the_last_one_is_opened(
    qtbot: QtBot, shop: Path, tools: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow, go, at = tmp_path / "slow", threading.Event(), Workspace.at
    slow.mkdir()

    def slowly(folder: Path) -> Workspace:
        if folder == slow:
            go.wait(60)
        return at(folder)

    monkeypatch.setattr(Workspace, "at", slowly)
    with open_desktop(qtbot, shop) as desktop:
        desktop.files.open_place(slow)
        change_to(qtbot, desktop, tools)
        go.set()
        qtbot.wait(500)
        assert desktop.folder == tools

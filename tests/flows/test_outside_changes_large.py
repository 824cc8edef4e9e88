"""Another program changes the file of an open text of megabytes: compared on a worker, taken in place."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.bridge.documents.events import OutsideChange, OutsideKind
from copilot_desktop.bridge.documents.file_following import COMPARED_AT_ONCE
from copilot_desktop.editor.view import EditorView
from copilot_desktop.text import large_diff
from tests.support.desktop import open_desktop

LINES = [f"value_{number} = 'für {number}'\n" for number in range(COMPARED_AT_ONCE // 8)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "shop"
    root.mkdir()
    (root / "data.py").write_text("".join(LINES), encoding="utf-8")
    return root


@pytest.fixture
def desktop(qtbot: QtBot, folder: Path) -> Iterator[DesktopWindow]:
    with open_desktop(qtbot, folder) as shown:
        yield shown


@pytest.fixture
def view(qtbot: QtBot, desktop: DesktopWindow) -> EditorView:
    desktop.documents.open("data.py")
    qtbot.waitUntil(lambda: desktop.window.editors.view_of("data.py") is not None)
    found = desktop.window.editors.view_of("data.py")
    assert found is not None
    found.go_to(50_000, 3)
    return found


def test_only_what_differs_is_changed_and_undo_brings_it_back(
    qtbot: QtBot, desktop: DesktopWindow, folder: Path, view: EditorView
) -> None:
    other = list(LINES)
    other[10:12] = ["one = 1\n", "two = 2\n", "three = 3\n"]
    other[90_000] = "changed = True\n"
    text = "".join(other)
    (folder / "data.py").write_text(text, encoding="utf-8")
    qtbot.waitUntil(lambda: view.text() == text)
    qtbot.waitUntil(lambda: not desktop.documents.is_dirty("data.py"))
    assert (view.caret().line, view.caret().column) == (50_001, 3)
    view.commands.undo()
    assert view.text() == "".join(LINES)
    qtbot.waitUntil(lambda: desktop.documents.is_dirty("data.py"))


def test_a_very_different_text_is_taken_whole(
    qtbot: QtBot, desktop: DesktopWindow, folder: Path, view: EditorView
) -> None:
    text = "".join(LINES).replace("value", "other")
    (folder / "data.py").write_text(text, encoding="utf-8")
    qtbot.waitUntil(lambda: view.text() == text)
    qtbot.waitUntil(lambda: not desktop.documents.is_dirty("data.py"))


def test_what_was_typed_while_it_was_compared_makes_it_a_question(
    qtbot: QtBot, desktop: DesktopWindow, folder: Path, view: EditorView, monkeypatch: pytest.MonkeyPatch
) -> None:
    compare, events = large_diff.byte_changes, list[OutsideChange]()
    desktop.documents.outside_changed.connect(events.append)
    is_comparing, may_go_on = threading.Event(), threading.Event()

    def slowly(*texts: object) -> object:
        is_comparing.set()
        may_go_on.wait(5)
        return compare(*texts)  # type: ignore[arg-type]

    monkeypatch.setattr(large_diff, "byte_changes", slowly)
    (folder / "data.py").write_text("".join(LINES[1:]), encoding="utf-8")
    qtbot.waitUntil(is_comparing.is_set)
    QTest.keyClicks(view.code, "mine")
    may_go_on.set()
    qtbot.waitUntil(lambda: any(each.kind is OutsideKind.CHANGED for each in events))
    assert "mine" in view.text()
    assert view.text().startswith(LINES[0])


def test_others_writing_the_very_text_that_is_unsaved_here_is_no_question(
    qtbot: QtBot, desktop: DesktopWindow, folder: Path, view: EditorView
) -> None:
    QTest.keyClicks(view.code, "mine")
    qtbot.waitUntil(lambda: desktop.documents.is_dirty("data.py"))
    events: list[OutsideChange] = []
    desktop.documents.outside_changed.connect(events.append)
    (folder / "data.py").write_text(view.text(), encoding="utf-8")
    qtbot.waitUntil(lambda: not desktop.documents.is_dirty("data.py"))
    assert not any(each.kind is OutsideKind.CHANGED for each in events)

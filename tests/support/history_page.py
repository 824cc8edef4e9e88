"""The history page of a window, and steps for it to show."""

from __future__ import annotations

import os
from pathlib import Path

from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.settings.folders import program_folders
from copilot_desktop.ui.history.history_view import HistoryView
from copilot_desktop.ui.history_in_window import HistoryInWindow
from copilot_desktop.workspace.applying import Applier
from copilot_desktop.workspace.checkpoints.entries import About, EntryKind
from copilot_desktop.workspace.file_writes import FileWrite
from copilot_desktop.workspace.files import bytes_hash
from copilot_desktop.workspace.paths import Workspace

LIMIT_MS = 20_000


def applier_of(folder: Path) -> Applier:
    """What writes steps of this folder into the history of the test's home."""
    return Applier(Workspace.at(folder), program_folders(os.environ).state)


def write_step(
    folder: Path,
    texts: dict[str, str | None],
    title: str = "Accept 1 change",
    *,
    prompt: str = "",
    model: str = "",
    kind: EntryKind = EntryKind.ACCEPT,
) -> str:
    """Write files (None: delete) as one step and return its id."""
    writes = []
    for path, text in texts.items():
        place = folder / path
        before = bytes_hash(place.read_bytes()) if place.exists() else None
        writes.append(FileWrite(path, before, None if text is None else text.encode()))
    return applier_of(folder).apply(writes, title, About(kind=kind, prompt=prompt, model=model)).checkpoint_id


def open_history(qtbot: QtBot, desktop: DesktopWindow, count: int) -> HistoryView:
    """Open the page by its command, and wait for that many steps."""
    qtbot.waitUntil(lambda: desktop.window.findChild(HistoryInWindow) is not None, timeout=LIMIT_MS)
    assert desktop.window.commands.run("history.open")
    return wait_for_steps(qtbot, desktop, count)


def wait_for_steps(qtbot: QtBot, desktop: DesktopWindow, count: int) -> HistoryView:
    """The page, once it lists that many steps."""

    def is_listed() -> bool:
        view = desktop.window.findChild(HistoryView)
        return view is not None and len(ids_of(view)) == count

    qtbot.waitUntil(is_listed, timeout=LIMIT_MS)
    view = desktop.window.findChild(HistoryView)
    assert view is not None
    return view


def ids_of(view: HistoryView) -> list[str]:
    """The steps that are listed, the newest first."""
    return [row.entry.entry_id for row in view.timeline.steps.rows if not isinstance(row, str)]


def said(view: HistoryView, name: str) -> str:
    """The words of a label of the page, "" while it is not shown."""
    label = view.findChild(QLabel, f"history.{name}")
    assert label is not None
    return label.text() if label.isVisible() else ""


def button(view: HistoryView, name: str) -> QPushButton:
    """A button of the page."""
    found = view.findChild(QPushButton, f"history.{name}")
    assert found is not None
    return found


def diff_texts(view: HistoryView) -> list[str]:
    """The changed lines that the page shows, with their signs."""
    from copilot_desktop.ui.diff.values import RowKind
    from copilot_desktop.ui.history_diff import HistoryDiff

    diff = view.findChild(HistoryDiff)
    assert diff is not None
    signs = {RowKind.ADDED: "+", RowKind.REMOVED: "-", RowKind.YOURS: "=", RowKind.NOTE: "#"}
    return [f"{signs[row.kind]}{row.text}" for row in diff.rows_model.rows if row.kind in signs]

"""The view of changes in a window, for flow tests."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QItemSelectionModel
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.ui.changes.panel import ChangesPanel
from copilot_desktop.ui.changes_in_window import ChangesInWindow

LIMIT_MS = 20_000


def changes_of(qtbot: QtBot, desktop: DesktopWindow) -> ChangesInWindow:
    """The changes of a window, once git has been asked."""

    def is_read() -> bool:
        found = desktop.window.findChild(ChangesInWindow)
        return found is not None and (found.parts.git.status is not None or bool(found.parts.git.read.message))

    qtbot.waitUntil(is_read, timeout=LIMIT_MS)
    found = desktop.window.findChild(ChangesInWindow)
    assert isinstance(found, ChangesInWindow)
    return found


def open_changes(qtbot: QtBot, desktop: DesktopWindow) -> ChangesPanel:
    """Open the side view by its command."""
    changes = changes_of(qtbot, desktop)
    assert desktop.window.commands.run("changes.open")
    assert changes.panel is not None
    return changes.panel


def listed(panel: ChangesPanel) -> list[str]:
    """The rows in short: `Staged 1`, `M a.py`."""
    rows = panel.list.changes.rows
    return [f"{row.change.kind.letter} {row.change.path}" if row.change else f"{row.group} {row.files}" for row in rows]


def wait_for_rows(qtbot: QtBot, panel: ChangesPanel, *rows: str) -> None:
    """Wait until the list says so."""

    def is_so() -> bool:
        return listed(panel) == list(rows)

    try:
        qtbot.waitUntil(is_so, timeout=LIMIT_MS)
    except Exception as error:
        raise AssertionError(f"{listed(panel)} instead of {list(rows)}") from error


def choose(panel: ChangesPanel, row: str, group: str = "") -> None:
    """Make a row the chosen one: by its short words, the first of that group."""
    flag = QItemSelectionModel.SelectionFlag.ClearAndSelect
    for place, said in enumerate(listed(panel)):
        if said == row and group in ("", panel.list.changes.rows[place].group):
            panel.list.selectionModel().setCurrentIndex(panel.list.changes.index(place), flag)
            return
    raise AssertionError(f"no {row} in {listed(panel)}")


def wait(qtbot: QtBot, is_so: Callable[[], bool]) -> None:
    """Wait until something is so."""
    qtbot.waitUntil(is_so, timeout=LIMIT_MS)

"""The real window on a real folder, offscreen, for flow tests."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from copilot_desktop.app import DesktopWindow
from copilot_desktop.bridge.crashes import CrashHook
from copilot_desktop.settings.folders import program_folders
from copilot_desktop.ui.theme.theme import Theme, ThemeChoice


@contextmanager
def open_desktop(
    qtbot: QtBot, place: Path | None, choice: ThemeChoice = ThemeChoice.DARK, *, may_crash: bool = False
) -> Iterator[DesktopWindow]:
    """A shown window with its core built; closed at the end whatever is unsaved, with every thread ended."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    folders = program_folders(os.environ)
    crashes = CrashHook(folders.state)
    errors: list[object] = []
    crashes.reported.connect(errors.append)
    theme = Theme(choice)
    theme.apply(app)
    desktop = DesktopWindow(folders, theme, dict(os.environ), crashes)
    try:
        desktop.show(place)
        qtbot.waitUntil(
            lambda: desktop.core is not None and (place is None or desktop.workspace.is_watching), timeout=20_000
        )
        yield desktop
        log = folders.state / "crash.log"
        assert may_crash or not errors, log.read_text(encoding="utf-8")
    finally:
        if desktop.window.isVisible():
            desktop.window.close_now()
        app.setStyleSheet("")
        desktop.window.deleteLater()
        desktop.deleteLater()

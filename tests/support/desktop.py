"""The real window on a real folder, offscreen, for flow tests."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from copilot_desktop.app.command_line import Place
from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.app.program import Program
from copilot_desktop.bridge.crashes import CrashHook
from copilot_desktop.llm.transport.connection import Limits
from copilot_desktop.settings.editor_page import EditorPage, UnsavedText
from copilot_desktop.settings.folders import program_folders
from copilot_desktop.ui.theme.theme import Theme, ThemeChoice
from copilot_desktop.workspace.paths import Workspace
from copilot_desktop.workspace.trust.folder_trust import FolderTrust


@contextmanager
def open_program(
    qtbot: QtBot,
    place: Path | None,
    choice: ThemeChoice = ThemeChoice.SYSTEM,
    *,
    may_crash: bool = False,
    limits: Limits | None = None,
    is_trusted: bool = True,
) -> Iterator[Program]:
    """A program with one shown window and its core built; closed at the end whatever is unsaved, threads ended.

    `choice` is what the settings say unless a test saves others: all would be drawn anew once those are read.
    `limits` are other time limits of requests than the program's. `is_trusted`: the user has trusted the folder before.
    """
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    folders = program_folders(os.environ)
    if is_trusted and place is not None and place.is_dir():
        FolderTrust(Workspace(place), folders.state).trust()
    crashes = CrashHook(folders.state)
    errors: list[object] = []
    crashes.reported.connect(errors.append)
    theme, font = Theme(choice), app.font()
    theme.apply(app)
    program = Program(folders, dict(os.environ), theme, crashes)
    program.limits = limits
    desktop = program.open_window(Place(place) if place is not None else None)
    try:
        qtbot.waitUntil(lambda: desktop.core is not None and (place is None or desktop.workspace.is_watching))
        yield program
        log = folders.state / "crash.log"
        assert may_crash or not errors, log.read_text(encoding="utf-8")
    finally:
        for each in tuple(program.windows):
            each.window.close_now()
        app.setStyleSheet("")
        app.setFont(font)
        program.deleteLater()


@contextmanager
def open_desktop(
    qtbot: QtBot,
    place: Path | None,
    choice: ThemeChoice = ThemeChoice.SYSTEM,
    *,
    may_crash: bool = False,
    limits: Limits | None = None,
    is_trusted: bool = True,
) -> Iterator[DesktopWindow]:
    """The one window of such a program."""
    with open_program(qtbot, place, choice, may_crash=may_crash, limits=limits, is_trusted=is_trusted) as program:
        yield program.windows[0]


def ask_at_closing(desktop: DesktopWindow) -> None:
    """Set the window to ask about unsaved text when it closes, instead of keeping it for the next start."""
    desktop.follow_settings(EditorPage(hot_exit=UnsavedText.ASK))


def is_closed(desktop: DesktopWindow) -> bool:
    """Whether the window is gone; a closed one is deleted soon, and may not even be asked then."""
    return not isValid(desktop.window) or not desktop.window.isVisible()

"""What chat and review need cannot be loaded: every window says so, and a later one tries again."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from copilot_desktop import assembly
from copilot_desktop.app.command_line import Place
from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.app.program import Program
from copilot_desktop.bridge.crashes import CrashHook
from copilot_desktop.errors import StoreError
from copilot_desktop.settings.folders import program_folders
from copilot_desktop.ui.theme.theme import Theme, ThemeChoice

DAMAGED = "The ledger is damaged."


@pytest.fixture
def program(qtbot: QtBot) -> Iterator[Program]:
    folders = program_folders(os.environ)
    made = Program(folders, dict(os.environ), Theme(ThemeChoice.DARK), CrashHook(folders.state))
    yield made
    for each in tuple(made.windows):
        each.window.close_now()


def said(desktop: DesktopWindow) -> list[str]:
    return [notice.message for notice in desktop.window.notices.shown()]


def test_later_windows_are_told_and_try_again(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: Program
) -> None:
    def refuse(*_args: object, **_named: object) -> object:
        raise StoreError(DAMAGED)

    with monkeypatch.context() as patched:
        patched.setattr(assembly, "build_core", refuse)
        first = program.open_window(Place(tmp_path))
        qtbot.waitUntil(lambda: said(first) == [DAMAGED])
        second = program.open_window(None)
        qtbot.waitUntil(lambda: said(second) == [DAMAGED])
        assert said(first) == [DAMAGED]
    third = program.open_window(None)
    qtbot.waitUntil(lambda: all(each.core is not None for each in program.windows))
    assert [DAMAGED in said(each) for each in (first, second, third)] == [False, False, False]
    # The core is needed to know whether the folder is trusted.
    qtbot.waitUntil(lambda: len(said(first)) == 1 and "restricted" in said(first)[0])
    assert said(second) == said(third) == []

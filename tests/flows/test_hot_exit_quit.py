"""Quitting with several windows: what a slow disk has not taken yet of one is waited for, though it is the other that
closes last."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from copilot_desktop.app.command_line import Place
from copilot_desktop.workspace.hot_exit.records import read_unsaved
from copilot_desktop.workspace.hot_exit.writer import HotExitWriter, Step
from tests.support.desktop import open_program

SLOW_S = 1.5


def test_the_text_of_a_window_on_a_slow_disk_is_written_before_the_program_ends(
    qtbot: QtBot, tmp_path: Path, private_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("slow", "quick"):
        (tmp_path / name).mkdir()
    (tmp_path / "slow" / "a.txt").write_text("one\n")
    write = HotExitWriter._write

    with open_program(qtbot, tmp_path / "slow") as program:
        program.open_window(Place(tmp_path / "quick"))
        qtbot.waitUntil(lambda: [each.folder for each in program.windows] == [tmp_path / "slow", tmp_path / "quick"])
        qtbot.waitUntil(lambda: all(each.core is not None for each in program.windows))
        slow = program.windows[0]
        slow.documents.open("a.txt")
        qtbot.waitUntil(lambda: slow.window.editors.view_of("a.txt") is not None)
        view = slow.window.editors.view_of("a.txt")
        assert view is not None
        writer = slow._opening.hot_exit._writer
        assert writer is not None

        def of_slow(one: HotExitWriter, steps: list[Step]) -> None:
            if steps and one is writer:
                time.sleep(SLOW_S)
            write(one, steps)

        monkeypatch.setattr(HotExitWriter, "_write", of_slow)
        view.insert_at_caret("precious\n")
        qtbot.waitUntil(lambda: bool(slow.documents.dirty()))
        for each in tuple(program.windows):
            each.window.close_now()
        # The process may end now.
        kept = [read_unsaved(path.read_bytes()) for path in private_home.rglob("*.unsaved")]
        assert ["precious" in str(each) for each in kept] == [True]

"""Starting without a screen, and errors nobody caught."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

from pytestqt.qtbot import QtBot

from copilot_desktop.app.screen import screen_problem
from copilot_desktop.bridge.crashes import CrashHook, CrashReported


def test_without_a_screen_the_program_says_so_and_ends_with_3() -> None:
    environ = {
        name: value
        for name, value in os.environ.items()
        if name not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    }
    done = subprocess.run(
        [sys.executable, "-c", "import sys; from copilot_desktop.app import main; sys.exit(main([]))"],
        env=environ | {"PYTHONPATH": str(Path(__file__).resolve().parents[3])},
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 3
    assert "no screen" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_chosen_platform_is_believed() -> None:
    assert screen_problem({"QT_QPA_PLATFORM": "offscreen"}) == ""
    assert "DISPLAY" in screen_problem({}) or sys.platform != "linux"


def test_an_error_of_a_thread_is_logged_privately_and_reported(qtbot: QtBot, tmp_path: Path) -> None:
    hook = CrashHook(tmp_path)
    seen: list[CrashReported] = []
    hook.reported.connect(seen.append)
    hook.install()
    try:
        thread = threading.Thread(target=lambda: int("not a number"))
        thread.start()
        thread.join()
    finally:
        hook.uninstall()
    qtbot.waitUntil(lambda: len(seen) == 1)
    log = tmp_path / "crash.log"
    assert seen[0].log == log
    assert "ValueError" in log.read_text()
    assert log.stat().st_mode & 0o077 == 0


def test_a_log_that_cannot_be_written_is_said(qtbot: QtBot, tmp_path: Path) -> None:
    hook = CrashHook(tmp_path / "missing")
    seen: list[CrashReported] = []
    hook.reported.connect(seen.append)
    hook.report(ValueError("x"))
    assert seen == [CrashReported(None)]

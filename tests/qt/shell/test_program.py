"""Starting without a screen, and errors nobody caught."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from copilot_desktop.app.screen import screen_problem
from copilot_desktop.bridge.crashes import CrashHook, CrashReported
from tests.support.secret_service import VirtualDisplay

_SCREEN_VARIABLES = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")


_MAIN = "import sys; from copilot_desktop.app import main; sys.exit(main([]))"


def _start(environ: Mapping[str, str], code: str = _MAIN) -> subprocess.CompletedProcess[str]:
    """Start the window program with nothing of this environment that names a screen."""
    ours = {name: value for name, value in os.environ.items() if name not in _SCREEN_VARIABLES}
    return subprocess.run(
        [sys.executable, "-c", code],
        env=ours | {"PYTHONPATH": str(Path(__file__).resolve().parents[3])} | dict(environ),
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip


def test_without_a_screen_the_program_says_so_and_ends_with_3() -> None:
    done = _start({})
    assert done.returncode == 3
    assert "no screen" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("platform", [{}, {"QT_QPA_PLATFORM": "xcb"}])
def test_a_screen_that_nobody_answers_for_is_one_sentence(platform: dict[str, str], tmp_path: Path) -> None:
    done = _start({"DISPLAY": ":4711", "COPILOT_DESKTOP_HOME": str(tmp_path)} | platform)
    assert done.returncode == 3
    assert done.stderr.startswith("The screen :4711, which DISPLAY names, cannot be reached")
    assert len(done.stderr.splitlines()) == 1


def test_a_wayland_that_is_gone_is_no_screen(tmp_path: Path) -> None:
    gone = {"WAYLAND_DISPLAY": "wayland-7", "XDG_RUNTIME_DIR": str(tmp_path)}
    assert "no screen" in screen_problem(gone)
    (tmp_path / "wayland-7").touch()
    assert screen_problem(gone) == ""


def test_a_screen_that_answers_is_no_problem() -> None:
    with VirtualDisplay() as display:
        assert screen_problem({"DISPLAY": display.name}) == ""


def test_a_missing_library_of_qt_is_one_sentence_with_its_package(tmp_path: Path) -> None:
    lacking = """
class Lacking:
    def find_spec(self, name, path=None, target=None):
        if name == "PySide6.QtGui":
            raise ImportError("libEGL.so.1: cannot open shared object file: No such file or directory")
import sys; sys.meta_path.insert(0, Lacking())
"""
    done = _start({"QT_QPA_PLATFORM": "offscreen", "COPILOT_DESKTOP_HOME": str(tmp_path)}, lacking + _MAIN)
    assert done.returncode == 3
    assert done.stderr == "Qt needs libEGL.so.1 of the system, which is missing: sudo apt install libegl1\n"


@pytest.mark.parametrize(
    ("platform", "said"),
    [
        (
            "foo",
            "QT_QPA_PLATFORM is set to “foo”, and Qt has nothing of that name here. Unset it, or set it to one of: ",
        ),
        ("foo:size=3;bar", "QT_QPA_PLATFORM is set to “foo”"),
        ("wayland-egl", "QT_QPA_PLATFORM asks for Wayland, and WAYLAND_DISPLAY names no screen that is there."),
    ],
)
def test_a_platform_that_is_not_there_is_one_sentence(platform: str, said: str, tmp_path: Path) -> None:
    done = _start({"QT_QPA_PLATFORM": platform, "COPILOT_DESKTOP_HOME": str(tmp_path)})
    assert (done.returncode, done.stderr.count("\n")) == (3, 1)
    assert done.stderr.startswith(said)
    assert "offscreen" in done.stderr or "Wayland" in said


def test_a_chosen_platform_is_believed() -> None:
    assert screen_problem({"QT_QPA_PLATFORM": "foo;offscreen"}) == ""
    assert screen_problem({"QT_QPA_PLATFORM": "foo", "QT_QPA_PLATFORM_PLUGIN_PATH": "/elsewhere"}) == ""
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

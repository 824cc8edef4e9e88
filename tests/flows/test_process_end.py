"""The process ends with its last window, whatever its workers still do."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from copilot_desktop.instance import claim
from copilot_desktop.settings.folders import program_folders
from tests.support.hanging_disk import hanging_disk

ROOT = Path(__file__).resolve().parents[2]

CLOSED_WHILE_READ = """
import os, sys
from pathlib import Path
from PySide6.QtCore import QTimer
from copilot_desktop.app.command_line import Place
from copilot_desktop.app.program import Program, make_application
from copilot_desktop.bridge.crashes import CrashHook
from copilot_desktop.settings.folders import program_folders
from tests.support.hanging_disk import hanging_disk
from copilot_desktop.ui.theme.theme import Theme, ThemeChoice

app = make_application([])
folders = program_folders(os.environ)
program = Program(folders, dict(os.environ), Theme(ThemeChoice.DARK, app), CrashHook(folders.state, app))
desktop = program.open_window(Place(Path(sys.argv[1])))


def look():
    loading = [each for each in desktop.documents.documents if each.is_loading]
    if loading and desktop.documents.buffers[loading[0].document_id].code.length() > 0:
        timer.stop()
        print("closing", flush=True)
        program.quit()


timer = QTimer(interval=1)
timer.timeout.connect(look)
timer.start()
app.exec()
print("closed", flush=True)
"""

READ_FOR_EVER = """
import sys, threading
from copilot_desktop.bridge.documents import files as document_files


def read_file(*_args, **_named):
    print("reading", flush=True)
    threading.Event().wait()


document_files.read_file = read_file
from copilot_desktop.app import main

sys.exit(main(sys.argv[1:]))
"""


HANGS_SHORTLY = """
import sys
from copilot_desktop.app import desktop_window, main, program
from copilot_desktop.bridge import session_keeper, unsaved_settings
from copilot_desktop.bridge.chat import draft_keeper
from copilot_desktop.bridge.review import keeping
from copilot_desktop.diagnostics import log_file

# Each waits for the disk in turn: a fifth of the time shows the same.
for module, name in (
    (program, "CLOSING_LIMIT_S"), (desktop_window, "CLOSING_LIMIT_S"), (session_keeper, "WRITE_LIMIT_S"),
    (unsaved_settings, "CLOSING_LIMIT_S"), (draft_keeper, "CLOSING_LIMIT_S"), (keeping, "_CLOSING_LIMIT_S"),
    (log_file, "CLOSING_LIMIT_S"),
):
    setattr(module, name, getattr(module, name) / 5)
sys.exit(main(sys.argv[1:]))
"""


def started(script: str, *arguments: str) -> subprocess.Popen[str]:
    """A process that runs a script with the home of this test."""
    return subprocess.Popen(
        [sys.executable, "-c", script, *arguments],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def said_until_end(process: subprocess.Popen[str], limit_s: float) -> str:
    """What a process printed until it ended; one that does not end in time is killed, and fails the test."""
    try:
        return process.communicate(timeout=limit_s)[0]
    except subprocess.TimeoutExpired:
        process.kill()
        pytest.fail(f"still running after {limit_s} s; it said: {process.communicate()}")


def test_closing_while_a_large_file_is_read_ends_the_process(tmp_path: Path) -> None:
    big = tmp_path / "big.txt"
    big.write_bytes(b"0123456789 abcdefghij klmnopqrst\n" * 6_000_000)
    process = started(CLOSED_WHILE_READ, str(big))
    assert said_until_end(process, 90) == "closing\nclosed\n"
    assert process.returncode == 0


@pytest.mark.skipif(sys.platform == "win32", reason="ended by a signal")
def test_a_worker_on_a_disk_that_hangs_does_not_keep_the_process(tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    file.write_text("x = 1\n")
    process = started(READ_FOR_EVER, str(file))
    assert process.stdout is not None
    assert process.stdout.readline() == "reading\n"
    process.send_signal(signal.SIGTERM)
    said_until_end(process, 60)
    assert process.returncode == 0
    claimed = claim(program_folders(os.environ).state)
    assert claimed is not None
    claimed.release()


@pytest.mark.skipif(sys.platform == "win32", reason="ended by a signal")
def test_a_state_folder_that_hangs_does_not_keep_the_process(tmp_path: Path) -> None:
    """It may stand in a home folder on a network: the windows are gone then, and the process must be, too."""
    state = program_folders(os.environ).state
    (tmp_path / "a.py").write_text("x = 1\n")
    process = started(HANGS_SHORTLY, str(tmp_path))
    deadline = time.monotonic() + 60
    while not (state / "session.json").exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    with hanging_disk(state):
        process.send_signal(signal.SIGTERM)
        said_until_end(process, 60)
        assert process.returncode == 0

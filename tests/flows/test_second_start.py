"""Starting the program a second time: the window that is there shows the place, and the later process ends."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from copilot_desktop.instance import Claim, claim
from copilot_desktop.settings.folders import program_folders
from tests.support.desktop import open_program

ROOT = Path(__file__).resolve().parents[2]


def start(*arguments: str) -> subprocess.Popen[str]:
    """The program as a process of its own, with the home of this test."""
    return subprocess.Popen(
        [sys.executable, "-m", "copilot_desktop", *arguments],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture
def claimed() -> Claim:
    made = claim(program_folders(os.environ).state)
    assert made is not None
    return made


def test_a_second_start_hands_its_file_over_and_ends(qtbot: QtBot, tmp_path: Path, claimed: Claim) -> None:
    shop, tools = tmp_path / "shop", tmp_path / "tools"
    for folder in (shop, tools):
        folder.mkdir()
        (folder / "app.py").write_text("x = 1\n" * 50)
    with open_program(qtbot, shop) as program:
        program.listen(claimed)
        assert program.server is not None
        program.server.listen()
        later = start(f"{shop / 'app.py'}:30:3", str(tools))
        qtbot.waitUntil(lambda: later.poll() is not None)
        said = later.communicate()
        assert (later.returncode, *said) == (0, "", "")
        qtbot.waitUntil(lambda: [each.folder for each in program.windows] == [shop, tools])
        first = program.windows[0].window
        qtbot.waitUntil(lambda: first.editors.view_of("app.py") is not None)
        view = first.editors.view_of("app.py")
        assert view is not None
        qtbot.waitUntil(lambda: (view.caret().line, view.caret().column) == (29, 2))
        qtbot.waitUntil(lambda: all(each.core is not None for each in program.windows))
    claimed.release()


def test_a_stranger_is_not_listened_to(qtbot: QtBot, tmp_path: Path, claimed: Claim) -> None:
    """Another account of the machine can reach the port; it does not know the token."""
    state = program_folders(os.environ).state
    with open_program(qtbot, tmp_path) as program:
        program.listen(claimed)
        assert program.server is not None
        program.server.listen()
        qtbot.waitUntil(lambda: (state / "instance.json").exists())
        port = int((state / "instance.json").read_text().split('"port": ')[1].split(",")[0])
        with socket.create_connection(("127.0.0.1", port)) as connection:
            connection.sendall(b'{"token": "guessed", "places": [["/", null]], "is_new_window": true}\n')
            connection.setblocking(False)
            end = time.monotonic() + 10
            got: bytes | None = None
            while got is None and time.monotonic() < end:
                qtbot.wait(20)
                try:
                    got = connection.recv(10)
                except BlockingIOError:
                    continue
        assert got == b""
        assert len(program.windows) == 1
    claimed.release()


def test_safe_mode_says_that_the_program_runs_already(qtbot: QtBot, claimed: Claim) -> None:
    later = start("--safe-mode")
    said = later.communicate(timeout=60)
    assert later.returncode == 3
    assert said[1] == "The program is running already. Quit it before you start in safe mode.\n"
    claimed.release()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_two_real_starts_and_the_end_by_a_signal(tmp_path: Path, private_home: Path, number: signal.Signals) -> None:
    """The window's text of the second start is the first's; ended by the session it remembers what was open."""
    state = private_home / "copilot-desktop" / "state"
    (tmp_path / "notes.txt").write_text("one\ntwo\n")
    first = start(str(tmp_path))
    wait_for(lambda: (state / "instance.json").exists())
    later = start(str(tmp_path / "notes.txt") + ":2")
    assert later.communicate(timeout=60) == ("", "")
    assert later.returncode == 0
    assert first.poll() is None
    wait_for(lambda: (state / "session.json").exists() and "notes.txt" in (state / "session.json").read_text())
    first.send_signal(number)
    assert first.wait(timeout=60) == 0
    said = first.communicate()[1].splitlines()
    assert [line for line in said if not line.startswith("This plugin does not support")] == []  # Qt's offscreen one
    assert str(tmp_path) in (state / "session.json").read_text()
    assert not (state / "instance.json").exists()


def wait_for(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < end, "nothing happened in time"
        time.sleep(0.05)

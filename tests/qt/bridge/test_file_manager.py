"""Showing a file in the system's file manager, over a real bus: found, absent, and silent."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from pytestqt.qtbot import QtBot

from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.bridge.files import file_manager
from copilot_desktop.bridge.files.file_manager import FileManager
from tests.support.threads import running_thread

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems have no such bus")

ANSWERS = """
import sys
from jeepney import DBusAddress, MessageType, new_method_return
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import open_dbus_connection, Proxy
bus = open_dbus_connection()
Proxy(message_bus, bus).RequestName("org.freedesktop.FileManager1")
print("ready", flush=True)
while True:
    call = bus.receive()
    if call.header.message_type is MessageType.method_call:
        print(call.body[0][0], flush=True)
        bus.send(new_method_return(call))
"""


@pytest.fixture
def thread(qtbot: QtBot) -> Iterator[AsyncThread]:
    with running_thread() as thread:
        yield thread


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The folders that the system was asked to open; it never has a program for them."""
    found: list[str] = []

    def open_url(url: QUrl) -> bool:
        found.append(url.toLocalFile())
        return False

    monkeypatch.setattr(QDesktopServices, "openUrl", open_url)
    return found


@pytest.fixture
def bus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    if shutil.which("dbus-daemon") is None:
        pytest.skip("dbus-daemon is not installed (apt install dbus-daemon)")
    address = f"unix:path={tmp_path / 'bus'}"
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
    daemon = subprocess.Popen(
        ["dbus-daemon", "--session", "--nofork", "--nopidfile", f"--address={address}", "--print-address=1"],
        stdout=subprocess.PIPE,
    )
    assert daemon.stdout is not None
    daemon.stdout.readline()
    yield
    daemon.terminate()
    daemon.communicate()


def test_the_file_manager_of_the_bus_is_told_the_file(
    qtbot: QtBot, thread: AsyncThread, bus: None, opened: list[str], tmp_path: Path
) -> None:
    manager = subprocess.Popen([sys.executable, "-c", ANSWERS], stdout=subprocess.PIPE, text=True)
    assert manager.stdout is not None
    assert manager.stdout.readline() == "ready\n"
    missing: list[str] = []
    place = tmp_path / "a file.py"
    FileManager(thread).show(place, lambda: missing.append("missing"))
    assert manager.stdout.readline() == f"{place.as_uri()}\n"
    qtbot.wait(200)
    assert (missing, opened) == ([], [])
    manager.terminate()
    manager.communicate()


def test_without_one_the_folder_is_opened_or_that_is_said(
    qtbot: QtBot, thread: AsyncThread, bus: None, opened: list[str], tmp_path: Path
) -> None:
    missing: list[str] = []
    FileManager(thread).show(tmp_path / "a.py", lambda: missing.append("missing"))
    qtbot.waitUntil(lambda: missing == ["missing"])
    assert opened == [str(tmp_path)]


def test_without_a_bus_it_is_the_same(
    qtbot: QtBot, thread: AsyncThread, opened: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number, address in enumerate(("disabled:", "", "unix:path=/nowhere", None), 1):
        if address is None:
            monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS")
        else:
            monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        missing: list[str] = []
        FileManager(thread).show(tmp_path / "a.py", lambda: missing.append("missing"))  # noqa: B023 - waited for
        qtbot.waitUntil(lambda: missing == ["missing"])  # noqa: B023
        assert len(opened) == number


def test_a_bus_that_does_not_answer_holds_nobody_up(
    qtbot: QtBot, thread: AsyncThread, opened: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither the window nor any other Python code: what waits must not keep the interpreter's lock."""
    monkeypatch.setattr(file_manager, "LIMIT_S", 1.0)
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path / 'silent'}")
    missing: list[str] = []
    gaps: list[float] = []
    is_over = threading.Event()

    def watch() -> None:
        last = time.monotonic()
        while not is_over.wait(0.02):
            gaps.append(time.monotonic() - last)
            last = time.monotonic()

    with socket.socket(socket.AF_UNIX) as silent:
        silent.bind(str(tmp_path / "silent"))
        silent.listen()
        watcher = threading.Thread(target=watch)
        watcher.start()
        begun = time.monotonic()
        FileManager(thread).show(tmp_path / "a.py", lambda: missing.append("missing"))
        assert time.monotonic() - begun < 0.5
        qtbot.waitUntil(lambda: missing == ["missing"])
        is_over.set()
        watcher.join()
    assert max(gaps) < 0.8

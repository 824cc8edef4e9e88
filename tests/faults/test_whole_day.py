"""A day in one process: folders are switched, files typed in and saved, questions asked; nothing may pile up.

A few rounds run every time; `-m long` makes them a day (COPILOT_DESKTOP_DAY_ROUNDS, 200 by default) and prints samples.
"""

from __future__ import annotations

import gc
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.ui.chat.chat_panel import ChatPanel
from tests.support.desktop import open_desktop
from tests.support.openai_server import OpenAIServer
from tests.support.shop import serving_model

ROUNDS = int(os.environ.get("COPILOT_DESKTOP_DAY_ROUNDS", "200"))
SAVES, TURNS = 5, 3
CONVERSATION_ROUNDS = 10
"""Then a new conversation begins: one that is never left is kept whole, and grows."""
CTRL = Qt.KeyboardModifier.ControlModifier
Sample = tuple[float, int, int, int]


@pytest.fixture
def server(private_home: Path) -> Iterator[OpenAIServer]:
    with serving_model() as running:
        yield running


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.py").write_text("x = 1\n" * 200, encoding="utf-8")
    return tmp_path / "one", tmp_path / "two"


def sample() -> Sample:
    """Resident MiB, threads, file handles and inotify watches of this process."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    watches = 0
    handles = list(Path("/proc/self/fd").iterdir())
    for handle in handles:
        info = Path("/proc/self/fdinfo") / handle.name
        if info.exists():
            watches += info.read_text().count("inotify wd:")
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20, threading.active_count(), len(handles), watches


def one_round(qtbot: QtBot, desktop: DesktopWindow, folder: Path) -> None:
    """Switch to a folder, type and save, ask."""
    desktop.files.open_place(folder)
    qtbot.waitUntil(lambda: desktop.folder == folder and desktop.workspace.is_watching, timeout=30_000)
    desktop.documents.open("a.py")
    qtbot.waitUntil(lambda: desktop.window.editors.current_view() is not None, timeout=30_000)
    view = desktop.window.editors.current_view()
    assert view is not None
    view.setFocus()
    for number in range(SAVES):
        QTest.keyClick(view.code, Qt.Key.Key_Delete)
        QTest.keyClicks(view.code, str(number))
        QTest.keyClick(view.code, Qt.Key.Key_S, CTRL)
        qtbot.waitUntil(lambda: not any(each.is_dirty for each in desktop.documents.documents), timeout=30_000)
    panel = desktop.window.findChild(ChatPanel)
    assert panel is not None
    qtbot.waitUntil(lambda: panel.header.model.text() == "Test", timeout=30_000)
    for _ in range(TURNS):
        with qtbot.waitSignal(panel.turn_ended, timeout=30_000):
            QTest.keyClicks(panel.composer.prompt, "Why")
            QTest.keyClick(panel.composer.prompt, Qt.Key.Key_Return)


def live(qtbot: QtBot, folders: tuple[Path, Path], server: OpenAIServer, rounds: int) -> list[Sample]:
    samples = []
    with open_desktop(qtbot, folders[0]) as desktop:
        for number in range(rounds):
            # The server lives in this process and keeps what it was asked, each time with the whole history.
            server.requests.clear()
            if number % CONVERSATION_ROUNDS == 0:
                desktop.window.commands.run("chat.new")
            one_round(qtbot, desktop, folders[(number + 1) % 2])
            if number % max(2, rounds // 20) == 1 or number == rounds - 1:
                samples.append(sample())
                mib, threads, handles, watches = samples[-1]
                print(
                    f"round {number + 1}: {mib:.0f} MiB, {threads} threads, {handles} handles, {watches} watches",
                    flush=True,
                )
    return samples


@pytest.mark.skipif(not Path("/proc/self/fdinfo").exists(), reason="reads Linux's /proc")
def test_handles_and_watches_do_not_pile_up(qtbot: QtBot, folders: tuple[Path, Path], server: OpenAIServer) -> None:
    # Up to the sixth round stores are opened that stay open.
    *_, warm, _, last = live(qtbot, folders, server, 10)
    assert last[2] <= warm[2] + 2
    assert last[3] <= warm[3] + 2


@pytest.mark.long
@pytest.mark.timeout(0)
def test_memory_stays_flat_for_a_day(qtbot: QtBot, folders: tuple[Path, Path], server: OpenAIServer) -> None:
    samples = live(qtbot, folders, server, ROUNDS)
    warm = samples[len(samples) // 4]
    assert samples[-1][0] <= warm[0] * 1.1
    assert all(last <= before + 8 for last, before in zip(samples[-1][1:], warm[1:], strict=True))

"""The stores are pruned some quiet seconds after a write, by the settings; a window that goes stops it."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from copilot_desktop.assembly import keep_limits
from copilot_desktop.bridge import store_keeping
from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.bridge.store_keeping import StoreKeeping
from copilot_desktop.settings.history_page import HistoryPage
from copilot_desktop.settings.store import SettingsStore
from copilot_desktop.workspace.applying import Applier
from copilot_desktop.workspace.checkpoints.pruning import KeepLimits, Pruner
from copilot_desktop.workspace.file_writes import FileWrite
from copilot_desktop.workspace.files import ANY_CONTENT
from copilot_desktop.workspace.paths import Workspace
from tests.support.threads import running_thread


@pytest.fixture
def thread(qtbot: QtBot) -> Iterator[AsyncThread]:
    with running_thread() as thread:
        yield thread


@pytest.fixture
def applier(tmp_path: Path) -> Applier:
    """Of a folder into which 24 MB were written, in six steps."""
    (tmp_path / "shop").mkdir()
    made = Applier(Workspace(tmp_path / "shop"), tmp_path / "state")
    for _ in range(6):
        made.apply([FileWrite("x", ANY_CONTENT, os.urandom(4_000_000))], "Write x")
    return made


def test_the_limit_of_the_settings_holds_after_a_write(
    qtbot: QtBot, thread: AsyncThread, applier: Applier, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_keeping, "_AFTER_S", 0.05)
    settings = SettingsStore(tmp_path / "config")
    (tmp_path / "config").mkdir()
    settings.update(HistoryPage, lambda _page: HistoryPage(limit_mb=16))
    parent = QObject()
    keeping = StoreKeeping(thread, tmp_path / "state", lambda: keep_limits(settings), parent)
    qtbot.wait(200)
    assert len(applier.history.entries()) == 6
    keeping.written()
    qtbot.waitUntil(lambda: len(applier.history.entries()) < 6)
    qtbot.waitUntil(lambda: Pruner(tmp_path / "state").size_bytes() <= 16 * 1024 * 1024)
    assert len(applier.history.entries()) >= 2


def test_a_window_that_goes_prunes_nothing_more(
    qtbot: QtBot, thread: AsyncThread, applier: Applier, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_keeping, "_AFTER_S", 0.05)
    asked = threading.Event()

    def limits() -> KeepLimits:
        asked.set()
        return KeepLimits(0, 0.0)

    parent = QObject()
    keeping = StoreKeeping(thread, tmp_path / "state", limits, parent)
    keeping.written()
    keeping.stop()
    keeping.written()
    qtbot.wait(300)
    assert not asked.is_set()

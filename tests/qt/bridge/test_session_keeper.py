"""The session is written by several workers, and the last one that was remembered is what is kept."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from copilot_desktop.bridge import session_keeper
from copilot_desktop.bridge.async_loop import AsyncLoop
from copilot_desktop.bridge.session_keeper import SessionKeeper
from copilot_desktop.settings.session import Session
from copilot_desktop.settings.store import Page, SettingsStore

OLDER, NEWEST = ("/older",), ("/newest",)


class SlowStore(SettingsStore):
    """Takes its time with the older session."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.begun, self.go = threading.Event(), threading.Event()

    def save(self, page: Page) -> None:
        if isinstance(page, Session) and page.open_folders == OLDER:
            self.begun.set()
            self.go.wait(30)
        super().save(page)


def keep(keeper: SessionKeeper, folders: tuple[str, ...]) -> None:
    keeper.update(lambda session: replace(session, open_folders=folders))


def test_a_slow_write_of_an_older_session_does_not_win(qtbot: QtBot, tmp_path: Path) -> None:
    store, loop = SlowStore(tmp_path), AsyncLoop(lambda _error: None)
    keeper = SessionKeeper(store, Session(), loop)
    keep(keeper, OLDER)
    qtbot.waitUntil(store.begun.is_set)
    keep(keeper, NEWEST)
    threading.Timer(0.3, store.go.set).start()
    assert keeper.save() is None
    loop.stop(20)
    assert store.load(Session).open_folders == NEWEST


def test_a_disk_that_hangs_does_not_keep_the_program(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session_keeper, "WRITE_LIMIT_S", 0.5)
    store, loop = SlowStore(tmp_path), AsyncLoop(lambda _error: None)
    keeper = SessionKeeper(store, Session(), loop)
    keep(keeper, OLDER)
    qtbot.waitUntil(store.begun.is_set)
    keep(keeper, NEWEST)
    problem = keeper.save()
    assert problem is not None
    assert "not written" in problem.message
    store.go.set()
    loop.stop(20)

"""What is kept holds, whatever was read of the file just before and is told only now."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.bridge.preferences import PreferencesController
from copilot_desktop.bridge.unsaved_settings import UnsavedSettings
from copilot_desktop.settings.editor_page import EditorPage
from copilot_desktop.settings.keys_page import KeysPage
from copilot_desktop.settings.store import SettingsStore
from tests.support.threads import running_thread


@pytest.fixture
def thread(qtbot: QtBot) -> Iterator[AsyncThread]:
    with running_thread() as thread:
        yield thread


def test_what_was_read_before_a_save_of_the_same_page_is_not_told(
    qtbot: QtBot, thread: AsyncThread, tmp_path: Path
) -> None:
    store = SettingsStore(tmp_path)
    preferences = PreferencesController(thread, store, UnsavedSettings(thread, store, thread))
    preferences.load(KeysPage)
    with qtbot.waitSignal(preferences.page_changed):
        preferences.load(EditorPage)
    told: list[object] = []
    preferences.page_changed.connect(told.append)
    store.save(KeysPage({"file.save": "Ctrl+Alt+K"}))  # another program
    store.save(EditorPage(tab_width=3))
    preferences.read_again((KeysPage, EditorPage))
    preferences.load(KeysPage)
    preferences.load(EditorPage)
    mine = KeysPage({"file.save": "Ctrl+K Ctrl+S"})
    preferences.save(mine)
    answered: list[object] = []
    preferences.text_read.connect(answered.append)
    preferences.read_text(KeysPage)  # answered when all before it is
    qtbot.waitUntil(lambda: bool(answered))
    assert [page for page in told if isinstance(page, KeysPage)] == [mine]
    assert EditorPage(tab_width=3) in told
    assert store.load(KeysPage) == mine

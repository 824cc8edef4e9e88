"""What many flows begin with: a folder with a small shop, a model that answers, and a window on both.

A file whose flows begin otherwise has fixtures of these names of its own.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.bridge.folder import presence
from copilot_desktop.settings.chat_page import ChatPage
from copilot_desktop.settings.folders import program_folders
from copilot_desktop.settings.store import SettingsStore
from tests.support.desktop import open_desktop
from tests.support.openai_server import OpenAIServer
from tests.support.shop import make_shop, panel_of, serving_model, wait_for_review


@pytest.fixture
def server(private_home: Path) -> Iterator[OpenAIServer]:
    """The model "Test" of the settings."""
    with serving_model() as running:
        yield running


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with basket.py."""
    return make_shop(tmp_path)


@pytest.fixture
def desktop(qtbot: QtBot, folder: Path, server: OpenAIServer) -> Iterator[DesktopWindow]:
    """The window on the folder, with its chat and its review."""
    with open_desktop(qtbot, folder) as shown:
        panel_of(qtbot, shown)
        wait_for_review(qtbot, shown)
        yield shown


@pytest.fixture
def looks_often(monkeypatch: pytest.MonkeyPatch) -> None:
    """The window looks every fifth of a second whether its folder is there, and not every five seconds. For
    `usefixtures`: it comes before the window."""
    monkeypatch.setattr(presence, "INTERVAL_MS", 200)


@pytest.fixture
def by_hand(private_home: Path) -> None:
    """Refused blocks are asked for once more only by Retry. For `usefixtures`: it comes before the window."""
    SettingsStore(program_folders(os.environ).config).save(ChatPage(asks_once_more=False))

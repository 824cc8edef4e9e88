"""What many flows begin with: a folder with a small shop, a model that answers, and a window on both.

A file whose flows begin otherwise has fixtures of these names of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from tests.support.desktop import open_desktop
from tests.support.openai_server import OpenAIServer
from tests.support.shop import make_shop, serving_model


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
    """The window on the folder."""
    with open_desktop(qtbot, folder) as shown:
        yield shown

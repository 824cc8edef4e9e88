"""A settings page with its core, on a home of its own, and a server to ask."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from copilot_desktop.assembly import Core, build_core
from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.bridge.models.controller import ModelsController
from copilot_desktop.bridge.unsaved_settings import UnsavedSettings
from copilot_desktop.settings.folders import program_folders
from copilot_desktop.settings.store import SettingsStore
from copilot_desktop.ui.preferences.models_form import ModelsForm
from copilot_desktop.ui.theme.theme import Theme
from tests.support.openai_server import OpenAIServer
from tests.support.threads import running_thread


@pytest.fixture
def core(private_home: Path) -> Core:
    return build_core(program_folders(os.environ), {"MY_KEY": "sk-from-the-environment-9876"})


@pytest.fixture
def thread(qtbot: QtBot, core: Core) -> Iterator[AsyncThread]:
    with running_thread(core) as thread:
        yield thread


@pytest.fixture
def models(thread: AsyncThread, core: Core) -> ModelsController:
    controller = ModelsController(thread, core, thread)
    # What runs on the machine of whoever tests is not to be seen.
    controller.sources.ports = ()
    return controller


@pytest.fixture
def form(qtbot: QtBot, models: ModelsController, thread: AsyncThread, core: Core) -> ModelsForm:
    form = ModelsForm(models, Theme(), UnsavedSettings(thread, SettingsStore(core.folders.state), thread))
    qtbot.addWidget(form)
    form.resize(860, 800)
    form.show()
    qtbot.waitUntil(lambda: form.list.count() == 1)
    return form


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    with OpenAIServer() as running:
        yield running

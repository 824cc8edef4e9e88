"""Settings → Models offers a key that the environment holds, as the welcome page does, with a folder open."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.bridge.models.controller import ModelsController
from copilot_desktop.llm.catalogue import Catalogue
from copilot_desktop.llm.local_server import BUILT_IN_PROFILE
from copilot_desktop.settings.folders import program_folders
from copilot_desktop.settings.models_page import ModelsPage
from copilot_desktop.settings.store import SettingsStore
from copilot_desktop.ui.preferences.models_form import ModelsForm
from tests.support.desktop import open_desktop
from tests.support.preferences import settings_page
from tests.support.shop import make_shop, panel_of

WAIT = 20_000


def models_form(qtbot: QtBot, desktop: DesktopWindow) -> ModelsForm:
    """Settings → Models, once it offers something; no server of this machine is looked for."""
    panel_of(qtbot, desktop, BUILT_IN_PROFILE.model)
    models = desktop.window.findChild(ModelsController)
    assert models is not None
    models.sources.ports = ()
    desktop.window.activateWindow()
    form = settings_page(qtbot, desktop, "Models").findChild(ModelsForm)
    assert form is not None
    qtbot.waitUntil(form.nearby.isVisible, timeout=WAIT)
    return form


def kept() -> ModelsPage:
    return SettingsStore(program_folders(os.environ).config).load(ModelsPage)


@pytest.mark.parametrize("by", ["mouse", "keyboard"])
def test_one_press_connects_it_and_writes_it_nowhere(
    qtbot: QtBot, tmp_path: Path, private_home: Path, monkeypatch: pytest.MonkeyPatch, by: str
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-planted-in-the-environment")
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    suggested = Catalogue.load().suggested
    with open_desktop(qtbot, make_shop(tmp_path)) as desktop:
        form = models_form(qtbot, desktop)
        (button,) = form.nearby.buttons
        assert button.text() == "Use OPENAI_API_KEY"
        assert button.accessibleName().startswith(button.text())
        for said in ("api.openai.com", suggested, "$"):
            assert said in button.toolTip()
        if by == "mouse":
            QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        else:
            form.add.setFocus()
            QTest.keyClick(form.add, Qt.Key.Key_Tab)
            qtbot.waitUntil(button.hasFocus, timeout=WAIT)
            QTest.keyClick(button, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: form.status.text() == "Saved.", timeout=WAIT)
        assert (form.fields.name.text(), form.fields.model.currentText()) == ("OpenAI", suggested)
        assert form.editor.values().key_source == "environment"
        assert QApplication.focusWidget() is form.list
        qtbot.waitUntil(lambda: not form.nearby.isVisible(), timeout=WAIT)
    (profile,) = kept().profiles
    assert (profile.key_source, profile.environment_variable) == ("environment", "OPENAI_API_KEY")
    for folder in program_folders(os.environ).by_use().values():
        for path in folder.rglob("*"):
            assert not path.is_file() or b"sk-planted" not in path.read_bytes()


def test_a_key_for_another_server_asks_for_the_model_first(
    qtbot: QtBot, tmp_path: Path, private_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-the-company")
    monkeypatch.setenv("OPENAI_BASE_URL", "https://models.example.com/v1")
    with open_desktop(qtbot, make_shop(tmp_path)) as desktop:
        form = models_form(qtbot, desktop)
        QTest.mouseClick(form.nearby.buttons[0], Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: form.status.text() == "Type a model's id, then save.", timeout=WAIT)
        qtbot.waitUntil(lambda: form.fields.model.hasFocus(), timeout=WAIT)
        QTest.keyClicks(form.fields.model, "coder")
        QTest.mouseClick(form.save, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: form.status.text() == "Saved.", timeout=WAIT)
        qtbot.waitUntil(lambda: not form.nearby.isVisible(), timeout=WAIT)
    (profile,) = kept().profiles
    assert (profile.base_url, profile.model) == ("https://models.example.com/v1", "coder")

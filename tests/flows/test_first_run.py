"""The welcome page: models that one click connects, and the built-in one fetched where it is missing."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QProgressBar, QPushButton
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.bridge.models.controller import ModelsController
from copilot_desktop.llm.catalogue import Catalogue
from copilot_desktop.llm.local_server import BUILT_IN_PROFILE
from copilot_desktop.llm.local_server.starter_model import models_folder
from copilot_desktop.llm.nearby_servers import UsualPort
from copilot_desktop.settings.appearance_page import AppearancePage
from copilot_desktop.settings.folders import program_folders
from copilot_desktop.settings.models_page import ModelsPage
from copilot_desktop.settings.store import SettingsStore
from copilot_desktop.ui.chat_in_window import ChatInWindow
from copilot_desktop.ui.preferences.models_form import ModelsForm
from copilot_desktop.ui.starter_row import StarterRow
from tests.support.clipping import wait_unclipped
from tests.support.desktop import open_desktop, open_program
from tests.support.file_server import FileServer
from tests.support.openai_server import OpenAIServer
from tests.support.shop import make_shop, panel_of

WAIT = 20_000
DATA = bytes(range(256)) * 8_000


@pytest.fixture(autouse=True)
def _nothing_here(private_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No key in the environment."""
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)


@contextmanager
def welcomed(qtbot: QtBot, port: int | None = None) -> Iterator[DesktopWindow]:
    """A window without a folder; `port`: where Ollama would be."""
    with open_desktop(qtbot, None) as desktop:
        panel_of(qtbot, desktop, BUILT_IN_PROFILE.model)
        models = models_of(desktop)
        models.sources.ports = () if port is None else (UsualPort("Ollama", port),)
        to_front(qtbot, desktop)
        yield desktop


def models_of(desktop: DesktopWindow) -> ModelsController:
    models = desktop.window.findChild(ModelsController)
    assert models is not None
    return models


def to_front(qtbot: QtBot, desktop: DesktopWindow) -> None:
    """As when the window gets the keyboard back from another program."""
    desktop.window.activateWindow()
    qtbot.waitUntil(desktop.window.isActiveWindow, timeout=WAIT)
    page = desktop.start_page.welcome
    assert page is not None
    qtbot.waitUntil(lambda: page.sections is not None, timeout=WAIT)
    assert page.sections is not None
    QApplication.sendEvent(page.sections.connecting, QEvent(QEvent.Type.ActivationChange))


def line(desktop: DesktopWindow) -> str:
    label = desktop.window.findChild(QLabel, "welcome.models_line")
    assert label is not None
    return label.text()


def button(qtbot: QtBot, desktop: DesktopWindow, name: str) -> QPushButton:
    """A button that is shown, once it is."""

    def shown() -> list[QPushButton]:
        return [each for each in desktop.window.findChildren(QPushButton, name) if each.isVisible()]

    qtbot.waitUntil(lambda: bool(shown()), timeout=WAIT)
    return shown()[0]


def press(qtbot: QtBot, desktop: DesktopWindow, name: str) -> None:
    found = button(qtbot, desktop, name)
    desktop.window.activateWindow()
    found.setFocus()
    qtbot.waitUntil(found.hasFocus, timeout=WAIT)
    QTest.keyClick(found, Qt.Key.Key_Return)


def kept() -> ModelsPage:
    return SettingsStore(program_folders(os.environ).config).load(ModelsPage)


def port_of(server: OpenAIServer) -> int:
    return int(server.base_url.rsplit(":", 1)[1].removesuffix("/v1"))


def test_a_server_that_runs_here_is_connected_by_one_press(qtbot: QtBot) -> None:
    with OpenAIServer(models=("small", "large")) as server, welcomed(qtbot, port_of(server)) as desktop:
        press(qtbot, desktop, "welcome.connect.ollama")
        qtbot.waitUntil(lambda: line(desktop) == "“Ollama” is connected: small.", timeout=WAIT)
        assert models_of(desktop).current.name == "Ollama"
        assert [(each.name, each.model, each.key_source) for each in kept().profiles] == [("Ollama", "small", "none")]
        assert desktop.window.findChild(QPushButton, "welcome.connect.ollama") is None or not any(
            each.isVisible() for each in desktop.window.findChildren(QPushButton, "welcome.connect.ollama")
        )


def test_a_server_is_found_when_the_window_comes_to_the_front_again(qtbot: QtBot) -> None:
    with welcomed(qtbot) as desktop:
        qtbot.waitUntil(lambda: line(desktop).startswith("No model server runs on this machine"), timeout=WAIT)
        with OpenAIServer() as server:
            models_of(desktop).sources.ports = (UsualPort("Ollama", port_of(server)),)
            to_front(qtbot, desktop)
            found = button(qtbot, desktop, "welcome.connect.ollama")
            assert found.text() == "Use Ollama"
            assert "one model" in found.accessibleDescription()
            assert line(desktop) == "One click connects what was found here:"


def test_a_server_that_wants_a_key_is_completed_in_the_settings(qtbot: QtBot) -> None:
    with OpenAIServer(key="sk-secret") as server, welcomed(qtbot, port_of(server)) as desktop:
        press(qtbot, desktop, "welcome.connect.ollama")
        qtbot.waitUntil(lambda: desktop.window.findChild(ModelsForm) is not None, timeout=WAIT)
        form = desktop.window.findChild(ModelsForm)
        assert form is not None
        qtbot.waitUntil(lambda: form.status.text() == "Enter its key, then save.", timeout=WAIT)
        assert form.fields.name.text() == "Ollama"
        assert kept().profiles == ()


def test_the_key_of_the_environment_is_used_by_one_press_and_written_nowhere(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-planted-in-the-environment")
    suggested = Catalogue.load().suggested
    with welcomed(qtbot) as desktop:
        found = button(qtbot, desktop, "welcome.connect.openai")
        assert suggested in found.accessibleDescription()
        assert "api.openai.com" in found.accessibleDescription()
        press(qtbot, desktop, "welcome.connect.openai")
        qtbot.waitUntil(lambda: line(desktop) == f"“OpenAI” is connected: {suggested}.", timeout=WAIT)
        assert models_of(desktop).current.environment_variable == "OPENAI_API_KEY"
    (profile,) = kept().profiles
    assert (profile.key_source, profile.base_url) == ("environment", "https://api.openai.com/v1")
    for folder in program_folders(os.environ).by_use().values():
        for path in folder.rglob("*"):
            assert not path.is_file() or b"sk-planted" not in path.read_bytes()


def test_a_key_for_another_server_goes_to_no_other(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-the-company")
    monkeypatch.setenv("OPENAI_BASE_URL", "https://models.example.com/v1")
    with welcomed(qtbot) as desktop:
        press(qtbot, desktop, "welcome.connect.models_example_com")
        qtbot.waitUntil(lambda: desktop.window.findChild(ModelsForm) is not None, timeout=WAIT)
        form = desktop.window.findChild(ModelsForm)
        assert form is not None
        qtbot.waitUntil(lambda: form.status.text() == "Type a model's id, then save.", timeout=WAIT)
        assert form.fields.values().base_url == "https://models.example.com/v1"
        assert form.editor.values().key_source == "environment"


def test_nobody_is_asked_while_a_folder_is_open(qtbot: QtBot, tmp_path: Path) -> None:
    with OpenAIServer() as server, open_desktop(qtbot, make_shop(tmp_path)) as desktop:
        panel_of(qtbot, desktop, BUILT_IN_PROFILE.model)
        models_of(desktop).sources.ports = (UsualPort("Ollama", port_of(server)),)
        qtbot.waitUntil(lambda: desktop.start_page.welcome is not None, timeout=WAIT)
        page = desktop.start_page.welcome
        assert page is not None
        desktop.window.activateWindow()
        qtbot.wait(300)
        assert page.sections is None
        assert server.listings == []


def test_tab_goes_through_the_page_from_top_to_bottom(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-x")
    with welcomed(qtbot) as desktop:
        button(qtbot, desktop, "welcome.connect.openai")
        sample = button(qtbot, desktop, "welcome.sample")
        qtbot.waitUntil(sample.isEnabled, timeout=WAIT)
        button(qtbot, desktop, "welcome.open_folder").setFocus()
        seen = []
        for _ in range(3):
            QTest.keyClick(QApplication.focusWidget() or desktop.window, Qt.Key.Key_Tab)
            focused = QApplication.focusWidget()
            seen.append(focused.objectName() if focused is not None else "")
        assert seen == ["welcome.connect.openai", "welcome.models", "welcome.sample"]


@pytest.mark.parametrize("size_pt", [0, 15])
def test_the_page_can_be_read_in_full(
    qtbot: QtBot, files: FileServer, monkeypatch: pytest.MonkeyPatch, size_pt: int
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-x")
    files.holds(after=1_000_000)
    with OpenAIServer() as server, welcomed(qtbot, port_of(server)) as desktop:
        chat = desktop.window.findChild(ChatInWindow)
        page = desktop.start_page.welcome
        assert chat is not None
        assert page is not None
        chat.preferences.save(AppearancePage(interface_font_size_pt=size_pt))
        button(qtbot, desktop, "welcome.connect.ollama")
        press(qtbot, desktop, "starter_fetch")
        for width in (1920, 1280, 720):
            desktop.window.resize(width, 700)
            wait_unclipped(qtbot, page)
            assert not page.horizontalScrollBar().maximum()


@pytest.fixture
def files(monkeypatch: pytest.MonkeyPatch) -> Iterator[FileServer]:
    """The starter model is not there, and this server has what is taken for it."""
    with FileServer(DATA) as server:
        load = Catalogue.load
        starter = load().starter
        assert starter is not None
        checksum = hashlib.sha256(DATA).hexdigest()
        wanted = replace(starter, url=server.url, size_bytes=len(DATA), sha256=checksum)

        def changed() -> Catalogue:
            return replace(load(), starter=wanted)

        def fetched(data: Path) -> Path | None:
            return next(iter(models_folder(data).glob("*.gguf")), None)

        monkeypatch.setattr(Catalogue, "load", changed)
        monkeypatch.setattr("copilot_desktop.assembly.starter_model_path", fetched)
        yield server


def chat_says(desktop: DesktopWindow) -> str:
    label = desktop.window.findChild(QLabel, "chat_weak_text")
    assert label is not None
    return label.text()


def test_the_model_is_fetched_stopped_and_gone_on_with(qtbot: QtBot, files: FileServer) -> None:
    files.holds(after=1_000_000)
    with welcomed(qtbot) as desktop:
        assert "not installed" in chat_says(desktop)
        fetch = button(qtbot, desktop, "starter_fetch")
        sample = button(qtbot, desktop, "welcome.sample")
        assert fetch.text() == "Fetch it (2 MB)"
        assert not sample.isEnabled()
        bar = desktop.window.findChild(QProgressBar, "starter_bar")
        assert bar is not None
        fetch.setFocus()
        QTest.keyClick(fetch, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: fetch.text() == "Stop" and bar.isVisible() and bar.value() > 0, timeout=WAIT)
        QTest.keyClick(fetch, Qt.Key.Key_Return)
        assert fetch.text().startswith("Go on fetching")
        assert fetch.hasFocus()
        assert not bar.isVisible()
        files.released.set()
        QTest.keyClick(fetch, Qt.Key.Key_Return)
        qtbot.waitUntil(sample.isEnabled, timeout=WAIT)
        assert not fetch.isVisible()
        assert sample.hasFocus()
        assert [bool(request.range) for request in files.requests] == [False, True]
        (made,) = models_folder(program_folders(os.environ).data).iterdir()
        assert made.read_bytes() == DATA
        qtbot.waitUntil(lambda: "not installed" not in chat_says(desktop), timeout=WAIT)


def test_what_goes_wrong_is_said_and_can_be_tried_again(qtbot: QtBot, files: FileServer) -> None:
    files.gives(bytes(len(DATA)))
    with welcomed(qtbot) as desktop:
        press(qtbot, desktop, "starter_fetch")
        problem = desktop.window.findChild(QLabel, "starter_problem")
        assert problem is not None
        qtbot.waitUntil(lambda: "checksum" in problem.text(), timeout=WAIT)
        again = button(qtbot, desktop, "starter_fetch")
        assert again.text() == "Try again"
        press(qtbot, desktop, "starter_fetch")
        qtbot.waitUntil(lambda: button(qtbot, desktop, "welcome.sample").isEnabled(), timeout=WAIT)
        assert not problem.isVisible()


def test_a_window_that_closes_stops_it_and_keeps_what_came(qtbot: QtBot, files: FileServer) -> None:
    files.holds(after=1_000_000)
    folder = models_folder(program_folders(os.environ).data)
    with welcomed(qtbot) as desktop:
        press(qtbot, desktop, "starter_fetch")
        qtbot.waitUntil(lambda: any(each.stat().st_size > 500_000 for each in folder.glob("*.part")), timeout=WAIT)
    (part,) = folder.iterdir()
    assert DATA.startswith(part.read_bytes())
    files.released.set()
    with welcomed(qtbot) as desktop:
        fetch = button(qtbot, desktop, "starter_fetch")
        qtbot.waitUntil(lambda: fetch.text() == "Go on fetching (1 MB)", timeout=WAIT)
        press(qtbot, desktop, "starter_fetch")
        qtbot.waitUntil(lambda: button(qtbot, desktop, "welcome.sample").isEnabled(), timeout=WAIT)
        assert files.requests[-1].range


def test_with_a_model_that_is_connected_the_sample_can_be_tried_without_it(qtbot: QtBot, files: FileServer) -> None:
    with OpenAIServer() as server, welcomed(qtbot, port_of(server)) as desktop:
        sample = button(qtbot, desktop, "welcome.sample")
        assert not sample.isEnabled()
        press(qtbot, desktop, "welcome.connect.ollama")
        qtbot.waitUntil(sample.isEnabled, timeout=WAIT)
        assert files.requests == []


def test_all_windows_hear_of_it(qtbot: QtBot, files: FileServer, tmp_path: Path) -> None:
    with open_program(qtbot, make_shop(tmp_path)) as program:
        first = program.windows[0]
        panel_of(qtbot, first, BUILT_IN_PROFILE.model)
        assert "not installed" in chat_says(first)
        program.open_window()
        second = program.windows[1]
        panel_of(qtbot, second, BUILT_IN_PROFILE.model)
        found = button(qtbot, second, "starter_fetch")
        assert found.text() == "Fetch it (2 MB)"
        press(qtbot, second, "starter_fetch")
        for each in (first, second):
            qtbot.waitUntil(lambda each=each: "not installed" not in chat_says(each), timeout=WAIT)  # type: ignore[misc]


def test_the_page_of_the_built_in_model_fetches_it(qtbot: QtBot, files: FileServer) -> None:
    with welcomed(qtbot) as desktop:
        press(qtbot, desktop, "welcome.models")
        qtbot.waitUntil(lambda: desktop.window.findChild(ModelsForm) is not None, timeout=WAIT)
        press(qtbot, desktop, "starter_fetch")
        row = desktop.window.findChild(ModelsForm).findChild(StarterRow)  # type: ignore[union-attr]
        assert row is not None
        qtbot.waitUntil(lambda: not row.isVisible(), timeout=WAIT)
        assert len(files.requests) == 1

"""The guided first change, with the starter model itself: copied, asked, read, accepted, taken back."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QPushButton
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.bridge.folder.trust import TrustController
from copilot_desktop.llm.local_server import BUILT_IN_PROFILE, starter_model_path
from copilot_desktop.resource_files import resource_path
from copilot_desktop.settings.appearance_page import AppearancePage
from copilot_desktop.ui.chat_in_window import ChatInWindow
from copilot_desktop.ui.guide_bar import GuideBar
from copilot_desktop.ui.preferences.models_form import ModelsForm
from copilot_desktop.ui.status_bar import StatusField
from copilot_desktop.workspace.sample_project import FOLDER_NAME, guided_change
from tests.support.clipping import wait_unclipped
from tests.support.desktop import open_desktop
from tests.support.disk_faults import as_ordinary_user
from tests.support.openai_server import OpenAIServer
from tests.support.shop import make_shop, panel_of, serving_model

needs_model = pytest.mark.skipif(starter_model_path() is None, reason="the starter model is not installed")
MODEL = BUILT_IN_PROFILE.model
WAIT = 20_000
MODEL_WAIT = 240_000
"""A busy machine: it takes a second otherwise."""
BEFORE = (resource_path("sample_project", "greeting.py")).read_text(encoding="utf-8")
AFTER = BEFORE.replace('"Hello, " + name + "!"', 'f"Hello, {name}!"')


@pytest.fixture
def desktop(qtbot: QtBot, private_home: Path) -> Iterator[DesktopWindow]:
    with open_desktop(qtbot, None) as shown:
        panel_of(qtbot, shown, MODEL)
        yield shown


def bar_of(desktop: DesktopWindow) -> GuideBar:
    bar = desktop.window.findChild(GuideBar)
    assert bar is not None
    return bar


def is_guided(desktop: DesktopWindow) -> bool:
    return desktop.window.findChild(GuideBar) is not None and bar_of(desktop).isVisible()


def choose(qtbot: QtBot, desktop: DesktopWindow, place: Path) -> None:
    """Answer the dialog."""
    qtbot.waitUntil(lambda: desktop.window.findChild(QFileDialog, "dialog.sample") is not None, timeout=WAIT)
    dialog = desktop.window.findChild(QFileDialog, "dialog.sample")
    assert dialog is not None
    dialog.fileSelected.emit(str(place))
    dialog.close()
    desktop.window.activateWindow()  # the offscreen platform gives it the keyboard back to nobody


def try_sample(qtbot: QtBot, desktop: DesktopWindow, place: Path) -> Path:
    """From the button to the prepared prompt, by keyboard."""
    qtbot.waitUntil(lambda: desktop.window.findChild(QPushButton, "welcome.sample") is not None, timeout=WAIT)
    button = desktop.window.findChild(QPushButton, "welcome.sample")
    assert button is not None
    qtbot.waitUntil(button.isEnabled, timeout=WAIT)
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Return)
    choose(qtbot, desktop, place)
    qtbot.waitUntil(
        lambda: desktop.window.findChild(GuideBar) is not None and bar_of(desktop).isVisible(), timeout=WAIT
    )
    qtbot.waitUntil(lambda: len(panel_of(qtbot, desktop, MODEL).composer.chips.views) == 1, timeout=WAIT)
    # It comes with the program, and is trusted.
    trust = desktop.window.findChild(TrustController)
    assert trust is not None
    qtbot.waitUntil(lambda: trust.state is not None and trust.state.is_trusted, timeout=WAIT)
    return place / FOLDER_NAME


def says(qtbot: QtBot, desktop: DesktopWindow, button: str, timeout: int = WAIT) -> None:
    qtbot.waitUntil(lambda: bar_of(desktop).button.text() == button, timeout=timeout)
    assert bar_of(desktop).button.isVisible() is bool(button)


@needs_model
@pytest.mark.timeout(600)
def test_the_starter_model_makes_the_first_change_and_keys_do_the_rest(
    qtbot: QtBot, desktop: DesktopWindow, tmp_path: Path
) -> None:
    folder = try_sample(qtbot, desktop, tmp_path)
    assert sorted(each.name for each in folder.iterdir()) == ["README.md", "greeting.py", "prices.py"]
    panel = panel_of(qtbot, desktop, MODEL)
    qtbot.waitUntil(panel.composer.prompt.hasFocus, timeout=WAIT)
    assert panel.composer.prompt.toPlainText() == guided_change().prompt
    says(qtbot, desktop, "Send the prompt")
    QTest.keyClick(panel.composer.prompt, Qt.Key.Key_Return)
    says(qtbot, desktop, "")
    says(qtbot, desktop, "I have read it", MODEL_WAIT)
    assert "step 2 of 4, read" in bar_of(desktop).accessibleName()
    assert desktop.window.status.text_of(StatusField.TO_REVIEW) == "1 to review"
    assert (folder / "greeting.py").read_text() == BEFORE
    view = desktop.window.editors.current_view()
    assert view is not None
    view.setFocus()
    bar_of(desktop).button.setFocus()
    QTest.keyClick(bar_of(desktop).button, Qt.Key.Key_Return)
    says(qtbot, desktop, "Accept it")
    assert "Alt+Y" in bar_of(desktop).sentence.text()
    QTest.keyClick(view.code, Qt.Key.Key_Y, Qt.KeyboardModifier.AltModifier)
    says(qtbot, desktop, "Take it back")
    qtbot.waitUntil(lambda: (folder / "greeting.py").read_text() == AFTER, timeout=WAIT)
    QTest.keyClick(view.code, Qt.Key.Key_U, Qt.KeyboardModifier.AltModifier)
    says(qtbot, desktop, "Connect a model…")
    qtbot.waitUntil(lambda: (folder / "greeting.py").read_text() == BEFORE, timeout=WAIT)
    assert bar_of(desktop).accessibleName() == "First change: done"
    bar_of(desktop).end.setFocus()
    QTest.keyClick(bar_of(desktop).end, Qt.Key.Key_Space)
    assert not bar_of(desktop).isVisible()


@needs_model
@pytest.mark.timeout(600)
def test_the_buttons_of_the_bar_do_all_of_it(qtbot: QtBot, desktop: DesktopWindow, tmp_path: Path) -> None:
    folder = try_sample(qtbot, desktop, tmp_path)
    for button, limit in (
        ("Send the prompt", WAIT),
        ("I have read it", MODEL_WAIT),
        ("Accept it", WAIT),
        ("Take it back", WAIT),
    ):
        says(qtbot, desktop, button, limit)
        QTest.mouseClick(bar_of(desktop).button, Qt.MouseButton.LeftButton)
    says(qtbot, desktop, "Connect a model…")
    assert (folder / "greeting.py").read_text() == BEFORE
    QTest.mouseClick(bar_of(desktop).button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: desktop.window.findChild(ModelsForm) is not None, timeout=WAIT)


@needs_model
def test_from_the_menu_it_asks_the_built_in_model_and_no_connected_one(
    qtbot: QtBot, private_home: Path, tmp_path: Path
) -> None:
    """Whoever tries the sample expects no request that costs something; nobody has looked for the model before."""
    with serving_model() as server, open_desktop(qtbot, make_shop(tmp_path)) as desktop:
        panel = panel_of(qtbot, desktop)
        assert desktop.window.commands.run("help.sample")
        choose(qtbot, desktop, tmp_path)
        qtbot.waitUntil(lambda: is_guided(desktop), timeout=WAIT)
        assert panel.header.model_name == MODEL
        assert "runs on this machine" in bar_of(desktop).sentence.text()
        assert server.requests == []


@pytest.fixture
def answering(qtbot: QtBot, private_home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenAIServer]:
    """Where the starter model is not there, the sample can be tried with a model that is connected."""
    monkeypatch.setattr("copilot_desktop.assembly.starter_model_path", lambda _data: None)
    with serving_model() as server:
        yield server


@pytest.fixture
def guided(qtbot: QtBot, answering: OpenAIServer, tmp_path: Path) -> Iterator[DesktopWindow]:
    with open_desktop(qtbot, None) as desktop:
        panel_of(qtbot, desktop)
        assert desktop.window.commands.run("help.sample")
        choose(qtbot, desktop, tmp_path)
        qtbot.waitUntil(lambda: is_guided(desktop), timeout=WAIT)
        yield desktop


def block(text: str) -> str:
    return f"greeting.py\n```python\n<<<<<<< SEARCH\n{BEFORE.splitlines()[1]}\n=======\n{text}\n>>>>>>> REPLACE\n```\n"


def test_an_answer_without_a_change_is_said_and_asked_for_again(
    qtbot: QtBot, guided: DesktopWindow, answering: OpenAIServer
) -> None:
    answering.answers("I would rather not.")
    answering.answers(block('    return f"Hello, {name}!"'))
    says(qtbot, guided, "Send the prompt")
    bar_of(guided).button.click()
    says(qtbot, guided, "Prepare it again")
    assert "brought no change" in bar_of(guided).sentence.text()
    bar_of(guided).button.click()
    says(qtbot, guided, "Send the prompt")
    bar_of(guided).button.click()
    says(qtbot, guided, "I have read it")


def test_an_error_is_said_in_the_bar(qtbot: QtBot, guided: DesktopWindow, answering: OpenAIServer) -> None:
    answering.wrong_key()
    says(qtbot, guided, "Send the prompt")
    bar_of(guided).button.click()
    says(qtbot, guided, "Prepare it again")
    assert "key" in bar_of(guided).sentence.text()


def test_rejecting_is_another_way(qtbot: QtBot, guided: DesktopWindow, answering: OpenAIServer) -> None:
    answering.answers(block('    return f"Hello, {name}!"'))
    says(qtbot, guided, "Send the prompt")
    bar_of(guided).button.click()
    says(qtbot, guided, "I have read it")
    assert guided.window.commands.run("review.reject_here")
    says(qtbot, guided, "Prepare it again")
    assert "nothing was written" in bar_of(guided).sentence.text()


@pytest.mark.parametrize("size_pt", [0, 15])
def test_the_bar_can_be_read_in_full(
    qtbot: QtBot, guided: DesktopWindow, answering: OpenAIServer, size_pt: int
) -> None:
    answering.answers(block('    return f"Hello, {name}!"'))
    chat = guided.window.findChild(ChatInWindow)
    assert chat is not None
    chat.preferences.save(AppearancePage(interface_font_size_pt=size_pt))
    for title in ("Send the prompt", "I have read it", "Accept it", "Take it back", "Connect a model…"):
        says(qtbot, guided, title)
        for width in (1280, 720):
            guided.window.resize(width, 700)
            wait_unclipped(qtbot, bar_of(guided))
        bar_of(guided).button.click()


def test_the_guide_goes_with_its_folder(qtbot: QtBot, guided: DesktopWindow, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    guided.files.open_place(tmp_path / "other")
    qtbot.waitUntil(lambda: guided.folder == tmp_path / "other", timeout=WAIT)
    assert not bar_of(guided).isVisible()


def test_a_folder_that_may_not_be_written_is_said_and_another_one_asked_for(
    qtbot: QtBot, answering: OpenAIServer, tmp_path: Path
) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o555)
    with open_desktop(qtbot, None) as desktop:
        panel_of(qtbot, desktop)
        assert desktop.window.commands.run("help.sample")
        os.close(os.open(closed, os.O_RDONLY))
        with as_ordinary_user():
            choose(qtbot, desktop, closed)
            qtbot.waitUntil(lambda: bool(desktop.window.notices.shown()), timeout=WAIT)
        (notice,) = desktop.window.notices.shown()
        assert "could not be copied" in notice.message
        assert [title for title, _call in notice.choices] == ["Choose another folder"]
        assert list(closed.iterdir()) == []

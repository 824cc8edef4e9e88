"""The main job on real input, by keyboard alone: a real project's files, a function changed through a model, the diff
reviewed and approved. With COPILOT_DESKTOP_SCREENSHOTS set to a folder the pictures of the README are kept there."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.settings.folders import program_folders
from copilot_desktop.settings.models_page import ModelsPage, ProfileSetting
from copilot_desktop.settings.store import SettingsStore
from copilot_desktop.ui.chat.chat_panel import ChatPanel
from copilot_desktop.ui.status_bar import StatusField
from copilot_desktop.ui.theme.theme import ThemeChoice
from tests.support.desktop import open_desktop
from tests.support.openai_server import OpenAIServer, ServerUsage

ANSWER = """`value` may be any mapping or any iterable of pairs, so `dict` alone does the work.
An empty value stays `{}`.

token.py
```python
<<<<<<< SEARCH
    if not value:
        return {}
    if isinstance(value, list):
        return dict(value)
    return value
=======
    return dict(value or ())
>>>>>>> REPLACE
```

The same holds where the attributes are written back, so the list is built in one go:

token.py
```python
<<<<<<< SEARCH
    def attrItems(self) -> list[tuple[str, str | int | float]]:
        \"\"\"Get (key, value) list of attrs.\"\"\"
        return list(self.attrs.items())
=======
    def attrItems(self) -> list[tuple[str, str | int | float]]:
        \"\"\"Get the attributes as (key, value) pairs, in order.\"\"\"
        return [*self.attrs.items()]
>>>>>>> REPLACE
```
"""
OLD = """    if not value:
        return {}
    if isinstance(value, list):
        return dict(value)
    return value
"""
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
NONE = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    with OpenAIServer(models=("gpt-5.1",)) as running:
        profile = ProfileSetting("gpt-5.1", base_url=running.base_url, model="gpt-5.1", key_source="none")
        SettingsStore(program_folders(os.environ).config).save(ModelsPage((profile,), profile.name))
        yield running


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """markdown-it-py's own source, as a git repository."""
    spec = find_spec("markdown_it")
    assert spec is not None
    assert spec.origin is not None
    folder = tmp_path / "markdown_it"
    shutil.copytree(Path(spec.origin).parent, folder, ignore=shutil.ignore_patterns("__pycache__"))
    subprocess.run(["git", "init", "-q", "-b", "main", str(folder)], check=True)
    return folder


class Keyboard:
    """Types into whatever has the focus, as a person does."""

    def __init__(self, qtbot: QtBot, desktop: DesktopWindow) -> None:
        self._qtbot, self._desktop = qtbot, desktop

    @property
    def focus(self) -> QWidget:
        return QApplication.focusWidget() or self._desktop.window

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = NONE, times: int = 1) -> None:
        for _ in range(times):
            QTest.keyClick(self.focus, key, modifier)

    def write(self, text: str) -> None:
        QTest.keyClicks(self.focus, text)

    def wait_focus(self, name: str) -> None:
        self._qtbot.waitUntil(lambda: self.focus.objectName() == name)

    def picture(self, name: str, theme: ThemeChoice) -> None:
        folder = os.environ.get("COPILOT_DESKTOP_SCREENSHOTS")
        if folder:
            self._qtbot.wait(300)
            assert self._desktop.window.grab().save(f"{folder}/{name}-{theme.value}.png")


@pytest.mark.parametrize("theme", [ThemeChoice.DARK, ThemeChoice.LIGHT])
def test_a_function_is_changed_through_a_model_by_keyboard_alone(
    qtbot: QtBot, server: OpenAIServer, project: Path, theme: ThemeChoice
) -> None:
    server.answers(ANSWER, usage=ServerUsage(612, 148))
    before = (project / "token.py").read_bytes()
    with open_desktop(qtbot, project, theme) as desktop:
        desktop.window.resize(1280, 800)
        keys = Keyboard(qtbot, desktop)
        qtbot.waitUntil(lambda: desktop.window.findChild(ChatPanel) is not None)
        panel = desktop.window.findChild(ChatPanel)
        assert panel is not None
        qtbot.waitUntil(lambda: panel.header.model.text() == "gpt-5.1")
        keys.press(Qt.Key.Key_E, CTRL | SHIFT)
        keys.wait_focus("explorer.tree")
        keys.write("token")
        keys.press(Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: desktop.window.editors.current_view() is not None)
        view = desktop.window.editors.current_view()
        assert view is not None
        keys.press(Qt.Key.Key_1, CTRL)
        keys.press(Qt.Key.Key_Down, times=8)
        keys.press(Qt.Key.Key_Down, SHIFT, times=10)
        assert view.selected_text().startswith("def convert_attrs")
        keys.press(Qt.Key.Key_L, CTRL)
        qtbot.waitUntil(lambda: len(panel.composer.chips.views) == 1)
        keys.wait_focus("prompt")
        keys.write("Make this one line, and tidy attrItems.")
        keys.picture("ask", theme)
        keys.press(Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: desktop.window.status.text_of(StatusField.TO_REVIEW) == "2 to review")
        assert "def convert_attrs" in server.requests[0].prompt
        assert (project / "token.py").read_bytes() == before
        keys.picture("proposal", theme)
        keys.press(Qt.Key.Key_R, CTRL | SHIFT)
        keys.wait_focus("review.diff")
        keys.picture("review", theme)
        keys.press(Qt.Key.Key_A)
        wanted = before.replace(OLD.encode(), b"    return dict(value or ())\n")
        assert wanted != before
        qtbot.waitUntil(lambda: (project / "token.py").read_bytes() == wanted)
        keys.press(Qt.Key.Key_D)
        keys.press(Qt.Key.Key_R)
        qtbot.waitUntil(lambda: desktop.window.status.text_of(StatusField.TO_REVIEW) == "")
        keys.picture("approved", theme)
        assert (project / "token.py").read_bytes() == wanted
        assert not desktop.documents.is_dirty("token.py")
        keys.press(Qt.Key.Key_U)
        keys.press(Qt.Key.Key_U)
        qtbot.waitUntil(lambda: (project / "token.py").read_bytes() == before)

"""A folder with a small shop and a model that answers: the set-up that flow tests share."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.bridge.review.controller import ReviewController
from copilot_desktop.editor.view import EditorView
from copilot_desktop.settings.folders import program_folders
from copilot_desktop.settings.models_page import ModelsPage, ProfileSetting
from copilot_desktop.settings.store import SettingsStore
from copilot_desktop.text.ranges import LineRange
from copilot_desktop.ui.chat.chat_panel import ChatPanel
from copilot_desktop.ui.review.review_view import ReviewView
from copilot_desktop.ui.review_in_window import ReviewInWindow
from copilot_desktop.ui.status_bar import StatusField
from tests.support.openai_server import OpenAIServer

BASKET = "basket.py"
SOURCE = "def total(items):\n    return sum(items)\n\n\ndef other():\n    return 1\n"
WANTED = SOURCE.replace("sum(items)", "sum(item.net for item in items)")
"""The source once `ANSWER` is accepted."""
ANSWER = """basket.py
```python
<<<<<<< SEARCH
    return sum(items)
=======
    return sum(item.net for item in items)
>>>>>>> REPLACE
```
"""
_CTRL, _SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def make_shop(place: Path, others: Mapping[str, str] | None = None) -> Path:
    """Make the folder, with basket.py and other files."""
    folder = place / "shop"
    folder.mkdir()
    for name, text in {BASKET: SOURCE, **(others or {})}.items():
        (folder / name).write_text(text, encoding="utf-8", newline="")
    return folder


@contextmanager
def serving_model() -> Iterator[OpenAIServer]:
    """A running server, which the profile "Test" of the settings asks. The home must be the test's own."""
    with OpenAIServer() as running:
        profile = ProfileSetting("Test", base_url=running.base_url, model="test-model", key_source="none")
        SettingsStore(program_folders(os.environ).config).save(ModelsPage((profile,), "Test"))
        yield running


def price_model(
    server: OpenAIServer, limit_tokens: int, prices_usd: tuple[float, float], max_output_tokens: int | None = None
) -> None:
    """Have the profile "Test" take so many tokens; a million of them costs so much, sent and answered."""
    profile = ProfileSetting(
        "Test",
        base_url=server.base_url,
        model="test-model",
        key_source="none",
        limit_tokens=limit_tokens,
        max_output_tokens=max_output_tokens,
        input_usd=prices_usd[0],
        output_usd=prices_usd[1],
    )
    SettingsStore(program_folders(os.environ).config).save(ModelsPage((profile,), "Test"))


def ask(qtbot: QtBot, panel: ChatPanel, prompt: str) -> None:
    """Type a prompt, press Enter, and wait for the answer's end."""
    count = len(panel.conversation.turn_ids)
    panel.composer.prompt.setFocus()
    QTest.keyClicks(panel.composer.prompt, prompt)
    QTest.keyClick(panel.composer.prompt, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(panel.conversation.turn_ids) > count)
    qtbot.waitUntil(lambda: panel.composer.send.text() == "Send")


def panel_of(qtbot: QtBot, desktop: DesktopWindow, model: str = "Test") -> ChatPanel:
    """The chat, once it asks this model."""
    qtbot.waitUntil(lambda: desktop.window.findChild(ChatPanel) is not None)
    panel = desktop.window.findChild(ChatPanel)
    assert panel is not None
    qtbot.waitUntil(lambda: panel.header.model_name == model)
    return panel


def review_of(desktop: DesktopWindow) -> ReviewController:
    """The window's review."""
    review = desktop.window.findChild(ReviewController)
    assert review is not None
    return review


def wait_for_review(qtbot: QtBot, desktop: DesktopWindow) -> None:
    """Wait until the review is joined to the editors."""
    qtbot.waitUntil(lambda: desktop.window.findChild(ReviewInWindow) is not None)


def opened(qtbot: QtBot, desktop: DesktopWindow, path: str = BASKET) -> EditorView:
    """A file's editor in front, with the focus."""
    desktop.documents.open(path)
    qtbot.waitUntil(lambda: desktop.window.editors.view_of(path) is not None)
    view = desktop.window.editors.view_of(path)
    assert view is not None
    view.setFocus()
    return view


def ask_with_the_first_lines(qtbot: QtBot, desktop: DesktopWindow, view: EditorView) -> None:
    """Select two lines, Ctrl+L, type, Enter; wait until a change waits."""
    panel = panel_of(qtbot, desktop)
    view.show_lines(LineRange(0, 0))
    QTest.keyClick(view.code, Qt.Key.Key_Down, _SHIFT)
    QTest.keyClick(view.code, Qt.Key.Key_Down, _SHIFT)
    QTest.keyClick(view.code, Qt.Key.Key_L, _CTRL)
    qtbot.waitUntil(lambda: len(panel.composer.chips.views) == 1)
    QTest.keyClicks(panel.composer.prompt, "use net prices")
    QTest.keyClick(panel.composer.prompt, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: desktop.window.status.text_of(StatusField.TO_REVIEW) == "1 to review")


def shown_review(qtbot: QtBot, desktop: DesktopWindow) -> ReviewView:
    """The review tab, brought to the front by its key."""
    QTest.keyClick(desktop.window, Qt.Key.Key_R, _CTRL | _SHIFT)
    qtbot.waitUntil(lambda: desktop.window.findChild(ReviewView) is not None)
    review = desktop.window.findChild(ReviewView)
    assert review is not None
    qtbot.waitUntil(review.diff.hasFocus)
    return review

"""Whatever the keyboard reaches by Tab shows that it has it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.editor.code_widget import CodeWidget
from tests.flows.test_chat import ask
from tests.support.desktop import open_desktop
from tests.support.openai_server import OpenAIServer
from tests.support.preferences import settings_page
from tests.support.shop import make_shop, opened, panel_of, serving_model

AROUND_PX = 14
"""A card shows the ring of the field inside of it."""


@pytest.fixture
def server(private_home: Path) -> Iterator[OpenAIServer]:
    with serving_model() as running:
        yield running


@pytest.fixture
def desktop(qtbot: QtBot, tmp_path: Path, server: OpenAIServer) -> Iterator[DesktopWindow]:
    with open_desktop(qtbot, make_shop(tmp_path)) as shown:
        shown.window.resize(1280, 800)
        shown.window.activateWindow()
        yield shown


def around(widget: QWidget) -> QImage:
    window = widget.window()
    place = QRect(widget.mapTo(window, QPoint(0, 0)), widget.size())
    return window.grab(place.adjusted(-AROUND_PX, -AROUND_PX, AROUND_PX, AROUND_PX)).toImage()


def without_ring(qtbot: QtBot, window: QWidget, elsewhere: QWidget) -> list[str]:
    """What Tab reaches and looks the same with the keyboard and without."""
    found = []
    for widget in window.findChildren(QWidget):
        is_reached = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus) and widget.focusProxy() is None
        # The text's own caret blinks.
        if not is_reached or isinstance(widget, CodeWidget) or widget is elsewhere:
            continue
        if not widget.isVisible() or not widget.isEnabled() or widget.visibleRegion().isEmpty():
            continue
        QWidget.setFocus(elsewhere, Qt.FocusReason.TabFocusReason)
        qtbot.waitUntil(elsewhere.hasFocus)
        before = around(widget)
        QWidget.setFocus(widget, Qt.FocusReason.TabFocusReason)
        qtbot.waitUntil(widget.hasFocus)
        if around(widget) == before:
            found.append(f"{type(widget).__name__} {widget.objectName()}")
    return found


def test_in_the_editor_and_the_chat(qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer) -> None:
    view, panel = opened(qtbot, desktop), panel_of(qtbot, desktop)
    server.answers("A *word*.\n\n```python\nx = 1\n```\n")
    ask(qtbot, panel, "Anything")
    desktop.window.commands.run("edit.replace")
    desktop.window.commands.run("chat.find")
    assert without_ring(qtbot, desktop.window, view.code) == []
    desktop.window.commands.run("chat.list")
    qtbot.waitUntil(panel.pages.list.isVisible)
    qtbot.wait(100)
    assert without_ring(qtbot, panel, view.code) == []


@pytest.mark.parametrize("section", ["Models", "Editor", "Keys"])
def test_on_the_pages_of_the_settings(qtbot: QtBot, desktop: DesktopWindow, section: str) -> None:
    page = settings_page(qtbot, desktop, section)
    elsewhere = panel_of(qtbot, desktop).composer.prompt
    if section == "Models":
        qtbot.waitUntil(lambda: page.models.list.currentRow() >= 0)
        qtbot.wait(100)
    assert without_ring(qtbot, page, elsewhere) == []

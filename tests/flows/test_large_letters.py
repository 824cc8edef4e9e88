"""Larger letters of the interface: nothing with words on it is cut, though its size was thought of for small ones."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QPushButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.settings.appearance_page import AppearancePage, ThemeChoice
from copilot_desktop.settings.folders import program_folders
from copilot_desktop.settings.models_page import ModelsPage, ProfileSetting
from copilot_desktop.settings.store import SettingsStore
from copilot_desktop.ui.chat.cards import ErrorCard
from copilot_desktop.ui.chat.chat_panel import ChatPanel
from copilot_desktop.ui.chat_in_window import ChatInWindow
from copilot_desktop.ui.preferences.models_form import ModelsForm
from tests.support.desktop import open_desktop
from tests.support.openai_server import closed_port_url


@pytest.fixture(params=[ThemeChoice.DARK, ThemeChoice.LIGHT])
def desktop(
    qtbot: QtBot, tmp_path: Path, private_home: Path, request: pytest.FixtureRequest
) -> Iterator[DesktopWindow]:
    profile = ProfileSetting("Test", base_url=closed_port_url(), model="test-model", key_source="none")
    SettingsStore(program_folders(os.environ).config).save(ModelsPage((profile,), "Test"))
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "basket.py").write_text("def total(items):\n    return sum(items)\n")
    with open_desktop(qtbot, tmp_path / "shop") as shown:
        shown.window.resize(1280, 800)
        chat = shown.window.findChild(ChatInWindow)
        assert chat is not None
        chat.preferences.save(AppearancePage(request.param, interface_font_size_pt=18))
        qtbot.waitUntil(lambda: shown.window.font().pointSize() == 18)
        yield shown


def cut(root: QWidget) -> list[str]:
    """Visible buttons that are smaller than what stands on them."""
    found = []
    for button in root.findChildren(QAbstractButton):
        if not button.isVisible() or button.visibleRegion().isEmpty():
            continue
        icon = button.iconSize() if not button.icon().isNull() else button.iconSize() * 0
        letters = button.fontMetrics().height() if shows_text(button) else 0
        is_push = isinstance(button, QPushButton)
        wide = button.fontMetrics().horizontalAdvance(button.text().replace("&", "")) if is_push else 0
        if button.height() < max(letters, icon.height()) or button.width() < max(wide, icon.width()):
            found.append(f"{button.objectName()} “{button.text()}” {button.width()}×{button.height()}")
    return found


def wait_uncut(qtbot: QtBot, window: QWidget) -> None:
    """Everything is laid out anew some events later."""
    qtbot.wait(100)
    with suppress(qtbot.TimeoutError):
        qtbot.waitUntil(lambda: not cut(window))
    assert cut(window) == []


def shows_text(button: QAbstractButton) -> bool:
    is_icon_only = isinstance(button, QToolButton) and button.toolButtonStyle() is Qt.ToolButtonStyle.ToolButtonIconOnly
    return bool(button.text()) and not (is_icon_only and not button.icon().isNull())


def test_no_button_is_cut(qtbot: QtBot, desktop: DesktopWindow) -> None:
    window = desktop.window
    desktop.documents.open("basket.py")
    qtbot.waitUntil(lambda: window.editors.view_of("basket.py") is not None)
    panel = window.findChild(ChatPanel)
    assert panel is not None
    QTest.keyClicks(panel.composer.prompt, "What does total do?")
    QTest.keyClick(panel.composer.prompt, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: panel.findChild(ErrorCard) is not None)
    window.commands.run("edit.replace")
    wait_uncut(qtbot, window)
    window.commands.run("settings.open")
    qtbot.waitUntil(lambda: window.findChild(ModelsForm) is not None)
    wait_uncut(qtbot, window)
    window.commands.run("chat.list")
    wait_uncut(qtbot, window)

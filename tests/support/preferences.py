"""The settings of the real window in the hands of a test."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.ui.preferences.preferences_page import PreferencesPage


def settings_page(qtbot: QtBot, desktop: DesktopWindow, section: str) -> PreferencesPage:
    """Open the settings at a section."""
    desktop.window.commands.run("settings.open")
    page = desktop.window.findChild(PreferencesPage)
    assert page is not None
    titles = [page.sections.item(row).text() for row in range(page.sections.count())]
    page.sections.setCurrentRow(titles.index(section))
    shown = page.pages.currentWidget()
    assert shown is not None
    qtbot.waitUntil(shown.isVisible)
    return page

"""Windows and groups that are hardly wider than a button: everything in them can still be read and pressed."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QScrollArea, QSplitter, QWidget
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.ui.preferences.preferences_page import PreferencesPage
from tests.support.clipping import clipped
from tests.support.shop import opened, panel_of

CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier


def settings_in_a_group(qtbot: QtBot, desktop: DesktopWindow, width: int) -> PreferencesPage:
    """The settings at the right of a file, in a group of this width."""
    panel_of(qtbot, desktop)
    view = opened(qtbot, desktop)
    desktop.window.resize(1200, 800)
    QTest.keyClick(view.code, Qt.Key.Key_Comma, CTRL)
    qtbot.waitUntil(lambda: desktop.window.findChild(PreferencesPage) is not None)
    assert desktop.window.commands.run("tab.split_right")
    page = desktop.window.findChild(PreferencesPage)
    assert page is not None
    (splitter,) = [
        each for each in desktop.window.editors.findChildren(QSplitter) if each.isAncestorOf(page) and each.count() == 2
    ]
    whole = sum(splitter.sizes())
    splitter.setSizes([whole - width, width])
    qtbot.waitUntil(lambda: page.width() == width)
    return page


def out_of_sight(page: QWidget) -> list[str]:
    """Buttons that stand beside what is shown of the page."""
    buttons = [each for each in page.findChildren(QAbstractButton) if each.isVisible()]
    return [each.objectName() for each in buttons if each.mapTo(page, each.rect().topRight()).x() > page.width()]


@pytest.mark.parametrize("width", [160, 220, 300])
def test_settings_stay_usable_in_a_narrow_group(qtbot: QtBot, desktop: DesktopWindow, width: int) -> None:
    page = settings_in_a_group(qtbot, desktop, width)
    page.file_button.click()
    for row in range(page.sections.count()):
        page.sections.setCurrentRow(row)
        qtbot.waitUntil(lambda: not clipped(page) and not out_of_sight(page), timeout=5_000)
        item = page.sections.visualItemRect(page.sections.item(row))
        assert page.sections.viewport().rect().contains(item)
        for area in page.findChildren(QScrollArea):
            assert not (area.isVisible() and area.horizontalScrollBar().isVisible())

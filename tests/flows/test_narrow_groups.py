"""Windows and groups that are hardly wider than a button: everything in them can still be read and pressed."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QScrollArea,
    QSplitter,
    QStyle,
    QStyleOptionComboBox,
    QWidget,
)
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.ui.preferences.preferences_page import PreferencesPage
from copilot_desktop.ui.preferences.price_box import PriceBox
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
    page_to(qtbot, desktop, page, width)
    return page


def page_to(qtbot: QtBot, desktop: DesktopWindow, page: PreferencesPage, width: int) -> None:
    """Give its group this width."""
    (splitter,) = [
        each for each in desktop.window.editors.findChildren(QSplitter) if each.isAncestorOf(page) and each.count() == 2
    ]
    whole = sum(splitter.sizes())
    splitter.setSizes([whole - width, width])
    qtbot.waitUntil(lambda: page.width() == width)


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


def cut_fields(page: PreferencesPage) -> list[str]:
    """The kind and the prices, where their words have no room."""
    found = []
    for field in page.findChildren(QWidget):
        if not field.isVisible():
            continue
        if isinstance(field, QComboBox) and field.objectName() == "profile_kind":
            option = QStyleOptionComboBox()
            field.initStyleOption(option)
            part = QStyle.SubControl.SC_ComboBoxEditField
            room = field.style().subControlRect(QStyle.ComplexControl.CC_ComboBox, option, part, field).width()
            words = field.currentText()
        elif isinstance(field, PriceBox):
            line = field.lineEdit()
            room, words = line.width() - line.textMargins().left() - line.textMargins().right(), field.text()
        else:
            continue
        if field.fontMetrics().horizontalAdvance(words) > room:
            found.append(f"{field.objectName()}: “{words}” in {room}")
    return found


def test_kind_and_prices_of_a_model_are_read_in_full(qtbot: QtBot, desktop: DesktopWindow) -> None:
    page = settings_in_a_group(qtbot, desktop, 300)
    desktop.window.resize(2000, 900)
    qtbot.waitUntil(lambda: desktop.window.editors.width() > 1200)
    names = [page.sections.item(row).text() for row in range(page.sections.count())]
    page.sections.setCurrentRow(names.index("Models"))
    qtbot.waitUntil(lambda: any(each.isVisible() for each in page.findChildren(PriceBox)))
    for width in (900, 700, 480, 300, 220):
        page_to(qtbot, desktop, page, width)
        qtbot.waitUntil(lambda: not clipped(page))
        assert cut_fields(page) == [], width

"""Alt+Down in boxes that can be typed into, too."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from copilot_desktop.ui.combo_keys import ComboKeys


@pytest.mark.parametrize("is_editable", [False, True])
def test_alt_down_opens_and_down_chooses(qtbot: QtBot, is_editable: bool) -> None:
    page, box = QWidget(), QComboBox()
    qtbot.addWidget(page)
    QVBoxLayout(page).addWidget(box)
    box.setEditable(is_editable)
    box.addItems(["one", "two"])
    ComboKeys(page)
    page.show()
    page.activateWindow()
    box.setFocus()
    qtbot.waitUntil(box.hasFocus)
    QTest.keyClick(box, Qt.Key.Key_Down)
    assert (box.currentText(), box.view().isVisible()) == ("two", False)
    QTest.keyClick(box.lineEdit() or box, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(box.view().isVisible)
    assert box.currentText() == "two"
    box.hidePopup()

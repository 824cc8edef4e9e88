"""The picker is as high as what it shows: no empty half, no half rows, and a sentence right below the field."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from copilot_desktop.ui.picker import HEIGHT_PX, Picker, PickerRow


@pytest.fixture
def picker(qtbot: QtBot) -> Picker:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(1000, 700)
    window.show()
    made = Picker("picker", "Pick", "Type", window)
    made.popup()
    return made


@pytest.mark.parametrize("count", [1, 3, 100])
def test_it_shows_whole_rows_and_no_empty_half(qtbot: QtBot, picker: Picker, count: int) -> None:
    picker.show_rows([PickerRow(f"row {number}") for number in range(count)])
    row_px = picker.list.sizeHintForRow(0)
    qtbot.waitUntil(lambda: picker.list.viewport().height() % row_px == 0)
    assert picker.list.viewport().height() // row_px == min(count, picker.list.viewport().height() // row_px)
    assert picker.list.verticalScrollBar().isVisible() is (count == 100)
    assert picker.height() <= HEIGHT_PX


def test_it_has_the_room_of_its_rows_when_it_opens_the_first_time(qtbot: QtBot, picker: Picker) -> None:
    window = picker.parentWidget()
    assert window is not None
    made = Picker("other", "Pick", "Type", window)
    made.query_changed.connect(lambda _query: made.show_rows([PickerRow("one"), PickerRow("two")]))
    picker.hide()
    for _ in range(2):
        made.popup()
        qtbot.waitUntil(lambda: made.list.viewport().height() == 2 * made.list.sizeHintForRow(0))
        made.hide()


def test_what_is_not_found_is_said_right_below_the_field(qtbot: QtBot, picker: Picker) -> None:
    picker.show_rows([PickerRow(f"row {number}") for number in range(100)])
    high = picker.height()
    picker.show_rows([], "Nothing matches “zq”.")
    qtbot.waitUntil(lambda: picker.height() < high // 3)
    assert picker.empty.isVisible()
    assert picker.empty.height() >= picker.empty.heightForWidth(picker.empty.width())
    assert picker.empty.y() - picker.field.geometry().bottom() < 16

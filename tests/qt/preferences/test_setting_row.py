"""A setting whose label takes all of a narrow row: no blank row below it, and its button where it is changed."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QSpinBox
from pytestqt.qtbot import QtBot

from copilot_desktop.settings.fields import FieldInfo, SettingField
from copilot_desktop.ui.preferences.setting_row import SettingRow


def test_the_kept_place_of_the_button_makes_no_blank_row(qtbot: QtBot) -> None:
    spin = QSpinBox()
    row = SettingRow(SettingField("size", 1, FieldInfo("Font size of the interface")), spin)
    qtbot.addWidget(row)
    (label,) = [each for each in row.findChildren(QLabel) if each.buddy() is spin]
    row.resize(label.sizeHint().width() + 20, 200)
    row.show()

    def blank_px() -> int:
        row.resize(row.width(), row.heightForWidth(row.width()))
        return spin.y() - label.mapTo(row, label.rect().bottomLeft()).y()

    qtbot.waitUntil(lambda: 0 < blank_px() < label.height())
    row.show_changed(is_changed=True)
    qtbot.waitUntil(lambda: blank_px() > row.reset.height())
    assert row.reset.isVisible()
    assert row.reset.mapTo(row, row.reset.rect().bottomLeft()).y() < spin.y()
    row.show_changed(is_changed=False)
    qtbot.waitUntil(lambda: 0 < blank_px() < label.height())

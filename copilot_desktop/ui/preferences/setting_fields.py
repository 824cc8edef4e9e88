"""The field of one setting, after its type: a box of choices, a check box, a number, a font, a text."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Any

from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QSpinBox, QWidget

from copilot_desktop.settings.fields import SettingField


def setting_widget(field: SettingField, changed: Callable[[object], None]) -> QWidget:
    """The widget; `changed` is called with each value the user gives it."""
    default = field.default
    if isinstance(default, StrEnum):
        return _choices(field, type(default), changed)
    if isinstance(default, bool):
        box = QCheckBox("On")
        box.toggled.connect(changed)
        return box
    if isinstance(default, int):
        spin = QSpinBox()
        spin.setRange(int(field.info.low or 0), int(1_000_000 if field.info.high is None else field.info.high))
        spin.setSpecialValueText(field.info.unset)
        # Each letter typed would be a setting of its own: 1 on the way to 12.
        spin.setKeyboardTracking(False)
        spin.valueChanged.connect(changed)
        return spin
    if field.info.is_font:
        return _fonts(changed)
    edit = QLineEdit()
    edit.editingFinished.connect(lambda: changed(edit.text()))
    return edit


def show_value(widget: QWidget, value: Any) -> None:
    """Show a value without regard to what was there."""
    match widget:
        case QComboBox():
            if widget.findData(value) < 0:
                widget.addItem(f"{value} (not found here)", value)
            widget.setCurrentIndex(widget.findData(value))
        case QCheckBox():
            widget.setChecked(value)
        case QSpinBox():
            widget.setValue(value)
        case QLineEdit():
            widget.setText(value)
        case _:
            pass


def _choices(field: SettingField, kind: type[StrEnum], changed: Callable[[object], None]) -> QComboBox:
    combo = QComboBox()
    for choice in kind:
        spelled = choice.value.replace("_", " ").replace("-", " ").capitalize()
        combo.addItem(field.info.names.get(choice.value, spelled), choice)
    # Qt gives back a plain string, which a page must not hold.
    combo.currentIndexChanged.connect(lambda _index: changed(kind(combo.currentData())))
    return combo


def _fonts(changed: Callable[[object], None]) -> QComboBox:
    combo = QComboBox()
    system = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont).family()
    combo.addItem(f"The system's ({system})", "")
    for family in QFontDatabase.families():
        if QFontDatabase.isFixedPitch(family) and not QFontDatabase.isPrivateFamily(family):
            combo.addItem(family, family)
    combo.currentIndexChanged.connect(lambda _index: changed(str(combo.currentData())))
    return combo

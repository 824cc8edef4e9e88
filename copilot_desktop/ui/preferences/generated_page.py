"""A settings page made from the fields of its dataclass: each change holds at once and is kept."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from typing import Any

from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QSpinBox, QVBoxLayout, QWidget

from copilot_desktop.bridge.preferences import PreferencesController
from copilot_desktop.conversation.events import ErrorNotice
from copilot_desktop.settings.fields import SettingField, setting_fields
from copilot_desktop.ui.preferences.form_parts import Mood, StatusLine, form_page, row


class GeneratedPage(QWidget):
    """Fields for one page type; follows changes made elsewhere."""

    def __init__(
        self, title: str, page_type: type[Any], controller: PreferencesController, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._page_type = page_type
        self._page: Any = page_type()
        self._controller = controller
        self._fields: dict[str, QWidget] = {}
        self._problems: dict[str, StatusLine] = {}
        self._is_showing = False
        self.setObjectName(f"settings_{page_type.NAME}")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        area, layout = form_page(title, "")
        outer.addWidget(area)
        for field in setting_fields(page_type):
            widget = self._fields[field.name] = self._widget(field)
            widget.setObjectName(f"setting_{field.name}")
            widget.setAccessibleName(field.info.label)
            layout.addWidget(row(field.info.label, widget, field.info.help))
            if field.info.problem is not None:
                layout.addWidget(self._problems.setdefault(field.name, StatusLine(f"setting_{field.name}_problem")))
        self._status = StatusLine("settings_status")
        layout.addWidget(self._status)
        controller.page_changed.connect(self._on_page_changed)
        controller.failed.connect(self._on_failed)
        controller.load(page_type)

    def _widget(self, field: SettingField) -> QWidget:
        name, default = field.name, field.default
        if isinstance(default, StrEnum):
            combo = QComboBox()
            for choice in type(default):
                combo.addItem(choice.value.replace("_", " ").replace("-", " ").capitalize(), choice)
            # Qt gives back a plain string, which a page must not hold.
            kind = type(default)
            combo.currentIndexChanged.connect(lambda _index: self._change(name, kind(combo.currentData())))
            return combo
        if isinstance(default, bool):
            box = QCheckBox("On")
            box.toggled.connect(lambda is_on: self._change(name, is_on))
            return box
        if isinstance(default, int):
            spin = QSpinBox()
            spin.setRange(int(field.info.low or 0), int(field.info.high or 1_000_000))
            spin.valueChanged.connect(lambda value: self._change(name, value))
            return spin
        edit = QLineEdit()
        edit.editingFinished.connect(lambda: self._change_text(field, edit.text()))
        return edit

    def _change_text(self, field: SettingField, text: str) -> None:
        """Keep a text that can be read; say what is wrong with another, which stays in the field."""
        problem = field.info.problem(text) if field.info.problem is not None else ""
        if field.name in self._problems:
            self._problems[field.name].say(f"{problem} Not kept yet." if problem else "", Mood.BAD)
        if not problem:
            self._change(field.name, text)

    def _change(self, name: str, value: object) -> None:
        if self._is_showing or getattr(self._page, name) == value:
            return
        self._status.say("", Mood.BUSY)
        self._controller.save(replace(self._page, **{name: value}))

    def _on_page_changed(self, page: object) -> None:
        if not isinstance(page, self._page_type):
            return
        self._page = page
        self._is_showing = True
        for name, widget in self._fields.items():
            _show(widget, getattr(page, name))
        self._is_showing = False

    def _on_failed(self, notice: ErrorNotice) -> None:
        self._status.say(f"{notice.message} {notice.advice}".rstrip(), Mood.BAD)


def _show(widget: QWidget, value: Any) -> None:
    match widget:
        case QComboBox():
            widget.setCurrentIndex(widget.findData(value))
        case QCheckBox():
            widget.setChecked(value)
        case QSpinBox():
            widget.setValue(value)
        case QLineEdit():
            widget.setText(value)
        case _:
            pass

"""A settings page made from the fields of its dataclass: each change holds at once and is kept."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from copilot_desktop.bridge.preferences import PreferencesController
from copilot_desktop.conversation.events import ErrorNotice
from copilot_desktop.settings.fields import SettingField, setting_fields
from copilot_desktop.ui.preferences.form_parts import Mood, StatusLine, form_page
from copilot_desktop.ui.preferences.setting_fields import setting_widget, show_value
from copilot_desktop.ui.preferences.setting_row import SettingRow

_NEXT_START = "Holds once the program is started again."


class GeneratedPage(QWidget):
    """Fields for one page type; follows changes made elsewhere. `below`: what stands below them."""

    def __init__(
        self, title: str, page_type: type[Any], controller: PreferencesController, below: QWidget | None = None
    ) -> None:
        super().__init__()
        self._page_type = page_type
        self._page: Any = page_type()
        self._controller = controller
        self._rows: dict[str, SettingRow] = {}
        self._is_showing = False
        self.setObjectName(f"settings_{page_type.NAME}")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        area, layout = form_page(title, "")
        outer.addWidget(area)
        for field in setting_fields(page_type):
            row = SettingRow(field, setting_widget(field, partial(self._on_edited, field)))
            row.reset_wanted.connect(partial(self._reset, field))
            self._rows[field.name] = row
            layout.addWidget(row)
        if below is not None:
            layout.addWidget(below)
        self._status = StatusLine("settings_status")
        layout.addWidget(self._status)
        self._on_page_changed(self._page)
        controller.page_changed.connect(self._on_page_changed)
        controller.failed.connect(self._on_failed)
        controller.load(page_type)

    def _on_edited(self, field: SettingField, value: object) -> None:
        """Keep what can be read; say what is wrong with another text, which stays in the field."""
        if self._is_showing or getattr(self._page, field.name) == value:
            self._say_problem(field, value)
            return
        if self._say_problem(field, value):
            return
        self._status.say("", Mood.BUSY)
        self._controller.save(replace(self._page, **{field.name: value}))
        if field.info.is_for_next_start:
            self._rows[field.name].say(_NEXT_START, Mood.BUSY)

    def _say_problem(self, field: SettingField, value: object) -> bool:
        if field.info.problem is None:
            return False
        problem = field.info.problem(str(value))
        self._rows[field.name].say(f"{problem} Not kept yet." if problem else "", Mood.BAD)
        return bool(problem)

    def _reset(self, field: SettingField) -> None:
        if field.info.problem is not None:
            self._rows[field.name].say("", Mood.BUSY)
        self._controller.save(replace(self._page, **{field.name: field.default}))
        if field.info.is_for_next_start:
            self._rows[field.name].say(_NEXT_START, Mood.BUSY)

    def _on_page_changed(self, page: object) -> None:
        if not isinstance(page, self._page_type):
            return
        before, self._page = self._page, page
        self._is_showing = True
        for name, row in self._rows.items():
            value = getattr(page, name)
            # What is being typed in another field is not lost over it.
            if value != getattr(before, name) or not row.widget.hasFocus():
                show_value(row.widget, value)
            row.show_changed(is_changed=value != row.field.default)
        self._is_showing = False

    def _on_failed(self, notice: ErrorNotice) -> None:
        self._status.say_notice(notice)

"""All fields of a profile: what it asks, and its key."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QVBoxLayout, QWidget

from copilot_desktop.llm.profiles import KeySource
from copilot_desktop.settings.models_page import ProfileSetting
from copilot_desktop.ui.preferences.format_field import FamilyOf
from copilot_desktop.ui.preferences.key_field import KeyField
from copilot_desktop.ui.preferences.profile_fields import ProfileFields
from copilot_desktop.ui.theme.theme import Theme


class ProfileEditor(QWidget):
    """The fields, and the key below them where the model wants one."""

    def __init__(self, theme: Theme, family_of: FamilyOf, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("plain", True)
        self.fields = ProfileFields(theme, family_of)
        self.key = KeyField()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addWidget(self.fields)
        layout.addWidget(self.key)
        self.fields.kind_changed.connect(self._show_key)

    def show_setting(self, setting: ProfileSetting) -> None:
        """Fill the fields."""
        self.fields.show_setting(setting)
        self.key.show_setting(setting)
        self._show_key()

    def values(self) -> ProfileSetting:
        """The setting as the fields say."""
        values = self.key.apply_to(self.fields.values())
        return replace(values, key_source=KeySource.NONE.value) if self.fields.is_file else values

    def in_order(self) -> tuple[QWidget, ...]:
        """The fields as the Tab key goes through them."""
        return (*self.fields.in_order(), *self.key.in_order())

    def _show_key(self) -> None:
        self.key.setVisible(not self.fields.is_file)

"""The field that says how a model is asked to write changes, and in words what each choice means."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from copilot_desktop.llm.catalogue import OTHER_MODELS, ModelFamily
from copilot_desktop.llm.profiles import EditFormat
from copilot_desktop.settings.models_page import ProfileSetting
from copilot_desktop.ui.preferences.form_parts import row, text_label

FamilyOf = Callable[[str], ModelFamily]
"""The family of a model id, from the catalogue."""

_NAMES = {
    EditFormat.SEARCH_REPLACE: "search/replace blocks",
    EditFormat.APPLY_PATCH: "patches",
    EditFormat.TOOL_CALL: "tool calls",
}
_CHOICES = {
    EditFormat.AUTO: "Automatic",
    EditFormat.SEARCH_REPLACE: "Search/replace blocks",
    EditFormat.APPLY_PATCH: "Patches (V4A, as apply_patch takes them)",
    EditFormat.TOOL_CALL: "Tool calls",
}
_HELP = {
    EditFormat.SEARCH_REPLACE: "The model writes the old and the new lines as text. Most models do this well.",
    EditFormat.APPLY_PATCH: "What OpenAI's GPT-4.1 and GPT-5 models were trained on; other models often get it wrong.",
    EditFormat.TOOL_CALL: (
        "The model calls functions for its edits. For models that garble edits in their text, on servers that offer "
        "tools; where they are refused, search/replace blocks are asked for instead."
    ),
}


class FormatField(QWidget):
    """The choice and its help. `show_model` tells it whose format AUTO stands for."""

    edited = Signal()

    def __init__(self, family_of: FamilyOf, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._family_of = family_of
        self._family = OTHER_MODELS
        self.setProperty("plain", True)
        self.choice = QComboBox()
        self.choice.setObjectName("profile_edit_format")
        self.choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.choice.setMinimumContentsLength(12)
        for edit_format, title in _CHOICES.items():
            self.choice.addItem(title, edit_format.value)
        self.help = text_label("", "muted", "profile_edit_format_help")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(row("Edit format", self.choice))
        layout.addWidget(self.help)
        self.choice.currentIndexChanged.connect(self._on_choice_changed)
        self._explain()

    def show_setting(self, setting: ProfileSetting) -> None:
        """Choose what a profile says; a word that is no format stays, so that nothing is lost by looking."""
        if self.choice.findData(setting.edit_format) < 0:
            self.choice.addItem(f"{setting.edit_format} (unknown)", setting.edit_format)
        self.choice.setCurrentIndex(self.choice.findData(setting.edit_format))
        self.show_model(setting.model)

    def show_model(self, model: str) -> None:
        """The profile asks this model now."""
        self._family = self._family_of(model)
        title = f"{_CHOICES[EditFormat.AUTO]} ({_NAMES[self._family.edit_format]})"
        self.choice.setItemText(self.choice.findData(EditFormat.AUTO.value), title)
        self._explain()

    def apply_to(self, setting: ProfileSetting) -> ProfileSetting:
        """The setting with the choice."""
        return replace(setting, edit_format=str(self.choice.currentData()))

    def _on_choice_changed(self, _index: int) -> None:
        self._explain()
        self.edited.emit()

    def _explain(self) -> None:
        chosen = self.choice.currentData()
        if chosen == EditFormat.AUTO:
            text = (
                f"How the model is asked to write changes: {self._family.name} get {_NAMES[self._family.edit_format]}."
                if self._family is not OTHER_MODELS
                else "How the model is asked to write changes: search/replace blocks, where its name says nothing else."
            )
        else:
            text = _HELP.get(chosen, "This program does not know this format: choose another one.")
        self.help.setText(text)
        self.choice.setAccessibleDescription(text)

"""The status bar: each field says one thing and is hidden while there is nothing to say."""

from __future__ import annotations

from enum import StrEnum
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QStatusBar, QToolButton, QWidget


class StatusField(StrEnum):
    """The fields, from left to right; those from CARET on stand at the right."""

    BRANCH = "branch"
    TO_REVIEW = "to_review"
    WATCHING = "watching"
    MESSAGE = "message"
    CARET = "caret"
    ENCODING = "encoding"
    LINE_ENDING = "line_ending"
    LANGUAGE = "language"
    MODEL = "model"
    TOKENS = "tokens"
    COST = "cost"


NAMES = {
    StatusField.BRANCH: "Git branch",
    StatusField.TO_REVIEW: "Changes to review",
    StatusField.WATCHING: "How the folder is watched",
    StatusField.MESSAGE: "Last message",
    StatusField.CARET: "Caret position",
    StatusField.ENCODING: "Encoding",
    StatusField.LINE_ENDING: "Line ending",
    StatusField.LANGUAGE: "Language",
    StatusField.MODEL: "Model",
    StatusField.TOKENS: "Tokens",
    StatusField.COST: "Cost today",
}
_LEFT = (StatusField.BRANCH, StatusField.TO_REVIEW, StatusField.WATCHING, StatusField.MESSAGE)


class StatusBar(QStatusBar):
    """Fields in the order of `StatusField`; `field_clicked(StatusField)` when one is pressed."""

    field_clicked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("status_bar")
        self.setAccessibleName("Status")
        self.setSizeGripEnabled(False)
        self._fields: dict[StatusField, QToolButton] = {}
        for field in StatusField:
            button = QToolButton(self)
            button.setObjectName(f"status.{field}")
            button.setAccessibleName(NAMES[field])
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            button.setAutoRaise(True)
            button.clicked.connect(partial(self._on_clicked, field))
            (self.addWidget if field in _LEFT else self.addPermanentWidget)(button)
            button.hide()
            self._fields[field] = button

    def show_field(self, field: StatusField, text: str, tip: str = "") -> None:
        """Say something in a field; '' hides it."""
        button = self._fields[field]
        button.setText(text)
        button.setToolTip(tip or NAMES[field])
        button.setAccessibleName(f"{NAMES[field]}: {text}" if text else NAMES[field])
        button.setVisible(bool(text))

    def text_of(self, field: StatusField) -> str:
        """What a field says now."""
        return self._fields[field].text()

    def set_icon(self, field: StatusField, icon: QIcon) -> None:
        """Put an icon before a field's text."""
        self._fields[field].setIcon(icon)

    def _on_clicked(self, field: StatusField, _checked: bool = False) -> None:
        self.field_clicked.emit(field)

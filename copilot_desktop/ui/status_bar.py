"""The status bar: each field says one thing and is hidden while there is nothing to say."""

from __future__ import annotations

from enum import StrEnum
from functools import partial

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QIcon, QResizeEvent
from PySide6.QtWidgets import QStatusBar, QToolButton, QWidget


class StatusField(StrEnum):
    """The fields, from left to right; those from CARET on stand at the right."""

    BRANCH = "branch"
    TRUST = "trust"
    TO_REVIEW = "to_review"
    WATCHING = "watching"
    INDEX = "index"
    MESSAGE = "message"
    CARET = "caret"
    INDENTATION = "indentation"
    ENCODING = "encoding"
    LINE_ENDING = "line_ending"
    LANGUAGE = "language"
    MODEL = "model"
    TOKENS = "tokens"
    COST = "cost"


NAMES = {
    StatusField.BRANCH: "Git branch",
    StatusField.TRUST: "Trust in the folder",
    StatusField.TO_REVIEW: "Changes to review",
    StatusField.WATCHING: "How the folder is watched",
    StatusField.INDEX: "Index of the folder",
    StatusField.MESSAGE: "Last message",
    StatusField.CARET: "Caret position",
    StatusField.INDENTATION: "Indentation",
    StatusField.ENCODING: "Encoding",
    StatusField.LINE_ENDING: "Line ending",
    StatusField.LANGUAGE: "Language",
    StatusField.MODEL: "Model",
    StatusField.TOKENS: "Tokens",
    StatusField.COST: "Cost today",
}
_LONG = (StatusField.BRANCH, StatusField.MESSAGE, StatusField.MODEL, StatusField.WATCHING)
_LONGEST_PX = (400, 200, 140, 100, 64)
_LEFT_OUT = (StatusField.LINE_ENDING, StatusField.INDENTATION, StatusField.ENCODING, StatusField.LANGUAGE)
"""What a narrow window does without, the first one first: the menus and the palette have it."""
_GAP_PX = 8
PASSING_MS = 8_000
_MIDDLE = Qt.TextElideMode.ElideMiddle
_LEFT = (
    StatusField.BRANCH,
    StatusField.TRUST,
    StatusField.TO_REVIEW,
    StatusField.WATCHING,
    StatusField.INDEX,
    StatusField.MESSAGE,
)


class StatusBar(QStatusBar):
    """Fields in the order of `StatusField`; `field_clicked(StatusField)` when one is pressed."""

    field_clicked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("status_bar")
        self.setAccessibleName("Status")
        self.setSizeGripEnabled(False)
        self._passing = QTimer(self, singleShot=True, interval=PASSING_MS)
        self._passing.timeout.connect(self._on_passed)
        self._fields: dict[StatusField, QToolButton] = {}
        self._texts: dict[StatusField, str] = {}
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
        had_text, width_px = bool(self._texts.get(field)), button.sizeHint().width()
        self._texts[field] = text
        button.setToolTip((tip or NAMES[field]) + (f"\n{text}" if field in _LONG and text else ""))
        button.setAccessibleName(f"{NAMES[field]}: {text}" if text else NAMES[field])
        button.setText(text.replace("&", "&&"))
        if field in _LONG or had_text != bool(text) or width_px != button.sizeHint().width():
            self._fit()  # not with every move of the caret

    def show_done(self, text: str, tip: str = "") -> None:
        """Say that something is done, for some seconds: what is wrong, and must be seen, is a notice."""
        self.show_field(StatusField.MESSAGE, text, tip)
        self._passing.start()

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """What is said must not make the window wider than its user does."""
        return QSize(0, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Say long names as far as there is room."""
        super().resizeEvent(event)
        self._fit()

    def text_of(self, field: StatusField) -> str:
        """What a field says now."""
        return self._texts.get(field, "")

    def set_icon(self, field: StatusField, icon: QIcon) -> None:
        """Put an icon before a field's text."""
        self._fields[field].setIcon(icon)

    def _fit(self) -> None:
        """Shorten names of branches and models, and messages, until everything fits; then leave out what can be read
        or chosen elsewhere, too."""
        for longest_px in (self.width(), *_LONGEST_PX):
            for field in _LONG:
                shown = self.fontMetrics().elidedText(self._texts.get(field, ""), _MIDDLE, longest_px)
                self._fields[field].setText(shown.replace("&", "&&"))
            visible = [field for field, text in self._texts.items() if text]
            spare_px = self.width() - sum(self._fields[field].sizeHint().width() + _GAP_PX for field in visible)
            if spare_px >= 0:
                break
        for field in _LEFT_OUT:
            if spare_px < 0 and field in visible:
                visible.remove(field)
                spare_px += self._fields[field].sizeHint().width() + _GAP_PX
        for field, button in self._fields.items():
            button.setVisible(field in visible)

    def _on_passed(self) -> None:
        if self._fields[StatusField.MESSAGE].underMouse():
            self._passing.start()  # it is being read
        else:
            self.show_field(StatusField.MESSAGE, "")

    def _on_clicked(self, field: StatusField, _checked: bool = False) -> None:
        self.field_clicked.emit(field)

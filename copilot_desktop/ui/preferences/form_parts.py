"""The parts all settings pages are made of: a titled page, rows with label and help, a line that says how it went."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QFontInfo
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from copilot_desktop.conversation.events import ErrorNotice
from copilot_desktop.ui.announcing import announce
from copilot_desktop.ui.preferences.narrow_rows import NarrowMargins, TurningRow
from copilot_desktop.ui.theme.marking import mark

FORM_WIDTH_PX = 600
NARROWEST_PX = 104
USUAL_LETTERS_PX = 13


class Mood(StrEnum):
    """What a status line says: its colour is the value, a role of the style sheet."""

    BUSY = "muted"
    GOOD = "added"
    BAD = "error"


class StatusLine(QLabel):
    """One sentence on what is going on; hidden when there is nothing to say."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.setWordWrap(True)
        self.hide()

    def say(self, text: str, mood: Mood) -> None:
        """Show a sentence; empty hides the line."""
        self.setText(text)
        mark(self, "role", mood.value)
        self.setVisible(bool(text))
        if mood is not Mood.BUSY:
            announce(self, text)

    @property
    def is_bad(self) -> bool:
        """Whether it says what went wrong."""
        return not self.isHidden() and self.property("role") == Mood.BAD.value

    def say_notice(self, notice: ErrorNotice) -> None:
        """Show what went wrong, and what to do."""
        self.say(f"{notice.message} {notice.advice}".rstrip(), Mood.BAD)


def in_letters(widget: QWidget, size_px: int) -> int:
    """Pixels that take, in the letters of a widget, what these take in usual ones."""
    return round(size_px * max(1.0, QFontInfo(widget.font()).pixelSize() / USUAL_LETTERS_PX))


def text_label(text: str, role: str = "", name: str = "") -> QLabel:
    """Text that is text, wrapped."""
    made = QLabel()
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setText(text)
    made.setWordWrap(True)
    made.setProperty("role", role)
    made.setObjectName(name)
    return made


def push_button(name: str, title: str, *, is_primary: bool = False) -> QPushButton:
    """A button with its names."""
    made = QPushButton(title)
    made.setObjectName(name)
    made.setAccessibleName(title)
    made.setAutoDefault(False)
    made.setProperty("primary", is_primary)
    return made


def form_page(title: str, intro: str) -> tuple[QScrollArea, QVBoxLayout]:
    """A page that scrolls, with its title; content goes into the layout."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    outer = QWidget()
    outer.setProperty("surface", "base")
    rows = QVBoxLayout(outer)
    rows.setContentsMargins(24, 20, 24, 24)
    # Side by side with nothing: a box above others would count on lines as wide as the page, and cut their last ones.
    sides = QHBoxLayout()
    inner = QWidget()
    inner.setProperty("plain", True)
    inner.setMaximumWidth(FORM_WIDTH_PX)
    layout = QVBoxLayout(inner)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(12)
    layout.addWidget(text_label(title, "title"))
    if intro:
        layout.addWidget(text_label(intro, "muted"))
    sides.addWidget(inner, 1)
    sides.addStretch()
    rows.addLayout(sides)
    rows.addStretch()
    NarrowMargins(outer, rows)
    area.setWidget(outer)
    return area, layout


def low_page(page: QWidget) -> QScrollArea:
    """A page that scrolls as a whole where the window is too low even for what never scrolls in it."""
    area = QScrollArea()
    area.setObjectName("preferences_low")
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(page)
    return area


def caption(title: str, field: QWidget) -> QLabel:
    """The label above a field, which belongs to it for screen readers and for the search."""
    made = text_label(title, "heading")
    made.setBuddy(field)
    return made


def row(title: str, field: QWidget, help_text: str = "") -> QWidget:
    """A label above its field, help below; the label belongs to the field for screen readers."""
    made = QWidget()
    made.setProperty("plain", True)
    layout = QVBoxLayout(made)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(4)
    if isinstance(field, QAbstractSpinBox):
        # The style sheet gives the field inside a spin box no padding.
        field.lineEdit().setTextMargins(9, 0, 0, 0)
    give_way(field)
    if not field.accessibleName():
        field.setAccessibleName(title)
    if help_text:
        field.setAccessibleDescription(help_text)
    layout.addWidget(caption(title, field))
    layout.addWidget(field)
    if help_text:
        layout.addWidget(text_label(help_text, "muted"))
    return made


def give_way(field: QWidget) -> None:
    """Let a field be narrower than the longest of its texts, which would make the page wider than its place."""
    if isinstance(field, QAbstractSpinBox):
        field.setMinimumWidth(NARROWEST_PX)
    elif isinstance(field, QComboBox):
        field.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        field.setMinimumContentsLength(5)


def with_button(field: QWidget, button: QPushButton) -> QWidget:
    """A field with a button at its right, or below it where both have no room."""
    give_way(field)
    return TurningRow(field, button, stretches=(1, 0))


def bring_into_sight(*widgets: QWidget, margin_px: int = 12) -> None:
    """Scroll the pages around to them, as far as they are shown; the last counts most."""
    # What has just been shown or filled may not have its place yet.
    QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)
    for widget in widgets:
        around = widget.parentWidget()
        while around is not None:
            if isinstance(around, QScrollArea) and widget.isVisible():
                around.ensureWidgetVisible(widget, 0, margin_px)
            around = around.parentWidget()

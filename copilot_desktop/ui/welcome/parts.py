"""What the sections of the welcome page are made of."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from copilot_desktop.ui.flow_layout import FlowLabel, FlowLayout


def section_head(title: str) -> QLabel:
    """The head of a section."""
    made = QLabel(title)
    made.setProperty("role", "page_section")
    made.setIndent(0)
    made.setWordWrap(True)
    return made


def show(part: QWidget, is_shown: bool) -> None:
    """Show it, or not; what is so already is left alone: before the first paint Qt would measure the page each time."""
    if part.isHidden() is is_shown:
        part.setVisible(is_shown)


def muted_text(words: str, name: str = "") -> QLabel:
    """Text that is text, wrapped."""
    made = QLabel(words)
    made.setObjectName(name)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setProperty("role", "muted")
    made.setWordWrap(True)
    return made


def beside_text(words: str) -> QLabel:
    """Text beside a button; below it, and wrapped, where there is too little room."""
    return FlowLabel(words, "muted", "")


def page_button(name: str, title: str, accessible_name: str = "", *, is_primary: bool = False) -> QPushButton:
    """A button with its names."""
    made = QPushButton(title)
    made.setObjectName(name)
    made.setAccessibleName(accessible_name or title)
    made.setProperty("primary", is_primary)
    return made


def in_rows(*parts: QWidget) -> QWidget:
    """As many beside each other as fit."""
    row = QWidget()
    flow = FlowLayout(row, gap_px=8)
    for part in parts:
        flow.addWidget(part)
    return row

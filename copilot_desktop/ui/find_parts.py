"""The fields, buttons and the count of the find bar, in their places."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QToolButton, QWidget

from copilot_desktop.ui.history_field import HistoryField
from copilot_desktop.ui.icon_button import IconButton, MakeIcon
from copilot_desktop.ui.theme.marking import mark

FIELD_PX = 140
"""Less of a field would not show what is looked for."""


class FindParts:
    """Widgets of one bar; the bar gives them their meaning."""

    def __init__(self, make_icon: MakeIcon, bar: QWidget) -> None:
        self._make_icon, self._bar = make_icon, bar
        self.find = HistoryField("find_bar.find", "Find", bar)
        self.replace = HistoryField("find_bar.replace", "Replace with", bar)
        self.count = QLabel("", bar)
        self.count.setObjectName("find_bar.count")
        self.count.setAccessibleName("Matches")
        self.count.setProperty("role", "muted")
        self.count.setMinimumWidth(72)
        self.problem = QLabel("", bar)
        self.problem.setObjectName("find_bar.problem")
        self.problem.setAccessibleName("What is wrong")
        self.problem.setProperty("role", "error")
        self.problem.setTextFormat(Qt.TextFormat.PlainText)
        self.problem.setWordWrap(True)
        self.problem.hide()
        self.case = self._toggle("case", "case-sensitive", "Match case")
        self.word = self._toggle("word", "whole-word", "Whole words")
        self.regex = self._toggle("regex", "regex", "Regular expression")
        self.scope = self._toggle("scope", "text-select", "Find in selection")
        self.previous = self._icon_button("previous", "arrow-up", "Previous match")
        self.next = self._icon_button("next", "arrow-down", "Next match")
        self.close = self._icon_button("close", "x", "Close the find bar")
        self.replace_one = self._button("replace_one", "Replace")
        self.replace_all = self._button("replace_all", "Replace all")
        self._place()

    def toggles(self) -> dict[str, QToolButton]:
        """The switches by name."""
        return {"case": self.case, "word": self.word, "regex": self.regex, "scope": self.scope}

    def show_replace(self, is_shown: bool) -> None:
        """Show the second row or not."""
        for widget in (self.replace, self.replace_one, self.replace_all):
            widget.setVisible(is_shown)

    def say(self, text: str, *, is_wrong: bool = False) -> None:
        """Show the count, or a sentence on what is wrong with the expression."""
        self.problem.setText(text if is_wrong else "")
        self.problem.setVisible(is_wrong)
        self.count.setText("" if is_wrong else text)
        mark(self.find, "invalid", is_wrong)

    def has_message(self) -> bool:
        """Whether something is said to be wrong."""
        return bool(self.problem.text())

    def _place(self) -> None:
        grid = QGridLayout(self._bar)
        grid.setContentsMargins(12, 6, 12, 6)
        grid.setSpacing(4)
        grid.addWidget(self.find, 0, 0)
        toggles = (self.case, self.word, self.regex, self.scope)
        grid.addLayout(_row((*toggles, self.previous, self.next, self.close, self.count)), 0, 1)
        grid.addWidget(self.problem, 2, 0, 1, 2)
        grid.addWidget(self.replace, 1, 0)
        grid.addLayout(_row((self.replace_one, self.replace_all)), 1, 1)
        grid.setColumnStretch(0, 1)
        for field in (self.find, self.replace):
            field.setMinimumWidth(FIELD_PX)

    def _toggle(self, name: str, icon: str, title: str) -> QToolButton:
        button = self._icon_button(name, icon, title)
        button.setCheckable(True)
        return button

    def _icon_button(self, name: str, icon: str, title: str) -> QToolButton:
        button = IconButton(self._make_icon, icon, title, self._bar)
        button.setObjectName(f"find_bar.{name}")
        return button

    def _button(self, name: str, title: str) -> QPushButton:
        button = QPushButton(title, self._bar)
        button.setObjectName(f"find_bar.{name}")
        button.setAccessibleName(title)
        return button


def _row(widgets: tuple[QWidget, ...]) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(4)
    for widget in widgets:
        row.addWidget(widget)
    row.addStretch(1)
    return row

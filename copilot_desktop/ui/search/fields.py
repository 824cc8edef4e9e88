"""The fields and switches of the search, in their places."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QToolButton, QWidget

from copilot_desktop.text.searching import FindQuery
from copilot_desktop.ui.history_field import HistoryField
from copilot_desktop.ui.icon_button import IconButton, MakeIcon
from copilot_desktop.ui.theme.marking import mark
from copilot_desktop.workspace.search.values import Field, SearchQuery

_TOGGLES = (
    ("case", "case-sensitive", "Match case (Alt+C)"),
    ("word", "whole-word", "Whole words (Alt+W)"),
    ("regex", "regex", "Regular expression (Alt+R)"),
)


class SearchFields(QWidget):
    """`changed` whenever another query stands there; `entered` when it is wanted at once."""

    changed = Signal()
    entered = Signal()
    replacement_changed = Signal()
    replace_all_wanted = Signal()
    went_below = Signal()
    """Down: to the results."""

    def __init__(self, make_icon: MakeIcon, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._make_icon = make_icon
        self.pattern = self._field("find", "Search")
        self.replace = self._field("replace", "Replace with")
        self.include = self._field("include", "Files to include")
        self.exclude = self._field("exclude", "Files to exclude")
        self.toggles: dict[str, QToolButton] = {}
        for name, icon, title in _TOGGLES:
            self.toggles[name] = self._button(name, icon, title, is_switch=True)
        self.ignored = self._button("ignored", "eye-off", "Leave out what git ignores (Alt+I)", is_switch=True)
        self.ignored.setChecked(True)
        self.more = self._button("more", "list-filter", "Which files (Ctrl+Shift+J)", is_switch=True)
        self.with_replace = self._button("with_replace", "replace", "Replace (Ctrl+Shift+H)", is_switch=True)
        self.replace_all = self._button("replace_all", "replace-all", "Propose replacing all (Ctrl+Alt+Enter)")
        self.problem = QLabel("", self)
        self.problem.setObjectName("search.problem")
        self.problem.setAccessibleName("What is wrong")
        self.problem.setProperty("role", "error")
        self.problem.setTextFormat(Qt.TextFormat.PlainText)
        self.problem.setWordWrap(True)
        self.problem.hide()
        self._place()
        self._connect()

    def query(self) -> SearchQuery:
        """What the fields say; globs count only while they are to be seen."""
        has_more = self.more.isChecked()
        case, word, regex = (self.toggles[name].isChecked() for name in ("case", "word", "regex"))
        return SearchQuery(
            FindQuery(self.pattern.text(), is_regex=regex, is_case_sensitive=case, is_whole_word=word),
            self.include.text().strip() if has_more else "",
            self.exclude.text().strip() if has_more else "",
            self.ignored.isChecked() or not has_more,
        )

    def ask_for_name(self, name: str) -> None:
        """Have the query look for a whole name as it is written, in all files that git does not ignore."""
        self.pattern.setText(name)
        for toggle, is_on in (("case", True), ("word", True), ("regex", False)):
            self.toggles[toggle].setChecked(is_on)
        self.more.setChecked(False)
        self.with_replace.setChecked(False)

    def show_replace(self, is_shown: bool) -> None:
        """Show the field for what matches become, or not."""
        self.with_replace.setChecked(is_shown)

    def say(self, problem: str, field: str = "") -> None:
        """Say what is wrong, and in which field; "": nothing is."""
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))
        for name, widget in ((Field.TEXT, self.pattern), (Field.INCLUDE, self.include), (Field.EXCLUDE, self.exclude)):
            mark(widget, "invalid", bool(problem) and field == name)

    def remember(self) -> None:
        """Keep what stands in the fields for Up and Down."""
        for field in (self.pattern, self.replace, self.include, self.exclude):
            field.remember()

    def _field(self, name: str, title: str) -> HistoryField:
        field = HistoryField(f"search.{name}", title, self)
        field.setMinimumWidth(60)
        return field

    def _button(self, name: str, icon: str, title: str, *, is_switch: bool = False) -> QToolButton:
        button = IconButton(self._make_icon, icon, title, self)
        button.setObjectName(f"search.{name}")
        button.setCheckable(is_switch)
        return button

    def _place(self) -> None:
        self.include.setPlaceholderText("Include, as *.py, src")
        self.exclude.setPlaceholderText("Exclude")
        grid = QGridLayout(self)
        grid.setContentsMargins(12, 4, 8, 4)
        grid.setHorizontalSpacing(4)
        grid.setVerticalSpacing(4)
        grid.addWidget(self.pattern, 0, 0, 1, 2)
        switches = QHBoxLayout()
        switches.setSpacing(2)
        for button in (*self.toggles.values(), self.more, self.with_replace):
            switches.addWidget(button)
        switches.addStretch(1)
        grid.addLayout(switches, 1, 0, 1, 2)
        grid.addWidget(self.replace, 2, 0)
        grid.addWidget(self.replace_all, 2, 1)
        grid.addWidget(self.include, 3, 0)
        grid.addWidget(self.ignored, 3, 1)
        grid.addWidget(self.exclude, 4, 0, 1, 2)
        grid.addWidget(self.problem, 5, 0, 1, 2)
        grid.setColumnStretch(0, 1)
        for widget in (self.replace, self.replace_all, self.include, self.exclude, self.ignored):
            widget.hide()
        order = (self.pattern, *self.toggles.values(), self.more, self.with_replace, self.replace, self.replace_all,
                 self.include, self.ignored, self.exclude)  # fmt: skip
        for before, after in pairwise(order):
            QWidget.setTabOrder(before, after)

    def _connect(self) -> None:
        for field in (self.pattern, self.include, self.exclude):
            field.textChanged.connect(self._on_changed)
            field.returnPressed.connect(self.entered)
            field.went_below.connect(self.went_below)
        self.replace.textChanged.connect(self._on_replacement_changed)
        self.replace.went_below.connect(self.went_below)
        self.replace.returnPressed.connect(self.entered)
        self.replace_all.clicked.connect(self._on_replace_all_clicked)
        for button in (*self.toggles.values(), self.ignored):
            button.toggled.connect(self._on_changed)
        self.more.toggled.connect(self._on_more_toggled)
        self.with_replace.toggled.connect(self._on_with_replace_toggled)

    def _on_changed(self, _value: object = None) -> None:
        self.changed.emit()

    def _on_replacement_changed(self, _text: str) -> None:
        self.replacement_changed.emit()

    def _on_replace_all_clicked(self, _checked: bool = False) -> None:
        self.replace_all_wanted.emit()

    def _on_more_toggled(self, is_shown: bool) -> None:
        for widget in (self.include, self.exclude, self.ignored):
            widget.setVisible(is_shown)
        self.changed.emit()

    def _on_with_replace_toggled(self, is_shown: bool) -> None:
        self.replace.setVisible(is_shown)
        self.replace_all.setVisible(is_shown)
        self.replacement_changed.emit()

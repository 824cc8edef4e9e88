"""The find and replace bar of the active editor."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QLineEdit, QPushButton, QToolButton, QWidget

from copilot_desktop.editor.finding import Finder, FindQuery, FindResult
from copilot_desktop.errors import UsageError
from copilot_desktop.ui.editor_area import EditorArea
from copilot_desktop.ui.icon_button import IconButton, MakeIcon


class FindBar(QWidget):
    """Enter finds the next match, Shift+Enter the one before, Esc goes back to the text."""

    def __init__(self, editors: EditorArea, make_icon: MakeIcon, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editors, self._make_icon = editors, make_icon
        self.setObjectName("find_bar")
        self.setAccessibleName("Find and replace")
        self.setProperty("pane", True)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._find = self._field("find", "Find")
        self._replace = self._field("replace", "Replace with")
        self._count = QLabel("", self)
        self._count.setObjectName("find_bar.count")
        self._count.setProperty("role", "muted")
        self._count.setMinimumWidth(110)
        self._case = self._toggle("case", "case-sensitive", "Match case")
        self._word = self._toggle("word", "whole-word", "Whole words")
        self._regex = self._toggle("regex", "regex", "Regular expression")
        grid = QGridLayout(self)
        grid.setContentsMargins(12, 6, 12, 6)
        grid.setSpacing(4)
        grid.addWidget(self._find, 0, 0)
        buttons = (
            self._icon_button("previous", "arrow-up", "Previous match", self.find_previous),
            self._icon_button("next", "arrow-down", "Next match", self.find_next),
            self._icon_button("close", "x", "Close the find bar", self.close_bar),
        )
        find_row = (self._case, self._word, self._regex, *buttons, self._count)
        grid.addLayout(_row(find_row), 0, 1)
        grid.addWidget(self._replace, 1, 0)
        self._replace_row = (
            self._button("replace_one", "Replace", self.replace_one),
            self._button("replace_all", "Replace all", self.replace_all),
        )
        grid.addLayout(_row(self._replace_row), 1, 1)
        grid.setColumnStretch(0, 1)
        self._find.textChanged.connect(self._on_query_changed)
        editors.current_changed.connect(self._on_current_changed)
        self.hide()

    def has_view(self) -> bool:
        """Whether there is a text to look through."""
        return self._editors.current_view() is not None

    def open_find(self) -> None:
        """Show the bar; a selection of one line is looked for."""
        self._open(False)

    def open_replace(self) -> None:
        """Show the bar with its second row."""
        self._open(True)

    def close_bar(self) -> None:
        """Hide the bar and go back to the text."""
        self.hide()
        view = self._editors.current_view()
        if view is not None:
            view.setFocus()

    def find_next(self) -> None:
        """Select the next match."""
        self._run(lambda finder, query: self._tell(finder.find(query)))

    def find_previous(self) -> None:
        """Select the match before."""
        self._run(lambda finder, query: self._tell(finder.find(query, is_backwards=True)))

    def replace_one(self) -> None:
        """Replace the selected match and go to the next."""
        self._run(lambda finder, query: self._tell(finder.replace(query, self._replace.text())))

    def replace_all(self) -> None:
        """Replace every match as one undo step."""

        def run(finder: Finder, query: FindQuery) -> None:
            count = finder.replace_all(query, self._replace.text())
            self._count.setText(f"{count} replaced")

        self._run(run)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Enter, Shift+Enter and Esc in the fields."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            key = Qt.Key(event.key())
            if key == Qt.Key.Key_Escape:
                self.close_bar()
                return True
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                if watched is self._replace:
                    self.replace_one()
                elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                    self.find_previous()
                else:
                    self.find_next()
                return True
        return super().eventFilter(watched, event)

    def _open(self, with_replace: bool) -> None:
        view = self._editors.current_view()
        if view is None:
            return
        for widget in (self._replace, *self._replace_row):
            widget.setVisible(with_replace)
        selected = view.selected_text()
        if selected and "\n" not in selected and "\r" not in selected:
            self._find.setText(selected)
        self.show()
        self._find.setFocus()
        self._find.selectAll()

    def _query(self) -> FindQuery:
        return FindQuery(self._find.text(), self._regex.isChecked(), self._case.isChecked(), self._word.isChecked())

    def _run(self, call: Callable[[Finder, FindQuery], None]) -> None:
        view, query = self._editors.current_view(), self._query()
        is_invalid = False
        if view is not None and query.text:
            try:
                call(view.finder, query)
            except UsageError as error:
                is_invalid = True
                self._count.setText(error.message)
        else:
            self._count.setText("")
        if self._find.property("invalid") is not is_invalid:
            self._find.setProperty("invalid", is_invalid)
            self._find.style().polish(self._find)

    def _tell(self, result: FindResult) -> None:
        wrapped = ", from the other end" if result.has_wrapped else ""
        self._count.setText(f"{result.index} of {result.count}{wrapped}" if result.count else "Not found")

    def _on_query_changed(self) -> None:
        self._run(lambda finder, query: self._tell(finder.find(query, includes_selection=True)))

    def _on_current_changed(self) -> None:
        if self.isVisible() and not self.has_view():
            self.hide()

    def _field(self, name: str, title: str) -> QLineEdit:
        field = QLineEdit(self)
        field.setObjectName(f"find_bar.{name}")
        field.setAccessibleName(title)
        field.setPlaceholderText(title)
        field.installEventFilter(self)
        return field

    def _toggle(self, name: str, icon: str, title: str) -> QToolButton:
        button = IconButton(self._make_icon, icon, title, self)
        button.setCheckable(True)
        button.setObjectName(f"find_bar.{name}")
        button.toggled.connect(self._on_query_changed)
        return button

    def _icon_button(self, name: str, icon: str, title: str, call: Callable[[], None]) -> QToolButton:
        button = IconButton(self._make_icon, icon, title, self)
        button.setObjectName(f"find_bar.{name}")
        button.clicked.connect(call)
        return button

    def _button(self, name: str, title: str, call: Callable[[], None]) -> QPushButton:
        button = QPushButton(title, self)
        button.setObjectName(f"find_bar.{name}")
        button.setAccessibleName(title)
        button.clicked.connect(call)
        return button


def _row(widgets: tuple[QWidget, ...]) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(4)
    for widget in widgets:
        row.addWidget(widget)
    row.addStretch(1)
    return row

"""The search over all pages of the settings: the fields found, each with what it is for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from PySide6.QtCore import Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from copilot_desktop.ui.preferences.form_parts import text_label
from copilot_desktop.values import dataclass

_FOUND = Qt.ItemDataRole.UserRole


@dataclass(frozen=True, slots=True)
class FoundField:
    """A field with its label on a page."""

    page: str
    label: str
    help: str
    field: QWidget

    @property
    def words(self) -> str:
        """What it is found by."""
        name = self.field.objectName().removeprefix("setting_").replace("_", " ")
        return f"{self.page} {self.label} {self.help} {name} {self.field.objectName()}".casefold()


def fields_of(title: str, page: QWidget) -> tuple[FoundField, ...]:
    """The fields of a page that have a label."""
    made = []
    for label in page.findChildren(QLabel):
        field = cast("QWidget | None", label.buddy())  # the stubs know no label without
        if field is not None and label.text():
            made.append(FoundField(title, label.text(), field.accessibleDescription(), field))
    return tuple(made)


class SearchField(QLineEdit):
    """`entered()` by the keyboard, `moved(down)` by the arrow keys, `left()` by Esc; Enter is Qt's `returnPressed`."""

    entered = Signal()
    moved = Signal(int)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("preferences_search")
        self.setAccessibleName("Search settings")
        self.setPlaceholderText("Search settings")
        self.setClearButtonEnabled(True)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Somebody is about to search."""
        super().focusInEvent(event)
        self.entered.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Move in the list below, or leave it."""
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}
        if event.key() in steps:
            self.moved.emit(steps[Qt.Key(event.key())])
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)


class SearchResults(QWidget):
    """`chosen(FoundField)`."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "base")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.list = QListWidget()
        self.list.setObjectName("preferences_found")
        self.list.setAccessibleName("Settings found")
        self.list.setWordWrap(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._none = text_label("", "muted", "preferences_none_found")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 12, 24, 12)
        self._none.setAlignment(Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self._none)
        layout.addWidget(self.list, 1)
        self.list.itemActivated.connect(self._on_item_chosen)
        self.list.itemClicked.connect(self._on_item_chosen)

    def show_found(self, fields: Sequence[FoundField], query: str) -> None:
        """List the fields that have all words; those that have them in the label first."""
        words = query.casefold().split()
        found = [field for field in fields if all(word in field.words for word in words)]
        found.sort(key=lambda field: not all(word in field.label.casefold() for word in words))
        self.list.clear()
        for field in found:
            item = QListWidgetItem(f"{field.page} › {field.label}")
            item.setData(_FOUND, field)
            item.setToolTip(field.help)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{field.page}, {field.label}. {field.help}")
            self.list.addItem(item)
        self.list.setVisible(bool(found))
        self.list.setCurrentRow(0)
        self._none.setText("" if found else f"No setting has “{query.strip()}” in its name or help.")
        self._none.setVisible(not found)

    def move_by(self, step: int) -> None:
        """Go to the next or previous one."""
        self.list.setCurrentRow(min(max(self.list.currentRow() + step, 0), self.list.count() - 1))

    def choose(self) -> None:
        """Take the current one."""
        item = self.list.currentItem()
        if item is not None:
            self._on_item_chosen(item)

    def _on_item_chosen(self, item: QListWidgetItem) -> None:
        self.chosen.emit(item.data(_FOUND))

"""The command palette: every action by a few letters of its name, with its keys."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from copilot_desktop.ui.actions import Action, ActionSet

WIDTH_PX, HEIGHT_PX = 560, 380
_MOVES = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 10, Qt.Key.Key_PageUp: -10}


def match_score(query: str, title: str) -> int | None:
    """How well the letters of `query` stand in `title` in their order; None when they do not. More is better."""
    wanted, found = query.casefold().replace(" ", ""), title.casefold()
    if not wanted:
        return 0
    score, position, last = 0, 0, -2
    for letter in wanted:
        position = found.find(letter, position)
        if position < 0:
            return None
        starts_word = position == 0 or not found[position - 1].isalnum()
        score += 8 if position == last + 1 else 4 if starts_word else 1
        last, position = position, position + 1
    return score * 100 - len(found)


class CommandPalette(QFrame):
    """A list over the window; Enter does, Esc leaves. Actions that cannot be done now are left out."""

    def __init__(self, actions: ActionSet, window: QWidget) -> None:
        super().__init__(window, Qt.WindowType.Popup)
        self._window = window
        self._actions = actions
        self.setObjectName("command_palette")
        self.setAccessibleName("Command palette")
        self.setProperty("card", True)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        self._field = QLineEdit(self)
        self._field.setObjectName("command_palette.field")
        self._field.setAccessibleName("Command")
        self._field.setPlaceholderText("Type a command")
        self._list = QListWidget(self)
        self._list.setObjectName("command_palette.list")
        self._list.setAccessibleName("Commands")
        self._list.setProperty("plain", True)
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setUniformItemSizes(True)
        column.addWidget(self._field)
        column.addWidget(self._list)
        self._field.textChanged.connect(self._fill)
        self._field.installEventFilter(self)
        self._list.itemClicked.connect(self._on_item_clicked)

    def popup(self) -> None:
        """Open with an empty field above the middle of the window."""
        window = self._window
        width = min(WIDTH_PX, window.width() - 32)
        self.resize(width, min(HEIGHT_PX, window.height() - 80))
        self.move(window.mapToGlobal(window.rect().topLeft()).x() + (window.width() - width) // 2,
                  window.mapToGlobal(window.rect().topLeft()).y() + 48)  # fmt: skip
        self._field.clear()
        self._fill("")
        self.show()
        self._field.setFocus()

    def titles(self) -> tuple[str, ...]:
        """The titles on show, the best first."""
        return tuple(
            str(self._list.item(row).data(Qt.ItemDataRole.AccessibleTextRole)) for row in range(self._list.count())
        )

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Keys of the field that move in the list."""
        if watched is self._field and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            key = Qt.Key(event.key())
            if key in _MOVES and self._list.count():
                row = min(max(self._list.currentRow() + _MOVES[key], 0), self._list.count() - 1)
                self._list.setCurrentRow(row)
                return True
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._run(self._list.currentItem())
                return True
        return super().eventFilter(watched, event)

    def _fill(self, query: str) -> None:
        found: list[tuple[int, Action]] = []
        for action in self._actions.all():
            score = match_score(query, _full_title(action))
            if score is not None and action.when():
                found.append((score, action))
        if query:
            found.sort(key=lambda pair: -pair[0])
        self._list.clear()
        for _score, action in found:
            item = QListWidgetItem(self._list)
            item.setData(Qt.ItemDataRole.UserRole, action.action_id)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, _full_title(action))
            self._list.setItemWidget(item, self._row(action))
        self._list.setCurrentRow(0)

    def _row(self, action: Action) -> QWidget:
        row = QWidget()
        layout = QHBoxLayout(row)
        layout.setContentsMargins(8, 0, 8, 0)
        layout.addWidget(QLabel(_full_title(action), row), 1)
        keys = QLabel(self._actions.shortcut_text(action.action_id), row)
        keys.setProperty("role", "muted")
        layout.addWidget(keys)
        return row

    def _on_item_clicked(self, item: QListWidgetItem) -> None:
        self._run(item)

    def _run(self, item: QListWidgetItem | None) -> None:
        self.hide()
        if item is not None:
            self._actions.run(str(item.data(Qt.ItemDataRole.UserRole)))


def _full_title(action: Action) -> str:
    title = action.title.rstrip("…").rstrip(".")
    return f"{action.menu}: {title}" if action.menu else title

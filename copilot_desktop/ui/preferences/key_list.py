"""The list of all commands with their keys, found by name or by pressing keys."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from copilot_desktop.ui.actions import Action, ActionSet
from copilot_desktop.ui.key_conflicts import bound_keys, clashing_ids
from copilot_desktop.ui.page_commands import every_action
from copilot_desktop.ui.theme.theme import Theme

_ID = Qt.ItemDataRole.UserRole
_COMMAND, _KEYS, _PLACE, _STATE = range(4)
ROW_PX = 24
_PADDING_PX, _KEYS_SHARE, _PLACE_SHARE, _PLACE_FROM_LETTERS = 20, 0.4, 0.28, 60
_CONFLICT = "Conflict"
_USUAL_KEYS = "Ctrl+Alt+Shift+Right"


class KeyList(QTreeWidget):
    """`chosen(id)`: another row is current, "" for none; `wanted()`: the keys of this row are to be changed."""

    chosen = Signal(str)
    wanted = Signal()

    def __init__(self, actions: ActionSet, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._actions, self._theme = actions, theme
        self._name, self._pressed = "", QKeySequence()
        self.setObjectName("keys_list")
        self.setAccessibleName("Commands and their keys")
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setColumnCount(4)
        self.setHeaderLabels(["Command", "Keys", "Only in", ""])
        header = self.header()
        header.setObjectName("keys_list.header")
        header.setAccessibleName("Columns")
        header.setStretchLastSection(False)
        header.setSectionResizeMode(_COMMAND, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(_PLACE, QHeaderView.ResizeMode.Fixed)
        self.currentItemChanged.connect(self._on_current_changed)
        self.itemActivated.connect(self._on_activated)
        every_action(actions)
        actions.changed.connect(self.refresh)
        theme.changed.connect(self._on_theme_changed)
        self.refresh()

    @property
    def current_id(self) -> str:
        """The action of the current row; empty when there is none."""
        item = self.currentItem()
        return "" if item is None or item.isHidden() else str(item.data(_COMMAND, _ID))

    def shown_ids(self) -> tuple[str, ...]:
        """The actions that are not filtered out."""
        items = (self.topLevelItem(row) for row in range(self.topLevelItemCount()))
        return tuple(str(item.data(_COMMAND, _ID)) for item in items if item is not None and not item.isHidden())

    def select(self, action_id: str) -> None:
        """Make the row of an action the current one."""
        for row in range(self.topLevelItemCount()):
            item = self.topLevelItem(row)
            if item is not None and item.data(_COMMAND, _ID) == action_id:
                self.setCurrentItem(item)

    def refresh(self) -> None:
        """Fill the list with what there is now; the current row stays."""
        here = self.current_id
        self.blockSignals(True)
        self.clear()
        clashing = clashing_ids(bound_keys(self._actions))
        for action in sorted(self._actions.all(), key=full_title):
            self.addTopLevelItem(self._item(action, is_clashing=action.action_id in clashing))
        self.select(here)
        self._filter()
        self._fit_columns()
        self.blockSignals(False)

    def show_only(self, name: str, pressed: QKeySequence) -> None:
        """Show the commands with this name whose keys begin with these."""
        before = self.current_id
        self._name, self._pressed = name, pressed
        self._filter()
        shown = self.shown_ids()
        if not self.current_id and shown:
            self.select(shown[0])
        # A row that is hidden and comes back is current all the time, which nobody is told.
        if self.current_id != before:
            self.chosen.emit(self.current_id)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Share the width among the columns."""
        super().resizeEvent(event)
        self._fit_columns()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Larger letters need wider columns."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.FontChange):
            self._fit_columns()

    def _fit_columns(self) -> None:
        """Places and states take what their words need, the commands the rest."""
        metrics = self.fontMetrics()
        items = [item for row in range(self.topLevelItemCount()) if (item := self.topLevelItem(row)) is not None]
        words = {column: {item.text(column) for item in items} - {""} for column in (_PLACE, _STATE)}
        needed = {
            column: max((metrics.horizontalAdvance(word) for word in found), default=0) + _PADDING_PX
            for column, found in words.items()
        }
        self.setColumnHidden(_STATE, not words[_STATE])
        self.setColumnWidth(_STATE, needed[_STATE])
        width = self.viewport().width()
        # Where it is narrow the tip says the place.
        self.setColumnHidden(_PLACE, width < _PLACE_FROM_LETTERS * metrics.averageCharWidth())
        self.setColumnWidth(_PLACE, min(needed[_PLACE], round(width * _PLACE_SHARE)))
        usual = metrics.horizontalAdvance(_USUAL_KEYS) + _PADDING_PX
        self.setColumnWidth(_KEYS, min(usual, round(width * _KEYS_SHARE)))

    def _item(self, action: Action, *, is_clashing: bool) -> QTreeWidgetItem:
        keys = self._actions.keys(action.action_id)
        place = action.place.name if action.place is not None else ""
        state = _CONFLICT if is_clashing else "Changed" if action.action_id in self._actions.overrides else ""
        item = QTreeWidgetItem([full_title(action), ", ".join(written(each) for each in keys), place, state])
        item.setData(_COMMAND, _ID, action.action_id)
        item.setSizeHint(_COMMAND, QSize(0, max(ROW_PX, self.fontMetrics().height() + 4)))
        for column in (_COMMAND, _PLACE):
            where = f"\nOnly in: {place}" if place else ""
            item.setToolTip(column, f"{item.text(column)}{where}\n{action.action_id}" if column == _COMMAND else place)
        if is_clashing:
            item.setToolTip(_STATE, "Another command has these keys in the same place, so they do nothing.")
        self._colour(item)
        words = (word for word in (item.text(column) for column in range(4)) if word)
        item.setData(_COMMAND, Qt.ItemDataRole.AccessibleTextRole, ", ".join(words))
        return item

    def _filter(self) -> None:
        for row in range(self.topLevelItemCount()):
            item = self.topLevelItem(row)
            if item is not None:
                item.setHidden(not self._is_match(item))

    def _is_match(self, item: QTreeWidgetItem) -> bool:
        action_id = str(item.data(_COMMAND, _ID))
        text = f"{item.text(_COMMAND)} {item.text(_KEYS)} {action_id}".casefold()
        if not all(word in text for word in self._name.casefold().split()):
            return False
        if not self._pressed.count():
            return True
        no_match = QKeySequence.SequenceMatch.NoMatch
        return any(self._pressed.matches(keys) is not no_match for keys in self._actions.keys(action_id))

    def _on_current_changed(self, _item: object, _before: object = None) -> None:
        self.chosen.emit(self.current_id)

    def _on_activated(self, _item: QTreeWidgetItem, _column: int) -> None:
        self.wanted.emit()

    def _colour(self, item: QTreeWidgetItem) -> None:
        tokens = self._theme.tokens
        is_clashing = item.text(_STATE) == _CONFLICT
        item.setForeground(_STATE, QBrush(QColor(tokens.remf if is_clashing else tokens.amber)))
        item.setForeground(_PLACE, QBrush(QColor(tokens.muted)))

    def _on_theme_changed(self, _changed: object) -> None:
        self.blockSignals(True)
        for row in range(self.topLevelItemCount()):
            item = self.topLevelItem(row)
            if item is not None:
                self._colour(item)
        self.blockSignals(False)


def full_title(action: Action) -> str:
    """The command as the palette names it."""
    title = action.title.rstrip("…").rstrip(".")
    return f"{action.menu}: {title}" if action.menu else title


def written(keys: QKeySequence) -> str:
    """Keys as this system writes them."""
    return keys.toString(QKeySequence.SequenceFormat.NativeText).replace(", ", " ")

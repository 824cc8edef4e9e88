"""The bar that finds words in a diff."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from copilot_desktop.ui.diff.diff_list import DiffList
from copilot_desktop.ui.diff.finding import MATCH_LIMIT, DiffMatch, matches_in, pattern_of
from copilot_desktop.ui.find_keys import FindKeys
from copilot_desktop.ui.history_field import HistoryField
from copilot_desktop.ui.icon_button import IconButton
from copilot_desktop.ui.theme.icons import icon


class DiffFindBar(QFrame):
    """Enter finds the next match, Shift+Enter the one before; Esc goes back to the rows. `name` begins its names."""

    def __init__(self, name: str, view: DiffList, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view = view
        self._matches: tuple[DiffMatch, ...] = ()
        self._at = -1
        self.setObjectName(f"{name}.find_bar")
        self.setAccessibleName("Find in the differences")
        self.field = HistoryField(f"{name}.find", "Find in the differences", self)
        self.count = QLabel("", self)
        self.count.setObjectName(f"{name}.find_count")
        self.count.setAccessibleName("Matches")
        self.count.setProperty("role", "muted")
        self.count.setMinimumWidth(72)
        self.case = self._button(f"{name}.find_case", "case-sensitive", "Match case")
        self.case.setCheckable(True)
        self._previous = self._button(f"{name}.find_previous", "arrow-up", "Previous match (Shift+Enter)")
        self._next = self._button(f"{name}.find_next", "arrow-down", "Next match (Enter)")
        self._close = self._button(f"{name}.find_close", "x", "Close the find bar (Esc)")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 8, 4)
        row.setSpacing(4)
        row.addWidget(self.field, 1)
        for widget in (self.count, self.case, self._previous, self._next, self._close):
            row.addWidget(widget)
        self._keys = FindKeys(self, self._on_key_pressed)
        self.field.installEventFilter(self._keys)
        self.field.textChanged.connect(self._on_query_changed)
        self.case.toggled.connect(self._on_query_changed)
        self._previous.clicked.connect(lambda: self.step(-1))
        self._next.clicked.connect(lambda: self.step(1))
        self._close.clicked.connect(self.close_bar)
        view.content_changed.connect(self._look_again)
        view.options_changed.connect(self._look_again)
        self.hide()

    def open(self) -> None:
        """Show the bar with the keyboard in its field."""
        self.show()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()
        self._look_again()

    def close_bar(self) -> None:
        """Put it away; the keyboard goes back to the rows."""
        self.field.remember()
        self.hide()
        self._matches, self._at = (), -1
        self._view.show_found(None, None)
        self._view.setFocus()

    def step(self, by: int) -> None:
        """Go to the next match (1) or the one before (-1), in a circle."""
        if self.isHidden():
            self.open()
            return
        self.field.remember()
        if not self._matches:
            return
        if self._at < 0:
            here = max(0, self._view.currentIndex().row())
            after = [number for number, match in enumerate(self._matches) if match.place >= here]
            self._at = (after[0] if after else 0) if by > 0 else (after[0] - 1 if after else -1)
        else:
            self._at += by
        self._at %= len(self._matches)
        match = self._matches[self._at]
        if match.gap_id is not None:
            number = self._at
            self._view.open_gap(match.gap_id)
            # The same matches, but in other rows.
            self._look_again()
            self._at = min(number, len(self._matches) - 1)
        self._show()

    def _on_query_changed(self, _changed: object = None) -> None:
        self._look_again()
        if self._matches and self.field.text():
            self.step(1)

    def _look_again(self) -> None:
        if self.isHidden():
            return
        pattern = pattern_of(self.field.text(), is_case_sensitive=self.case.isChecked())
        self._matches = () if pattern is None else matches_in(self._view.content, pattern)
        self._at = -1
        self._view.show_found(pattern, None)
        self._say()

    def _show(self) -> None:
        pattern = pattern_of(self.field.text(), is_case_sensitive=self.case.isChecked())
        self._view.show_found(pattern, self._matches[self._at])
        self._say()

    def _say(self) -> None:
        count = len(self._matches)
        more = "+" if count == MATCH_LIMIT else ""
        if not self.field.text():
            self.count.setText("")
        elif not count:
            self.count.setText("Not found")
        else:
            self.count.setText(f"{self._at + 1:,} of {count:,}{more}" if self._at >= 0 else f"{count:,}{more}")

    def _on_key_pressed(self, _field: QObject, key: Qt.Key, has_shift: bool) -> bool:
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.step(-1 if has_shift else 1)
            return True
        if key == Qt.Key.Key_Escape:
            self.close_bar()
            return True
        return False

    def _button(self, name: str, icon_name: str, title: str) -> IconButton:
        made = IconButton(self._icon, icon_name, title, self)
        self._view.dressed.connect(made.draw)
        made.setObjectName(name)
        made.setAccessibleName(title.partition(" (")[0])
        return made

    def _icon(self, name: str, is_on: bool) -> QIcon:
        return icon(name, self._view.tokens.accent if is_on else self._view.tokens.muted)

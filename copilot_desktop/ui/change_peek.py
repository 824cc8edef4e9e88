"""A small diff below changed lines: what git has of them, with a way to put it back."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QIcon, QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from copilot_desktop.bridge.git.margins import MarginChange
from copilot_desktop.text.lines import count_lines, split_lines
from copilot_desktop.text.ranges import LineRange
from copilot_desktop.ui.diff.diff_list import DiffList
from copilot_desktop.ui.diff.values import DiffFile, DiffHunk, HunkLabel
from copilot_desktop.ui.elided_label import ElidedLabel
from copilot_desktop.ui.icon_button import IconButton
from copilot_desktop.ui.theme.icons import icon
from copilot_desktop.ui.theme.theme import Theme, ThemeChanged

_MOST_ROWS = 12


class ChangePeek(QFrame):
    """`number`: which of how many (0-based). `stepped(by)`, `revert_wanted()`, `closed()`."""

    stepped = Signal(int)
    revert_wanted = Signal()
    closed = Signal()

    def __init__(self, theme: Theme, number: tuple[int, int], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("change_peek")
        self.setProperty("card", "true")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._theme, self._at = theme, number[0]
        self.diff = DiffList(theme.tokens)
        self.diff.setObjectName("change_peek.diff")
        self.diff.setAccessibleName("What git has of these lines, and what stands there")
        self._head = ElidedLabel("change_peek.head")
        self._head.show_text(f"Change {number[0] + 1} of {number[1]} since the staged text")
        self.setAccessibleName(self._head.text())
        self._revert = QPushButton("Put back")
        self._revert.setObjectName("change_peek.revert")
        self._revert.setToolTip("Put what git has in the place of these lines; undo takes it back (Ctrl+K Ctrl+R)")
        self._revert.clicked.connect(self._on_revert)
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self._head, 1)
        row.addWidget(self._revert)
        for name, title, call in (
            ("arrow-up", "Previous change (Shift+Alt+F5)", self._on_previous),
            ("arrow-down", "Next change (Alt+F5)", self._on_next),
            ("x", "Close (Esc)", self._on_close),
        ):
            button = IconButton(self._icon, name, title)
            button.setObjectName(f"change_peek.{name}")
            button.clicked.connect(call)
            row.addWidget(button)
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(10, 6, 6, 6)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(self.diff)
        self.setFocusProxy(self._revert)
        theme.changed.connect(self._on_theme_changed)

    def show_change(self, path: str, baseline: str, text: str, changes: Sequence[MarginChange]) -> None:
        """Show the change among all of a text, so that its lines have their numbers."""
        old, new, label = split_lines(baseline), split_lines(text), HunkLabel("Changed", "circle-dot", "muted")
        hunks = tuple(
            DiffHunk(str(at), LineRange(each.old_start, each.old_start + count_lines(each.old_text)), each.lines, label)
            for at, each in enumerate(changes)
        )
        self.diff.show_files((DiffFile(path, tuple(old), tuple(new), hunks),))
        rows, heights, hunk_id = self.diff.rows_model.rows, self.diff.heights, str(self._at)
        first, end = rows.places[hunk_id], rows.end_of_hunk(hunk_id)
        shown = min(_MOST_ROWS, end - first)
        self.diff.setFixedHeight(heights.top(first + shown) - heights.top(first))
        self.diff.go_to_hunk(hunk_id, is_scrolled=False)
        # Once it is laid out: before, there is no way to scroll.
        QTimer.singleShot(0, self._scroll)

    def _scroll(self) -> None:
        place = self.diff.rows_model.rows.places.get(str(self._at))
        if place is not None:
            self.diff.verticalScrollBar().setValue(self.diff.heights.top(place))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Escape closes it."""
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
            return
        super().keyPressEvent(event)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As high as its lines."""
        return QSize(480, self._column.sizeHint().height())

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Other letters: another height."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.updateGeometry()

    def _icon(self, name: str, is_active: bool) -> QIcon:
        return icon(name, self._theme.tokens.text if is_active else self._theme.tokens.muted)

    def _on_theme_changed(self, event: ThemeChanged) -> None:
        self.diff.set_tokens(event.tokens)

    def _on_revert(self, _checked: bool = False) -> None:
        self.revert_wanted.emit()

    def _on_previous(self, _checked: bool = False) -> None:
        self.stepped.emit(-1)

    def _on_next(self, _checked: bool = False) -> None:
        self.stepped.emit(1)

    def _on_close(self, _checked: bool = False) -> None:
        self.closed.emit()

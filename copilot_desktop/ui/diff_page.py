"""A read-only tab that compares texts."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget
from shiboken6 import isValid

from copilot_desktop.ui.actions import Action
from copilot_desktop.ui.diff.actions import diff_actions
from copilot_desktop.ui.diff.diff_frame import DiffFrame
from copilot_desktop.ui.diff.diff_list import DiffList
from copilot_desktop.ui.diff.look import DiffLook
from copilot_desktop.ui.diff.values import DiffFile
from copilot_desktop.ui.flow_layout import FlowLabel, FlowLayout
from copilot_desktop.ui.notices import Choice
from copilot_desktop.ui.theme.theme import Theme, ThemeChanged


class DiffPage(QWidget):
    """`head` says which side is which."""

    came_to_front = Signal(object)
    """Carries the page itself."""

    def __init__(self, name: str, files: Sequence[DiffFile], head: str, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("compare")
        self.setAccessibleName(name)
        self.setProperty("surface", "base")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.diff, self.look = DiffList(theme.tokens), DiffLook(self)
        self.diff.setObjectName("compare.diff")
        self.diff.setAccessibleName("Differences")
        self._frame = DiffFrame("compare", self.diff, self.look)
        has_any = any(file.hunks or file.notes for file in files)
        row = QWidget(self)
        row.setProperty("plain", True)
        self._head = FlowLayout(row, gap_px=8, is_spread=True)
        self._head.setContentsMargins(12, 6, 12, 6)
        self._head.addWidget(FlowLabel(head if has_any else "There is no difference.", "muted", "compare.head"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(row)
        column.addWidget(self._frame, 1)
        self.setFocusProxy(self.diff)
        self.diff.show_files(list(files))
        self.step(1)
        theme.changed.connect(self._on_theme_changed)

    def add_choices(self, choices: Sequence[Choice]) -> None:
        """Put buttons beside the head."""
        for title, call in choices:
            button = QPushButton(title, self)
            button.setObjectName(f"{self.objectName()}.{title.lower().replace(' ', '_')}")
            button.setAccessibleName(title)
            button.clicked.connect(lambda _checked=False, call=call: call())
            self._head.addWidget(button)

    def open_search(self) -> None:
        """Give the field of the search the keyboard."""
        self._frame.open_search()

    def step_search(self, step: int) -> None:
        """Go to the next match or the one before."""
        self._frame.step_search(step)

    def step(self, by: int) -> None:
        """Go to the next (1) or the previous (-1) difference."""
        ids = list(self.diff.rows_model.rows.places)
        if ids:
            here = ids.index(self.diff.current_hunk) if self.diff.current_hunk in ids else -by
            self.diff.go_to_hunk(ids[max(0, min(here + by, len(ids) - 1))])

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Its keys are those of the comparison in front."""
        super().showEvent(event)
        self.came_to_front.emit(self)

    def one_key_actions(self) -> tuple[Action, ...]:
        """Commands of one key, which work while it has the keyboard."""

        def is_shown() -> bool:
            # The palette lists the actions of a page that was closed as well.
            return isValid(self) and self.isVisible()

        on, back = partial(self.step, 1), partial(self.step, -1)
        return (
            Action("compare.next", "Next difference", on, ("J",), when=is_shown, focus=self),
            Action("compare.previous", "Previous difference", back, ("K",), when=is_shown, focus=self),
            *diff_actions("compare", self.diff, self.look, is_shown, self),
        )

    def _on_theme_changed(self, changed: ThemeChanged) -> None:
        self.diff.set_tokens(changed.tokens)

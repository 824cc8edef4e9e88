"""A read-only tab that compares a text with what stands on disk under its name."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget
from shiboken6 import isValid

from copilot_desktop.ui.actions import Action
from copilot_desktop.ui.diff.actions import diff_actions
from copilot_desktop.ui.diff.comparing import compared_file
from copilot_desktop.ui.diff.diff_frame import DiffFrame
from copilot_desktop.ui.diff.diff_list import DiffList
from copilot_desktop.ui.diff.look import DiffLook
from copilot_desktop.ui.theme.theme import Theme, ThemeChanged

_COLOURS = "Removed lines are on disk, added lines are in your tab."


class DiffPage(QWidget):
    """`mine` is the text in the tab, `theirs` what stands on disk."""

    came_to_front = Signal(object)
    """Carries the page itself."""

    def __init__(self, path: str, mine: str, theirs: str, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("compare")
        self.setAccessibleName(f"Comparison of {path}")
        self.setProperty("surface", "base")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.diff, self.look = DiffList(theme.tokens), DiffLook(self)
        self.diff.setObjectName("compare.diff")
        self.diff.setAccessibleName("Differences")
        self._frame = DiffFrame("compare", self.diff, self.look)
        compared = compared_file(path, theirs, mine)
        head = QLabel(_COLOURS if compared.hunks else "There is no difference.")
        head.setProperty("role", "muted")
        head.setTextFormat(Qt.TextFormat.PlainText)
        head.setWordWrap(True)
        head.setContentsMargins(12, 6, 12, 6)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(head)
        column.addWidget(self._frame, 1)
        self.setFocusProxy(self.diff)
        self.diff.show_files([compared])
        self.step(1)
        theme.changed.connect(self._on_theme_changed)

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

"""What can be done with a hunk of one's own changes, laid over its head."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from copilot_desktop.ui.changes.change_list import Deed
from copilot_desktop.ui.diff.controls import HunkControls
from copilot_desktop.ui.diff.metrics import interface_font
from copilot_desktop.ui.theme.icons import icon
from copilot_desktop.ui.theme.tokens import Tokens

_ICON_PX, _WIDEST_PX = 26, 16_777_215
_SHOWN = {
    Deed.STAGE: ("Stage", "plus", "Stage this change (A), or the lines selected in it alone (Alt+A)"),
    Deed.UNSTAGE: ("Unstage", "minus", "Unstage this change (R), or the lines selected in it alone (Alt+R)"),
    Deed.DISCARD: ("Discard", "undo-2", "Discard this change (Del), or the lines selected in it alone (Alt+Del)"),
}
FindDeeds = Callable[[str], tuple[str, tuple[Deed, ...]]]
"""The place of a hunk in words, and what can be done with it."""


class GitHunkButtons(HunkControls):
    """The buttons of one hunk."""

    done = Signal(str, object)
    """Carries the hunk and a `Deed`."""

    def __init__(self, find: FindDeeds, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("my_changes.hunk_buttons")
        self._find = find
        self._hunk_id = ""
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 1, 8, 1)
        row.setSpacing(4)
        self._buttons = {deed: self._button(deed) for deed in (Deed.DISCARD, Deed.UNSTAGE, Deed.STAGE)}
        for button in self._buttons.values():
            row.addWidget(button)

    def show_hunk(self, hunk_id: str, tokens: Tokens, *, has_words: bool) -> bool:
        """Offer what can be done with this hunk, in words or as icons."""
        place, deeds = self._find(hunk_id)
        self._hunk_id = hunk_id
        for deed, button in self._buttons.items():
            word, name, tip = _SHOWN[deed]
            button.setFont(interface_font(self))
            button.setVisible(deed in deeds)
            button.setText(word if has_words else "")
            button.setIcon(QIcon() if has_words else icon(name, tokens.text))
            button.setMaximumWidth(_WIDEST_PX if has_words else _ICON_PX)
            button.setToolTip(tip)
            button.setAccessibleName(f"{word} the change at {place}")
        return bool(deeds)

    def _button(self, deed: Deed) -> QPushButton:
        button = QPushButton(self)
        button.setObjectName(f"my_changes.{deed}")
        button.setProperty("small", True)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.setMinimumHeight(22)
        button.setStyleSheet("padding: 0 8px; min-height: 0;")
        button.clicked.connect(partial(self._on_clicked, deed))
        return button

    def _on_clicked(self, deed: Deed, _checked: bool = False) -> None:
        self.done.emit(self._hunk_id, deed)

"""The small bar of a proposed hunk: Accept and Reject with their keys, shorter where there is little room."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QWidget


class HunkBar(QFrame):
    """Accept and Reject of one hunk; `decided` carries whether it was accepted."""

    decided = Signal(bool)

    def __init__(self, place: str, note: str, is_conflict: bool, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("editor.hunk")
        self.setAccessibleName(f"Proposed change, {place}")
        self.setProperty("hunk_bar", "true")
        self.setCursor(Qt.CursorShape.ArrowCursor)
        row = QHBoxLayout(self)
        row.setContentsMargins(2, 0, 2, 0)
        row.setSpacing(0)
        self._note = QLabel(note)
        self._note.setVisible(bool(note))
        row.addWidget(self._note)
        self.accept_button = self._button("Accept", "Alt+Y", place, row)
        self.reject_button = self._button("Reject", "Alt+N", place, row)
        if is_conflict:
            self.accept_button.setEnabled(False)
            self.accept_button.setToolTip("These lines changed since the answer. Open the review to see all sides.")
        self.accept_button.clicked.connect(lambda: self.decided.emit(True))
        self.reject_button.clicked.connect(lambda: self.decided.emit(False))

    def fit(self, room_px: int) -> bool:
        """Take the longest form that fits the room; False when none does."""
        for has_note, has_keys in ((True, True), (True, False), (False, True), (False, False)):
            self._note.setVisible(has_note and bool(self._note.text()))
            for button, key in ((self.accept_button, "Alt+Y"), (self.reject_button, "Alt+N")):
                word = button.accessibleName().partition(" ")[0]
                button.setText(f"{word}  {key}" if has_keys else word)
            self.layout().invalidate()  # type: ignore[union-attr] # it was given one above
            if self.sizeHint().width() <= room_px:
                return True
        return False

    def _button(self, word: str, key: str, place: str, row: QHBoxLayout) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName(f"editor.hunk.{word.lower()}")
        button.setAccessibleName(f"{word} the change, {place}")
        button.setProperty("decision", word.lower())
        button.setToolTip(f"{word} this change ({key})")
        button.setText(word)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        row.addWidget(button)
        return button

"""The small bar of a conflict: whose lines are to stand there. Nothing is chosen until the user does."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QWidget

from copilot_desktop.editor.bar_font import bar_font
from copilot_desktop.editor.hunk_rows import InlineHunk

_NOTE: Final = "Conflict: edited since"
_TIP: Final = "You or another program changed these lines after the answer; nothing is taken until you choose."


class SideChoice(StrEnum):
    """What is to stand in the place of a conflict."""

    YOURS = "yours"
    THEIRS = "theirs"
    BOTH = "both"
    EDIT = "edit"


SIDE_WORDS: Final = {
    SideChoice.YOURS: ("Keep yours", "Yours", "Leave the lines as they are and reject the change (Alt+N)"),
    SideChoice.THEIRS: ("Take the model's", "Model's", "Let the model's lines take the place of yours"),
    SideChoice.BOTH: ("Take both", "Both", "Keep your lines and put the model's below them"),
    SideChoice.EDIT: ("Edit…", "Edit…", "Write what is to stand there (Alt+T)"),
}


class ConflictBar(QFrame):
    """Its buttons; `chosen` carries one `SideChoice`."""

    chosen = Signal(object)

    def __init__(self, place: str, hunk: InlineHunk, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("editor.conflict")
        self.setProperty("hunk_bar", "true")
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self._place = ""
        self._widths: tuple[int, ...] = ()
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(2, 0, 2, 0)
        row.setSpacing(0)
        self._note = QLabel(_NOTE)
        self.show_hunk(hunk)
        row.addWidget(self._note)
        self.buttons = {choice: self._button(choice) for choice in SideChoice}
        self.can_compare = hunk.can_compare
        self.name_place(place)

    def show_hunk(self, hunk: InlineHunk) -> None:
        """Say which answer it is of, where there are several."""
        self._note.setToolTip("\n".join(each for each in (_TIP, hunk.origin) if each))

    def name_place(self, place: str) -> None:
        """Say to screen readers which lines these are."""
        if place == self._place:
            return
        self._place = place
        self.setAccessibleName(f"Conflict, {place}. {_TIP}")
        for choice, button in self.buttons.items():
            button.setAccessibleName(f"{SIDE_WORDS[choice][0]}, {place}")

    def fit(self, room_px: int, height_px: int) -> bool:
        """Take the longest form that fits the room, else the shortest; False when none does."""
        font = bar_font(self, height_px)
        if font != self._note.font():
            for part in (self._note, *self.buttons.values()):
                part.setFont(font)
            self._widths = ()
        if not self._widths:
            self._widths = tuple(self._width(form) for form in range(3))
        form = next((form for form, width in enumerate(self._widths) if width <= room_px), None)
        self._take(2 if form is None else form)
        return form is not None

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Other fonts and styles have other widths."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.FontChange):
            self._widths = ()

    def _width(self, form: int) -> int:
        for widget in (self, self._note, *self.buttons.values()):
            widget.ensurePolished()
        self._take(form)
        return self.sizeHint().width()

    def _take(self, form: int) -> None:
        """0: all words; 1: without the note; 2: one word a button."""
        self._note.setText(_NOTE if form == 0 else "Conflict")
        for choice, button in self.buttons.items():
            long, short, _ = SIDE_WORDS[choice]
            button.setText(short if form == 2 else long)
        self._row.invalidate()
        self._row.activate()

    def _button(self, choice: SideChoice) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName(f"editor.conflict.{choice.value}")
        button.setToolTip(SIDE_WORDS[choice][2])
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(lambda: self.chosen.emit(choice))
        self._row.addWidget(button)
        return button

"""The small bar of a proposed hunk: Accept, Reject and Refine with their keys, shorter where there is little room.

That of a hunk whose answer still arrives only says so.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QWidget

from copilot_desktop.editor.bar_font import bar_font
from copilot_desktop.editor.hunk_rows import InlineHunk

_ORIGIN_LETTERS = 36
_FORMS = (
    (True, True, True),
    (True, False, True),
    (False, True, True),
    (False, False, True),
    (False, False, False),
)
"""With the note, with the keys, with Refine; from the longest form to the shortest."""
_KEYS = ("Alt+Y", "Alt+N", "Ctrl+I")
_CONFLICT = "These lines changed since the answer. Open the review to see all sides."


class HunkBar(QFrame):
    """Accept and Reject of one hunk; `decided` carries whether it was accepted."""

    decided = Signal(bool)
    compare_chosen = Signal()
    refine_chosen = Signal()

    def __init__(self, place: str, hunk: InlineHunk, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("editor.hunk")
        self.setProperty("hunk_bar", "true")
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self._place = ""
        self._widths: tuple[int, ...] = ()
        self._has_keys = True
        self._form: tuple[bool, bool, bool] | None = None
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(2, 0, 2, 0)
        row.setSpacing(0)
        self.can_compare = hunk.can_compare
        self._note = self._compare_button(hunk.note) if hunk.can_compare else QLabel()
        row.addWidget(self._note)
        self.accept_button = self._button("Accept", row)
        self.reject_button = self._button("Reject", row)
        self.refine_button = self._button("Refine", row)
        self._said: InlineHunk | None = None
        self.show_hunk(hunk)
        self.name_place(place)
        self.accept_button.clicked.connect(lambda: self.decided.emit(True))
        self.reject_button.clicked.connect(lambda: self.decided.emit(False))
        self.refine_button.clicked.connect(self.refine_chosen)

    def show_hunk(self, hunk: InlineHunk) -> None:
        """Say of the hunk what is to be said now; the keyboard stays at its buttons while there are some."""
        before, self._said = self._said, hunk
        if before is not None and _what(before) == _what(hunk):
            return
        said = [each for each in (hunk.decided or hunk.note, short_origin(hunk)) if each]
        self._long, self._short = " · ".join(said), _short_note(hunk)
        self.accept_button.setVisible(not (hunk.is_arriving or hunk.is_conflict))
        self.accept_button.setEnabled(not hunk.is_conflict)
        self.reject_button.setVisible(not hunk.is_arriving)
        self._can_refine = not (hunk.is_arriving or hunk.is_early)
        self.refine_button.setToolTip("Ask for this change to be different (Ctrl+I)")
        when = " when the answer has ended; again: take that back" if hunk.is_early else ""
        for button, word, key in ((self.accept_button, "Accept", "Alt+Y"), (self.reject_button, "Reject", "Alt+N")):
            button.setToolTip(f"{word} this change ({key}){when}")
        tip = "It can be accepted or rejected when it is whole." if hunk.is_arriving else hunk.note
        tip = "\n".join(each for each in (tip, hunk.origin) if each)
        self._note.setToolTip(_CONFLICT if hunk.is_conflict else tip)
        self._form, self._widths, place = None, (), self._place
        self._place = ""
        self.name_place(place)

    def name_place(self, place: str) -> None:
        """Say to screen readers which lines these are."""
        if place == self._place:
            return
        self._place = place
        is_arriving = self._said is not None and self._said.is_arriving
        self.setAccessibleName(f"{'Arriving' if is_arriving else 'Proposed'} change, {place}")
        self.accept_button.setAccessibleName(f"Accept the change, {place}")
        self.reject_button.setAccessibleName(f"Reject the change, {place}")
        self.refine_button.setAccessibleName(f"Refine the change, {place}")

    def offer_keys(self, *, is_offered: bool) -> None:
        """Whether the keys would decide about this hunk: those of the others are not shown."""
        if is_offered is not self._has_keys:
            self._has_keys = is_offered
            self._form, self._widths = None, ()

    def fit(self, room_px: int, height_px: int) -> bool:
        """Take the longest form that fits the room, else the shortest; False when none does.

        Its letters are not higher than a row of the code, however large those of the interface are.
        """
        font = bar_font(self, height_px)
        if font != self._note.font():
            # Under a style sheet the parts do not take their parent's.
            for part in (self._note, *self._buttons):
                part.setFont(font)
            self._widths = ()
        if not self._widths:
            self._measure()
        for form, width in zip(_FORMS, self._widths, strict=True):
            if width <= room_px:
                self._take(form)
                return True
        self._take(_FORMS[-1])
        return False

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Other fonts and styles have other widths."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.FontChange):
            self._widths = ()

    @property
    def _buttons(self) -> tuple[QToolButton, ...]:
        return self.accept_button, self.reject_button, self.refine_button

    def _measure(self) -> None:
        for widget in (self, self._note, *self._buttons):
            widget.ensurePolished()
        widths = []
        for form in _FORMS:
            self._take(form)
            widths.append(self.sizeHint().width())
        self._widths = tuple(widths)

    def _take(self, form: tuple[bool, bool, bool]) -> None:
        if form == self._form:
            return
        self._form = has_note, has_keys, has_refine = form
        self.refine_button.setVisible(has_refine and self._can_refine)
        note = self._long if has_note else self._short
        self._note.setText(note)
        self._note.setVisible(bool(note))
        for button, word, key in zip(self._buttons, ("Accept", "Reject", "Refine"), _KEYS, strict=True):
            button.setText(f"{word}  {key}" if has_keys and self._has_keys else word)
        self._row.invalidate()
        self._row.activate()

    def _compare_button(self, note: str) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName("editor.hunk.compare")
        button.setText(note)
        button.setAccessibleName(f"{note}. Compare the model's text with the file's")
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(self.compare_chosen)
        return button

    def _button(self, word: str, row: QHBoxLayout) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName(f"editor.hunk.{word.lower()}")
        button.setProperty("decision", word.lower())
        button.setText(word)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        row.addWidget(button)
        return button


def short_origin(hunk: InlineHunk) -> str:
    """Which answer it is of, cut to what a bar has room for."""
    return hunk.origin if len(hunk.origin) <= _ORIGIN_LETTERS else f"{hunk.origin[: _ORIGIN_LETTERS - 1]}…"


def _short_note(hunk: InlineHunk) -> str:
    if hunk.is_conflict:
        return "Conflict"
    if hunk.is_arriving or hunk.decided:
        return hunk.decided or hunk.note
    return "Uncertain" if hunk.is_amber and hunk.note else ""


def _what(hunk: InlineHunk) -> tuple[object, ...]:
    return hunk.origin, hunk.note, hunk.decided, hunk.is_amber, hunk.is_conflict, hunk.is_arriving, hunk.is_early

"""Accepted changes that can be undone: a thin bar in the margin, and a small bar at the caret that takes one back."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, QRect, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QWidget

from copilot_desktop.editor.accepted_hunks import MARKER, AcceptedHunk, AcceptedHunks
from copilot_desktop.editor.bar_font import bar_font
from copilot_desktop.editor.buffer_widget import BufferWidget
from copilot_desktop.editor.code_widget import CodeWidget
from copilot_desktop.editor.mark_colours import BACKGROUND, KINDS
from copilot_desktop.editor.styling import colour
from copilot_desktop.editor.theme import EditorTheme

_THIN_BAR = 33  # SC_MARK_BAR
_EDGE_PX = 8


class AcceptedBar(QFrame):
    """Says that the change at the caret is accepted, and takes it back."""

    undo_chosen = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("editor.accepted")
        self.setProperty("hunk_bar", "true")
        self.setCursor(Qt.CursorShape.ArrowCursor)
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(2, 0, 2, 0)
        row.setSpacing(0)
        self._note = QLabel("Accepted", self)
        self.button = QToolButton(self)
        self.button.setObjectName("editor.accepted.undo")
        self.button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        row.addWidget(self._note)
        row.addWidget(self.button)
        self.button.clicked.connect(self.undo_chosen)

    def show_hunk(self, hunk: AcceptedHunk) -> None:
        """Say how the change stands, and what the button does."""
        place = f"line {hunk.marked.shown()}"
        if hunk.is_there:
            self._note.setText("Already in the file")
            self.button.setText("Dismiss")
            self.button.setToolTip("The file says what was proposed already; nothing is changed")
            self.setAccessibleName(f"Proposed change that is already in the file, {place}")
            self.button.setAccessibleName(f"Dismiss the change, {place}")
        else:
            self._note.setText("Accepted")
            self.button.setText("Undo accept")
            self.button.setToolTip("Take this change back; what was written since stays (Alt+U)")
            self.setAccessibleName(f"Accepted change, {place}")
            self.button.setAccessibleName(f"Undo accepting the change, {place}")

    def fit(self, room_px: int, height_px: int) -> bool:
        """Take the longest form that has room; False when none has. Letters are not higher than a row of the code."""
        font = bar_font(self, height_px)
        for part in (self._note, self.button):
            part.setFont(font)
        for is_long in (True, False):
            self._note.setVisible(is_long)
            self._row.invalidate()
            self._row.activate()
            if self.sizeHint().width() <= room_px:
                return True
        return False


class AcceptedMarks(QObject):
    """The marks in one view of a document."""

    undo_chosen = Signal(str)
    """Carries the hunk whose acceptance is to be undone."""

    def __init__(self, buffer: BufferWidget, hunks: AcceptedHunks, theme: EditorTheme) -> None:
        super().__init__(buffer)
        self._code: CodeWidget = buffer.code
        self._hunks = hunks
        self._bar: AcceptedBar | None = None
        self._at: AcceptedHunk | None = None
        self.set_theme(theme)
        self._code.resized.connect(self._place_bar)
        self._code.overlays.append(self._place_bar)  # what was painted may stand elsewhere now
        hunks.changed.connect(self._place_bar)

    def show(self, hunks: Sequence[AcceptedHunk]) -> None:
        """Mark these accepted changes and no others."""
        self._hunks.show(hunks)

    def hunk_at_caret(self) -> str | None:
        """The accepted change whose mark the caret's line has."""
        found = self._hunks.at(self._code.lineFromPosition(self._code.currentPos()))
        return None if found is None else found.hunk_id

    def set_theme(self, theme: EditorTheme) -> None:
        """Show the marks in other colours."""
        self._code.markerDefine(MARKER, _THIN_BAR)
        self._code.markerSetBack(MARKER, colour(theme.addf))
        self._code.markerSetFore(MARKER, colour(theme.addf))

    def _place_bar(self, *_details: object) -> None:
        if not self._hunks.hunks:
            self._hide()
            return
        code = self._code
        line = code.lineFromPosition(code.currentPos())
        found = self._hunks.at(line)
        if found is None or not found.has_bar or code.markerGet(line) & ((1 << len(KINDS)) - 1 << BACKGROUND):
            # A change that waits has a bar of its own.
            self._hide()
            return
        bar, height, view = self._shown_bar(), code.textHeight(0), code.viewport().rect()
        bar.show_hunk(found)
        lines = [line, *(each for each in range(found.marked.start, found.marked.end) if each != line)]
        for each in lines[: code.linesOnScreen() + 1]:
            end = code.lineEndPosition(each)
            top = code.pointYFromPosition(end)
            is_seen = code.lineVisible(each) and -height < top < view.height()
            if is_seen and bar.fit(view.width() - code.pointXFromPosition(end) - 3 * _EDGE_PX, height):
                width = bar.sizeHint().width()
                where = QRect(view.width() - width - _EDGE_PX, top, width, height)
                if bar.geometry() != where:
                    bar.setGeometry(where)
                self._at = found
                bar.setVisible(True)
                return
        self._hide()

    def _shown_bar(self) -> AcceptedBar:
        if self._bar is None:
            self._bar = AcceptedBar(self._code.viewport())
            self._bar.undo_chosen.connect(self._on_undo_chosen)
        return self._bar

    def _hide(self) -> None:
        if self._bar is not None and not self._bar.isHidden():
            if self._bar.button.hasFocus():
                QWidget.setFocus(self._code, Qt.FocusReason.OtherFocusReason)
            self._bar.hide()

    def _on_undo_chosen(self) -> None:
        if self._at is not None:
            self.undo_chosen.emit(self._at.hunk_id)

"""Go to a line and column of the active text, shown while it is typed."""

from __future__ import annotations

import re

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLabel, QLineEdit, QVBoxLayout, QWidget

from copilot_desktop.editor.view import EditorView

_PLACE = re.compile(r"\s*(\d{1,9})?\s*(?:[:,]\s*(\d{1,9})?)?\s*$")


def read_place(written: str, line: int) -> tuple[int, int] | None:
    """0-based line and column of `LINE`, `LINE:COLUMN` or `:COLUMN` in the line at hand; None for anything else."""
    found = _PLACE.match(written)
    if found is None or not (found[1] or found[2]):
        return None
    return max(0, int(found[1]) - 1) if found[1] else line, max(0, int(found[2]) - 1) if found[2] else 0


class GoToLine(QDialog):
    """Enter stays at the place; Esc goes back to where the caret was."""

    def __init__(self, view: EditorView, parent: QWidget) -> None:
        super().__init__(parent)
        self._view, self._before = view, view.state()
        self.setObjectName("dialog.go_to_line")
        self.setAccessibleName("Go to line")
        self.setWindowTitle("Go to line")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(320)
        last, here = view.code.lineCount(), view.code.lineFromPosition(view.code.currentPos()) + 1
        self._line, self._hint = here - 1, f"Line or line:column. The last line is {last:,}; the caret is in {here:,}."
        self._label = QLabel(self._hint, self)
        self._label.setObjectName("go_to_line.hint")
        self._label.setWordWrap(True)
        self._field = QLineEdit(self)
        self._field.setObjectName("go_to_line.place")
        self._field.setAccessibleName("Line or line:column")
        self._field.setPlaceholderText("120:8")
        self._field.textChanged.connect(self._on_text_changed)
        self._field.returnPressed.connect(self._on_return_pressed)
        column = QVBoxLayout(self)
        column.addWidget(self._label)
        column.addWidget(self._field)
        self.rejected.connect(self._on_rejected)

    def _on_text_changed(self, written: str) -> None:
        place = read_place(written, self._line)
        is_wrong = place is None and bool(written.strip(" :,"))
        self._label.setText("That is no line. Write one as 120 or 120:8." if is_wrong else self._hint)
        if place is not None:
            self._view.go_to(*place)

    def _on_return_pressed(self) -> None:
        if read_place(self._field.text(), self._line) is not None:
            self.accept()

    def _on_rejected(self) -> None:
        self._view.restore_state(self._before)

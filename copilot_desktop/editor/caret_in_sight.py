"""The caret stays in sight where room is taken from below the text, by a notice for instance."""

from __future__ import annotations

from PySide6.QtCore import QObject

from copilot_desktop.editor.code_widget import CodeWidget

_MOST_TAKEN = 0.3
"""Of the height: where more goes the text is laid out anew, by a split or a session that comes back, and stays at its
first line."""


class CaretInSight(QObject):
    """Scrolls a view no further than the caret needs, and only where the caret was in sight before."""

    def __init__(self, code: CodeWidget) -> None:
        super().__init__(code)
        self._code = code
        self._height = code.viewport().height()
        code.resized.connect(self._on_code_resized)

    def _on_code_resized(self) -> None:
        code, before = self._code, self._height
        self._height = code.viewport().height()
        if before - self._height > _MOST_TAKEN * before:
            return
        row_px = code.textHeight(0)
        bottom = code.pointYFromPosition(code.currentPos()) + row_px
        if self._height < bottom <= before and row_px <= self._height:
            code.setFirstVisibleLine(code.firstVisibleLine() + -(-(bottom - self._height) // row_px))

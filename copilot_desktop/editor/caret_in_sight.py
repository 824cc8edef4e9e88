"""The caret stays in sight where room is taken from below the text, by a notice for instance."""

from __future__ import annotations

from PySide6.QtCore import QObject

from copilot_desktop.editor.code_widget import CodeWidget


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
        row_px = code.textHeight(0)
        bottom = code.pointYFromPosition(code.currentPos()) + row_px
        if self._height < bottom <= before and row_px <= self._height:
            code.setFirstVisibleLine(code.firstVisibleLine() + -(-(bottom - self._height) // row_px))

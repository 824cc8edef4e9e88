"""What the caret and the mouse show without a command: the matching brace, and folding at the margin."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer

from copilot_desktop.editor.code_widget import FOLD_MARGIN, CodeWidget

_BRACES = frozenset(b"()[]{}")
_NO_POSITION = -1
_AT_ONCE_BYTES, _PAUSE_MS = 1_000_000, 120
"""In a longer text a brace without a partner takes 3 ms a megabyte to look for it: not at every key."""


class CaretMarks(QObject):
    """Marks brace pairs and folds blocks."""

    def __init__(self, code: CodeWidget) -> None:
        super().__init__(code)
        self._code = code
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._pause.timeout.connect(self._match)
        code.updateUi.connect(self._on_code_update_ui)
        code.marginClicked.connect(self._on_code_margin_clicked)

    def _on_code_update_ui(self, updated: int) -> None:
        if not updated & 0x3:
            return
        if self._code.length() <= _AT_ONCE_BYTES:
            self._match()
            return
        if not self._pause.isActive():
            self._code.braceHighlight(_NO_POSITION, _NO_POSITION)
        self._pause.start()

    def _match(self) -> None:
        code = self._code
        caret = code.currentPos()
        for position in (caret - 1, caret):
            if position >= 0 and code.charAt(position) in _BRACES and position < code.length():
                match = code.braceMatch(position, 0)
                if match == _NO_POSITION:
                    code.braceBadLight(position)
                else:
                    code.braceHighlight(position, match)
                return
        code.braceHighlight(_NO_POSITION, _NO_POSITION)

    def _on_code_margin_clicked(self, position: int, _modifiers: int, margin: int) -> None:
        if margin == FOLD_MARGIN:
            self._code.toggleFold(self._code.lineFromPosition(position))

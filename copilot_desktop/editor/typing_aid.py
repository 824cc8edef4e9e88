"""What happens by itself while typing: indentation of new lines and the matching brace."""

from __future__ import annotations

from PySide6.QtCore import QObject

from copilot_desktop.editor.code_widget import FOLD_MARGIN, CodeWidget

_BRACES = frozenset(b"()[]{}")
_NO_POSITION = -1


class TypingAid(QObject):
    """Indents new lines like the line before (one step more after an opening sign) and marks brace pairs."""

    def __init__(self, code: CodeWidget) -> None:
        super().__init__(code)
        self._code = code
        self.has_auto_indent = True
        self.is_colon_opening = False
        code.charAdded.connect(self._on_code_char_added)
        code.updateUi.connect(self._on_code_update_ui)
        code.marginClicked.connect(self._on_code_margin_clicked)

    def _on_code_char_added(self, character: int) -> None:
        if not self.has_auto_indent or character not in (10, 13):
            return
        code = self._code
        if character == 13 and code.eOLMode() == 0:
            return  # the line feed of the pair follows
        line = code.lineFromPosition(code.currentPos())
        if line == 0:
            return
        before = bytes(code.get_text_range(code.positionFromLine(line - 1), code.lineEndPosition(line - 1)).data())
        indent = code.lineIndentation(line - 1)
        ending = before.rstrip()[-1:]
        if ending and (ending in b"([{" or (ending == b":" and self.is_colon_opening)):
            indent += code.indent() or code.tabWidth()
        code.setLineIndentation(line, indent)
        code.gotoPos(code.lineIndentPosition(line))

    def _on_code_update_ui(self, updated: int) -> None:
        if not updated & 0x3:
            return
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

"""Tab and Shift+Tab where Scintilla means something else: it goes by the width of a tab, back to a tab stop, and
selects whole lines."""

from __future__ import annotations

from collections.abc import Callable

from copilot_desktop.editor.code_widget import CodeWidget
from copilot_desktop.editor.line_blocks import indent_step
from copilot_desktop.editor.selections import Selections, Span, TextEdit, moved


class TabKeys:
    """Of one view. `indent` gives the lines of all selections so many levels."""

    def __init__(self, code: CodeWidget, selections: Selections, indent: Callable[[int], None]) -> None:
        self._code, self._selections, self._indent = code, selections, indent

    def takes_tab(self) -> bool:
        """A level for lines that are selected; spaces to the next level in the middle of a line."""
        code, spans = self._code, self._selections.all()
        if any(code.lineFromPosition(span.start) != code.lineFromPosition(span.end) for span in spans):
            self._indent(1)
            return True
        if code.useTabs() or code.readOnly() or not all(self._is_inside_text(span.start) for span in spans):
            return False
        step = indent_step(code)
        edits = [TextEdit(each.start, each.end, b" " * (step - code.column(each.start) % step)) for each in spans]

        def follow(span: Span) -> Span:
            place = moved(span.end, edits)
            return Span(place, place)

        self._selections.edit(edits, follow)
        return True

    def takes_backtab(self) -> bool:
        """A level less for the lines, wherever the caret stands in them."""
        self._indent(-1)
        return True

    def _is_inside_text(self, position: int) -> bool:
        return position > self._code.lineIndentPosition(self._code.lineFromPosition(position))

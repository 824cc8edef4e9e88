"""How a text is looked at: selections, scroll and folds, read and put back by lines and columns.

Reading them costs the same in a small and in a large text: nothing here goes through all of it.
"""

from __future__ import annotations

import re

from copilot_desktop.editor.code_widget import CodeWidget
from copilot_desktop.editor.events import ViewState
from copilot_desktop.editor.line_blocks import line_text
from copilot_desktop.editor.selections import Selections, Span
from copilot_desktop.text.ranges import LineRange

SELECTION_LIMIT = 100
FOLD_LIMIT = 1_000
_HEAD = 0x2000  # SC_FOLDLEVELHEADERFLAG
_NAME_LINES = 50
"""Decorators and attributes stand before the line with the name."""
_NEAR_LINES = 100
"""So far it may have moved since its lines were found."""


class ViewPlaces:
    """The state of one view. A text that is shorter than it was gets what still fits."""

    def __init__(self, code: CodeWidget, selections: Selections) -> None:
        self._code, self._selections = code, selections

    def state(self) -> ViewState:
        """How the text is looked at now."""
        code, main = self._code, self._selections.main()
        spans = [*[span for span in self._selections.all() if span != main][: SELECTION_LIMIT - 1], main]
        selections = tuple((*self._place(span.anchor), *self._place(span.caret)) for span in spans)
        return ViewState(selections, code.docLineFromVisible(code.firstVisibleLine()), self._folded())

    def restore(self, state: ViewState) -> None:
        """Look at the text as it was looked at."""
        code = self._code
        if state.folded:
            # What can be folded is known once it and the line below are styled.
            code.colourise(min(end := code.line_start(max(state.folded) + 2), code.endStyled()), end)
        for line in state.folded:
            if line < code.lineCount() and code.foldLevel(line) & _HEAD and code.foldExpanded(line):
                code.toggleFold(line)
        spans = [
            Span(self._position(anchor_line, anchor), self._position(line, column))
            for anchor_line, anchor, line, column in (each for each in state.selections if len(each) == 4)
        ]
        if spans:
            self._selections.put(spans, spans[-1])
        code.setFirstVisibleLine(code.visibleFromDocLine(state.first_visible_line))

    def _folded(self) -> tuple[int, ...]:
        lines: list[int] = []
        line = self._code.contractedFoldNext(0)
        while line >= 0 and len(lines) < FOLD_LIMIT:
            lines.append(line)
            line = self._code.contractedFoldNext(line + 1)
        return tuple(lines)

    def _place(self, position: int) -> tuple[int, int]:
        line = self._code.lineFromPosition(position)
        return line, self._code.countCharacters(self._code.positionFromLine(line), position)

    def _position(self, line: int, column: int) -> int:
        code = self._code
        if line < 0 or line >= code.lineCount():
            return code.length() if line > 0 else 0
        start, end = code.positionFromLine(line), code.lineEndPosition(line)
        found = code.positionRelative(start, max(0, column))
        # Past the end of the text there is no such position, and Scintilla says 0.
        return min(found, end) if found > start else start if column <= 0 else end


def place_of_name(code: CodeWidget, lines: LineRange, name: str) -> tuple[int, int] | None:
    """The line and column (code points) of a definition's name in its lines; near them where it is not there."""
    wanted = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")
    inside = range(lines.start, min(lines.end, lines.start + _NAME_LINES, code.lineCount()))
    near = (line for off in range(1, _NEAR_LINES) for line in (lines.start - off, lines.start + off))
    for line in (*inside, *near):
        if 0 <= line < code.lineCount():
            found = wanted.search(line_text(code, line).decode("utf-8", "replace"))
            if found is not None:
                return line, found.start()
    return None

"""What is done to a text before it is saved, when the settings or the folder ask for it: one step to undo."""

from __future__ import annotations

import re

from copilot_desktop.editor.code_widget import EOL_MODES, CodeWidget
from copilot_desktop.editor.events import EditorOptions
from copilot_desktop.editor.line_blocks import end_of_line
from copilot_desktop.editor.selections import Selections, TextEdit
from copilot_desktop.text.lines import LineEnding

# Begun only where blanks begin: a long run of them before a letter would be looked at once for each blank.
_TRAILING = re.compile(rb"(?<![ \t])[ \t]++(?=\r|\n|\Z)")
_OTHER_ENDINGS = {
    LineEnding.LF: re.compile(rb"\r"),
    LineEnding.CRLF: re.compile(rb"\r(?!\n)|(?<!\r)\n"),
    LineEnding.CR: re.compile(rb"\n"),
}


def tidy(code: CodeWidget, selections: Selections, options: EditorOptions) -> None:
    """Make the line endings alike, cut trailing blanks and end the last line, each if asked for."""
    code.beginUndoAction()
    if options.ending is not None and _OTHER_ENDINGS[options.ending].search(code.data(0, code.length())):
        code.convertEOLs(EOL_MODES[options.ending])
    if options.does_trim:
        trim(code, selections)
    last = code.data(code.length() - 1, code.length()) if code.length() else b"\n"
    if options.does_end_last_line and last not in (b"\n", b"\r"):
        selections.edit([TextEdit(code.length(), code.length(), end_of_line(code))], lambda span: span)
    code.endUndoAction()


def trim(code: CodeWidget, selections: Selections) -> None:
    """Cut the blanks at the ends of all lines, carets in them or not."""
    edits = [TextEdit(found.start(), found.end(), b"") for found in _TRAILING.finditer(code.data(0, code.length()))]
    top = code.firstVisibleLine()
    selections.edit(edits)
    code.setFirstVisibleLine(top)


def convert_indentation(code: CodeWidget, selections: Selections, *, is_to_tabs: bool) -> None:
    """Write the indentation of every line anew, by tabs or by spaces; it stays as deep as it is."""
    width, edits = code.tabWidth(), []
    for line in range(code.lineCount()):
        start, end = code.positionFromLine(line), code.lineIndentPosition(line)
        columns = code.lineIndentation(line)
        wanted = b"\t" * (columns // width) + b" " * (columns % width) if is_to_tabs else b" " * columns
        if code.data(start, end) != wanted:
            edits.append(TextEdit(start, end, wanted))
    code.setUseTabs(is_to_tabs)
    selections.edit(edits)

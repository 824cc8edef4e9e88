"""Real keys into a view: sequences as people write them, and texts with their selections drawn in."""

from __future__ import annotations

from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from copilot_desktop.editor.view import EditorView


def press(widget: QWidget, keys: str) -> None:
    """Press a sequence such as "Ctrl+K, Ctrl+D"."""
    QTest.keySequence(widget, QKeySequence(keys, QKeySequence.SequenceFormat.PortableText))


def put(view: EditorView, drawn: str) -> None:
    """Load a text with its selections: `|` is a caret, `[…|` or `|…]` a selection with the caret at the bar."""
    text, spans, start, bar = "", [], -1, -1
    for character in drawn:
        at = len(text.encode())
        if character == "[":
            start = at
        elif character == "]":
            spans.append((at, bar))
            bar = -1
        elif character == "|" and start >= 0:
            spans.append((start, at))
            start = -1
        elif character == "|":
            if bar >= 0:
                spans.append((bar, bar))
            bar = at
        else:
            text += character
    if bar >= 0:
        spans.append((bar, bar))
    view.load(text)
    code = view.code
    code.clearSelections()
    for number, (anchor, caret) in enumerate(spans):
        (code.addSelection if number else code.setSelection)(caret, anchor)
    code.chooseCaretX()


def drawn(view: EditorView) -> str:
    """The text with its selections, as `put` takes them."""
    data, code, marks = view.text().encode(), view.code, []
    for number in range(code.selections()):
        anchor, caret = code.selectionNAnchor(number), code.selectionNCaret(number)
        if anchor == caret:
            marks.append((caret, 1, "|"))
        elif anchor < caret:
            marks += [(anchor, 2, "["), (caret, 0, "|")]
        else:
            marks += [(caret, 2, "|"), (anchor, 0, "]")]
    for place, _order, mark in sorted(marks, reverse=True):
        data = data[:place] + mark.encode() + data[place:]
    return data.decode()

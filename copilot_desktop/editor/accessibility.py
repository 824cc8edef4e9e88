"""What the Scintilla widget itself is to screen readers: an editable text whose value is the caret's line.

The text as a whole is that of the field behind it (`spoken_text`), which exists while a screen reader listens.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QAccessibleWidget

from copilot_desktop.editor.code_widget import CodeWidget


class AccessibleCode(QAccessibleWidget):
    """The accessible side of one code widget."""

    def __init__(self, code: CodeWidget) -> None:
        super().__init__(code, QAccessible.Role.EditableText)
        self._code = code
        # Not now: Qt is in the middle of asking.
        QTimer.singleShot(0, code, code.read_by_others.emit)

    def text(self, kind: QAccessible.Text) -> str:
        """Name and description as set; the value is the caret's line, the selection when there is one."""
        if kind == QAccessible.Text.Value:
            return caret_line(self._code)
        return super().text(kind)


def caret_line(code: CodeWidget) -> str:
    """Return what a screen reader is to say: the selected text, else the caret's line, at most 2,000 bytes of it."""
    start, end = code.selectionStart(), code.selectionEnd()
    if start == end:
        line = code.lineFromPosition(start)
        start, end = code.positionFromLine(line), code.lineEndPosition(line)
    return bytes(code.get_text_range(start, min(end, start + 2000)).data()).decode("utf-8", "replace")


def accessible_factory() -> Callable[[str, QObject], QAccessibleInterface | None]:
    """Return the factory for `QAccessible.installFactory`; it keeps what it made, as Qt holds bare pointers."""
    made: dict[int, AccessibleCode] = {}

    def make(_class_name: str, widget: QObject) -> QAccessibleInterface | None:
        if not isinstance(widget, CodeWidget):
            return None
        key = id(widget)
        made[key] = AccessibleCode(widget)
        widget.destroyed.connect(lambda: made.pop(key, None))
        return made[key]

    return make

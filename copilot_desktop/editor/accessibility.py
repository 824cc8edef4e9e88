"""Tells screen readers what Scintilla does not: that the widget is an editable text, and the line of the caret.

A full QAccessibleTextInterface is not possible with PySide6 6.11: it leaves out the pure virtual `selection` and
`attributes`, and a pointer returned from `interface_cast` ends the process when the text is asked for. So the value
of the widget is the caret's line, told anew whenever the caret or the line changes, as a line editor would.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible, QAccessibleInterface, QAccessibleValueChangeEvent
from PySide6.QtWidgets import QAccessibleWidget

from copilot_desktop.editor.code_widget import CodeWidget


class AccessibleCode(QAccessibleWidget):
    """The accessible side of one code widget."""

    def __init__(self, code: CodeWidget) -> None:
        super().__init__(code, QAccessible.Role.EditableText)
        self._code = code

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


class CaretTeller(QObject):
    """Tells screen readers of the caret's line as it changes, while any is listening."""

    def __init__(self, code: CodeWidget) -> None:
        super().__init__(code)
        self._code = code
        self._told = ""
        code.updateUi.connect(self._on_code_update_ui)

    def _on_code_update_ui(self, updated: int) -> None:
        if not updated & 0x3 or not QAccessible.isActive() or not self._code.hasFocus():
            return
        said = caret_line(self._code)
        if said != self._told:
            self._told = said
            QAccessible.updateAccessibility(QAccessibleValueChangeEvent(self._code, said))

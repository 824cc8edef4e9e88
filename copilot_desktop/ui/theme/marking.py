"""Properties that the style sheet asks about."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget


def mark(widget: QWidget, name: str, value: str | bool) -> None:
    """Give a widget a property and have the style sheet look at it again; nothing where it has that value.

    A widget that was not shown yet is looked at when it is, and is asked for no style: PySide makes all 560 names of
    QStyle, 0.4 MiB, for the first one.
    """
    if (widget.property(name) or False) == value:
        return
    widget.setProperty(name, value)
    if widget.testAttribute(Qt.WidgetAttribute.WA_WState_Polished):
        style = widget.style()
        style.unpolish(widget)
        style.polish(widget)

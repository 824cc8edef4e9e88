"""The viewport of a scroll area, found in a way that costs no memory."""

from __future__ import annotations

from PySide6.QtWidgets import QAbstractScrollArea, QWidget


def meet_viewport(area: QAbstractScrollArea) -> None:
    """Let Python know the viewport, before anything asks the area for it.

    A function that says QWidget and gives one has PySide ask of each class of widgets whether the widget is one of it,
    and make that class: 146 of them with 70 enumerations, 1 MiB. Among the children of a QObject it goes by the name
    of the class. Once Python has it, `viewport()` gives it without asking.
    """
    if area.findChild(QWidget, "qt_scrollarea_viewport") is not None:
        area.viewport()  # Python keeps it now as long as the area is there

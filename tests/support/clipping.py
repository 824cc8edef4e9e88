"""Finds what cannot be read in full: buttons and labels smaller than their words, pages that scroll sideways."""

from __future__ import annotations

from contextlib import suppress

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QLabel, QScrollArea, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from copilot_desktop.ui.elided_label import ElidedLabel


def wait_unclipped(qtbot: QtBot, root: QWidget) -> None:
    """Everything is laid out anew some events later."""
    qtbot.wait(300)
    with suppress(qtbot.TimeoutError):
        qtbot.waitUntil(lambda: not clipped(root))
    found = clipped(root)
    assert not found, "; ".join(found)


def clipped(root: QWidget) -> list[str]:
    """What is shown below a widget and clipped; what is shortened with an ellipsis on purpose is none of it."""
    found = []
    for widget in root.findChildren(QWidget):
        if not widget.isVisible() or widget.visibleRegion().isEmpty():
            continue
        problem = ""
        if isinstance(widget, QAbstractButton):
            problem = _of_button(widget)
        elif isinstance(widget, QLabel) and not isinstance(widget, ElidedLabel) and widget.text():
            problem = _of_label(widget)
        elif isinstance(widget, QScrollArea) and widget.horizontalScrollBar().isVisible():
            problem = f"scrolls sideways by {widget.horizontalScrollBar().maximum()}"
        if problem:
            found.append(f"{type(widget).__name__} {widget.objectName()} {problem}")
    return found


def shows_text(button: QAbstractButton) -> bool:
    """Whether its words are on it."""
    is_icon_only = isinstance(button, QToolButton) and button.toolButtonStyle() is Qt.ToolButtonStyle.ToolButtonIconOnly
    return bool(button.text()) and not (is_icon_only and not button.icon().isNull())


def _of_button(button: QAbstractButton) -> str:
    icon = button.iconSize() if not button.icon().isNull() else button.iconSize() * 0
    metrics = button.fontMetrics()
    high = metrics.height() if shows_text(button) else 0
    wide = metrics.horizontalAdvance(button.text().replace("&", "")) if shows_text(button) else 0
    if button.height() < max(high, icon.height()) or button.width() < max(wide, icon.width()):
        return f"“{button.text()}” {button.width()}×{button.height()} for {wide}×{high}"
    return ""


def _of_label(label: QLabel) -> str:
    if label.wordWrap():
        needed = label.heightForWidth(label.width())
        return f"“{label.text()[:40]}” {label.height()} high for {needed}" if label.height() + 1 < needed else ""
    hint = label.sizeHint()
    # A line may lose the room between lines, not its letters.
    is_cut = label.width() < hint.width() or label.height() < hint.height() - 2
    is_shortened = "…" in label.text()
    return f"“{label.text()[:40]}” {label.size()} for {hint}" if is_cut and not is_shortened else ""

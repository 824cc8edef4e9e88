"""Finds what cannot be read in full: buttons and labels smaller than their words, pages that scroll sideways."""

from __future__ import annotations

from contextlib import suppress

from PySide6.QtCore import Qt
from PySide6.QtGui import QTextLayout
from PySide6.QtWidgets import QAbstractButton, QLabel, QScrollArea, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from copilot_desktop.ui.elided_button import ElidedButton, ElidedToolButton
from copilot_desktop.ui.elided_label import ElidedLabel
from copilot_desktop.ui.flow_layout import WrappedLabel


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
    shown = button.fitting() if isinstance(button, ElidedButton | ElidedToolButton) else button.text()
    wide = metrics.horizontalAdvance(shown.replace("&", "")) if shows_text(button) else 0
    if button.height() < max(high, icon.height()) or button.width() < max(wide, icon.width()):
        return f"“{button.text()}” {button.width()}×{button.height()} for {wide}×{high}"
    return ""


def _widest_line(label: QLabel) -> float:
    """How wide the words are that stand on one line however it is wrapped."""
    layout = QTextLayout(label.text().replace("\n", "\u2028"), label.font())
    layout.beginLayout()
    widest = 0.0
    while (line := layout.createLine()).isValid():
        line.setLineWidth(label.contentsRect().width())
        widest = max(widest, line.naturalTextWidth())
    layout.endLayout()
    return widest


def _of_label(label: QLabel) -> str:
    if label.wordWrap():
        wide = 0.0 if isinstance(label, WrappedLabel) else _widest_line(label)
        if wide > label.contentsRect().width() + 1:
            return f"“{label.text()[:40]}” {label.contentsRect().width()} wide for {wide:.0f}"
        needed = label.heightForWidth(label.width())
        return f"“{label.text()[:40]}” {label.height()} high for {needed}" if label.height() + 1 < needed else ""
    hint = label.sizeHint()
    # A line may lose the room between lines, not its letters.
    is_cut = label.width() < hint.width() or label.height() < hint.height() - 2
    is_shortened = "…" in label.text()
    return f"“{label.text()[:40]}” {label.size()} for {hint}" if is_cut and not is_shortened else ""

"""The way of Tab through a window: region by region, whenever their widgets were made.

Qt goes by the order in which widgets were made, and `setTabOrder` loses its way among widgets with focus proxies.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget


def next_focus(regions: Sequence[QWidget], *, is_forward: bool) -> QWidget | None:
    """What has the focus after the widget that has it now, round in a circle; None when nothing can take it.

    A widget belongs to the first region that is it or holds it; inside a region the order is that of the children.
    """
    order: list[QWidget] = []
    focused = QApplication.focusWidget()
    for region in regions:
        for widget in (region, *region.findChildren(QWidget)):
            # A button that is being disabled has the focus still: the way goes on from its place.
            if (widget is focused or _takes_tab(widget)) and widget not in order:
                order.append(widget)
    if not order:
        return None
    if focused not in order:
        return order[0] if is_forward else order[-1]
    return order[(order.index(focused) + (1 if is_forward else -1)) % len(order)]


def focus_inside(widget: QWidget) -> bool:
    """Whether a widget or one inside it has the keyboard, or had it when its window was left."""
    focused = cast("QWidget | None", widget.window().focusWidget())  # the stubs know no window without focus
    return focused is not None and (focused is widget or widget.isAncestorOf(focused))


def hand_focus_on(widget: QWidget, heir: QWidget) -> None:
    """Give the heir the keyboard if the widget has it: to be called before it is hidden, disabled or deleted.

    Qt gives it to whatever is next in its own order otherwise, which may be anywhere in the window.
    """
    if focus_inside(widget):
        heir.setFocus(Qt.FocusReason.OtherFocusReason)


def _takes_tab(widget: QWidget) -> bool:
    takes_tab = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus) and widget.focusProxy() is None
    return takes_tab and widget.isVisible() and widget.isEnabled()

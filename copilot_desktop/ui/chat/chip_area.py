"""The room that chips have above the prompt: a few rows, and then they scroll; else many would push the field, and the
window's foot, out of sight."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy

from copilot_desktop.ui.chat.chips import ChipRow, ChipView

_MOST_ROWS = 4.5
"""A half one shows that there are more."""
_SETTLES_MS = 60


class ChipArea(QScrollArea):
    """As high as its row of chips, up to a few lines of it; a chip that gets the keyboard comes into sight."""

    def __init__(self, chips: ChipRow) -> None:
        super().__init__()
        self._chips = chips
        self._known: set[str] = set()
        self._wanted = ""
        """The chip that is to come into sight."""
        # Many that are added at once get their places one after the other.
        self._settling = QTimer(self, singleShot=True, interval=_SETTLES_MS)
        self._settling.timeout.connect(self._show_added)
        self.verticalScrollBar().rangeChanged.connect(self._on_range_changed)
        self.setObjectName("chip_area")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setStyleSheet("QScrollArea#chip_area, QWidget#chips { background: transparent; }")
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setWidget(chips)
        chips.shown.connect(self._on_shown)
        self.setVisible(not chips.isHidden())

    def hasHeightForWidth(self) -> bool:  # noqa: N802 - Qt's names
        """Narrower means higher."""
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802
        """All rows, up to the most."""
        return min(self._chips.heightForWidth(width), self._most())

    def sizeHint(self) -> QSize:  # noqa: N802
        """As it is now."""
        return QSize(self._chips.sizeHint().width(), self.heightForWidth(max(self.width(), 1)))

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """One row."""
        return QSize(0, self._chips.minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Another width makes other rows."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Follow the keyboard."""
        if event.type() == QEvent.Type.FocusIn and isinstance(watched, ChipView):
            self.ensureWidgetVisible(watched, 0, 4)
        return super().eventFilter(watched, event)

    def _most(self) -> int:
        return round(self._chips.minimumSizeHint().height() * _MOST_ROWS)

    def _on_shown(self) -> None:
        views = self._chips.views
        self.setVisible(bool(views))
        added = [view for view in views if view.chip.item_id not in self._known]
        for view in added:
            view.installEventFilter(self)
        self._known = {view.chip.item_id for view in views}
        self.updateGeometry()
        self._wanted = next((view.chip.item_id for view in added if not view.chip.is_found), self._wanted)
        if self._wanted:
            self._settling.start()

    def _on_range_changed(self, _least: int, _most: int) -> None:
        if self._settling.isActive():
            self._show_wanted()

    def _show_added(self) -> None:
        self._show_wanted()
        self._wanted = ""

    def _show_wanted(self) -> None:
        view = next((view for view in self._chips.views if view.chip.item_id == self._wanted), None)
        if view is not None:
            self.ensureWidgetVisible(view, 0, 4)

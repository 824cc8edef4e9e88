"""The parts of the next request in a small table: tokens, share and price of each, and what is left out and why."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QLabel,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from copilot_desktop.context.budget import PartKind
from copilot_desktop.ui.chat.budget_bar import brush_of
from copilot_desktop.ui.chat.budget_words import BudgetTable
from copilot_desktop.ui.chat.cards import button, label
from copilot_desktop.ui.popups import EscCloses, open_beside
from copilot_desktop.ui.theme.theme import Theme

_HEADS = ("Part", "Tokens", "Share", "Price")
_SWATCH_PX, _MOST_ROWS, _LEAST_PX, _MOST_PX, _MOST_LETTERS = 12, 14, 300, 520, 40


class BudgetPopup(QFrame):
    """Stays while one looks at it, and follows what is counted meanwhile."""

    compact_chosen = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self._theme = theme
        self.setObjectName("budget_popup")
        self.setAccessibleName("What the request is made of")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setStyleSheet("QFrame#budget_popup { border-radius: 0; }")
        self.setProperty("card", True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 10, 12, 12)
        layout.setSpacing(8)
        self.table = self._make_table()
        layout.addWidget(self.table)
        self._warnings = label("", "amber", name="budget_warnings")
        self._notes = label("", "muted", name="budget_notes")
        layout.addWidget(self._warnings)
        layout.addWidget(self._notes)
        self.compact = button("budget_compact", "Compact…")
        self.compact.setToolTip("Have the older turns summarised; you see the price before anything is sent")
        self.compact.clicked.connect(self._on_compact_clicked)
        layout.addWidget(self.compact, 0, Qt.AlignmentFlag.AlignLeft)
        self.table.installEventFilter(EscCloses(self))

    def show_table(self, shown: BudgetTable) -> None:
        """Show this; the row with the keyboard stays."""
        at = max(self.table.currentRow(), 0)
        self.table.setRowCount(len(shown.rows))
        for row, values in enumerate(shown.rows):
            texts = (values.label, values.tokens, values.share, values.price)
            for column, text in enumerate(texts):
                item = QTableWidgetItem(text)
                if column:
                    item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                else:
                    item.setIcon(self._swatch(values.kind))
                    item.setToolTip(text)
                self.table.setItem(row, column, item)
        self.table.setColumnHidden(3, not any(row.price for row in shown.rows))
        self.table.setCurrentCell(min(at, len(shown.rows) - 1), 0)
        _say(self._warnings, shown.warnings)
        _say(self._notes, shown.notes)
        self.compact.setVisible(shown.can_compact)
        self._fit()

    def open_above(self, bar: QWidget) -> None:
        """Open with its foot above the bar, inside the window."""
        open_beside(self, bar)
        self.table.setFocus()

    def _on_compact_clicked(self) -> None:
        self.close()
        self.compact_chosen.emit()

    def _make_table(self) -> QTableWidget:
        table = QTableWidget(0, len(_HEADS))
        table.setObjectName("budget_table")
        table.setAccessibleName("Parts of the request")
        table.setHorizontalHeaderLabels(list(_HEADS))
        table.verticalHeader().hide()
        table.setShowGrid(False)
        table.setFrameShape(QFrame.Shape.NoFrame)
        table.setIconSize(QSize(_SWATCH_PX, _SWATCH_PX))
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setTabKeyNavigation(False)
        table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        table.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        table.setWordWrap(False)  # else a name with a hyphen ends there
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        first = QTableWidgetItem(_HEADS[0])
        first.setTextAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        table.setHorizontalHeaderItem(0, first)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column in range(1, len(_HEADS)):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        return table

    def _fit(self) -> None:
        """As wide as its longest row, within bounds, and as high as its rows."""
        table, rows = self.table, self.table.rowCount()
        height = max(24, self.fontMetrics().height() + 6)
        for row in range(rows):
            table.setRowHeight(row, height)
        figures = sum(table.sizeHintForColumn(column) + 12 for column in (1, 2, 3) if not table.isColumnHidden(column))
        most = max(_MOST_PX, figures + _MOST_LETTERS * self.fontMetrics().averageCharWidth())
        width = min(max(table.sizeHintForColumn(0) + 12 + figures, _LEAST_PX), most)
        header = table.horizontalHeader().sizeHint().height()
        table.setFixedSize(width, header + height * min(rows, _MOST_ROWS) + 4)
        self.setFixedWidth(width + 24)
        layout = self.layout()
        if layout is not None:
            self.setFixedHeight(layout.totalHeightForWidth(width + 24))

    def _swatch(self, kind: PartKind | None) -> QIcon:
        ratio = self.devicePixelRatioF()
        pixmap = QPixmap(QSize(_SWATCH_PX, _SWATCH_PX) * ratio)
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.fillRect(1, 1, _SWATCH_PX - 2, _SWATCH_PX - 2, brush_of(kind, self._theme.tokens))
        painter.end()
        return QIcon(pixmap)


def _say(words: QLabel, sentences: Sequence[str]) -> None:
    words.setText("\n".join(sentences))
    words.setVisible(bool(sentences))

"""The model of a list with very many rows."""

from __future__ import annotations

from PySide6.QtCore import QStringListModel, Qt

from copilot_desktop.ui.rows.row_delegate import Index


class CountedRows(QStringListModel):
    """Rows that Qt's own model counts: a list asks for their number once or twice for each of them, 30 ms for 20,000
    where Python answers. What they say is told by who inherits."""

    def count_rows(self, number: int) -> None:
        """So many rows, all of them others than before."""
        self.setStringList([""] * number)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Rows can be chosen, and nothing else."""
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable if index.isValid() else Qt.ItemFlag.NoItemFlags

"""The addresses that the Base URL offers, each with the name of what answers there."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QComboBox, QStyledItemDelegate, QStyleOptionViewItem

AZURE: Final = "https://NAME.openai.azure.com/openai/deployments/DEPLOYMENT?api-version=2024-10-21"
ENDPOINTS: Final = (
    ("OpenAI", "https://api.openai.com/v1"),
    ("Ollama on this machine", "http://localhost:11434/v1"),
    ("llama.cpp on this machine", "http://localhost:8080/v1"),
    ("LM Studio on this machine", "http://localhost:1234/v1"),
    ("vLLM on this machine", "http://localhost:8000/v1"),
    ("Azure OpenAI: put in your names", AZURE),
)
_TITLE = Qt.ItemDataRole.UserRole + 1


def offer_endpoints(box: QComboBox) -> None:
    """Fill the list of an editable box: the field takes the address alone."""
    for title, url in ENDPOINTS:
        box.addItem(url, url)
        at = box.count() - 1
        box.setItemData(at, title, _TITLE)
        box.setItemData(at, f"{title}: {url}", Qt.ItemDataRole.ToolTipRole)
        box.setItemData(at, f"{title}: {url}", Qt.ItemDataRole.AccessibleTextRole)
    box.setItemDelegate(_EndpointDelegate(box))


class _EndpointDelegate(QStyledItemDelegate):
    """A row says whose address it is."""

    def initStyleOption(  # noqa: N802 - Qt's name
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Name and address; of a long one the end is left out, not the middle."""
        super().initStyleOption(option, index)
        option.text = f"{index.data(_TITLE)}: {index.data()}"
        option.textElideMode = Qt.TextElideMode.ElideRight

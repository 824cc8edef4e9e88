"""Servers that run on this machine, each a button that makes a profile of it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from copilot_desktop.bridge.models.offers import same_address
from copilot_desktop.llm.nearby_servers import NearbyServer
from copilot_desktop.ui.preferences.form_parts import push_button, text_label


class NearbyOffers(QWidget):
    """Hidden while there is nothing to offer."""

    chosen = Signal(object)
    """Carries the `NearbyServer` that the user wants."""

    def __init__(self, before: QWidget, parent: QWidget | None = None) -> None:
        """`before` has the focus before the buttons do."""
        super().__init__(parent)
        self._before = before
        self.setObjectName("nearby_offers")
        self.setAccessibleName("Found on this machine")
        self.setProperty("pane", True)
        self._found: tuple[NearbyServer, ...] = ()
        self._known: frozenset[str] = frozenset()
        self.buttons: list[QPushButton] = []
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(12, 8, 12, 8)
        self._layout.setSpacing(6)
        self._layout.addWidget(text_label("On this machine", "muted"))
        self.hide()

    def show_found(self, found: Sequence[NearbyServer]) -> None:
        """Offer these."""
        self._found = tuple(found)
        self._refresh()

    def show_known(self, base_urls: Sequence[str]) -> None:
        """Do not offer what there is a profile of."""
        self._known = frozenset(same_address(url) for url in base_urls)
        self._refresh()

    def _refresh(self) -> None:
        for button in self.buttons:
            button.deleteLater()
        self.buttons = []
        for server in self._found:
            if same_address(server.base_url) in self._known:
                continue
            button = push_button(f"nearby_{server.program.lower().replace(' ', '_').replace('.', '_')}", server.program)
            about = _about(server)
            button.setToolTip(about)
            button.setAccessibleName(f"Add {server.program}")
            button.setAccessibleDescription(about)
            button.clicked.connect(lambda _checked=False, server=server: self.chosen.emit(server))
            self._layout.addWidget(button)
            QWidget.setTabOrder(self.buttons[-1] if self.buttons else self._before, button)
            self.buttons.append(button)
        self.setVisible(bool(self.buttons))


def _about(server: NearbyServer) -> str:
    if server.needs_key:
        return f"Add the server at {server.base_url}, which wants a key"
    count = len(server.models)
    models = "no model yet" if not count else "one model" if count == 1 else f"{count} models"
    return f"Add the server at {server.base_url}: {models}"

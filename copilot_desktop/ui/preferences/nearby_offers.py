"""What was found here, servers that run and the environment's key, each a button that makes a profile of it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from copilot_desktop.bridge.models.controller import ModelsChanged, ModelsController
from copilot_desktop.bridge.models.offers import Offer
from copilot_desktop.llm.nearby_servers import NearbyServer
from copilot_desktop.ui.preferences.form_parts import push_button, text_label


class NearbyOffers(QWidget):
    """Hidden while there is nothing to offer."""

    chosen = Signal(object)
    """Carries the `Offer` that the user wants."""

    def __init__(self, models: ModelsController, before: QWidget, parent: QWidget | None = None) -> None:
        """`before` has the focus before the buttons do."""
        super().__init__(parent)
        self._models, self._before = models, before
        self._found: tuple[NearbyServer, ...] = ()
        self._is_told = False
        """Whether it is known what there is already."""
        self.setObjectName("nearby_offers")
        self.setAccessibleName("Found on this machine")
        self.setProperty("pane", True)
        self._offers: tuple[Offer, ...] = ()
        self.buttons: list[QPushButton] = []
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(12, 8, 12, 8)
        self._layout.setSpacing(6)
        self._layout.addWidget(text_label("On this machine", "muted"))
        self.hide()
        models.sources.nearby_found.connect(self._on_nearby_found)
        models.changed.connect(self._on_models_changed)

    def _on_nearby_found(self, found: tuple[NearbyServer, ...]) -> None:
        self._found = found
        self._show()

    def _on_models_changed(self, _models: ModelsChanged) -> None:
        self._is_told = True
        self._show()

    def _show(self) -> None:
        """Offer what is not connected yet; a button that is still there keeps the focus."""
        offers = self._models.sources.offers(self._found, self._models.profiles) if self._is_told else ()
        if offers == self._offers:
            return
        self._offers = offers
        had_focus = {button.objectName() for button in self.buttons if button.hasFocus()}
        for button in self.buttons:
            button.hide()
            button.deleteLater()
        self.buttons = [self._button(offer) for offer in self._offers]
        for before, button in zip((self._before, *self.buttons), self.buttons, strict=False):
            self._layout.addWidget(button)
            QWidget.setTabOrder(before, button)
        self.setVisible(bool(self.buttons))
        if had_focus:
            same = [button for button in self.buttons if button.objectName() in had_focus]
            (same[0] if same else self._before).setFocus()

    def _button(self, offer: Offer) -> QPushButton:
        name = f"nearby_{offer.title.lower().replace(' ', '_').replace('.', '_')}"
        made = push_button(name, f"Use {offer.variable}" if offer.variable else offer.title)
        made.setToolTip(offer.about)
        made.setAccessibleName(f"{made.text()}: add {offer.title}" if offer.variable else f"Add {offer.title}")
        made.setAccessibleDescription(offer.about)
        made.clicked.connect(lambda _checked=False: self.chosen.emit(offer))
        return made

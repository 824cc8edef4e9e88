"""Making a profile of what can be connected by one click."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from copilot_desktop.bridge.models.controller import ModelsChanged, ModelsController, ProfileSaved
from copilot_desktop.bridge.models.offers import Offer, Taken


class OfferTaking(QObject):
    """Makes a profile of an offer: at once, where nothing is missing. One for each page that shows offers."""

    taken = Signal(object)
    """Carries one `Taken`, once the profiles are told of."""

    def __init__(self, controller: ModelsController, parent: QObject) -> None:
        super().__init__(parent)
        self._controller = controller
        self._taking: Offer | None = None
        self._is_saved = False
        self.is_ready = True
        """Whether what is taken can be shown by now."""
        controller.saved.connect(self._on_saved)
        controller.changed.connect(self._on_models_changed)
        controller.failed.connect(self._on_failed)

    def is_taking(self, name: str) -> bool:
        """Whether this profile is being saved by one click."""
        return self._taking is not None and self._taking.setting.name == name

    def take(self, offer: Offer) -> None:
        """Save it, or tell at once that something is missing."""
        if offer.missing:
            self.taken.emit(Taken(offer, is_kept=False))
            return
        self._taking, self._is_saved = offer, False
        self._controller.save(offer.setting)

    def resume(self) -> None:
        """Go on with what another page has begun and could not complete."""
        taken = self._controller.sources.take_incomplete() if self.is_ready else None
        if taken is not None:
            self.taken.emit(taken)

    def _on_saved(self, saved: ProfileSaved) -> None:
        self._is_saved = self._is_saved or self.is_taking(saved.name)

    def _on_models_changed(self, _models: ModelsChanged) -> None:
        offer = self._taking
        if offer is not None and self._is_saved:
            self._taking = None
            self.taken.emit(Taken(offer, is_kept=True))

    def _on_failed(self, _notice: object) -> None:
        self._taking = None

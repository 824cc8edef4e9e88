"""Making a profile of a server that was found on this machine: at once, where nothing is missing."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from copilot_desktop.bridge.models.controller import ModelsChanged, ModelsController, ProfileSaved
from copilot_desktop.llm.nearby_servers import NearbyServer
from copilot_desktop.llm.profiles import KeySource
from copilot_desktop.settings.models_page import ProfileSetting
from copilot_desktop.ui.preferences.nearby_offers import NearbyOffers
from copilot_desktop.values import dataclass


@dataclass(frozen=True, slots=True)
class Added:
    """A profile of a found server; `is_kept`: it is saved, else something is missing that only the user knows."""

    setting: ProfileSetting
    server: NearbyServer
    is_kept: bool

    @property
    def missing(self) -> str:
        """What to do before it can be saved."""
        return "Enter its key, then save." if self.server.needs_key else "Type a model's id, then save."


class NearbyAdding(QObject):
    """Answers a click on an offer with `added`."""

    added = Signal(object)
    """Carries one `Added`."""

    def __init__(self, offers: NearbyOffers, controller: ModelsController) -> None:
        super().__init__(offers)
        self._offers = offers
        self._controller = controller
        self._adding: Added | None = None
        offers.chosen.connect(self._on_server_chosen)
        controller.sources.nearby_found.connect(offers.show_found)
        controller.saved.connect(self._on_saved)
        controller.changed.connect(self._on_models_changed)
        controller.failed.connect(self._on_failed)

    def is_adding(self, name: str) -> bool:
        """Whether this profile is being saved by one click."""
        return self._adding is not None and self._adding.setting.name == name

    def _on_server_chosen(self, server: NearbyServer) -> None:
        setting = _setting_of(server, [profile.name for profile in self._controller.profiles])
        if server.needs_key or not setting.model:
            self.added.emit(Added(setting, server, is_kept=False))
        else:
            self._adding = Added(setting, server, is_kept=False)
            self._controller.save(setting)

    def _on_saved(self, saved: ProfileSaved) -> None:
        if self._adding is not None and self.is_adding(saved.name):
            self._adding = Added(self._adding.setting, self._adding.server, is_kept=True)

    def _on_models_changed(self, models: ModelsChanged) -> None:
        self._offers.show_known([profile.base_url for profile in models.profiles])
        added = self._adding
        if added is not None and added.is_kept:
            self._adding = None
            self.added.emit(added)

    def _on_failed(self, _notice: object) -> None:
        self._adding = None


def _setting_of(server: NearbyServer, taken: Sequence[str]) -> ProfileSetting:
    """A profile of the server under a free name, with the first of its models."""
    name, number = server.program, 2
    while name in taken:
        name, number = f"{server.program} {number}", number + 1
    source = KeySource.KEYRING if server.needs_key else KeySource.NONE
    model = server.models[0] if server.models else ""
    return ProfileSetting(name, base_url=server.base_url, model=model, key_source=source.value)

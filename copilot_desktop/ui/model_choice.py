"""The model that is asked, chosen by the status bar, a key or the palette."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from copilot_desktop.bridge.models.controller import ModelsController
from copilot_desktop.ui.actions import Action
from copilot_desktop.ui.main_window import MainWindow
from copilot_desktop.ui.picks import Pick
from copilot_desktop.ui.status_bar import StatusField

if TYPE_CHECKING:
    # Imported with the first list: ui/picks.py.
    from copilot_desktop.ui.pick_list import PickList


class ModelChoice(QObject):
    """A list of all profiles, and the way to the settings."""

    def __init__(self, window: MainWindow, models: ModelsController, open_settings: Callable[[], object]) -> None:
        super().__init__(window)
        self._window, self._models, self._open_settings = window, models, open_settings
        self._list: PickList | None = None
        window.status.field_clicked.connect(self._on_field_clicked)
        window.commands.add((Action("chat.choose_model", "Choose the model…", self.choose, menu="Chat", group=2),))

    def choose(self) -> None:
        """Ask which profile is asked from now on in this window."""
        current = self._models.current.name
        picks = [
            Pick(
                profile.name if profile.name == profile.model else f"{profile.name}: {profile.model}",
                partial(self._models.choose, profile.name),
                profile.name == current,
            )
            for profile in self._models.profiles
        ]
        picks.append(Pick("Connect or change models…", self._open_settings))
        if self._list is None:
            from copilot_desktop.ui.pick_list import PickList

            self._list = PickList("pick.model", self._window)
        self._list.ask("Model that is asked", picks)

    def _on_field_clicked(self, field: StatusField) -> None:
        if field is StatusField.MODEL:
            self.choose()

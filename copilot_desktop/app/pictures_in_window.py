"""Where pictures come from in a window: what is pasted or dropped into the chat, files of the folder, and a dialog."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from copilot_desktop.app.window_parts import WindowParts
from copilot_desktop.bridge.chat.chips import ChipsController
from copilot_desktop.ui.chat.chat_panel import ChatPanel
from copilot_desktop.workspace.picture import is_picture

if TYPE_CHECKING:
    from PySide6.QtGui import QImage

    from copilot_desktop.bridge.context.picture_chips import PictureChips


class PicturesInWindow(QObject):
    """Of one window; `chips_of_pictures` gives what makes chips of them, once one comes."""

    def __init__(
        self,
        parts: WindowParts,
        panel: ChatPanel,
        chips: ChipsController,
        chips_of_pictures: Callable[[], PictureChips],
    ) -> None:
        super().__init__(panel)
        self._parts, self._make = parts, chips_of_pictures
        panel.composer.prompt.image_pasted.connect(self._on_image_pasted)
        panel.composer.prompt.places_pasted.connect(self._on_places_given)
        panel.pictures_dropped.connect(self._on_places_given)
        chips.takes_file = self._takes_file

    def choose(self) -> None:
        """Ask for a file."""
        from copilot_desktop.ui.place_dialogs import ask_for_picture

        workspace = self._parts.workspace.workspace
        folder = None if workspace is None else workspace.root
        ask_for_picture(self._parts.window, folder, lambda place: self._make().add_place(place))

    def _takes_file(self, path: str) -> bool:
        if is_picture(path):
            self._make().add_file(path)
        return is_picture(path)

    def _on_image_pasted(self, image: QImage) -> None:
        self._make().add_image(image)

    def _on_places_given(self, places: tuple[Path, ...]) -> None:
        for place in places:
            self._make().add_place(place)

"""What can be done with a hunk, as buttons laid over the right end of its head; made only for those in sight."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QRect
from PySide6.QtWidgets import QWidget

from copilot_desktop.ui.theme.tokens import Tokens


class HunkControls(QWidget):
    """The buttons of one hunk; a feature derives its own."""

    def show_hunk(self, hunk_id: str, tokens: Tokens, *, has_words: bool) -> bool:
        """Offer what can be done with this hunk, in words or as icons; False where nothing can, as here."""
        return False


MakeControls = Callable[[QWidget], HunkControls]
"""Makes the buttons of one more hunk, in the widget they stand on."""


class ControlsPool:
    """Moves few widgets along with what is in sight. `least_px`: room that the words of a hunk's head need."""

    def __init__(self, viewport: QWidget) -> None:
        self._viewport = viewport
        self._make: MakeControls | None = None
        self._free: list[HunkControls] = []
        self._shown: dict[str, tuple[HunkControls, int]] = {}
        """By hunk, and the width they were shown for."""

    def set_maker(self, make: MakeControls | None) -> None:
        """Offer something with every hunk from now on; None: nothing."""
        for controls in (*self._free, *(shown for shown, _width in self._shown.values())):
            controls.deleteLater()
        self._free.clear()
        self._shown.clear()
        self._make = make

    def forget(self) -> None:
        """Hunks may stand otherwise now: what is offered is asked for again."""
        self._shown = {hunk_id: (controls, -1) for hunk_id, (controls, _width) in self._shown.items()}

    def place(self, heads: Sequence[tuple[str, QRect]], tokens: Tokens, least_px: int) -> None:
        """Lay the buttons over the heads in sight: hunk ids and where they are."""
        if self._make is None:
            return
        seen = {hunk_id for hunk_id, _area in heads}
        for hunk_id in [each for each in self._shown if each not in seen]:
            self._free.append(self._shown.pop(hunk_id)[0])
        for hunk_id, area in heads:
            controls, width = self._shown.get(hunk_id, (None, -1))
            if controls is None:
                controls = self._free.pop(0) if self._free else self._make(self._viewport)
            if width != area.width():
                is_there = controls.show_hunk(hunk_id, tokens, has_words=True)
                if is_there and controls.sizeHint().width() + least_px > area.width():
                    controls.show_hunk(hunk_id, tokens, has_words=False)
                controls.setVisible(is_there)
                self._shown[hunk_id] = (controls, area.width())
            size = controls.sizeHint().width()
            controls.setGeometry(QRect(area.right() + 1 - size, area.top(), size, area.height()))
        for controls in self._free:
            controls.hide()

    def width_of(self, hunk_id: str) -> int:
        """Pixels that the buttons of a hunk take."""
        controls = self._shown.get(hunk_id)
        return controls[0].width() if controls is not None and not controls[0].isHidden() else 0

"""A tab of the last time whose file is read when it is first shown: start and memory are those of one file."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from copilot_desktop.settings.session import TabState


class WaitingPage(QWidget):
    """Empty, in the colour of the text that will stand here. `state` is how the file was looked at."""

    def __init__(self, state: TabState) -> None:
        super().__init__()
        self.state = state
        self.setObjectName("waiting_page")
        self.setAccessibleName(f"{self.path}, being read")
        self.setProperty("surface", "base")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    @property
    def path(self) -> str:
        """The file, relative to the folder."""
        return self.state.path

    @property
    def title(self) -> str:
        """The file's name."""
        return self.path.rsplit("/", 1)[-1]

    def follow(self, path: str) -> None:
        """The file has another path."""
        self.state = replace(self.state, path=path)
        self.setAccessibleName(f"{path}, being read")

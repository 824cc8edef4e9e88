"""“Allow this file…” where changed files are left out of a request since no model may see them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from copilot_desktop.errors import NeverSendError

_SHOWN = 20


class AllowButton(QPushButton):
    """Is there while there are such files; where there are several, a menu names them."""

    chosen = Signal(object)
    """Carries the `NeverSendError` about the file that is to be allowed."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setProperty("link", True)
        self.setAutoDefault(False)
        self._hidden: tuple[NeverSendError, ...] = ()
        self.clicked.connect(self._on_clicked)
        self.hide()

    def show_files(self, hidden: Sequence[NeverSendError]) -> None:
        """Offer these; none takes it away."""
        self._hidden = tuple(hidden)
        title = "Allow one of these files…" if len(hidden) > 1 else "Allow this file…"
        self.setText(title)
        self.setAccessibleName(title if len(hidden) != 1 else f"Allow {hidden[0].names[0]} for the model")
        self.setToolTip("Let models see a file that is left out now")
        self.setVisible(bool(hidden))
        self.updateGeometry()

    def _on_clicked(self, _checked: bool) -> None:
        if len(self._hidden) == 1:
            self.chosen.emit(self._hidden[0])
            return
        menu = QMenu(self)
        menu.setAccessibleName("Files that no model may see")
        for each in self._hidden[:_SHOWN]:
            title = f"{each.names[0]}: it {each.reason}".replace("&", "&&")
            menu.addAction(title).triggered.connect(partial(self._on_named, each))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.mapToGlobal(self.rect().bottomLeft()))

    def _on_named(self, hidden: NeverSendError, _checked: bool = False) -> None:
        self.chosen.emit(hidden)

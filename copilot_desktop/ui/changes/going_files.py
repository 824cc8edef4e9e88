"""Which files of a list are being discarded: from the key on, until the list is of what is left."""

from __future__ import annotations

from PySide6.QtCore import QObject, SignalInstance

from copilot_desktop.bridge.git.writing import GitWriting
from copilot_desktop.ui.changes.change_list import ChangeList


class GoingFiles(QObject):
    """Of one list, and goes with it. `listed` comes when other rows are about to be shown."""

    def __init__(self, shown: ChangeList, writing: GitWriting, listed: SignalInstance) -> None:
        super().__init__(shown)
        self._list, self._writing = shown, writing
        writing.discarding_changed.connect(self._on_changed)
        writing.not_discarded.connect(self._show)
        listed.connect(self._show)

    def _on_changed(self) -> None:
        # What is done stays marked until it is compared again: else it would seem to be left.
        if self._writing.discarding >= self._list.changes.going:
            self._show()

    def _show(self, _event: object = None) -> None:
        self._list.show_going(self._writing.discarding)

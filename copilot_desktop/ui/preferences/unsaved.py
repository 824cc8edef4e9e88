"""The half typed profile that is shown in Settings → Models, kept while it is typed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QComboBox, QLineEdit, QPlainTextEdit, QWidget

from copilot_desktop.bridge.unsaved_settings import UnsavedSettings
from copilot_desktop.settings.unsaved_page import ProfileDraft

NOTE_MS: Final = 200
"""All fields are read: not for every letter."""


class ProfileDrafts(QObject):
    """`shown` tells what is typed and not saved of the profile that is shown, None: nothing."""

    def __init__(self, unsaved: UnsavedSettings, shown: Callable[[], ProfileDraft | None], parent: QObject) -> None:
        super().__init__(parent)
        self._unsaved, self._shown = unsaved, shown
        self._noted: ProfileDraft | None = None
        self._timer = QTimer(self, singleShot=True, interval=NOTE_MS)
        self._timer.timeout.connect(self.note)
        unsaved.settling.connect(self._on_settling)

    def follow(self, editor: QWidget) -> None:
        """Keep what is typed into any field of these."""
        for edit in editor.findChildren(QLineEdit):
            edit.textChanged.connect(self.note_soon)
        for text in editor.findChildren(QPlainTextEdit):
            text.textChanged.connect(self.note_soon)
        for box in editor.findChildren(QComboBox):
            box.currentIndexChanged.connect(self.note_soon)

    def note_soon(self, _event: object = None) -> None:
        """Something was typed."""
        if not self._timer.isActive():
            self._timer.start()

    def note(self) -> None:
        """Keep what is typed by now."""
        self._timer.stop()
        self.resume()
        self._noted = self._shown()
        self._unsaved.note(self, self._noted)

    def keep_before(self, then: Callable[[], object]) -> None:
        """Keep it, and call `then` once it is on the disk: a key in the keyring must have something that names it."""
        self.note()
        self._unsaved.write(then)

    def leave(self) -> None:
        """The page is hidden: what is typed may be taken up elsewhere, or by `resume`."""
        self.note()
        self._unsaved.let_go(self)

    def put_aside(self) -> None:
        """Another profile is shown."""
        self.leave()
        self._noted = None

    def resume(self) -> None:
        """The page comes into view again, as it was left."""
        found = next((each for each in self._unsaved.free(ProfileDraft) if each is self._noted), None)
        if found is not None:
            self._unsaved.take(self, found)

    def forget(self) -> None:
        """What is typed is of no use any more."""
        self._timer.stop()
        self._unsaved.note(self, None)

    def take(self, name: str | None) -> ProfileDraft | None:
        """What was put aside of a profile, None: of a new one; it is shown now."""
        found = next((each for each in self._unsaved.free(ProfileDraft) if each.name == name), None)
        if found is not None:
            self._unsaved.take(self, found)
        return found

    def names(self) -> tuple[str | None, ...]:
        """The profiles of which something was put aside, None: a new one."""
        return tuple(each.name for each in self._unsaved.free(ProfileDraft))

    def drop(self, name: str | None) -> None:
        """What was put aside of a profile is saved by now, or the profile is gone."""
        found = next((each for each in self._unsaved.free(ProfileDraft) if each.name == name), None)
        if found is not None:
            self._unsaved.drop(found)

    def _on_settling(self) -> None:
        if self._timer.isActive():
            self.note()

"""Adds pictures to a prompt: pasted, dropped, or files. They are read and made smaller on workers."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.bridge.chat.chips import ChipsController, Refused
from copilot_desktop.bridge.documents.file_checks import ReadableFiles
from copilot_desktop.bridge.folder.workspace import WorkspaceController
from copilot_desktop.context.items import ContextItem, ItemKind, Origin
from copilot_desktop.llm.profiles import Profile
from copilot_desktop.workspace.picture import Picture

if TYPE_CHECKING:
    from PySide6.QtGui import QImage

_PASTED: Final = "pasted picture"
_BEING_READ: Final = "It is still being read; a prompt that is sent meanwhile waits for it."
_UNSEARCHED: Final = "Secrets in a picture are not found and not masked: look at it before you send it."


class PictureChips:
    """Of one window. GUI thread. What refuses one is told as `ChipsController.refused`."""

    def __init__(
        self,
        chips: ChipsController,
        thread: AsyncThread,
        workspace: WorkspaceController,
        files: ReadableFiles,
        profile: Callable[[], Profile],
    ) -> None:
        self._chips, self._thread, self._workspace, self._files = chips, thread, workspace, files
        self._profile = profile

    def add_file(self, path: str) -> None:
        """Add a picture of the opened folder."""
        workspace = self._workspace.workspace
        if workspace is not None:
            self._add(path, path.rpartition("/")[2], lambda: self._of_workspace(path))

    def add_place(self, place: Path) -> None:
        """Add a picture from anywhere, which the user has chosen."""
        workspace = self._workspace.workspace
        if workspace is not None and place.is_relative_to(workspace.root):
            self.add_file(place.relative_to(workspace.root).as_posix())
        else:
            self._add(str(place), place.name, lambda: _item(_read(place), str(place), place.name, ()))

    def add_image(self, image: QImage) -> None:
        """Add what was pasted."""

        def work() -> ContextItem:
            from copilot_desktop.bridge.context.picture_making import picture_of

            picture = picture_of(image)
            return _item(picture, hashlib.sha256(picture.data).hexdigest(), _PASTED, ())

        self._add(_new_id(), _PASTED, work)

    def remake(self, item: ContextItem) -> Callable[[], ContextItem]:
        """Reads it anew, on a worker; what was pasted stays as it is."""
        named = item.origin.named if item.origin is not None else ()
        return (lambda: self._of_workspace(named[0])) if named else (lambda: item)

    def _of_workspace(self, path: str) -> ContextItem:
        workspace = self._workspace.workspace
        self._files.check(path)
        assert workspace is not None  # noqa: S101 - the check refuses where none is open
        return _item(_read(workspace.resolve(path)), path, path.rpartition("/")[2], (path,))

    def _add(self, source: str, name: str, work: Callable[[], ContextItem]) -> None:
        profile = self._profile()
        if profile.is_blind:
            self._chips.refused.emit(
                Refused(
                    f"{profile.model or profile.name} sees no pictures, so none can be sent to it.",
                    "Choose a model that does.",
                )
            )
            return
        pending = ContextItem(_new_id(), ItemKind.PICTURE, "", "", origin=Origin(source, name, _BEING_READ))
        settle = self._chips.expect(pending)
        self._thread.run_in_worker(work, settle, partial(settle, None))


def _new_id() -> str:
    return uuid.uuid4().hex[:12]


def _read(place: Path) -> Picture:
    from copilot_desktop.bridge.context.picture_making import picture_of_file

    return picture_of_file(place)


def _item(picture: Picture, source: str, name: str, named: tuple[str, ...]) -> ContextItem:
    size = f"Scaled {picture.scaled}" if picture.scaled else f"{picture.size_words} pixels"
    kind = picture.media_type.rpartition("/")[2].upper()
    note = f"{size}, {len(picture.data):,} bytes of {kind}, without what a camera writes beside it. {_UNSEARCHED}"
    origin = Origin(source, name, note, named)
    return ContextItem(_new_id(), ItemKind.PICTURE, "", "", origin=origin, picture=picture)

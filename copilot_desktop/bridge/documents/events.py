"""What the documents of a window report; each value is carried by one signal."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final, NamedTuple

from copilot_desktop.text.ranges import DocumentId, LineRange
from copilot_desktop.workspace.documents import Document


class Opening(NamedTuple):
    """How a document is opened: whether its tab comes to the front and gets the keyboard, and whether it is only looked
    at, in a tab that the next one looked at takes over. `creates`: a file that is not there is a new one.
    `is_overtaken`: another was asked for while this one was read, and is to be in front."""

    comes_forward: bool = True
    takes_focus: bool = True
    is_preview: bool = False
    creates: bool = False
    is_overtaken: bool = False


USUAL: Final = Opening()
BY_NAME: Final = Opening(creates=True)


class WrittenThrough(NamedTuple):
    """A saved file is known under so many other names (hard links), which have the new text as well."""

    path: str
    other_names: int


class DocumentOpened(NamedTuple):
    """A document is open (or was already). `text` is None when it was open before."""

    document: Document
    text: str | None
    lines: LineRange | None = None
    opening: Opening = USUAL


class OpenFailed(NamedTuple):
    """A file that cannot be shown as text, with the sentences for its page.

    `can_choose_encoding`: its bytes are there, and an encoding may explain them. `is_gone`: there is no such file.
    """

    path: str
    message: str
    advice: str
    can_choose_encoding: bool = False
    is_gone: bool = False
    opening: Opening = USUAL


class LargeFound(NamedTuple):
    """A file that was to be opened is so large that it is read piece by piece."""

    path: str
    size_bytes: int
    lines: LineRange | None
    opening: Opening


class TextChanged(NamedTuple):
    """An open text has changed. `path` is None for an untitled document."""

    document_id: DocumentId
    path: str | None
    version: int


class DiskChanged(NamedTuple):
    """Paths of the folder that something outside has touched, open here or not."""

    paths: tuple[str, ...]
    is_overflow: bool = False


class OutsideKind(StrEnum):
    """What happened to the file of an open document."""

    CHANGED = "changed"
    DELETED = "deleted"
    UNREADABLE = "unreadable"
    RESOLVED = "resolved"


class OutsideChange(NamedTuple):
    """The file of an open document is not what the document says. RESOLVED takes the banner away.

    `message` says why an UNREADABLE file cannot be read. `is_save_refused`: a save was asked for since, and refused
    for it.
    """

    document_id: DocumentId
    kind: OutsideKind
    message: str = ""
    is_save_refused: bool = False


class PathMoved(NamedTuple):
    """A file or folder has another path; what is in a folder went along."""

    old: str
    new: str

    def follow(self, path: str) -> str:
        """Where a path is now: somewhere else when it was this one or in it."""
        is_in = path == self.old or path.startswith(f"{self.old}/")
        return self.new + path[len(self.old) :] if is_in else path


class RenamedAndChanged(NamedTuple):
    """Other programs have renamed files and changed them in one go, old → new: tabs and reviews have followed.

    `unsure`: files that are gone, each with the new ones that are like it: which it is now is not known. None of them:
    too much was new to look at.
    """

    found: Mapping[str, str]
    unsure: Mapping[str, tuple[str, ...]]


class DocumentClosed(NamedTuple):
    """A document is no longer open."""

    document_id: DocumentId
    path: str | None


class SaveFailed(NamedTuple):
    """A save that did not happen; the text is still in its tab.

    `is_changed_outside`: another program was faster, and the banner over the text will say so with its choices.
    `is_lossy`: the file's encoding does not know a character of it. `is_not_kept`: what stands on disk could not be
    kept, and saving would overwrite it for good.
    """

    document_id: DocumentId
    message: str
    advice: str
    is_changed_outside: bool = False
    is_lossy: bool = False
    is_not_kept: bool = False

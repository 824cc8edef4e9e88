"""Reading the folder's files for placing edits, with what is needed to write them back."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from copilot_desktop.workspace.files import FileText, names_beside, read_file
from copilot_desktop.workspace.ignore import IgnoreRules
from copilot_desktop.workspace.listing import list_folder
from copilot_desktop.workspace.model_border import ModelBorder
from copilot_desktop.workspace.paths import Workspace


def said_of_other_names(workspace: Workspace, written: Iterable[str]) -> list[str]:
    """A sentence about each file that was written and has other names (hard links), which were written with it."""
    linked = [path for path in written if names_beside(workspace, path)]
    return [f"{path} has other names (hard links), with the same text." for path in linked]


@dataclass(slots=True)
class FolderFiles:
    """The files read so far, by path. `border`: what no model may see is refused."""

    workspace: Workspace
    border: ModelBorder | None
    read: dict[str, FileText] = field(default_factory=dict)

    def text_of(self, path: str) -> str | None:
        """A file's text, None where there is none. Raises WorkspaceError for one that may not be read."""
        if path not in self.read:
            place = self.workspace.resolve(path)
            if self.border is not None:
                (self.border.refuse if os.path.lexists(place) else self.border.refuse_new)(path)
            if not os.path.lexists(place):
                return None
            self.read[path] = read_file(self.workspace, path)
        return self.read[path].text

    def texts(self) -> dict[str, str]:
        """All texts read so far."""
        return {path: file.text for path, file in self.read.items()}

    def only_file(self) -> str | None:
        """The path of the folder's only file that git does not ignore; None when there are none or several."""
        found = _files(self.workspace, IgnoreRules(self.workspace), "")
        first = next(found, None)
        return first if next(found, None) is None else None


def plain_path(path: str) -> str:
    """A path as the history knows it: a shell completes `./a.py`, and nobody minds `src//a.py`."""
    return posixpath.normpath(path)


def _files(workspace: Workspace, rules: IgnoreRules, folder: str) -> Iterator[str]:
    for entry in list_folder(workspace, rules, folder):
        if not entry.is_folder:
            yield entry.path
        elif not entry.is_link:
            yield from _files(workspace, rules, entry.path)

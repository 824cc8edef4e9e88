"""One folder at a time, for trees that load what is unfolded."""

from __future__ import annotations

import os
import re

from copilot_desktop.errors import UnreadableFileError
from copilot_desktop.values import dataclass
from copilot_desktop.workspace.atomic_write import is_temporary
from copilot_desktop.workspace.ignore import IgnoreRules
from copilot_desktop.workspace.paths import Workspace, is_git_folder

_DIGITS = re.compile(r"(\d+)")


@dataclass(frozen=True, slots=True)
class Entry:
    """A file or folder. `path` is POSIX, relative to the workspace; a link to a folder is a folder."""

    name: str
    path: str
    is_folder: bool
    is_link: bool
    is_ignored: bool = False


def list_folder(
    workspace: Workspace, rules: IgnoreRules, path: str = "", *, with_ignored: bool = False
) -> tuple[Entry, ...]:
    """What a folder holds, folders first, names in the order a person expects; ignored ones only if asked for.

    `path` "" is the workspace itself. Git's own folder is always left out, as are links that lead out of the workspace.
    Raises UnsafePathError, and UnreadableFileError when the folder is gone or may not be read.
    """
    place = workspace.resolve(path) if path else workspace.root
    prefix = f"{path}/" if path else ""
    found: list[Entry] = []
    try:
        with os.scandir(place) as entries:
            for entry in entries:
                is_link = entry.is_symlink()
                if is_temporary(entry.name) or (is_link and not _leads_inside(workspace, entry.path)):
                    continue
                is_folder = leads_to_folder(entry)
                # To git a link is never a folder.
                is_ignored = rules.is_ignored(prefix + entry.name, is_folder and not is_link)
                if not is_ignored or (with_ignored and not is_git_folder(entry.name)):
                    found.append(Entry(entry.name, prefix + entry.name, is_folder, is_link, is_ignored))
    except OSError as error:
        raise UnreadableFileError(
            f"The folder {path or workspace.root.name} could not be read.",
            advice="It may be gone, or this account may not read it.",
            detail=f"{error.strerror} ({error.errno})",
        ) from error
    return tuple(sorted(found, key=_order))


def leads_to_folder(entry: os.DirEntry[str]) -> bool:
    """Whether it is a folder or a link to one. A link in a circle, or one through a folder that may not be read, leads
    to none."""
    try:
        return entry.is_dir()
    except OSError:
        return False


def leads_to_file(entry: os.DirEntry[str]) -> bool:
    """The same for files."""
    try:
        return entry.is_file()
    except OSError:
        return False


def _leads_inside(workspace: Workspace, place: str) -> bool:
    real = os.path.realpath(place)
    return real == str(workspace.root) or real.startswith(f"{str(workspace.root).rstrip(os.sep)}{os.sep}")


def _order(entry: Entry) -> tuple[bool, tuple[tuple[int, int, str], ...], str]:
    """Folders first, then letters without case, and file9 before file10."""
    pieces = _DIGITS.split(entry.name.casefold())
    natural = tuple((0, int(piece), "") if index % 2 else (1, 0, piece) for index, piece in enumerate(pieces))
    return (not entry.is_folder, natural, entry.name)

"""Finds files again that got another name: where they are surely the same, or surely what has become of them."""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from copilot_desktop.errors import CopilotError
from copilot_desktop.text.likeness import Alike, most_alike
from copilot_desktop.workspace.file_identity import FileIdentity, file_identity
from copilot_desktop.workspace.file_list import list_files
from copilot_desktop.workspace.files import WHOLE_BYTES, FileText, missing_files, read_file
from copilot_desktop.workspace.ignore import IgnoreRules
from copilot_desktop.workspace.paths import Workspace

MOST_NEW: Final = 200
"""Of more new files at once none is looked at: what is meant is another state of the whole folder."""
_MOST_BYTES: Final = 64_000_000
_LONGEST: Final = 2_000_000
"""Characters of a text that is compared line by line."""
_BACKUPS: Final = ("~", ".bak", ".orig", ".old", ".rej", ".swp", ".tmp")
"""Endings of copies that programs leave beside a file: none is taken for it because it is like it."""


class KnownFile(NamedTuple):
    """What a file was known by: the hash of its bytes ("": not known), and its numbers, where they are known."""

    content: str
    identity: FileIdentity | None


def found_again(
    workspace: Workspace, known: Mapping[str, KnownFile], taken: Collection[str], since_s: float
) -> dict[str, str]:
    """Old → new path of the files that are gone, which were known at `since_s` (seconds after 1970), by their numbers,
    else by what they held. Those at `taken` paths are others. Waits for the disk: the folder is listed.
    """
    gone = missing_files(workspace, known)
    if not gone:
        return {}
    everywhere = {path: status for path, status in regular_files(workspace).items() if path not in taken}
    identities = {path: known[path].identity for path in gone}
    found = found_by_identity(workspace, {path: each for path, each in identities.items() if each}, everywhere)
    hashes = {path: known[path].content for path in gone if path not in found}
    new = [path for path, each in everywhere.items() if each.st_ctime >= since_s and path not in found.values()]
    return found | found_by_content(workspace, new, hashes, {})


def regular_files(workspace: Workspace) -> dict[str, os.stat_result]:
    """Every file that git does not ignore, but for links and special files."""
    found = {}
    for path in list_files(workspace, IgnoreRules(workspace)):
        status = _status(workspace.root / path)
        if status is not None:
            found[path] = status
    return found


def found_by_identity(
    workspace: Workspace, gone: Mapping[str, FileIdentity], everywhere: Mapping[str, os.stat_result]
) -> dict[str, str]:
    """Old → new path of the files that are there under another name, whatever they say now."""
    numbers = {(each.device, each.inode): path for path, each in gone.items()}
    found: dict[str, list[str]] = {}
    for path, status in everywhere.items():
        old = numbers.get((status.st_dev, status.st_ino))
        if old is not None and file_identity(workspace.root / path) == gone[old]:
            found.setdefault(old, []).append(path)
    # One with several names has not surely this one.
    return {old: paths[0] for old, paths in found.items() if len(paths) == 1}


def found_by_content(
    workspace: Workspace, new: Collection[str], hashes: Mapping[str, str], texts: Mapping[str, str]
) -> dict[str, str]:
    """Old → new path of the files that are gone and of which exactly one of the `new` paths holds the very same: git
    deletes a file and writes it anew.

    What they held: `hashes` are those of their bytes, `texts` of others what they said. Two that held the same are not
    told apart, nor are files without content. Waits for the disk.
    """
    gone = missing_files(workspace, {*hashes, *texts})
    held = {path: hashes.get(path) or texts.get(path, "") for path in gone}
    every = list(held.values())
    wanted = {what for what in every if what and every.count(what) == 1}
    if not wanted or len(new) > MOST_NEW:
        return {}
    found: dict[str, list[str]] = {}
    for file in _read(workspace, new):
        for what in wanted & {file.disk_hash, file.text}:
            found.setdefault(what, []).append(file.path)
    return {path: found[what][0] for path, what in held.items() if len(found.get(what, ())) == 1}


def found_by_likeness(workspace: Workspace, new: Collection[str], texts: Mapping[str, str]) -> Alike:
    """The files that are gone, which said this, and were renamed and changed: which of the `new` paths each one is now.

    Waits for the disk.
    """
    missing = missing_files(workspace, texts)
    gone = {path: texts[path] for path in missing if texts[path].strip() and len(texts[path]) <= _LONGEST}
    likely = [path for path in new if not path.endswith(_BACKUPS)]
    if not gone or not likely or len(likely) > MOST_NEW:
        return Alike({}, {})
    read = ((file.path, file.text) for file in _read(workspace, likely))
    return most_alike(gone, ((path, text) for path, text in read if len(text) <= _LONGEST))


def _read(workspace: Workspace, paths: Collection[str]) -> Iterator[FileText]:
    left = _MOST_BYTES
    for path in paths:
        status = _status(workspace.root / path)
        if status is not None and 0 < status.st_size <= min(left, WHOLE_BYTES):
            left -= status.st_size
            try:
                yield read_file(workspace, path)
            except CopilotError:
                continue  # no text, or gone by now


def _status(place: Path) -> os.stat_result | None:
    """Of a regular file."""
    try:
        status = os.lstat(place)
    except OSError:
        return None
    return status if stat.S_ISREG(status.st_mode) else None

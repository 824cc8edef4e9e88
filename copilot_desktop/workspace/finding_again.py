"""Finds files again that got another name: where they are surely the same, or surely what has become of them."""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from copilot_desktop.errors import CopilotError
from copilot_desktop.text.likeness import ALIKE, Alike, Lines, distinct_lines, most_alike
from copilot_desktop.workspace.file_identity import FileIdentity, file_identity
from copilot_desktop.workspace.file_list import list_files
from copilot_desktop.workspace.files import WHOLE_BYTES, FileText, missing_files, read_file
from copilot_desktop.workspace.ignore import IgnoreRules
from copilot_desktop.workspace.paths import Workspace

_MOST_BYTES: Final = 256_000_000
"""Of more new text at once it is not said which is which."""
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
    if not wanted:
        return {}
    found: dict[str, list[str]] = {}
    # A character has up to four bytes, and a mark may be before the first one. How long what has a hash was is unknown.
    longest = max(map(len, texts.values()), default=0) * 4 + 4 if not hashes else WHOLE_BYTES
    reading = _Reading(workspace, _of_size(workspace, new, 1, longest))
    for file in reading.files():
        for what in wanted & {file.disk_hash, file.text}:
            found.setdefault(what, []).append(file.path)
    if reading.is_cut:
        return {}  # what was not read may say the same
    return {path: found[what][0] for path, what in held.items() if len(found.get(what, ())) == 1}


def found_by_likeness(workspace: Workspace, new: Collection[str], texts: Mapping[str, str]) -> Alike:
    """The files that are gone, which said this, and were renamed and changed: which of the `new` paths each one is now.

    Waits for the disk. Thousands of new files are looked at: of most of them the size says enough, or a look at which
    lines they have. Where there is more than can be read in some seconds, nothing is found and each one that is gone is
    unsure, with no name.
    """
    missing = missing_files(workspace, texts)
    gone = {path: texts[path] for path in missing if texts[path].strip() and len(texts[path]) <= _LONGEST}
    likely = [path for path in new if not path.endswith(_BACKUPS)]
    if not gone or not likely:
        return Alike({}, {})
    lines = {path: Lines(text) for path, text in gone.items()}
    least = min(int(each.size * ALIKE) for each in lines.values())
    reading = _Reading(workspace, _of_size(workspace, likely, max(1, least), _most_bytes(gone.values())))

    def candidates() -> Iterator[tuple[str, str]]:
        for file in reading.files():
            if len(file.text) <= _LONGEST:
                distinct = distinct_lines(file.text)
                if any(each.may_be_alike(distinct) for each in lines.values()):
                    yield file.path, file.text

    found = most_alike(lines, candidates())
    return Alike({}, dict.fromkeys(gone, ())) if reading.is_cut else found


def _most_bytes(texts: Iterable[str]) -> int:
    """Of a file that could be like one of the texts: twice as long, in characters of four bytes."""
    return max(map(len, texts)) * 8 + 4_096


def _of_size(workspace: Workspace, paths: Iterable[str], least: int, most: int) -> Iterator[tuple[str, int]]:
    for path in paths:
        status = _status(workspace.root / path)
        if status is not None and least <= status.st_size <= min(most, WHOLE_BYTES):
            yield path, status.st_size


class _Reading:
    """Reads files, given with their sizes, one after the other; `is_cut`: there were more than are read at once."""

    def __init__(self, workspace: Workspace, sized: Iterable[tuple[str, int]]) -> None:
        self._workspace, self._sized = workspace, sized
        self.is_cut = False

    def files(self) -> Iterator[FileText]:
        """Those that hold text."""
        left = _MOST_BYTES
        for path, size in self._sized:
            left -= size
            if left < 0:
                self.is_cut = True
                return
            try:
                yield read_file(self._workspace, path)
            except CopilotError:
                continue  # no text, or gone by now


def _status(place: Path) -> os.stat_result | None:
    """Of a regular file."""
    try:
        status = os.lstat(place)
    except OSError:
        return None
    return status if stat.S_ISREG(status.st_mode) else None

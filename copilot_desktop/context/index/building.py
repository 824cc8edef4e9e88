"""Brings the index of a folder up to date: reads what is new or changed, forgets what is gone."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import stat
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import PurePosixPath
from typing import Final

from copilot_desktop.context.index.history import HistoryReader
from copilot_desktop.context.index.linking import Changes, Linker, forget_links, is_unlinked, note_unlinked
from copilot_desktop.context.index.merging import SegmentMerger
from copilot_desktop.context.index.reading import FileRead
from copilot_desktop.context.index.reading_process import read_portions
from copilot_desktop.context.index.schema import transaction
from copilot_desktop.context.index.writing import (
    Known,
    known_below,
    known_files,
    note_folder,
    problems_of,
    put_file,
    remove_file,
    stand_as,
)
from copilot_desktop.errors import FolderGoneError
from copilot_desktop.syntax.grammars import is_code
from copilot_desktop.text.visible_signs import shown_path
from copilot_desktop.values import dataclass
from copilot_desktop.workspace.file_list import look_for_files
from copilot_desktop.workspace.model_border import IGNORE_FILE, ModelBorder
from copilot_desktop.workspace.paths import Workspace

_HISTORY_S: Final = 0.3
"""So long the history is read at once: what is asked for waits for it."""
_GATHERED_S: Final = 0.1
_GATHERED, _GATHERED_CHARACTERS = 100, 1_000_000
"""What is read in so long, about so many files or characters, is written together: each time FTS5 adds to every table.
"""
_GIT_INDEX: Final = ".git/index"
_RULES: Final = frozenset({IGNORE_FILE, ".gitignore"})
_MOST_TOLD: Final = 1_000
"""Problems: they are told with each change of a file, and nobody reads more of them."""
_MISNAMED: Final = "{path} has a name that is no text: it is not in the index."


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it is: `done` of `total` files looked at. `problems`: paths with sentences, of what could not be read;
    `more`: how many there are besides these."""

    done: int
    total: int
    is_complete: bool
    problems: tuple[tuple[str, str], ...] = ()
    more: int = 0


class IndexBuilder:
    """Of one folder and its open index. Waits for the disk; used by one thread."""

    def __init__(self, workspace: Workspace, database: sqlite3.Connection, tell: Callable[[Progress], None]) -> None:
        self._workspace, self._database, self._tell = workspace, database, tell
        self._border = ModelBorder(workspace)
        self._history = HistoryReader(workspace, database)
        self._linker, self._merger = Linker(database), SegmentMerger(database)
        self._left_out: dict[str, str] = {}
        self._was_complete = False

    def bring_up_to_date(self) -> Progress:
        """Look at the whole folder. Raises StoreError, FolderGoneError."""
        if not self._workspace.is_there():
            raise FolderGoneError(f"The folder {self._workspace.root.name} is gone: renamed, deleted or unmounted.")
        self._say_begun(0)
        self._border.refresh()
        with transaction(self._database):
            note_folder(self._database, self._workspace.root)
        every = look_for_files(self._workspace, self._border.rules)
        listed = [path for path in every.paths if not self._border.hides_listed(path)]
        paths = [path for path in listed if _is_plain(path)]
        self._left_out = {path: _MISNAMED.format(path=shown_path(path)) for path in set(listed) - set(paths)}
        self._left_out.update(every.unread)
        known = known_files(self._database)
        gone = known.keys() - set(paths)
        self._history.read(_HISTORY_S)
        return self._look_at(paths, known, gone)

    def work_on(self) -> bool:
        """Read on in git's history, and then merge what was written, for a moment; whether there is more to do.
        Raises StoreError."""
        return self._history.read(_HISTORY_S) or self._merger.merge()

    def look_at(self, paths: Iterable[str]) -> Progress:
        """Look at these again. A folder among them, files that say what is left out, or git's index have the whole
        folder looked at. Raises StoreError, FolderGoneError."""
        modes = {path: self._mode(path) for path in dict.fromkeys(paths)}
        if any(_is_about_others(path) or stat.S_ISDIR(mode) for path, mode in modes.items()):
            # What has come with a folder is named by nobody.
            return self.bring_up_to_date()
        there = [path for path, mode in modes.items() if stat.S_ISREG(mode) and not self._border.hides(path)]
        misnamed = {path: _MISNAMED.format(path=shown_path(path)) for path in there if not _is_plain(path)}
        for path in modes:
            if not _is_plain(path):
                self._left_out.pop(path, None)
        away = {path for path, mode in modes.items() if not mode}
        if away:
            # Of a folder that was moved away only the folder is named.
            self._left_out = {path: said for path, said in self._left_out.items() if away.isdisjoint(_above(path))}
        self._left_out.update(misnamed)
        wanted = list(filter(_is_plain, modes))
        self._say_begun(len(wanted))
        known = known_files(self._database, wanted)
        gone = set(wanted) - set(there)
        below = (each for path in gone - known.keys() for each in known_below(self._database, path))
        gone = {*(gone & known.keys()), *below}
        return self._look_at([path for path in there if path not in misnamed], known, gone)

    def _say_begun(self, total: int) -> None:
        """What was complete is so no longer: of a large folder it takes seconds until the next word."""
        if self._was_complete:
            self._tell(Progress(0, total, False))

    def _mode(self, path: str) -> int:
        """What stands at a path; 0 for nothing."""
        try:
            return os.stat(f"{self._workspace.root}/{path}").st_mode
        except PermissionError:
            return stat.S_IFREG  # it may be a file, in a folder that cannot be entered
        except (OSError, ValueError):
            return 0

    def _look_at(self, paths: Sequence[str], known: dict[str, Known], gone: Iterable[str]) -> Progress:
        changes, was_left = Changes(), is_unlinked(self._database)
        with transaction(self._database):
            for path in gone:
                self._remove(path, changes)
        changed = [path for path in paths if self._has_changed(path, known)]
        done, total = len(paths) - len(changed), len(paths)
        wanted = [(path, known[path].standing.hash if path in known else b"") for path in sorted(changed, key=_order)]
        with contextlib.closing(read_portions(self._workspace, wanted)) as portions:
            for gathered in _gathered(portions):
                with transaction(self._database):
                    for read in gathered:
                        self._write(read, known.get(read.path), changes)
                done += len(gathered)
                self._tell(Progress(done, total, False))
        if was_left or changes:
            with transaction(self._database):
                self._linker.link(changes, is_whole=was_left)
        problems = {**problems_of(self._database), **self._left_out}
        self._was_complete = True
        told = tuple(sorted(problems.items()))[:_MOST_TOLD]
        ended = Progress(total, total, True, told, len(problems) - len(told))
        self._tell(ended)
        return ended

    def _write(self, read: FileRead, before: Known | None, changes: Changes) -> None:
        if read.standing is None:
            if before is not None:
                self._remove(read.path, changes)
        elif read.file is None:
            if before is not None:
                stand_as(self._database, before.file_id, read.standing._replace(problem=before.standing.problem))
        else:
            if before is None:
                changes.came.append(read.path)
            changes.texts.append(read.path)
            note_unlinked(self._database)
            changes.names.update(put_file(self._database, read.file, read.standing, read.characters))

    def _remove(self, path: str, changes: Changes) -> None:
        note_unlinked(self._database)
        forget_links(self._database, path, changes)
        changes.names.update(remove_file(self._database, path))
        changes.gone.append(path)

    def _has_changed(self, path: str, known: dict[str, Known]) -> bool:
        before = known.get(path)
        if before is None or not before.standing.is_sure:
            return True
        try:
            status = os.stat(f"{self._workspace.root}/{path}")
        except (OSError, ValueError):
            return True
        return (status.st_mtime_ns, status.st_size) != (before.standing.modified_ns, before.standing.size_bytes)


def _gathered(portions: Iterable[list[FileRead]]) -> Iterator[list[FileRead]]:
    gathered, characters, began = list[FileRead](), 0, time.monotonic()
    for portion in portions:
        gathered += portion
        characters += sum(each.characters for each in portion)
        is_much = len(gathered) >= _GATHERED or characters >= _GATHERED_CHARACTERS
        if is_much or time.monotonic() - began > _GATHERED_S:
            yield gathered
            gathered, characters, began = [], 0, time.monotonic()
    if gathered:
        yield gathered


def _is_about_others(path: str) -> bool:
    """Whether a file says of others whether they are left out; what git keeps counts as well though it is ignored."""
    return path == _GIT_INDEX or path.rpartition("/")[2] in _RULES


def _above(path: str) -> Iterator[str]:
    """The path, and the folders that it is in."""
    while path:
        yield path
        path = path.rpartition("/")[0]


def _is_plain(path: str) -> bool:
    """Whether a name is text: git and most systems take any bytes."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def _order(path: str) -> tuple[bool, int, str]:
    """Code first, and what stands near the top."""
    return not is_code(path), path.count("/"), PurePosixPath(path).name

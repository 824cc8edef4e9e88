"""Brings the index of a folder up to date: reads what is new or changed, forgets what is gone."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import stat
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
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
from copilot_desktop.workspace.model_border import ModelBorder
from copilot_desktop.workspace.paths import Workspace

_HISTORY_S: Final = 0.3
"""So long the history is read at once: what is asked for waits for it."""
_MISNAMED: Final = "{path} has a name that is no text: it is not in the index."


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it is: `done` of `total` files looked at. `problems`: paths with sentences, of what could not be read."""

    done: int
    total: int
    is_complete: bool
    problems: tuple[tuple[str, str], ...] = ()


class IndexBuilder:
    """Of one folder and its open index. Waits for the disk; used by one thread."""

    def __init__(self, workspace: Workspace, database: sqlite3.Connection, tell: Callable[[Progress], None]) -> None:
        self._workspace, self._database, self._tell = workspace, database, tell
        self._border = ModelBorder(workspace)
        self._history = HistoryReader(workspace, database)
        self._linker, self._merger = Linker(database), SegmentMerger(database)
        self._left_out: dict[str, str] = {}

    def bring_up_to_date(self) -> Progress:
        """Look at the whole folder. Raises StoreError, FolderGoneError."""
        if not self._workspace.is_there():
            raise FolderGoneError(f"The folder {self._workspace.root.name} is gone: renamed, deleted or unmounted.")
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
        """Look at these files again; folders among them are looked into by `bring_up_to_date`. Raises StoreError."""
        every = dict.fromkeys(paths)
        wanted = list(filter(_is_plain, every))
        for path in every.keys() - set(wanted):
            self._left_out.pop(path, None)
            if self._is_wanted(path):
                self._left_out[path] = _MISNAMED.format(path=shown_path(path))
        known = known_files(self._database, wanted)
        there = [path for path in wanted if self._is_wanted(path)]
        gone = (set(wanted) - set(there)) & known.keys()
        return self._look_at(there, known, gone)

    def _is_wanted(self, path: str) -> bool:
        if self._border.hides(path):
            return False
        try:
            return stat.S_ISREG(os.stat(self._workspace.root / path).st_mode)
        except PermissionError:
            return True  # it may be a file, in a folder that cannot be entered
        except (OSError, ValueError):
            return False

    def _look_at(self, paths: Sequence[str], known: dict[str, Known], gone: Iterable[str]) -> Progress:
        changes, was_left = Changes(), is_unlinked(self._database)
        with transaction(self._database):
            for path in gone:
                note_unlinked(self._database)
                forget_links(self._database, path, changes)
                changes.names.update(remove_file(self._database, path))
                changes.has_other_paths = True
        changed = [path for path in paths if self._has_changed(path, known)]
        done, total = len(paths) - len(changed), len(paths)
        wanted = [(path, known[path].standing.hash if path in known else b"") for path in sorted(changed, key=_order)]
        with contextlib.closing(read_portions(self._workspace, wanted)) as portions:
            for portion in portions:
                with transaction(self._database):
                    for read in portion:
                        self._write(read, known.get(read.path), changes)
                done += len(portion)
                self._tell(Progress(done, total, False))
        if was_left or changes.has_other_paths or changes.texts:
            with transaction(self._database):
                self._linker.link(changes, is_whole=was_left)
        problems = {**problems_of(self._database), **self._left_out}
        ended = Progress(total, total, True, tuple(sorted(problems.items())))
        self._tell(ended)
        return ended

    def _write(self, read: FileRead, before: Known | None, changes: Changes) -> None:
        if read.standing is None:
            note_unlinked(self._database)
            forget_links(self._database, read.path, changes)
            changes.names.update(remove_file(self._database, read.path))
            changes.has_other_paths |= before is not None
        elif read.file is None:
            if before is not None:
                stand_as(self._database, before.file_id, replace(read.standing, problem=before.standing.problem))
        else:
            changes.has_other_paths |= before is None
            changes.texts.append(read.path)
            note_unlinked(self._database)
            changes.names.update(put_file(self._database, read.file, read.standing, read.characters))

    def _has_changed(self, path: str, known: dict[str, Known]) -> bool:
        before = known.get(path)
        if before is None or not before.standing.is_sure:
            return True
        try:
            status = os.stat(self._workspace.root / path)
        except (OSError, ValueError):
            return True
        return (status.st_mtime_ns, status.st_size) != (before.standing.modified_ns, before.standing.size_bytes)


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

"""Brings the links between files up to date after files were written: who imports whom, and who calls whom."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable
from dataclasses import field
from typing import Final

from copilot_desktop.context.index.calls import count_calls, link_calls
from copilot_desktop.context.index.imports import ImportedFiles
from copilot_desktop.values import dataclass

_COUNTS: Final = (
    ("imported_by", "(SELECT count(*) FROM links WHERE links.target = files.id)"),
    ("importing", "(SELECT count(*) FROM links WHERE links.source = files.id)"),
)


@dataclass(slots=True)
class Changes:
    """What has become of the index since it was linked: whether files have come or gone, those whose text is another
    one, and the names that so many files more or fewer define."""

    texts: list[str] = field(default_factory=list)
    has_other_paths: bool = False
    names: Counter[str] = field(default_factory=Counter)


def note_unlinked(database: sqlite3.Connection) -> None:
    """From now on something is written that is not linked; in the transaction that writes the first of it."""
    database.execute("INSERT OR IGNORE INTO unlinked VALUES (1)")


def is_unlinked(database: sqlite3.Connection) -> bool:
    """Whether something was written and never linked, by a worker that was ended."""
    return database.execute("SELECT 1 FROM unlinked").fetchone() is not None


class Linker:
    """Of one open index; in transactions of its caller."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        self._files: ImportedFiles | None = None
        self._version = 0

    def link(self, changes: Changes, *, is_whole: bool) -> None:
        """After these changes; `is_whole`: after any, of this worker or one before."""
        database = self._database
        (version,) = database.execute("PRAGMA data_version").fetchone()
        if version != self._version:
            self._files, self._version = None, version  # a process beside this one has written other paths
        changed = set(self._numbers(changes.texts))
        if is_whole or changes.has_other_paths or (changes.texts and self._files is None):
            sources = self._import_anew()
        else:
            sources = self._import_again(changed)
        (count,) = database.execute("SELECT count(*) FROM calls").fetchone()
        # Most of them: asking who calls each name would take longer.
        is_most = is_whole or len(changed) * 2 > count
        touched = link_calls(database, {*changed, *sources}, changes.names, is_whole=is_most)
        # Links to what is gone are gone with it, and counted nowhere.
        count_calls(database, None if is_most or changes.has_other_paths else touched)
        database.execute("DELETE FROM unlinked")

    def _numbers(self, paths: Iterable[str]) -> list[int]:
        query = "SELECT id FROM files WHERE path = ?"
        return [file for path in paths for (file,) in self._database.execute(query, (path,))]

    def _import_anew(self) -> list[int]:
        """Who imports whom, of all files, where some have come or gone; returns those that now import others."""
        database = self._database
        ids: dict[str, int] = dict(database.execute("SELECT path, id FROM files"))
        self._files = ImportedFiles(ids)
        rows = database.execute("SELECT path, targets FROM imports JOIN files ON files.id = imports.file").fetchall()
        database.execute("DELETE FROM links WHERE source NOT IN (SELECT file FROM imports)")
        changed = [
            ids[path]
            for path, targets in rows
            if self._put(ids[path], {ids[each] for each in self._files.of(path, json.loads(targets))})
        ]
        for column, count in _COUNTS:
            database.execute(f"UPDATE files SET {column} = {count} WHERE {column} != {count}")
        return changed

    def _import_again(self, changed: Iterable[int]) -> list[int]:
        """The same of these files alone, where none has come or gone."""
        database = self._database
        assert self._files is not None  # noqa: S101 - made with all paths
        for file in changed:
            (path,) = database.execute("SELECT path FROM files WHERE id = ?", (file,)).fetchone()
            row = database.execute("SELECT targets FROM imports WHERE file = ?", (file,)).fetchone()
            wanted = self._files.of(path, json.loads(row[0])) if row is not None else []
            touched = self._put(file, set(self._numbers(wanted)))
            for column, count in _COUNTS if touched else ():
                update = f"UPDATE files SET {column} = {count} WHERE id = ?"
                database.executemany(update, ((each,) for each in {file, *touched}))
        return []

    def _put(self, source: int, now: set[int]) -> set[int]:
        """Returns the files that it imports and did not before, or the other way round."""
        database = self._database
        before = {target for (target,) in database.execute("SELECT target FROM links WHERE source = ?", (source,))}
        if before != now:
            gone = ((source, target) for target in before - now)
            database.executemany("DELETE FROM links WHERE source = ? AND target = ?", gone)
            database.executemany("INSERT INTO links VALUES (?, ?)", ((source, target) for target in now - before))
        return before ^ now

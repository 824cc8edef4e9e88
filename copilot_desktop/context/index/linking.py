"""Brings the links between files up to date after files were written: who imports whom, who calls whom, and who is near
to whom by that."""

from __future__ import annotations

import json
import re
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import field
from typing import Final

from copilot_desktop.context.index.calls import link_calls
from copilot_desktop.context.index.imports import ImportedFiles, names_behind
from copilot_desktop.values import dataclass

_LAST_NAMES: Final = re.compile(r'([^/"]+)"')
"""The last name of each target, in the JSON that a list of them is kept as."""
_MANY: Final = 2_000
"""When so many files have come or gone all paths are taken in anew."""
_SIDES: Final = (("source", "target"), ("target", "source"))
_NEAR: Final = tuple(
    f"INSERT OR IGNORE INTO near SELECT {one}, {other} FROM {table}"
    for table in ("links", "call_links")
    for one, other in _SIDES
)
"""Both sides of both kinds of links, one after the other: a union of all would be put together in memory."""
_USERS: Final = (
    "SELECT source FROM links WHERE target = files.id UNION SELECT source FROM call_links WHERE target = files.id"
)
_COUNTS: Final = (
    ("imported_by", "(SELECT count(*) FROM links WHERE target = files.id)"),
    ("used_by", f"(SELECT count(*) FROM ({_USERS}))"),
    ("neighbours", "(SELECT count(*) FROM near WHERE file = files.id)"),
)
"""`used_by`: other files that import or call it; `neighbours`: these, and those that it imports or calls."""


@dataclass(slots=True)
class Changes:
    """What has become of the index since it was linked: files that have come or gone, those whose text is another one,
    new ones included; the names that so many files more or fewer define, and what was linked to those that are gone."""

    texts: list[str] = field(default_factory=list)
    came: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    names: Counter[str] = field(default_factory=Counter)
    unlinked: set[int] = field(default_factory=set)

    def __bool__(self) -> bool:
        return bool(self.texts or self.came or self.gone)


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
        (count,) = database.execute("SELECT count(*) FROM files").fetchone()
        # Most of them: asking who calls or imports each would take longer.
        is_most = is_whole or len(changed) * 2 > count
        if is_most:
            touched = self._import_anew()
        else:
            self._files = self._known_files(changes)
            names = {name for path in (*changes.came, *changes.gone) for name in names_behind(path)}
            touched = self._import_again({*changed, *self._meaning(names)})
        touched |= link_calls(database, changed | touched, changes.names, is_whole=is_most) | changes.unlinked
        self._count(None if is_most else touched)
        database.execute("DELETE FROM unlinked")

    def _known_files(self, changes: Changes) -> ImportedFiles:
        """With those that have come, and without those that are gone."""
        files, self._files = self._files, None
        if files is None or len(changes.came) + len(changes.gone) > _MANY:
            return ImportedFiles(path for (path,) in self._database.execute("SELECT path FROM files"))
        for path in changes.gone:
            files.remove(path)
        for path in changes.came:
            files.add(path)
        return files

    def _meaning(self, names: set[str]) -> Iterator[int]:
        """The files that import something whose last name is one of these."""
        if not names:
            return
        written = {json.dumps(name)[1:-1] for name in names}
        for file, targets in self._database.execute("SELECT file, targets FROM imports"):
            if not written.isdisjoint(_LAST_NAMES.findall(targets)):
                yield file

    def _numbers(self, paths: Iterable[str]) -> list[int]:
        query = "SELECT id FROM files WHERE path = ?"
        return [file for path in paths for (file,) in self._database.execute(query, (path,))]

    def _import_anew(self) -> set[int]:
        """Who imports whom, of all files; returns those that have other links now."""
        database = self._database
        ids: dict[str, int] = dict(database.execute("SELECT path, id FROM files"))
        self._files = ImportedFiles(ids)
        rows = database.execute("SELECT path, targets FROM imports JOIN files ON files.id = imports.file").fetchall()
        touched: set[int] = set()
        query = "SELECT source, target FROM links WHERE source NOT IN (SELECT file FROM imports)"
        for pair in database.execute(query):
            touched.update(pair)
        database.execute("DELETE FROM links WHERE source NOT IN (SELECT file FROM imports)")
        for path, targets in rows:
            touched |= self._put(ids[path], {ids[each] for each in self._files.of(path, json.loads(targets))})
        return touched

    def _import_again(self, changed: Iterable[int]) -> set[int]:
        """The same of these files alone."""
        database = self._database
        assert self._files is not None  # noqa: S101 - made with all paths
        touched: set[int] = set()
        for file in changed:
            (path,) = database.execute("SELECT path FROM files WHERE id = ?", (file,)).fetchone()
            row = database.execute("SELECT targets FROM imports WHERE file = ?", (file,)).fetchone()
            wanted = self._files.of(path, json.loads(row[0])) if row is not None else []
            touched |= self._put(file, set(self._numbers(wanted)))
        return touched

    def _put(self, source: int, now: set[int]) -> set[int]:
        """Returns the file and those that it imports and did not before, or the other way round; nothing where there
        are none."""
        database = self._database
        before = {target for (target,) in database.execute("SELECT target FROM links WHERE source = ?", (source,))}
        if before == now:
            return set()
        gone = ((source, target) for target in before - now)
        database.executemany("DELETE FROM links WHERE source = ? AND target = ?", gone)
        database.executemany("INSERT INTO links VALUES (?, ?)", ((source, target) for target in now - before))
        return {source, *(before ^ now)}

    def _count(self, files: Iterable[int] | None) -> None:
        """Bring up to date who is near to these files, to all where none are given, and how many there are."""
        database = self._database
        if files is None:
            database.execute("DELETE FROM near")
            for insert in _NEAR:
                database.execute(insert)
        else:
            rows = [(file,) for file in files]
            database.executemany("DELETE FROM near WHERE file = ?", rows)
            for insert, (one, _other) in zip(_NEAR, _SIDES * 2, strict=True):
                database.executemany(f"{insert} WHERE {one} = ?", rows)
        for column, count in _COUNTS:
            update = f"UPDATE files SET {column} = {count} WHERE {column} != {count}"
            if files is None:
                database.execute(update)
            else:
                database.executemany(f"{update} AND id = ?", rows)


def forget_links(database: sqlite3.Connection, path: str, changes: Changes) -> None:
    """Take out the links of a file that goes, before it is gone itself."""
    row = database.execute("SELECT id FROM files WHERE path = ?", (path,)).fetchone()
    if row is None:
        return
    for table in ("links", "call_links"):
        for one, other in _SIDES:
            rows = database.execute(f"DELETE FROM {table} WHERE {one} = ? RETURNING {other}", row)
            changes.unlinked.update(file for (file,) in rows.fetchall())
    database.execute("DELETE FROM near WHERE file = ?", row)

"""What git's history says of the files of an index: which were changed together, and which lately.

Objects of the repository are read, which runs nothing that it names. The last commits are kept in the index, so that
only new ones are read where the branch moves.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from copilot_desktop.context.index.schema import transaction
from copilot_desktop.errors import RepositoryError
from copilot_desktop.workspace.paths import Workspace

if TYPE_CHECKING:
    import pygit2

_COMMITS: Final = 2_000
_FILES: Final = 30
"""A commit of more files moves, renames or formats: it does not say that they belong together."""
_OFTEN: Final = 2
"""Once is chance."""
_LATEST: Final = 100
_LATER_COUNTS: Final = 0.97


class HistoryReader:
    """Of one folder and its open index. Reads in portions, so that what is asked meanwhile need not wait."""

    def __init__(self, workspace: Workspace, database: sqlite3.Connection) -> None:
        self._workspace, self._database = workspace, database
        self._commits: Iterator[tuple[pygit2.Commit, str]] | None = None
        self._head = ""
        self._seen: set[bytes] = set()

    def read(self, limit_s: float) -> bool:
        """Read commits that the index does not have, where the folder is in a repository, for so long; whether there is
        more to be read. Raises StoreError."""
        folders = (self._workspace.root, *self._workspace.root.parents)
        if not any(os.path.exists(folder / ".git") for folder in folders):
            return False
        # Brings pygit2, which a folder without git does not need.
        from copilot_desktop.workspace.git.repository import refusals_as_sentences

        try:
            with refusals_as_sentences("read the history"):
                return self._read(time.monotonic() + limit_s)
        except RepositoryError:
            self._commits = None
            return False  # the files are found without it

    def _read(self, until: float) -> bool:
        database = self._database
        if self._commits is None:
            self._commits = self._begun()
        with transaction(database):
            for commit, prefix in self._commits or ():
                digest = bytes.fromhex(str(commit.id))
                # Times have a second's grain, and a rebase makes many commits in one.
                stood = (len(self._seen), digest)
                self._seen.add(digest)
                if not database.execute("UPDATE commits SET place = ? WHERE hash = ?", stood).rowcount:
                    row = database.execute("INSERT INTO commits (place, hash) VALUES (?, ?)", stood)
                    paths = {path.removeprefix(prefix) for path in _changed(commit) if path.startswith(prefix)}
                    rows = ((path, row.lastrowid) for path in paths)
                    database.executemany("INSERT INTO committed VALUES (?, ?)", rows)
                if time.monotonic() > until:
                    return True
            if self._commits is not None:
                self._end()
        return False

    def _begun(self) -> Iterator[tuple[pygit2.Commit, str]] | None:
        """The last commits, and where in the repository the folder is; None where all are known."""
        from pygit2.enums import SortMode

        from copilot_desktop.workspace.git.repository import GitRepository

        repository = GitRepository(self._workspace)
        known = self._database.execute("SELECT head FROM history").fetchone()
        if not repository.head_id or (known is not None and known[0] == repository.head_id):
            return None
        self._head = repository.head_id
        self._seen.clear()
        walk = repository.git.walk(repository.head_id, SortMode.TIME)
        return ((commit, repository.prefix) for commit in _last(walk))

    def _end(self) -> None:
        """All are read: forget those that are no longer among them."""
        database = self._database
        known = database.execute("SELECT hash, id FROM commits").fetchall()
        gone = [(number,) for digest, number in known if digest not in self._seen]
        database.executemany("DELETE FROM committed WHERE commit_id = ?", gone)
        database.executemany("DELETE FROM commits WHERE id = ?", gone)
        database.execute("DELETE FROM history")
        database.execute("INSERT INTO history VALUES (?)", (self._head,))
        self._commits = None
        self._seen.clear()


def _last(commits: Iterator[pygit2.Commit]) -> Iterator[pygit2.Commit]:
    """The last ones, but for merges."""
    count = 0
    for commit in commits:
        if len(commit.parent_ids) == 1:
            yield commit
            count += 1
            if count == _COMMITS:
                return


def _changed(commit: pygit2.Commit) -> list[str]:
    """The files of a commit; none where they are too many to say something, or this clone does not have them."""
    from pygit2 import GitError

    with contextlib.suppress(KeyError, GitError, ValueError, UnicodeDecodeError):
        difference = commit.parents[0].tree.diff_to_tree(commit.tree)
        if len(difference) <= _FILES:
            return [delta.new_file.path for delta in difference.deltas]
    return []


def changed_together(database: sqlite3.Connection, paths: Mapping[str, float]) -> dict[int, tuple[float, str]]:
    """Files that were changed with these, which count so much: how much each gains, and by which of them."""
    found: dict[int, tuple[float, str]] = {}
    gains: dict[int, float] = defaultdict(float)
    for path, strength in paths.items():
        rows = database.execute(
            """SELECT files.id, both, (SELECT count(*) FROM committed WHERE committed.path = files.path),
                (SELECT count(*) FROM committed WHERE path = ?1)
            FROM (SELECT b.path AS path, count(*) AS both FROM committed AS a
                JOIN committed AS b ON b.commit_id = a.commit_id AND b.path != a.path
                WHERE a.path = ?1 GROUP BY b.path HAVING both >= ?2) AS others
            JOIN files ON files.path = others.path""",
            (path, _OFTEN),
        )
        for file, both, theirs, ours in rows:
            gain = strength * both / (theirs * ours) ** 0.5
            gains[file] += gain
            if file not in found or gain > found[file][0]:
                found[file] = (gain, path)
    return {file: (gains[file], path) for file, (_gain, path) in found.items()}


def changed_lately(database: sqlite3.Connection) -> dict[int, float]:
    """Files of the last commits, the last one the most."""
    rows = database.execute(
        """SELECT files.id, commits.place FROM commits JOIN committed ON committed.commit_id = commits.id
        JOIN files ON files.path = committed.path WHERE commits.place < ?""",
        (_LATEST,),
    )
    found: dict[int, float] = {}
    for file, place in rows:
        found[file] = max(found.get(file, 0.0), _LATER_COUNTS**place)
    return found

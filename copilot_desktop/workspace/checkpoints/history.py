"""The history of one folder: every step the program wrote there, and the contents before and after each."""

from __future__ import annotations

import contextlib
import json
import os
import threading
import weakref
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from copilot_desktop.errors import StoreError
from copilot_desktop.workspace.atomic_write import bytes_hash
from copilot_desktop.workspace.checkpoints.entries import HistoryEntry
from copilot_desktop.workspace.checkpoints.history_rows import entry_of, insert, numbers_of, numbers_with, paths_of
from copilot_desktop.workspace.checkpoints.journal import Record
from copilot_desktop.workspace.checkpoints.objects import ObjectStore
from copilot_desktop.workspace.paths import Workspace

if TYPE_CHECKING:
    import sqlite3

FILE_NAME: Final = "history.sqlite"
JOURNAL_NAME: Final = "journal.json"


def place_of(workspace: Workspace, state_folder: Path) -> Path:
    """Where a folder's journal, contents and history are."""
    return _place(workspace.root, state_folder)


def has_step_under_way(workspace: Workspace, state_folder: Path) -> bool:
    """Whether a step into a folder is being written, or was when the program ended."""
    return (place_of(workspace, state_folder) / JOURNAL_NAME).exists()


def follow_rename(state_folder: Path, before: Path, root: Path) -> None:
    """Keep the history of a folder under its name of now, unless there is one already. Raises StoreError."""
    source, target = _place(before, state_folder), _place(root, state_folder)
    if not source.is_dir() or target.exists():
        return
    try:
        source.rename(target)
    except OSError as error:
        message = "The history of what was written in the folder could not follow its new name."
        raise StoreError(message, detail=str(error)) from error


def _place(root: Path, state_folder: Path) -> Path:
    return state_folder / "apply" / bytes_hash(os.fsencode(root))[:16]


class History:
    """May be used from any thread and several processes; each call waits for the disk. Raises StoreError.

    SQLite is imported, and the file opened, at the first call; it is closed when this object goes.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._objects = ObjectStore(folder / "objects")
        self._lock = threading.RLock()
        self._database: sqlite3.Connection | None = None
        self._opened_as: tuple[int, int] | None = None
        self._close: Callable[[], object] = _nothing

    @classmethod
    def of(cls, workspace: Workspace, state_folder: Path) -> History:
        """That of an opened folder."""
        return cls(place_of(workspace, state_folder))

    def entries(
        self, path: str | None = None, *, limit: int = 200, before: str | None = None, words: str = ""
    ) -> tuple[HistoryEntry, ...]:
        """The newest steps first; of one file, also under the names it had before. `before`: those older than this.

        `words`: all of them, in any case, stand in the title, the prompt, the model or the paths.
        """
        if not self._exists():
            return ()
        with self.reading() as database:
            last = 2**62 if before is None else self._number(database, before) - 1
            if words.split():
                among = None if path is None else {number for (number,) in numbers_of(database, path, last, 2**62)}
                numbers = numbers_with(database, words, last, limit, among)
            elif path is None:
                numbers = database.execute(
                    "SELECT number FROM entries WHERE number <= ? ORDER BY number DESC LIMIT ?", (last, limit)
                ).fetchall()
            else:
                numbers = numbers_of(database, path, last, limit)
            return tuple(entry_of(database, number) for (number,) in numbers)

    def paths(self) -> tuple[tuple[str, bool], ...]:
        """Every path that steps have touched, and whether the last one left a file there, in order."""
        if not self._exists():
            return ()
        with self.reading() as database:
            return paths_of(database)

    def entry(self, entry_id: str) -> HistoryEntry:
        """One step. Raises StoreError when it is not in the history (any more)."""
        if not self._exists():
            raise _unknown()
        with self.reading() as database:
            return entry_of(database, self._number(database, entry_id))

    def content(self, name: str) -> bytes:
        """The bytes of a content. Raises StoreError when they are no longer kept."""
        try:
            return self._objects.content(name)
        except OSError as error:
            raise _unreadable(error) from error

    def has_content(self, name: str) -> bool:
        """Whether the bytes of a content are kept."""
        return self._objects.has(name)

    def state_at(self, entry_id: str, path: str, *, before: bool = False) -> str | None:
        """The content a file had right after a step, or right before it: its hash, None where there was no file.

        Of a file that the step did not touch it is what the next step found, else what the last one left. Raises
        StoreError when no step has touched it.
        """
        with self.reading() as database:
            number = self._number(database, entry_id)
            own = "SELECT before_hash, after_hash FROM files WHERE path = ? AND entry = ?"
            row = database.execute(own, (path, number)).fetchone()
            if row is not None:
                found: str | None = row[0] if before else row[1]
                return found
            later = "SELECT before_hash FROM files WHERE path = ? AND entry > ? ORDER BY entry LIMIT 1"
            earlier = "SELECT after_hash FROM files WHERE path = ? AND entry < ? ORDER BY entry DESC LIMIT 1"
            row = (
                database.execute(later, (path, number)).fetchone()
                or database.execute(earlier, (path, number)).fetchone()
            )
        if row is None:
            raise StoreError(f"The history knows nothing of {path}.")
        return None if row[0] is None else str(row[0])

    def states_at(self, entry_id: str, *, before: bool = False) -> dict[str, tuple[str | None, int | None]]:
        """The content (hash, None: no file) and permission bits, right after a step or right before it, of every file
        that it or a later one has touched."""
        with self.reading() as database:
            number = self._number(database, entry_id)
            states: dict[str, tuple[str | None, int | None]] = {}
            rows = database.execute(
                "SELECT path, before_hash, mode FROM files WHERE entry >= ? ORDER BY entry, position",
                (number if before else number + 1,),
            )
            for path, name, mode in rows:
                states.setdefault(path, (name, mode))
            if not before:
                own = "SELECT path, after_hash, mode FROM files WHERE entry = ?"
                states |= {path: (name, mode) for path, name, mode in database.execute(own, (number,))}
        return states

    def folders_since(self, entry_id: str) -> tuple[str, ...]:
        """The folders that the steps after this one have made, the outermost first."""
        with self.reading() as database:
            rows = database.execute(
                "SELECT folders FROM entries WHERE number > ? AND folders != '[]' ORDER BY number",
                (self._number(database, entry_id),),
            )
            every = dict.fromkeys(folder for (folders,) in rows for folder in json.loads(folders))
        return tuple(sorted(every, key=lambda folder: folder.count("/")))

    def check(self) -> None:
        """Raise StoreError, or NewerStoreError, where it cannot be used."""
        with self.reading():
            pass

    def record(self, record: Record, *, temporary: str | None = None) -> None:
        """Keep a finished step; one that is there already stays as it is. `temporary`: a save that only begins.

        One that has changed tabs only is none: no byte of the folder was written.
        """
        if record.steps and all(step.copy for step in record.steps):
            return
        with self.writing() as database:
            if database.execute("SELECT 1 FROM entries WHERE entry_id = ?", (record.checkpoint_id,)).fetchone():
                return
            number = insert(database, record)
            if temporary is not None:
                database.execute("INSERT INTO saves VALUES (?, ?)", (number, temporary))

    def saves_under_way(self) -> tuple[tuple[HistoryEntry, str], ...]:
        """The saves that have begun and not ended, each with the name of its temporary file."""
        if not self._exists():
            return ()
        with self.reading() as database:
            rows = database.execute("SELECT entry, temporary FROM saves ORDER BY entry").fetchall()
            return tuple((entry_of(database, number), temporary) for number, temporary in rows)

    def end_save(self, entry_id: str, after: str | None) -> None:
        """A save has ended with a content in its file; one that has written nothing (None) is forgotten."""
        # Without waiting for the disk: what a power cut leaves of this is brought to its end like a save cut off.
        with self.writing(is_lasting=False) as database:
            number = self._number(database, entry_id)
            database.execute("DELETE FROM saves WHERE entry = ?", (number,))
            if after is None:
                database.execute("DELETE FROM entries WHERE number = ?", (number,))
            else:
                database.execute("UPDATE files SET after_hash = ? WHERE entry = ?", (after, number))

    def pin(self, owner: str, entry_ids: Collection[str]) -> None:
        """These are the entries that `owner` will want to take back, and no others; they are not evicted."""
        if not entry_ids and not self._exists():
            return
        with self.writing() as database:
            database.execute("DELETE FROM pins WHERE owner = ?", (owner,))
            for entry_id in entry_ids:
                database.execute(
                    "INSERT OR IGNORE INTO pins SELECT ?, number FROM entries WHERE entry_id = ?", (owner, entry_id)
                )

    def pinned_contents(self) -> set[str]:
        """The contents that pinned entries need."""
        if not self._exists():
            return set()
        with self.reading() as database:
            rows = database.execute(
                "SELECT before_hash, after_hash FROM files JOIN entries ON entry = number "
                "WHERE is_kept AND number IN (SELECT entry FROM pins)"
            ).fetchall()
        return {name for row in rows for name in row if name is not None}

    def size_bytes(self) -> int:
        """How much of the disk this folder's contents and history take. Lists the whole store."""
        try:
            files = sum(place.stat().st_size for place in self._folder.glob(f"{FILE_NAME}*"))
            return files + sum(self._objects.names().values())
        except OSError as error:
            raise _unreadable(error) from error

    def _number(self, database: sqlite3.Connection, entry_id: str) -> int:
        row = database.execute("SELECT number FROM entries WHERE entry_id = ?", (entry_id,)).fetchone()
        if row is None:
            raise _unknown()
        return int(row[0])

    def _exists(self) -> bool:
        return (self._folder / FILE_NAME).exists() or (self._folder / "checkpoints").exists()

    @contextlib.contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """The tables, for the other modules of this room."""
        from copilot_desktop.workspace.checkpoints.earlier_versions import bring_in_checkpoints
        from copilot_desktop.workspace.checkpoints.history_schema import as_store_error, prepared, refuse_newer

        place = self._folder / FILE_NAME
        with self._lock, as_store_error(place):
            found = _identity(place)
            if self._database is None or found is None or found != self._opened_as:
                self._close()
                self._database = prepared(place, lambda made: bring_in_checkpoints(made, self._folder))
                self._opened_as = _identity(place)
                self._close = weakref.finalize(self, self._database.close)
            else:
                refuse_newer(self._database, place)
            yield self._database

    @contextlib.contextmanager
    def writing(self, *, is_lasting: bool = True) -> Iterator[sqlite3.Connection]:
        """The same in a transaction, which is on the disk at the end unless it need not last."""
        from copilot_desktop.workspace.checkpoints.history_schema import transaction

        with self.reading() as database, transaction(database, is_lasting=is_lasting):
            yield database


def _identity(place: Path) -> tuple[int, int] | None:
    """Tells whether somebody has moved the file away, and the connection with it."""
    try:
        status = place.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _nothing() -> None:
    return


def _unknown() -> StoreError:
    return StoreError("This step is no longer in the store, so it cannot be taken back.")


def _unreadable(error: OSError) -> StoreError:
    return StoreError(
        "The store of old file contents cannot be read.", advice="Check its permissions.", detail=str(error)
    )

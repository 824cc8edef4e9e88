"""Keeps the stores of all folders within their bounds, and makes what stays in them smaller.

Never on the way of somebody who waits: a window does it after some quiet seconds, a script command after its output.
What the last step of a folder and whoever has pinned an entry need is never let go, however large.
"""

from __future__ import annotations

import contextlib
import heapq
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import field
from pathlib import Path
from typing import Final

from copilot_desktop.errors import StoreError, WriteError
from copilot_desktop.values import dataclass
from copilot_desktop.workspace.checkpoints.history import FILE_NAME, History
from copilot_desktop.workspace.checkpoints.store import LIMIT_BYTES, CheckpointStore

DAY_S: Final = 86_400.0
_FRESH_S: Final = 60.0
"""Contents of the last minute are left as they are: whoever wrote them may write them again."""


@dataclass(frozen=True, slots=True)
class KeepLimits:
    """How much is kept, of all folders together, and for how long."""

    size_bytes: int = LIMIT_BYTES
    age_s: float = 30 * DAY_S


@dataclass(frozen=True, slots=True)
class Pruned:
    """What was done. `size_bytes` is what all folders take now; `busy` of them were left: somebody writes there."""

    size_bytes: int
    forgotten: int = 0
    compressed: int = 0
    busy: int = 0


@dataclass(frozen=True, slots=True)
class StoreSize:
    """What the stores take, and of how many folders they are."""

    size_bytes: int
    folders: int


@dataclass(slots=True)
class _Folder:
    """One folder's store. `needed`: how many of its entries need a content."""

    folder: Path
    store: CheckpointStore
    sizes: dict[str, int] = field(default_factory=dict)
    needed: Counter[str] = field(default_factory=Counter)
    old: list[tuple[float, int]] = field(default_factory=list)

    @property
    def size_bytes(self) -> int:
        return sum(self.sizes.values()) + _history_bytes(self.folder)


class Pruner:
    """Prunes all stores below a state folder; each call takes as long as it takes. May be stopped at any point."""

    def __init__(
        self, state_folder: Path, *, is_stopped: Callable[[], bool] = lambda: False, pause_s: float = 0.0
    ) -> None:
        self._places = state_folder / "apply"
        self._is_stopped = is_stopped
        self._pause_s = pause_s

    def size_bytes(self) -> int:
        """What all folders take."""
        return sum(History(folder).size_bytes() for folder in self._folders())

    def measure(self) -> StoreSize:
        """What all folders take, and how many there are."""
        return StoreSize(self.size_bytes(), len(self._folders()))

    def prune(self, limits: KeepLimits, now: float | None = None, *, is_compressing: bool = True) -> Pruned:
        """Let go of what is too old or too much, the oldest first, and compress the rest. Raises OSError, StoreError.

        A folder that somebody is writing to, or that has a step to be recovered, is left for the next time.
        """
        oldest = (time.time() if now is None else now) - limits.age_s
        compressed = forgotten = busy = 0
        folders: list[_Folder] = []
        for place in self._folders():
            if self._is_stopped():
                break
            found = _Folder(place, CheckpointStore(place))
            compressed += self._compress(found) if is_compressing else 0
            with self._at_rest(found) as is_at_rest:
                if is_at_rest:
                    forgotten += _forget_older(found, oldest)
                    _look(found)
                else:
                    busy += 1
                    found.sizes = found.store.objects.names()
            folders.append(found)
        forgotten += self._shrink(folders, limits.size_bytes)
        return Pruned(sum(each.size_bytes for each in folders), forgotten, compressed, busy)

    def clear(self) -> Pruned:
        """Let go of everything but what the last step of each folder and pins need."""
        return self.prune(KeepLimits(0, 0.0), is_compressing=False)

    def _folders(self) -> list[Path]:
        return sorted(place for place in self._places.glob("*") if (place / FILE_NAME).exists())

    @contextlib.contextmanager
    def _at_rest(self, found: _Folder) -> Iterator[bool]:
        """Hold a folder's lock, when that can be had at once."""
        try:
            with found.store.locked(limit_s=0.0):
                yield found.store.journal.read() is None and not found.store.history.saves_under_way()
        except WriteError:
            yield False

    def _compress(self, found: _Folder) -> int:
        """Contents are immutable, so this needs no lock."""
        done = 0
        fresh = time.time() - _FRESH_S
        for name in found.store.objects.uncompressed(fresh):
            if self._is_stopped():
                break
            with contextlib.suppress(FileNotFoundError, StoreError):
                done += found.store.objects.compress(name)
            if self._pause_s:
                time.sleep(self._pause_s)
        return done

    def _shrink(self, folders: list[_Folder], limit_bytes: int) -> int:
        """Forget the oldest entries of all folders until the rest fits."""
        total = sum(each.size_bytes for each in folders)
        entries = [(at, index, number) for index, each in enumerate(folders) for at, number in each.old]
        heapq.heapify(entries)
        doomed: dict[int, list[int]] = {}
        while entries and total > limit_bytes:
            _at, index, number = heapq.heappop(entries)
            doomed.setdefault(index, []).append(number)
            found = folders[index]
            for name in _contents_of(found, number):
                found.needed[name] -= 1
                if not found.needed[name]:
                    total -= found.sizes.get(name, 0)
        forgotten = 0
        for index, numbers in doomed.items():
            found = folders[index]
            with self._at_rest(found) as is_at_rest:
                if is_at_rest and not self._is_stopped():
                    forgotten += _forget(found, numbers)
                    _look(found)
        return forgotten


def _history_bytes(folder: Path) -> int:
    total = 0
    for place in folder.glob(f"{FILE_NAME}*"):
        with contextlib.suppress(FileNotFoundError):
            total += place.stat().st_size
    return total


def _forget_older(found: _Folder, oldest: float) -> int:
    with found.store.history.reading() as database:
        numbers = [number for at, number in _unprotected(database) if at < oldest]
    return _forget(found, numbers)


def _forget(found: _Folder, numbers: list[int]) -> int:
    """Forget entries, unless someone has pinned them meanwhile."""
    if not numbers:
        return 0
    with found.store.history.writing() as database:
        free = {number for _at, number in _unprotected(database)}.intersection(numbers)
        database.executemany("DELETE FROM entries WHERE number = ?", [(number,) for number in free])
        database.execute(
            "DELETE FROM prompts WHERE NOT EXISTS (SELECT 1 FROM entries WHERE entries.prompt_id = prompts.prompt_id)"
        )
    return len(free)


def _look(found: _Folder) -> None:
    """Remove the contents that no entry needs, and note what the others do. The folder is at rest."""
    found.store.objects.remove_temporaries()
    with found.store.history.reading() as database:
        database.execute("PRAGMA incremental_vacuum").fetchall()
        # Else the log, of up to 4 MB, would count as well.
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        found.needed = Counter(
            name
            for row in database.execute(
                "SELECT before_hash, after_hash FROM files JOIN entries ON entry = number WHERE is_kept"
            )
            for name in set(row)
            if name is not None
        )
        found.old = _unprotected(database)
    found.sizes = found.store.objects.names()
    for name in found.sizes.keys() - found.needed.keys():
        found.store.objects.remove(name)
        del found.sizes[name]


def _contents_of(found: _Folder, number: int) -> list[str]:
    with found.store.history.reading() as database:
        rows = database.execute("SELECT before_hash, after_hash FROM files WHERE entry = ?", (number,)).fetchall()
    return [name for row in rows for name in set(row) if name is not None]


def _unprotected(database: sqlite3.Connection) -> list[tuple[float, int]]:
    """Time and number of the entries that may go: neither pinned, nor the last one, nor the last that is more
    than a save or a rename."""
    return database.execute(
        "SELECT at, number FROM entries WHERE number NOT IN (SELECT entry FROM pins) "
        "AND number NOT IN (SELECT entry FROM saves) "
        "AND number < (SELECT max(number) FROM entries) "
        "AND number != coalesce((SELECT max(number) FROM entries WHERE kind NOT IN ('save', 'rename')), 0)"
    ).fetchall()

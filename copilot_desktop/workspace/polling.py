"""Looks at folders again and again, where the system does not tell of changes. What it costs is bounded.

A folder is compared by the names, times and sizes of what is in it, and found again with everything below it.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from typing import Final

from copilot_desktop.values import dataclass
from copilot_desktop.workspace.polled_moves import ChangeSink, PolledMoves, version_of

SHORTEST_CYCLE_S: Final = 2.0
"""From the begin of one look at everything to the begin of the next, or longer."""
CPU_SHARE: Final = 0.02
"""Of one processor: a look at a million files may take minutes, but is never felt."""
DISK_SHARE: Final = 0.2
"""Of the time a server or disk would need to answer without a pause."""
LIMIT_ENTRIES: Final = 50_000
"""Names kept in memory. A folder beyond them is kept as one number, which tells that something in it is different."""
_SLICE_S: Final = 0.004
_END_S: Final = 1.0

_Entries = dict[str, int]
"""By name: the version, negative of a folder."""


@dataclass(frozen=True, slots=True)
class PollSink:
    """Where changes go. `is_shown(path, is_folder)`; `lost`: something there is different. `cycle_done(is_new)`:
    everything was looked at, some of it for the first time."""

    is_shown: Callable[[str, bool], bool]
    changes: ChangeSink
    lost: Callable[[], None]
    cycle_done: Callable[[bool], None]


@dataclass(slots=True)
class _Folder:
    """What was seen at the last look; None: never looked at. `signature` stands for entries that are not kept."""

    path: str
    entries: _Entries | None = None
    signature: int | None = None


class FolderPoller:
    """Polls folders of one workspace on a thread of its own, from `add` on."""

    def __init__(self, sink: PollSink, *, shortest_cycle_s: float = SHORTEST_CYCLE_S) -> None:
        self._sink = sink
        self._moves = PolledMoves(sink.changes)
        self._shortest_cycle_s = shortest_cycle_s
        self._folders: dict[str, _Folder] = {}
        self._kept = 0
        self._has_new = False
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def count(self) -> int:
        """Folders polled, as far as they were found."""
        return len(self._folders)

    def add(self, place: str, path: str) -> None:
        """Poll a folder and all shown folders in it; `path` is its workspace path. From any thread."""
        with self._lock:
            if self._stop.is_set() or place in self._folders:
                return
            self._folders[place] = _Folder(path)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="folder-poll", daemon=True)
                self._thread.start()

    def stop(self) -> None:
        """End the thread; one that a dead server keeps waiting is left alone, it reports nothing more."""
        with self._lock:
            self._stop.set()
        if self._thread is not None:
            self._thread.join(_END_S)

    def _places(self) -> Iterator[str]:
        """Every folder, also those found meanwhile, each once."""
        done: set[str] = set()
        while True:
            with self._lock:
                todo = [place for place in self._folders if place not in done]
            if not todo:
                return
            done.update(todo)
            yield from todo

    def _run(self) -> None:
        while not self._stop.is_set():
            begun, self._has_new = time.monotonic(), False
            self._cycle()
            if self._stop.is_set():
                return
            self._moves.end_cycle()
            self._sink.cycle_done(self._has_new)
            self._stop.wait(max(0.05, self._shortest_cycle_s - (time.monotonic() - begun)))

    def _cycle(self) -> None:
        wall_s, cpu_s = time.monotonic(), time.thread_time()
        for place in self._places():
            if self._stop.is_set():
                return
            self._look_at(place)
            used_s, used_cpu_s = time.monotonic() - wall_s, time.thread_time() - cpu_s
            if used_s > _SLICE_S:
                self._stop.wait(max(used_cpu_s * (1 / CPU_SHARE - 1), used_s * (1 / DISK_SHARE - 1)))
                wall_s, cpu_s = time.monotonic(), time.thread_time()

    def _look_at(self, place: str) -> None:
        folder = self._folders.get(place)
        if folder is None:
            return
        found = self._scan(place, folder.path, folder.entries or {})
        if self._stop.is_set():
            return
        if found is None:
            self._forget(place)
            return
        entries, below = found
        is_first = folder.entries is None and folder.signature is None
        self._has_new |= is_first
        if folder.entries is not None:
            self._compare(folder.path, folder.entries, entries)
        elif folder.signature not in (None, hash(frozenset(entries.items()))):
            self._sink.lost()
        self._keep(folder, entries)
        for inner, path in below:
            with self._lock:
                if inner not in self._folders and not self._stop.is_set():
                    # In a folder that came later everything is new.
                    is_new = not is_first and folder.entries is not None
                    self._folders[inner] = _Folder(path, {} if is_new else None)

    def _scan(self, place: str, path: str, known: _Entries) -> tuple[_Entries, list[tuple[str, str]]] | None:
        """What is in a folder, and the folders among it; None when it is gone or may not be read."""
        entries: _Entries = {}
        below: list[tuple[str, str]] = []
        try:
            with os.scandir(place) as each_entry:
                for entry in each_entry:
                    is_folder = entry.is_dir(follow_symlinks=False)
                    inner = f"{path}/{entry.name}" if path else entry.name
                    # What was shown is not asked for again: that takes longer than all the rest.
                    if entry.name not in known and not self._sink.is_shown(inner, is_folder):
                        continue
                    entries[entry.name] = version_of(entry, is_folder=is_folder)
                    if is_folder:
                        below.append((entry.path, inner))
        except OSError:
            return None
        return entries, below

    def _compare(self, path: str, before: _Entries, now: _Entries) -> None:
        prefix = f"{path}/" if path else ""
        for name in before.keys() - now.keys():
            self._moves.deleted(prefix + name, before[name])
        for name, version in now.items():
            if name not in before:
                self._moves.created(prefix + name, version)
            elif before[name] != version and not (before[name] < 0 and version < 0):
                self._moves.modified(prefix + name, version)

    def _keep(self, folder: _Folder, entries: _Entries) -> None:
        self._kept -= len(folder.entries or ())
        if self._kept + len(entries) <= LIMIT_ENTRIES:
            folder.entries, folder.signature = entries, None
            self._kept += len(entries)
        else:
            folder.entries, folder.signature = None, hash(frozenset(entries.items()))

    def _forget(self, place: str) -> None:
        with self._lock:
            folder = self._folders.pop(place, None)
        if folder is not None and folder.entries is not None:
            self._kept -= len(folder.entries)
            self._compare(folder.path, folder.entries, {})

"""What an apply leaves outside the project: the journal of the step under way, old and new contents, checkpoints.

journal.json      the step under way: there before the first file is touched, gone after the last
objects/ab/cdef…  contents by SHA-256, on the disk before the journal names them
checkpoints/…     one record per finished step, the oldest dropped when the store grows past its limit
lock              held during one apply, restore or recovery, by one process at a time
"""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from copilot_desktop.errors import NewerStoreError, StoreError, WriteError
from copilot_desktop.values import dataclass
from copilot_desktop.workspace.atomic_write import bytes_hash, make_private, remove_file, write_private
from copilot_desktop.workspace.file_lock import try_lock

VERSION: Final = 1
LIMIT_BYTES: Final = 500 * 1024 * 1024
LOCK_LIMIT_S: Final = 10.0


@dataclass(frozen=True, slots=True)
class Step:
    """One file of a plan. Hashes name objects of the store, None is "no file"; `mode`: permission bits before."""

    path: str
    before: str | None
    after: str | None
    mode: int | None
    temporary: str


@dataclass(frozen=True, slots=True)
class Record:
    """A plan on its way (`phase`: staging, committing or undoing) or, as a checkpoint, done (`phase`: done).

    `folders` are those that the plan creates, the outermost first. `untouched` are the paths of a step being
    taken back that it had not come to: what stands there is not ours.
    """

    checkpoint_id: str
    title: str
    created_at: float
    phase: str
    steps: tuple[Step, ...]
    folders: tuple[str, ...]
    untouched: tuple[str, ...] = ()


class ApplyStore:
    """The state of one workspace's applies. Raises OSError and, where damaged, StoreError."""

    def __init__(self, folder: Path, *, limit_bytes: int = LIMIT_BYTES) -> None:
        self._folder = folder
        self._limit_bytes = limit_bytes
        self._journal = folder / "journal.json"

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the workspace's lock; raises WriteError when another process keeps it for 10 s."""
        make_private(self._folder)
        handle = os.open(self._folder / "lock", os.O_CREAT | os.O_RDWR, 0o600)
        try:
            end = time.monotonic() + LOCK_LIMIT_S
            while not try_lock(handle):
                if time.monotonic() > end:
                    raise WriteError(
                        "Another window or command is writing to this folder; nothing was changed.",
                        advice="Try again when it has finished.",
                    )
                time.sleep(0.02)
            yield
        finally:
            os.close(handle)

    def journal(self) -> Record | None:
        """The step that was not brought to its end, or None."""
        return self._read(self._journal)

    def begin(self, record: Record) -> None:
        """Put the journal on the disk, or its next phase."""
        write_private(self._journal, _as_json(record))

    def end(self) -> None:
        """The step is over: remove its journal."""
        remove_file(self._journal)

    def keep(self, data: bytes) -> str:
        """Put a content into the store and return its name."""
        name = bytes_hash(data)
        place = self._object(name)
        if not place.exists():
            make_private(place.parent)
            write_private(place, data)
        return name

    def content(self, name: str) -> bytes:
        """A content of the store."""
        data = self._object(name).read_bytes()
        if bytes_hash(data) != name:
            raise StoreError("The store of old file contents is damaged; nothing was written from it.")
        return data

    def checkpoint(self, checkpoint_id: str) -> Record:
        """The record of a finished step."""
        record = None
        if checkpoint_id.replace("-", "").isalnum():
            record = self._read(self._checkpoint(checkpoint_id))
        if record is None:
            raise StoreError("This step is no longer in the store, so it cannot be taken back.")
        return record

    def keep_checkpoint(self, record: Record) -> None:
        """Remember a step, before its journal goes."""
        make_private(self._folder / "checkpoints")
        write_private(self._checkpoint(record.checkpoint_id), _as_json(record))

    def prune(self) -> None:
        """Drop the oldest checkpoints, then every content none of the rest needs, when the store is past its limit."""
        sizes = {place: place.stat().st_size for place in (self._folder / "objects").glob("*/*")}
        if sum(sizes.values()) <= self._limit_bytes:
            return
        needed: set[Path] = set()
        total = 0
        for number, place in enumerate(sorted((self._folder / "checkpoints").glob("*.json"), reverse=True)):
            record = self._read(place)
            names = {name for step in record.steps for name in (step.before, step.after) if name} if record else set()
            new = {self._object(name) for name in names} - needed
            total += sum(sizes.get(each, 0) for each in new)
            # The newest step can always be taken back, however large.
            if number and total > self._limit_bytes:
                place.unlink(missing_ok=True)
            else:
                needed |= new
        for place in sizes.keys() - needed:
            place.unlink(missing_ok=True)

    def _object(self, name: str) -> Path:
        return self._folder / "objects" / name[:2] / name[2:]

    def _checkpoint(self, checkpoint_id: str) -> Path:
        return self._folder / "checkpoints" / f"{checkpoint_id}.json"

    def _read(self, place: Path) -> Record | None:
        try:
            fields: dict[str, Any] = json.loads(place.read_bytes())
            version = fields.pop("version")
            if version > VERSION:
                raise NewerStoreError(
                    "A newer version of the program has written to this folder's undo store; it was left untouched.",
                    advice="Start the newer version.",
                )
            steps = tuple(Step(**step) for step in fields.pop("steps"))
            lists = {name: tuple(fields.get(name, ())) for name in ("folders", "untouched")}
            return Record(**fields | {"steps": steps, **lists})
        except FileNotFoundError:
            return None
        except (ValueError, KeyError, TypeError) as error:
            raise StoreError(
                "A record of this folder's undo store is damaged; nothing was written.", detail=f"{place.name}: {error}"
            ) from error


def _as_json(record: Record) -> bytes:
    return json.dumps({"version": VERSION, **asdict(record)}).encode()

"""Whether what a step overwrites fits into the store, asked before anything is put there."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path

from copilot_desktop.errors import NotKeptError
from copilot_desktop.workspace.atomic_write import as_write_error, bytes_hash, hash_or_none
from copilot_desktop.workspace.checkpoints.store import CheckpointStore, SizeLimit
from copilot_desktop.workspace.file_writes import FileWrite

Target = tuple[FileWrite, Path]


def refuse_too_large(store: CheckpointStore, targets: Sequence[Target], limit: SizeLimit) -> None:
    """Raises NotKeptError where the writes do not fit, WriteError where a file cannot be read."""
    # Nothing is read: sizes are enough to see that most steps fit.
    sizes = {}
    for write, target in targets:
        with contextlib.suppress(OSError):
            sizes[f"old {write.path}"] = target.stat().st_size
        sizes[f"new {write.path}"] = _new_size(store, write)
    if store.has_room(sizes, limit):
        return
    # What pending undos need as well counts once.
    contents = {}
    for write, target in targets:
        with as_write_error(write.path):
            before = hash_or_none(target)
            if before is not None:
                contents[before] = target.stat().st_size
        after = write.stored if write.data is None else bytes_hash(write.data)
        if after is not None:
            contents[after] = _new_size(store, write)
    if store.has_room(contents, limit):
        return
    raise NotKeptError(
        f"Taking this back would need {_megabytes(sum(contents.values()))} of old and new contents, which does not fit "
        f"into the {_megabytes(limit())} that are kept for it. Nothing was written.",
        advice="Let more be kept in Settings, History; or write it without a way back.",
    )


def _new_size(store: CheckpointStore, write: FileWrite) -> int:
    if write.data is not None:
        return len(write.data)
    return 0 if write.stored is None else store.objects.size_bytes(write.stored)


def _megabytes(size_bytes: int) -> str:
    return f"{max(0.1, size_bytes / (1024 * 1024)):.1f} MB".replace(".0 MB", " MB")

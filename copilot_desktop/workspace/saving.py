"""Saving a tab: as any write, but what the file held before goes into the store first, and a kill leaves no trace."""

from __future__ import annotations

import contextlib
import dataclasses
import logging
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path

from copilot_desktop.errors import NotKeptError, StoreError
from copilot_desktop.workspace.applying import Applier
from copilot_desktop.workspace.checkpoints.entries import About, EntryKind, FileAbout
from copilot_desktop.workspace.checkpoints.journal import Record, Step
from copilot_desktop.workspace.checkpoints.store import CheckpointStore
from copilot_desktop.workspace.files import WriteWatch, write_pieces
from copilot_desktop.workspace.paths import Workspace

_log = logging.getLogger(__name__)


class Saver:
    """Saves the texts of one workspace, from any thread."""

    def __init__(self, workspace: Workspace, state_folder: Path) -> None:
        self._workspace = workspace
        self._applier = Applier(workspace, state_folder)
        # Many tabs saved at once on a slow disk must not take each other for another program that holds the folder.
        self._turns = threading.Lock()

    def save(self, path: str, pieces: Iterable[bytes], *, expected_hash: str | None, encoding: str = "") -> str:
        """Write a file as `write_pieces` does. Raises also NotKeptError, when what it holds could not be kept."""
        with self._turns, self._writing(path) as store:
            watch = _Keeping(store, path, encoding)
            try:
                after = write_pieces(self._workspace, path, pieces, expected_hash=expected_hash, watch=watch)
            except BaseException:  # border: whatever ends a save, its entry must not claim that it took place
                watch.end(None)
                raise
            watch.end(after)
            return after

    @contextlib.contextmanager
    def _writing(self, path: str) -> Iterator[CheckpointStore]:
        with contextlib.ExitStack() as stack:
            with _as_not_kept(path):
                store = stack.enter_context(self._applier.writing())
            yield store


class _Keeping(WriteWatch):
    """Keeps what one save overwrites."""

    def __init__(self, store: CheckpointStore, path: str, encoding: str) -> None:
        about = About(EntryKind.SAVE, files={path: FileAbout(encoding=encoding)})
        self._record = Record.begun(f"Save {path}", about)
        self._store, self._path = store, path
        self._before: str | None = None
        self._staged = Path()
        self._has_begun = False

    def begins(self, target: Path, before: str | None, mode: int | None, temporary: Path) -> None:
        self._before, self._staged = before, temporary
        step = Step(self._path, before, None, mode, temporary.name)
        with _as_not_kept(self._path):
            record = dataclasses.replace(self._record, steps=(step,))
            self._store.history.record(record, temporary=temporary.name)
        self._has_begun = True

    def moves(self, target: Path, before: str | None, after: str) -> None:
        if before is not None and before != after:
            with _as_not_kept(self._path):
                self._store.objects.keep_file(target, before)
        # Another program may write over it in the next moment. It is what the next save would put there anyway.
        if before != after:
            try:
                self._store.objects.keep_file(self._staged, after)
            except (OSError, StoreError) as error:
                # It harms nobody's bytes, and is no reason to leave the text unsaved.
                _log.info("the new content of save %s is not kept: %s", self._record.checkpoint_id, error)

    def end(self, after: str | None) -> None:
        """Say how it ended: the hash of what the file holds now, None: nothing was written."""
        if not self._has_begun:
            return
        try:
            self._store.history.end_save(self._record.checkpoint_id, None if after == self._before else after)
        except StoreError as error:
            # The next one who writes here does it.
            _log.info("save %s is noted later: %s", self._record.checkpoint_id, error)


@contextlib.contextmanager
def _as_not_kept(path: str) -> Iterator[None]:
    try:
        yield
    except (OSError, StoreError) as error:
        why = error.message if isinstance(error, StoreError) else f"The system says: {error.strerror or error}."
        raise NotKeptError(
            f"{path} was not saved, since what stands on disk could not be kept for taking it back. {why}",
            advice="Free some space, or check the permissions of the program's own folder; or save it all the same.",
            detail=str(error),
        ) from error

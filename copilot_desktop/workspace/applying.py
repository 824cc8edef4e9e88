"""Approved bytes to the disk: all files of one plan or none, and every byte overwritten can be had back.

The order that makes a crash at any point end in all or none:

1. check every file, keep old and new contents in the store (`checkpoints/`);
2. journal "staging"; create folders, write every new content to a temporary file beside its target;
3. journal "committing"; rename and remove: nothing here needs space any more;
4. put the step into the history, remove the journal. Where there is no room for that, the journal stays until there is.

Recovery (`step_recovery.py`) removes what 2 began, finishes what 3 began, and takes back what was being taken back.
Hot-exit copies of tabs that the step changes are written as its files are: all or none holds for both together.
"""

from __future__ import annotations

import contextlib
import dataclasses
import logging
import os
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

from copilot_desktop.errors import CopilotError, StoreError, WriteError
from copilot_desktop.values import dataclass
from copilot_desktop.workspace.atomic_write import (
    as_write_error,
    hash_or_none,
    mode_of,
    refuse_read_only,
    stage,
    sync_folder,
    temporary_for,
    write_error,
)
from copilot_desktop.workspace.checkpoints.entries import NOTHING_KNOWN, About, EntryKind, FileAbout
from copilot_desktop.workspace.checkpoints.journal import Record, Step
from copilot_desktop.workspace.checkpoints.restoring import RestorePlan
from copilot_desktop.workspace.checkpoints.room import refuse_too_large
from copilot_desktop.workspace.checkpoints.store import CheckpointStore, SizeLimit, usual_limit
from copilot_desktop.workspace.file_writes import FileWrite
from copilot_desktop.workspace.files import ANY_CONTENT, refuse_changed
from copilot_desktop.workspace.paths import Workspace, parents_of
from copilot_desktop.workspace.step_places import StepPlaces
from copilot_desktop.workspace.step_recovery import RecoveryNotice, StepRecovery, content_hash, move_staged

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ApplyResult:
    """What was done: the paths in order, the hash of each afterwards (None: deleted), and the name to undo it by.

    `checkpoint_id` is the id of the entry in the history.
    """

    written: tuple[str, ...]
    hashes: Mapping[str, str | None]
    checkpoint_id: str


class Applier:
    """Writes plans to one workspace, from any thread; each call waits for the disk and for other processes' plans.

    What does not fit into the store (`limit`: its bytes) is refused with NotKeptError and nothing written. With
    `is_kept` False it is written without a way back: its contents go with the next pruning. `copies` are the hot-exit
    copies that belong to a step: nobody else may write to them meanwhile.
    """

    def __init__(self, workspace: Workspace, state_folder: Path, limit: SizeLimit = usual_limit) -> None:
        self._workspace = workspace
        self._limit = limit
        self._store = CheckpointStore.of(workspace, state_folder)
        self.history = self._store.history
        self.has_room = partial(self._store.has_room, limit=limit)
        """Whether contents (name → bytes) could be kept. Raises StoreError."""
        self._places = StepPlaces(workspace, state_folder)
        self._recovery = StepRecovery(self._store, self._places)

    def apply(
        self, writes: Sequence[FileWrite], title: str, about: About = NOTHING_KNOWN, *, is_kept: bool = True
    ) -> ApplyResult:
        """Write all files or none. Raises UnsafePathError, FileChangedError, WriteError, StoreError; then none."""
        with self._locked():
            return self._apply(writes, dataclasses.replace(Record.begun(title, about), is_kept=is_kept), {})

    def restore(
        self,
        checkpoint_id: str,
        about: About = NOTHING_KNOWN,
        *,
        is_kept: bool = True,
        copies: Sequence[FileWrite] = (),
    ) -> ApplyResult:
        """Put back what a step overwrote, as a step of its own.

        Raises FileChangedError when a file is no longer as the step left it, StoreError when the step is not kept.
        """
        with self._locked():
            self._recovery.recover()
            entry = self.history.entry(checkpoint_id)
            writes = [FileWrite(each.path, each.after, None, stored=each.before) for each in entry.files]
            modes = {each.path: each.mode for each in entry.files if each.mode is not None}
            about = dataclasses.replace(about, kind=EntryKind.UNDO, undoes=checkpoint_id)
            begun = Record.begun(f"Undo: {entry.title}", about, entry.folders)
            return self._apply([*writes, *copies], dataclasses.replace(begun, is_kept=is_kept), modes)

    def carry_out(
        self,
        plan: RestorePlan,
        about: About = NOTHING_KNOWN,
        *,
        is_kept: bool = True,
        copies: Sequence[FileWrite] = (),
    ) -> ApplyResult:
        """Write a plan of the `RestorePlanner`, as a step of its own. Raises what `apply` and `plan.writes` do."""
        writes = [*plan.writes(), *copies]
        modes = {each.path: each.mode for each in plan.files if each.mode is not None}
        undoes = plan.entry_id if plan.kind is EntryKind.UNDO else ""
        # The time line of a file that gets its name back goes on.
        files = {new: dataclasses.replace(about.files.get(new, FileAbout()), old_path=old) for old, new in plan.moves}
        about = dataclasses.replace(about, kind=plan.kind, undoes=undoes, files={**about.files, **files})
        with self._locked():
            begun = Record.begun(plan.title, about, plan.folders)
            return self._apply(writes, dataclasses.replace(begun, is_kept=is_kept), modes)

    def recover(self) -> RecoveryNotice | None:
        """Bring a step that a crash cut off to its end, or back; None when there was none. Raises StoreError."""
        with self._locked():
            return self._recovery.recover()

    @contextlib.contextmanager
    def writing(self) -> Iterator[CheckpointStore]:
        """The store, for somebody who writes one file by itself: locked, and with every crash recovered as far as that
        can be. Raises WriteError while another process holds it, OSError."""
        with self._store.locked():
            with contextlib.suppress(StoreError):
                self._recovery.recover()
            yield self._store

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        """The lock, and what the disk refuses to the store as a sentence."""
        try:
            with self._store.locked():
                yield
        except OSError as error:
            raise write_error("the undo store", error) from error

    def _apply(self, writes: Sequence[FileWrite], begun: Record, modes: Mapping[str, int]) -> ApplyResult:
        # A crash of another process: its step first, or this one would be checked against half of it.
        self._recovery.recover()
        record = self._prepare(writes, begun, modes)
        self._store.journal.write(record)
        path, waiting = "", [step.name for step in record.steps]
        try:
            for step in record.steps:
                path = step.told
                self._stage(step, modes.get(step.name, step.mode))
            record = dataclasses.replace(record, phase="committing")
            self._store.journal.write(record)
            for step in record.steps:
                path = step.told
                self._check_again(step)
                waiting.remove(step.name)
                move_staged(step, self._places.of(step))
        except (OSError, CopilotError) as error:
            _log.info("step %s was not written, at %s: %s", record.checkpoint_id, path, error)
            self._recovery.take_back(dataclasses.replace(record, untouched=tuple(waiting)))
            raise (write_error(path, error) if isinstance(error, OSError) else error) from error
        self._recovery.settle(record)
        hashes = {step.path: step.after for step in record.steps if not step.copy}
        _log.info("step %s written: %s", record.checkpoint_id, ", ".join(hashes))
        return ApplyResult(tuple(hashes), hashes, record.checkpoint_id)

    def _prepare(self, writes: Sequence[FileWrite], begun: Record, modes: Mapping[str, int]) -> Record:
        """Check every file and keep old and new contents; the project is not touched."""
        # One that cannot be used says so before anything is written.
        self._store.history.check()
        if begun.is_kept:
            targets_of = [(write, self._places.of(write)) for write in writes if not write.copy]
            refuse_too_large(self._store, targets_of, self._limit)
        steps: list[Step] = []
        targets: set[Path] = set()
        folders: dict[str, None] = {}
        for write in writes:
            target = self._places.of(write)
            if target in targets:
                raise WriteError(f"{write.path} is named twice in one step, so nothing was written.")
            targets.add(target)
            mode = 0o600 if write.copy else modes.get(write.path)
            if mode is None and write.like is not None:
                mode = mode_of(self._places.of_file(write.like))
            steps.append(self._checked(write, target, mode))
            if not write.is_deletion and not write.copy:
                inside = self._workspace.relative(target) or write.path
                folders |= {name: None for name in parents_of(inside) if not (self._workspace.root / name).exists()}
        return dataclasses.replace(begun, steps=tuple(steps), folders=tuple(folders))

    def _checked(self, write: FileWrite, target: Path, mode: int | None) -> Step:
        contents = self._store.contents_of(write)
        with as_write_error(write.told):
            before = hash_or_none(target)
            refuse_changed(write.path, before, write.expected_hash)
            found = mode_of(target)
            refuse_read_only(write.path, target, found)
        if before is None and write.is_deletion and write.expected_hash != ANY_CONTENT:
            raise WriteError(f"{write.path} does not exist, so it cannot be deleted.")
        if before is not None:
            contents.keep_file(target, before)
        return Step(
            write.path,
            before,
            write.stored if write.data is None else contents.keep(write.data),
            found if found is not None else mode,
            temporary_for(target).name,
            write.copy,
        )

    def _stage(self, step: Step, mode: int | None) -> None:
        target = self._places.of(step)
        if step.after is None:
            # Removing needs the folder only: ask now, not halfway.
            if step.before is not None and not os.access(target.parent, os.W_OK | os.X_OK):
                raise WriteError(f"This account may not delete {step.path}; nothing was changed.")
            return
        for folder in reversed([parent for parent in target.parents if not parent.exists()]):
            folder.mkdir()
            sync_folder(folder.parent)
        like = target if step.before is not None else None
        pieces = self._store.contents_of(step).pieces(step.after)
        stage(target.with_name(step.temporary), pieces, like=like, mode=mode)

    def _check_again(self, step: Step) -> None:
        """As late as can be: another program may have written meanwhile."""
        refuse_changed(step.told, content_hash(self._places.of(step)), step.before)

"""Approved bytes to the disk: all files of one plan or none, and every byte overwritten can be had back.

The order that makes a crash at any point end in all or none:

1. check every file, keep old and new contents in the store (`checkpoints/`);
2. journal "staging"; create folders, write every new content to a temporary file beside its target;
3. journal "committing"; rename and remove: nothing here needs space any more;
4. put the step into the history, remove the journal. Where there is no room for that, the journal stays until there is.

`recover` removes what 2 began, finishes what 3 began, and takes back what was being taken back. A file that another
program has changed since is left as it is.
"""

from __future__ import annotations

import contextlib
import dataclasses
import logging
import os
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Final

from copilot_desktop.errors import CopilotError, StoreError, UnsafePathError, WriteError
from copilot_desktop.values import dataclass
from copilot_desktop.workspace.atomic_write import (
    as_write_error,
    create_file,
    hash_or_none,
    is_cut_off,
    kept_beside,
    mode_of,
    other_names,
    refuse_read_only,
    remove_file,
    replace_file,
    stage,
    sync_folder,
    temporary_for,
    write_error,
)
from copilot_desktop.workspace.checkpoints.cut_off_saves import recover_save
from copilot_desktop.workspace.checkpoints.entries import NOTHING_KNOWN, About, EntryKind
from copilot_desktop.workspace.checkpoints.journal import Record, Step
from copilot_desktop.workspace.checkpoints.restoring import RestorePlan
from copilot_desktop.workspace.checkpoints.room import refuse_too_large
from copilot_desktop.workspace.checkpoints.store import CheckpointStore, SizeLimit, usual_limit
from copilot_desktop.workspace.file_writes import FileWrite
from copilot_desktop.workspace.files import ANY_CONTENT, refuse_changed
from copilot_desktop.workspace.paths import Workspace, parents_of

_log = logging.getLogger(__name__)
_NO_FILE: Final = "no regular file"


@dataclass(frozen=True, slots=True)
class ApplyResult:
    """What was done: the paths in order, the hash of each afterwards (None: deleted), and the name to undo it by.

    `checkpoint_id` is the id of the entry in the history.
    """

    written: tuple[str, ...]
    hashes: Mapping[str, str | None]
    checkpoint_id: str


@dataclass(frozen=True, slots=True)
class RecoveryNotice:
    """What was done about a crash. `is_complete`: the step was finished, else it was taken back.

    `left` are paths that another program has changed since; they were left alone.
    """

    title: str
    paths: tuple[str, ...]
    is_complete: bool
    left: tuple[str, ...] = ()

    @property
    def message(self) -> str:
        """The sentence for the user."""
        files = "a file" if len(self.paths) == 1 else f"{len(self.paths)} files"
        done = "The step has been finished." if self.is_complete else "The step has been taken back."
        left = f" Changed by another program since and left alone: {', '.join(self.left)}." if self.left else ""
        return f"The program ended while it wrote {files} ({self.title}). {done}{left}"


class Applier:
    """Writes plans to one workspace, from any thread; each call waits for the disk and for other processes' plans.

    What does not fit into the store (`limit`: its bytes) is refused with NotKeptError and nothing written. With
    `is_kept` False it is written without a way back: its contents go with the next pruning.
    """

    def __init__(self, workspace: Workspace, state_folder: Path, limit: SizeLimit = usual_limit) -> None:
        self._workspace = workspace
        self._limit = limit
        self._store = CheckpointStore.of(workspace, state_folder)
        self.history = self._store.history
        self.has_room = partial(self._store.has_room, limit=limit)
        """Whether contents (name → bytes) could be kept. Raises StoreError."""
        self._unsettled = ""

    def apply(
        self, writes: Sequence[FileWrite], title: str, about: About = NOTHING_KNOWN, *, is_kept: bool = True
    ) -> ApplyResult:
        """Write all files or none. Raises UnsafePathError, FileChangedError, WriteError, StoreError; then none."""
        with self._locked():
            return self._apply(writes, dataclasses.replace(Record.begun(title, about), is_kept=is_kept), {})

    def restore(self, checkpoint_id: str, about: About = NOTHING_KNOWN, *, is_kept: bool = True) -> ApplyResult:
        """Put back what a step overwrote, as a step of its own.

        Raises FileChangedError when a file is no longer as the step left it, StoreError when the step is not kept.
        """
        with self._locked():
            self._recover()
            entry = self.history.entry(checkpoint_id)
            writes = [FileWrite(each.path, each.after, None, stored=each.before) for each in entry.files]
            modes = {each.path: each.mode for each in entry.files if each.mode is not None}
            about = dataclasses.replace(about, kind=EntryKind.UNDO, undoes=checkpoint_id)
            begun = Record.begun(f"Undo: {entry.title}", about, entry.folders)
            return self._apply(writes, dataclasses.replace(begun, is_kept=is_kept), modes)

    def carry_out(self, plan: RestorePlan, about: About = NOTHING_KNOWN, *, is_kept: bool = True) -> ApplyResult:
        """Write a plan of the `RestorePlanner`, as a step of its own. Raises what `apply` and `plan.writes` do."""
        writes = plan.writes()
        modes = {each.path: each.mode for each in plan.files if each.mode is not None}
        undoes = plan.entry_id if plan.kind is EntryKind.UNDO else ""
        about = dataclasses.replace(about, kind=plan.kind, undoes=undoes)
        with self._locked():
            begun = Record.begun(plan.title, about, plan.folders)
            return self._apply(writes, dataclasses.replace(begun, is_kept=is_kept), modes)

    def recover(self) -> RecoveryNotice | None:
        """Bring a step that a crash cut off to its end, or back; None when there was none. Raises StoreError."""
        with self._locked():
            return self._recover()

    @contextlib.contextmanager
    def writing(self) -> Iterator[CheckpointStore]:
        """The store, for somebody who writes one file by itself: locked, and with every crash recovered as far as that
        can be. Raises WriteError while another process holds it, OSError."""
        with self._store.locked():
            with contextlib.suppress(StoreError):
                self._recover()
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
        self._recover()
        record = self._prepare(writes, begun, modes)
        self._store.journal.write(record)
        path, waiting = "", [step.path for step in record.steps]
        try:
            for step in record.steps:
                path = step.path
                self._stage(step, modes.get(path, step.mode))
            record = dataclasses.replace(record, phase="committing")
            self._store.journal.write(record)
            for step in record.steps:
                path = step.path
                self._check_again(step)
                waiting.remove(path)
                _move(step, self._target(path))
        except (OSError, CopilotError) as error:
            _log.info("step %s was not written, at %s: %s", record.checkpoint_id, path, error)
            self._take_back(dataclasses.replace(record, untouched=tuple(waiting)))
            raise (write_error(path, error) if isinstance(error, OSError) else error) from error
        self._remove_folders(record.left_folders)
        self._settle(dataclasses.replace(record, phase="done"))
        hashes = {step.path: step.after for step in record.steps}
        _log.info("step %s written: %s", record.checkpoint_id, ", ".join(hashes))
        return ApplyResult(tuple(hashes), hashes, record.checkpoint_id)

    def _settle(self, record: Record) -> None:
        """All files stand as they should: the step goes into the history, or waits in the journal for room."""
        try:
            self._store.history.record(record)
            self._store.journal.remove()
        except (OSError, StoreError) as error:
            _log.info("step %s stays in the journal: %s", record.checkpoint_id, error)
            self._unsettled = record.checkpoint_id
            with contextlib.suppress(OSError):
                self._store.journal.write(record)

    def _prepare(self, writes: Sequence[FileWrite], begun: Record, modes: Mapping[str, int]) -> Record:
        """Check every file and keep old and new contents; the project is not touched."""
        # One that cannot be used says so before anything is written.
        self._store.history.check()
        if begun.is_kept:
            targets_of = [(write, self._target(write.path)) for write in writes]
            refuse_too_large(self._store, targets_of, self._limit)
        steps: list[Step] = []
        targets: set[Path] = set()
        folders: dict[str, None] = {}
        for write in writes:
            target = self._target(write.path)
            if target in targets:
                raise WriteError(f"{write.path} is named twice in one step, so nothing was written.")
            targets.add(target)
            mode = modes.get(write.path)
            if mode is None and write.like is not None:
                mode = mode_of(self._target(write.like))
            steps.append(self._checked(write, target, mode))
            if not write.is_deletion:
                inside = self._workspace.relative(target) or write.path
                folders |= {name: None for name in parents_of(inside) if not (self._workspace.root / name).exists()}
        return dataclasses.replace(begun, steps=tuple(steps), folders=tuple(folders))

    def _checked(self, write: FileWrite, target: Path, mode: int | None) -> Step:
        with as_write_error(write.path):
            before = hash_or_none(target)
            refuse_changed(write.path, before, write.expected_hash)
            found = mode_of(target)
            refuse_read_only(write.path, found)
        if before is None and write.is_deletion and write.expected_hash != ANY_CONTENT:
            raise WriteError(f"{write.path} does not exist, so it cannot be deleted.")
        if before is not None:
            self._store.objects.keep_file(target, before)
        return Step(
            write.path,
            before,
            write.stored if write.data is None else self._store.objects.keep(write.data),
            found if found is not None else mode,
            temporary_for(target).name,
        )

    def _stage(self, step: Step, mode: int | None) -> None:
        target = self._target(step.path)
        if step.after is None:
            # Removing needs the folder only: ask now, not halfway.
            if step.before is not None and not os.access(target.parent, os.W_OK | os.X_OK):
                raise WriteError(f"This account may not delete {step.path}; nothing was changed.")
            return
        for folder in reversed([parent for parent in target.parents if not parent.exists()]):
            folder.mkdir()
            sync_folder(folder.parent)
        like = target if step.before is not None else None
        stage(target.with_name(step.temporary), self._store.objects.pieces(step.after), like=like, mode=mode)

    def _check_again(self, step: Step) -> None:
        """As late as can be: another program may have written meanwhile."""
        refuse_changed(step.path, _hash(self._target(step.path)), step.before)

    def _recover(self) -> RecoveryNotice | None:
        record = self._store.journal.read()
        if record is None:
            return self._recover_saves()
        paths = tuple(step.path for step in record.steps)
        try:
            if record.phase in ("committing", "done"):
                left = self._finish(record) if record.phase == "committing" else ()
                self._store.history.record(record)
                self._store.journal.remove()
                is_told = record.checkpoint_id == self._unsettled
                return None if is_told else RecoveryNotice(record.title, paths, True, left)
            return RecoveryNotice(record.title, paths, False, self._undo(record))
        except (OSError, UnsafePathError) as error:
            raise StoreError(
                f"A write that was cut off ({record.title}) could not be brought to its end.",
                advice="Check disk space and permissions and open the folder again; nothing is written until then.",
                detail=str(error),
            ) from error

    def _recover_saves(self) -> RecoveryNotice | None:
        """Of the saves that were cut off, tell of those that have written nothing."""
        lost: list[str] = []
        for entry, temporary in self._store.history.saves_under_way():
            for file in entry.files:
                try:
                    after = recover_save(self._target(file.path), temporary, file.before)
                except (OSError, UnsafePathError) as error:
                    _log.info("save %s was not recovered: %s", entry.entry_id, error)
                    after = file.before
                lost += [file.path] if after is None else []
                self._store.history.end_save(entry.entry_id, after)
        return RecoveryNotice(f"Save {', '.join(lost)}", tuple(lost), False) if lost else None

    def _finish(self, record: Record) -> tuple[str, ...]:
        """Carry a committing step on; returns the paths that another program has changed since."""
        left: list[str] = []
        for step in record.steps:
            target = self._target(step.path)
            temporary = target.with_name(step.temporary)
            found = _hash(target)
            is_cut = self._is_cut_off(target, step.before, step.after)
            if is_cut or (found == step.before and found != step.after):
                if step.after is not None and not temporary.exists():
                    target.parent.mkdir(parents=True, exist_ok=True)
                    stage(temporary, self._store.objects.pieces(step.after), like=None, mode=step.mode)
                _move(step, target)
            elif found != step.after:
                left.append(step.path)
            _remove(temporary)
        self._remove_folders(record.left_folders)
        return tuple(left)

    def _take_back(self, record: Record) -> None:
        """Undo a step that failed; what cannot be undone now stays in the journal for `recover`."""
        try:
            if record.phase != "staging":
                self._store.journal.write(dataclasses.replace(record, phase="undoing"))
            self._undo(record)
        except OSError as error:
            raise StoreError(
                f"Writing failed, and so did taking it back ({record.title}).",
                advice="Old and new contents are kept. Check disk space and permissions and open the folder again.",
                detail=str(error),
            ) from error

    def _undo(self, record: Record) -> tuple[str, ...]:
        left: list[str] = []
        for step in reversed(record.steps):
            target = self._target(step.path)
            temporary = target.with_name(step.temporary)
            found = _hash(target)
            if temporary.parent.is_dir():
                _remove(temporary)
            is_ours = record.phase != "staging" and step.path not in record.untouched
            is_cut = is_ours and self._is_cut_off(target, step.after, step.before)
            if is_cut or (is_ours and found == step.after and found != step.before):
                if step.before is None:
                    remove_file(target)
                else:
                    content = self._store.objects.pieces(step.before)
                    stage(temporary, content, like=target if found else None, mode=step.mode)
                    replace_file(temporary, target)
            elif found != step.before:
                left.append(step.path)
        self._remove_folders(record.folders)
        self._store.journal.remove()
        return tuple(left)

    def _remove_folders(self, folders: Sequence[str]) -> None:
        """Folders that a step created, unless something is in them now."""
        for name in reversed(folders):
            with contextlib.suppress(OSError):
                (self._workspace.root / name).rmdir()

    def _target(self, path: str) -> Path:
        return Path(os.path.realpath(self._workspace.resolve(path)))

    def _is_cut_off(self, target: Path, old: str | None, new: str | None) -> bool:
        """Whether a crash has left a file with other names half written, on the way between these two contents."""
        if old is None or new is None or _hash(target) in (old, new) or not other_names(target):
            return False
        contents = self._store.objects.content(old), self._store.objects.content(new)
        return is_cut_off(target.read_bytes(), *contents)


def _hash(target: Path) -> str | None:
    """What stands at a place; a folder or pipe that another program has put there is no content of ours."""
    try:
        return hash_or_none(target)
    except NotADirectoryError:
        return None
    except IsADirectoryError:
        return _NO_FILE


def _move(step: Step, target: Path) -> None:
    """Bring a staged file to its place, or remove it."""
    if step.after is None:
        remove_file(target)
    elif step.before is None:
        create_file(target.with_name(step.temporary), target)
    else:
        replace_file(target.with_name(step.temporary), target)


def _remove(temporary: Path) -> None:
    for place in (temporary, kept_beside(temporary)):
        place.unlink(missing_ok=True)

"""What a crash left of a step, brought to its end or taken back; also a step that failed half-way.

A file that another program has changed since is left as it is. The hot-exit copies of a step go with its files.
"""

from __future__ import annotations

import contextlib
import dataclasses
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from copilot_desktop.errors import StoreError, UnsafePathError
from copilot_desktop.values import dataclass
from copilot_desktop.workspace.atomic_write import (
    create_file,
    hash_or_none,
    is_cut_off,
    is_written_through,
    kept_beside,
    remove_file,
    replace_file,
    stage,
)
from copilot_desktop.workspace.checkpoints.cut_off_saves import recover_save
from copilot_desktop.workspace.checkpoints.journal import Record, Step
from copilot_desktop.workspace.checkpoints.store import CheckpointStore
from copilot_desktop.workspace.step_places import StepPlaces

_log = logging.getLogger(__name__)
_NO_FILE: Final = "no regular file"


@dataclass(frozen=True, slots=True)
class RecoveryNotice:
    """What was done about a crash. `is_complete`: the step was finished, else it was taken back.

    `paths` are the files of the step and `tabs` those of which it changed the unsaved text. `left` are paths that
    another program has changed since; they were left alone.
    """

    title: str
    paths: tuple[str, ...]
    is_complete: bool
    left: tuple[str, ...] = ()
    tabs: tuple[str, ...] = ()

    @property
    def message(self) -> str:
        """The sentence for the user."""
        files = "a file" if len(self.paths) == 1 else f"{len(self.paths)} files"
        texts = "the unsaved text of a tab" if len(self.tabs) == 1 else f"the unsaved texts of {len(self.tabs)} tabs"
        what = " and ".join(([files] if self.paths else []) + ([texts] if self.tabs else []))
        done = "The step has been finished." if self.is_complete else "The step has been taken back."
        left = f" Changed by another program since and left alone: {', '.join(self.left)}." if self.left else ""
        return f"The program ended while it wrote {what} ({self.title}). {done}{left}"


class StepRecovery:
    """Recovers one workspace; whoever calls holds its lock."""

    def __init__(self, store: CheckpointStore, places: StepPlaces) -> None:
        self._store = store
        self._places = places
        self._unsettled = ""

    def recover(self) -> RecoveryNotice | None:
        """Bring a step that was cut off to its end, or back; None when there was none. Raises StoreError."""
        record = self._store.journal.read()
        if record is None:
            self._store.drop_copies()
            return self._recover_saves()
        try:
            if record.phase in ("committing", "done"):
                left = self._finish(record) if record.phase == "committing" else ()
                self._store.history.record(record)
                self._forget()
                is_told = record.checkpoint_id == self._unsettled
                return None if is_told else _notice(record, left, is_complete=True)
            return _notice(record, self._undo(record), is_complete=False)
        except (OSError, UnsafePathError) as error:
            raise StoreError(
                f"A write that was cut off ({record.title}) could not be brought to its end.",
                advice="Check disk space and permissions and open the folder again; nothing is written until then.",
                detail=str(error),
            ) from error

    def settle(self, record: Record) -> None:
        """All files stand as they should: the step goes into the history, or waits in the journal for room."""
        self.remove_folders(record.left_folders)
        record = dataclasses.replace(record, phase="done")
        try:
            self._store.history.record(record)
            self._forget()
        except (OSError, StoreError) as error:
            _log.info("step %s stays in the journal: %s", record.checkpoint_id, error)
            self._unsettled = record.checkpoint_id
            with contextlib.suppress(OSError):
                self._store.journal.write(record)

    def take_back(self, record: Record) -> None:
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

    def _recover_saves(self) -> RecoveryNotice | None:
        """Of the saves that were cut off, tell of those that have written nothing."""
        lost: list[str] = []
        for entry, temporary in self._store.history.saves_under_way():
            for file in entry.files:
                try:
                    after = recover_save(self._places.of_file(file.path), temporary, file.before)
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
            target = self._places.of(step)
            temporary = target.with_name(step.temporary)
            found = content_hash(target)
            is_cut = self._is_cut_off(target, step, step.before, step.after)
            if is_cut or (found == step.before and found != step.after):
                if step.after is not None and not temporary.exists():
                    target.parent.mkdir(parents=True, exist_ok=True)
                    pieces = self._store.contents_of(step).pieces(step.after)
                    stage(temporary, pieces, like=None, mode=step.mode)
                move_staged(step, target)
            elif found != step.after and not step.copy:
                left.append(step.path)
            _remove(temporary)
        self.remove_folders(record.left_folders)
        return tuple(left)

    def _undo(self, record: Record) -> tuple[str, ...]:
        left: list[str] = []
        for step in reversed(record.steps):
            target = self._places.of(step)
            temporary = target.with_name(step.temporary)
            found = content_hash(target)
            if temporary.parent.is_dir():
                _remove(temporary)
            is_ours = record.phase != "staging" and step.name not in record.untouched
            is_cut = is_ours and self._is_cut_off(target, step, step.after, step.before)
            if is_cut or (is_ours and found == step.after and found != step.before):
                if step.before is None:
                    remove_file(target)
                else:
                    content = self._store.contents_of(step).pieces(step.before)
                    stage(temporary, content, like=target if found else None, mode=step.mode)
                    replace_file(temporary, target)
            elif found != step.before and not step.copy:
                left.append(step.path)
        self.remove_folders(record.folders)
        self._forget()
        return tuple(left)

    def _forget(self) -> None:
        """The step is over."""
        self._store.journal.remove()
        self._store.drop_copies()

    def remove_folders(self, folders: Sequence[str]) -> None:
        """Folders that a step created, unless something is in them now."""
        for name in reversed(folders):
            with contextlib.suppress(OSError):
                self._places.folder(name).rmdir()

    def _is_cut_off(self, target: Path, step: Step, old: str | None, new: str | None) -> bool:
        """Whether a crash has left a file half written in place, on the way between these two contents."""
        if old is None or new is None or content_hash(target) in (old, new) or not is_written_through(target):
            return False
        contents = self._store.contents_of(step)
        return is_cut_off(target.read_bytes(), contents.content(old), contents.content(new))


def content_hash(target: Path) -> str | None:
    """What stands at a place; a folder or pipe that another program has put there is no content of ours."""
    try:
        return hash_or_none(target)
    except NotADirectoryError:
        return None
    except IsADirectoryError:
        return _NO_FILE


def move_staged(step: Step, target: Path) -> None:
    """Bring a staged file to its place, or remove it."""
    if step.after is None:
        remove_file(target)
    elif step.before is None:
        create_file(target.with_name(step.temporary), target)
    else:
        replace_file(target.with_name(step.temporary), target)


def _notice(record: Record, left: tuple[str, ...], *, is_complete: bool) -> RecoveryNotice:
    paths = tuple(step.path for step in record.steps if not step.copy)
    tabs = tuple(step.path for step in record.steps if step.copy)
    return RecoveryNotice(record.title, paths, is_complete, left, tabs)


def _remove(temporary: Path) -> None:
    for place in (temporary, kept_beside(temporary)):
        place.unlink(missing_ok=True)

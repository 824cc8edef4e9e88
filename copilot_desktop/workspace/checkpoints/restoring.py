"""What it takes to have an older state back: read-only plans, which `Applier.carry_out` writes."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from copilot_desktop.errors import StoreError, UndecodableError, UsageError
from copilot_desktop.text.encodings import TextFormat, decode, decode_as, encode
from copilot_desktop.values import dataclass
from copilot_desktop.workspace.atomic_write import as_write_error, bytes_hash, hash_or_none, mode_of, read_bytes_or_none
from copilot_desktop.workspace.checkpoints.entries import EntryKind, HistoryEntry, HistoryFile
from copilot_desktop.workspace.checkpoints.history import History
from copilot_desktop.workspace.checkpoints.history_rows import Went, followed
from copilot_desktop.workspace.checkpoints.step_hunks import hunks_between, hunks_of, without_hunks
from copilot_desktop.workspace.file_writes import FileWrite
from copilot_desktop.workspace.paths import Workspace

if TYPE_CHECKING:
    from copilot_desktop.text.merging import Merge

_NO_TABS: Final[Mapping[str, bytes]] = MappingProxyType({})


class RestoreStatus(StrEnum):
    """How a file of a plan stands to what is there now."""

    UNCHANGED = "unchanged"
    """It is as wanted already."""
    EXACT = "exact"
    """It gets exactly the bytes of then."""
    MERGED = "merged"
    """It was changed since: what is taken back is fitted to what it says now."""
    CONFLICT = "conflict"
    """It was changed since, in the same lines or as a whole: somebody has to decide."""
    LOST = "lost"
    """The bytes of then are no longer kept."""


@dataclass(frozen=True, slots=True)
class RestoredFile:
    """One file of a plan. `now` and `wanted` are hashes, None where there is no file; `data` the bytes in place of
    `wanted` where those are of no stored content. `merge` is what a conflict is about; None: the file as a whole.

    `comes_from`: the file that stands there now gets its name back; it is in the plan as well, to be removed. Where
    `wanted` is what it holds, that need not be in the store yet: removing it puts it there.
    """

    path: str
    now: str | None
    wanted: str | None
    status: RestoreStatus
    mode: int | None = None
    data: bytes | None = None
    merge: Merge | None = None
    comes_from: str | None = None

    @property
    def is_written(self) -> bool:
        """Whether carrying the plan out writes or deletes this file."""
        return self.status in (RestoreStatus.EXACT, RestoreStatus.MERGED)


@dataclass(frozen=True, slots=True)
class RestorePlan:
    """What would be written. `entry_id`: the step it is about; `undoes`: it takes that one back.

    `folders` are those that go with it where they are empty then, the outermost first. `left_in_tabs` names the files
    that the command of the step changed in unsaved tabs: nothing of that is taken back.
    """

    title: str
    kind: EntryKind
    entry_id: str
    files: tuple[RestoredFile, ...]
    folders: tuple[str, ...] = ()
    left_in_tabs: str = ""

    @property
    def conflicts(self) -> tuple[str, ...]:
        """The paths about which somebody has to decide."""
        return tuple(each.path for each in self.files if each.status is RestoreStatus.CONFLICT)

    @property
    def lost(self) -> tuple[str, ...]:
        """The paths whose bytes are no longer kept."""
        return tuple(each.path for each in self.files if each.status is RestoreStatus.LOST)

    @property
    def written(self) -> tuple[str, ...]:
        """The paths that are written or deleted."""
        return tuple(each.path for each in self.files if each.is_written)

    @property
    def moves(self) -> tuple[tuple[str, str], ...]:
        """Path of now and of then of the files that get their names back."""
        return tuple((each.comes_from, each.path) for each in self.files if each.comes_from is not None)

    def resolved(self, path: str, data: bytes | None) -> RestorePlan:
        """The plan with what somebody decided about a file: its bytes, None: it is deleted."""
        wanted = None if data is None else bytes_hash(data)

        def decided(each: RestoredFile) -> RestoredFile:
            status = RestoreStatus.UNCHANGED if each.now == wanted else RestoreStatus.EXACT
            return replace(each, wanted=wanted, data=data, status=status, merge=None)

        return replace(self, files=tuple(decided(each) if each.path == path else each for each in self.files))

    def only(self, paths: Collection[str]) -> RestorePlan:
        """The plan for some of its files. What gets its name back is two: the one does not go without the other."""
        chosen = set(paths).union(*(pair for pair in self.moves if not set(pair).isdisjoint(paths)))
        return replace(self, files=tuple(each for each in self.files if each.path in chosen))

    def writes(self) -> list[FileWrite]:
        """The same for the `Applier`. Raises UsageError while a conflict is open, StoreError where bytes are lost."""
        if self.conflicts:
            raise UsageError(
                f"{_named(self.conflicts)} was changed since, so nothing was put back.",
                advice="Decide what the file is to say, or leave it out.",
            )
        if self.lost:
            raise StoreError(
                f"The old content of {_named(self.lost)} is no longer kept, so nothing was put back.",
                advice="Leave the file out, or choose a later state.",
            )
        return [
            FileWrite(each.path, each.now, each.data, stored=each.wanted if each.data is None else None)
            for each in self.files
            if each.is_written
        ]


class RestorePlanner:
    """Makes plans for one workspace. Each call waits for the disk. Raises StoreError, WorkspaceError.

    `tabs` are the bytes that tabs with unsaved text would write, by path: that is what those files hold now.
    """

    def __init__(self, workspace: Workspace, history: History, tabs: Mapping[str, bytes] = _NO_TABS) -> None:
        self._workspace = workspace
        self._history = history
        self._tabs = tabs

    def undo(self, entry_id: str) -> RestorePlan:
        """Take back what a step wrote, and leave everything else: a file that was changed since is merged."""
        entry = self._history.entry(entry_id)
        renamed = {path for pair in entry.moves for path in pair}
        files = _with_names([self._undone(each) for each in entry.files if each.path not in renamed], entry)
        for old, new in entry.moves:
            files += self._renamed_back(entry, old, new)
        in_tabs = entry.done_and_tabs[1]
        return RestorePlan(entry.undo_title, EntryKind.UNDO, entry_id, tuple(files), entry.folders, in_tabs)

    def undo_hunks(self, entry_id: str, path: str, hunk_ids: Collection[str]) -> RestorePlan:
        """Take back some of the hunks that a step wrote into a file. Raises UsageError where it has no such hunks."""
        file = self._history.entry(entry_id).file(path)
        if file is None:
            raise _no_such(path)
        restored = self._without_hunks(file, frozenset(hunk_ids))
        title = f"Undo a change in {path}" if len(hunk_ids) == 1 else f"Undo {len(hunk_ids)} changes in {path}"
        return RestorePlan(title, EntryKind.UNDO, entry_id, (restored,))

    def hunks_to(self, entry_id: str, path: str, hunk_ids: Collection[str]) -> RestorePlan:
        """Put some of the lines that differ now back to what they were right after a step.

        The ids are those of `step_hunks.hunks_between`, from then to now. Raises UsageError where nothing differs so.
        """
        file = self._history.entry(entry_id).file(path)
        now = self.bytes_now(path)
        if file is None or file.after is None or now is None:
            raise _no_such(path)
        title = f"Restore lines of {path}"
        made = RestoredFile(path, bytes_hash(now), file.after, RestoreStatus.LOST, file.mode)
        if self._history.has_content(file.after):
            then, _then_format = self._decoded(self._history.content(file.after), file.encoding)
            text, text_format = self._decoded(now, file.encoding)
            hunks = hunks_between(path, then, text)
            if not {hunk.hunk_id for hunk in hunks} & set(hunk_ids):
                raise _no_such(path)
            data = encode(without_hunks(text, hunks, frozenset(hunk_ids)), text_format)
            made = replace(made, wanted=bytes_hash(data), data=data, status=RestoreStatus.MERGED)
        return RestorePlan(title, EntryKind.RESTORE, entry_id, (made,))

    def file_to(self, entry_id: str, path: str, *, before: bool = False) -> RestorePlan:
        """Put a file back to what it was right after a step, or right before it: then under its name of then, where the
        step has renamed it."""
        title = f"Restore {path}"
        pair = next((each for each in self._history.entry(entry_id).moves if path in each), None)
        if before and pair is not None:
            plan = self.everything_to(entry_id, before=True).only(pair)
            return replace(plan, title=title, folders=())
        wanted = self._history.state_at(entry_id, path, before=before)
        mode = self._history.states_at(entry_id, before=before).get(path, (None, None))[1]
        return RestorePlan(title, EntryKind.RESTORE, entry_id, (self._exact(path, wanted, mode),))

    def everything_to(self, entry_id: str, *, before: bool = False) -> RestorePlan:
        """Put back everything the program has written since a step, or since right before it."""
        entry = self._history.entry(entry_id)
        states = self._history.states_at(entry_id, before=before)
        files = {path: self._exact(path, wanted, mode) for path, (wanted, mode) in sorted(states.items())}
        with self._history.reading() as database:
            went = followed(database, entry_id, before=before)
        moved = {new for _old, new in entry.moves}
        for path in states:
            is_own = not before and entry.file(path) is not None and path not in moved
            files |= self._followed(files, path, went.get(path, Went(path)), may_differ=not is_own)
        later = self._history.folders_since(entry_id)
        folders = (*entry.folders, *later) if before else later
        title = f"Restore everything to {'before' if before else 'after'} “{entry.title}”"
        return RestorePlan(title, EntryKind.RESTORE, entry_id, tuple(files.values()), folders)

    def bytes_now(self, path: str) -> bytes | None:
        """What a file holds on the disk, None where there is none."""
        return self._tabs[path] if path in self._tabs else self._bytes_on_disk(path)

    def bytes_wanted(self, file: RestoredFile) -> bytes | None:
        """What a file of a plan would hold; in a conflict, what is wanted but does not fit."""
        if file.data is not None or file.wanted is None:
            return file.data
        if file.now == file.wanted:
            return self.bytes_now(file.path)
        if file.comes_from is not None and not self._history.has_content(file.wanted):
            return self._bytes_on_disk(file.comes_from)
        return self._history.content(file.wanted)

    def _exact(self, path: str, wanted: str | None, mode: int | None) -> RestoredFile:
        now = self.hash_now(path)
        status = RestoreStatus.UNCHANGED if now == wanted else RestoreStatus.EXACT
        if status is RestoreStatus.EXACT and wanted is not None and not self._history.has_content(wanted):
            status = RestoreStatus.LOST
        return RestoredFile(path, now, wanted, status, mode)

    def _renamed_back(self, entry: HistoryEntry, old: str, new: str) -> tuple[RestoredFile, ...]:
        """A file that a step gave another name has its old one back with what it holds now; its tab goes along."""
        file, source = entry.file(new), entry.file(old)
        if file is None or source is None:
            return ()
        name = self._hash_on_disk(new)
        if name is None:
            return self._undone(file), self._undone(source)
        removed = RestoredFile(new, name, None, RestoreStatus.EXACT)
        back = RestoredFile(old, self.hash_now(old), name, RestoreStatus.CONFLICT, self._mode_now(new), comes_from=new)
        if back.now is not None:
            return replace(removed, wanted=name, status=RestoreStatus.UNCHANGED), replace(back, comes_from=None)
        status = RestoreStatus.EXACT if name == file.after else RestoreStatus.MERGED
        return removed, replace(back, status=status)

    def _followed(
        self, files: Mapping[str, RestoredFile], path: str, went: Went, *, may_differ: bool
    ) -> dict[str, RestoredFile]:
        """What a plan says of a file that went on under another name: that one goes back, and its tab goes along.

        `may_differ`: where its content of then was never kept, since it was only renamed, it gets what the next step
        found in it, else what it holds now.
        """
        file, now = files[path], files.get(went.path) if went.path is not None else None
        is_moved = now is not None and went.path != path and now.wanted is None and now.is_written
        then = file.wanted
        if then is None or not (is_moved or file.status is RestoreStatus.LOST):
            return {}
        changed: dict[str, RestoredFile] = {}
        at_hand = self._hash_on_disk(now.path) if now is not None else None
        if now is not None and is_moved and at_hand is not None:
            file = replace(file, comes_from=now.path)
            changed[now.path] = replace(now, now=at_hand)
        names = [then, *(went.contents if may_differ else ())]
        if at_hand is not None and may_differ and not went.is_written:
            names.append(at_hand)
        wanted = next((each for each in names if each == at_hand or self._history.has_content(each)), None)
        if wanted is not None:
            status = RestoreStatus.EXACT if wanted == then else RestoreStatus.MERGED
            status = RestoreStatus.UNCHANGED if wanted == file.now else status
            changed[path] = replace(file, wanted=wanted, status=status)
        return changed

    def _undone(self, file: HistoryFile) -> RestoredFile:
        now = self.hash_now(file.path)
        if now in (file.before, file.after):
            return self._exact(file.path, file.before, file.mode)
        open_question = RestoredFile(file.path, now, file.before, RestoreStatus.CONFLICT, file.mode)
        if now is None or file.before is None or file.after is None:
            return open_question
        if not (self._history.has_content(file.before) and self._history.has_content(file.after)):
            return replace(open_question, status=RestoreStatus.LOST)
        before, after = (self._history.content(name) for name in (file.before, file.after))
        return self._merged(open_question, file.encoding, after, before)

    def _without_hunks(self, file: HistoryFile, hunk_ids: frozenset[str]) -> RestoredFile:
        now = self.hash_now(file.path)
        made = RestoredFile(file.path, now, file.before, RestoreStatus.CONFLICT, file.mode)
        if file.before is None or file.after is None or now is None:
            # All of the file is the hunk.
            return self._undone(file)
        if not (self._history.has_content(file.before) and self._history.has_content(file.after)):
            return replace(made, status=RestoreStatus.LOST)
        before, after = self._history.content(file.before), self._history.content(file.after)
        try:
            text, text_format = self._decoded(after, file.encoding)
            hunks = hunks_of(file, self._decoded(before, file.encoding)[0], text)
        except UndecodableError:
            return made
        if not {hunk.hunk_id for hunk in hunks} & hunk_ids:
            raise _no_such(file.path)
        wanted = encode(without_hunks(text, hunks, hunk_ids), text_format)
        if now == file.after:
            return replace(made, wanted=bytes_hash(wanted), data=wanted, status=RestoreStatus.MERGED)
        return self._merged(made, file.encoding, after, wanted)

    def _merged(self, file: RestoredFile, encoding: str, base: bytes, theirs: bytes) -> RestoredFile:
        """What turns `base` into `theirs`, done to what stands there now."""
        from copilot_desktop.text.merging import merge

        ours = self.bytes_now(file.path)
        try:
            sides = [self._decoded(each, encoding) for each in (base, ours or b"", theirs)]
        except UndecodableError:
            return file
        made = merge(sides[0][0], sides[1][0], sides[2][0])
        if made.conflicts:
            return replace(file, merge=made)
        data = encode(made.text, sides[1][1])
        wanted = bytes_hash(data)
        status = RestoreStatus.UNCHANGED if wanted == file.now else RestoreStatus.MERGED
        return replace(file, wanted=wanted, data=data, status=status)

    def _decoded(self, data: bytes, encoding: str) -> tuple[str, TextFormat]:
        return decode_as(data, encoding) if encoding else decode(data)

    def hash_now(self, path: str) -> str | None:
        """The hash of what a file holds, None where there is none."""
        return bytes_hash(self._tabs[path]) if path in self._tabs else self._hash_on_disk(path)

    def _hash_on_disk(self, path: str) -> str | None:
        with as_write_error(path):
            try:
                return hash_or_none(self._place(path))
            except NotADirectoryError:
                return None

    def _bytes_on_disk(self, path: str) -> bytes | None:
        with as_write_error(path):
            return read_bytes_or_none(self._place(path))

    def _mode_now(self, path: str) -> int | None:
        with as_write_error(path):
            return mode_of(self._place(path))

    def _place(self, path: str) -> Path:
        return Path(os.path.realpath(self._workspace.resolve(path)))


def _no_such(path: str) -> UsageError:
    return UsageError(f"This step has no such change in {path}.")


def _with_names(files: list[RestoredFile], entry: HistoryEntry) -> list[RestoredFile]:
    """What is undone of a step; a file that it gave another name and other content gets its name back: its tab goes
    along."""
    gone = {each.path for each in files if each.is_written and each.wanted is None}
    source = {each.old_path: each.path for each in entry.files if each.path in gone}
    return [
        replace(each, comes_from=source[each.path])
        if each.path in source and each.is_written and each.now is None
        else each
        for each in files
    ]


def _named(paths: tuple[str, ...]) -> str:
    return paths[0] if len(paths) == 1 else f"{paths[0]} (and {len(paths) - 1} more)"

"""The trust in one folder: asked before a rule file is applied and before git may run a program of the repository."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from copilot_desktop.errors import StoreError
from copilot_desktop.workspace.folder_identity import FolderIdentity, identity_of, is_same_folder
from copilot_desktop.workspace.paths import Workspace
from copilot_desktop.workspace.trust.guarded import (
    git_programs,
    guarded_at_top,
    guarded_below,
    imported_by,
    is_guarded,
    read_guarded,
)
from copilot_desktop.workspace.trust.store import TrustStore
from copilot_desktop.workspace.trust.values import Decision, Guarded, GuardedChange, TrustRecord, TrustState


class FolderTrust:
    """Of one opened folder. Blocking, on any worker: each call reads what is kept now."""

    def __init__(self, workspace: Workspace, state_folder: Path) -> None:
        self._workspace = workspace
        self._store = TrustStore(state_folder, workspace.root)

    def state(self, noticed: Iterable[str] = ()) -> TrustState:
        """What is known, and what is not agreed to; `noticed` are rule files that were found below."""
        try:
            record = self._record()
        except StoreError as error:
            return TrustState(problem=f"{error.message} {error.advice}".strip())
        known = () if record is None else record.seen
        now = self._now({*known, *noticed, *guarded_at_top(self._workspace)})
        decision = Decision.UNDECIDED if record is None else record.decision
        if record is not None and decision is Decision.TRUSTED:
            return TrustState(decision, tuple(now), _changes(record, now))
        return TrustState(decision, tuple(now), held=tuple(GuardedChange(name, None, now[name]) for name in now))

    def trust(self) -> TrustState:
        """Trust the folder with all that stands in it now. Raises StoreError."""
        return self._decide(Decision.TRUSTED, self._now(guarded_below(self._workspace)))

    def restrict(self) -> TrustState:
        """Keep the folder restricted. Raises StoreError."""
        return self._decide(Decision.RESTRICTED, {})

    def agree(self, changes: Iterable[GuardedChange]) -> TrustState:
        """Let changes hold as they were shown, and no later ones. Raises StoreError."""
        record = self._record()
        if record is not None and record.decision is Decision.TRUSTED:
            seen = dict(record.seen)
            for change in changes:
                if change.new is None:
                    seen.pop(change.name, None)
                else:
                    seen[change.name] = change.new
            self._store.save(replace(record, seen=seen))
        return self.state()

    def runs_programs(self) -> bool:
        """Whether git may run what the repository names: all of it must be as it was agreed to."""
        try:
            record = self._record()
        except StoreError:
            return False
        if record is None or record.decision is not Decision.TRUSTED:
            return False
        now = git_programs(self._workspace)
        return all(record.seen.get(name) == found for name, found in now.items())

    def agreed(self) -> dict[str, Guarded]:
        """What was agreed to, by name; nothing in a folder that is not trusted."""
        try:
            record = self._record()
        except StoreError:
            return {}
        return dict(record.seen) if record is not None and record.decision is Decision.TRUSTED else {}

    def _decide(self, decision: Decision, seen: dict[str, Guarded]) -> TrustState:
        root = self._workspace.root
        self._store.save(TrustRecord(str(root), self._identity(), decision, seen))
        return self.state()

    def _record(self) -> TrustRecord | None:
        """What is kept of this very folder, not of another one that had its name. Raises StoreError."""
        record = self._store.load()
        if record is None or not self._is_same(record):
            return None
        return record

    def _is_same(self, record: TrustRecord) -> bool:
        known, here = record.identity, self._identity()
        has_same_name = record.root == str(self._workspace.root)
        # Some systems number their devices anew with each start.
        is_known_by_birth = known.birth_ns is not None and known[1:] == here[1:]
        return (has_same_name and is_known_by_birth) or is_same_folder(known, here, has_same_name=has_same_name)

    def _identity(self) -> FolderIdentity:
        try:
            return identity_of(self._workspace.root)
        except OSError as error:
            raise StoreError("The folder is gone, so nothing is known of it.", detail=str(error)) from error

    def _now(self, paths: Iterable[str]) -> dict[str, Guarded]:
        found = {path: read_guarded(self._workspace, path) for path in sorted(paths) if is_guarded(path)}
        files = {path: each for path, each in found.items() if each is not None}
        return files | imported_by(self._workspace, files) | git_programs(self._workspace)


def _changes(record: TrustRecord, now: dict[str, Guarded]) -> tuple[GuardedChange, ...]:
    names = sorted({*record.seen, *now})
    changes = (GuardedChange(name, record.seen.get(name), now.get(name)) for name in names)
    return tuple(change for change in changes if change.old != change.new and not _is_less(change))


def _is_less(change: GuardedChange) -> bool:
    """What is gone needs no agreement: less holds than before."""
    return change.new is None

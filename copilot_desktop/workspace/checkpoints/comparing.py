"""A step or a plan as pairs of texts, for a diff: what a file said and says, or why that cannot be shown."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from copilot_desktop.errors import StoreError, UndecodableError, WorkspaceError
from copilot_desktop.text.encodings import decode, decode_as
from copilot_desktop.text.lines import count_lines
from copilot_desktop.values import dataclass
from copilot_desktop.workspace.checkpoints.entries import AcceptedHunk, HistoryEntry
from copilot_desktop.workspace.checkpoints.history import History
from copilot_desktop.workspace.checkpoints.restoring import RestoredFile, RestorePlan, RestorePlanner, RestoreStatus
from copilot_desktop.workspace.checkpoints.step_hunks import hunks_between, hunks_of

LIMIT_BYTES: Final = 4 * 1024 * 1024
"""A diff of more is read by nobody, and would be long in coming."""
_NO_TABS: Final[Mapping[str, str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class ComparedFile:
    """A file before and after, None where there is none. `old_path`: that of a file being renamed.

    `problem`: why no lines are shown, a sentence; the texts say nothing then. `is_lost`: a side is no longer kept.
    `hunks` are what differs, in the lines before.
    """

    path: str
    before: str | None
    after: str | None
    old_path: str | None = None
    problem: str = ""
    is_lost: bool = False
    hunks: tuple[AcceptedHunk, ...] = ()

    @property
    def status(self) -> str:
        """`added`, `deleted`, `renamed`, `modified`, or `unchanged`."""
        if self.old_path is not None:
            return "renamed"
        if self.before == self.after and not self.problem:
            return "unchanged"
        return "added" if self.before is None else "deleted" if self.after is None else "modified"


@dataclass(frozen=True, slots=True)
class _Side:
    """One side of a comparison. `text` is None where there is no file; "" with a problem."""

    text: str | None
    problem: str = ""
    is_lost: bool = False


def hunks_to_keep(files: Iterable[ComparedFile]) -> dict[str, tuple[AcceptedHunk, ...]]:
    """What the history is to know of the lines of a plan, by path; a file that comes or goes is one hunk."""
    found = {}
    for file in files:
        if file.problem or file.status == "unchanged":
            continue
        hunks = file.hunks
        if file.before is None or file.after is None:
            before, after = file.before or "", file.after or ""
            hunks = (AcceptedHunk(f"{file.path}:whole", 0, count_lines(before), before, after),)
        found[file.path] = hunks
    return found


class Comparer:
    """Reads both sides. Each call waits for the disk. Raises StoreError, WorkspaceError.

    `tabs` are the texts of tabs with unsaved changes, by path: that is what those files say now.
    """

    def __init__(self, history: History, planner: RestorePlanner, tabs: Mapping[str, str] = _NO_TABS) -> None:
        self._history = history
        self._planner = planner
        self._tabs = tabs

    def step(self, entry: HistoryEntry) -> tuple[ComparedFile, ...]:
        """What a step did."""
        sources = {file.old_path: file.path for file in entry.files if file.old_path is not None}
        found = []
        for file in entry.files:
            if file.path in sources and file.after is None:
                # Told with the new path.
                continue
            source = entry.file(file.old_path) if file.old_path is not None else None
            old_path = file.old_path if source is not None else None
            if (old_path, file.path) in entry.moves:
                found.append(ComparedFile(file.path, None, None, old_path, "Its content stayed the same."))
                continue
            before = self._kept(source.before if source is not None else file.before, file.encoding)
            made = _compared(file.path, before, self._kept(file.after, file.encoding), old_path)
            if made.before is not None and made.after is not None and not made.problem:
                made = replace(made, hunks=hunks_of(file, made.before, made.after))
            found.append(made)
        return tuple(found)

    def with_now(self, entry: HistoryEntry) -> tuple[ComparedFile, ...]:
        """From what the files of a step were right after it to what they say now."""
        # What a rename left in place needs not be kept to be known.
        return tuple(
            _compared(file.path, self._kept(file.after, file.encoding), self._now(file.path, file.encoding))
            for file in entry.files
            if file.after is None or self._planner.hash_now(file.path) != file.after
        )

    def plan(self, plan: RestorePlan) -> tuple[ComparedFile, ...]:
        """From what files say now to what a plan writes; those of which somebody has to decide say so."""
        moved = dict(plan.moves)
        # What gets its name back is told with the name it gets.
        files = [each for each in plan.files if each.status is not RestoreStatus.UNCHANGED and each.path not in moved]
        return tuple(self._planned(file, plan) for file in files)

    def texts_now(self, paths: Iterable[str]) -> dict[str, str | None]:
        """What files say now, None where there is none; those that are no text are left out."""
        sides = {path: self._now(path, "") for path in paths}
        return {path: side.text for path, side in sides.items() if not side.problem}

    def _planned(self, file: RestoredFile, plan: RestorePlan) -> ComparedFile:
        if file.comes_from is not None and file.is_written:
            return self._moved_back(file, file.comes_from, plan)
        now = self._now(file.path, "")
        if file.status is RestoreStatus.LOST:
            return _compared(file.path, now, _LOST)
        if file.status is RestoreStatus.CONFLICT:
            return _compared(file.path, now, _Side("", conflict_sentence(file)))
        return _compared(file.path, now, _shown(self._planner.bytes_wanted(file), ""))

    def _moved_back(self, file: RestoredFile, source: str, plan: RestorePlan) -> ComparedFile:
        if any(each.path == source and each.now == file.wanted for each in plan.files):
            return ComparedFile(file.path, None, None, source, "Its content stays as it is.")
        return _compared(file.path, self._now(source, ""), _shown(self._planner.bytes_wanted(file), ""), source)

    def _now(self, path: str, encoding: str) -> _Side:
        if path in self._tabs:
            return _Side(self._tabs[path])
        try:
            return _shown(self._planner.bytes_now(path), encoding)
        except WorkspaceError as error:
            return _Side("", error.message)

    def _kept(self, name: str | None, encoding: str) -> _Side:
        if name is None:
            return _Side(None)
        if not self._history.has_content(name):
            return _LOST
        try:
            return _shown(self._history.content(name), encoding)
        except StoreError as error:
            return _Side("", error.message, is_lost=True)


_LOST: Final = _Side("", "The content of then is no longer kept.", is_lost=True)


def conflict_sentence(file: RestoredFile) -> str:
    """Say what of a file somebody has to decide."""
    if file.merge is None:
        if file.now is None:
            return f"{file.path} is gone, so what the step wrote cannot be taken back from it."
        if file.wanted is None:
            return f"{file.path} was changed since the step made it, so it is not deleted."
        return f"{file.path} is another file by now, so it is not replaced."
    places = [each[1] for each in file.merge.conflicts]
    named = ", ".join(str(lines.start + 1) for lines in places[:5])
    rest = f" and {len(places) - 5} more places" if len(places) > 5 else ""
    where = "line" if len(places) == 1 else "lines"
    return f"{file.path} was changed since, in the same lines ({where} {named}{rest})."


def _compared(path: str, before: _Side, after: _Side, old_path: str | None = None) -> ComparedFile:
    problem = before.problem or after.problem
    is_lost = before.is_lost or after.is_lost
    hunks: tuple[AcceptedHunk, ...] = ()
    if before.text is not None and after.text is not None and not problem:
        hunks = hunks_between(path, before.text, after.text)
    return ComparedFile(path, before.text, after.text, old_path, problem, is_lost, hunks)


def _shown(data: bytes | None, encoding: str) -> _Side:
    if data is None:
        return _Side(None)
    if len(data) > LIMIT_BYTES:
        return _Side("", f"It has {len(data) / 1024 / 1024:.0f} MB, too much to be compared here.")
    try:
        text, found = decode(data)
    except UndecodableError:
        text, found = "", None
    if encoding and (found is None or found.encoding != "utf-8"):
        # What is UTF-8 is that, whatever it was before; all else is a guess, and the name that is known is none.
        with contextlib.suppress(UndecodableError):
            return _Side(decode_as(data, encoding)[0])
    if found is None:
        return _Side("", "It is not text, so there is nothing to compare line by line.")
    return _Side(text)

"""The change set of an answer that still arrives: its hunks keep their ids, also in the proposal at its end."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from copilot_desktop.edits.change_sets import ChangeHunk, ChangeSet, FileChange, FileStatus
from copilot_desktop.edits.changed_by import ChangedBy
from copilot_desktop.edits.file_texts import FileTexts
from copilot_desktop.edits.proposal import Hunk
from copilot_desktop.edits.review import ReviewState
from copilot_desktop.edits.streaming import Arrived
from copilot_desktop.edits.touched_hunks import restated
from copilot_desktop.text.diff import diff_line_lists
from copilot_desktop.text.lined_text import LinedText
from copilot_desktop.text.lines import split_lines
from copilot_desktop.values import dataclass

LookUp = Callable[[str], LinedText | None]
"""The text of a path as the answer was placed on it; None where there is no such file."""


@dataclass(frozen=True, slots=True)
class ArrivingFile:
    """What is proposed for one file so far, in lines."""

    path: str
    status: FileStatus
    added_lines: int
    removed_lines: int


@dataclass(frozen=True, slots=True)
class ArrivingChanges:
    """What an answer proposes so far, in the lines of the texts it was placed on.

    `growing` are ids of hunks whose block is still open.
    """

    change_set: ChangeSet
    files: tuple[ArrivingFile, ...] = ()
    growing: frozenset[str] = frozenset()


class ArrivingChangeSet:
    """Makes the change set of what has arrived, again and again; a hunk that was there before keeps its id."""

    def __init__(self, change_set: ChangeSet) -> None:
        self._change_set = change_set
        self._counts: dict[str, tuple[ChangeHunk, int, int]] = {}

    @classmethod
    def begin(cls, turn_id: str, title: str, model: str) -> ArrivingChangeSet:
        """That of an answer of which nothing is known yet."""
        return cls(ChangeSet(f"arriving {turn_id}", turn_id, title, model, datetime.now(UTC), (), (), ()))

    def take(self, arrived: Arrived, text: LookUp) -> ArrivingChanges:
        """What has arrived by now."""
        by_path: dict[str, list[Hunk]] = {}
        every = (*arrived.hunks, *arrived.growing)
        for hunk in every:
            by_path.setdefault(hunk.path, []).append(hunk)
        open_hunks = set(arrived.growing)
        before = {change.path: change.hunks for change in self._change_set.files}
        changes: list[FileChange] = []
        base: dict[str, str | None] = {}
        growing: set[str] = set()
        renamed = {hunk.strategy.removeprefix("rename:") for hunk in every if hunk.strategy.startswith("rename:")}
        for path, hunks in by_path.items():
            if path in renamed:
                # It goes with the file that gets its text.
                continue
            change, ids = _file_change(path, sorted(hunks, key=_place), before.get(path, ()), text)
            changes.append(change)
            growing |= {ids[hunk] for hunk in hunks if hunk in open_hunks}
            for each in (change.path, change.old_path):
                lined = None if each is None else text(each)
                if each is not None:
                    base[each] = None if lined is None else lined.text
        self._change_set = replace(self._change_set, files=tuple(changes), base_texts=base)
        files = tuple(self._file(change) for change in changes)
        return ArrivingChanges(self._change_set, files, frozenset(growing))

    def _file(self, change: FileChange) -> ArrivingFile:
        added = removed = 0
        for hunk in change.hunks:
            known = self._counts.get(hunk.hunk_id)
            if known is None or (known[0].old_text, known[0].new_text) != (hunk.old_text, hunk.new_text):
                lines = diff_line_lists(split_lines(hunk.old_text), split_lines(hunk.new_text))
                known = hunk, sum(len(each.new) for each in lines), sum(len(each.old) for each in lines)
                self._counts[hunk.hunk_id] = known
            added, removed = added + known[1], removed + known[2]
        return ArrivingFile(change.path, change.status, added, removed)


def with_ids_of(made: ChangeSet, arriving: ChangeSet) -> ChangeSet:
    """The proposal of the whole answer, with the ids its hunks had while it arrived."""
    before = {change.path: change.hunks for change in arriving.files}
    files = []
    for change in made.files:
        ids = _ids([(hunk.start, hunk.end) for hunk in change.hunks], before.get(change.path, ()))
        hunks = (
            hunk if each is None else replace(hunk, hunk_id=each) for hunk, each in zip(change.hunks, ids, strict=True)
        )
        files.append(replace(change, hunks=tuple(hunks)))
    return replace(made, files=tuple(files))


def placed_on(before: ReviewState, changes: ChangeSet, text: LookUp) -> ReviewState:
    """The change set on the files as they are in `before`, which holds an earlier state of it.

    Hunks that were there stay where they have moved to; only new ones are looked for in what was typed since.
    """
    known = {hunk.hunk_id: hunk for hunk in before.hunks()}
    lined = {path: before.texts.lined(path) if path in before.texts else text(path) for path in changes.base_texts}
    files, fresh = [], []
    for change in changes.files:
        hunks = []
        for hunk in change.hunks:
            followed = _followed(hunk, known.get(hunk.hunk_id), lined[change.path])
            hunks.append(followed or hunk)
            if followed is None and lined[change.path] is not text(change.path):
                fresh.append(replace(change, hunks=(hunk,)))
        files.append(replace(change, hunks=tuple(hunks)))
    found = _looked_for(replace(changes, files=tuple(fresh)), lined, text)
    files = [replace(change, hunks=tuple(found.get(hunk.hunk_id, hunk) for hunk in change.hunks)) for change in files]
    order = {
        change.path: tuple(hunk.hunk_id for hunk in change.hunks) for change in files if change.status == "modified"
    }
    return ReviewState((replace(changes, files=tuple(files)),), FileTexts(lined), order)


def _looked_for(fresh: ChangeSet, lined: Mapping[str, LinedText | None], text: LookUp) -> dict[str, ChangeHunk]:
    """New hunks on texts that are not those the answer was placed on any more."""
    found: dict[str, ChangeHunk] = {}
    for change in fresh.files:
        paths = [each for each in (change.path, change.old_path) if each is not None]
        order = {change.path: tuple(hunk.hunk_id for hunk in change.hunks)} if change.status == "modified" else {}
        state = ReviewState((replace(fresh, files=(change,)),), FileTexts({path: text(path) for path in paths}), order)
        for path in paths:
            now = lined[path]
            state = state.text_changed(path, None if now is None else now.text, by=ChangedBy.TYPING)
        found |= {hunk.hunk_id: hunk for hunk in state.hunks()}
    return found


def _followed(hunk: ChangeHunk, before: ChangeHunk | None, lines: LinedText | None) -> ChangeHunk | None:
    """A hunk where its earlier state has moved to; None for one that is to be looked for."""
    if before is None or before.base_text != hunk.base_text:
        return None
    if before.old_text != hunk.base_text or before.new_text != before.proposed_text:
        # Its lines were touched: what has come since is merged with them, too.
        if lines is None:
            return None
        grown = replace(hunk, start=before.start, end=before.end, state=before.state, taken_in=before.taken_in)
        return restated(grown, before.start, before.end, lines, may_meet=True)
    same = replace(hunk, start=before.start, end=before.end, state=before.state)
    return before if same == before else same


def _file_change(
    path: str,
    hunks: Sequence[Hunk],
    before: Sequence[ChangeHunk],
    text: LookUp,
) -> tuple[FileChange, dict[Hunk, str]]:
    old_path = next((hunk.strategy[len("rename:") :] for hunk in hunks if hunk.strategy.startswith("rename:")), None)
    lines = text(path if old_path is None else old_path)
    status: FileStatus = "modified"
    if old_path is not None:
        status = "renamed"
    elif lines is None:
        status = "added"
    elif any(hunk.strategy == "delete" for hunk in hunks):
        status = "deleted"
    ids = _ids([(hunk.start, hunk.end) for hunk in hunks], before)
    made, by_hunk = [], {}
    for hunk, known in zip(hunks, ids, strict=True):
        place = (hunk.start, hunk.end) if status == "modified" else (0, 0 if lines is None else len(lines))
        one = _change_hunk(hunk, *place, lines or LinedText(), known)
        by_hunk[hunk] = one.hunk_id
        made.append(one)
    there = None if old_path is None else text(path)
    return FileChange(path, status, old_path, tuple(made), None if there is None else there.text), by_hunk


def _change_hunk(hunk: Hunk, start: int, end: int, lines: LinedText, hunk_id: str | None) -> ChangeHunk:
    return ChangeHunk(
        hunk_id=hunk_id or uuid.uuid4().hex,
        start=start,
        end=end,
        old_text="".join(lines[start:end]),
        new_text=hunk.new_text,
        base_text="".join(lines[start:end]),
        proposed_text=hunk.new_text,
        strategy=hunk.strategy,
        confidence=hunk.confidence,
        needs_look=hunk.needs_look,
        ignored=hunk.ignored,
    )


def _ids(places: Sequence[tuple[int, int]], before: Sequence[ChangeHunk]) -> list[str | None]:
    """For each place the id of the hunk that stood there before: at the same first line, else in some of its lines."""
    by_start = {hunk.start: hunk for hunk in reversed(before)}
    left = dict.fromkeys(hunk.hunk_id for hunk in before)
    found: list[str | None] = []
    for start, _end in places:
        known = by_start.get(start)
        taken = known.hunk_id if known is not None and known.hunk_id in left else None
        left.pop(taken or "", None)
        found.append(taken)
    for index, (start, end) in enumerate(places):
        if found[index] is None:
            near = (hunk for hunk in before if hunk.hunk_id in left and hunk.start < end and start < hunk.end)
            known = next(near, None)
            if known is not None:
                left.pop(known.hunk_id)
                found[index] = known.hunk_id
    return found


def _place(hunk: Hunk) -> tuple[int, int]:
    return hunk.start, hunk.end

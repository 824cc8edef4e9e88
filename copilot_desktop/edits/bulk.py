"""What a command over many changes takes, and what it leaves for the user to look at."""

from __future__ import annotations

from collections.abc import Collection, Container, Sequence
from dataclasses import replace

from copilot_desktop.edits.change_sets import ChangeHunk, Decision, HunkState
from copilot_desktop.edits.review import ReviewState
from copilot_desktop.edits.review_desk import ReviewDesk
from copilot_desktop.errors import UsageError
from copilot_desktop.values import dataclass


@dataclass(frozen=True, slots=True)
class Bulk:
    """`taken` are the ids that are decided, in `files` files. The rest is left as it is: `unseen` uncertain ones that
    nobody looked at, `conflicts`, and `meeting`: on lines that another one of those taken changes, too.
    """

    decision: Decision
    taken: tuple[str, ...]
    files: int
    unseen: int = 0
    conflicts: int = 0
    meeting: int = 0

    @property
    def skipped(self) -> int:
        """How many are left."""
        return self.unseen + self.conflicts + self.meeting

    @property
    def left(self) -> str:
        """What is left, in a few words; "" for nothing."""
        parts = [
            f"{self.unseen} uncertain not looked at" if self.unseen else "",
            _counted(self.conflicts, "conflict") if self.conflicts else "",
            f"{self.meeting} on the same lines as another" if self.meeting else "",
        ]
        said = ", ".join(part for part in parts if part)
        return f"{self.skipped} skipped: {said}" if said else ""

    def offer(self) -> str:
        """What the command would do, as a button says it."""
        verb = "Accept" if self.decision is Decision.ACCEPTED else "Reject"
        return self._said(f"{verb} {_counted(len(self.taken), 'change')}{self._where()}")

    def result(self) -> str:
        """What it has done."""
        verb = "Accepted" if self.decision is Decision.ACCEPTED else "Rejected"
        if not self.taken:
            return self._said(f"Nothing was {verb.lower()}")
        return self._said(f"{verb} {_counted(len(self.taken), 'change')}{self._where()}")

    def _where(self) -> str:
        return f" in {_counted(self.files, 'file')}" if self.taken else ""

    def _said(self, first: str) -> str:
        return f"{first}; {self.left}" if self.left else first


def bulk(state: ReviewState, hunk_ids: Collection[str], decision: Decision, decided: Container[str] = ()) -> Bulk:
    """Choose what is taken of these hunks; those decided already, and those of `decided`, are not counted at all."""
    wanted = [
        (change.path, hunk)
        for change_set in state.change_sets
        for change in change_set.files
        for hunk in change.hunks
        if hunk.hunk_id in hunk_ids and hunk.decision is Decision.PENDING and hunk.hunk_id not in decided
    ]
    if decision is not Decision.ACCEPTED:
        return _made(decision, wanted)
    conflicts = sum(hunk.state is HunkState.CONFLICT for _, hunk in wanted)
    clean = [each for each in wanted if each[1].state is not HunkState.CONFLICT]
    sure = [each for each in clean if not each[1].needs_look]
    possible = _possible(state, sure)
    made = _made(decision, possible)
    return replace(made, unseen=len(clean) - len(sure), conflicts=conflicts, meeting=len(sure) - len(possible))


def _made(decision: Decision, taken: Sequence[tuple[str, ChangeHunk]]) -> Bulk:
    return Bulk(decision, tuple(hunk.hunk_id for _, hunk in taken), len({path for path, _ in taken}))


def _possible(state: ReviewState, hunks: Sequence[tuple[str, ChangeHunk]]) -> list[tuple[str, ChangeHunk]]:
    """Those that can be accepted one after the other: two turns may change the same lines."""
    if not _may_meet(state, {path for path, _ in hunks}):
        return list(hunks)
    desk = ReviewDesk(state.change_sets, state.texts, state.order)
    found = []
    for path, hunk in hunks:
        try:
            desk.decide(hunk.hunk_id, Decision.ACCEPTED)
        except UsageError:
            continue
        found.append((path, hunk))
    return found


def _may_meet(state: ReviewState, paths: Collection[str]) -> bool:
    """Whether any of these files is changed by more than one turn; the changes of one were made for each other."""
    seen: set[str] = set()
    for change_set in state.change_sets:
        touched = {change.path for change in change_set.files} | {change.old_path or "" for change in change_set.files}
        mine = touched.intersection(paths)
        if mine & seen:
            return True
        seen |= mine
    return False


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"

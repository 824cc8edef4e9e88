"""The hunks of a change set in the order they are read, and where a key leads. Pure."""

from __future__ import annotations

from collections.abc import Container, Sequence
from enum import StrEnum

from copilot_desktop.edits.change_sets import ChangeHunk, ChangeSet, Decision
from copilot_desktop.values import dataclass


class Move(StrEnum):
    """Where to go from the current hunk."""

    NEXT = "next"
    PREVIOUS = "previous"
    NEXT_FILE = "next file"
    PREVIOUS_FILE = "previous file"
    NEXT_UNDECIDED = "next undecided"


@dataclass(frozen=True, slots=True)
class HunkOrder:
    """Paths and hunks from top to bottom."""

    places: tuple[tuple[str, ChangeHunk], ...] = ()

    def ids(self) -> list[str]:
        """Hunk ids in order."""
        return [hunk.hunk_id for _, hunk in self.places]

    def path_of(self, hunk_id: str) -> str:
        """The file of a hunk; empty for an unknown one."""
        return next((path for path, hunk in self.places if hunk.hunk_id == hunk_id), "")

    def undecided_after(self, hunk_id: str, *, is_round: bool, decided: Container[str] = ()) -> str:
        """The next hunk that waits for a decision; `is_round`: from the top again after the last. Empty: none.

        `decided` are hunks whose decision is still being written.
        """
        ids = self.ids()
        start = ids.index(hunk_id) + 1 if hunk_id in ids else 0
        for _, hunk in (*self.places[start:], *(self.places[:start] if is_round else ())):
            if hunk.decision is Decision.PENDING and hunk.hunk_id not in decided:
                return hunk.hunk_id
        return ""

    def target(self, here: str, move: Move, decided: Container[str] = ()) -> str:
        """Where a move leads from a hunk; it stops at the ends. Empty: nowhere."""
        ids = self.ids()
        if not ids:
            return ""
        if move is Move.NEXT_UNDECIDED:
            return self.undecided_after(here, is_round=True, decided=decided)
        by = 1 if move in (Move.NEXT, Move.NEXT_FILE) else -1
        if move in (Move.NEXT, Move.PREVIOUS):
            return _stepped(ids, here, by)
        paths = list(dict.fromkeys(path for path, _ in self.places))
        wanted = _stepped(paths, self.path_of(here), by)
        return next(hunk.hunk_id for path, hunk in self.places if path == wanted)


def _stepped(items: list[str], here: str, by: int) -> str:
    place = items.index(here) + by if here in items else 0
    return items[max(0, min(place, len(items) - 1))]


def order_of(change_set: ChangeSet) -> HunkOrder:
    """Return the hunks of a change set as they are read."""
    return HunkOrder(
        tuple(
            (change.path, hunk)
            for change in change_set.files
            for hunk in sorted(change.hunks, key=lambda each: (each.start, each.end))
        )
    )


def undecided_elsewhere(
    change_sets: Sequence[ChangeSet], here: str, decided: Container[str] = ()
) -> tuple[str, str] | None:
    """The next change set after this one that waits, and its first undecided hunk; round in a circle."""
    ids = [each.change_set_id for each in change_sets]
    place = ids.index(here) + 1 if here in ids else 0
    for each in (*change_sets[place:], *change_sets[:place]):
        hunk_id = order_of(each).undecided_after("", is_round=False, decided=decided)
        if hunk_id:
            return each.change_set_id, hunk_id
    return None


def waiting_ids(change_sets: Sequence[ChangeSet]) -> list[str]:
    """The change sets in which something waits for a decision, the newest last."""
    return [
        each.change_set_id
        for each in change_sets
        if any(hunk.decision is Decision.PENDING for change in each.files for hunk in change.hunks)
    ]

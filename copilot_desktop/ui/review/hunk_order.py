"""The changes under review in the order they are read, over all turns, and where a key leads. Pure."""

from __future__ import annotations

from collections.abc import Collection, Container, Sequence
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
class Place:
    """A hunk and what it belongs to."""

    change_set_id: str
    path: str
    hunk: ChangeHunk

    @property
    def file_key(self) -> tuple[str, str]:
        """The file within its turn: two turns may change one path."""
        return self.change_set_id, self.path


class HunkOrder:
    """All hunks from top to bottom. `shown`: those that a filter lets through, None for all; keys lead to no others."""

    def __init__(self, places: Sequence[Place] = (), shown: Collection[str] | None = None) -> None:
        self.places = tuple(places)
        self._at = {place.hunk.hunk_id: at for at, place in enumerate(self.places)}
        self._shown = shown

    def __contains__(self, hunk_id: str) -> bool:
        return hunk_id in self._at

    def ids(self) -> list[str]:
        """Ids of the hunks shown, in order."""
        return [place.hunk.hunk_id for place in self.places if self.is_shown(place.hunk.hunk_id)]

    def is_shown(self, hunk_id: str) -> bool:
        """Whether a filter lets it through."""
        return hunk_id in self._at and (self._shown is None or hunk_id in self._shown)

    def place_of(self, hunk_id: str) -> Place | None:
        """A hunk with what it belongs to; None for an unknown one."""
        at = self._at.get(hunk_id)
        return None if at is None else self.places[at]

    def path_of(self, hunk_id: str) -> str:
        """The file of a hunk; empty for an unknown one."""
        place = self.place_of(hunk_id)
        return place.path if place is not None else ""

    def in_file(self, hunk_id: str) -> list[ChangeHunk]:
        """The hunks of a hunk's file, those that are not shown too."""
        here = self.place_of(hunk_id)
        return [] if here is None else [each.hunk for each in self.places if each.file_key == here.file_key]

    def near(self, gone: Place) -> Place | None:
        """What is in the place of a hunk that is there no more: in its file, undecided ones first."""
        mine = [each for each in self.places if each.file_key == gone.file_key and self.is_shown(each.hunk.hunk_id)]
        waiting = [each for each in mine if each.hunk.decision is Decision.PENDING] or mine
        below = (each for each in waiting if each.hunk.end >= gone.hunk.start)
        return next(below, waiting[-1] if waiting else None)

    def undecided_after(self, hunk_id: str, *, is_round: bool, decided: Container[str] = ()) -> str:
        """The next hunk that waits for a decision; `is_round`: from the top again after the last. Empty: none.

        `decided` are hunks whose decision is still being written.
        """
        start = self._at.get(hunk_id, -1) + 1
        for place in (*self.places[start:], *(self.places[:start] if is_round else ())):
            found = place.hunk.hunk_id
            if place.hunk.decision is Decision.PENDING and found not in decided and self.is_shown(found):
                return found
        return ""

    def target(self, here: str, move: Move, decided: Container[str] = ()) -> str:
        """Where a move leads from a hunk; it stops at the ends. Empty: nowhere."""
        if move is Move.NEXT_UNDECIDED:
            return self.undecided_after(here, is_round=True, decided=decided)
        at = self._at.get(here)
        if at is None:
            return (self.ids() or [""])[0]
        is_down = move in (Move.NEXT, Move.NEXT_FILE)
        after = self.places[at + 1 :] if is_down else self.places[:at][::-1]
        if move in (Move.NEXT, Move.PREVIOUS):
            return next((each.hunk.hunk_id for each in after if self.is_shown(each.hunk.hunk_id)), here)
        mine = self.places[at].file_key
        other = next((each for each in after if each.file_key != mine and self.is_shown(each.hunk.hunk_id)), None)
        # Without another file the first change of this one: N and P never stand still inside of a file.
        key = mine if other is None else other.file_key
        if other is None and is_down:
            return here
        return next(
            each.hunk.hunk_id for each in self.places if each.file_key == key and self.is_shown(each.hunk.hunk_id)
        )


def places_of(change_sets: Sequence[ChangeSet]) -> tuple[Place, ...]:
    """All hunks as they are read: turn by turn, file by file, from top to bottom."""
    return tuple(
        Place(change_set.change_set_id, change.path, hunk)
        for change_set in change_sets
        for change in change_set.files
        for hunk in sorted(change.hunks, key=lambda each: (each.start, each.end))
    )


def waiting_ids(change_sets: Sequence[ChangeSet]) -> list[str]:
    """The change sets in which something waits for a decision, the newest last."""
    return [
        each.change_set_id
        for each in change_sets
        if any(hunk.decision is Decision.PENDING for change in each.files for hunk in change.hunks)
    ]

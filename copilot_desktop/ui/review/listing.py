"""Everything under review as the rows of a list: turns, their files, and below each its changes. Pure values.

Changes of one function or class stand below a row of their own where there are several.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import field
from enum import IntEnum
from itertools import groupby

from copilot_desktop.edits.change_sets import ChangeHunk, ChangeSet, Decision, FileChange, HunkState
from copilot_desktop.edits.grouping import ChangedDefinition
from copilot_desktop.ui.review.filtering import ListFilter
from copilot_desktop.ui.review.hunk_labels import line_counts
from copilot_desktop.ui.review.hunk_order import HunkOrder, Place, places_of
from copilot_desktop.ui.review.standings import Standing, standings_of
from copilot_desktop.values import dataclass

Key = tuple[str, ...]
"""What a row is about, whatever happens to its hunks."""


class Level(IntEnum):
    """What a row stands for, from the outside in."""

    TURN = 0
    FILE = 1
    GROUP = 2
    HUNK = 3


@dataclass(frozen=True, slots=True)
class Entry:
    """A row. `hunks` are those it stands for, from top to bottom; `change` is None for a turn.

    `added` and `removed` count lines, `viewed` hunks. `definition` is what a group, or a hunk alone, is in.
    """

    level: Level
    key: Key
    change_set: ChangeSet
    hunks: tuple[ChangeHunk, ...]
    added: int
    removed: int
    viewed: int
    change: FileChange | None = None
    definition: ChangedDefinition | None = None
    is_open: bool = True
    is_grouped: bool = False
    """Whether a hunk stands below the row of its function."""

    @property
    def undecided(self) -> int:
        """How many of its hunks wait for a decision."""
        return sum(hunk.decision is Decision.PENDING for hunk in self.hunks)

    @property
    def acceptable(self) -> int:
        """How many of these can just be accepted: of a conflict somebody has to say first what is to stand there."""
        waiting = (hunk for hunk in self.hunks if hunk.decision is Decision.PENDING)
        return sum(hunk.state is not HunkState.CONFLICT for hunk in waiting)

    @property
    def is_viewed(self) -> bool:
        """Whether all of it was marked as viewed."""
        return self.viewed == len(self.hunks)

    @property
    def hunk_ids(self) -> tuple[str, ...]:
        """Ids of its hunks."""
        return tuple(hunk.hunk_id for hunk in self.hunks)


@dataclass(frozen=True, slots=True)
class Listing:
    """The rows, and the order in which keys walk; `standings` counts hunks that the words and the turn let through,
    `unviewed` those of them that wait for a decision and were not viewed. `hidden` counts the hunks that a filter
    keeps out.
    """

    entries: tuple[Entry, ...] = ()
    order: HunkOrder = field(default_factory=HunkOrder)
    standings: Mapping[Standing, int] = field(default_factory=dict)
    hunks: tuple[ChangeHunk, ...] = ()
    hidden: int = 0
    unviewed: int = 0
    files: int = 0
    added: int = 0
    removed: int = 0

    @property
    def hunk_ids(self) -> tuple[str, ...]:
        """Ids of the hunks that are listed, in closed rows too."""
        return tuple(hunk.hunk_id for hunk in self.hunks)


class Lister:
    """Makes listings, one after the other; what nothing happened to is not counted again."""

    def __init__(self) -> None:
        self._counts: dict[str, tuple[str, str, tuple[int, int]]] = {}

    def listing(
        self,
        change_sets: Sequence[ChangeSet],
        shown: ListFilter,
        viewed: Collection[str],
        definitions: Mapping[str, ChangedDefinition],
        closed: Collection[Key],
    ) -> Listing:
        """List change sets. `viewed` are ids of hunks, `definitions` are by hunk, `closed` rows hide what is below."""
        walk = _Walk(self._counts, shown, viewed, definitions, closed)
        entries = tuple(entry for change_set in change_sets for entry in walk.turn(change_set))
        places = places_of(change_sets)
        self._counts = {
            each.hunk.hunk_id: self._counts[each.hunk.hunk_id] for each in places if each.hunk.hunk_id in self._counts
        }
        ids = None if shown.is_all else frozenset(hunk.hunk_id for hunk in walk.hunks)
        return Listing(
            entries,
            HunkOrder(places, ids),
            walk.standings,
            tuple(walk.hunks),
            len(places) - len(walk.hunks),
            walk.unviewed,
            len(walk.paths),
            walk.added,
            walk.removed,
        )


class _Walk:
    """One way through all change sets."""

    def __init__(
        self,
        counts: dict[str, tuple[str, str, tuple[int, int]]],
        shown: ListFilter,
        viewed: Collection[str],
        definitions: Mapping[str, ChangedDefinition],
        closed: Collection[Key],
    ) -> None:
        self._counts, self._shown, self._viewed = counts, shown, viewed
        self._definitions, self._closed = definitions, closed
        self.standings: dict[Standing, int] = {}
        self.hunks: list[ChangeHunk] = []
        self.paths: set[str] = set()
        """Of the files that are listed; several turns may change one."""
        self.added = self.removed = self.unviewed = 0

    def turn(self, change_set: ChangeSet) -> Iterator[Entry]:
        """The rows of a change set."""
        if not self._shown.admits_turn(change_set):
            return
        kept = [(change, hunks) for change in change_set.files if (hunks := self._kept(change_set, change))]
        if not kept:
            return
        key: Key = ("turn", change_set.change_set_id)
        head = self._entry(Level.TURN, key, change_set, tuple(hunk for _, hunks in kept for hunk in hunks))
        self.hunks += head.hunks
        self.paths |= {change.path for change, _ in kept}
        self.added += head.added
        self.removed += head.removed
        yield head
        if head.is_open:
            for change, hunks in kept:
                yield from self._file(change_set, change, hunks)

    def _kept(self, change_set: ChangeSet, change: FileChange) -> tuple[ChangeHunk, ...]:
        found = []
        for hunk in sorted(change.hunks, key=lambda each: (each.start, each.end)):
            if not self._shown.admits_words(change_set, change, self._definitions.get(hunk.hunk_id)):
                continue
            standings = standings_of(hunk)
            for standing in standings:
                self.standings[standing] = self.standings.get(standing, 0) + 1
            is_viewed = hunk.hunk_id in self._viewed
            self.unviewed += Standing.TO_REVIEW in standings and not is_viewed
            if self._shown.admits(standings, is_viewed=is_viewed):
                found.append(hunk)
        return tuple(found)

    def _file(self, change_set: ChangeSet, change: FileChange, hunks: tuple[ChangeHunk, ...]) -> Iterator[Entry]:
        key: Key = ("file", change_set.change_set_id, change.path)
        head = self._entry(Level.FILE, key, change_set, hunks, change)
        yield head
        if not head.is_open:
            return
        for definition, run in groupby(hunks, lambda hunk: self._definitions.get(hunk.hunk_id)):
            yield from self._group(change_set, change, definition, tuple(run))

    def _group(
        self,
        change_set: ChangeSet,
        change: FileChange,
        definition: ChangedDefinition | None,
        hunks: tuple[ChangeHunk, ...],
    ) -> Iterator[Entry]:
        is_grouped = definition is not None and len(hunks) > 1
        if definition is not None and is_grouped:
            key: Key = ("group", change_set.change_set_id, change.path, *definition.names)
            head = self._entry(Level.GROUP, key, change_set, hunks, change, definition)
            yield head
            if not head.is_open:
                return
        for hunk in hunks:
            yield self._entry(
                Level.HUNK, ("hunk", hunk.hunk_id), change_set, (hunk,), change, definition, is_grouped=is_grouped
            )

    def _entry(
        self,
        level: Level,
        key: Key,
        change_set: ChangeSet,
        hunks: tuple[ChangeHunk, ...],
        change: FileChange | None = None,
        definition: ChangedDefinition | None = None,
        *,
        is_grouped: bool = False,
    ) -> Entry:
        counts = [self._counted(hunk) for hunk in hunks]
        added, removed = sum(each[0] for each in counts), sum(each[1] for each in counts)
        viewed = sum(hunk.hunk_id in self._viewed for hunk in hunks)
        is_open = key not in self._closed
        return Entry(level, key, change_set, hunks, added, removed, viewed, change, definition, is_open, is_grouped)

    def _counted(self, hunk: ChangeHunk) -> tuple[int, int]:
        kept = self._counts.get(hunk.hunk_id)
        if kept is None or kept[0] is not hunk.old_text or kept[1] is not hunk.new_text:
            kept = self._counts[hunk.hunk_id] = (hunk.old_text, hunk.new_text, line_counts(hunk))
        return kept[2]


def keys_above(place: Place, definition: ChangedDefinition | None) -> tuple[Key, ...]:
    """The rows that a hunk stands below: all must be open for it to be seen."""
    above: tuple[Key, ...] = (("turn", place.change_set_id), ("file", *place.file_key))
    return above if definition is None else (*above, ("group", *place.file_key, *definition.names))

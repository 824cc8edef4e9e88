"""From the hunks of a file to what the text shows of them: the pieces in which lines change."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import replace
from operator import attrgetter, sub
from types import MappingProxyType
from typing import Final

from copilot_desktop.bridge.review.arriving_proposals import ArrivingHunks
from copilot_desktop.editor.hunk_rows import InlineHunk
from copilot_desktop.edits.change_sets import ChangeHunk, Decision, HunkState
from copilot_desktop.edits.doubts import doubt_of, is_doubtful
from copilot_desktop.text.diff import LineChange, diff_line_lists
from copilot_desktop.text.lines import split_lines
from copilot_desktop.text.ranges import LineRange
from copilot_desktop.values import dataclass

_GROWING: Final = "Arriving …"
_DECIDED: Final = {Decision.ACCEPTED: "Will be accepted", Decision.REJECTED: "Will be rejected"}
_SECOND: Final = "Another proposal changes these lines, too"
_KEPT: Final = 500

NOTHING: Final = ArrivingHunks()
NO_ORIGINS: Final[Mapping[str, str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class TextPieces:
    """The pieces of a file's hunks, from top to bottom, and what they were made of.

    `owners` are the places in `hunks` of each piece's hunk. With Enter all below it move: as one, without new pieces.
    """

    pieces: tuple[InlineHunk, ...]
    owners: tuple[int, ...]
    origins: Mapping[str, str]
    read: list[object]
    starts: list[int]
    ends: list[int]

    @classmethod
    def made(cls, pieces: Sequence[InlineHunk], hunks: Sequence[ChangeHunk], origins: Mapping[str, str]) -> TextPieces:
        """Of hunks none of which arrives."""
        places = {hunk.hunk_id: at for at, hunk in enumerate(hunks)}
        owners = tuple(places[piece.hunk_id] for piece in pieces)
        return cls(tuple(pieces), owners, origins, _reads(hunks), *_lines(hunks))

    def moved_by(self, hunks: Sequence[ChangeHunk], origins: Mapping[str, str]) -> list[int] | None:
        """By how many lines each piece is to move where the hunks of now differ in nothing else; None where they do."""
        if origins != self.origins or _reads(hunks) != self.read:
            return None
        starts, ends = _lines(hunks)
        by = list(map(sub, starts, self.starts))
        return [by[owner] for owner in self.owners] if by == list(map(sub, ends, self.ends)) else None

    def on_lines_of(self, hunks: Sequence[ChangeHunk]) -> TextPieces:
        """The same once they have moved. `pieces` stay those that were shown."""
        return TextPieces(self.pieces, self.owners, self.origins, self.read, *_lines(hunks))


class HunkPieces:
    """Remembers where the hunks that were shown last change lines: while one grows the others are not compared anew."""

    def __init__(self) -> None:
        self._changes: dict[str, tuple[str, str, tuple[LineChange, ...]]] = {}
        self._shown: dict[str, tuple[ChangeHunk, str, list[InlineHunk]]] = {}
        self._arriving: dict[str, tuple[list[InlineHunk], bool, Decision | None, list[InlineHunk]]] = {}

    def inline_hunks(
        self, hunks: Sequence[ChangeHunk], arriving: ArrivingHunks = NOTHING, origins: Mapping[str, str] = NO_ORIGINS
    ) -> list[InlineHunk]:
        """The hunks of a file, by age, as the text shows them: from top to bottom, only the lines that change.

        `origins` says by id which answer a hunk is of, where that is to be said.
        One that would change lines of an older one is amber and says so: only one of them can be accepted as it is.
        """
        shown: list[InlineHunk] = []
        taken = _TakenLines()
        every = [
            (hunk, self._pieces(hunk, origins.get(hunk.hunk_id, "")))
            for hunk in hunks
            if hunk.state is not HunkState.ALREADY_THERE
        ]
        every += [
            (hunk, self._arriving_pieces(hunk, arriving))
            for hunk in arriving.hunks
            if hunk.state is not HunkState.ALREADY_THERE
        ]
        for hunk, pieces in every:
            is_second = taken.take(pieces)
            if is_second and hunk.state is not HunkState.CONFLICT:
                pieces = [replace(piece, is_amber=True, can_compare=False, note=_SECOND) for piece in pieces]
            shown += pieces
        return sorted(shown, key=lambda piece: (piece.lines.start, piece.lines.end))

    def _arriving_pieces(self, hunk: ChangeHunk, arriving: ArrivingHunks) -> list[InlineHunk]:
        """What has come of a hunk. Of one that changes nothing yet the place is shown: the line it begins at."""
        if hunk.old_text == hunk.new_text:
            place = InlineHunk(hunk.hunk_id, LineRange(hunk.start, hunk.start), "", note=_GROWING, is_arriving=True)
            # Above the first line there is no room for it.
            return [place] if hunk.start and hunk.hunk_id in arriving.growing else []
        of, is_growing = self._pieces(hunk), hunk.hunk_id in arriving.growing
        decided = arriving.decided.get(hunk.hunk_id)
        known = self._arriving.get(hunk.hunk_id)
        if known is not None and known[0] is of and known[1:3] == (is_growing, decided):
            return known[3]
        is_conflict, said = hunk.state is HunkState.CONFLICT, _DECIDED[decided] if decided else ""
        pieces = [
            replace(each, can_compare=False, is_arriving=True, note=each.note if is_conflict else _GROWING)
            if is_growing
            else replace(each, can_compare=False, is_early=True, decided=said)
            for each in of
        ]
        if len(self._arriving) >= _KEPT and known is None:
            self._arriving.clear()
        self._arriving[hunk.hunk_id] = of, is_growing, decided, pieces
        return pieces

    def _pieces(self, hunk: ChangeHunk, origin: str = "") -> list[InlineHunk]:
        """Its pieces; those of a hunk that only moved are moved, too: with Enter all below do."""
        known = self._shown.get(hunk.hunk_id)
        if known is not None and known[0] is hunk and known[1] == origin:
            return known[2]
        if known is None or known[1] != origin or not _reads_as(known[0], hunk):
            pieces = [replace(each, origin=origin) if origin else each for each in self._pieces_anew(hunk)]
        elif known[0].start == hunk.start:
            pieces = known[2]
        else:
            by = hunk.start - known[0].start
            pieces = [each.on_lines(LineRange(each.lines.start + by, each.lines.end + by)) for each in known[2]]
        if len(self._shown) >= _KEPT and hunk.hunk_id not in self._shown:
            self._shown.clear()
        self._shown[hunk.hunk_id] = (hunk, origin, pieces)
        return pieces

    def _pieces_anew(self, hunk: ChangeHunk) -> list[InlineHunk]:
        is_conflict = hunk.state is HunkState.CONFLICT
        note = "Conflict: edited since" if is_conflict else _said_of(hunk)
        whole = InlineHunk(
            hunk.hunk_id,
            LineRange(hunk.start, hunk.end),
            hunk.new_text,
            is_amber=is_doubtful(hunk),
            is_conflict=is_conflict,
            note=note,
            can_compare=bool(hunk.quoted) and not is_conflict,
        )
        if is_conflict:
            return [replace(whole, base_text=hunk.pair[0])]
        lines = split_lines(hunk.new_text)
        pieces = [
            replace(
                whole,
                lines=LineRange(hunk.start + change.old.start, hunk.start + change.old.end),
                new_text="".join(lines[change.new.start : change.new.end]),
                has_bar=not index,
            )
            for index, change in enumerate(self._line_changes(hunk, lines))
        ]
        return pieces or [whole]

    def _line_changes(self, hunk: ChangeHunk, lines: Sequence[str]) -> tuple[LineChange, ...]:
        known = self._changes.get(hunk.hunk_id)
        if known is None or known[:2] != (hunk.old_text, hunk.new_text):
            if len(self._changes) >= _KEPT:
                self._changes.clear()
            known = hunk.old_text, hunk.new_text, diff_line_lists(split_lines(hunk.old_text), lines)
            self._changes[hunk.hunk_id] = known
        return known[2]


def _said_of(hunk: ChangeHunk) -> str:
    """What is uncertain about a hunk, and what has become of it since it was proposed."""
    said = [doubt_of(hunk)]
    if hunk.is_edited:
        said.append("Edited by you")
    if hunk.state is HunkState.MOVED:
        said.append("Moved with the text")
    return "; ".join(each for each in said if each)


def _reads_as(one: ChangeHunk, other: ChangeHunk) -> bool:
    """Whether two states of a hunk are shown alike, if perhaps elsewhere."""
    return one.end - one.start == other.end - other.start and _read(one) == _read(other)


_read = attrgetter(
    *("old_text", "new_text", "state", "base_text", "proposed_text", "edits", "taken_in"),
    *("needs_look", "confidence", "ignored", "strategy", "quoted"),
)
"""What is shown of a hunk, wherever it stands."""
_named = attrgetter("hunk_id")


def _reads(hunks: Sequence[ChangeHunk]) -> list[object]:
    return [*map(_named, hunks), *map(_read, hunks)]


def _lines(hunks: Sequence[ChangeHunk]) -> tuple[list[int], list[int]]:
    return list(map(_start, hunks)), list(map(_end, hunks))


_start, _end = attrgetter("start"), attrgetter("end")


class _TakenLines:
    """Lines that hunks change, as ranges from top to bottom that do not cross."""

    def __init__(self) -> None:
        self._ranges: list[tuple[int, int]] = []

    def take(self, pieces: Sequence[InlineHunk]) -> bool:
        """Take the lines of a hunk's pieces; whether one of them crosses lines that were taken before."""
        if pieces and not (self._ranges and pieces[0].lines.start <= self._ranges[-1][1]):
            # It is below all others, as mostly: hunks come from top to bottom.
            self._ranges += [(piece.lines.start, piece.lines.end) for piece in pieces]
            return False
        is_second = any(self.cross(piece.lines) for piece in pieces)
        for piece in pieces:
            self.add(piece.lines)
        return is_second

    def cross(self, lines: LineRange) -> bool:
        """Whether one of the ranges crosses these lines; an insertion only where it is inside of others."""
        at = bisect_left(self._ranges, (lines.end, -1))
        return at > 0 and self._ranges[at - 1][1] > lines.start

    def add(self, lines: LineRange) -> None:
        """Take these lines, too."""
        start, end = lines.start, lines.end
        last = bisect_left(self._ranges, (end, -1))
        first = last
        while first > 0 and self._ranges[first - 1][1] > start:
            first -= 1
            start, end = min(start, self._ranges[first][0]), max(end, self._ranges[first][1])
        if first == last:
            first = last = bisect_left(self._ranges, (start, end))
        self._ranges[first:last] = [(start, end)]

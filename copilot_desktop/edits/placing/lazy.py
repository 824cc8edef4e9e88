"""Shortened code put onto the file: by the definitions it names, and by lines that stand in both.

The code is cut where it leaves something out. What stands between two known places replaces what stands there in the
file; what touches nothing known, or would delete what it does not mention, is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from copilot_desktop.edits.placing.aligning import (
    Pair,
    aligned,
    closes_more,
    from_bottom,
    from_top,
    is_like,
    meeting,
    opens_more,
    sets_the_same,
)
from copilot_desktop.edits.placing.lazy_tree import Piece, Region, Tree, matched, pieces_below
from copilot_desktop.edits.proposal import Reason
from copilot_desktop.text.diff import diff_line_lists
from copilot_desktop.text.ranges import LineRange
from copilot_desktop.values import dataclass

_FEW = 3
"""Lines nobody would leave out."""
_GONE = 2
"""Lines that may go without others in their place."""
_MOST = 0.6
_AS_LONG = 0.8
"""Of the file's lines, in number: nobody shortens code and says of nothing that it is left out."""
_NEAR = 2
"""Lines beyond a segment that may be an older version of its last ones, more than it has."""


class NotPlacedError(Exception):
    """Why shortened code has no place, as a reason and a sentence."""

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message


@dataclass(frozen=True, slots=True)
class Splice:
    """File lines [start, end) become lines [own_start, own_end) of the shortened code."""

    start: int
    end: int
    own_start: int
    own_end: int


def splices(file: Tree, own: Tree, gaps: Sequence[bool]) -> list[Splice]:
    """What shortened code changes in a file, from top to bottom. `gaps` says which of its lines stand for others.

    Raises NotPlacedError.
    """
    merging = _Merging(file, own, gaps)
    found = list(merging.region(file.whole, own.whole, is_file=True))
    merging.refuse_short_rests(found)
    found.sort(key=lambda each: (each.start, each.end))
    for one, two in pairwise(found):
        if two.start < one.end:
            raise NotPlacedError("ambiguous", "Two parts of the shortened code mean the same lines of the file.")
    return found


@dataclass(frozen=True, slots=True)
class _Gap:
    """Lines of file and code between two known places; whether there is one above and one below."""

    start: int
    end: int
    own_start: int
    own_end: int
    has_top: bool
    has_bottom: bool


class _Merging:
    def __init__(self, file: Tree, own: Tree, gaps: Sequence[bool]) -> None:
        self._file, self._own, self._gaps = file, own, gaps
        self._replaced: set[int] = set()
        self._neighbours = set(pairwise(line for line in file.bare if line))

    def region(self, file: Region, own: Region, *, is_file: bool = False) -> Iterator[Splice]:
        """What the code's region changes in the file's; both are the inside of the same definition, or all of it."""
        pairs = matched(file.children, own.children, self._file, self._own, is_file=is_file)
        if pairs is None:
            raise NotPlacedError("ambiguous", "The shortened code names a definition the file has more than once.")
        top, own_top, has_top = file.start, own.start, not is_file or self._starts_alike()
        known = {id(mine) for _, mine in pairs}
        new = [mine for mine in own.children if id(mine) not in known]
        begins = {_begin(line) for line in self._file.bare[file.start : file.end]} if new else set()
        for mine in new:
            if any(self._gaps[mine.start : mine.end]):
                raise NotPlacedError("not_found", f"{mine.name} is new and says that something of it is left out.")
            if _begin(self._own.heading(mine)) in begins:
                raise NotPlacedError("ambiguous", f"{mine.name} stands elsewhere in the file than in the code.")
        for index, (here, mine) in enumerate(pairs):
            self._replaced.update(range(mine.start, mine.end))
            if here.start < top:
                raise NotPlacedError("not_found", f"{mine.name} stands elsewhere in the file than in the code.")
            is_known = has_top or index > 0
            yield from self._gap(_Gap(top, here.start, own_top, mine.start, is_known, True))
            yield from self._definition(here, mine)
            top, own_top = here.end, mine.end
        has_bottom = not is_file or self._ends_alike()
        yield from self._gap(_Gap(top, file.end, own_top, own.end, has_top or bool(pairs), has_bottom))

    def refuse_short_rests(self, found: Sequence[Splice]) -> None:
        """Refuse code that does not say of a few lines at the start or the end of the file that it leaves them out.

        Whoever says so elsewhere, or gives most of the file, would hardly do so for a few lines: they may be to go.
        """
        inside = {at for child in self._own.whole.children for at in range(child.start, child.end)}
        starts = {each.start for each in found}
        whole = [child for child in self._file.whole.children if not starts.isdisjoint(range(child.start, child.end))]
        says = [at for at, is_gap in enumerate(self._gaps) if is_gap and at not in inside]
        if self._own.whole.children and not whole:
            return
        if not says and (any(self._gaps) or not _is_nearly_whole(self._file.bare, self._own.bare)):
            return
        start = min([*starts, *(child.start for child in whole)], default=0)
        end = max([*(each.end for each in found), *(child.end for child in whole)], default=len(self._file.bare))
        own = [at for at, line in enumerate(self._own.bare) if line or self._gaps[at]]
        for outermost, rest, few in ((own[0], self._file.bare[:start], 1), (own[-1], self._file.bare[end:], _FEW)):
            count = sum(len(line) > 2 for line in rest)
            # Below a definition the rest may be left out without a word; other code may take the place of the rest.
            is_enough = count <= few or (says and outermost not in self._replaced)
            if not self._gaps[outermost] and count > 0 and is_enough:
                raise NotPlacedError("ambiguous", "It is not clear whether the first or last lines of the file go.")

    def _starts_alike(self) -> bool:
        own, there = self._first(self._own, 1), self._first(self._file, 1)
        return own is not None and own == there

    def _ends_alike(self) -> bool:
        own, there = self._first(self._own, -1), self._first(self._file, -1)
        return own is not None and own == there and len(own) > 2

    def _first(self, tree: Tree, step: int) -> str | None:
        return next((line for line in tree.bare[::step] if line), None)

    def _definition(self, here: Piece, mine: Piece) -> Iterator[Splice]:
        start = here.start + self._left_out_leads(here, mine)
        if not any(self._gaps[mine.start : mine.end]):
            self._refuse_cut(here, mine)
            yield Splice(start, here.end, mine.start, mine.end)
            return
        if here.inner is None or mine.inner is None:
            raise NotPlacedError("not_found", f"It is not clear which part of {here.name} is left out.")
        yield Splice(start, here.inner.start, mine.start, mine.inner.start)
        yield from self.region(here.inner, mine.inner)
        yield Splice(here.inner.end, here.end, mine.inner.end, mine.end)

    def _left_out_leads(self, here: Piece, mine: Piece) -> int:
        """How many lines of decorators and the like stay since the code begins below them."""
        count = 0
        if not self._own.is_lead(self._own.bare[mine.start]):
            while self._file.is_lead(self._file.bare[here.start + count]):
                count += 1
        above = next((at for at in range(mine.start - 1, -1, -1) if self._own.bare[at] or self._gaps[at]), None)
        if count and above is not None and self._gaps[above]:
            raise NotPlacedError("ambiguous", f"It is not clear whether what stands right above {mine.name} goes.")
        return count if above is None else 0

    def _refuse_cut(self, here: Piece, mine: Piece) -> None:
        """Refuse a definition whose end may be left out: what stands for it is not as deep as it would have to be."""
        below = next((at for at in range(mine.end, len(self._gaps)) if self._own.bare[at] or self._gaps[at]), None)
        if below is None or not self._gaps[below] or self._own.leaves_at_end(mine):
            return
        own, there = self._own.bare[mine.start : mine.end], self._file.bare[here.start : here.end]
        changes = diff_line_lists(there, own)
        if changes and changes[-1].old.end == len(there) and len(changes[-1].old) > len(changes[-1].new):
            raise NotPlacedError("ambiguous", f"It is not clear whether {mine.name} ends where something is left out.")

    def _gap(self, gap: _Gap) -> Iterator[Splice]:
        cuts = [index for index in range(gap.own_start, gap.own_end) if self._gaps[index]]
        starts, ends = [gap.own_start, *(cut + 1 for cut in cuts)], [*cuts, gap.own_end]
        if not cuts and gap.has_top and gap.has_bottom:
            yield from self._shown(gap)
            return
        last = len(starts) - 1
        for index, (start, end) in enumerate(zip(starts, ends, strict=True)):
            first, after = self._trimmed(start, end)
            if first == after:
                continue
            has_top, has_bottom = gap.has_top and index == 0, gap.has_bottom and index == last
            segment = _Gap(gap.start, gap.end, first, after, has_top, has_bottom)
            # Blank lines between the code and a known place are part of what is shown.
            shown = _Gap(
                gap.start, gap.end, start if has_top else first, end if has_bottom else after, has_top, has_bottom
            )
            yield self._known(shown) or self._insertion(segment)

    def _trimmed(self, start: int, end: int) -> tuple[int, int]:
        while start < end and not self._own.bare[start]:
            start += 1
        while end > start and not self._own.bare[end - 1]:
            end -= 1
        return start, end

    def _shown(self, gap: _Gap) -> Iterator[Splice]:
        """A gap that is shown whole: it is replaced, but for what was only not repeated."""
        own = set(self._own.bare[gap.own_start : gap.own_end])
        lost = [line for line in self._file.bare[gap.start : gap.end] if line and line not in own]
        if not any(own) and all(self._file.is_lead(line) for line in lost):
            return
        self._refuse_loss(gap.start, gap.end, gap.own_start, gap.own_end)
        yield Splice(gap.start, gap.end, gap.own_start, gap.own_end)

    def _refuse_loss(self, start: int, end: int, own_start: int, own_end: int, may_go: int = 0) -> None:
        """Refuse what would delete more than it writes: the code does not say that it leaves that out."""
        own = set(self._own.bare[own_start:own_end])
        there = self._file.bare[start:end]
        lost = sum(bool(line) and line not in own for line in there)
        begun = {_begin(line) for line in own}
        names = {mine.name for mine in self._own.whole.children}
        for piece in pieces_below(self._file.whole):
            is_inside = start <= piece.start and piece.end <= end
            if is_inside and piece.name not in names and _begin(self._file.heading(piece)) not in begun:
                raise NotPlacedError("not_found", f"The shortened code would delete {piece.name} without saying so.")
        known = set(there)
        new = sum(bool(line) and line not in known for line in self._own.bare[own_start:own_end])
        if lost > new + may_go:
            raise NotPlacedError(
                "not_found",
                f"The shortened code would delete {LineRange(start, end).named()} or some of them without saying so.",
            )

    def _known(self, gap: _Gap) -> Splice | None:
        """A segment with lines that stand in the file: it stands for these and what is between them."""
        self._refuse_foreign(gap)
        own = self._own.outside(gap.own_start, gap.own_end)
        there = self._file.bare[gap.start : gap.end]
        pairs = aligned(own, there)
        if pairs is None:
            raise NotPlacedError("ambiguous", "Lines of the shortened code stand in another order in the file.")
        if not pairs and gap.has_top:
            pairs = from_top(own, there)
        elif not pairs and gap.has_bottom:
            pairs = from_bottom(own, there)
        pairs = pairs or meeting(own, there, has_top=gap.has_top, has_bottom=gap.has_bottom)
        if not pairs:
            known = set(there)
            if any(len(line) > 2 and line in known for line in own):
                raise NotPlacedError("ambiguous", "Lines of the shortened code stand in the file more than once.")
            return None
        first, last = self._edges(gap, own, there, pairs)
        start, end = gap.start + first, gap.start + last
        # Between lines that are shown a line or two may be gone; where there is a gap to say it, that is said.
        outer = {*there[first : pairs[0][1]], *there[pairs[-1][1] + 1 : last]} - {""}
        self._refuse_loss(start, end, gap.own_start, gap.own_end, 0 if outer - set(own) else _GONE)
        return Splice(start, end, gap.own_start, gap.own_end)

    def _refuse_foreign(self, gap: _Gap) -> None:
        """Refuse lines that stand together elsewhere in the file: what is left out above them goes up to there."""
        there = set(self._file.bare[gap.start : gap.end])
        own = self._own.outside(gap.own_start, gap.own_end)
        for one, two in pairwise(line for line in own if line):
            is_new = one not in there or two not in there
            if is_new and len(one) > 2 and len(two) > 2 and (one, two) in self._neighbours:
                raise NotPlacedError("ambiguous", f"This stands elsewhere in the file: {one[:80]}")

    def _edges(self, gap: _Gap, own: Sequence[str], there: Sequence[str], pairs: list[Pair]) -> tuple[int, int]:
        """The file's lines a segment stands for: from its first known line to its last, or to the known place.

        A line above the first known one is new, or the file's line there changed: by how like it is.
        """
        known = set(there)
        first = 0 if gap.has_top else pairs[0][1]
        last = len(there) if gap.has_bottom else pairs[-1][1] + 1
        start, end = 0 if gap.has_top else pairs[0][0], len(own) if gap.has_bottom else pairs[-1][0] + 1
        outer = [*[line for line in own[:start] if line][:1], *[line for line in own[end:] if line][-1:]]
        is_elsewhere = any(len(line) > 2 and line in known for line in outer)
        if is_elsewhere or closes_more(own[:start]) or opens_more(own[end:]):
            # It belongs to what is left out, which is another place than that of the lines it meets.
            raise NotPlacedError("ambiguous", "It is not clear which lines of the shortened code are new.")
        if not gap.has_top:
            extra = [line for line in own[: pairs[0][0]] if line]
            above = [at for at in range(first) if there[at]]
            first = self._grown(extra[::-1], [(at, there[at]) for at in reversed(above)], first)
        if not gap.has_bottom:
            extra = [line for line in own[pairs[-1][0] + 1 :] if line]
            below = [(at + 1, there[at]) for at in range(last, len(there)) if there[at]]
            last = self._grown(extra, below, last)
        if gap.start == 0 and not any(there[:first]) and not any(self._gaps[: gap.own_start]):
            # Nothing is left out above the code: blank lines at the top of the file are not, either.
            first = 0
        return first, last

    def _grown(self, extra: Sequence[str], beyond: Sequence[tuple[int, str]], edge: int) -> int:
        both = list(zip(extra, beyond, strict=False))
        if both and len(both) == len(extra) and all(sets_the_same(line, other) for line, (_, other) in both):
            return beyond[len(extra) - 1][0]
        near = [other for _, other in beyond[: len(extra) + _NEAR]]
        if any(is_like(line, other) or sets_the_same(line, other) for line in extra for other in near):
            raise NotPlacedError("ambiguous", "It is not clear which lines of the shortened code are new.")
        return edge

    def _insertion(self, gap: _Gap) -> Splice:
        """New lines below the known place above them, or above the one below."""
        if gap.has_top and gap.has_bottom:
            return Splice(gap.start, gap.end, gap.own_start, gap.own_end)
        own = [line for line in self._own.outside(gap.own_start, gap.own_end) if line]
        there = [(gap.start + at, line) for at, line in enumerate(self._file.outside(gap.start, gap.end)) if line]
        if gap.has_bottom:
            at = self._above_leads(gap, own)
            if at == gap.end:
                at = self._grown(own[::-1], there[::-1], at)
            return Splice(at, gap.end, *self._spaced_above(gap, at))
        if gap.has_top:
            end = self._grown(own, [(at + 1, line) for at, line in there], gap.start)
            return Splice(gap.start, end, *self._spaced_below(gap, end))
        shown = self._own.bare[gap.own_start][:80]
        raise NotPlacedError("not_found", f"Nothing around it says where the new code goes: {shown}")

    def _above_leads(self, gap: _Gap, own: Sequence[str]) -> int:
        """Where new lines above a known place go; comments that stand there are replaced by new ones."""
        at = gap.end
        if own and all(self._file.is_lead(line) for line in own):
            while at > gap.start and self._file.bare[at - 1] and self._file.is_lead(self._file.bare[at - 1]):
                at -= 1
        return at

    def _spaced_above(self, gap: _Gap, at: int) -> tuple[int, int]:
        """The code's lines with the blank ones around that the file lacks there."""
        start, end = gap.own_start, gap.own_end
        # Below the last of a class there are blank lines already.
        is_apart = gap.end < len(self._file.bare) and not self._file.bare[gap.end]
        while not is_apart and end < len(self._own.bare) and not self._own.bare[end]:
            end += 1
        if at > 0 and self._file.bare[at - 1]:
            while start > 0 and not self._own.bare[start - 1]:
                start -= 1
        return start, end

    def _spaced_below(self, gap: _Gap, at: int) -> tuple[int, int]:
        start, end = gap.own_start, gap.own_end
        while start > 0 and not self._own.bare[start - 1]:
            start -= 1
        if at < len(self._file.bare) and self._file.bare[at]:
            while end < len(self._own.bare) and not self._own.bare[end]:
                end += 1
        return start, end


def _is_nearly_whole(file: Sequence[str], own: Sequence[str]) -> bool:
    """Whether the code may be all of the file: most lines of that stand in it, or it is about as long."""
    known, there = set(own), [line for line in file if line]
    length = sum(1 for line in own if line)
    return sum(line in known for line in there) >= _MOST * len(there) or length >= _AS_LONG * len(there)


def _begin(heading: str) -> str:
    """What tells a definition from others: its heading without what it takes and gives."""
    return heading.partition("(")[0].rstrip("{: ")

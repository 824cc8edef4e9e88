r"""Three-way merge, as `git merge-file` does it: the same bytes, and a conflict where git says conflict.

Lines are git's: cut at \n only, so that a \r is text. The differences are libgit2's, which has git's own diff.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from copilot_desktop.text.diff import NumberedLines, git_changes, git_lines
from copilot_desktop.text.ranges import LineRange
from copilot_desktop.values import dataclass

Conflict = tuple[LineRange, LineRange, LineRange]
"""The lines of base, ours and theirs (0-based, half-open) that contradict each other."""
_MARKER_SIZE = 7


@dataclass(frozen=True, slots=True)
class Merge:
    """`text` is the merge where there are no conflicts, else what `git merge-file -p --diff3` prints."""

    text: str
    conflicts: tuple[Conflict, ...] = ()


class _Change(NamedTuple):
    """Lines of base that became lines of one side."""

    base: int
    base_end: int
    side: int
    side_end: int


@dataclass(slots=True)
class _Part:
    """Lines of base, ours and theirs that belong together. `taken` is the side that changed them, '' for a conflict."""

    taken: str
    base: tuple[int, int]
    ours: tuple[int, int]
    theirs: tuple[int, int]

    @property
    def conflict(self) -> Conflict:
        return LineRange(*self.base), LineRange(*self.ours), LineRange(*self.theirs)


def merge(base: str, ours: str, theirs: str) -> Merge:
    """Put what changed from `base` to `ours` and to `theirs` together."""
    if ours in (base, theirs):
        return Merge(theirs)
    if theirs == base:
        return Merge(ours)
    return _merged(base, ours, theirs)[0]


def merge_taking(base: str, ours: str, theirs: str, *, is_both: bool) -> str:
    """The merge in which conflicts are resolved: by their side, or (`is_both`) by ours and then theirs."""
    merge, lines, parts = _merged(base, ours, theirs)
    if not merge.conflicts:
        return merge.text
    _base, mine, other = lines
    out: list[str] = []
    at, end = 0, "\n"
    for part in parts:
        out += mine[at : part.ours[0]]
        if part.taken == "ours" or (is_both and not part.taken):
            out += mine[slice(*part.ours)]
        if part.taken != "ours":
            end = "\r\n" if _wants_return(lines, part) else "\n"
            out = [*_ended(out, end), *other[slice(*part.theirs)]]
        at = part.ours[1]
    rest = mine[at:]
    if rest:
        out = _ended(out, end)
    return "".join([*out, *rest])


def _merged(base: str, ours: str, theirs: str) -> tuple[Merge, list[list[str]], list[_Part]]:
    """The merge, the lines of the three texts, and what became of the parts that changed."""
    lines = [git_lines(each) for each in (base, ours, theirs)]
    if "\0" in base or "\0" in ours or "\0" in theirs:
        # Git takes what holds a NUL for no text: it gets numbers in place of the lines.
        texts = list(map(NumberedLines[str]().text_of, lines))
    else:
        texts = [each.encode("utf-8", "surrogatepass") for each in (base, ours, theirs)]
    changes = [[_Change(*each) for each in git_changes(texts[0], side)] for side in texts[1:]]
    parts = list(_joined(_parts(lines, *changes)))
    for part in parts:
        # Both sides say the same here, in two differently cut changes: git clears such a conflict.
        if not part.taken and lines[1][slice(*part.ours)] == lines[2][slice(*part.theirs)]:
            part.taken = "ours"
    conflicts = tuple(part.conflict for part in parts if not part.taken)
    return Merge("".join(_written(lines, parts)), conflicts), lines, parts


def _parts(lines: Sequence[list[str]], ours: list[_Change], theirs: list[_Change]) -> Iterator[_Part]:
    """The changes of both sides from top to bottom. Those that touch the same lines of base, or meet, conflict."""
    to_ours = to_theirs = at_ours = at_theirs = 0
    while at_ours < len(ours) or at_theirs < len(theirs):
        mine = ours[at_ours] if at_ours < len(ours) else None
        other = theirs[at_theirs] if at_theirs < len(theirs) else None
        if mine is not None and (other is None or mine.base_end < other.base):
            here = (mine.base, mine.base_end)
            yield _Part("ours", here, (mine.side, mine.side_end), (here[0] + to_theirs, here[1] + to_theirs))
            to_ours, at_ours = mine.side_end - mine.base_end, at_ours + 1
        elif other is not None and (mine is None or other.base_end < mine.base):
            here = (other.base, other.base_end)
            yield _Part("theirs", here, (here[0] + to_ours, here[1] + to_ours), (other.side, other.side_end))
            to_theirs, at_theirs = other.side_end - other.base_end, at_theirs + 1
        elif mine is not None and other is not None:
            if mine[:2] != other[:2] or lines[1][mine.side : mine.side_end] != lines[2][other.side : other.side_end]:
                yield _clash(mine, other)
            if mine.base_end >= other.base_end:
                to_theirs, at_theirs = other.side_end - other.base_end, at_theirs + 1
            if other.base_end >= mine.base_end:
                to_ours, at_ours = mine.side_end - mine.base_end, at_ours + 1


def _clash(mine: _Change, other: _Change) -> _Part:
    """Both changes over the lines of base that either of them reaches."""
    start, end = min(mine.base, other.base), max(mine.base_end, other.base_end)
    return _Part("", (start, end), _stretched(mine, start, end), _stretched(other, start, end))


def _stretched(change: _Change, start: int, end: int) -> tuple[int, int]:
    return change.side - (change.base - start), change.side_end + (end - change.base_end)


def _joined(parts: Iterator[_Part]) -> Iterator[_Part]:
    """The parts, with those that touch or overlap on either side made one."""
    last: _Part | None = None
    for part in parts:
        if last is None:
            last = part
        elif part.ours[0] <= last.ours[1] or part.theirs[0] <= last.theirs[1]:
            last.taken = last.taken if part.taken == last.taken else ""
            last.base, last.ours = (last.base[0], part.base[1]), (last.ours[0], part.ours[1])
            last.theirs = (last.theirs[0], part.theirs[1])
        else:
            yield last
            last = part
    if last is not None:
        yield last


def _written(lines: Sequence[list[str]], parts: Sequence[_Part]) -> Iterator[str]:
    base, ours, theirs = lines
    at = 0
    for part in parts:
        yield from ours[at : part.ours[0]]
        if part.taken == "theirs":
            yield from theirs[slice(*part.theirs)]
        elif part.taken:
            yield from ours[slice(*part.ours)]
        else:
            end = "\r\n" if _wants_return(lines, part) else "\n"
            yield f"{'<' * _MARKER_SIZE} ours{end}"
            yield from _ended(ours[slice(*part.ours)], end)
            yield f"{'|' * _MARKER_SIZE} base{end}"
            yield from _ended(base[slice(*part.base)], end)
            yield f"{'=' * _MARKER_SIZE}{end}"
            yield from _ended(theirs[slice(*part.theirs)], end)
            yield f"{'>' * _MARKER_SIZE} theirs{end}"
        at = part.ours[1]
    yield from ours[at:]


def _ended(lines: list[str], end: str) -> list[str]:
    """Lines between marks: the last of a file may lack its ending."""
    return [*lines[:-1], lines[-1] + end] if lines and not lines[-1].endswith("\n") else lines


def _wants_return(lines: Sequence[list[str]], part: _Part) -> bool:
    r"""Whether the marks end in \r\n: the lines above the conflict in both files and the first of base say so.

    A file that says nothing leaves it to the next; the last to be asked decides unless one before said \n.
    """
    base, ours, theirs = lines
    said: bool | None = None
    for side, at in ((ours, part.ours[0] - 1), (theirs, part.theirs[0] - 1), (base, 0)):
        said = _has_return(side, max(at, 0))
        if said is False:
            return False
    return bool(said)


def _has_return(lines: list[str], at: int) -> bool | None:
    """How a line ends; where it has no ending, the one before it says. None: there is none to say it."""
    if at < len(lines) and not lines[at].endswith("\n"):
        at -= 1
    return lines[at].endswith("\r\n") if 0 <= at < len(lines) else None

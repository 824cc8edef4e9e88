"""File and shortened code as trees of definitions, and which of the one are which of the other."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from copilot_desktop.edits.placing.aligning import likeness
from copilot_desktop.edits.placing.indentation import indent_of, width_of
from copilot_desktop.syntax.outlines import Outlined, fragment_outline, outline
from copilot_desktop.values import dataclass

_SELF = re.compile(r"\(\s*(?:self|cls|&?(?:mut )?self)\b")
_LEAVES = re.compile(r"(?:return|raise)\b")
_LEAD = re.compile(r"//|#(?!include|define|if|else|endif|pragma|region|import)|/?\*|--|<!--|@\w|\[\w|;;|%")


@dataclass(frozen=True, slots=True)
class Region:
    """Lines [start, end) with the definitions at the top of them."""

    start: int
    end: int
    children: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """A definition: its lines, and its inside where that has lines of its own."""

    name: str
    group: str
    start: int
    end: int
    inner: Region | None


@dataclass(frozen=True, slots=True)
class Tree:
    """A text's lines stripped, how deep each is indented, and its definitions; none where the language is not known."""

    bare: list[str]
    depths: list[int]
    whole: Region

    def outside(self, start: int, end: int) -> list[str]:
        """The lines without the text of definitions: a line of one says nothing about another."""
        lines = self.bare[start:end]
        for piece in pieces_below(self.whole):
            if start <= piece.start and piece.end <= end:
                lines[piece.start - start : piece.end - start] = [f"\0{at}" for at in range(piece.start, piece.end)]
        return lines

    def heading(self, piece: Piece) -> str:
        """The first line of a definition below decorators and the like."""
        lines = self.bare[piece.start : piece.end]
        return next((line for line in lines if not self.is_lead(line)), lines[0])

    def leaves_at_end(self, piece: Piece) -> bool:
        """Whether the last line of a definition leaves it whatever happens: nothing can follow in it."""
        inside = range(piece.start, piece.end) if piece.inner is None else range(piece.inner.start, piece.inner.end)
        lines = [at for at in inside if self.bare[at]]
        return (
            bool(lines)
            and bool(_LEAVES.match(self.bare[lines[-1]]))
            and self.depths[lines[-1]] == self.depths[lines[0]]
        )

    def is_lead(self, line: str) -> bool:
        """Whether a line may belong to the definition below it: a comment, or an attribute."""
        return bool(_LEAD.match(line))


def file_tree(path: str, lines: Sequence[str]) -> Tree:
    """The tree of a file's lines."""
    found = outline(path, "".join(lines))
    return _tree(lines, found.roots if found is not None else [])


def code_tree(path: str, lines: Sequence[str]) -> Tree:
    """The tree of shortened code for a file, whose methods may stand without their class."""
    found = fragment_outline(path, "".join(lines))
    # What cannot be read as code says nothing reliable about where its definitions end.
    return _tree(lines, found.roots if found is not None and not found.is_broken else [])


def _tree(lines: Sequence[str], roots: Sequence[Outlined]) -> Tree:
    depths = [width_of(indent_of(line)) for line in lines]
    return Tree([line.strip() for line in lines], depths, Region(0, len(lines), _pieces(roots, len(lines))))


def _pieces(found: Sequence[Outlined], limit: int) -> tuple[Piece, ...]:
    made: list[Piece] = []
    for each in found:
        start, end = each.lines.start, min(each.lines.end, limit)
        if made and start < made[-1].end:
            # Two definitions that share a line are one to us.
            continue
        inner = None
        if each.inner is not None and each.inner.end <= end:
            inner = Region(each.inner.start, each.inner.end, _pieces(each.children, each.inner.end))
        made.append(Piece(each.name, _group(each.kind), start, end, inner))
    return tuple(made)


def _group(kind: str) -> str:
    return "function" if kind in ("function", "method", "property") else kind


def matched(
    file: Sequence[Piece], own: Sequence[Piece], file_tree: Tree, own_tree: Tree, *, is_file: bool
) -> list[tuple[Piece, Piece]] | None:
    """The definitions of the code that the file has, with those of the file; None where it is not clear which.

    What stands without its class or namespace is looked for in all of them where none of that name is at the top.
    """
    pairs = []
    at_top, below = _by_name(file), _by_name(_all_below(file) if is_file else ())
    times = Counter((mine.name, mine.group) for mine in own)
    for mine in own:
        name = (mine.name, mine.group)
        here = at_top.get(name, [])
        if not here:
            here = [each for each in below.get(name, ()) if _may_be(file_tree.heading(each), own_tree.heading(mine))]
        if len(here) > 1 or (times[name] > 1 and here):
            heading = own_tree.heading(mine)
            here = [each for each in here if file_tree.heading(each) == heading]
            if len(here) != 1:
                return None
        if here:
            pairs.append((here[0], mine))
    return pairs


def _by_name(pieces: Iterable[Piece]) -> dict[tuple[str, str], list[Piece]]:
    found: dict[tuple[str, str], list[Piece]] = {}
    for each in pieces:
        found.setdefault((each.name, each.group), []).append(each)
    return found


def _may_be(heading: str, own_heading: str) -> bool:
    """Whether a heading without its class is that of a method, and not of a new function of the same name."""
    is_method, is_own = (bool(_SELF.search(each)) for each in (heading, own_heading))
    return is_method == is_own and likeness(heading, own_heading) >= 0.6


def pieces_below(region: Region) -> list[Piece]:
    """All definitions of a region and in them, but for what stands inside of functions."""
    return [*region.children, *_all_below(region.children)]


def _all_below(pieces: Sequence[Piece]) -> list[Piece]:
    found = []
    for each in pieces:
        if each.inner is not None and each.group != "function":
            found += [*each.inner.children, *_all_below(each.inner.children)]
    return found

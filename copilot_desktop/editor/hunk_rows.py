"""Where the rows of a shown hunk are on the screen, in pixels of the viewport."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import field, fields
from itertools import groupby
from operator import attrgetter
from typing import cast

from pyside6_scintilla import Scintilla

from copilot_desktop.editor.annotations import AnnotationLine
from copilot_desktop.editor.code_widget import CodeWidget
from copilot_desktop.editor.mark_colours import BACKGROUND, KINDS
from copilot_desktop.text.ranges import LineRange
from copilot_desktop.values import dataclass, unfrozen


@dataclass(frozen=True, slots=True)
class InlineHunk:
    """A pending hunk: `lines` of the text now (0-based half-open, empty for an insertion) would become `new_text`.

    One that keeps lines between its changes is shown as several with its id, of which the first one has the bar.
    `is_arriving`: its block goes on, and nothing can be decided yet. `is_early`: its block is whole and the answer goes
    on; what is decided counts at its end, and `decided` says so. `can_compare`: the model's text differs from the
    file's, and can be shown beside it. `base_text`: of a conflict the lines it was made from.
    `origin`: which answer it is of, where several wait in the text.
    """

    hunk_id: str
    lines: LineRange
    new_text: str
    is_amber: bool = False
    is_conflict: bool = False
    note: str = ""
    has_bar: bool = True
    is_arriving: bool = False
    can_compare: bool = False
    is_early: bool = False
    decided: str = ""
    base_text: str = ""
    origin: str = ""

    def is_drawn_as(self, other: InlineHunk) -> bool:
        """Whether its marks are those of another one that stands elsewhere; what the bars say may differ."""
        return self is other or (
            self.hunk_id == other.hunk_id
            and (self.new_text, self.base_text) == (other.new_text, other.base_text)
            and (self.kind, self.has_bar) == (other.kind, other.has_bar)
            and len(self.lines) == len(other.lines)
            and (self.lines.end == 0) == (other.lines.end == 0)
        )

    def is_moved_to(self, other: InlineHunk) -> bool:
        """Whether another one says the same of lines elsewhere."""
        return _SAID(self) == _SAID(other)

    def on_lines(self, lines: LineRange) -> InlineHunk:
        """The same on other lines; `replace` takes twenty times as long."""
        made = _Unfrozen()
        made.hunk_id = self.hunk_id
        made.lines = lines
        made.new_text = self.new_text
        made.is_amber = self.is_amber
        made.is_conflict = self.is_conflict
        made.note = self.note
        made.has_bar = self.has_bar
        made.is_arriving = self.is_arriving
        made.can_compare = self.can_compare
        made.is_early = self.is_early
        made.decided = self.decided
        made.base_text = self.base_text
        made.origin = self.origin
        made.__class__ = InlineHunk
        return cast(InlineHunk, made)

    @property
    def kind(self) -> int:
        """Number of its colours: 0 plain, 1 amber, 2 conflict."""
        return 2 if self.is_conflict else int(self.is_amber)


_Unfrozen = unfrozen(InlineHunk)


_SAID = attrgetter(*(each.name for each in fields(InlineHunk) if each.name != "lines"))
"""All of a hunk but where it stands."""


@dataclass(slots=True, eq=False)
class ShownHunk:
    """A hunk that is shown. `lines` are the proposed lines, also `padded` for the fill to the right edge; `signs` are
    those of a conflict's lines; `row_wanted_by` the views in which its bar needs a row of its own.

    It stands on lines `start` to `end`; `told` may still say those of before: Enter moves hundreds, of which a few are
    looked at.
    """

    told: InlineHunk
    lines: tuple[AnnotationLine, ...]
    padded: tuple[AnnotationLine, ...] = ()
    signs: str = ""
    row_wanted_by: set[int] = field(default_factory=set)
    start: int = field(init=False)
    end: int = field(init=False)

    def __post_init__(self) -> None:
        self.tell(self.told)

    @property
    def hunk(self) -> InlineHunk:
        """The hunk where it stands now."""
        if self.told.lines.start != self.start:
            self.told = self.told.on_lines(LineRange(self.start, self.end))
        return self.told

    def tell(self, hunk: InlineHunk) -> None:
        """It is this hunk now, which is drawn as it was."""
        self.told, self.start, self.end = hunk, hunk.lines.start, hunk.lines.end

    @property
    def has_own_row(self) -> bool:
        """Whether there is such a row; it is there in every view."""
        return bool(self.row_wanted_by)

    @property
    def row_count(self) -> int:
        """Rows below its anchor line."""
        return len(self.lines) + self.has_own_row


@dataclass(frozen=True, slots=True)
class HunkRow:
    """A row of a hunk: its top, and where its text ends; `sign` is empty for the bar's own row.

    `number` and `left`: of a proposed one, which of the proposed lines it is and where its text begins.
    """

    top: int
    text_end: int
    is_proposed: bool
    sign: str
    number: int = 0
    left: int = 0


class HunkRows:
    """Measures rows of hunks in a code widget; `style_base` is the first style of annotations."""

    def __init__(self, code: CodeWidget, style_base: int) -> None:
        self._code = code
        self._style_base = style_base

    def anchor(self, hunk: InlineHunk) -> int:
        """The line below which the proposed lines stand: the last removed one, or the one before an insertion."""
        return anchor_of(hunk.lines.end, self._code.lineCount())

    def in_sight(self, below: Sequence[ShownHunk]) -> list[ShownHunk]:
        """The hunks of which a row may be on the screen."""
        code = self._code
        first = code.firstVisibleLine()
        top, bottom = code.docLineFromVisible(first), code.docLineFromVisible(first + code.linesOnScreen() + 1)
        # An anchor is one line above the end, and no line is above the first.
        end = top if top > 1 else 0
        return [shown for shown in below if shown.end >= end and shown.start <= bottom + 1]

    def stand(self, shown: Sequence[ShownHunk], hunks: Sequence[InlineHunk]) -> bool:
        """Whether the marks of what is shown have moved with the text to where these hunks are now."""
        if len(shown) != len(hunks):
            return False
        if not all(each.hunk is hunk or each.hunk.is_drawn_as(hunk) for each, hunk in zip(shown, hunks, strict=True)):
            return False
        return self._are_at(shown, [hunk.lines.start - each.start for each, hunk in zip(shown, hunks, strict=True)])

    def have_moved(self, shown: Sequence[ShownHunk], by: Sequence[int]) -> bool:
        """Whether the marks of what is shown from top to bottom have moved with the text by so many lines each.

        False also where hunks have come closer than before and may have met: what is said of them may differ then.
        """
        if len(shown) != len(by):
            return False
        for each, moved in zip(shown, by, strict=True):
            if moved and 0 in (each.end, each.end + moved):
                return False  # it stands above the first line now, or does so no more
            if each.start and each.start + moved:
                break
        for at in [at for at in range(1, len(by)) if by[at] != by[at - 1]]:
            ends = [(each.end, each.end + moved) for each, moved in zip(shown[:at], by[:at], strict=True)]
            start = shown[at].start
            if max(end for end, _ in ends) > start or max(end for _, end in ends) > start + by[at]:
                return False
        return self._are_at(shown, by)

    def _are_at(self, shown: Sequence[ShownHunk], by: Sequence[int]) -> bool:
        """Looked at are the lines of hunks and those next to them: a search for all marks would go through all lines.
        Of hunks one after the other that moved as far, the first and the last tell of those between."""
        places = [(each.start + moved, each.end + moved) for each, moved in zip(shown, by, strict=True)]
        ends = [places[at] for at in _ends_of_runs(by)]
        marked = {line: 0 for start, end in ends for line in _near(start, end)}
        rows = {end: 0 for _, end in ends}
        for at in [at for at, (start, end) in enumerate(places) if start in marked or end in marked or end - start > 4]:
            start, end = places[at]
            for line in range(start, end):
                if line in marked:
                    marked[line] |= 1 << BACKGROUND + shown[at].told.kind
            if end in rows:
                rows[end] += shown[at].row_count
        if any(self._marks(line) != marks for line, marks in marked.items()):
            return False
        count = self._code.lineCount()
        return all(self._code.annotationLines(anchor_of(end, count)) == rows[end] for _, end in ends if end > 0)

    def are_marked(self, hunk: InlineHunk) -> bool:
        """Whether its lines have its marks, and are not where others moved them to."""
        return all(self._marks(line) & 1 << BACKGROUND + hunk.kind for line in range(hunk.lines.start, hunk.lines.end))

    def _marks(self, line: int) -> int:
        return self._code.markerGet(line) & ((1 << len(KINDS)) - 1 << BACKGROUND)

    def rows(self, shown: ShownHunk, below: Sequence[ShownHunk]) -> Iterator[HunkRow]:
        """Yield the rows of a hunk from top to bottom; `below` are all hunks among the text."""
        code, hunk = self._code, shown.hunk
        height = code.textHeight(0)
        own = "=" if hunk.is_conflict else "\N{MINUS SIGN}"
        for line in range(hunk.lines.start, min(hunk.lines.end, code.lineCount())):
            if not code.lineVisible(line):
                continue
            end = code.lineEndPosition(line)
            yield HunkRow(code.pointYFromPosition(end), code.pointXFromPosition(end), False, own)
        anchor = self.anchor(hunk)
        if not code.lineVisible(anchor):
            return
        first = code.positionFromLine(anchor)
        top = code.pointYFromPosition(first) + code.wrapCount(anchor) * height
        left = code.pointXFromPosition(first)
        count = code.lineCount()
        for earlier in below:
            if earlier is shown:
                break
            if anchor_of(earlier.end, count) == anchor:
                top += earlier.row_count * height
        for number in range(shown.row_count):
            is_text = number < len(shown.lines)
            width = self._width(shown.lines[number]) if is_text else 0
            yield HunkRow(
                top + number * height,
                left + width,
                True,
                (shown.signs or "+" * number + "+")[number] if is_text else "",
                number,
                left,
            )

    def column_at(self, line: AnnotationLine, x: int) -> int:
        """The place between two characters of a line that is nearest to so many pixels from its left."""
        first, last = 0, len(line.text)
        while last - first > 1:
            middle = (first + last) // 2
            first, last = (middle, last) if self._width(_beginning(line, middle)) <= x else (first, middle)
        before, after = (self._width(_beginning(line, column)) for column in (first, last))
        return first if x - before <= after - x else last

    def _width(self, line: AnnotationLine) -> int:
        """Pixels of a line, never too few: each piece of one style is drawn at its exact width, measured rounded up."""
        data, width, start = line.text.encode("utf-8", "surrogatepass"), 0, 0
        for style, piece in groupby(line.styles):
            end = start + len(list(piece))
            width += self._code.send_bytes(Scintilla.Message.TextWidth, self._style_base + style, data[start:end])
            start = end
        return width


def _beginning(line: AnnotationLine, length: int) -> AnnotationLine:
    text = line.text[:length]
    return AnnotationLine(text, line.styles[: len(text.encode("utf-8", "surrogatepass"))])


def padded(line: AnnotationLine, style: int) -> AnnotationLine:
    """A line with blanks after it, in whose background the fill to the right edge begins."""
    pieces = len(list(groupby(line.styles)))
    blanks = 2 + pieces // 4
    return AnnotationLine(line.text + " " * blanks, line.styles + bytes([style]) * blanks)


def anchor_of(end: int, line_count: int) -> int:
    """The line below which the proposed lines of a hunk stand that ends so, in a text of so many lines."""
    return min(max(0, end - 1), line_count - 1)


def _ends_of_runs(moved: Sequence[int]) -> Iterator[int]:
    for at, by in enumerate(moved):
        if not 0 < at < len(moved) - 1 or moved[at - 1] != by or moved[at + 1] != by:
            yield at


def _near(start: int, end: int) -> range:
    """Lines and their neighbours, to which the mark of a deleted line goes."""
    return range(max(0, start - 2), end + 2)

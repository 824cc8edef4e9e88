"""The marks of proposals in a document: markers, indicators and the lines between, which all its views show."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack

from PySide6.QtCore import QObject, Signal

from copilot_desktop.editor.annotations import AnnotationLine, Annotations
from copilot_desktop.editor.code_widget import CodeWidget, unpainted_above
from copilot_desktop.editor.document_views import DocumentViews
from copilot_desktop.editor.hunk_rows import HunkRows, InlineHunk, ShownHunk, anchor_of, padded
from copilot_desktop.editor.mark_colours import BACKGROUND, BAR, FORE, KINDS, LOADING, WORD
from copilot_desktop.text.diff import diff_words
from copilot_desktop.text.lines import split_lines, without_ending

Spans = tuple[tuple[int, int], ...]

_WORD_LIMIT = 20_000
_BESIDE = 2
"""Lines beside a hunk that may have a mark of it: the one below which it stands."""
_BEFORE, _THEIRS = "▲ Yours   ▼ Before, as the model saw it", "▼ The model's"


class HunkMarks(QObject):
    """`changed(are_others)`: other hunks are shown, or the same stand elsewhere. `loading_in`: the view that marks
    lines whose answer is awaited."""

    changed = Signal(bool)

    def __init__(self, views: DocumentViews, annotations: Annotations) -> None:
        super().__init__()
        self._views, self._annotations = views, annotations
        self.shown: list[ShownHunk] = []
        self.loading_in: CodeWidget | None = None
        self._given: Sequence[InlineHunk] = ()
        self._preview: tuple[InlineHunk, ...] = ()
        views.left.connect(self._on_view_left)

    def show(self, hunks: Sequence[InlineHunk]) -> None:
        """Show these hunks and no others but the preview. Lines past the text's end are cut off."""
        self._given = hunks
        hunks = [*hunks, *self._preview]
        if [shown.hunk for shown in self.shown] == list(hunks):
            return
        ordered = sorted(hunks, key=lambda each: (each.lines.start, each.lines.end))
        if HunkRows(self._views.first, 0).stand(self.shown, ordered):
            # Typing above them only moved the lines, and Scintilla moved the marks with them.
            pairs = list(zip(self.shown, ordered, strict=True))
            is_moved = all(shown.hunk is hunk or shown.hunk.is_moved_to(hunk) for shown, hunk in pairs)
            for shown, hunk in pairs:
                shown.tell(hunk)
            self.changed.emit(not is_moved)
            return
        left = list(self.shown)
        drawn = self._drawn_among(left, ordered)
        new = [hunk for hunk, shown in zip(ordered, drawn, strict=True) if shown is None]
        first_line = min((each.lines.start for each in (*new, *(shown.hunk for shown in left))), default=0)
        with ExitStack() as stack:
            for code in self._views.all():
                stack.enter_context(unpainted_above(code, first_line - _BESIDE))
            is_kept = self._keep(left, drawn, ordered)
            if is_kept:
                self._draw(ordered, drawn)
        if not is_kept:
            self._clear()
            self._draw(ordered, [None] * len(ordered))
        self.changed.emit(True)

    def _draw(self, ordered: Sequence[InlineHunk], drawn: Sequence[ShownHunk | None]) -> None:
        self.shown = [shown or self._marked(hunk) for hunk, shown in zip(ordered, drawn, strict=True)]
        self.annotate()

    def _drawn_among(self, left: list[ShownHunk], ordered: Sequence[InlineHunk]) -> list[ShownHunk | None]:
        """For each hunk the one that is drawn so already, which is taken out of what is left."""
        kept: list[ShownHunk | None] = []
        for hunk in ordered:
            shown = next((each for each in left if each.hunk.is_drawn_as(hunk)), None)
            kept.append(shown)
            if shown is not None:
                left.remove(shown)
        return kept

    def _keep(
        self, left: Sequence[ShownHunk], drawn: Sequence[ShownHunk | None], ordered: Sequence[InlineHunk]
    ) -> bool:
        """Keep what is drawn already, with what is left unmarked; False: all must be drawn anew."""
        rows = HunkRows(self._views.first, 0)
        staying = [(shown, hunk) for hunk, shown in zip(ordered, drawn, strict=True) if shown is not None]
        is_apart = all(rows.are_marked(each.hunk) for each in left) and not any(
            each.hunk.lines.start < hunk.lines.end and hunk.lines.start < each.hunk.lines.end
            for each in left
            for _, hunk in staying
        )
        if not is_apart:
            return False
        for each in left:
            self._unmark(each.hunk)
        if not rows.stand([shown for shown, _ in staying], [hunk for _, hunk in staying]):
            return False
        for shown, hunk in staying:
            shown.tell(hunk)
        return True

    def move(self, hunks: Sequence[InlineHunk], by: Sequence[int]) -> bool:
        """Take the very hunks that were shown last, from top to bottom, to stand so many lines below where they stood.

        False, with nothing done, where others are shown or their marks are not there: they are to be shown anew.
        """
        if hunks is not self._given or self._preview:
            return False
        if not HunkRows(self._views.first, 0).have_moved(self.shown, by):
            return False
        for shown, lines in zip(self.shown, by, strict=True):
            shown.start += lines
            shown.end += lines
        self.changed.emit(False)
        return True

    def preview(self, hunks: Sequence[InlineHunk]) -> None:
        """Show these beside the others until they are placed or given up; none: no longer."""
        before, self._preview = self._preview, tuple(hunks)
        self.show([shown.hunk for shown in self.shown if shown.told not in before])

    def meant_by_keys(self, line: int) -> str | None:
        """The hunk that the keys decide about with the caret in a line: that there, else the next below, or the first.

        It is asked for at each stroke, so nothing is made for a hunk here.
        """
        beside, following, first = None, None, None
        previewed = {each.hunk_id for each in self._preview}
        for shown in self.shown:
            hunk_id = shown.told.hunk_id
            if hunk_id in previewed:
                continue
            if shown.start <= line < shown.end:
                return hunk_id
            if beside is None and shown.start == shown.end and line in (shown.start - 1, shown.start):
                beside = hunk_id
            following = hunk_id if following is None and shown.start >= line else following
            first = first or hunk_id
        return beside or following or first

    def want_row(self, shown: ShownHunk, code: CodeWidget, *, is_wanted: bool) -> bool:
        """A view has no room for the bar beside the lines, or has it; returns whether that is new."""
        if is_wanted == (id(code) in shown.row_wanted_by):
            return False
        (shown.row_wanted_by.add if is_wanted else shown.row_wanted_by.discard)(id(code))
        return True

    def annotate(self) -> None:
        """Show the proposed lines below their lines, in every view."""
        count = self._views.first.lineCount()
        proposed: dict[int, tuple[AnnotationLine, ...]] = {}
        for shown in self._below():
            lines = shown.padded
            if shown.has_own_row:
                lines = (*lines, AnnotationLine(" ", bytes([1 + 2 * shown.hunk.kind])))
            line = anchor_of(shown.end, count)
            proposed[line] = proposed.get(line, ()) + lines
        self._annotations.show_proposed({line: lines for line, lines in proposed.items() if lines})
        for code in self._views.all():
            code.viewport().update()

    def _below(self) -> list[ShownHunk]:
        return [shown for shown in self.shown if shown.end > 0]

    def _unmark(self, hunk: InlineHunk) -> None:
        """Take the marks of one hunk away that stands apart from the others."""
        code, kind = self._views.first, hunk.kind
        end = min(hunk.lines.end, code.lineCount())
        for line in range(hunk.lines.start, end):
            code.markerDelete(line, BACKGROUND + kind)
            code.markerDelete(line, BAR + kind)
        start_byte = code.line_start(hunk.lines.start)
        for indicator in (FORE + kind, WORD + kind):
            code.setIndicatorCurrent(indicator)
            code.indicatorClearRange(start_byte, code.line_start(end) - start_byte)

    def _clear(self) -> None:
        self.shown.clear()
        code = self._views.first
        for kind in range(len(KINDS)):
            code.markerDeleteAll(BACKGROUND + kind)
            code.markerDeleteAll(BAR + kind)
            for indicator in (FORE + kind, WORD + kind):
                code.setIndicatorCurrent(indicator)
                code.indicatorClearRange(0, code.length())

    def _marked(self, hunk: InlineHunk) -> ShownHunk:
        code, kind = self._views.first, hunk.kind
        end = min(hunk.lines.end, code.lineCount())
        start_byte = code.line_start(hunk.lines.start)
        old = code.text_between(start_byte, code.line_start(end))
        for line in range(hunk.lines.start, end):
            code.markerAdd(line, BACKGROUND + kind)
            code.markerAdd(line, BAR + kind)
        old_words, new_words = _changed_words(old, hunk.new_text)
        code.setIndicatorCurrent(FORE + kind)
        code.indicatorFillRange(start_byte, len(old.encode("utf-8", "surrogatepass")))
        code.setIndicatorCurrent(WORD + kind)
        for start, stop in old_words:
            before = len(old[:start].encode("utf-8", "surrogatepass"))
            code.indicatorFillRange(start_byte + before, len(old[start:stop].encode("utf-8", "surrogatepass")))
        style = 1 + 2 * kind
        lines, signs = tuple(_annotation_lines(hunk.new_text, new_words, style, code.tabWidth())), ""
        if hunk.is_conflict:
            made_from = tuple(_annotation_lines(hunk.base_text, (), style, code.tabWidth())) or _no_lines(style)
            theirs = lines or _no_lines(style)
            lines = (_heading(_BEFORE, style), *made_from, _heading(_THEIRS, style), *theirs)
            signs = " " + "\N{MINUS SIGN}" * len(made_from) + " " + "+" * len(theirs)
        return ShownHunk(hunk, lines, tuple(padded(line, style) for line in lines), signs)

    def _on_view_left(self, code: CodeWidget) -> None:
        wanted = [shown for shown in self.shown if id(code) in shown.row_wanted_by]
        for shown in wanted:
            shown.row_wanted_by.discard(id(code))
        if wanted:
            self.annotate()
        if code is self.loading_in:
            self.loading_in = None
            self._views.first.markerDeleteAll(LOADING)


def _heading(text: str, style: int) -> AnnotationLine:
    """What the lines below are, in the style of changed words."""
    return AnnotationLine(text, bytes([style + 1]) * len(text.encode()))


def _no_lines(style: int) -> tuple[AnnotationLine, ...]:
    text = "(no lines)"
    return (AnnotationLine(text, bytes([style]) * len(text)),)


def _changed_words(old: str, new: str) -> tuple[Spans, Spans]:
    """Changed spans of each text; none where most differs, since they would say nothing."""
    if not old or not new or len(old) + len(new) > _WORD_LIMIT:
        return (), ()
    old_words, new_words = diff_words(old, new)
    for text, words in ((old, old_words), (new, new_words)):
        if sum(len(text[start:end].strip()) for start, end in words) > 0.6 * len("".join(text.split())):
            return (), ()
    return _joined(old, old_words), _joined(new, new_words)


def _joined(text: str, spans: Spans) -> Spans:
    """Join spans with only a sign or two between them, and leave out blanks at their ends and whole line ends."""
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        for piece in re.finditer(r"[^\s](?:[^\r\n]*[^\s])?", text[start:end]):
            first, last = start + piece.start(), start + piece.end()
            if joined and first - joined[-1][1] <= 2 and not re.search(r"[\r\n]", text[joined[-1][1] : first]):
                joined[-1] = (joined[-1][0], last)
            else:
                joined.append((first, last))
    return tuple(joined)


def typed_column(line: str, shown_column: int, tab_columns: int) -> int:
    """The character of a line that stands in a column of it as it is shown, with blanks for tabs."""
    column = 0
    for number, character in enumerate(line):
        width = tab_columns - column % tab_columns if character == "\t" else 1
        if column + width > shown_column:
            return number
        column += width
    return len(line)


def _annotation_lines(
    text: str, words: Sequence[tuple[int, int]], style: int, tab_columns: int
) -> Iterator[AnnotationLine]:
    """Cut proposed text into lines; changed words get the style after `style`. Tabs become blanks."""
    offset = 0
    for line in split_lines(text):
        shown, styles, column = [], bytearray(), 0
        for number, character in enumerate(without_ending(line), offset):
            is_word = any(start <= number < end for start, end in words)
            piece = " " * (tab_columns - column % tab_columns) if character == "\t" else character
            column += len(piece)
            shown.append(piece)
            styles += bytes([style + is_word]) * len(piece.encode("utf-8", "surrogatepass"))
        offset += len(line)
        yield AnnotationLine("".join(shown) or " ", bytes(styles) or bytes([style]))

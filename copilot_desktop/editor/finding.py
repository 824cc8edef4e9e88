"""Find and replace in one view: which match is selected, which are marked, what replacing does.

Where the matches are is found by `Search`, which may run elsewhere; what comes back must be of the version it is for.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject

from copilot_desktop.editor.buffer_widget import BufferWidget
from copilot_desktop.editor.line_blocks import end_of_line
from copilot_desktop.editor.live_text import LiveText
from copilot_desktop.editor.selections import Selections, Span, TextEdit
from copilot_desktop.editor.styling import colour
from copilot_desktop.editor.theme import EditorTheme
from copilot_desktop.text.long_search import SINGLE_EDITS
from copilot_desktop.text.searching import FindQuery, Matches, Replacement, Search
from copilot_desktop.values import dataclass

SELECTION_LIMIT = 10_000
_SCOPE, _MATCH = 21, 22
_STRAIGHT_BOX, _FULL_BOX = 8, 16
_MARKED_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class FindResult:
    """`count` matches; the selected one is number `index` (1-based; 0: none). `has_wrapped` past an end of the text."""

    count: int
    index: int
    has_wrapped: bool = False
    is_whole: bool = True


class Finder(QObject):
    """Goes from match to match in a view, marks those in sight, and replaces them."""

    def __init__(self, buffer: BufferWidget, live: LiveText, selections: Selections) -> None:
        super().__init__(buffer)
        self._buffer, self._live, self._selections = buffer, live, selections
        self._code = buffer.code
        self._marked = Matches()
        self._shown: tuple[int, int] | None = None
        self._has_scope = False
        self._code.updateUi.connect(self._on_code_update_ui)

    def search(self, query: FindQuery) -> Search:
        """The query in the text as it is now, inside the scope when there is one."""
        scopes = tuple(
            (self._live.to_code_points(start), self._live.to_code_points(end)) for start, end in self.scopes()
        )
        return Search(self._buffer.text(), query, scopes)

    def set_scope(self, is_limited: bool) -> None:
        """Look only inside of what is selected now; or everywhere again."""
        code = self._code
        code.setIndicatorCurrent(_SCOPE)
        code.indicatorClearRange(0, code.length())
        spans = [span for span in self._selections.all() if not span.is_empty]
        self._has_scope = is_limited and bool(spans)
        if self._has_scope:
            for span in spans:
                code.indicatorFillRange(span.start, span.end - span.start)

    def has_scope(self) -> bool:
        """Whether the search is limited to a part of the text."""
        return self._has_scope

    def step(self, matches: Matches, *, is_backwards: bool = False, includes_selection: bool = False) -> FindResult:
        """Select the next match, past an end going round; with `includes_selection` the one at hand may stay."""
        if not len(matches):
            return FindResult(0, 0, is_whole=matches.is_whole)
        at = self.selected(matches.in_bytes)
        if is_backwards:
            number = matches.first_from(at[0]) - 1
        else:
            number = matches.first_from(at[0] if includes_selection else at[1])
            if not includes_selection and number < len(matches) and matches.span(number) == at:
                number += 1
        has_wrapped = not 0 <= number < len(matches)
        number %= len(matches)
        if has_wrapped and not is_backwards:
            number = 0
        self._select(self._bytes(matches, number))
        return FindResult(len(matches), number + 1, has_wrapped, matches.is_whole)

    def count(self, matches: Matches) -> FindResult:
        """How many matches there are, and which one is selected."""
        number = matches.number_of(self.selected(matches.in_bytes))
        return FindResult(len(matches), 0 if number is None else number + 1, is_whole=matches.is_whole)

    def selected(self, in_bytes: bool) -> tuple[int, int]:
        """The main selection in the units of some matches."""
        if in_bytes:
            return self._code.selectionStart(), self._code.selectionEnd()
        selection = self._buffer.selection()
        return selection.start, selection.end

    def line_ending(self) -> str:
        """What ends the lines of the text."""
        return end_of_line(self._code).decode()

    def replace(self, replacements: Sequence[Replacement]) -> None:
        """Replace as one undo step; line endings become the file's."""
        eol = self.line_ending()
        if len(replacements) > SINGLE_EDITS:
            text, pieces, place = self._buffer.text(), list[str](), 0
            for each in replacements:
                pieces += (text[place : each.start], each.text.replace("\n", eol))
                place = each.end
            self._buffer.set_text("".join((*pieces, text[place:])))
            return
        self._selections.edit([
            TextEdit(
                self._live.to_bytes(each.start),
                self._live.to_bytes(each.end),
                each.text.replace("\n", eol).encode("utf-8", "surrogatepass"),
            )
            for each in replacements
        ])  # fmt: skip

    def selected_replacement(self, replacements: Sequence[Replacement]) -> Replacement | None:
        """The one for the match that is selected."""
        at = self.selected(in_bytes=False)
        return next((each for each in replacements if (each.start, each.end) == at), None)

    def collapse(self, *, to_end: bool) -> None:
        """Put the caret at an end of the selection, to go on from there."""
        self.put_caret(self._code.selectionEnd() if to_end else self._code.selectionStart())

    def put_caret(self, position: int) -> None:
        """Put the caret at a byte, to go on from there."""
        self._code.setSel(position, position)

    def select_all(self, matches: Matches) -> int:
        """Select every match at once; returns how many, since there is a limit."""
        count = min(len(matches), SELECTION_LIMIT)
        spans = [Span(*self._bytes(matches, number)) for number in range(count)]
        if spans:
            self._selections.put(spans)
            self._code.scrollCaret()
        return count

    def mark(self, matches: Matches) -> None:
        """Mark these matches where they are in sight; none takes the marks away."""
        self._marked, self._shown = matches, None
        self._mark_in_sight()

    def set_theme(self, theme: EditorTheme) -> None:
        """Draw the marks in other colours."""
        for indicator, style, fill, outline in ((_SCOPE, _FULL_BOX, 28, 0), (_MATCH, _STRAIGHT_BOX, 50, 170)):
            self._code.indicSetStyle(indicator, style)
            self._code.indicSetFore(indicator, colour(theme.accent))
            self._code.indicSetAlpha(indicator, fill)
            self._code.indicSetOutlineAlpha(indicator, outline)
            self._code.indicSetUnder(indicator, True)

    def _select(self, span: tuple[int, int]) -> None:
        self._code.ensureVisible(self._code.lineFromPosition(span[0]))
        self._code.setSel(*span)

    def _bytes(self, matches: Matches, number: int) -> tuple[int, int]:
        start, end = matches.span(number)
        return (start, end) if matches.in_bytes else (self._live.to_bytes(start), self._live.to_bytes(end))

    def scopes(self) -> tuple[tuple[int, int], ...]:
        """The spans looked in, in bytes; empty: everywhere. Scintilla moves them with their text."""
        scopes: list[tuple[int, int]] = []
        place, code = 0, self._code
        while self._has_scope and place < code.length():
            end = code.indicatorEnd(_SCOPE, place)
            if code.indicatorValueAt(_SCOPE, place):
                scopes.append((place, end))
            if end <= place:
                break
            place = end
        if self._has_scope and not scopes:
            return ((0, 0),)  # all of it was deleted
        return tuple(scopes)

    def _mark_in_sight(self) -> None:
        code = self._code
        top = code.docLineFromVisible(code.firstVisibleLine())
        bottom = code.docLineFromVisible(code.firstVisibleLine() + code.linesOnScreen() + 1)
        if self._shown == (top, bottom):
            return
        self._shown = (top, bottom)
        code.setIndicatorCurrent(_MATCH)
        code.indicatorClearRange(0, code.length())
        if not len(self._marked):
            return
        start, end = code.positionFromLine(top), code.line_start(bottom + 1)
        if not self._marked.in_bytes:
            start, end = self._live.to_code_points(start), self._live.to_code_points(end)
        first = max(0, self._marked.first_from(start) - 1)
        last = min(self._marked.first_from(end), first + _MARKED_AT_ONCE)
        for number in range(first, last):
            begin, stop = self._bytes(self._marked, number)
            code.indicatorFillRange(begin, stop - begin)

    def _on_code_update_ui(self, updated: int) -> None:
        if updated & 0x4 and len(self._marked):  # scrolled
            self._mark_in_sight()

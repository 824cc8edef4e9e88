"""More carets: at the next match, at every match, above and below, in columns; and back to one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtCore import QObject
from pyside6_scintilla import Scintilla

from copilot_desktop.editor.code_widget import CodeWidget
from copilot_desktop.editor.selections import Selections, Span

CARET_LIMIT = 10_000
"""More carets than that would hold up every letter typed at them."""


class CaretCommands(QObject):
    """Adds and drops selections; none of these changes the text."""

    def __init__(self, code: CodeWidget, selections: Selections) -> None:
        super().__init__(code)
        self._code = code
        self._selections = selections
        self._word: tuple[bytes, tuple[Span, ...]] = (b"", ())
        self._column: tuple[tuple[Span, ...], int] | None = None
        self._earlier: list[tuple[tuple[Span, ...], Span]] = []
        code.modified.connect(self._on_code_modified)

    def add_next_match(self) -> None:
        """Select the word at the caret; from then on add the next place where what is selected stands."""
        if self._select_words():
            return
        found = self._next()
        if found is not None:
            self._go_on((*self._selections.all(), found), found)

    def skip_match(self) -> None:
        """Leave the match added last out, and add the next one instead."""
        if self._select_words():
            return
        found, main = self._next(), self._selections.main()
        if found is not None:
            self._go_on((*(span for span in self._selections.all() if span != main), found), found)

    def select_all_matches(self) -> None:
        """Select every place where the selection, or the word at the caret, stands."""
        self._select_words()
        main = self._selections.main()
        needle = self._selections.text(main)
        found = list(self._matches(needle, 0, self._code.length())) if needle else []
        if found:
            self._put(found[:CARET_LIMIT], self._as_found(main, found))

    def add_line(self, by: int) -> None:
        """Add a caret in the line above (-1) or below (1), in the same column."""
        spans, code = self._selections.all(), self._code
        edge = spans[0] if by < 0 else spans[-1]
        line = code.lineFromPosition(edge.caret) + by
        if not 0 <= line < code.lineCount():
            return
        kept = self._column is not None and self._column[0] == spans
        column = self._column[1] if kept and self._column is not None else code.column(edge.caret)
        place = code.findColumn(line, column)
        self._put((*spans, Span(place, place)), Span(place, place))
        self._column = (self._selections.all(), column)

    def carets_at_line_ends(self) -> None:
        """A caret at the end of every selected line."""
        code, places = self._code, []
        for span in self._selections.all():
            first, last = code.lineFromPosition(span.start), code.lineFromPosition(span.end)
            ends = [code.lineEndPosition(line) for line in range(first, last + 1)]
            if last > first and span.end == code.positionFromLine(last):
                ends.pop()
            places += [Span(end, end) for end in ends]
        self._put(places[:CARET_LIMIT], places[min(len(places), CARET_LIMIT) - 1])

    def extend_column(self, down: int = 0, right: int = 0) -> None:
        """Grow a rectangle of text from the caret by a line or a character; -1 is up or left."""
        code = self._code
        if down:
            (code.lineDownRectExtend if down > 0 else code.lineUpRectExtend)()
        else:
            (code.charRightRectExtend if right > 0 else code.charLeftRectExtend)()

    def take_back(self) -> None:
        """Take the last added caret or selection back."""
        if self._earlier:
            spans, main = self._earlier.pop()
            self._selections.put(spans, main)
            self._code.scrollCaret()

    def drop_others(self) -> None:
        """Keep the main selection alone."""
        self._selections.put((self._selections.main(),))

    def _put(self, spans: Sequence[Span], main: Span) -> None:
        self._earlier = [*self._earlier[-99:], (self._selections.all(), self._selections.main())]
        code = self._code
        code.ensureVisible(code.lineFromPosition(main.caret))
        self._selections.put(spans, main)
        code.scrollCaret()

    def _go_on(self, spans: Sequence[Span], main: Span) -> None:
        """A word that was looked for whole goes on being so, as long as nothing else was selected meanwhile."""
        is_word = self._is_word()
        self._put(spans, main)
        self._word = (self._selections.text(main) if is_word else b"", self._selections.all())

    def _is_word(self) -> bool:
        return bool(self._word[0]) and self._word[1] == self._selections.all()

    def _on_code_modified(self, *_details: object) -> None:
        self._earlier.clear()  # the places of another text

    def _select_words(self) -> bool:
        """Select the words at the carets that stand alone; whether there was one."""
        spans, code = self._selections.all(), self._code
        if not any(span.is_empty for span in spans):
            return False
        words = {span: self._word_at(span) for span in spans}
        at = self._selections.main()
        main = words[at]
        if set(words.values()) != set(spans):
            self._put([words[span] for span in spans], main)
        self._word = (self._selections.text(main) if at.is_empty else b"", self._selections.all())
        code.scrollCaret()
        return True

    def _word_at(self, span: Span) -> Span:
        if not span.is_empty:
            return span
        code = self._code
        return Span(code.wordStartPosition(span.caret, True), code.wordEndPosition(span.caret, True))

    def _next(self) -> Span | None:
        main = self._selections.main()
        needle = self._selections.text(main)
        if not needle:
            return None
        taken = {(span.start, span.end) for span in self._selections.all()}
        for start, end in ((main.end, self._code.length()), (0, main.start)):
            for match in self._matches(needle, start, end):
                if (match.start, match.end) not in taken:
                    return match
        return None

    def _matches(self, needle: bytes, start: int, end: int) -> Iterator[Span]:
        code = self._code
        whole = Scintilla.FindOption.WholeWord.value if self._is_word() else 0
        flags = Scintilla.FindOption.MatchCase.value | whole
        while start <= end - len(needle):
            code.setSearchFlags(flags)
            code.setTargetRange(start, end)
            place = code.send_bytes(Scintilla.Message.SearchInTarget, len(needle), needle)
            if place < 0:
                return
            start = place + len(needle)
            yield Span(place, start)

    def _as_found(self, main: Span, found: Sequence[Span]) -> Span:
        return next((span for span in found if span.start == main.start), found[0] if found else main)

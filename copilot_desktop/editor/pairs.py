"""Brackets and quotes in pairs: closed as they are opened, put around selections, typed over, taken away together."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject

from copilot_desktop.editor.code_widget import CodeWidget
from copilot_desktop.editor.languages import PLAIN_TEXT, EditorLanguage
from copilot_desktop.editor.selections import Selections, Span, TextEdit, moved

_BRACKETS = {"(": ")", "[": "]", "{": "}"}
_SURROUNDING_QUOTES = "\"'`"
# What may follow a sign that is closed by itself: before a word the closing one would stand in the wrong place.
_MAY_FOLLOW = frozenset(b" \t\r\n\0;:.,=)]}>\"'`")
_PREFIXES = {
    "python": frozenset((b"f", b"r", b"b", b"u", b"t", b"fr", b"rf", b"br", b"rb")),
    "rust": frozenset((b"b", b"r", b"c", b"br", b"cr")),
    "cpp": frozenset((b"L", b"u", b"U", b"u8", b"R")),
}
_CLOSER = 20
"""The indicator that marks the closing signs this put in: only they are typed over and go with their opening ones."""
_HIDDEN = 5


class BracketPairs(QObject):
    """Takes typed signs and Backspace for one view. `token_at` tells what stands at a position: "st", "co" or other."""

    def __init__(self, code: CodeWidget, selections: Selections) -> None:
        super().__init__(code)
        self._code, self._selections = code, selections
        self.does_close = True
        self.does_surround = True
        self._language = PLAIN_TEXT
        self._known = frozenset[str]()
        self.set_language(PLAIN_TEXT)
        self.style_tokens: dict[int, str] = {}
        self._line: int | None = None
        code.indicSetStyle(_CLOSER, _HIDDEN)
        code.text_takers.append(self.takes_text)
        code.updateUi.connect(self._on_code_update_ui)

    def set_language(self, language: EditorLanguage) -> None:
        """Whose quotes come in pairs."""
        self._language = language
        signs = (*_BRACKETS, *_BRACKETS.values(), *_SURROUNDING_QUOTES, *language.quotes)
        self._known = frozenset(signs)  # all other letters go their way without a look at every caret

    def takes_text(self, text: str) -> bool:
        """Whether a typed sign was dealt with here."""
        if text not in self._known or self._code.readOnly() or self._code.overtype():
            return False
        spans = self._selections.all()
        if not any(span.is_empty for span in spans):
            return self._surround(text, spans)
        if not all(span.is_empty for span in spans):
            return False
        return self._type_over(text, spans) or self._close(text, spans)

    def takes_backspace(self) -> bool:
        """Take both signs of an empty pair away."""
        code, spans = self._code, self._selections.all()
        if code.readOnly() or not all(span.is_empty and self._is_marked(span.caret) for span in spans):
            return False
        pairs = [(code.charAt(span.caret - 1), code.charAt(span.caret)) for span in spans]
        signs = {(ord(opening), ord(closing)) for opening, closing in self._signs().items()}
        if not all(pair in signs for pair in pairs):
            return False
        self._selections.edit([TextEdit(span.caret - 1, span.caret + 1, b"") for span in spans])
        return True

    def _signs(self) -> dict[str, str]:
        return _BRACKETS | {quote: quote for quote in self._language.quotes}

    def _surround(self, text: str, spans: Sequence[Span]) -> bool:
        closing = _BRACKETS.get(text, text if text in _SURROUNDING_QUOTES + self._language.quotes else "")
        if not self.does_surround or not closing:
            return False
        edits = [edit for span in spans
                 for edit in (TextEdit(span.start, span.start, text.encode()),
                              TextEdit(span.end, span.end, closing.encode()))]  # fmt: skip

        def follow(span: Span) -> Span:
            return span.shifted(sum(len(edit.data) for edit in edits if edit.start < span.start) + 1)

        self._selections.edit(edits, follow)
        return True

    def _type_over(self, text: str, spans: Sequence[Span]) -> bool:
        if text not in self._signs().values():
            return False
        if not all(self._code.charAt(span.caret) == ord(text) and self._is_marked(span.caret) for span in spans):
            return False
        main = self._selections.main()
        self._mark([span.caret for span in spans], is_on=False)
        self._selections.put([span.shifted(1) for span in spans], main.shifted(1))
        self._code.scrollCaret()
        return True

    def _close(self, text: str, spans: Sequence[Span]) -> bool:
        closing = self._signs().get(text)
        if not self.does_close or closing is None or not all(self._may_close(text, span.caret) for span in spans):
            return False
        both = (text + closing).encode()
        edits = [TextEdit(span.caret, span.caret, both) for span in spans]

        def follow(span: Span) -> Span:
            place = moved(span.caret, edits) - 1
            return Span(place, place)

        self._selections.edit(edits, follow)
        self._mark([span.caret for span in self._selections.all()], is_on=True)
        self._line = self._code.lineFromPosition(self._code.currentPos())
        return True

    def _may_close(self, text: str, position: int) -> bool:
        code = self._code
        if (code.charAt(position) & 0xFF if position < code.length() else 0) not in _MAY_FOLLOW:
            return False
        if text in _BRACKETS:
            return True
        before = code.data(code.wordStartPosition(position, True), position)
        if before and before not in _PREFIXES.get(self._language.lexer, ()):
            return False
        last = code.charAt(position - 1) if position else 0
        return last not in (ord(text), ord("\\")) and not self._is_in_text(position)

    def _is_in_text(self, position: int) -> bool:
        """Whether a position lies in a string or a comment."""
        code = self._code
        if not position or not self.style_tokens:
            return False
        line_end = code.lineEndPosition(code.lineFromPosition(position))
        code.style_to(min(line_end + 1, code.length()))
        before = self._token(position - 1)
        if before not in ("st", "co"):
            return False
        return position == line_end or self._token(position) == before

    def _token(self, position: int) -> str:
        return self.style_tokens.get(self._code.styleAt(position) & 0xFF, "")

    def _is_marked(self, position: int) -> bool:
        return bool(self._code.indicatorValueAt(_CLOSER, position))

    def _mark(self, positions: Sequence[int], *, is_on: bool) -> None:
        code = self._code
        code.setIndicatorCurrent(_CLOSER)
        code.setIndicatorValue(1)
        for position in positions:
            (code.indicatorFillRange if is_on else code.indicatorClearRange)(position, 1)

    def _on_code_update_ui(self, _updated: int) -> None:
        """A sign is an ordinary one again once the caret has left its line."""
        if self._line is not None and self._code.lineFromPosition(self._code.currentPos()) != self._line:
            self._line = None
            self._code.setIndicatorCurrent(_CLOSER)
            self._code.indicatorClearRange(0, self._code.length())

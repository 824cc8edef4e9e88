"""All selections of a text at once: reading them, putting them, and edits that every one of them follows.

Positions are Scintilla's: bytes of UTF-8.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from copilot_desktop.editor.code_widget import CodeWidget
from copilot_desktop.values import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """One selection; a caret alone where both ends are the same."""

    anchor: int
    caret: int

    @property
    def start(self) -> int:
        """The end that stands first in the text."""
        return min(self.anchor, self.caret)

    @property
    def end(self) -> int:
        """The end that stands last."""
        return max(self.anchor, self.caret)

    @property
    def is_empty(self) -> bool:
        """Whether it is a caret alone."""
        return self.anchor == self.caret

    def shifted(self, by: int) -> Span:
        """The same selection so many bytes further on."""
        return Span(self.anchor + by, self.caret + by)

    def within(self, end: int) -> Span:
        """The same, cut at an end."""
        return Span(min(self.anchor, end), min(self.caret, end))


@dataclass(frozen=True, slots=True)
class TextEdit:
    """The bytes [start, end) of the text now become `data`."""

    start: int
    end: int
    data: bytes


class Selections:
    """The selections of one view. There is always one at least."""

    def __init__(self, code: CodeWidget) -> None:
        self._code = code

    def all(self) -> tuple[Span, ...]:
        """Every selection, in the order of the text."""
        code = self._code
        spans = (Span(code.selectionNAnchor(n), code.selectionNCaret(n)) for n in range(code.selections()))
        return tuple(sorted(spans, key=lambda span: (span.start, span.end)))

    def main(self) -> Span:
        """The selection that the view follows."""
        # Scintilla's anchor and caret would be those of a whole rectangle, where each row is a selection.
        number = self._code.mainSelection()
        return Span(self._code.selectionNAnchor(number), self._code.selectionNCaret(number))

    def put(self, spans: Iterable[Span], main: Span | None = None) -> None:
        """Select these and no others; those that overlap become one. `main` is one of them, else the last given."""
        given = list(spans)
        wanted = main if main is not None else given[-1]
        chosen = apart(given)
        followed = next((span for span in chosen if span.start <= wanted.start and wanted.end <= span.end), chosen[-1])
        code = self._code
        code.clearSelections()
        # The one added last is the one that the view follows.
        for number, span in enumerate([*(span for span in chosen if span != followed), followed]):
            (code.addSelection if number else code.setSelection)(span.caret, span.anchor)
        code.setMainSelection(code.selections() - 1)
        code.chooseCaretX()  # the column that moving up and down goes on in

    def edit(self, edits: Sequence[TextEdit], follow: Callable[[Span], Span] | None = None) -> None:
        """Make edits that do not overlap as one undo step. The selections stay with their text, or go where `follow`
        says, which is given each of them as it was and answers in positions after the edits."""
        if not edits or self._code.readOnly():
            return
        ordered = sorted(edits, key=lambda edit: (edit.start, edit.end))
        main, spans = self.main(), self.all()
        go = follow or (lambda span: Span(moved(span.anchor, ordered), moved(span.caret, ordered)))
        targets, main_target = [go(span) for span in spans], go(main)
        code = self._code
        code.beginUndoAction()
        for edit in reversed(ordered):
            code.replace_data(edit.start, edit.end, edit.data)
        end = code.length()  # a line ending that was counted in may have gone to another line
        self.put([each.within(end) for each in targets], main_target.within(end))
        code.endUndoAction()
        code.scrollCaret()

    def text(self, span: Span) -> bytes:
        """The bytes of a selection."""
        return self._code.data(span.start, span.end)


def apart(spans: Iterable[Span]) -> list[Span]:
    """Selections in the order of the text, those that overlap made one; a caret in or at one belongs to it."""
    chosen: list[Span] = []
    for span in sorted(set(spans), key=lambda each: (each.start, each.end)):
        before = chosen[-1] if chosen else None
        touches = before is not None and span.start == before.end and before.is_empty == span.is_empty
        if before is None or span.start > before.end or touches:
            chosen.append(span)
        elif before.is_empty:
            chosen[-1] = span
        else:
            end = max(before.end, span.end)
            chosen[-1] = Span(before.start, end) if before.caret >= before.anchor else Span(end, before.start)
    return chosen


def moved(position: int, edits: Sequence[TextEdit]) -> int:
    """Where a position is after edits in the order of the text; what is inserted at it goes before it."""
    shift = 0
    for edit in edits:
        if edit.start > position:
            break
        if position >= edit.end:
            shift += len(edit.data) - (edit.end - edit.start)
        else:
            return edit.start + shift + min(position - edit.start, len(edit.data))
    return position + shift

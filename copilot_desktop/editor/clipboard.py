"""Copy, cut and paste at all carets: what several carets have copied, several carets paste piece by piece."""

from __future__ import annotations

import json
import re
from enum import StrEnum

from PySide6.QtGui import QClipboard, QGuiApplication

from copilot_desktop.editor.code_widget import CodeWidget
from copilot_desktop.editor.line_blocks import end_of_line, line_blocks
from copilot_desktop.editor.selections import Selections, Span, TextEdit, moved
from copilot_desktop.values import dataclass

_PIECES = "copied_pieces"
_EOL = re.compile(rb"\r\n|\r|\n")


class Shape(StrEnum):
    """How the pieces lay in the text: apart, whole lines, or the rows of a rectangle."""

    PIECES = "pieces"
    LINES = "lines"
    RECTANGLE = "rectangle"


@dataclass(frozen=True, slots=True)
class Copied:
    """What one copy took."""

    pieces: tuple[str, ...]
    shape: Shape


class TextClipboard:
    """The clipboard of one view."""

    def __init__(self, code: CodeWidget, selections: Selections) -> None:
        self._code, self._selections = code, selections

    def copy(self) -> None:
        """Copy what is selected; carets alone copy their lines."""
        spans, code = self._selections.all(), self._code
        chosen = [span for span in spans if not span.is_empty]
        if chosen:
            shape = Shape.RECTANGLE if code.selectionIsRectangle() else Shape.PIECES
            self._keep([self._selections.text(span) for span in (chosen if shape is Shape.PIECES else spans)], shape)
        else:
            self._keep([code.data(*place) for place in self._lines(spans)], Shape.LINES)

    def cut(self) -> None:
        """Copy, and take away what was copied."""
        if self._code.readOnly():
            return
        self.copy()
        spans = self._selections.all()
        chosen = [(span.start, span.end) for span in spans if not span.is_empty]
        self._selections.edit([TextEdit(start, end, b"") for start, end in chosen or self._lines(spans)])

    def paste(self) -> None:
        """Paste at every caret; line endings become the file's."""
        copied, spans = _copied(QGuiApplication.clipboard()), self._selections.all()
        if not any(copied.pieces) or self._code.readOnly():
            return
        texts = [self._with_own_endings(text) for text in _dealt(copied.pieces, len(spans))]
        if copied.shape is Shape.RECTANGLE and len(spans) == 1 and spans[0].is_empty:
            self._selections.edit(self._rows(spans[0].caret, copied.pieces))
        elif copied.shape is Shape.LINES and all(span.is_empty for span in spans):
            # A copied line goes above, wherever in its line the caret is.
            starts = [self._code.positionFromLine(self._code.lineFromPosition(span.caret)) for span in spans]
            self._selections.edit([TextEdit(at, at, text) for at, text in zip(starts, texts, strict=True)])
        else:
            edits = [TextEdit(span.start, span.end, text) for span, text in zip(spans, texts, strict=True)]

            def follow(span: Span) -> Span:
                place = moved(span.end, edits)
                return Span(place, place)

            self._selections.edit(edits, follow)

    def _rows(self, caret: int, pieces: tuple[str, ...]) -> list[TextEdit]:
        """A rectangle goes into the lines from the caret's on, each row in the caret's column."""
        code, column = self._code, self._code.column(caret)
        first, edits, tail = code.lineFromPosition(caret), list[TextEdit](), b""
        for number, piece in enumerate(pieces):
            line, data = first + number, piece.encode("utf-8", "surrogatepass")
            if line >= code.lineCount():
                tail += end_of_line(code) + b" " * column + data
                continue
            at = code.findColumn(line, column)
            edits.append(TextEdit(at, at, b" " * (column - code.column(at)) + data))
        if tail:
            edits.append(TextEdit(code.length(), code.length(), tail))
        return edits

    def _lines(self, spans: tuple[Span, ...]) -> list[tuple[int, int]]:
        code = self._code
        return [(code.positionFromLine(block.first), code.line_start(block.last + 1))
                for block in line_blocks(code, spans)]  # fmt: skip

    def _keep(self, pieces: list[bytes], shape: Shape) -> None:
        eol = end_of_line(self._code)
        if shape is Shape.LINES:
            pieces = [piece if piece.endswith((b"\n", b"\r")) else piece + eol for piece in pieces]
        texts = [piece.decode("utf-8", "replace") for piece in pieces]
        text = ("" if shape is Shape.LINES else eol.decode()).join(texts)
        clipboard = QGuiApplication.clipboard()
        clipboard.setText(text)
        # Beside the text and not as a format of its own: a QMimeData of ours would be deleted after Python has ended.
        kept = json.dumps({"text": text, "pieces": texts, "shape": shape.value})
        clipboard.setProperty(_PIECES, kept if shape is not Shape.PIECES or len(texts) > 1 else None)

    def _with_own_endings(self, data: bytes) -> bytes:
        eol = end_of_line(self._code)
        return _EOL.sub(lambda _found: eol, data)


def _copied(clipboard: QClipboard) -> Copied:
    """What a copy in an editor of this program took; another program's text is one piece."""
    text, kept = clipboard.text(), clipboard.property(_PIECES)
    found = json.loads(kept) if isinstance(kept, str) else {}
    if text and _plain(found.get("text", "")) == _plain(text):
        return Copied(tuple(found["pieces"]), Shape(found["shape"]))
    return Copied((text,), Shape.PIECES)


def _plain(text: str) -> str:
    r"""With \n alone: a system's clipboard may give other line endings back."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _dealt(pieces: tuple[str, ...], count: int) -> list[bytes]:
    """One text for each caret: a piece or a line each where their numbers agree, else all of it at every one."""
    if count > 1 and len(pieces) == 1:
        lines = _plain(pieces[0]).removesuffix("\n").split("\n")
        pieces = tuple(lines) if len(lines) == count else pieces
    if len(pieces) != count:
        whole = pieces[0] if len(pieces) == 1 else "\n".join(piece.rstrip("\r\n") for piece in pieces)
        pieces = (whole,) * count
    return [piece.encode("utf-8", "surrogatepass") for piece in pieces]

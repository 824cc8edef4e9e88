"""The cards of code blocks, as they are painted below the text of an answer.

Measured once when the text is laid out: an answer that arrives is painted many times a second.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPen, QTextBlock
from PySide6.QtWidgets import QTextBrowser

from copilot_desktop.ui.chat.code_bar import CodeBar
from copilot_desktop.ui.chat.rich_lines import CodeBlock, Tone
from copilot_desktop.ui.chat.rich_text import CODE_BAR_PX, CODE_HEAD_PX, CODE_PAD_PX
from copilot_desktop.ui.theme.tokens import Tokens


@dataclass(slots=True)
class PlacedCode:
    """A code block in the document: its blocks [first, last], the runs of them with a tone, and where all that is."""

    code: CodeBlock
    bar: CodeBar
    first: int
    last: int
    changed: tuple[tuple[int, int, Tone], ...]
    area: QRectF = field(default_factory=QRectF)
    fills: tuple[tuple[QRectF, Tone], ...] = ()

    def measure(self, view: QTextBrowser) -> None:
        """Take the place that the text has now, the bar's included."""
        document = view.document()
        first, last = document.findBlockByNumber(self.first), document.findBlockByNumber(self.last)
        left = first.blockFormat().leftMargin() - CODE_PAD_PX
        top = text_area(first).top() - CODE_HEAD_PX
        bottom = text_area(last).bottom() + CODE_PAD_PX
        self.area = QRectF(left + 0.5, top, view.viewport().width() - left - 1, bottom - top)
        fills = []
        for start, end, tone in self.changed:
            upper = text_area(document.findBlockByNumber(start)).top()
            final = document.findBlockByNumber(end)
            # Up to the next line: no stripes between lines.
            lower = text_area(final.next()).top() if end < self.last else text_area(final).bottom()
            fills.append((QRectF(self.area.left() + 1, upper, self.area.width() - 2, lower - upper), tone))
        self.fills = tuple(fills)


def runs_of(tones: Iterable[Tone], first: int) -> tuple[tuple[int, int, Tone], ...]:
    """Neighbours of one tone, as (first, last, tone), of lines from `first` on; only those that are filled."""
    runs: list[tuple[int, int, Tone]] = []
    for number, tone in enumerate(tones, first):
        if tone not in (Tone.REMOVED, Tone.ADDED):
            continue
        if runs and runs[-1][1] == number - 1 and runs[-1][2] is tone:
            runs[-1] = (runs[-1][0], number, tone)
        else:
            runs.append((number, number, tone))
    return tuple(runs)


def paint_cards(painter: QPainter, codes: Sequence[PlacedCode], area: QRectF, tokens: Tokens) -> None:
    """Paint those of these cards, the first of which is in the area, that are; the painter smooths before and after."""
    frame, ground, below_bar = QPen(QColor(tokens.border), 1), QColor(tokens.base), QPointF(0, CODE_BAR_PX)
    colours = {Tone.REMOVED: QColor(tokens.rem), Tone.ADDED: QColor(tokens.add)}
    for placed in codes:
        card = placed.area
        if card.top() > area.bottom():
            break
        painter.setPen(frame)
        painter.setBrush(ground)
        painter.drawRoundedRect(card, 8, 8)
        painter.drawLine(card.topLeft() + below_bar, card.topRight() + below_bar)
        if placed.fills:
            # Lines end between two pixels: smoothed, both their fills would let the ground through there.
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            for rect, tone in placed.fills:
                if rect.bottom() >= area.top() and rect.top() <= area.bottom():
                    painter.fillRect(rect, colours[tone])
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)


def text_area(block: QTextBlock) -> QRectF:
    """Where a block's text is, without its margins."""
    layout = block.layout()
    return layout.boundingRect().translated(layout.position())

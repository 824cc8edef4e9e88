"""What the next prompt is made of, as a slim bar with its figures below; a click or Enter shows the parts."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Final

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QEnterEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from copilot_desktop.context.budget import PartKind, RequestPart
from copilot_desktop.ui.theme.theme import Theme
from copilot_desktop.ui.theme.tokens import Tokens
from copilot_desktop.values import dataclass

_BAR_PX, _LEAST_PART_PX, _GAP_PX, _INNER_PX, _LEAST_WIDTH_PX = 5, 2, 3, 3, 48

COLOURS: Final[Mapping[PartKind, str]] = {
    PartKind.INSTRUCTIONS: "muted",
    PartKind.RULES: "conf",
    PartKind.TOOLS: "nu",
    PartKind.SUMMARY: "kw",
    PartKind.HISTORY: "st",
    PartKind.CONTEXT: "accent",
    PartKind.FOUND: "accent",
    PartKind.PROMPT: "text",
    PartKind.FRAME: "num",
}
"""The token of each kind. What was found is drawn in another pattern than what was chosen, as on the chips."""


@dataclass(frozen=True, slots=True)
class BudgetShown:
    """The figures: a line and shorter ones of it, what is to be said about them, and how much of what.

    `limit_tokens` is the model's window. `is_over`: it does not fit. `is_short`: something is left out.
    """

    lines: tuple[str, ...] = ("",)
    tip: str = ""
    parts: tuple[RequestPart, ...] = ()
    limit_tokens: int | None = None
    room_tokens: int | None = None
    is_over: bool = False
    is_short: bool = False

    @property
    def line(self) -> str:
        """All of it."""
        return self.lines[0]


def brush_of(kind: PartKind | None, tokens: Tokens) -> QBrush:
    """How a part is drawn; None: the room for the answer."""
    if kind is None:
        return QBrush(QColor(tokens.muted), Qt.BrushStyle.BDiagPattern)
    pattern = Qt.BrushStyle.Dense4Pattern if kind is PartKind.FOUND else Qt.BrushStyle.SolidPattern
    return QBrush(QColor(getattr(tokens, COLOURS[kind])), pattern)


def in_order(parts: tuple[RequestPart, ...]) -> list[RequestPart]:
    """As they are shown, those of one kind beside each other."""
    kinds = list(PartKind)
    return sorted(parts, key=lambda part: kinds.index(part.kind))


class BudgetBar(QAbstractButton):
    """As wide as there is room; its line is shortened, its tip and its description say all of it."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._shown = BudgetShown()
        self.setObjectName("budget")
        self.setAccessibleName("Tokens and price of what would be sent")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        theme.changed.connect(self._on_theme_changed)

    @property
    def theme(self) -> Theme:
        """Whose colours the parts have."""
        return self._theme

    @property
    def shown(self) -> BudgetShown:
        """What it shows."""
        return self._shown

    def show_budget(self, shown: BudgetShown) -> None:
        """Show these figures; nothing is painted anew where they are the same."""
        if shown == self._shown:
            return
        self._shown = shown
        says = f"{shown.line}. {shown.tip}".strip()
        self.setToolTip(f"{shown.tip or shown.line}\nClick for the parts.")
        self.setAccessibleDescription(f"{says} Enter shows the parts.")
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """The bar above one line of text."""
        metrics = self.fontMetrics()
        width = metrics.horizontalAdvance(self._shown.line) + 2 * _INNER_PX
        return QSize(width, _BAR_PX + _GAP_PX + metrics.height() + 2 * _INNER_PX)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """It can always be shorter."""
        return QSize(_LEAST_WIDTH_PX, self.sizeHint().height())

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Enter opens it as Space does; whether Qt takes Enter for a press differs between desktops."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:  # noqa: N802 - Qt's name
        """The line is underlined, as a link is."""
        super().enterEvent(event)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Bar, line, and the ring of the focus."""
        tokens, painter = self._theme.tokens, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        inner = self.rect().adjusted(_INNER_PX, _INNER_PX, -_INNER_PX, -_INNER_PX)
        bar = QRect(inner.left(), inner.top(), inner.width(), _BAR_PX)
        self._paint_bar(painter, bar)
        words = inner.adjusted(0, _BAR_PX + _GAP_PX, 0, 0)
        shown = self._shown
        colour = tokens.remf if shown.is_over else tokens.amber if shown.is_short else tokens.muted
        font = painter.font()
        font.setUnderline(self.underMouse() and self.isEnabled())
        painter.setFont(font)
        painter.setPen(QColor(colour))
        metrics = self.fontMetrics()
        fitting = (each for each in shown.lines if metrics.horizontalAdvance(each) <= words.width())
        line = metrics.elidedText(next(fitting, shown.lines[-1]), Qt.TextElideMode.ElideRight, words.width())
        painter.drawText(words, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), line)
        if self.hasFocus():
            pen = painter.pen()
            pen.setColor(QColor(tokens.accent))
            pen.setWidth(2)
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 4, 4)
        painter.end()

    def _paint_bar(self, painter: QPainter, bar: QRect) -> None:
        tokens, shown = self._theme.tokens, self._shown
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.pressed))
        painter.drawRoundedRect(bar, 2, 2)
        if shown.is_over:
            painter.setBrush(QColor(tokens.remf))
            painter.drawRoundedRect(bar, 2, 2)
            return
        for part, left, right in widths(shown, bar.width()):
            piece = QRect(bar.left() + left, bar.top(), right - left, bar.height())
            painter.fillRect(piece, brush_of(part, tokens))
        if shown.limit_tokens is not None and shown.room_tokens:
            room = round(bar.width() * shown.room_tokens / shown.limit_tokens)
            painter.fillRect(bar.adjusted(bar.width() - room, 0, 0, 0), brush_of(None, tokens))

    def _on_theme_changed(self, _changed: object) -> None:
        self.update()


def widths(shown: BudgetShown, width: int) -> list[tuple[PartKind, int, int]]:
    """From where to where each kind of part goes in a bar so wide; a part that is there can be seen."""
    sums: dict[PartKind, int] = {}
    for part in in_order(shown.parts):
        sums[part.kind] = sums.get(part.kind, 0) + part.tokens
    whole = shown.limit_tokens or sum(sums.values())
    if not whole:
        return []
    ends, done = [0], 0
    for tokens in sums.values():
        done += tokens
        # Between two of them there is a pixel of the ground.
        ends.append(min(max(round(width * done / whole), ends[-1] + (_LEAST_PART_PX + 1 if tokens else 0)), width))
    places = zip(sums, pairwise(ends), strict=True)
    return [(kind, left, max(right - 1, left)) for kind, (left, right) in places if right > left]

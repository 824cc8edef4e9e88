"""An answer while it streams and afterwards: one text document as high as its text, with a bar above each code block.

Measured: drawing the whole answer again costs 40 ms per frame at 20 KB; writing only the lines that differ costs 1 to
5 ms at any size. So finished blocks are never touched again, and the open block is parsed anew at line ends, if 60 ms
have passed, or every 100 ms.
"""

from __future__ import annotations

import math
import time
from bisect import bisect_left

from PySide6.QtCore import QRectF, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import (
    QColor,
    QDesktopServices,
    QFocusEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QTextCursor,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QSizePolicy, QTextBrowser, QWidget

from copilot_desktop.ui.chat.announcing import spoken
from copilot_desktop.ui.chat.code_bar import CodeBar
from copilot_desktop.ui.chat.code_cards import PlacedCode, paint_cards, runs_of, text_area
from copilot_desktop.ui.chat.markdown_blocks import BlockSplitter
from copilot_desktop.ui.chat.rich_lines import CodeBlock, Line, LineKind, Tone, lines_of
from copilot_desktop.ui.chat.rich_text import (
    CODE_BAR_PX,
    GAP_PX,
    QUOTE,
    RULE,
    LineWriter,
    TextStyle,
)
from copilot_desktop.ui.theme.theme import Theme

_PARSE_EVERY_S, _PARSE_AT_MOST_EVERY_S = 0.1, 0.06
_PORTION = 400
"""Characters drawn at once of text that has piled up: each code block in them costs some milliseconds."""


class AnswerView(QTextBrowser):
    """Shows one answer. `feed` as text arrives, `finish` at its end; the height follows the text."""

    code_action = Signal(object)
    """Carries one `CodeAction`."""
    portion_finished = Signal(str)
    """Carries what a screen reader says of blocks that can no longer change, while the answer arrives."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._text = self._waiting = ""
        self._has_keyboard_focus = False
        self.setObjectName("answer")
        self.setAccessibleName("Answer")
        self.setProperty("plain", True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setStyleSheet("QTextBrowser, QTextBrowser:focus { border: none; background: transparent; }")
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setOpenLinks(False)
        self.anchorClicked.connect(self._on_anchor_clicked)
        self.document().setUndoRedoEnabled(False)
        self.document().setDocumentMargin(2)
        self._catch_up = QTimer(self, singleShot=True)
        self._start_document()
        self._catch_up.timeout.connect(self._parse_if_due)

    @property
    def text(self) -> str:
        """The answer so far, as the model wrote it."""
        return self._text

    @property
    def bars(self) -> tuple[CodeBar, ...]:
        """The bars above the code blocks, in order."""
        return tuple(placed.bar for placed in self._codes)

    @property
    def cards(self) -> tuple[QRectF, ...]:
        """Where the code blocks with their bars are, in order."""
        return tuple(QRectF(placed.area) for placed in self._codes)

    def feed(self, text: str) -> None:
        """Show more of the answer."""
        if not text:
            return
        begins_line = self._text.endswith("\n")
        self._text += text
        self._waiting += text
        self._is_arriving = True
        since_s = time.monotonic() - self._parsed_at
        if begins_line or "\n" in text or since_s >= _PARSE_EVERY_S or self._catch_up.isActive():
            self._parse_if_due()
            return
        self._writer.append_plain(text)
        self._fit(len(self._codes) - self._open_codes)

    def _parse_if_due(self) -> None:
        if self._waiting and self._until_due_s() <= 0:
            self._parse(is_finished=False, limit=max(_PORTION, len(self._waiting) // 4))
        if self._waiting:
            self._catch_up.start(max(math.ceil(self._until_due_s() * 1000), 0))
        else:
            self._catch_up.stop()

    def _until_due_s(self) -> float:
        """Lexing a very long block takes its time: it may have a tenth of it."""
        return self._parsed_at + max(_PARSE_AT_MOST_EVERY_S, 10 * self._parse_cost_s) - time.monotonic()

    def feed_kept(self, text: str) -> None:
        """Show a piece of an answer that was kept, drawn with all its looks at once."""
        self._text += text
        self._waiting += text
        self._parse(is_finished=False)

    def finish(self) -> None:
        """No more text comes."""
        self._parse(is_finished=True)
        self._is_arriving = False

    def show_text(self, text: str) -> None:
        """Show a whole answer."""
        self._restart()
        self.feed(text)
        self.finish()

    def refresh(self) -> None:
        """Draw again in the theme's colours of now."""
        text, is_finished = self._text, self._is_finished
        self._restart()
        self._text = self._waiting = text
        self._parse(is_finished=is_finished)

    def _restart(self) -> None:
        self._text = ""
        for placed in self._codes:
            _take_away(placed.bar)
        self.clear()
        self._start_document()

    def _start_document(self) -> None:
        self._splitter = BlockSplitter()
        self._waiting = ""
        self._style = TextStyle(self._theme.tokens, self.font())
        self._writer: LineWriter = LineWriter(QTextCursor(self.document()), self._style)
        self._codes: list[PlacedCode] = []
        self._open_codes: int = 0
        self._parsed_at: float = 0.0
        self._parse_cost_s: float = 0.0
        self._is_finished: bool = False
        self._is_arriving = False

    def _parse(self, *, is_finished: bool, limit: int | None = None) -> None:
        """Write the open block again, and freeze the blocks that are finished. `limit`: characters of what waits."""
        # The processor's time: what other programs take must not let text pile up.
        began = time.thread_time()
        self._is_finished = is_finished
        self._splitter.feed(self._waiting[:limit])
        self._waiting = "" if limit is None else self._waiting[limit:]
        closed_codes = len(self._codes) - self._open_codes
        lines: list[Line] = []
        codes: list[CodeBlock] = []
        frozen_lines, frozen_codes = 0, 0
        for block in self._splitter.split(is_finished=is_finished):
            block_lines, block_codes = lines_of(block.tokens, closed_codes + len(codes))
            lines.extend(block_lines)
            codes.extend(block_codes)
            if not block.is_open:
                frozen_lines, frozen_codes = len(lines), len(codes)
        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()
        self._writer.rewrite_open(lines)
        cursor.endEditBlock()
        self._place_codes(lines, codes, closed_codes)
        self._writer.freeze(frozen_lines)
        self._open_codes = len(codes) - frozen_codes
        for placed in self._codes[closed_codes : closed_codes + frozen_codes]:
            placed.bar.set_finished(True)
        self._fit(closed_codes)
        self._parsed_at = time.monotonic()
        self._parse_cost_s = time.thread_time() - began
        if frozen_lines and self._is_arriving:
            self.portion_finished.emit(spoken(lines[:frozen_lines]))

    def _place_codes(self, lines: list[Line], codes: list[CodeBlock], closed: int) -> None:
        """Remember where the open lines' code blocks stand; a bar is kept while its block grows."""
        tones: dict[int, list[Tone]] = {code.number: [] for code in codes}
        firsts: dict[int, int] = {}
        for index, line in enumerate(lines):
            if line.kind is LineKind.CODE:
                if line.code_number not in firsts:
                    firsts[line.code_number] = self._writer.block_of(index)
                tones[line.code_number].append(line.tone)
        for placed in self._codes[closed + len(codes) :]:
            _take_away(placed.bar)
        del self._codes[closed + len(codes) :]
        for at, code in enumerate(codes, closed):
            bar = self._codes[at].bar if at < len(self._codes) else self._new_bar()
            bar.show_code(code)
            # Each line of code is a block of the document.
            first, count = firsts[code.number], len(tones[code.number])
            changed = runs_of(tones[code.number], first)
            self._codes[at : at + 1] = [PlacedCode(code, bar, first, first + count - 1, changed)]

    def _new_bar(self) -> CodeBar:
        bar = CodeBar(self._theme, self.viewport())
        bar.action_chosen.connect(self.code_action)
        bar.show()
        return bar

    def _fit(self, first_code: int = 0) -> None:
        """Take the height of the text, and put the bars where their blocks are; those before `first_code` stay."""
        height = round(self.document().size().height()) + GAP_PX
        if height != self.height():
            self.setFixedHeight(height)
        for placed in self._codes[first_code:]:
            placed.measure(self)
            bar_area = placed.area.adjusted(1, 1, -1, 0).toRect()
            bar_area.setHeight(CODE_BAR_PX)
            if placed.bar.geometry() != bar_area:
                placed.bar.setGeometry(bar_area)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Paint the cards of code and the bars of quotes below the text."""
        tokens, area = self._theme.tokens, QRectF(event.rect())
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        first = bisect_left(self._codes, area.top(), key=lambda placed: placed.area.bottom())
        paint_cards(painter, self._codes[first:], area, tokens)
        if self._writer.has_quotes_or_rules:
            self._paint_beside(painter, area, QColor(tokens.border))
        if self._has_keyboard_focus:
            painter.setPen(QPen(QColor(tokens.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.viewport().rect()).adjusted(1, 1, -1, -1), 6, 6)
        painter.end()
        super().paintEvent(event)

    def _paint_beside(self, painter: QPainter, area: QRectF, colour: QColor) -> None:
        """The bars of quotes, and rules."""
        block = self.cursorForPosition(area.topLeft().toPoint()).block()
        while block.isValid() and block.layout().position().y() <= area.bottom():
            form = block.blockFormat()
            if form.hasProperty(QUOTE):
                row = text_area(block)
                painter.fillRect(QRectF(form.leftMargin() - 14, row.top(), 3, row.height()), colour)
            if form.hasProperty(RULE):
                painter.fillRect(QRectF(0, text_area(block).center().y(), self.viewport().width(), 1), colour)
            block = block.next()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """The text wraps at the new width."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fit()

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """The ring shows for the keyboard only: a click selects text."""
        reasons = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        self._has_keyboard_focus = event.reason() in reasons
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """Take the ring away."""
        self._has_keyboard_focus = False
        super().focusOutEvent(event)
        self.viewport().update()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        """The transcript scrolls, not the answer."""
        event.ignore()

    def loadResource(self, _kind: int, _name: QUrl | str) -> object:  # noqa: N802
        """Fetch nothing: a picture in an answer must not tell a server that it was read."""
        return None

    def _on_anchor_clicked(self, url: QUrl) -> None:
        if is_safe_link(url):
            QDesktopServices.openUrl(url)


def _take_away(bar: CodeBar) -> None:
    # It is deleted with the next events; until then it must not lie over the text.
    bar.hide()
    bar.deleteLater()


def is_safe_link(url: QUrl) -> bool:
    """Whether a link from an answer may be opened: only web addresses, never files or programs."""
    return url.isValid() and url.scheme() in ("http", "https") and bool(url.host())

"""The Scintilla widget, set up as this program uses it: UTF-8, margins, folding, indentation, no menu of its own."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from PySide6.QtCore import QEvent, QRect, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QInputMethodEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QWidget
from pyside6_scintilla import Scintilla, ScintillaEdit

from copilot_desktop.editor.events import EditorOptions
from copilot_desktop.editor.viewport import meet_viewport
from copilot_desktop.text.indentation import Indentation
from copilot_desktop.text.lines import LineEnding, dominant_ending

NUMBER_MARGIN, CHANGE_MARGIN, FOLD_MARGIN = 0, 1, 2
CHANGE_MARGIN_PX, FOLD_MARGIN_PX, TEXT_GAP_PX = 4, 14, 6
STYLED_IDLY_BYTES = 150_000
"""A text up to this size is styled to its end while nothing else is to be done, after every key: 20 ms a megabyte. A
longer one is as far as it is seen."""
STYLED_AT_ONCE_BYTES = 500_000
_ROOM_FROM_BYTES, _ROOM_SHARE = 1_000_000, 16
"""A text from this size on has room for a sixteenth more: without it one of the first keys copies all of it and its
styles, 27 ms for 10 MB."""
EOL_MODES = {LineEnding.CRLF: 0, LineEnding.CR: 1, LineEnding.LF: 2}
_STYLE_TO_VISIBLE, _STYLE_ALL = 1, 3
CHANGES = 0x1 | 0x2  # SC_MOD_INSERTTEXT | SC_MOD_DELETETEXT
"""What is told of."""


Overlay = Callable[[QRect], Callable[[QPainter], None] | None]
"""Gives what draws over a part of the text, None for nothing: most often it is asked at a blink of the caret."""


class CodeWidget(ScintillaEdit):
    """A Scintilla editor of UTF-8 text. What `overlays` give draws over it after each paint.

    `has_long_lines`: the text has lines too long to wrap; `is_plain`: too long for colours as well.
    `text_takers` are asked before typed text goes in, `key_takers` before a key without modifiers does what it does,
    `mouse_takers` before the mouse does: an event filter would be asked at each blink of the caret, too.
    """

    read_by_others = Signal()
    """A screen reader has asked for the widget; it may ask again at any time."""
    link_followed = Signal()
    """The name that the caret stands at now was clicked with Ctrl."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.overlays: list[Overlay] = []
        self.text_takers: list[Callable[[str], bool]] = []
        self.key_takers: dict[Qt.Key, Callable[[], bool]] = {}
        self.mouse_takers: list[Callable[[QMouseEvent], bool]] = []
        self._has_preedit = False
        self.has_guides = False
        self.is_large = False
        """Of so many bytes that nothing may look at all of them at once."""
        self.has_long_lines = self.is_plain = False
        self.setFrameShape(QFrame.Shape.NoFrame)
        meet_viewport(self)
        self._hide_what_is_below()
        self.setModEventMask(CHANGES)
        self.usePopUp(0)
        # Two phases or more: otherwise glyphs that reach over their cell are cut and annotations get stripes.
        self.setPhasesDraw(2)
        self.setScrollWidthTracking(True)
        self.setScrollWidth(1)
        self.setEndAtLastLine(True)
        self.setMultipleSelection(True)
        self.setAdditionalSelectionTyping(True)
        self.setPasteConvertEndings(True)
        self.setYCaretPolicy(0x1 | 0x4 | 0x8, 3)  # CARET_SLOP | CARET_STRICT | CARET_EVEN
        self.setLayoutCache(2)
        self.setMouseDwellTime(Scintilla.TimeForever)
        self.set_up_document()
        self._set_up_margins()
        # Keys with Ctrl that Scintilla would type as control characters, or that belong to the window.
        for letter in "BDEFGHIJKLMNOPQRSTUW":
            self.clearCmdKey(ord(letter) | (2 << 16))
            self.clearCmdKey(ord(letter) | (3 << 16))
        # Home goes to the line's text and then to its start; in a wrapped line, to the row's.
        for key, message in ((304, "VCHomeWrap"), (305, "LineEndWrap")):
            self.assignCmdKey(key, Scintilla.Message[message].value)
            self.assignCmdKey(key | 1 << 16, Scintilla.Message[f"{message}Extend"].value)

    def set_up_document(self) -> None:
        """Set what Scintilla keeps with the document; that is another one now."""
        self.setCodePage(Scintilla.CpUtf8)
        self.setTabIndents(True)
        self.setBackSpaceUnIndents(True)
        self.send(Scintilla.Message.SetUndoSelectionHistory, 1)  # undo brings all carets back, too

    def _hide_what_is_below(self) -> None:
        """Let nothing below the text, down to the window, be painted with every blink of the caret: this covers it.

        Then scrolling moves the picture, too; between the pixels of a screen at 125 or 150 % that would blur it.
        """
        is_whole = self.devicePixelRatioF().is_integer()
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent, is_whole)

    def event(self, event: QEvent) -> bool:
        """Esc goes back to one caret before it means anything to the window."""
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._hide_what_is_below()
        if event.type() == QEvent.Type.ShortcutOverride:
            is_escape = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape
            if is_escape and self.selections() > 1:
                event.accept()
                return True
        return super().event(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        """Leave files to the window, which opens them: Scintilla would take their names as text."""
        if event.mimeData().hasUrls():
            event.ignore()
        else:
            super().dragEnterEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Ask the takers first."""
        modifiers = event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_Tab and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            key = Qt.Key.Key_Backtab  # as Qt calls it where a person pressed it
        takes = self.key_takers.get(key)
        if takes is not None and modifiers == Qt.KeyboardModifier.NoModifier and takes():
            return
        # Ctrl and Alt together are AltGr on Windows, with which many keyboards write brackets.
        is_alt_gr = modifiers == Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
        is_typed = not modifiers & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
        if event.text() and (is_typed or is_alt_gr) and self._is_taken(event.text()):
            return
        super().keyPressEvent(event)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:  # noqa: N802 - Qt's name
        """Dead keys and input methods write through here: ask the takers, too."""
        text = event.commitString()
        if text and not event.preeditString() and not event.replacementLength():
            if self._has_preedit:
                # What was shown while it was being composed stands in the text and goes first.
                super().inputMethodEvent(QInputMethodEvent("", []))
                self._has_preedit = False
            if self._is_taken(text):
                event.accept()
                return
        self._has_preedit = bool(event.preeditString())
        super().inputMethodEvent(event)

    def _is_taken(self, text: str) -> bool:
        return any(takes(text) for takes in self.text_takers)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the text, then what others draw over it."""
        super().paintEvent(event)
        area = event.rect()
        paints = [paint for overlay in self.overlays if (paint := overlay(area)) is not None]
        if paints:
            painter = QPainter(self.viewport())
            painter.setClipRegion(event.region())
            for paint in paints:
                paint(painter)
            painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Ask the takers first."""
        if not any(takes(event) for takes in self.mouse_takers):
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Ask the takers first."""
        if not any(takes(event) for takes in self.mouse_takers):
            super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Ask the takers first."""
        if not any(takes(event) for takes in self.mouse_takers):
            super().mouseReleaseEvent(event)

    def send_bytes(self, message: Scintilla.Message, number: int, data: bytes) -> int:
        """Send a message whose second parameter is a string.

        The typed methods of pyside6-scintilla 5.6.3.7 refuse bytes (a NameError in their signature), and a str of
        theirs cannot hold what is no valid Unicode.
        """
        place = ctypes.cast(ctypes.c_char_p(data), ctypes.c_void_p).value or 0
        return self.send(message, number, place)

    def text_between(self, start: int, end: int) -> str:
        """Return the text between two byte positions."""
        return bytes(self.get_text_range(start, end).data()).decode("utf-8", "surrogatepass")

    def load(self, text: str) -> None:
        """Replace everything, without an undo step and with the endings as they are."""
        data = text.encode("utf-8", "surrogatepass")
        self.setUndoCollection(False)
        self.clearAll()
        if len(data) >= _ROOM_FROM_BYTES:
            self.send(Scintilla.Message.Allocate, len(data) + len(data) // _ROOM_SHARE)
        self.send_bytes(Scintilla.Message.AddText, len(data), data)
        self.setUndoCollection(True)
        self.emptyUndoBuffer()
        self.setSavePoint()
        # Not `gotoPos`, which lays the line out: a long one is made quick for that only after this.
        self.setEmptySelection(0)
        self.setFirstVisibleLine(0)
        self.setXOffset(0)
        self.setEOLMode(EOL_MODES[dominant_ending(text)])

    def replace_bytes(self, start: int, end: int, text: str) -> None:
        """Replace a range of bytes; the caret stays with its text."""
        self.replace_data(start, end, text.encode("utf-8", "surrogatepass"))

    def replace_data(self, start: int, end: int, data: bytes) -> None:
        """Replace a range of bytes by UTF-8."""
        self.setTargetRange(start, end)
        self.send_bytes(Scintilla.Message.ReplaceTarget, len(data), data)

    def style_to(self, end: int) -> None:
        """Have the styles up to a place, unless so much lacks that whoever types would have to wait."""
        begin = self.endStyled()
        if begin < end <= begin + STYLED_AT_ONCE_BYTES:
            self.colourise(begin, end)

    def data(self, start: int, end: int) -> bytes:
        """A range of the text as UTF-8."""
        return bytes(self.get_text_range(start, end).data())

    def part(self, start: int, limit_bytes: int) -> bytes:
        """At most so many bytes of the text from a place on, as they lie in memory: the quickest way to copy a large
        one. Fewer before the gap that Scintilla keeps at the last edit, and none at the end."""
        gap, length = self.send(Scintilla.Message.GetGapPosition), self.length()
        size = min(limit_bytes, (gap if start < gap else length) - start)
        if size <= 0:
            return b""
        return ctypes.string_at(self.send(Scintilla.Message.GetRangePointer, start, size), size)

    def line_start(self, line: int) -> int:
        """Byte position of a line's start; the text's end for lines past the last."""
        return self.positionFromLine(line) if line < self.lineCount() else self.length()

    def is_line_in_sight(self, line: int) -> bool:
        """Whether a line stands within the rows that are on the screen."""
        row, top = self.visibleFromDocLine(line), self.firstVisibleLine()
        return top <= row < top + self.linesOnScreen()

    def apply_options(self, options: EditorOptions) -> None:
        """Set wrapping and what is shown."""
        self.setWrapMode(1 if options.is_word_wrapped and not self.has_long_lines else 0)
        self.setWrapVisualFlags(1)
        self.setViewWS(1 if options.is_whitespace_shown else 0)
        self.has_guides = options.has_indentation_guides and not self.has_long_lines
        self.show_rulers(options.ruler_columns)
        if options.ending is not None:
            self.setEOLMode(EOL_MODES[options.ending])

    def show_rulers(self, columns: Iterable[int]) -> None:
        """Draw a thin line at each of these columns, in the theme's colour."""
        self.multiEdgeClearAll()
        self.setEdgeMode(3)  # EDGE_MULTILINE
        for column in columns:
            self.multiEdgeAddLine(column, self.edgeColour())

    def apply_indentation(self, indentation: Indentation, tab_columns: int) -> None:
        """Indent from now on so; `tab_columns` is how wide a tab is drawn where the indentation does not say."""
        columns = indentation.columns or tab_columns
        self.setUseTabs(indentation.is_tabs)
        self.setTabWidth(columns if indentation.is_tabs else tab_columns)
        self.setIndent(columns)

    def indentation(self) -> Indentation:
        """How the text is indented now."""
        return Indentation(bool(self.useTabs()), self.indent() or self.tabWidth())

    def zoom_points(self) -> int:
        """Points by which the text is shown larger than set; PySide6 hides the getter behind the signal's name."""
        return self.send(Scintilla.Message.GetZoom)

    def fit_to_text(self) -> None:
        """Make the line numbers' margin as wide as its longest number, and style as much ahead as the size allows."""
        wanted = _STYLE_ALL if self.length() <= STYLED_IDLY_BYTES else _STYLE_TO_VISIBLE
        if self.idleStyling() != wanted:
            self.setIdleStyling(wanted)
        digits = max(3, len(str(self.lineCount())))
        width = self.textWidth(33, "9" * digits) + 16
        if self.marginWidthN(NUMBER_MARGIN) != width:
            self.setMarginWidthN(NUMBER_MARGIN, width)

    def _set_up_margins(self) -> None:
        self.setMargins(3)
        self.setMarginTypeN(NUMBER_MARGIN, 1)
        for margin in (CHANGE_MARGIN, FOLD_MARGIN):
            self.setMarginTypeN(margin, 0)
        self.setMarginMaskN(NUMBER_MARGIN, 0)
        self.setMarginMaskN(CHANGE_MARGIN, 0b1111 << 10)
        self.setMarginMaskN(FOLD_MARGIN, Scintilla.MaskFolders)
        self.setMarginWidthN(CHANGE_MARGIN, CHANGE_MARGIN_PX)
        self.setMarginWidthN(FOLD_MARGIN, FOLD_MARGIN_PX)
        self.setMarginSensitiveN(FOLD_MARGIN, True)
        self.setMarginCursorN(FOLD_MARGIN, 2)
        self.setMarginLeft(TEXT_GAP_PX)
        self.setMarginRight(0)
        self.setAutomaticFold(0x1 | 0x4)
        self.setProperty("fold", "1")
        self.setProperty("fold.compact", "0")
        for name in ("fold.html", "fold.comment", "fold.quotes.python", "fold.preprocessor"):
            self.setProperty(name, "1")
        # Arrows for heads, nothing for what belongs to them: (marker, symbol).
        for marker, symbol in ((30, 2), (31, 6), (25, 2), (26, 6), (27, 5), (28, 5), (29, 5)):
            self.markerDefine(marker, symbol)
        self.viewport().setCursor(Qt.CursorShape.IBeamCursor)


@contextmanager
def unpainted_above(code: CodeWidget, line: int) -> Iterator[None]:
    """Paint nothing for what is changed meanwhile where all of it, from a line on, is below what is in sight: Scintilla
    would paint everything."""
    if code.docLineFromVisible(code.firstVisibleLine() + code.linesOnScreen() + 1) >= line:
        yield
        return
    view = code.viewport()
    view.setAttribute(Qt.WidgetAttribute.WA_UpdatesDisabled)
    try:
        yield
    finally:
        view.setAttribute(Qt.WidgetAttribute.WA_UpdatesDisabled, False)
        # Until the next paint Scintilla asks for no other one.
        view.repaint(0, 0, 1, 1)

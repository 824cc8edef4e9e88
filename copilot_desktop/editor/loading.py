"""A text of hundreds of megabytes on its way into the views of its document."""

from __future__ import annotations

import ctypes
from collections.abc import Callable

from PySide6.QtCore import QMutex, QMutexLocker
from pyside6_scintilla import Scintilla, ScintillaEdit

from copilot_desktop.editor.code_widget import CHANGES, EOL_MODES, CodeWidget
from copilot_desktop.editor.document_views import DocumentViews
from copilot_desktop.editor.live_text import LiveText
from copilot_desktop.text.lines import LineEnding

_WITHOUT_STYLES = 0x1  # SC_DOCUMENTOPTION_STYLES_NONE
SPARE_BYTES = 4 * 1024 * 1024
_DIRECT = ctypes.CFUNCTYPE(ctypes.c_ssize_t, ctypes.c_void_p, ctypes.c_uint, ctypes.c_size_t, ctypes.c_ssize_t)


class _Room:
    """A document with room for a large text, made on a worker: to fill the room takes 0.2 s for 300 MB, and a text
    that grows into its room piece by piece is copied over and over."""

    def __init__(self) -> None:
        # Scintilla makes documents through an editor; this one is never shown. Through ctypes Python goes on meanwhile.
        self._editor = ScintillaEdit()
        self._maker = _Maker(self._editor.directFunction(), self._editor.directPointer())
        self.make, self.take = self._maker.make, self._maker.take

    def __del__(self) -> None:
        # The editor must not go while a worker is in it.
        self._maker.close()


class _Maker:
    """What a worker may hold of a room, also when its window is gone."""

    def __init__(self, function: int, editor: int) -> None:
        self._call, self._editor = _DIRECT(function), editor
        self._lock = QMutex()
        self._is_open = True
        self._document = 0

    def make(self, size_bytes: int) -> None:
        """Make the room. It has no place for styles, which a large text does without."""
        with QMutexLocker(self._lock):
            if self._is_open and not self._document:
                create = Scintilla.Message.CreateDocument.value
                self._document = self._call(self._editor, create, size_bytes + SPARE_BYTES, _WITHOUT_STYLES)

    def take(self) -> int:
        """The document made, to be released by whoever took it; 0: there is none."""
        with QMutexLocker(self._lock):
            document, self._document = self._document, 0
        return document

    def close(self) -> None:
        """The editor goes."""
        with QMutexLocker(self._lock):
            self._is_open = False
            if self._document:
                self._call(self._editor, Scintilla.Message.ReleaseDocument.value, 0, self._document)
                self._document = 0


class TextLoading:
    """Puts a text into its views piece by piece, in place of the one they show; nobody can type meanwhile. GUI thread
    only."""

    def __init__(self, views: DocumentViews, live: LiveText) -> None:
        self._views, self._live = views, live
        self._room: _Room | None = None
        self._before = 0
        """The document shown before, kept until all of the new one is there."""
        self._places: list[tuple[CodeWidget, int, int]] = []

    def room(self) -> Callable[[int], None]:
        """What makes room for a text of so many bytes, on any thread; nobody can type from now on."""
        self._views.first.setReadOnly(True)
        self._room = _Room()
        return self._room.make

    def begin(self) -> None:
        """The room was made: the pieces go into it."""
        document = self._room.take() if self._room is not None else 0
        self._room = None
        code = self._views.first
        if not document:
            document = code.createDocument(0, _WITHOUT_STYLES)
        self._before = code.docPointer()
        code.addRefDocument(self._before)
        self._places = [
            (each, each.lineFromPosition(each.currentPos()), each.firstVisibleLine()) for each in self._views.all()
        ]
        self._views.show_document(document)
        code.setReadOnly(True)

    def append(self, data: bytes) -> None:
        """Add a piece (UTF-8), without an undo step or a word."""
        code = self._views.first
        code.setModEventMask(0)  # each listener would get a copy of its own
        code.setReadOnly(False)
        code.setUndoCollection(False)
        code.send_bytes(Scintilla.Message.AppendText, len(data), data)
        code.setUndoCollection(True)
        code.setReadOnly(True)
        code.setModEventMask(CHANGES)

    def end(self, ending: LineEnding) -> None:
        """All of it is there: saved, to be typed in, the carets in the lines in which they were before."""
        first = self._views.first
        first.setReadOnly(False)
        first.emptyUndoBuffer()
        first.setSavePoint()
        first.setEOLMode(EOL_MODES[ending])
        self._let_go_of_before()
        for code, line, top in self._places:
            code.gotoPos(code.line_start(line))
            code.setFirstVisibleLine(top)
        self._live.tell_of_all()

    def give_up(self) -> None:
        """It cannot be had: show what was there before."""
        self._room = None
        if self._before:
            self._views.show_document(self._before)
            self._before = 0
            self._live.tell_of_all()
        self._views.first.setReadOnly(False)

    def _let_go_of_before(self) -> None:
        if self._before:
            self._views.first.releaseDocument(self._before)
            self._before = 0

"""Puts a refused block where the user says: a click shows what would change there, Enter or a double click takes it.

Nothing is written: the block becomes a pending change in the review.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt

from copilot_desktop.bridge.documents.controller import DocumentsController
from copilot_desktop.bridge.documents.events import OpenFailed
from copilot_desktop.bridge.review.refused_blocks import RefusedBlocks, would_become
from copilot_desktop.bridge.review.refused_values import RefusedBlock
from copilot_desktop.editor.line_choosing import LineChooser
from copilot_desktop.editor.view import EditorView
from copilot_desktop.edits.refusals import NearPlace, near_place
from copilot_desktop.text.lines import split_lines
from copilot_desktop.text.ranges import LineRange
from copilot_desktop.ui.announcing import announce
from copilot_desktop.ui.main_window import MainWindow
from copilot_desktop.ui.notices import Choice, Notice

_KEY = "placing"
_KEYS = "Enter, a double click or “Place here” puts it there, Esc leaves. Shift+click or Shift+↓ takes more lines."


class PlacingByHand(QObject):
    """One block at a time. It follows the tab in front: a block that names no file goes where the user goes."""

    def __init__(self, window: MainWindow, documents: DocumentsController, refused: RefusedBlocks) -> None:
        super().__init__(window)
        self._window, self._documents, self._refused = window, documents, refused
        self._block: RefusedBlock | None = None
        self._view: EditorView | None = None
        self._chooser: LineChooser | None = None
        self._lines: list[str] = []
        self._wanted = ""
        """The path whose text is awaited first."""
        window.editors.current_changed.connect(self._on_front_changed)
        window.editors.view_added.connect(self._on_view_added)
        window.editors.panes.front_changed.connect(self._on_front_changed)
        refused.changed.connect(self._on_refused_changed)
        documents.failed.connect(self._on_open_failed)

    def start(self, block_id: str) -> None:
        """Let the user choose lines for a block; the one before is given up."""
        self.cancel()
        block = self._refused.block(block_id)
        if block is None or block.is_asked:
            return
        self._block = block
        self._say("Open the file this block belongs to (Ctrl+P), then choose the line where it goes.")
        if block.failure.path is not None and self._refused.text_before(block_id) is not None:
            self._wanted = block.failure.path
            start = block.places[0].start if block.places else 0
            self._documents.open(self._wanted, LineRange(start, start))
        self._take_front()

    def cancel(self) -> None:
        """Give up: nothing has changed."""
        self._let_go()
        self._block, self._wanted = None, ""
        self._window.notices.withdraw(_KEY)

    def _take_front(self) -> None:
        """Choose in the text in front; there may be none, or one that has no file."""
        view = self._window.editors.current_view()
        if self._block is None or view is self._view or (self._wanted and (view is None or view.path != self._wanted)):
            return
        self._let_go()
        if view is None or view.path is None or view.code.is_large:
            return
        self._view, self._wanted = view, ""
        self._lines = split_lines(view.text())
        chooser = self._chooser = LineChooser(view.code, self._first(self._block, view.path), len(self._lines))
        chooser.moved.connect(self._on_chooser_moved)
        chooser.chosen.connect(self._on_chooser_chosen)
        chooser.cancelled.connect(self.cancel)
        view.text_changed.connect(self._on_text_changed)
        view.destroyed.connect(self._on_view_destroyed)
        view.setFocus(Qt.FocusReason.OtherFocusReason)
        self._on_chooser_moved(chooser.lines)
        here = ("Place here", self._place_here)
        self._say(f"Choose the line of {view.path} where this block goes: click it, or press ↑ ↓.", _KEYS, here)

    def _let_go(self) -> None:
        if self._view is not None and self._chooser is not None:
            self._view.text_changed.disconnect(self._on_text_changed)
            self._view.destroyed.disconnect(self._on_view_destroyed)
            self._chooser.end()
            self._view.diff_marks.end_preview()
        self._view = self._chooser = None

    def _first(self, block: RefusedBlock, path: str) -> LineRange:
        """Where it begins: at the nearest place, else at the caret."""
        place = next((each for each in block.places if each.path == path), None)
        start = place.start if place is not None else self._caret_line()
        return LineRange(start, start + len(split_lines(block.failure.old)))

    def _caret_line(self) -> int:
        return 0 if self._view is None else self._view.selection().lines.start

    def _place(self, lines: LineRange) -> NearPlace:
        path = (self._view.path if self._view is not None else None) or ""
        return near_place(path, self._lines, lines.start, lines.end)

    def _say(self, sentence: str, advice: str = "", *choices: Choice) -> None:
        choices = (*choices, ("Cancel", self.cancel))
        self._window.notices.show_notice(Notice(sentence, advice, choices, _KEY, is_amber=False, can_dismiss=False))

    def _on_chooser_moved(self, lines: LineRange) -> None:
        if self._view is None or self._block is None:
            return
        place, block = self._place(lines), self._refused.block(self._block.block_id)
        new_text = "".join(place.lines) if block is None else would_become(block.failure, place, self._lines)
        self._view.diff_marks.preview(lines, new_text)
        announce(self._view.code, _spoken(lines))

    def _place_here(self) -> None:
        if self._chooser is not None:
            self._on_chooser_chosen(self._chooser.lines)

    def _on_chooser_chosen(self, lines: LineRange) -> None:
        if self._block is None:
            return
        block_id, place = self._block.block_id, self._place(lines)
        self.cancel()
        self._refused.place_at(block_id, place)

    def _on_text_changed(self, _changed: object) -> None:
        if self._view is not None and self._chooser is not None:
            self._lines = split_lines(self._view.text())
            self._chooser.follow(len(self._lines))
            self._on_chooser_moved(self._chooser.lines)

    def _on_view_destroyed(self) -> None:
        # Its chooser and its marks went with it.
        self._view = self._chooser = None

    def _on_front_changed(self, _page: object = None) -> None:
        self._take_front()

    def _on_view_added(self, _view: EditorView) -> None:
        self._take_front()

    def _on_open_failed(self, failed: OpenFailed) -> None:
        if self._block is not None and failed.path == self._wanted:
            block_id = self._block.block_id
            self.cancel()
            self._refused.end_asking((block_id,), f"{failed.message} {failed.advice}".strip())

    def _on_refused_changed(self, _changed: object) -> None:
        if self._block is not None:
            block = self._refused.block(self._block.block_id)
            if block is None or block.is_asked:
                self.cancel()


def _spoken(lines: LineRange) -> str:
    if not len(lines):
        return f"Before line {lines.start + 1}"
    return f"Instead of line {lines.start + 1}" + (f" to {lines.end}" if len(lines) > 1 else "")

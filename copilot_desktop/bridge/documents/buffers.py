"""What the controllers need of an open editor. `editor` fulfils it; tests may use a plain object."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from copilot_desktop.text.changes import ByteChange, CopiedText
from copilot_desktop.text.line_edits import LineEdit
from copilot_desktop.text.lines import LineEnding
from copilot_desktop.text.ranges import DocumentId, LineRange, Selection
from copilot_desktop.text.snapshots import Snapshot


class Copying(Protocol):
    """Copies of the text, made in pieces between passes of the event loop where it is large."""

    @property
    def size_bytes(self) -> int:
        """How long the text is as UTF-8."""

    def copy(self, done: Callable[[CopiedText], None]) -> None:
        """Copy all text with its caret; `done` takes it as it is at the end, at once unless it is large."""

    def finish(self) -> None:
        """Have every copy that was begun done now."""


class Taking(Protocol):
    """Changes to the text, made in portions."""

    def take(self, changes: Sequence[ByteChange], done: Callable[[bool], None]) -> None:
        """Make changes to the text now as one undo step; `done(True)` when nobody typed meanwhile."""


class Loading(Protocol):
    """A text that is read piece by piece, in place of the one before."""

    def room(self) -> Callable[[int], None]:
        """What makes room for a text of so many bytes, on any thread; nobody can type from now on."""

    def begin(self) -> None:
        """The room was made: the pieces go into it."""

    def append(self, data: bytes) -> None:
        """Add a piece (UTF-8) of a text that is being read; nobody can type meanwhile."""

    def end(self, ending: LineEnding) -> None:
        """All of it is there: saved, to be typed in, the caret in the line in which it was before."""

    def give_up(self) -> None:
        """It cannot be read: the text is the one before."""


class SharedText(Protocol):
    """What all views of a text share."""

    @property
    def copying(self) -> Copying:
        """Copies of it."""

    @property
    def taking(self) -> Taking:
        """Changes to it."""

    @property
    def loading(self) -> Loading:
        """How it is read."""


class Buffer(Protocol):
    """The live text of one document. GUI thread only."""

    @property
    def document_id(self) -> DocumentId:
        """The document this buffer shows."""

    @property
    def version(self) -> int:
        """Counts every change of the text."""

    @property
    def shared(self) -> SharedText:
        """What its views share."""

    def edits_since(self, version: int) -> tuple[LineEdit, ...] | None:
        """The edits of whole lines from an earlier version to the text now, from top to bottom.

        None when that cannot be told: the whole text is to be compared.
        """

    def tell_now(self) -> None:
        """Tell of changes at once that would be told when the event loop turns."""

    def snapshot(self) -> Snapshot:
        """The text as it is now."""

    def selection(self) -> Selection:
        """The main selection; empty at the caret when nothing is selected."""

    def selected_text(self) -> str:
        """The selected text; empty when nothing is selected."""

    def select(self, start: int, end: int) -> None:
        """Select code points [start, end), the caret at the end, and scroll there."""

    def edit_lines(self, edits: Sequence[LineEdit]) -> None:
        """Apply edits that do not overlap as one undo step; caret and scroll stay with their text."""

    def load(self, text: str) -> None:
        """Show a text as just read from disk: no undo step, saved, caret at the start."""

    def set_text(self, text: str) -> None:
        """Replace all text as one undo step, touching only what differs; caret and scroll stay with their text."""

    def insert_at_caret(self, text: str) -> None:
        """Insert text at the caret (replacing the selection) as one undo step."""

    def tidy(self) -> None:
        """Do to the text what the user and the folder ask for before it is saved, as one undo step."""

    def show_lines(self, lines: LineRange) -> None:
        """Scroll the lines into view and put the caret at their start."""


class OpenBuffers(Protocol):
    """The buffers of one window. GUI thread only."""

    def current(self) -> Buffer | None:
        """The buffer of the active tab."""

    def find(self, path: str) -> Buffer | None:
        """The buffer of a workspace-relative path, when it is open."""

    def is_dirty(self, path: str) -> bool:
        """Whether the path is open with unsaved changes."""

    def open(self, path: str, lines: LineRange | None = None) -> None:
        """Open a path in a tab, or bring its tab to the front; the caret goes to the lines."""

"""Open buffers without an editor: the text, the selection, and what was inserted."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from copilot_desktop.bridge.documents.buffers import Buffer
from copilot_desktop.text.changes import ByteChange, CopiedText
from copilot_desktop.text.line_edits import LineEdit
from copilot_desktop.text.lines import LineEnding, split_lines
from copilot_desktop.text.ranges import DocumentId, LineRange, Selection
from copilot_desktop.text.snapshots import Snapshot


class PlainBuffer:
    """Fulfils `Buffer` on a str; only whole lines can be selected."""

    def __init__(self, path: str, text: str, selected: LineRange | None) -> None:
        self.path = path
        self.text = text
        self.selected = selected
        self.version = 1

    @property
    def document_id(self) -> DocumentId:
        return DocumentId(self.path)

    @property
    def shared(self) -> PlainBuffer:
        return self

    copying = taking = loading = shared

    def snapshot(self) -> Snapshot:
        return Snapshot(self.document_id, self.path, self.version, self.text)

    def tell_now(self) -> None:
        """Everything is told at once."""

    def edits_since(self, _version: int) -> None:
        return None

    @property
    def size_bytes(self) -> int:
        return len(self.text.encode())

    def copy(self, done: Callable[[CopiedText], None]) -> None:
        done(CopiedText((self.text.encode(),), 0, self.version))

    def finish(self) -> None:
        """All copies are made at once."""

    def selection(self) -> Selection:
        lines = self.selected or LineRange(0, 0)
        start = sum(len(line) for line in split_lines(self.text)[: lines.start])
        return Selection(self.document_id, self.version, start, start + len(self.selected_text()), lines)

    def selected_text(self) -> str:
        if self.selected is None:
            return ""
        return "".join(split_lines(self.text)[self.selected.start : self.selected.end])

    def select(self, start: int, end: int) -> None:
        self.selected = None

    def edit_lines(self, edits: Sequence[LineEdit]) -> None:
        lines = split_lines(self.text)
        for edit in sorted(edits, key=lambda edit: edit.lines.start, reverse=True):
            lines[edit.lines.start : edit.lines.end] = [edit.text]
        self.set_text("".join(lines))

    def load(self, text: str) -> None:
        self.set_text(text)

    def room(self) -> Callable[[int], None]:
        return lambda _size_bytes: None

    def begin(self) -> None:
        """A str needs no room."""

    def append(self, data: bytes) -> None:
        self.set_text(self.text + data.decode())

    def end(self, ending: LineEnding) -> None:
        self.selected = None

    def give_up(self) -> None:
        """Nothing was kept."""

    def set_text(self, text: str) -> None:
        self.text = text
        self.version += 1

    def take(self, changes: Sequence[ByteChange], done: Callable[[bool], None]) -> None:
        data = self.text.encode()
        for change in reversed(changes):
            data = data[: change.start] + change.data + data[change.end :]
        self.set_text(data.decode())
        done(True)

    def insert_at_caret(self, text: str) -> None:
        self.set_text(text + self.text)

    def tidy(self) -> None:
        """Nothing is asked for."""

    def show_lines(self, lines: LineRange) -> None:
        self.selected = lines


class PlainBuffers:
    """Fulfils `OpenBuffers`; the last one put is the active tab."""

    def __init__(self) -> None:
        self.open_ones: dict[str, PlainBuffer] = {}
        self.dirty: set[str] = set()
        self._current: PlainBuffer | None = None

    def put(self, path: str, text: str, selected: LineRange | None = None) -> PlainBuffer:
        self._current = self.open_ones[path] = PlainBuffer(path, text, selected)
        return self._current

    def current(self) -> Buffer | None:
        return self._current

    def find(self, path: str) -> Buffer | None:
        return self.open_ones.get(path)

    def is_dirty(self, path: str) -> bool:
        return path in self.dirty

    def open(self, path: str, lines: LineRange | None = None) -> None:
        self._current = self.open_ones.get(path)

"""How open texts differ from what git has of them: compared on workers, a moment after each change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal

from copilot_desktop.bridge.documents.controller import DocumentsController
from copilot_desktop.bridge.documents.events import DocumentClosed, DocumentOpened, TextChanged
from copilot_desktop.bridge.git.controller import GitController
from copilot_desktop.text.ranges import DocumentId, LineRange
from copilot_desktop.values import dataclass

if TYPE_CHECKING:
    from copilot_desktop.workspace.git.repository import GitRepository

_QUIET_MS: Final = 200
LIMIT_CHARACTERS: Final = 2_000_000
"""Longer texts are not compared while they are typed in."""


@dataclass(frozen=True, slots=True)
class MarginChange:
    """Lines of an open text that git has otherwise: `old_text` stood in their place, from line `old_start` on."""

    lines: LineRange
    old_start: int
    old_text: str


@dataclass(frozen=True, slots=True)
class MarginRead:
    """How a document differs at one version of its text, from top to bottom."""

    document_id: DocumentId
    version: int
    changes: tuple[MarginChange, ...]


def margin_changes(baseline: str, text: str) -> tuple[MarginChange, ...]:
    """Compare two texts."""
    if baseline == text:
        return ()
    from copilot_desktop.text.diff import diff_lines
    from copilot_desktop.text.lines import split_lines

    old = split_lines(baseline)
    return tuple(
        MarginChange(change.new, change.old.start, "".join(old[change.old.start : change.old.end]))
        for change in diff_lines(baseline, text)
    )


class GitMargins(QObject):
    """GUI thread only. What git has is read again whenever the status was."""

    changed = Signal(object)
    """Carries one `MarginRead`."""

    def __init__(self, git: GitController, documents: DocumentsController, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._git, self._documents = git, documents
        self._baselines: dict[DocumentId, str | None] = {}
        self._known: dict[DocumentId, MarginRead] = {}
        self._waiting: set[DocumentId] = set()
        self._later = QTimer(self, singleShot=True, interval=_QUIET_MS)
        self._later.timeout.connect(self._compare_waiting)
        git.was_read.connect(self._read_baselines)
        documents.opened.connect(self._on_opened)
        documents.closed.connect(self._on_closed)
        documents.text_changed.connect(self._on_text_changed)

    def of(self, document_id: DocumentId) -> MarginRead | None:
        """What is known of a document; None where git does not have it, or that is not known yet."""
        return self._known.get(document_id)

    def baseline(self, document_id: DocumentId) -> str | None:
        """What git has of a document."""
        return self._baselines.get(document_id)

    def _read_baselines(self) -> None:
        asked = {
            document.document_id: (document.path, document.format.encoding)
            for document in self._documents.documents
            if document.path is not None and not document.is_large and document.document_id in self._documents.buffers
        }
        if not asked:
            return
        if self._git.status is None:
            self._take(dict.fromkeys(asked))
            return

        def work(repository: GitRepository) -> dict[DocumentId, str | None]:
            from copilot_desktop.workspace.git.baseline import baseline_text

            return {each: baseline_text(repository, path, encoding) for each, (path, encoding) in asked.items()}

        self._git.run(work, self._take, lambda _failed: None)

    def _take(self, read: Mapping[DocumentId, str | None]) -> None:
        for document_id, text in read.items():
            if document_id not in self._baselines or self._baselines[document_id] != text:
                self._baselines[document_id] = text
                self._compare(document_id)

    def _compare_waiting(self) -> None:
        waiting, self._waiting = self._waiting, set()
        for document_id in waiting:
            self._compare(document_id)

    def _compare(self, document_id: DocumentId) -> None:
        buffer, baseline = self._documents.buffers.get(document_id), self._baselines.get(document_id)
        if buffer is None:
            return
        version = buffer.version
        if baseline is None or len(baseline) > LIMIT_CHARACTERS:
            self._tell(MarginRead(document_id, version, ()))
            return
        text = buffer.snapshot().text
        if len(text) > LIMIT_CHARACTERS:
            self._tell(MarginRead(document_id, version, ()))
            return

        def tell(changes: tuple[MarginChange, ...]) -> None:
            now = self._documents.buffers.get(document_id)
            # What was typed since is compared by itself.
            if now is not None and now.version == version and self._baselines.get(document_id) is baseline:
                self._tell(MarginRead(document_id, version, changes))

        self._git.async_thread.run_in_worker(lambda: margin_changes(baseline, text), tell)

    def _tell(self, read: MarginRead) -> None:
        before = self._known.get(read.document_id)
        self._known[read.document_id] = read
        if before is None or before.changes != read.changes:
            self.changed.emit(read)

    def _on_opened(self, event: DocumentOpened) -> None:
        if event.text is not None and self._git.status is not None:
            # Its view is attached by then.
            QTimer.singleShot(0, self._read_baselines)

    def _on_closed(self, event: DocumentClosed) -> None:
        self._baselines.pop(event.document_id, None)
        self._known.pop(event.document_id, None)

    def _on_text_changed(self, event: TextChanged) -> None:
        if self._baselines.get(event.document_id) is not None:
            self._waiting.add(event.document_id)
            self._later.start()

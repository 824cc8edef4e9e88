"""What `.editorconfig` files ask for the open documents: read on workers, and again when one of the files changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.bridge.documents.controller import DocumentsController
from copilot_desktop.bridge.documents.events import DocumentClosed, DocumentOpened
from copilot_desktop.bridge.folder.workspace import WorkspaceController
from copilot_desktop.text.lines import LineEnding
from copilot_desktop.text.ranges import DocumentId
from copilot_desktop.values import dataclass
from copilot_desktop.workspace.documents import Document
from copilot_desktop.workspace.editor_config import FILE_NAME, EditorConfig, read_editor_config


@dataclass(frozen=True, slots=True)
class ConfigRead:
    """What is asked for one document."""

    document_id: DocumentId
    config: EditorConfig


class EditorConfigs(QObject):
    """`config_read` carries a `ConfigRead`, `problem_found` a sentence, each sentence once. GUI thread only."""

    config_read = Signal(object)
    problem_found = Signal(str)

    def __init__(self, thread: AsyncThread, documents: DocumentsController, workspace: WorkspaceController) -> None:
        super().__init__(documents)
        self._thread, self._documents, self._workspace = thread, documents, workspace
        self._paths: dict[DocumentId, str] = {}
        self._endings: dict[DocumentId, LineEnding | None] = {}
        self._told: set[str] = set()
        documents.opened.connect(self._on_document_opened)
        documents.state_changed.connect(self._on_document_state_changed)
        documents.closed.connect(self._on_document_closed)
        workspace.changed.connect(self._on_workspace_changed)
        documents.files.before_write = self.before_write
        for document in documents.documents:
            self._follow(document)

    def before_write(self, document: Document, path: str, go_on: Callable[[], None]) -> None:
        """Have a text made as is asked for the path it goes to, then go on; a new place is asked about first."""

        def tidy() -> None:
            buffer = self._documents.buffers.get(document.document_id)
            if buffer is not None:
                buffer.tidy()
            ending = self._endings.get(document.document_id)
            if ending is not None:
                document.format = replace(document.format, ending=ending)
            go_on()

        if self._paths.get(document.document_id) == path:
            tidy()
        else:
            self._read(document, path, tidy)

    def _read(self, document: Document, path: str, then: Callable[[], None] | None = None) -> None:
        workspace = self._workspace.workspace
        if workspace is None:
            if then is not None:
                then()
            return
        self._paths[document.document_id] = path

        def work() -> EditorConfig:
            return read_editor_config(workspace, path)

        def done(config: EditorConfig) -> None:
            if self._paths.get(document.document_id) == path:
                self._take(document, config)
            if then is not None:
                then()

        self._thread.run_in_worker(work, done)

    def _take(self, document: Document, config: EditorConfig) -> None:
        if document.disk_hash is None and document.path is None:
            # A file that has bytes already keeps its encoding: the user is to say when all of them change.
            encoding, has_bom = config.charset or (document.format.encoding, document.format.has_bom)
            document.format = replace(document.format, encoding=encoding, has_bom=has_bom)
        self._endings[document.document_id] = config.ending
        self.config_read.emit(ConfigRead(document.document_id, config))
        for problem in config.problems:
            if problem not in self._told:
                self._told.add(problem)
                self.problem_found.emit(problem)

    def _on_document_opened(self, event: DocumentOpened) -> None:
        self._follow(event.document)

    def _on_document_state_changed(self, document: Document) -> None:
        self._follow(document)

    def _follow(self, document: Document) -> None:
        """Read for a document whose path is new."""
        if document.path is not None and self._paths.get(document.document_id) != document.path:
            self._read(document, document.path)

    def _on_document_closed(self, event: DocumentClosed) -> None:
        self._paths.pop(event.document_id, None)
        self._endings.pop(event.document_id, None)

    def _on_workspace_changed(self, event: object) -> None:
        paths = (path for name in ("created", "modified", "deleted") for path in getattr(event, name, ()))
        if any(path.rsplit("/", 1)[-1] == FILE_NAME for path in paths) or getattr(event, "is_overflow", False):
            self._told.clear()
            for document in self._documents.documents:
                if document.path is not None:
                    self._read(document, document.path)

"""The texts of files as the user sees them: that of a tab, else what is on disk."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.bridge.documents.controller import DocumentsController
from copilot_desktop.bridge.folder.readable_files import WorkspaceFiles
from copilot_desktop.errors import CopilotError

Texts = Mapping[str, str | None]


class LiveTexts:
    """GUI thread; what is in no tab is read on a worker."""

    def __init__(self, thread: AsyncThread, documents: DocumentsController, files: WorkspaceFiles) -> None:
        self._thread = thread
        self._documents = documents
        self._files = files

    def read(self, paths: Iterable[str], done: Callable[[Texts], None], refused: Callable[[str], None]) -> None:
        """Give the texts, None for a file that is not there; or a sentence why one of them may not be read."""
        every = tuple(dict.fromkeys(paths))
        texts = {path: text for path in every if (text := self._documents.text_of(path)) is not None}
        unread = [path for path in every if path not in texts]
        if not unread:
            done(texts)
            return

        def work() -> Texts:
            return {**texts, **{path: self._files.read_named(path) for path in unread}}

        def fail(error: BaseException) -> None:
            if not isinstance(error, CopilotError):
                raise error
            refused(f"{error.message} {error.advice}".strip())

        self._thread.run_in_worker(work, done, fail)

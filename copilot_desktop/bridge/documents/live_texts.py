"""The texts of files as the user sees them: that of a tab, else what is on disk."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial

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

    def read_for_model(
        self, paths: Iterable[str], done: Callable[[Texts], None], refused: Callable[[CopilotError], None]
    ) -> None:
        """The same to be sent: refused, and not read, where a model may not see one of them, also in a tab."""
        every = tuple(dict.fromkeys(paths))

        def check() -> None:
            for path in every:
                self._files.check(path)

        def fail(error: BaseException) -> None:
            if not isinstance(error, CopilotError):
                raise error
            refused(error)

        self._thread.run_in_worker(check, lambda _none: self._read(every, done, fail), fail)

    def read(self, paths: Iterable[str], done: Callable[[Texts], None], refused: Callable[[str], None]) -> None:
        """Give the texts, None for a file that is not there; or a sentence why one of them may not be read."""
        self._read(tuple(dict.fromkeys(paths)), done, partial(_say, refused))

    def _read(
        self, every: tuple[str, ...], done: Callable[[Texts], None], fail: Callable[[BaseException], None]
    ) -> None:
        texts = {path: text for path in every if (text := self._documents.text_of(path)) is not None}
        unread = [path for path in every if path not in texts]
        if not unread:
            done(texts)
            return

        def work() -> Texts:
            return {**texts, **{path: self._files.read_named(path) for path in unread}}

        self._thread.run_in_worker(work, done, fail)


def _say(refused: Callable[[str], None], error: BaseException) -> None:
    if not isinstance(error, CopilotError):
        raise error
    refused(f"{error.message} {error.advice}".strip())

"""Refuses what a proposal wants to write into files whose encoding cannot hold it, before it comes into review."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, Signal

from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.bridge.chat.running_turn import ProposalMade
from copilot_desktop.bridge.documents.controller import DocumentsController
from copilot_desktop.bridge.folder.readable_files import WorkspaceFiles
from copilot_desktop.conversation.proposing import without_path
from copilot_desktop.errors import EncodingError, WorkspaceError
from copilot_desktop.text.encodings import TextFormat, encode

_ALL_HOLDING = ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")


class WritableProposals(QObject):
    """GUI thread; formats of files that are in no tab are read on a worker, for texts that are not ASCII alone."""

    checked = Signal(object)
    """Carries one `ProposalMade`, in which everything can be written."""

    def __init__(
        self, thread: AsyncThread, documents: DocumentsController, files: WorkspaceFiles, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._thread = thread
        self._documents = documents
        self._files = files

    def take(self, made: ProposalMade) -> None:
        """Check a proposal; `checked` answers, at once where there is nothing to ask the disk."""
        self.check(made, self.checked.emit)

    def check(self, made: ProposalMade, then: Callable[[ProposalMade], None]) -> None:
        """`take`, with the answer for `then` alone."""
        formats: dict[str, TextFormat] = {}
        unknown: list[str] = []
        for path, text in made.proposal.files.items():
            if text is None or path not in made.files or text.isascii():
                continue
            document = self._documents.documents.find(path)
            if document is None:
                unknown.append(path)
            elif document.format.encoding not in _ALL_HOLDING:
                formats[path] = document.format
        if unknown:
            work = partial(_with_formats, self._files, made, formats, tuple(unknown))
            self._thread.run_in_worker(work, then, partial(_on_failed, made, then))
        else:
            then(_writable(made, formats))


def _on_failed(made: ProposalMade, then: Callable[[ProposalMade], None], error: BaseException) -> None:
    if not isinstance(error, WorkspaceError):
        raise error
    # What cannot be read now says so when it is accepted.
    then(made)


def _with_formats(
    files: WorkspaceFiles, made: ProposalMade, formats: Mapping[str, TextFormat], unknown: tuple[str, ...]
) -> ProposalMade:
    return _writable(made, {**formats, **{path: files.format_of(path) for path in unknown}})


def _writable(made: ProposalMade, formats: Mapping[str, TextFormat]) -> ProposalMade:
    proposal = made.proposal
    for path, text_format in formats.items():
        try:
            encode(proposal.files.get(path) or "", text_format)
        except EncodingError as error:
            proposal = without_path(proposal, path, error, made.files[path])
    return made if proposal is made.proposal else replace(made, proposal=proposal)

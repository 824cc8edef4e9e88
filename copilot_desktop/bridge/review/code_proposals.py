"""Turns a code block of an answer into a proposal, for the file its fence names or the selection it was asked about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QObject, Signal

from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.bridge.chat.chips import Refused
from copilot_desktop.bridge.chat.running_turn import ProposalMade
from copilot_desktop.bridge.documents.buffers import OpenBuffers
from copilot_desktop.bridge.documents.file_checks import ReadableFiles
from copilot_desktop.context.items import ContextItem, ItemKind
from copilot_desktop.edits.proposal import Proposal
from copilot_desktop.errors import CopilotError, UnreadableFileError, UsageError
from copilot_desktop.values import dataclass

_MARKERS = (
    "<<<<<<< SEARCH",
    "<<<<<<< ORIGINAL",
    "------- SEARCH",
    "*** Begin Patch",
    "*** Update File:",
    "*** Add File:",
    "@@ ",
)


@dataclass(frozen=True, slots=True)
class CodeToPropose:
    """A code block, the path its fence names (or empty), and the items its turn was sent with.

    `answer` is the whole answer: the line above a block may name the file it is for.
    """

    turn_id: str
    text: str
    path: str
    items: tuple[ContextItem, ...]
    model: str
    answer: str = ""


class CodeProposals(QObject):
    """GUI thread; reading and placing happen on a worker."""

    proposed = Signal(object)
    """Carries one `ProposalMade`."""
    refused = Signal(object)
    """Carries one `Refused`."""

    def __init__(
        self, thread: AsyncThread, buffers: OpenBuffers, files: ReadableFiles, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._thread = thread
        self._buffers = buffers
        self._files = files

    def propose(self, code: CodeToPropose) -> None:
        """Make the proposal; `proposed` or `refused` answers."""
        path = (
            _named_path(code)
            or next((item.path for item in code.items if item.path and not item.is_rule), "")
            or self._current_path()
        )
        if not path:
            self.refused.emit(
                Refused(
                    "It is not known which file this code is for.",
                    "Open the file, or ask again with the file or a selection as context.",
                )
            )
            return
        buffer = self._buffers.find(path)
        live = None if buffer is None else buffer.snapshot().text

        def work() -> ProposalMade:
            files = {} if live is None else {path: live}
            if live is None:
                try:
                    files[path] = self._files.read(path)
                except UnreadableFileError:
                    # A file that does not exist yet is created by the proposal.
                    files = {}
            return ProposalMade(code.turn_id, _proposal(code, path, files), files, f"Code for {path}", code.model)

        self._thread.run_in_worker(work, self._on_made, self._on_failed)

    def _current_path(self) -> str:
        buffer = self._buffers.current()
        return "" if buffer is None else buffer.snapshot().path or ""

    def _on_made(self, made: ProposalMade) -> None:
        if not made.proposal.files and not made.proposal.failures:
            self.refused.emit(Refused("This code changes nothing: the file says the same already."))
        else:
            self.proposed.emit(made)

    def _on_failed(self, error: BaseException) -> None:
        if not isinstance(error, CopilotError):
            raise error
        self.refused.emit(Refused(error.message, error.advice))


def _named_path(code: CodeToPropose) -> str:
    """The file that the answer says the block is for: on its fence, or in the line above it. Empty: it does not say."""
    if not code.answer:
        return code.path
    from copilot_desktop.edits.formats.whole_file import fenced_blocks
    from copilot_desktop.edits.paths import clean_path

    blocks = fenced_blocks(code.answer, {item.path for item in code.items if item.path and not item.is_rule})
    named = next((block.path for block in blocks if block.content.rstrip() == code.text.rstrip()), None)
    return code.path or clean_path(named or "")


def _proposal(code: CodeToPropose, path: str, files: Mapping[str, str]) -> Proposal:
    from copilot_desktop.edits import propose

    if any(marker in code.text for marker in _MARKERS):
        return propose(f"```{path}\n{code.text}```\n", files)
    selection = next((item for item in code.items if item.path == path and item.kind is ItemKind.SELECTION), None)
    if selection is None:
        return propose(f"````{path}\n{code.text.rstrip()}\n````\n", files, "whole_file")
    if path in files and files[path].count(selection.text) != 1:
        raise UsageError(
            "The selected lines have changed since they were sent, so the code has no place.",
            advice="Select the lines again and ask once more.",
        )
    ending = "\n" if selection.text.endswith("\n") else ""
    answer: dict[str, Any] = {
        "path": path,
        "old_string": selection.text,
        "new_string": code.text.rstrip("\n") + ending,
    }
    return propose(answer, files)

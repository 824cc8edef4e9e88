"""Answers of an earlier start that proposed changes: which they are, and the proposal made again from one of them."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.bridge.chat.chips import Refused
from copilot_desktop.bridge.chat.opened_conversation import ConversationOpened
from copilot_desktop.bridge.chat.running_turn import ProposalMade
from copilot_desktop.bridge.documents.controller import DocumentsController
from copilot_desktop.bridge.folder.readable_files import WorkspaceFiles
from copilot_desktop.conversation.proposing import holds_edits
from copilot_desktop.conversation.refining import propose_version_again
from copilot_desktop.conversation.turns import StoredTurn, title_of
from copilot_desktop.errors import CopilotError
from copilot_desktop.values import dataclass


@dataclass(frozen=True, slots=True)
class KeptFound:
    """The turns of the opened conversation whose answers hold edits.

    `follow_up_ids`: those that were about changes of an earlier answer, in whose place theirs then stood.
    """

    turn_ids: frozenset[str]
    follow_up_ids: frozenset[str] = frozenset()


class KeptProposals(QObject):
    """GUI thread; answers are read and placed on a worker."""

    found = Signal(object)
    """Carries one `KeptFound`."""
    proposed = Signal(object)
    """Carries one `ProposalMade`."""
    refused = Signal(object)
    """Carries one `Refused`."""

    def __init__(
        self, thread: AsyncThread, documents: DocumentsController, files: WorkspaceFiles, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._thread = thread
        self._documents = documents
        self._files = files
        self._turns: dict[str, StoredTurn] = {}

    def look(self, opened: ConversationOpened) -> None:
        """Find the answers with edits in a conversation that was opened; `found` answers."""
        running = {each.request.turn_id for each in opened.running}
        kept = {turn.turn_id: turn for turn in opened.turns if turn.answer and turn.turn_id not in running}
        turns = self._turns = kept

        def work() -> KeptFound:
            found = [turn for turn in turns.values() if holds_edits(turn)]
            follow_ups = [turn for turn in found if any(item.kind.is_proposed for item in turn.items)]
            return KeptFound(frozenset(turn.turn_id for turn in found), frozenset(turn.turn_id for turn in follow_ups))

        def tell(found: KeptFound) -> None:
            # Another conversation may have been opened meanwhile.
            if self._turns is turns:
                self.found.emit(found)

        if turns:
            self._thread.run_in_worker(work, tell, self._on_failed)

    def propose(self, turn_id: str) -> None:
        """Place a kept answer on the files as they are now; `proposed` or `refused` answers."""
        turn = self._turns.get(turn_id)
        if turn is None:
            return
        paths = [document.path for document in self._documents.documents if document.path is not None]
        live = {path: text for path in paths if (text := self._documents.text_of(path)) is not None}

        def read(path: str) -> str | None:
            return live[path] if path in live else self._files.read_named(path)

        def work() -> ProposalMade:
            made = propose_version_again(turn, read)
            return ProposalMade(turn_id, made.proposal, made.files, title_of(turn.prompt), turn.model, turn.prompt)

        self._thread.run_in_worker(work, self._on_made, self._on_failed)

    def _on_made(self, made: ProposalMade) -> None:
        if made.proposal.files or made.proposal.failures:
            self.proposed.emit(made)
        else:
            self.refused.emit(Refused("This answer changes nothing now: the files say the same already."))

    def _on_failed(self, error: BaseException) -> None:
        if not isinstance(error, CopilotError):
            raise error
        self.refused.emit(Refused(error.message, error.advice))

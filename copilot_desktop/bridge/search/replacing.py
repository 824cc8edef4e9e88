"""Makes a change set of what is to be replaced: it waits in the review, and nothing is written before that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from PySide6.QtCore import QObject, Signal

from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.bridge.chat.running_turn import ProposalMade
from copilot_desktop.bridge.documents.controller import DocumentsController
from copilot_desktop.bridge.folder.readable_files import WorkspaceFiles
from copilot_desktop.bridge.folder.workspace import WorkspaceController
from copilot_desktop.bridge.review.controller import ReviewController
from copilot_desktop.bridge.review.writable_proposals import WritableProposals
from copilot_desktop.conversation.turns import new_id
from copilot_desktop.edits.change_sets import ChangeSet, Decision, change_set_from
from copilot_desktop.edits.proposal import Hunk, Proposal
from copilot_desktop.errors import CopilotError, WorkspaceError
from copilot_desktop.text.line_edits import LineEdit
from copilot_desktop.text.lines import split_lines
from copilot_desktop.text.searching import FindQuery
from copilot_desktop.values import dataclass
from copilot_desktop.workspace.files import read_file
from copilot_desktop.workspace.paths import Workspace
from copilot_desktop.workspace.search.replacing import Replacer
from copilot_desktop.workspace.search.values import FileFound

MADE_BY = "search and replace"
_TITLE = 60


@dataclass(frozen=True, slots=True)
class ToReplace:
    """Matches that become something else."""

    find: FindQuery
    replacement: str
    files: tuple[FileFound, ...]


@dataclass(frozen=True, slots=True)
class ReplacementProposed:
    """What waits in the review now. `missed`: so many matches were not there any more as they were found; `unread`: why
    files could not be read, a sentence each."""

    change_set_id: str
    files: int
    missed: int = 0
    unread: tuple[str, ...] = ()


class Replacing(QObject):
    """Of one window. GUI thread; texts that are in no tab are read on a worker, and replaced there."""

    proposed = Signal(object)
    """Carries one `ReplacementProposed`."""
    refused = Signal(str)
    """Carries a sentence on why there is no proposal."""

    def __init__(
        self,
        thread: AsyncThread,
        workspace: WorkspaceController,
        documents: DocumentsController,
        review: ReviewController,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._thread, self._workspace, self._documents, self._review = thread, workspace, documents, review
        self._last: tuple[ToReplace, str] | None = None
        files = WorkspaceFiles(lambda: workspace.workspace)
        self._writable = WritableProposals(thread, documents, files, self)

    def propose(self, wanted: ToReplace) -> None:
        """Put a change set into the review; `proposed` or `refused` answers."""
        workspace = self._workspace.workspace
        if workspace is None or not wanted.files:
            self.refused.emit("There is nothing to replace.")
            return
        if self._last is not None and self._last[0] == wanted and self._waits(self._last[1]):
            # Asked for twice: it waits already.
            self._review.show(self._last[1])
            return
        live = {each.path: text for each in wanted.files if (text := self._documents.text_of(each.path)) is not None}

        def check(made: _Made) -> None:
            self._writable.check(made.proposal, lambda checked: self._take(wanted, checked, made))

        self._thread.run_in_worker(lambda: _made(workspace, wanted, live), check, self._on_failed)

    def _waits(self, change_set_id: str) -> bool:
        """Whether nothing of a change set was decided yet."""
        change_set = self._review.change_set(change_set_id)
        hunks = [hunk for change in change_set.files for hunk in change.hunks] if change_set is not None else []
        return bool(hunks) and all(hunk.decision is Decision.PENDING for hunk in hunks)

    def _take(self, wanted: ToReplace, checked: ProposalMade, made: _Made) -> None:
        def work() -> ChangeSet:
            # Thousands of hunks are made beside the window.
            return change_set_from(
                checked.proposal, checked.files, turn_id=checked.turn_id, title=checked.title, model=checked.model
            )

        self._thread.run_in_worker(work, lambda change_set: self._add(wanted, change_set, made))

    def _add(self, wanted: ToReplace, change_set: ChangeSet, made: _Made) -> None:
        review = self._review
        if not change_set.files:
            reasons = (*(failure.message for failure in change_set.failures), *made.unread)
            usual = "The matches are not there any more: search again." if made.missed else "Nothing would change."
            self.refused.emit(reasons[0] if reasons else usual)
            return
        change_set_id = review.add_change_set(change_set)
        self._last = (wanted, change_set_id)
        review.show(change_set_id)
        self.proposed.emit(ReplacementProposed(change_set_id, len(change_set.files), made.missed, made.unread))

    def _on_failed(self, error: BaseException) -> None:
        if not isinstance(error, CopilotError):
            raise error
        self.refused.emit(f"{error.message} {error.advice}".strip())


class _Made(NamedTuple):
    proposal: ProposalMade
    missed: int
    unread: tuple[str, ...]


def _made(workspace: Workspace, wanted: ToReplace, live: Mapping[str, str]) -> _Made:
    """On a worker."""
    replacer = Replacer(wanted.find, wanted.replacement)
    before: dict[str, str] = {}
    after: dict[str, str | None] = {}
    hunks: list[Hunk] = []
    unread: list[str] = []
    missed = 0
    for each in wanted.files:
        try:
            text = live[each.path] if each.path in live else read_file(workspace, each.path).text
        except WorkspaceError as error:
            unread.append(f"{error.message} {error.advice}".strip())
            continue
        replaced = replacer.replace(text, each.matches)
        missed += replaced.missed
        lines = split_lines(text)
        edits = [edit for edit in replaced.edits if "".join(lines[edit.lines.start : edit.lines.end]) != edit.text]
        if edits:
            before[each.path], after[each.path] = text, _with_edits(lines, edits)
            hunks += [Hunk(each.path, edit.lines.start, edit.lines.end, edit.text, "exact", 1.0) for edit in edits]
    proposal = Proposal(after, tuple(hunks))
    title = f"Replace “{_short(wanted.find.text)}” with “{_short(wanted.replacement)}”"
    return _Made(ProposalMade(new_id(), proposal, before, title, MADE_BY), missed, tuple(unread))


def _with_edits(lines: Sequence[str], edits: Sequence[LineEdit]) -> str:
    parts: list[str] = []
    at = 0
    for edit in edits:
        parts += [*lines[at : edit.lines.start], edit.text]
        at = edit.lines.end
    return "".join((*parts, *lines[at:]))


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _TITLE else f"{line[:_TITLE]}…"

"""An answer that arrives, as changes to files: what its blocks propose up to now, by the rules of the proposal."""

from __future__ import annotations

from dataclasses import replace

from copilot_desktop.conversation.prompts import is_selection_edit
from copilot_desktop.conversation.proposing import MadeProposal, ReadFile, make_proposal
from copilot_desktop.conversation.selection_edit import asks_for_one_place, one_block_proposal, selection_proposal
from copilot_desktop.conversation.turns import RefineRequest, TurnMode, TurnRequest, title_of
from copilot_desktop.edits.arriving import ArrivingChanges, ArrivingChangeSet, placed_on
from copilot_desktop.edits.formats.whole_file import fenced_blocks
from copilot_desktop.edits.previewing import as_far_as_it_came
from copilot_desktop.edits.refining import composed, meets
from copilot_desktop.edits.review import ReviewState
from copilot_desktop.edits.streaming import Arrived, ProposalStream
from copilot_desktop.errors import WorkspaceError
from copilot_desktop.text.lined_text import LinedText
from copilot_desktop.text.lines import split_lines
from copilot_desktop.text.ranges import LineRange


def _refining(refine: RefineRequest, arrived: Arrived) -> Arrived:
    """What has come on the text with changes in it, as changes of the text without; nothing before the first."""
    here = [hunk for hunk in (*arrived.hunks, *arrived.growing) if hunk.path == refine.path]
    if not here:
        return Arrived() if refine.is_for_comments else arrived
    others = [hunk for hunk in arrived.hunks if hunk.path != refine.path]
    growing = [hunk for hunk in arrived.growing if hunk.path != refine.path]
    if refine.is_for_comments:
        others, growing = [], []
    for each in composed(refine.base, refine.hunks, here):
        if refine.is_for_comments and not any(
            meets(each.hunk, LineRange(hunk.start, hunk.end)) for hunk in refine.hunks
        ):
            continue
        (growing if set(each.later) & set(arrived.growing) else others).append(each.hunk)
    written = {path: text for path, text in arrived.written.items() if path != refine.path}
    return Arrived(tuple(others), tuple(growing), written)


class ArrivingAnswer:
    """Takes the answer in pieces of any length. One caller at a time, on workers: reading and placing take time.

    `read` gives the text of a file that the answer names though it was not shown.
    """

    def __init__(self, request: TurnRequest, read: ReadFile | None) -> None:
        self._request = request
        self._read = read
        self._refused: set[str] = set()
        self._stream = ProposalStream(request.files, read=self._find)
        self._set = ArrivingChangeSet.begin(request.turn_id, title_of(request.prompt), request.profile.model)
        self._pieces: list[str] = []
        self._lined: dict[str, LinedText] = {}

    def feed(self, text: str) -> ArrivingChanges:
        """Take the next piece; what is proposed with it."""
        if self._request.mode is TurnMode.EDIT:
            self._pieces.append(text)
        if not is_selection_edit(self._request):
            self._stream.feed(text)
        arrived = self._arrived()
        if self._request.refine is not None:
            arrived = _refining(self._request.refine, arrived)
        return self._set.take(arrived, self.text)

    def place(self, state: ReviewState, changes: ArrivingChanges) -> ReviewState:
        """Changes on the files as they are in a state that holds earlier ones."""
        return placed_on(state, changes.change_set, self.text)

    def text(self, path: str) -> LinedText | None:
        """The text that the answer is placed on."""
        refine = self._request.refine
        # What was there before it stays below another version of a change.
        text = refine.base if refine is not None and refine.path == path else self._stream.files.get(path)
        if text is None:
            return None
        if path not in self._lined:
            self._lined[path] = LinedText(text)
        return self._lined[path]

    def end(self, answer: str) -> MadeProposal | None:
        """What the whole blocks of an answer propose that was stopped; the one that went on is left out.

        None where no block is whole.
        """
        request = self._request
        blocks = (
            fenced_blocks(answer, request.files)
            if request.mode is TurnMode.EDIT and asks_for_one_place(request.items)
            else []
        )
        if blocks and blocks[-1].is_closed and not is_selection_edit(request):
            found = one_block_proposal(answer, request.items[0], request.files)
            if found is not None:
                return MadeProposal(found, request.files)
        if is_selection_edit(request):
            return None
        made = make_proposal(answer, self._request.files, self._read, finished=False)
        whole = tuple(failure for failure in made.proposal.failures if failure.reason != "cut_off")
        made = replace(made, proposal=replace(made.proposal, failures=whole))
        return made if made.proposal.hunks else None

    def _arrived(self) -> Arrived:
        arrived = Arrived() if is_selection_edit(self._request) else self._stream.arrived()
        is_plain = self._request.mode is TurnMode.EDIT and asks_for_one_place(self._request.items)
        if is_plain and not (arrived.hunks or arrived.growing):
            return self._selection()
        if not self._refused:
            return arrived
        return Arrived(
            tuple(hunk for hunk in arrived.hunks if hunk.path not in self._refused),
            tuple(hunk for hunk in arrived.growing if hunk.path not in self._refused),
            arrived.written,
        )

    def _selection(self) -> Arrived:
        """An answer that is one plain block of code: the new text of the selection, as far as it has come."""
        answer = "".join(self._pieces)
        answer = answer[: answer.rfind("\n") + 1]
        blocks = fenced_blocks(answer, self._request.files)
        if not blocks:
            return Arrived()
        is_closed = blocks[-1].is_closed
        if not is_closed:
            fence = blocks[-1].raw.lstrip(" \t")
            answer += fence[: len(fence) - len(fence.lstrip(fence[0]))] + "\n"
        item, files = self._request.items[0], self._request.files
        if is_selection_edit(self._request):
            made = selection_proposal(answer, item, files)
        else:
            found = one_block_proposal(answer, item, files)
            if found is None:
                return Arrived()
            made = found
        if is_closed:
            return Arrived(made.hunks)
        lines = split_lines(files.get(item.path, item.text))
        return Arrived(growing=tuple(as_far_as_it_came(hunk, lines) for hunk in made.hunks))

    def _find(self, path: str) -> str | None:
        try:
            return None if self._read is None else self._read(path)
        except WorkspaceError:
            # The proposal says why; until then nothing is shown for it.
            self._refused.add(path)
            return None

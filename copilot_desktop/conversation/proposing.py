"""An answer's edits, also of files the model was not shown: they are read, so that none is overwritten unseen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from copilot_desktop.conversation.events import TurnStatus
from copilot_desktop.conversation.selection_edit import asks_for_one_place, one_block_proposal, placed_in
from copilot_desktop.conversation.turn_calls import TurnCall
from copilot_desktop.conversation.turns import Repair, RepairRequest, StoredTurn, TurnMode
from copilot_desktop.edits.proposal import Failure, FormatName, Hunk, Proposal, Reason
from copilot_desktop.errors import EncodingError, NotTextError, UnsafePathError, WorkspaceError
from copilot_desktop.text.lines import split_lines
from copilot_desktop.values import dataclass

ReadFile = Callable[[str], str | None]
"""Text of a workspace path, None where there is no file. Raises WorkspaceError to refuse."""

_ROUNDS: Final = 4
_WRITTEN_CALL: Final = "<tool_call>"
_ALSO_IN_TEXT: Final = "The answer also shows edits in its text; those of its calls were taken."


@dataclass(frozen=True, slots=True)
class MadeProposal:
    """A proposal and the texts it was made against."""

    proposal: Proposal
    files: Mapping[str, str]

    @property
    def is_empty(self) -> bool:
        """Whether the answer has no edit at all."""
        found = self.proposal
        return not (found.files or found.hunks or found.failures or found.notes)


def make_proposal(
    answer: Any,
    files: Mapping[str, str],
    read: ReadFile | None,
    *,
    format: FormatName | None = None,  # noqa: A002 - the public name of `propose`
    finished: bool = True,
    repairs: Sequence[Repair] = (),
) -> MadeProposal:
    """`propose`, again and again until every named file that exists is among the texts.

    A named file that may not be read is a failure, and nothing is proposed for it. `repairs` are what came when the
    answer's refused blocks were asked for.
    """
    # The engine with its parsers is not needed before the first answer has come.
    from copilot_desktop.edits import propose
    from copilot_desktop.edits.repairs import propose_with_repairs

    # Of those that were stopped or failed nothing was taken when they came.
    given = [
        (said_edits(repair.answer, repair.calls), not repair.is_cut or bool(repair.calls))
        for repair in repairs
        if repair.answer and repair.status is TurnStatus.FINISHED
    ]

    def place(texts: Mapping[str, str]) -> Proposal:
        if given:
            return propose_with_repairs(answer, given, texts, format, finished=finished)
        return propose(answer, texts, format, finished=finished)

    return _with_named_files(place, files, read)


def make_repair(
    answer: Any,
    repair: RepairRequest,
    files: Mapping[str, str],
    read: ReadFile | None,
    *,
    said: Any = "",
    finished: bool = True,
) -> tuple[MadeProposal, tuple[Failure | None, ...], tuple[bool, ...]]:
    """Place the blocks that were asked for once more; of each of them why it is still refused, or None, and whether
    it came as it was before.

    `said` is the answer they were asked of.
    """
    from copilot_desktop.edits.repairs import propose_repair, repeated_in

    outcomes: tuple[Failure | None, ...] = ()

    def place(texts: Mapping[str, str]) -> Proposal:
        nonlocal outcomes
        proposal, outcomes = propose_repair(
            answer, repair.asked, texts, said=said, finished=finished, waiting=repair.waiting
        )
        # So that the files they name are read; they are told by the outcomes.
        return replace(proposal, failures=tuple(failure for failure in outcomes if failure is not None))

    made = _with_named_files(place, files, read)
    repeated = repeated_in(answer, repair.asked, made.files, finished=finished)
    return replace(made, proposal=replace(made.proposal, failures=())), outcomes, repeated


def _with_named_files(
    place: Callable[[Mapping[str, str]], Proposal], files: Mapping[str, str], read: ReadFile | None
) -> MadeProposal:
    texts = dict(files)
    refused: dict[str, WorkspaceError] = {}
    asked: set[str] = set()
    proposal = place(texts)
    for _ in range(_ROUNDS if read is not None else 0):
        found = False
        for path in _named(proposal) - texts.keys() - asked:
            asked.add(path)
            try:
                text = read(path) if read is not None else None
            except WorkspaceError as error:
                refused[path] = error
                continue
            if text is not None:
                texts[path] = text
                found = True
        if not found:
            break
        proposal = place(texts)
    for path, refusal in refused.items():
        proposal = without_path(proposal, path, refusal)
    return MadeProposal(proposal, texts)


def said_edits(answer: str, calls: Sequence[TurnCall]) -> Any:
    """What `propose` takes of an answer: the edits of its calls where it made some, else its text."""
    calls = _calls_of(answer, calls)
    if not calls:
        return answer
    from copilot_desktop.conversation.edit_calls import read_call

    return [edit for call in calls for edit in read_call(call).edits]


def proposal_of_calls(
    answer: str,
    calls: Sequence[TurnCall],
    files: Mapping[str, str],
    read: ReadFile | None,
    repairs: Sequence[Repair] = (),
) -> MadeProposal | None:
    """What the calls of an answer propose; a call that cannot be used is a failure. None where it makes none."""
    calls = _calls_of(answer, calls)
    if not calls:
        return None
    from copilot_desktop.conversation.edit_calls import read_call, without_calls
    from copilot_desktop.edits.proposing import has_marks

    made = make_proposal(said_edits(answer, calls), files, read, repairs=repairs)
    failures = tuple(failure for call in calls if (failure := read_call(call).failure) is not None)
    notes = (_ALSO_IN_TEXT,) if has_marks(without_calls(answer, calls)) else ()
    proposal = made.proposal
    return MadeProposal(
        replace(proposal, failures=(*proposal.failures, *failures), notes=(*proposal.notes, *notes)), made.files
    )


def _calls_of(answer: str, calls: Sequence[TurnCall]) -> Sequence[TurnCall]:
    """The calls of an answer that change files, also those that only stand in its text."""
    calls = [call for call in calls if call.reading is None]
    if calls or _WRITTEN_CALL not in answer:
        return calls
    from copilot_desktop.conversation.edit_calls import calls_in_text

    return calls_in_text(answer)


def holds_edits(turn: StoredTurn) -> bool:
    """Whether the answer of a kept turn proposed changes, as far as it says itself."""
    if _calls_of(turn.answer, turn.calls):
        return True
    from copilot_desktop.edits import propose
    from copilot_desktop.edits.formats.whole_file import fenced_blocks
    from copilot_desktop.edits.proposing import has_marks

    if has_marks(turn.answer):
        return True
    if turn.mode is TurnMode.EDIT:
        return len(fenced_blocks(turn.answer, ())) == 1
    return bool(propose(turn.answer, {}).files)


def propose_again(turn: StoredTurn, read: ReadFile) -> MadeProposal:
    """The proposal of a kept turn's answer, made against the files as they are now."""
    texts: dict[str, str] = {}
    for path in dict.fromkeys(item.path for item in turn.items if item.path and not item.is_rule):
        text = read(path)
        if text is not None:
            texts[path] = text
    made = proposal_of_calls(turn.answer, turn.calls, texts, read, turn.repairs)
    if made is not None:
        return made
    if turn.mode is TurnMode.EDIT and asks_for_one_place(turn.items) and turn.items[0].path in texts:
        item = placed_in(turn.items[0], texts[turn.items[0].path])
        found = one_block_proposal(turn.answer, item, texts)
        if found is not None:
            return MadeProposal(found, texts)
    is_whole = turn.status is TurnStatus.FINISHED
    return make_proposal(turn.answer, texts, read, finished=is_whole, repairs=turn.repairs)


def _named(proposal: Proposal) -> set[str]:
    """Paths an answer names: those it would write, and those that were missing."""
    return {*proposal.files, *(failure.path for failure in proposal.failures if failure.path is not None)}


def without_path(proposal: Proposal, path: str, error: WorkspaceError, text: str | None = None) -> Proposal:
    """The proposal with nothing for a path, and the reason as a failure.

    `text`: what the file says, where it could be read; the failure then shows where its one change was to go, and the
    blocks that had no place keep their own reasons.
    """
    hunks = [hunk for hunk in proposal.hunks if hunk.path == path]
    mixed = [failure for failure in proposal.failures if failure.path == path and text is None]
    blocks = [failure.block for failure in mixed] + [hunk.new_text for hunk in hunks]
    refused = Failure(path, _reason_of(error), f"{error.message} {error.advice}".strip(), "\n".join(blocks))
    if text is not None and len(hunks) == 1:
        (hunk,) = hunks
        old = "".join(split_lines(text)[hunk.start : hunk.end])
        refused = replace(
            refused, candidates=((path, hunk.start, hunk.end, 1.0),), old=hunk.quoted or old, new=hunk.new_text
        )
    # Without its new path a rename would be a deletion.
    dropped = {path, *(_renamed_from(hunk) for hunk in hunks)}
    return replace(
        proposal,
        files={name: text for name, text in proposal.files.items() if name not in dropped},
        hunks=tuple(hunk for hunk in proposal.hunks if hunk.path not in dropped),
        failures=(*(failure for failure in proposal.failures if failure not in mixed), refused),
    )


def _reason_of(error: WorkspaceError) -> Reason:
    if isinstance(error, NotTextError | EncodingError):
        return "encoding"
    return "unsafe_path" if isinstance(error, UnsafePathError) else "no_file"


def _renamed_from(hunk: Hunk) -> str:
    kind, _, old_path = hunk.strategy.partition(":")
    return old_path if kind == "rename" else hunk.path

"""What an answer to comments comes to: another version of the commented changes, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from copilot_desktop.conversation.proposing import MadeProposal
from copilot_desktop.conversation.turns import RefineRequest
from copilot_desktop.edits.proposal import Hunk, Proposal
from copilot_desktop.edits.refining import KeptTo, composed, kept_to, meets, places_of, with_hunks
from copilot_desktop.text.diff import diff_lines
from copilot_desktop.text.lines import split_lines
from copilot_desktop.text.ranges import LineRange

AS_IT_WAS: Final = "The answer would leave the change as it is."
TAKEN_BACK: Final = (
    "The answer takes the change back: the lines would be as the file has them. Reject the change to have that."
)
_NAMED_PLACES: Final = 3


def revised(refine: RefineRequest, made: MadeProposal) -> MadeProposal:
    """The proposal of an answer without what it changes elsewhere, which its notes tell of.

    A commented change that the answer takes back altogether stays as it was: that is for the user to reject.
    """
    path, proposal = refine.path, made.proposal
    mine = [hunk for hunk in proposal.hunks if hunk.path == path]
    is_gone = path in proposal.files and proposal.files[path] is None
    kept = KeptTo((), ()) if is_gone else _kept(refine, made, mine)
    hunks, is_taken_back = _hunks(refine, kept)
    others = [name for name in proposal.files if name != path]
    notes = _notes(path, kept.elsewhere, others, is_gone=is_gone)
    failures = tuple(failure for failure in proposal.failures if failure.path in (None, path))
    files = {**made.files, path: refine.base}
    after = with_hunks(refine.base, hunks)
    if is_taken_back:
        notes = (*notes, TAKEN_BACK)
    if after == with_hunks(refine.base, refine.hunks):
        if path in proposal.files and not notes:
            notes = (AS_IT_WAS,)
        return MadeProposal(Proposal({}, (), failures, (*proposal.notes, *notes)), files)
    return MadeProposal(Proposal({path: after}, tuple(hunks), failures, (*proposal.notes, *notes)), files)


def _kept(refine: RefineRequest, made: MadeProposal, mine: Sequence[Hunk]) -> KeptTo:
    """What the answer changes here and elsewhere, in the lines of the text with the changes in it."""
    after = with_hunks(refine.base, refine.hunks)
    if made.files.get(refine.path) != refine.base or after == refine.base:
        return kept_to(split_lines(after), places_of(refine.hunks), mine)
    # Placed on the file as it is: what it makes of these lines takes the place of what was proposed for them.
    kept = kept_to(split_lines(refine.base), [LineRange(hunk.start, hunk.end) for hunk in refine.hunks], mine)
    untouched = [
        hunk for hunk in refine.hunks if not any(meets(part, LineRange(hunk.start, hunk.end)) for part in kept.here)
    ]
    wanted = with_hunks(refine.base, [*kept.here, *untouched])
    lines = split_lines(wanted)
    here = tuple(
        replace(
            kept.here[0],
            start=change.old.start,
            end=change.old.end,
            new_text="".join(lines[change.new.start : change.new.end]),
        )
        for change in (diff_lines(after, wanted) if kept.here else ())
    )
    return KeptTo(here, kept.elsewhere)


def _hunks(refine: RefineRequest, kept: KeptTo) -> tuple[list[Hunk], bool]:
    """The changes of the file as it is, and whether one of them was to be taken back."""
    lines, hunks, is_taken_back = split_lines(refine.base), list[Hunk](), False
    for each in composed(refine.base, refine.hunks, kept.here):
        hunk = each.hunk
        if each.later and "".join(lines[hunk.start : hunk.end]) == hunk.new_text:
            is_taken_back = True
            hunks += [old for old in refine.hunks if hunk.start <= old.start and old.end <= hunk.end]
        else:
            hunks.append(hunk)
    return hunks, is_taken_back


def _notes(path: str, elsewhere: Sequence[Hunk], others: Sequence[str], *, is_gone: bool) -> tuple[str, ...]:
    places = [f"{LineRange(hunk.start, hunk.end).named()} of {path}" for hunk in elsewhere] + list(others)
    if is_gone:
        return (f"Kept out: the answer would delete {path}, which no comment was about.",)
    if not places:
        return ()
    named = places[:_NAMED_PLACES]
    if len(places) > _NAMED_PLACES:
        named.append(f"{len(places) - _NAMED_PLACES} more places")
    where = named[0] if len(named) == 1 else f"{', '.join(named[:-1])} and {named[-1]}"
    return (f"Kept out: the answer also changes {where}, which no comment was about.",)

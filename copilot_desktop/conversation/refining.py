"""Another version of changes that wait: what is sent for it, and the proposal that its answer makes.

The answer is placed on the text with the changes in it. A block that has its place only in the lines that were shown,
or only in the file as it is, is placed there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from copilot_desktop.context.items import ContextItem, ItemKind
from copilot_desktop.conversation.proposing import MadeProposal, ReadFile, propose_again
from copilot_desktop.conversation.revising import AS_IT_WAS, TAKEN_BACK, revised
from copilot_desktop.conversation.turns import RefineRequest, StoredTurn, new_id
from copilot_desktop.edits.proposal import Hunk, Proposal
from copilot_desktop.edits.refining import composed, shown_lines, stand_apart, with_hunks
from copilot_desktop.text.lines import split_lines
from copilot_desktop.text.ranges import LineRange

Items = tuple[ContextItem, ...]
Place = Callable[[Items, Mapping[str, str]], MadeProposal]
"""The proposal of an answer to what was sent with these items, on these texts."""


def items_of(refine: RefineRequest) -> tuple[ContextItem, ...]:
    """What is sent: the lines with the changes in them, each followed by the same lines without."""
    kind = ItemKind.COMMENTED if refine.is_for_comments else ItemKind.PROPOSED
    items = []
    for shown in shown_lines(refine.base, refine.hunks):
        items.append(ContextItem(new_id(), kind, refine.path, shown.text, shown.lines, is_unsaved=True))
        items.append(ContextItem(new_id(), ItemKind.BEFORE, refine.path, shown.before, None, is_unsaved=True))
    return tuple(items)


def refine_of(items: Sequence[ContextItem], texts: Mapping[str, str]) -> RefineRequest | None:
    """What a kept turn asked for, on the texts as they are now; None where its lines are not found once there."""
    pairs = [
        (proposed, before)
        for proposed, before in pairwise(items)
        if proposed.kind.is_proposed and before.kind is ItemKind.BEFORE
    ]
    path = pairs[0][0].path if pairs else ""
    base = texts.get(path)
    if base is None:
        return None
    hunks, lines = [], split_lines(base)
    for proposed, before in pairs:
        wanted = split_lines(before.text)
        spots = [at for at in range(len(lines)) if wanted and lines[at : at + len(wanted)] == wanted]
        if len(spots) != 1:
            return None
        hunks.append(Hunk(path, spots[0], spots[0] + len(wanted), proposed.text, "selection", 1.0))
    is_for_comments = any(item.kind is ItemKind.COMMENTED for item in items)
    made = RefineRequest(path, base, tuple(hunks), is_for_comments=is_for_comments)
    return made if stand_apart(hunks) else None


def refined(items: Items, files: Mapping[str, str], refine: RefineRequest, place: Place) -> MadeProposal:
    """The proposal of an answer, as changes of the file as it is: all of the new version, what stays as it was too."""
    made = place(items, files)
    if made.proposal.failures:
        made = _in_shown_lines(items, files, refine, place) or _on_file(items, files, refine, place) or made
    if refine.is_for_comments:
        return revised(refine, made)
    if made.files.get(refine.path) == refine.base:
        # Placed on the file as it is: there is nothing to be put together.
        return made
    return _on_base(refine, made)


def propose_version_again(turn: StoredTurn, read: ReadFile) -> MadeProposal:
    """The proposal of a kept turn's answer, made against the files as they are now; also that of a follow-up."""
    first = turn.items[0] if turn.items else None
    text = read(first.path) if first is not None and first.kind.is_proposed else None
    refine = None if first is None or text is None else refine_of(turn.items, {first.path: text})
    if refine is None:
        return propose_again(turn, read)

    def place(items: Items, files: Mapping[str, str]) -> MadeProposal:
        return propose_again(replace(turn, items=items), lambda path: files[path] if path in files else read(path))

    return refined(items_of(refine), {refine.path: proposed_text(refine)}, refine, place)


def _in_shown_lines(sent: Items, files: Mapping[str, str], refine: RefineRequest, place: Place) -> MadeProposal | None:
    """The answer placed in nothing but the lines that were shown; None where a block has no place there."""
    after = files[refine.path]
    lines = split_lines(after)
    for shown in shown_lines(refine.base, refine.hunks):
        start = shown.lines.start
        items = tuple(
            replace(item, lines=LineRange(item.lines.start - start, item.lines.end - start))
            if item.kind.is_proposed and item.lines is not None and item.lines == shown.lines
            else item
            for item in sent
        )
        made = place(items, {**files, refine.path: shown.text})
        if made.proposal.failures or refine.path not in made.proposal.files:
            continue
        new = made.proposal.files[refine.path]
        if new is None:
            continue
        whole = "".join([*lines[:start], new, *lines[shown.lines.end :]])
        hunks = tuple(
            replace(hunk, start=hunk.start + start, end=hunk.end + start) if hunk.path == refine.path else hunk
            for hunk in made.proposal.hunks
        )
        written = {**made.proposal.files, refine.path: whole}
        return MadeProposal(replace(made.proposal, files=written, hunks=hunks), {**made.files, refine.path: after})
    return None


def _on_file(items: Items, files: Mapping[str, str], refine: RefineRequest, place: Place) -> MadeProposal | None:
    """The answer placed on the file as it is: a model may repeat its first blocks with other new text."""
    made = place(items, {**files, refine.path: refine.base})
    has_all = not made.proposal.failures and refine.path in made.proposal.files
    return made if has_all else None


def _on_base(refine: RefineRequest, made: MadeProposal) -> MadeProposal:
    """A proposal on the text with the changes, as one on the text without them."""
    proposal, path = made.proposal, refine.path
    files = {**made.files, path: refine.base}
    others = tuple(hunk for hunk in proposal.hunks if hunk.path != path)
    after = proposal.files.get(path)
    if path not in proposal.files:
        # An answer without any edit says nothing of this.
        notes = (AS_IT_WAS,) if proposal.notes and not others else proposal.notes
        return MadeProposal(replace(proposal, notes=notes), files)
    if after is None or after == refine.base:
        # The file itself is to go, which is no other version of changes in it; or nothing of them is left.
        rest = {name: text for name, text in proposal.files.items() if name != path}
        return MadeProposal(replace(proposal, hunks=others, files=rest, notes=(*proposal.notes, TAKEN_BACK)), files)
    later = [hunk for hunk in proposal.hunks if hunk.path == path]
    here = tuple(each.hunk for each in composed(refine.base, refine.hunks, later))
    return MadeProposal(
        Proposal({**proposal.files, path: after}, (*here, *others), proposal.failures, proposal.notes), files
    )


def proposed_text(refine: RefineRequest) -> str:
    """The file's text with the changes in it."""
    return with_hunks(refine.base, refine.hunks)

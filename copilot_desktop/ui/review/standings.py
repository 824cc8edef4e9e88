"""How a change stands, for lists and filters: one of a few words, whatever else is said of it."""

from __future__ import annotations

from enum import StrEnum

from copilot_desktop.edits.change_sets import ChangeHunk, Decision, HunkState


class Standing(StrEnum):
    """`TO_REVIEW` holds all that wait for a decision; the three after it are some of these, and `GONE` some of those
    that are accepted."""

    TO_REVIEW = "To review"
    UNCERTAIN = "Uncertain"
    CONFLICT = "Conflicts"
    MOVED = "Moved"
    ALREADY_THERE = "Already there"
    ACCEPTED = "Accepted"
    GONE = "Gone from the file"
    REJECTED = "Rejected"


def standings_of(hunk: ChangeHunk) -> frozenset[Standing]:
    """All the words that hold for a change."""
    found = set()
    if hunk.decision is Decision.PENDING:
        found.add(Standing.TO_REVIEW)
        if hunk.needs_look:
            found.add(Standing.UNCERTAIN)
        found |= {word for state, word in _WAITING.items() if hunk.state is state}
    else:
        found.add(Standing.ACCEPTED if hunk.decision is Decision.ACCEPTED else Standing.REJECTED)
        if hunk.state is HunkState.GONE:
            found.add(Standing.GONE)
    if hunk.decision is not Decision.REJECTED and hunk.state is HunkState.ALREADY_THERE:
        found.add(Standing.ALREADY_THERE)
    return frozenset(found)


_WAITING = {HunkState.CONFLICT: Standing.CONFLICT, HunkState.MOVED: Standing.MOVED}
"""Of what is decided nobody asks how it would fit."""

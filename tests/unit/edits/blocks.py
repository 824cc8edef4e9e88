"""Short ways to write a block and to place it on one file."""

from __future__ import annotations

from copilot_desktop.edits import Proposal, propose

PATH = "a.py"


def block(old: str, new: str, head: str = "") -> str:
    """A search/replace block for `a.py`; `head` stands above the old text."""
    return f"{PATH}\n<<<<<<< SEARCH\n{head}{old}=======\n{new}>>>>>>> REPLACE\n"


def placed(text: str, *blocks: str) -> Proposal:
    """What the blocks make of a file with this text."""
    return propose("".join(blocks), {PATH: text})


def result(text: str, *blocks: str) -> tuple[str | None, str, float]:
    """The file's new text, and strategy and confidence of the one hunk. Fails where a block was refused."""
    proposal = placed(text, *blocks)
    assert proposal.failures == ()
    (hunk,) = proposal.hunks
    return proposal.files.get(PATH), hunk.strategy, hunk.confidence


def reason(text: str, *blocks: str) -> str:
    """The reason of the one refusal; nothing else must have been placed."""
    proposal = placed(text, *blocks)
    assert (proposal.files, proposal.hunks) == ({}, ())
    (failure,) = proposal.failures
    return failure.reason

"""A model's answer to placed edits, and from there through the user's decisions to the texts to write.

The values are imported with every window; the engine with its parsers, some 60 modules, when it is first asked for.
"""

from typing import TYPE_CHECKING

from copilot_desktop.edits.proposal import Candidate, Failure, FormatName, Hunk, Proposal, Reason

if TYPE_CHECKING:
    from copilot_desktop.edits.proposing import propose
    from copilot_desktop.edits.streaming import ProposalStream

__all__ = ["Candidate", "Failure", "FormatName", "Hunk", "Proposal", "ProposalStream", "Reason", "propose"]


def __getattr__(name: str) -> object:
    if name == "propose":
        from copilot_desktop.edits.proposing import propose

        return propose
    if name == "ProposalStream":
        from copilot_desktop.edits.streaming import ProposalStream

        return ProposalStream
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

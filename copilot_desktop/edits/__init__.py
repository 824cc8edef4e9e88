"""A model's answer to placed edits, and from there through the user's decisions to the texts to write."""

from copilot_desktop.edits.proposal import Candidate, Failure, FormatName, Hunk, Proposal, Reason
from copilot_desktop.edits.proposing import propose

__all__ = ["Candidate", "Failure", "FormatName", "Hunk", "Proposal", "Reason", "propose"]

"""A model's answer to placed edits, and from there through the user's decisions to the texts to write."""

from copilot_desktop.edits.proposal import Candidate, Failure, FormatName, Hunk, Proposal, Reason
from copilot_desktop.edits.proposing import propose
from copilot_desktop.edits.streaming import ProposalStream

__all__ = ["Candidate", "Failure", "FormatName", "Hunk", "Proposal", "ProposalStream", "Reason", "propose"]

"""What became of one block on one text."""

from __future__ import annotations

from copilot_desktop.edits.proposal import Candidate, Hunk, Reason
from copilot_desktop.values import dataclass


@dataclass(frozen=True, slots=True)
class Placement:
    """Hunks in the lines of the text, sorted and apart; or the reason there are none, or a note that none is needed."""

    hunks: tuple[Hunk, ...] = ()
    reason: Reason | None = None
    message: str = ""
    candidates: tuple[Candidate, ...] = ()
    note: str = ""

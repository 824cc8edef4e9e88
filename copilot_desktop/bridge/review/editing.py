"""What the user makes of a proposal: another text for it, or what is to stand in the place of a conflict."""

from __future__ import annotations

from copilot_desktop.bridge.review.commands import Command
from copilot_desktop.bridge.review.deciding import Decider
from copilot_desktop.edits.change_sets import Decision


class HunkEditing:
    """GUI thread only. Each is a step like a decision: U takes it back."""

    def __init__(self, decider: Decider) -> None:
        self._decider = decider

    def resolve(self, hunk_id: str, text: str) -> None:
        """Resolve a conflict: the change proposes this text for the lines as they are now, and waits for a decision."""
        self._decider.submit(Command("Resolve 1 conflict", {}, edits={hunk_id: text}))

    def resolve_and_accept(self, hunk_id: str, text: str) -> None:
        """Resolve a conflict with this text and have it written, in one step."""
        self._decider.submit(Command("Resolve 1 conflict", {hunk_id: Decision.ACCEPTED}, edits={hunk_id: text}))

    def edit_new_text(self, hunk_id: str, text: str) -> None:
        """Have an undecided change propose another text."""
        self._decider.submit(Command("Edit 1 change", {}, edits={hunk_id: text}))

    def take_back(self, hunk_id: str, text: str) -> None:
        """Take back an accepted change whose lines were edited since: this text takes their place."""
        self._decider.submit(Command("Take 1 change back", {hunk_id: Decision.PENDING}, taken_back={hunk_id: text}))

"""What is let into the list of everything under review: words, a turn, how a change stands. Pure."""

from __future__ import annotations

from copilot_desktop.edits.change_sets import ChangeSet, FileChange
from copilot_desktop.edits.grouping import ChangedDefinition
from copilot_desktop.ui.review.standings import Standing
from copilot_desktop.values import dataclass


@dataclass(frozen=True, slots=True)
class ListFilter:
    """All words must be found: in the path, in what was asked, the model, or the function that is changed.

    `turn` is the id of a change set, "" for all; of `standings` one must hold, where there are any. `is_unviewed`: it
    waits for a decision and was not viewed.
    """

    words: tuple[str, ...] = ()
    turn: str = ""
    standings: frozenset[Standing] = frozenset()
    is_unviewed: bool = False

    @property
    def is_all(self) -> bool:
        """Whether nothing is kept out."""
        return not (self.words or self.turn or self.standings or self.is_unviewed)

    def admits_turn(self, change_set: ChangeSet) -> bool:
        """Whether a turn is among those wanted."""
        return self.turn in ("", change_set.change_set_id)

    def admits_words(self, change_set: ChangeSet, change: FileChange, definition: ChangedDefinition | None) -> bool:
        """Whether all words are found at a change."""
        if not self.words:
            return True
        parts = [change.path, change.old_path or "", change_set.title, change_set.prompt, change_set.model]
        if definition is not None:
            parts.append(definition.title)
        said = "\n".join(parts).casefold()
        return all(word in said for word in self.words)

    def admits(self, standings: frozenset[Standing], *, is_viewed: bool) -> bool:
        """Whether a change that stands so is wanted."""
        if self.is_unviewed and (is_viewed or Standing.TO_REVIEW not in standings):
            return False
        return not self.standings or bool(self.standings & standings)


def words_of(text: str) -> tuple[str, ...]:
    """The words of what was typed, to be looked for whatever their case."""
    return tuple(text.casefold().split())

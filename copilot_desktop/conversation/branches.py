"""The turns of a conversation as a tree: a prompt that is edited and sent again begins another branch."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import field

from copilot_desktop.values import dataclass


@dataclass(frozen=True, slots=True)
class TurnTree:
    """Turn → the turn before it ("": it is the first), in the order in which they were begun."""

    parents: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, str]]) -> TurnTree:
        """The tree of (turn, turn before it)."""
        return cls(dict(pairs))

    def with_turn(self, turn_id: str, parent_id: str) -> TurnTree:
        """The tree with one more turn."""
        return TurnTree({**self.parents, turn_id: parent_id})

    def path(self, leaf_id: str) -> tuple[str, ...]:
        """The branch that ends with a turn, from its first one; empty for a turn that is not there."""
        found: dict[str, None] = {}
        turn_id = leaf_id
        # A damaged store must not hang the program: a turn comes once.
        while turn_id in self.parents and turn_id not in found:
            found[turn_id] = None
            turn_id = self.parents[turn_id]
        return tuple(reversed(found))

    def newest_leaf(self, turn_id: str) -> str:
        """Where the branch through a turn ends that was begun last: the newest child, and its newest, and so on."""
        newest = {parent_id: child_id for child_id, parent_id in self.parents.items()}
        seen = {turn_id}
        while turn_id in newest and newest[turn_id] not in seen:
            turn_id = newest[turn_id]
            seen.add(turn_id)
        return turn_id

    def leaf(self, kept_leaf_id: str) -> str:
        """The leaf that was kept, or the newest turn's where it is none any more."""
        if kept_leaf_id in self.parents:
            return kept_leaf_id
        return next(reversed(self.parents), "")


@dataclass(frozen=True, slots=True)
class Branch:
    """The branch of a tree that is shown; `leaf_id` is the turn it ends with, empty where there is none."""

    tree: TurnTree = field(default_factory=TurnTree)
    leaf_id: str = ""

    def later(self, turn_id: str) -> tuple[str, ...]:
        """A turn of the branch and those after it; none for a turn that is not on it."""
        path = self.tree.path(self.leaf_id)
        return path[path.index(turn_id) :] if turn_id in path else ()

    @property
    def forks(self) -> dict[str, tuple[str, ...]]:
        """Of the turns of the branch those that have siblings, with them; one pass for all."""
        children: dict[str, list[str]] = {}
        for turn_id, parent_id in self.tree.parents.items():
            children.setdefault(parent_id, []).append(turn_id)
        siblings = {turn_id: children[self.tree.parents[turn_id]] for turn_id in self.tree.path(self.leaf_id)}
        return {turn_id: tuple(others) for turn_id, others in siblings.items() if len(others) > 1}

    def with_turn(self, turn_id: str, parent_id: str) -> Branch:
        """The branch that ends with a new turn."""
        return Branch(self.tree.with_turn(turn_id, parent_id), turn_id)

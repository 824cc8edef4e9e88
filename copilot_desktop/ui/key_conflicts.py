"""Which actions would answer to the same keys in the same place: Qt then does none of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations

from PySide6.QtGui import QKeySequence

from copilot_desktop.ui.actions import Action, ActionSet
from copilot_desktop.values import dataclass


@dataclass(frozen=True, slots=True)
class Bound:
    """An action with one of its key sequences."""

    action: Action
    keys: QKeySequence


def bound_keys(actions: ActionSet) -> tuple[Bound, ...]:
    """Every key sequence that is bound now."""
    return tuple(Bound(action, keys) for action in actions.all() for keys in actions.keys(action.action_id))


def do_clash(one: QKeySequence, other: QKeySequence) -> bool:
    """Whether they are the same, or one is the beginning of the other."""
    no_match = QKeySequence.SequenceMatch.NoMatch
    return one.matches(other) is not no_match or other.matches(one) is not no_match


def share_place(one: Action, other: Action) -> bool:
    """Whether there is a place in which the keys of both count."""
    return one.place is None or other.place is None or one.place.overlaps(other.place)


def clashes_of(action: Action, keys: QKeySequence, bound: Iterable[Bound]) -> tuple[Bound, ...]:
    """What else answers to these keys where the action would."""
    return tuple(
        other
        for other in bound
        if other.action.action_id != action.action_id
        and share_place(action, other.action)
        and do_clash(keys, other.keys)
    )


def robbed_by(action: Action, actions: ActionSet) -> tuple[Action, ...]:
    """The actions whose own keys are missing since `action` has them now, and free once it has its own again."""
    held, bound = actions.keys(action.action_id), bound_keys(actions)

    def is_robbed(other: Action) -> bool:
        own = actions.default_keys(other.action_id)
        gone = [keys for keys in own if any(do_clash(keys, each) for each in held)]
        left = tuple(keys for keys in own if keys not in gone)
        if not gone or left != actions.keys(other.action_id) or not share_place(action, other):
            return False
        holders = {each.action.action_id for keys in gone for each in clashes_of(other, keys, bound)}
        return holders <= {action.action_id}

    changed = (each for each in actions.all() if each.action_id in actions.overrides)
    return tuple(each for each in changed if each.action_id != action.action_id and is_robbed(each))


def clashing_ids(bound: Iterable[Bound]) -> frozenset[str]:
    """The ids of all actions that share keys with another one."""
    return frozenset(
        action_id for pair in clashing_pairs(bound) for action_id in (each.action.action_id for each in pair)
    )


def clashing_pairs(bound: Iterable[Bound]) -> Iterator[tuple[Bound, Bound]]:
    """Every two that share keys and a place."""
    by_first: dict[str, list[Bound]] = {}
    for each in bound:
        if each.keys.count():
            by_first.setdefault(_first_stroke(each.keys), []).append(each)
    for same in by_first.values():
        for one, other in combinations(same, 2):
            is_other = one.action.action_id != other.action.action_id
            if is_other and share_place(one.action, other.action) and do_clash(one.keys, other.keys):
                yield one, other


def is_needed_for_typing(action: Action, keys: QKeySequence) -> bool:
    """Whether the keys would write a letter, and count everywhere."""
    if action.place is not None or not keys.count():
        return False
    key = _first_stroke(keys).removeprefix("Shift+")
    return len(key) == 1 or key == "Space"


def _first_stroke(keys: QKeySequence) -> str:
    return keys.toString(QKeySequence.SequenceFormat.PortableText).split(", ")[0]

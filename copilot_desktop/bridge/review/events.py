"""What the review reports; each value is carried by one signal."""

from __future__ import annotations

from collections.abc import Callable

from copilot_desktop.values import dataclass


@dataclass(frozen=True, slots=True)
class ReviewChanged:
    """Hunks stand or read differently now, or came or went. `paths` and `hunk_ids` are those touched, no others.

    `pending` counts all hunks that wait for a decision.
    """

    paths: tuple[str, ...]
    hunk_ids: tuple[str, ...]
    pending: int


@dataclass(frozen=True, slots=True)
class DecisionUndone:
    """The last decision was taken back: these hunks wait again, or stand as they did before it."""

    hunk_ids: frozenset[str]


@dataclass(frozen=True, slots=True)
class ReviewNotice:
    """A sentence for the user about a decision. `is_error`: something the user asked for did not happen.

    `is_refusal`: nothing at all was done, which is of no interest any more once something is decided.
    `is_passing`: nothing is lost where it is not read, so that it may go by itself.
    """

    message: str
    advice: str = ""
    is_error: bool = False
    is_passing: bool = False
    is_refusal: bool = False
    holds: Callable[[], bool] | None = None
    """Whether it still is so; asked whenever hunks stand differently."""
    without_way_back: Callable[[], None] | None = None
    """Does it all the same, where what it overwrites does not fit into the store."""


@dataclass(frozen=True, slots=True)
class ReviewShown:
    """The review is asked to come to the front: at a hunk, else at the change set's first undecided one."""

    change_set_id: str
    hunk_id: str | None = None

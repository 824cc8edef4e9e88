"""What is told and kept of blocks that were not placed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from copilot_desktop.edits.change_sets import ChangeSet
from copilot_desktop.edits.proposal import Failure
from copilot_desktop.edits.refusals import NearPlace, by_cause
from copilot_desktop.values import dataclass


@dataclass(frozen=True, slots=True)
class RefusedBlock:
    """A block that was not placed. `places`: what it may have meant, best first, as its file says it.

    `said` is a sentence about what was done with it last. `is_asked`: the model is being asked for it once more.
    """

    block_id: str
    change_set_id: str
    turn_id: str
    failure: Failure
    places: tuple[NearPlace, ...] = ()
    said: str = ""
    is_asked: bool = False


def blocks_by_cause(blocks: Sequence[RefusedBlock]) -> tuple[tuple[RefusedBlock, ...], ...]:
    """Refused blocks, those of one file together that are refused for the file's sake alone."""
    groups = by_cause([block.failure for block in blocks])
    return tuple(tuple(blocks[number] for number in group) for group in groups)


def with_same_cause(block_id: str, blocks: Sequence[RefusedBlock]) -> tuple[RefusedBlock, ...]:
    """A block of these with those that have the same cause; none where it is none of them."""
    groups = blocks_by_cause(blocks)
    return next((group for group in groups if block_id in {block.block_id for block in group}), ())


@dataclass(frozen=True, slots=True)
class RefusedChanged:
    """The refused blocks of a change set are these now; `dismissed` of them are put aside and can come back."""

    change_set_id: str
    turn_id: str
    blocks: tuple[RefusedBlock, ...]
    dismissed: int = 0


@dataclass(frozen=True, slots=True)
class KeptRefused:
    """What is known of the refused blocks of one change set. `files` are the texts they were refused on."""

    change_set: ChangeSet
    files: Mapping[str, str]
    blocks: tuple[RefusedBlock, ...]
    dismissed: tuple[RefusedBlock, ...]

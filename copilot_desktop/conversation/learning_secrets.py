"""Which secrets the turns of a conversation have shown, in the order in which they came to the model."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from copilot_desktop.conversation.turns import StoredTurn, TurnRequest

if TYPE_CHECKING:
    from copilot_desktop.credentials.masking import Masking


def learn_turns(masking: Masking, turns: Iterable[StoredTurn]) -> None:
    """Look at turns of the past, the oldest first: a value that the model has read before the user has shown it stays
    masked, also after a restart."""
    for turn in turns:
        masking.learn((turn.prompt, *(item.text for item in turn.items)))
        _learn_read(masking, turn)


def learn_request(masking: Masking, request: TurnRequest) -> None:
    """Look at what a turn is sent with and at what the model has read in it."""
    said = None if request.reading is None else request.reading.said
    # Else its texts are looked at when they are masked, unless they are too large to be sent.
    if said is not None:
        masking.learn((request.prompt, *(item.text for item in request.items)))
        _learn_read(masking, said)


def _learn_read(masking: Masking, turn: StoredTurn) -> None:
    masking.learn_unshown(call.reading.result for call in turn.readings if call.reading is not None)

"""What a request is made of, and does it fit? Room is kept for the answer, old turns give way, context is never cut but
refused with the figures."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Final

from copilot_desktop.credentials.placeholders import SeenSecret
from copilot_desktop.errors import ContextLengthError
from copilot_desktop.values import dataclass

MESSAGE_TOKENS: Final = 4
"""What the wire formats add to each message."""

ANSWER_FRAME_TOKENS: Final = 3
"""What they add at the end, where the answer begins."""

ASSUMED_INPUT_TOKENS: Final = 24_000
"""How far history grows for a model whose limit is not known."""

_ANSWER_TOKENS: Final = 4096

_MOST_CHARACTERS: Final = 16
"""Per token: code and prose have 3 to 5, and nothing that is worth a question has more than this."""

_LARGEST_TOKENS: Final = 1_000_000
"""What any model takes, where it is not known."""


class PartKind(StrEnum):
    """What a part of a request is, in the order in which it is shown. FOUND: what automatic context has found."""

    INSTRUCTIONS = "instructions"
    RULES = "rules"
    TOOLS = "tools"
    SUMMARY = "summary"
    HISTORY = "history"
    CONTEXT = "context"
    FOUND = "found"
    PROMPT = "prompt"
    FRAME = "frame"


THIS_TURN: Final = "This turn so far"
"""The label of the history that a turn has made itself: what was answered, and what the model has read."""


@dataclass(frozen=True, slots=True)
class RequestPart:
    """One part, its tokens, and the secrets in it. `item_id` is that of a context item; empty for other parts.
    `pictures`: how many of them go along with turns of the past."""

    kind: PartKind
    label: str
    tokens: int
    item_id: str = ""
    secrets: tuple[SeenSecret, ...] = ()
    pictures: int = 0


def input_limit(limit_tokens: int | None, max_output_tokens: int | None) -> int | None:
    """Tokens a request may have, so that the answer still fits into the model's limit; None: not known."""
    if limit_tokens is None:
        return None
    return limit_tokens - min(max_output_tokens or _ANSWER_TOKENS, limit_tokens // 3)


def refuse_too_long(
    needed_tokens: int, items_tokens: int, limit_tokens: int | None, allowed_tokens: int | None
) -> None:
    """Raise ContextLengthError with the figures when what must be sent exceeds `allowed_tokens`.

    `needed_tokens` counts instructions, prompt and items; `items_tokens` the items alone.
    """
    if limit_tokens is None or allowed_tokens is None or needed_tokens <= allowed_tokens:
        return
    reserved = limit_tokens - allowed_tokens
    raise ContextLengthError(
        f"This was not sent: it has about {needed_tokens:,} tokens ({items_tokens:,} of them context), and the model "
        f"takes {allowed_tokens:,} ({limit_tokens:,} less {reserved:,} for the answer).",
        advice="Remove or shorten context, or choose a model that takes more.",
    )


def refuse_oversized(name: str, characters: int, allowed_tokens: int | None) -> None:
    """Raise ContextLengthError for a text that no counting could make fit: from its size alone, at once.

    `name` begins the sentence; `allowed_tokens` is what `input_limit` gives.
    """
    most = _LARGEST_TOKENS if allowed_tokens is None else allowed_tokens
    least = characters // _MOST_CHARACTERS
    if least <= most:
        return
    takes = "no model is known to take more than" if allowed_tokens is None else "the model takes"
    raise ContextLengthError(
        f"{name} is too large to be sent: it has {characters:,} characters, which are more than {least:,} tokens, and "
        f"{takes} {most:,}.",
        advice="Select the lines that the question is about and add those.",
    )


def omitted_turns(turn_tokens: Sequence[int], needed_tokens: int, allowed_tokens: int | None) -> int:
    """How many of the oldest turns do not fit beside what must be sent; `turn_tokens` are in their order."""
    left = (ASSUMED_INPUT_TOKENS if allowed_tokens is None else allowed_tokens) - needed_tokens
    kept = 0
    for tokens in reversed(turn_tokens):
        left -= tokens
        if left < 0:
            break
        kept += 1
    return len(turn_tokens) - kept

"""Settings → Chat."""

from __future__ import annotations

from typing import ClassVar

from copilot_desktop.settings.fields import setting
from copilot_desktop.values import dataclass


@dataclass(frozen=True, slots=True)
class ChatPage:
    """What happens with answers."""

    NAME: ClassVar[str] = "chat"
    VERSION: ClassVar[int] = 1

    asks_once_more: bool = setting(
        True,
        "Ask once more for blocks that could not be placed",
        "At most once for each answer, as a request of its own that the answer shows with its price. "
        "The built-in model is never asked again.",
    )
    read_tokens: int = setting(
        30_000,
        "Tokens a model may read by itself for one answer",
        "Where you let it read files (Ctrl+Alt+F). At the limit it is asked to answer with what it has. The model's "
        "own window may end it earlier.",
        low=1_000,
        high=1_000_000,
    )
    summarises: bool = setting(
        False,
        "Summarise older turns by itself when a conversation gets too long",
        "A request of its own after an answer; the conversation shows its price. The turns stay as they are, and what "
        "is sent in their place can be read, edited and undone. Off, since it costs a request that nobody asked for: "
        "it is offered above the prompt then.",
    )
    summary_percent: int = setting(
        90,
        "Offer or make the summary from this share on (percent)",
        "Of what the model takes less the room for its answer. From 100 percent on the oldest turns are left out.",
        low=30,
        high=100,
    )

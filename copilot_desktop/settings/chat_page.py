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

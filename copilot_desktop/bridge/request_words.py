"""What is said of a request before it is sent, and how it stands. Frozen values, no Qt."""

from __future__ import annotations

from enum import StrEnum

from copilot_desktop.bridge.chosen_secrets import SecretRow
from copilot_desktop.errors import NeverSendError
from copilot_desktop.values import dataclass


class Phase(StrEnum):
    """What goes on. PLANNED: a request is ready, and waits to be sent."""

    RESTING = "resting"
    PLANNING = "planning"
    PLANNED = "planned"
    ASKING = "asking"


@dataclass(frozen=True, slots=True)
class RequestWords:
    """What a request would be: what it is about ("2 files"), its tokens and their price, and what it leaves out.

    `text` is all that is sent, `tip` what else there is to be known of the figures. `tokens` is None while they are
    counted, `limit_tokens` and `usd` where nobody knows. `secrets`: those in it, each to be chosen about.
    `hidden`: files that are left out since no model may see them, and that the user can allow.
    """

    what: str
    tokens: int | None
    limit_tokens: int | None
    usd: float | None
    model: str
    left_out: str
    text: str
    tip: str = ""
    secrets: tuple[SecretRow, ...] = ()
    hidden: tuple[NeverSendError, ...] = ()

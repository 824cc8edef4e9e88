"""What a model called in an answer, and what became of calls that only read."""

from __future__ import annotations

from copilot_desktop.values import dataclass


@dataclass(frozen=True, slots=True)
class Reading:
    """What became of a call that asked to read in the folder: `result` is what the model is told, `title` what the
    user sees of it. Without a result it was not carried out. Refused: no model may see it. `as_sent` is the result with
    its secrets masked as they were then, where it had any. `as_it_is` says what went along that is or may be one."""

    title: str
    result: str = ""
    tokens: int = 0
    is_refused: bool = False
    as_sent: str = ""
    as_it_is: str = ""


@dataclass(frozen=True, slots=True)
class TurnCall:
    """A call of a tool. `start` and `end` are where the answer shows it; not whole: it was cut off.

    `extra` is JSON that the model's server wants back with it. `round_number` counts the requests of a turn, from 0:
    after calls with a `reading` the model is asked again. The answer shows nothing of those.
    """

    name: str
    arguments: str
    start: int = 0
    end: int = 0
    is_whole: bool = True
    extra: str = ""
    round_number: int = 0
    reading: Reading | None = None

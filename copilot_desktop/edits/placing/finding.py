"""One place for a block, or the reason why there is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from copilot_desktop.edits.intents import Intent
from copilot_desktop.edits.placing.levels import LEVELS, Level, Match, matches
from copilot_desktop.edits.proposal import Reason
from copilot_desktop.text.lines import split_lines

_FEW_VISIBLE = 10
_HINT_REACH_LINES = 20


@dataclass(frozen=True, slots=True)
class Found:
    """The places of a block at the level that decided; `reason` is set where none can be taken."""

    level: Level
    places: tuple[Match, ...]
    reason: Reason | None = None
    confidence: float = 0.0


def find(intent: Intent, lines: Sequence[str]) -> Found:
    """Find the lines an intent's old text means."""
    old = split_lines(intent.old)
    is_tiny = sum(not char.isspace() for char in intent.old) < _FEW_VISIBLE
    for level in LEVELS:
        places = matches(level, old, lines)
        if not places:
            continue
        chosen = places if len(places) == 1 else _near_hint(places, intent.line_hint)
        if len(chosen) != 1 and not intent.replace_all:
            return Found(level, tuple(places), "ambiguous")
        agrees = intent.line_hint is not None and chosen[0].start == intent.line_hint - 1
        if is_tiny and not agrees and level.confidence < LEVELS[1].confidence:
            is_unique = len(matches(LEVELS[5], old, lines)) == 1
            if level.confidence < LEVELS[3].confidence or not is_unique:
                return Found(level, tuple(places), "not_found")
        disagrees = intent.line_hint is not None and not agrees
        confidence = level.confidence - (0.05 if disagrees else 0.0)
        return Found(level, tuple(chosen), "not_found" if confidence < 0.8 else None, confidence)
    return Found(LEVELS[-1], (), "not_found")


def _near_hint(places: list[Match], line_hint: int | None) -> list[Match]:
    if line_hint is None:
        return places
    ranked = sorted(places, key=lambda match: abs(match.start - (line_hint - 1)))
    nearest, next_one = (abs(match.start - (line_hint - 1)) for match in ranked[:2])
    is_clear = nearest <= _HINT_REACH_LINES and next_one >= 3 * nearest and next_one > nearest
    return ranked[:1] if is_clear else places

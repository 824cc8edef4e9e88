"""Blocks whose code holds a line that looks like the one between old and new."""

from __future__ import annotations

from dataclasses import replace

from copilot_desktop.edits.intents import Intent
from copilot_desktop.edits.placing.indexed_lines import IndexedLines, TooMuchWorkError
from copilot_desktop.edits.placing.levels import LEVELS
from copilot_desktop.edits.placing.matching import matches
from copilot_desktop.edits.placing.nearest import alike
from copilot_desktop.text.lines import split_lines

_LIKE = 0.8


def with_halves_that_stand(intent: Intent, lines: IndexedLines) -> Intent:
    """The block cut where its old text stands in the file: the longest that does. Malformed where none does."""
    ways = [(intent.old, intent.new), *intent.halves]
    stands = next((at for at in reversed(range(len(ways))) if _stands(ways[at][0], lines)), None)
    plain = intent.plain_half
    if plain is not None and (stands is None or stands < plain):
        # What is above the only plain line is more than stands as it is: it may be like the file all the same.
        stands = plain
    elif stands is not None and any(_is_like(old, lines) for old, _ in ways[stands + 1 :]):
        stands = None
    if stands is not None:
        old, new = ways[stands]
        return replace(intent, old=old, new=new, halves=())
    message = "The block has more than one line of =======, so its halves cannot be told apart."
    return replace(intent, halves=(), problem=("malformed", message))


def _stands(old: str, lines: IndexedLines) -> bool:
    if not old.strip():
        return False
    try:
        return any(matches(level, split_lines(old), lines, 1) for level in LEVELS[:5])
    except TooMuchWorkError:
        return False


def _is_like(old: str, lines: IndexedLines) -> bool:
    """Whether a longer old text is nearly there: then it may be meant as well."""
    try:
        ranked = alike(split_lines(old), lines)
    except TooMuchWorkError:
        return True
    return bool(ranked) and ranked[0].similarity >= _LIKE

"""Blocks whose code holds a line that looks like the one between old and new."""

from __future__ import annotations

from dataclasses import replace

from copilot_desktop.edits.intents import Intent
from copilot_desktop.edits.placing.indexed_lines import IndexedLines, TooMuchWorkError
from copilot_desktop.edits.placing.levels import LEVELS
from copilot_desktop.edits.placing.matching import matches
from copilot_desktop.text.lines import split_lines


def with_halves_that_stand(intent: Intent, lines: IndexedLines) -> Intent:
    """The block cut where its old text stands in the file: the longest that does. Malformed where none does."""
    ways = [(intent.old, intent.new), *intent.halves]
    for old, new in reversed(ways):
        if old.strip() and _stands(split_lines(old), lines):
            return replace(intent, old=old, new=new, halves=())
    message = "The block has more than one line of =======, so its halves cannot be told apart."
    return replace(intent, halves=(), problem=("malformed", message))


def _stands(old: list[str], lines: IndexedLines) -> bool:
    try:
        return any(matches(level, old, lines, 1) for level in LEVELS[:5])
    except TooMuchWorkError:
        return False

"""One place for a block's lines, or the reason why there is none."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from copilot_desktop.edits.intents import Intent
from copilot_desktop.edits.placing.hints import Hints, agrees, cut, in_words
from copilot_desktop.edits.placing.indexed_lines import IndexedLines, TooMuchWorkError
from copilot_desktop.edits.placing.levels import LEVELS, Level, Match
from copilot_desktop.edits.placing.matching import matches
from copilot_desktop.edits.placing.nearest import Likeness, alike, is_clear
from copilot_desktop.edits.placing.placeholders import is_elision
from copilot_desktop.edits.placing.traces import without_traces
from copilot_desktop.edits.proposal import Reason
from copilot_desktop.text.diff import diff_line_lists
from copilot_desktop.text.lines import split_lines, without_ending
from copilot_desktop.values import dataclass

_FEW_VISIBLE = 10
_PLAIN = 0.95
_ENOUGH = 21
"""Places beyond which a refusal says no more."""
_BLANKS = re.compile(r"\s+")
_DIGITS = re.compile(r"\d+")
_TIGHT, _LOOSE = LEVELS[:5], LEVELS[5:]
_TRACES = Level("traces", 0.90, str.strip)
_ELISIONS = Level("elisions", 0.80, str.strip, "lines left out of the old text")
_LIKENESS = Level("likeness", 0.80, str.strip, "small differences")


@dataclass(frozen=True, slots=True)
class Found:
    """The places of a block at the level that decided; `reason` is set where none can be taken.

    `old` and `new` are the block's lines as they were compared. `ignored` says what was ignored. `likely` are places
    that are only like the block.
    """

    level: Level
    places: Sequence[Match]
    old: tuple[str, ...]
    new: tuple[str, ...]
    reason: Reason | None = None
    confidence: float = 0.0
    ignored: str = ""
    likely: tuple[Likeness, ...] = ()


def find(intent: Intent, lines: IndexedLines, hints: Hints) -> Found:
    """Find the lines an intent's old text means. Raises TooMuchWorkError."""
    old, new = tuple(split_lines(intent.old)), tuple(split_lines(intent.new))
    search = _Search(lines, hints, intent.replace_all, is_tiny(old))
    if not lines.may_spend(0):
        # So many blocks were hard to find that only what stands there as it is still has a place.
        found = search.by_levels(LEVELS[:1], old, new)
        if found is None:
            raise TooMuchWorkError
        return found
    found = search.by_levels(_TIGHT, old, new) or _by_traces(search, old, new) or search.by_levels(_LOOSE, old, new)
    found = found or _by_elisions(search, old, new)
    if found is not None:
        return found
    ranked = alike(old, lines)
    return _by_likeness(search, old, new, ranked) or Found(_LIKENESS, (), old, new, "not_found", likely=tuple(ranked))


def is_tiny(old: Sequence[str]) -> bool:
    """Whether lines have too few visible characters to be found by anything but themselves."""
    visible = 0
    for line in old:
        visible += len("".join(line.split()))
        if visible >= _FEW_VISIBLE:
            return False
    return True


@dataclass(frozen=True, slots=True)
class _Search:
    """What a block is looked for in, and by which rules."""

    lines: IndexedLines
    hints: Hints
    replace_all: bool
    is_tiny: bool

    @property
    def most(self) -> int | None:
        """How many places are worth looking for: all only where something chooses among them."""
        return None if self.replace_all or self.hints.may_cut else _ENOUGH

    def by_levels(self, levels: Sequence[Level], old: tuple[str, ...], new: tuple[str, ...]) -> Found | None:
        """Return what the first level that yields places decides; None where none does."""
        for level in levels:
            places = matches(level, old, self.lines, self.most)
            if places:
                return self.decided(level, places, old, new)
        return None

    def decided(self, level: Level, places: Sequence[Match], old: tuple[str, ...], new: tuple[str, ...]) -> Found:
        """Choose from the places of one level, or say why none can be taken."""

        def refused(reason: Reason) -> Found:
            return Found(level, places, old, new, reason, ignored=level.ignored)

        chosen = places if self.replace_all and len(places) > 1 else cut(places, self.hints, self.lines)
        if not chosen or (len(chosen) > 1 and not self.replace_all):
            return refused("ambiguous" if len(places) > 1 else "not_found")
        agreement = agrees(chosen[0], self.hints, self.lines)
        if self.is_tiny and agreement <= 0 and level.confidence < LEVELS[1].confidence:
            is_unique = len(matches(LEVELS[5], old, self.lines, 2)) == 1
            if level.confidence < LEVELS[3].confidence or not is_unique:
                return refused("not_found")
        confidence = round(min(1.0, level.confidence + agreement), 3)
        reason: Reason | None = "not_found" if confidence < 0.8 else None
        against = in_words(chosen[0], self.hints) if agreement < 0 and confidence < _PLAIN else ""
        ignored = "; ".join(filter(None, (level.ignored, against)))
        return Found(level, chosen, old, new, reason, confidence, ignored)


def _by_traces(search: _Search, old: tuple[str, ...], new: tuple[str, ...]) -> Found | None:
    for undone in without_traces(old, new):
        hints = search.hints
        if undone.line_number is not None and hints.line is None:
            hints = replace(hints, line=undone.line_number)
        inner = replace(search, hints=hints, is_tiny=is_tiny(undone.old))
        for level in _TIGHT:
            places = matches(level, undone.old, search.lines, inner.most)
            if places:
                at = replace(_TRACES, ignored=", ".join(filter(None, (undone.ignored, level.ignored))))
                return inner.decided(at, places, undone.old, undone.new)
    return None


def _by_elisions(search: _Search, old: tuple[str, ...], new: tuple[str, ...]) -> Found | None:
    """Find old text with lines left out: each piece unique, in order, and nothing that was left out is changed."""
    if not any(map(is_elision, old)):
        return None
    # What is left out before the first line that is quoted, and below the last, says nothing.
    first, last = _elisions_at_start(old), _elisions_at_start(old[::-1])
    old = old[first : max(first, len(old) - last)]
    new = new[min(first, _elisions_at_start(new)) :]
    new = new[: len(new) - min(last, _elisions_at_start(new[::-1]))]
    left_out = [index for index, line in enumerate(old) if is_elision(line)]
    if not old or len(left_out) != sum(is_elision(line) for line in new):
        return None
    bare = [[without_ending(line).strip() if is_elision(line) else line for line in each] for each in (old, new)]
    changes = diff_line_lists(*bare)
    if any(change.old.start <= index < change.old.end for change in changes for index in left_out):
        return None
    pairs: list[int | None] = [None] * len(old)
    at = 0
    for start, end in zip([0, *(index + 1 for index in left_out)], [*left_out, len(old)], strict=True):
        places = next(filter(None, (matches(level, old[start:end], search.lines, 2) for level in LEVELS[:3])), [])
        if len(places) != 1 or places[0].start < at:
            return None
        pairs[start:end] = places[0].pairs
        at = places[0].end
    first = next(pair for pair in pairs if pair is not None)
    return search.decided(_ELISIONS, [Match(first, at, tuple(pairs))], old, new)


def _elisions_at_start(lines: Sequence[str]) -> int:
    return next((at for at, line in enumerate(lines) if not is_elision(line)), len(lines))


def _is_another(line: str, own: str) -> bool:
    """Whether two lines differ in nothing but letter case, or blanks between words: they are never taken for one."""
    one, two = ("".join(each.split()) for each in (line, own))
    return one.casefold() == two.casefold() and _BLANKS.sub(" ", line.strip()) != _BLANKS.sub(" ", own.strip())


def _by_likeness(search: _Search, old: tuple[str, ...], new: tuple[str, ...], ranked: list[Likeness]) -> Found | None:
    if search.is_tiny or not is_clear(ranked) or ranked[0].confidence < 0.8:
        return None
    best = ranked[0]
    there = search.lines[best.start : best.end]
    differing = [pair for pair in zip(old, there, strict=True) if pair[0].strip() != pair[1].strip()]
    if all(_is_another(*pair) for pair in differing):
        return None
    # One line that differs in a number is as often another line.
    if len(old) == 1 and _DIGITS.findall(old[0]) != _DIGITS.findall(there[0]):
        return None
    place = Match(best.start, best.end, tuple(range(best.start, best.end)))
    return search.decided(replace(_LIKENESS, confidence=best.confidence), [place], old, new)

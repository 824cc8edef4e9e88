"""One block on one text: the hunks it becomes, or why it becomes none."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace

from copilot_desktop.edits.intents import Intent
from copilot_desktop.edits.placing.characters import character_hunks, find_characters, in_endings_of
from copilot_desktop.edits.placing.finding import Found, find, is_tiny
from copilot_desktop.edits.placing.frames import frame_of
from copilot_desktop.edits.placing.hints import Hints, anchored, missing_anchor
from copilot_desktop.edits.placing.indentation import Frame, indent_of, width_of
from copilot_desktop.edits.placing.indexed_lines import IndexedLines, TooMuchWorkError
from copilot_desktop.edits.placing.levels import LEVELS, Match
from copilot_desktop.edits.placing.matching import matches
from copilot_desktop.edits.placing.nearest import differences, worth_showing
from copilot_desktop.edits.placing.placement import Placement
from copilot_desktop.edits.placing.replacing import added, in_units_of_file, indents, replacement
from copilot_desktop.edits.proposal import ANCHOR_MISSING, DEPTH_UNCLEAR, Candidate, Hunk
from copilot_desktop.syntax.grammars import is_code
from copilot_desktop.text.lines import line_ending_of, split_lines
from copilot_desktop.text.ranges import LineRange

_PLAIN = 0.95
_SHOWN_PLACES = 20
_WORD = re.compile(r"[\w.\-\[\"']{2,}")
_SHOWN_ANCHOR, _NAMED_PLACES = 200, 3
_SUGGESTED = 0.79
"""Confidence of a place where a block's lines stand, though its anchor does not stand above, or its new text is not
indented as they are."""
_AS_FILE, _OLD_DEPTH = 0.90, "the old text's indentation (the new text has the file's)"


def place(intent: Intent, path: str, lines: IndexedLines, after: int = 0) -> Placement:
    """Place a block on the lines of a text. `after` is the first line below the block before, where order counts."""
    anchors = anchored(intent.anchors, lines)
    if intent.anchors and not anchors:
        return _without_anchor(intent, path, lines)
    hints = Hints(intent.line_hint, anchors, after if intent.is_in_order else 0, intent.is_at_end)
    if not intent.old and intent.may_add:
        return _added(intent, path, lines, hints)
    try:
        found = _found_before(intent, lines, hints)
        if found is None:
            before = lines.work
            may_be_part = intent.is_by_characters or lines.may_spend(0)
            by_characters = _by_characters(intent, path, lines) if may_be_part else None
            if by_characters is not None:
                return by_characters
            found = find(intent, lines, hints)
            is_same = _without_last_ending(intent.old) == _without_last_ending(intent.new)
            if found.level in LEVELS and not is_same:
                lines.found_last = (_look_up_key(intent, hints), found, lines.work - before)
        if found.reason is not None and found.places and anchors and found.places[-1].end <= anchors[0]:
            shown = lines[anchors[0]].strip()[:_SHOWN_ANCHOR]
            message = f"{ANCHOR_MISSING} is not above it in {path}: “{shown}” is in line {anchors[0] + 1}."
            message = f"{message} {_own_lines(found.places)}"
            return Placement(reason="not_found", message=message, candidates=_at(path, found.places[:_SHOWN_PLACES]))
        return _by_lines(intent, path, lines, found)
    except TooMuchWorkError:
        message = f"The text was not looked for in {path}: too many blocks before it were hard to find."
        return Placement(reason="not_found", message=message)


def _look_up_key(intent: Intent, hints: Hints) -> tuple[object, ...]:
    """What decides where a block stands, whatever its new text says."""
    return intent.old, intent.is_by_characters, intent.replace_all, hints


def _found_before(intent: Intent, lines: IndexedLines, hints: Hints) -> Found | None:
    """The place of the block that was looked for last, when it is this one with more of its new text.

    Counted as if it were looked for again. Raises TooMuchWorkError.
    """
    if lines.found_last is None or not lines.may_spend(0):
        return None
    key, found, work = lines.found_last
    if key != _look_up_key(intent, hints) or not isinstance(found, Found):
        return None
    lines.spend(work)
    return replace(found, new=tuple(split_lines(intent.new)))


def _without_anchor(intent: Intent, path: str, lines: IndexedLines) -> Placement:
    """Why a block is refused whose anchor is not there: which one it is, and where its own lines stand."""
    anchor, elsewhere = missing_anchor(intent.anchors, lines)
    shown = f"“{anchor[:_SHOWN_ANCHOR]}”"
    if elsewhere:
        before = intent.anchors[0].strip()[:_SHOWN_ANCHOR]
        message = f"{ANCHOR_MISSING} does not come below “{before}” in {path}: {shown} is in line {elsewhere[0] + 1}."
    else:
        message = f"{ANCHOR_MISSING} is not in {path}: {shown}."
    old = split_lines(intent.old)
    try:
        found = next(filter(None, (matches(level, old, lines, _SHOWN_PLACES) for level in LEVELS[:4])), [])
    except TooMuchWorkError:
        found = []
    if not found:
        return Placement(reason="not_found", message=message)
    return Placement(reason="not_found", message=f"{message} {_own_lines(found)}", candidates=_at(path, found))


def _own_lines(found: Sequence[Match]) -> str:
    named = [LineRange(place.start, place.end).named() for place in found[:_NAMED_PLACES]]
    return f"The block's own lines stand in {' and '.join(named)}{' and more' * (len(found) > len(named))}."


def _at(path: str, found: Sequence[Match]) -> tuple[Candidate, ...]:
    return tuple((path, place.start, place.end, _SUGGESTED) for place in found)


def _added(intent: Intent, path: str, lines: Sequence[str], hints: Hints) -> Placement:
    """Lines that come without old text go below their anchor, at their line number, or to the end of the file."""
    if len(hints.anchors) > 1:
        at = tuple((path, anchor, anchor + 1, 1.0) for anchor in hints.anchors[:_SHOWN_PLACES])
        return Placement(
            reason="ambiguous", message=_more_than_once(path, [place[1] + 1 for place in at]), candidates=at
        )
    spot = len(lines)
    if hints.anchors:
        spot = hints.anchors[0] + 1
    elif hints.line is not None:
        if hints.line - 1 > len(lines):
            message = f"The block adds lines at line {hints.line}, but {path} has {len(lines)} lines."
            return Placement(reason="not_found", message=message)
        spot = hints.line - 1
    return Placement((added(path, spot, split_lines(intent.new), lines),))


def _by_characters(intent: Intent, path: str, lines: IndexedLines) -> Placement | None:
    """Place an old text that is no whole lines; None where the ladder of lines must look for it."""
    old, new = intent.old, intent.new
    if not intent.is_by_characters:
        # One line that lost its indentation is a whole line all the same: what replaces it is indented with it.
        old_lines = split_lines(intent.old)
        level = LEVELS[3] if len(old_lines) == 1 else LEVELS[2]
        if intent.old.startswith(("\n", "\r")):
            return None
        # What stands there exactly is found at every level: most blocks need no more than the exact one.
        if matches(LEVELS[0], old_lines, lines, 1) or matches(level, old_lines, lines, 1):
            return None
        old, new = _without_last_ending(old), _without_last_ending(new)
    is_same = old == new
    old, offsets = find_characters(old, lines, replace_all=intent.replace_all)
    if not intent.is_by_characters:
        offsets = [offset for offset in offsets if _is_apart(lines.text, offset, offset + len(old))]
    if not offsets or is_same:
        return None
    if len(offsets) > 1 and not intent.replace_all:
        numbers = [bisect_right(lines.starts, offset) for offset in offsets[:_SHOWN_PLACES]]
        at = tuple((path, number - 1, number, 1.0) for number in numbers)
        return Placement(reason="ambiguous", message=_more_than_once(path, numbers), candidates=at)
    new = in_endings_of(new, lines)
    before = _blanks_before(offsets[0], lines)
    is_twice = before and indent_of(old) == "" and indent_of(new) == before and not intent.replace_all
    if is_twice and lines.text[offsets[0] + len(old) : offsets[0] + len(old) + 1] in "\r\n":
        # The old text is whole lines of which the first lost its indentation, and the new one has it.
        return None
    if is_twice:
        hunks = character_hunks(path, lines, old, new[len(before) :], offsets)
        return Placement(
            tuple(replace(each, confidence=_AS_FILE, needs_look=True, ignored=_OLD_DEPTH) for each in hunks)
        )
    if is_code(path) and (offsets[0] == 0 or lines.text[offsets[0] - 1] in "\r\n"):
        new = "".join(in_units_of_file(split_lines(old), split_lines(new), lines))
    return Placement(tuple(character_hunks(path, lines, old, new, offsets)))


def _blanks_before(offset: int, lines: IndexedLines) -> str:
    """The indentation of the line a place is on, where nothing else stands before it there."""
    before = lines.text[lines.starts[bisect_right(lines.starts, offset) - 1] : offset]
    return "" if before.strip(" \t") else before


def _without_last_ending(text: str) -> str:
    return text[: len(text) - len(line_ending_of(text[-2:]))]


def _is_apart(text: str, start: int, end: int) -> bool:
    """Whether a part of a text begins and ends where no word goes on: `count` is not meant inside `discount`."""
    return not (_joins(text, start) or _joins(text, end))


def _joins(text: str, at: int) -> bool:
    return 0 < at < len(text) and all(char.isalnum() or char == "_" for char in text[at - 1 : at + 1])


def _by_lines(intent: Intent, path: str, lines: IndexedLines, found: Found) -> Placement:
    at = tuple((path, place.start, place.end, found.level.confidence) for place in found.places[:_SHOWN_PLACES])
    if intent.old == intent.new and found.places and intent.final_newline is None:
        return Placement(note=f"{path}: a block changes nothing; its text stands in the file.")
    if found.reason == "ambiguous":
        numbers = [place[1] + 1 for place in at]
        return Placement(reason="ambiguous", message=_more_than_once(path, numbers), candidates=at)
    if found.reason is not None:
        if not found.places and (
            _stands_once(intent, lines) or (intent.is_by_characters and _is_part_once(intent.new, lines.text))
        ):
            return Placement(note=f"{path}: a block was already applied; its new text stands in the file.")
        return _not_found(path, lines, found, at)
    if found.level in LEVELS[:3]:
        frames: list[Frame] = ["old"] * len(found.places)
    else:
        frames = [
            frame_of(indents(place, found.old, lines), found.old, found.new, is_code=is_code(path))
            for place in found.places
        ]
    texts = [
        replacement(place, found.old, found.new, lines, intent.final_newline, is_code=is_code(path), frame=frame)
        for place, frame in zip(found.places, frames, strict=True)
    ]
    is_said = all(
        frame != "file" or text != "".join(lines[place.start : place.end])
        for place, text, frame in zip(found.places, texts, frames, strict=True)
    )
    if "unclear" in frames or not is_said:
        near = tuple((path, place.start, place.end, _SUGGESTED) for place in found.places[:_SHOWN_PLACES])
        return Placement(reason="ambiguous", message=_unclear(path, lines, found), candidates=near)
    return Placement(
        tuple(
            _hunk(intent, path, found, place, text, is_as_file=frame == "file")
            for place, text, frame in zip(found.places, texts, frames, strict=True)
        )
    )


def _hunk(intent: Intent, path: str, found: Found, place: Match, text: str, *, is_as_file: bool) -> Hunk:
    confidence, ignored = found.confidence, found.ignored
    if is_as_file:
        confidence = min(confidence, _AS_FILE)
        ignored = ignored.replace("indentation", _OLD_DEPTH, 1)
        ignored = ignored if _OLD_DEPTH in ignored else "; ".join(filter(None, (ignored, _OLD_DEPTH)))
    is_amber = confidence < _PLAIN
    quoted = intent.old if is_amber else ""
    return Hunk(path, place.start, place.end, text, found.level.name, confidence, is_amber, ignored, quoted)


def _unclear(path: str, lines: IndexedLines, found: Found) -> str:
    """Why a block is refused whose new text is indented otherwise than its old one."""
    place = found.places[0]
    pairs = indents(place, found.old, lines)
    model, file, own = (
        _columns(indent)
        for indent in (pairs[0][1], pairs[0][2], next(indent_of(line) for line in found.new if line.strip()))
    )
    where = LineRange(place.start, place.end).named()
    return (
        f"{DEPTH_UNCLEAR}: it starts at {own}, the text it replaces at {model} in the block and at {file} in {path}, "
        f"{where}. Nothing was changed there. Indent both texts of the block as the file is."
    )


def _columns(indent: str) -> str:
    return f"column {width_of(indent) + 1}"


def _more_than_once(path: str, numbers: Sequence[int]) -> str:
    places = list(dict.fromkeys(numbers))
    where = f"{'lines' if len(places) > 1 else 'line'} {', '.join(map(str, places))}"
    return (
        f"The text stands in {path} more than once: {where}. Nothing was changed there. "
        "Give more of the lines around the one that is meant."
    )


def _not_found(path: str, lines: Sequence[str], found: Found, at: tuple[Candidate, ...]) -> Placement:
    message = f"The text to be replaced was not found in {path}."
    if at:
        where = f"line {at[0][1] + 1}"
        message = f"{message[:-1]} with enough certainty. It may mean {where}, but too little agrees with it."
        return Placement(reason="not_found", message=message, candidates=at)
    near = worth_showing(found.likely) if found.likely else []
    if near:
        best = near[0]
        shown = differences(found.old, lines, best)
        message += (
            f" The nearest place is {LineRange(best.start, best.end).named()} ({best.similarity:.0%} alike). "
            f"There, the block has the lines marked - and the file those marked +:\n{shown}"
        )
    candidates = tuple((path, each.start, each.end, min(each.confidence, 0.79)) for each in near)
    return Placement(reason="not_found", message=message, candidates=candidates)


def _stands_once(intent: Intent, lines: IndexedLines) -> bool:
    """Whether new lines stand in the file once, and are more than a line that may stand anywhere, such as a bracket."""
    new = split_lines(intent.new)
    if is_tiny(new) and not _is_own_line(intent, new, lines):
        return False
    return any(len(matches(level, new, lines, 2)) == 1 for level in LEVELS[:3])


def _is_own_line(intent: Intent, new: Sequence[str], lines: IndexedLines) -> bool:
    """Whether a short line, unique with all lines trimmed, is what became of the old one: it begins with its words."""
    old = split_lines(intent.old)
    if len(old) != 1 or len(new) != 1 or len(matches(LEVELS[5], new, lines, 2)) != 1:
        return False
    first = [_WORD.match(each[0].strip()) for each in (old, new)]
    return bool(first[0] and first[1] and first[0][0] == first[1][0] and new[0].strip() != first[1][0])


def _is_part_once(part: str, text: str) -> bool:
    """The same for a part of a line."""
    bare = part.strip("\r\n")
    if is_tiny([bare]) or "\n" in bare or "\r" in bare:
        return False
    at = text.find(bare)
    return at >= 0 and text.find(bare, at + 1) < 0 and _is_apart(text, at, at + len(bare))

"""Why a block was not placed, in words for the user."""

from __future__ import annotations

from collections.abc import Sequence

from copilot_desktop.edits.proposal import ANCHOR_MISSING, DEPTH_UNCLEAR, Failure, Reason
from copilot_desktop.edits.refusals import NearPlace
from copilot_desktop.text.lines import split_lines

_TITLES: dict[Reason, str] = {
    "no_edit_found": "No edit in this answer",
    "no_path": "Names no file",
    "no_file": "No such file",
    "not_found": "Lines not found",
    "ambiguous": "More than one place",
    "overlap": "Overlaps another block",
    "unsafe_path": "Path not allowed",
    "exists": "File is there already",
    "placeholder": "Leaves a part out",
    "malformed": "Cannot be read",
    "cut_off": "Cut off",
    "encoding": "Encoding does not fit",
}
_BY_MESSAGE = {ANCHOR_MISSING: "Anchor not found", DEPTH_UNCLEAR: "Indentation unclear"}
_NAMED_LINES = _NAMED_BLOCKS = 5
_LINE_LETTERS = 80
_PROBABLE, _POSSIBLE = 0.7, 0.5


def title(failure: Failure) -> str:
    """What is wrong, in two or three words."""
    begins = (words for start, words in _BY_MESSAGE.items() if failure.message.startswith(start))
    return next(begins, _TITLES[failure.reason])


def sentence(failure: Failure, places: Sequence[NearPlace]) -> str:
    """What is wrong and what it means; without the lines, which are shown below it."""
    path = failure.path or "the file"
    if failure.message.startswith(tuple(_BY_MESSAGE)):
        return failure.message
    if failure.reason == "not_found":
        if places and is_perhaps_there(failure, places[0]):
            first, last = places[0].start + 1, places[0].end
            lines = f"line {first}" if first == last else f"lines {first} to {last}"
            return (
                f"Perhaps already applied: {path} says in {lines} what this block would put there. The lines it "
                "replaces are not in the file."
            )
        if places and places[0].lines:
            return f"The lines this block replaces are not in {path}. Below is the nearest place."
        return f"The lines this block replaces are not in {path}, and nothing there is much like them."
    if failure.reason == "ambiguous":
        return f"This block could mean {_lines(places)} of {path}, so it was put nowhere."
    if failure.reason == "overlap":
        return f"This block changes lines of {path} that another block of the answer changes, too."
    if failure.reason == "no_path":
        return failure.message if "“" in failure.message else "This block does not say which file it is for."
    if failure.reason == "cut_off":
        return "The answer ended before this block did, so it was not used."
    # Some are about any file.
    is_named = failure.path is None or failure.path in failure.message
    return failure.message if is_named else f"{failure.path}: {failure.message}"


def listed(failures: Sequence[Failure]) -> str:
    """Several blocks of one cause, each by a line of it; empty for one alone."""
    if len(failures) < 2:
        return ""
    shown = [f"• {_line_of(failure)}" for failure in failures[:_NAMED_BLOCKS]]
    left = len(failures) - len(shown)
    more = [f"• and {left} more"] if left else []
    return "\n".join((f"{len(failures)} blocks of the answer are for it:", *shown, *more))


def _line_of(failure: Failure) -> str:
    """The first line that is new in a block, else the first it has."""
    old, new = ([line.strip() for line in split_lines(each)] for each in (failure.old, failure.new))
    said = [line for line in new if line and line not in old] or [line for line in (*new, *old) if line]
    line = said[0] if said else failure.block.strip().partition("\n")[0]
    return line if len(line) <= _LINE_LETTERS else f"{line[: _LINE_LETTERS - 1]}…"


def is_perhaps_there(failure: Failure, place: NearPlace) -> bool:
    """Whether a place says already what a block would put there."""
    new, there = ([line.strip() for line in split_lines(each)] for each in (failure.new, "".join(place.lines)))
    return bool(failure.new.strip()) and new == there


def likelihood(place: NearPlace) -> str:
    """How much a place is like the block, in words."""
    if place.confidence >= 1.0:
        return "exactly these lines"
    word = "probably here" if place.confidence >= _PROBABLE else "perhaps here"
    return f"{word if place.confidence >= _POSSIBLE else 'hardly alike'}, {place.confidence:.2f}"


def where(place: NearPlace) -> str:
    """The file and the lines of a place."""
    first, last = place.start + 1, max(place.end, place.start + 1)
    return f"{place.path}, line {first}" if first == last else f"{place.path}, lines {first}–{last}"


def _lines(places: Sequence[NearPlace]) -> str:
    numbers = [str(place.start + 1) for place in places[:_NAMED_LINES]]
    if not numbers:
        return "several lines"
    more = len(places) - len(numbers)
    if more:
        return f"line {', '.join(numbers)} or one of {more} more"
    return f"line {', '.join(numbers[:-1])} or {numbers[-1]}" if len(numbers) > 1 else f"line {numbers[0]}"

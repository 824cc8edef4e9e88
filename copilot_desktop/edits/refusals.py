"""Refused blocks as a person and a model can act on them: what they might have meant, and what the file says there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from copilot_desktop.edits.proposal import Candidate, Failure, Reason
from copilot_desktop.text.diff import Spans, diff_line_lists, diff_words
from copilot_desktop.text.lines import split_lines, without_ending
from copilot_desktop.values import dataclass

REPAIRABLE: Final[frozenset[Reason]] = frozenset(
    {"not_found", "ambiguous", "malformed", "placeholder", "cut_off", "no_path", "no_file", "overlap", "no_edit_found"}
)
"""What a model is asked for once more by itself; Retry asks for blocks of any reason."""
PLACEABLE: Final[frozenset[Reason]] = frozenset({"not_found", "ambiguous", "overlap", "no_path", "no_file", "exists"})
"""What a person can put in its place by hand: the block was read whole, and nothing of the file is left out in it."""
_ABOUT_FILE: Final[frozenset[Reason]] = frozenset({"no_file", "unsafe_path", "encoding"})
"""Why no block of a file can be used, whatever it says."""

_AROUND = 1
"""Lines above and below a place that are shown with it."""


@dataclass(frozen=True, slots=True)
class NearPlace:
    """Lines [start, end) of a file (0-based) that a block may have meant, as they stand there; confidence 0..1.

    `above` and `below` are the lines next to them.
    """

    path: str
    start: int
    end: int
    confidence: float
    lines: tuple[str, ...]
    above: tuple[str, ...] = ()
    below: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NearLine:
    """A line of the comparison of a block with a place: `-` only the block has it, `+` only the file, ` ` both.

    `number` is that of the file's line (1-based), None where it has none; `spans` are the code points that differ.
    """

    sign: str
    number: int | None
    text: str
    spans: Spans = ()


def by_cause(failures: Sequence[Failure]) -> tuple[tuple[int, ...], ...]:
    """The numbers of refused blocks, those of one file together that are refused for the file's sake alone."""
    found: dict[tuple[object, ...], list[int]] = {}
    for number, failure in enumerate(failures):
        is_files = failure.reason in _ABOUT_FILE and failure.path is not None
        cause = (failure.path, failure.reason, failure.message) if is_files else (number,)
        found.setdefault(cause, []).append(number)
    return tuple(map(tuple, found.values()))


def is_placeable(failure: Failure) -> bool:
    """Whether a person can put the block somewhere by hand."""
    return failure.reason in PLACEABLE and bool(failure.old or failure.new)


def near_places(
    failure: Failure,
    files: Mapping[str, str],
    before: str | None = None,
    cut: Mapping[str, Sequence[str]] | None = None,
) -> tuple[NearPlace, ...]:
    """What a refused block may have meant, best first, by the texts of now.

    `before` is the text its candidates count in: where the file says something else by now they are looked for anew.
    `cut`: the lines of texts that were cut already, for many blocks of one file.
    """
    path = failure.path
    text = files.get(path) if path is not None else None
    if path is None or text is None:
        return ()
    lines = cut[path] if cut is not None and path in cut else split_lines(text)
    candidates: tuple[Candidate, ...] = failure.candidates
    if before is not None and before != text:
        # The engine is not needed before an answer has come.
        from copilot_desktop.edits.placing.indexed_lines import IndexedLines
        from copilot_desktop.edits.placing.nearest import nearest_candidates

        candidates = nearest_candidates(failure.old, path, IndexedLines(lines))
    places = (each for each in candidates if each[0] == path and 0 <= each[1] <= each[2] <= len(lines))
    return tuple(near_place(path, lines, start, end, sure) for _, start, end, sure in places)


def near_place(path: str, lines: Sequence[str], start: int, end: int, confidence: float = 1.0) -> NearPlace:
    """The lines [start, end) of a file as they stand there, with those next to them."""
    return NearPlace(
        path,
        start,
        end,
        confidence,
        tuple(lines[start:end]),
        tuple(lines[max(0, start - _AROUND) : start]),
        tuple(lines[end : end + _AROUND]),
    )


def compared(quoted: str, place: NearPlace) -> tuple[NearLine, ...]:
    """A block's old text, as the model quoted it, beside the lines of a place, and the lines next to it."""
    old = [without_ending(line) for line in split_lines(quoted)]
    there = [without_ending(line) for line in place.lines]
    out: list[NearLine] = _around(place.above, place.start - len(place.above))
    at = 0

    def same(until: int, shift: int) -> None:
        out.extend(NearLine(" ", place.start + index + shift + 1, there[index + shift]) for index in range(at, until))

    shift = 0
    for change in diff_line_lists([line.rstrip() for line in old], [line.rstrip() for line in there]):
        same(change.old.start, shift)
        out += _differing(
            old[change.old.start : change.old.end],
            there[change.new.start : change.new.end],
            place.start + change.new.start + 1,
        )
        at, shift = change.old.end, change.new.end - change.old.end
    same(len(old), shift)
    return (*out, *_around(place.below, place.end))


def _around(lines: Sequence[str], start: int) -> list[NearLine]:
    return [NearLine(" ", number, without_ending(line)) for number, line in enumerate(lines, start + 1)]


def _differing(old: list[str], there: list[str], number: int) -> list[NearLine]:
    pairs = [diff_words(one, two) for one, two in zip(old, there, strict=False)] if len(old) == len(there) else []
    out = [NearLine("-", None, line, pairs[index][0] if pairs else ()) for index, line in enumerate(old)]
    out += [NearLine("+", number + index, line, pairs[index][1] if pairs else ()) for index, line in enumerate(there)]
    return out

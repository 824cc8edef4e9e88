"""A block put onto lines that the user has chosen, or onto a place that was only suggested.

Lines that the model did not mean to change stay the file's own where the chosen lines are alike as a whole; where they
are not, the whole block takes their place. What is replaced is shown before.
"""

from __future__ import annotations

from collections.abc import Sequence

from copilot_desktop.edits.placing.aligning import likeness
from copilot_desktop.edits.placing.frames import frame_of
from copilot_desktop.edits.placing.indentation import Shift, indent_of
from copilot_desktop.edits.placing.levels import Match
from copilot_desktop.edits.placing.replacing import ending_near, with_whole_lines
from copilot_desktop.edits.proposal import Hunk
from copilot_desktop.text.diff import LineChange, diff_line_lists
from copilot_desktop.text.lines import line_ending_of, split_lines, without_ending

BY_HAND = "by hand"
"""The strategy of a hunk whose place the user has chosen."""
_ALIKE = 0.7


def placed_by_hand(old: str, new: str, path: str, lines: Sequence[str], start: int, end: int) -> Hunk:
    """The hunk that puts a block onto lines [start, end) of a file, which may be none: then it goes before `start`."""
    end = min(max(end, start), len(lines))
    start = min(start, end)
    span = "".join(lines[start:end])
    part = without_last_ending(old)
    if part and span.count(part) == 1 and _is_part(part, span):
        # A part of a line: the rest of the line stays.
        return Hunk(path, start, end, span.replace(part, without_last_ending(new)), BY_HAND, 1.0)
    out = _lines(split_lines(old), split_lines(new), lines, start, end)
    first, out = _after_last_line(out, lines, start, end)
    replaced = with_whole_lines(out, Match(first, end, ()), lines, None if lines else True)
    return Hunk(path, first, end, replaced, BY_HAND, 1.0)


def without_last_ending(text: str) -> str:
    """A text without the end of its last line."""
    return text[: len(text) - len(line_ending_of(text[-2:]))]


def _is_part(part: str, span: str) -> bool:
    return part.strip() != without_last_ending(span).strip() and "\n" not in part and "\r" not in part


def _lines(old: Sequence[str], new: Sequence[str], lines: Sequence[str], start: int, end: int) -> list[str]:
    own = _own_lines(old, lines[start:end])
    pairs = [
        (index, indent_of(old[index]), indent_of(lines[start + there]))
        for index, there in own.items()
        if old[index].strip()
    ]
    frame = frame_of(pairs, old, new) if pairs else "old"
    if frame == "unclear" or not pairs:
        # Where no line tells, the first ones say how far the block is to be indented.
        pairs, frame = _by_first_line(new if pairs else old or new, lines, start, end), "old"
    shift = Shift(pairs, new, frame=frame)
    kept = _kept(old, new)
    near = lines[start:end]
    out: list[str] = []
    for index, line in enumerate(new):
        there = own.get(kept[index]) if index in kept else None
        if there is not None:
            out.append(near[there])
            continue
        at_old = kept.get(index, min(index, max(len(old) - 1, 0)))
        ending = line_ending_of(near[index]) if index < len(near) else ""
        written = shift.carried_over(without_ending(line), index, at_old)
        out.append(written + (ending or ending_near(lines, start)))
    return out


def _own_lines(old: Sequence[str], there: Sequence[str]) -> dict[int, int]:
    """Old line → the chosen line that is the same one; also those that differ, where the lines are alike as a whole."""
    one, two = [line.strip() for line in old], [line.strip() for line in there]
    changes = diff_line_lists(one, two)
    same = _same(changes, len(one))
    found = dict(same)
    for change in changes:
        found.update(
            zip(range(change.old.start, change.old.end), range(change.new.start, change.new.end), strict=False)
        )
    alike = sum(len(one[index]) * (index in same or likeness(one[index], two[at])) for index, at in found.items())
    return found if alike >= _ALIKE * sum(map(len, one)) else same


def _same(changes: Sequence[LineChange], count: int) -> dict[int, int]:
    """Lines of the one side, of which there are so many → those of the other that changes leave the same."""
    found: dict[int, int] = {}
    at = shift = 0
    for change in changes:
        found.update((index, index + shift) for index in range(at, change.old.start))
        at, shift = change.old.end, change.new.end - change.old.end
    found.update((index, index + shift) for index in range(at, count))
    return found


def _kept(old: Sequence[str], new: Sequence[str]) -> dict[int, int]:
    """New line → the old line that it repeats."""
    changes = diff_line_lists([without_ending(line) for line in old], [without_ending(line) for line in new])
    return {index: at for at, index in _same(changes, len(old)).items()}


def _by_first_line(block: Sequence[str], lines: Sequence[str], start: int, end: int) -> list[tuple[int, str, str]]:
    """The first line of a block beside the first of the chosen lines, or the next one."""
    model = next((line for line in block if line.strip()), "")
    near = [*lines[start:end], *lines[end : end + 1], *reversed(lines[max(0, start - 1) : start])]
    file = next((line for line in near if line.strip()), "")
    return [(0, indent_of(model), indent_of(file))] if model and file else []


def _after_last_line(out: list[str], lines: Sequence[str], start: int, end: int) -> tuple[int, list[str]]:
    """What goes below a last line without an ending takes this line along."""
    if start == end == len(lines) and lines and not line_ending_of(lines[-1]):
        return start - 1, [lines[-1] + ending_near(lines, start - 1), *out]
    return start, out

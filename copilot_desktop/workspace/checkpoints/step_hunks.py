"""The hunks of one file of a step: those that were accepted, else the lines that differ."""

from __future__ import annotations

from copilot_desktop.text.diff import diff_lines
from copilot_desktop.text.lines import split_lines
from copilot_desktop.workspace.checkpoints.entries import AcceptedHunk, HistoryFile


def hunks_of(file: HistoryFile, before: str, after: str) -> tuple[AcceptedHunk, ...]:
    """The accepted hunks where they tell all that the step did to the text, from top to bottom; else what differs.

    A step that was no decision (a file was saved) has none of its own.
    """
    hunks = tuple(sorted(file.hunks, key=lambda each: (each.start, each.end)))
    return hunks if hunks and _told(hunks, before) == after else hunks_between(file.path, before, after)


def hunks_between(path: str, before: str, after: str) -> tuple[AcceptedHunk, ...]:
    """What differs, from top to bottom. The ids are the same whenever the texts are."""
    old, new = split_lines(before), split_lines(after)
    return tuple(
        AcceptedHunk(
            f"{path}:{change.old.start}-{change.old.end}:{change.new.start}-{change.new.end}",
            change.old.start,
            change.old.end,
            "".join(old[change.old.start : change.old.end]),
            "".join(new[change.new.start : change.new.end]),
        )
        for change in diff_lines(before, after)
    )


def without_hunks(after: str, every: tuple[AcceptedHunk, ...], taken_back: frozenset[str]) -> str:
    """The text after a step without some of its hunks, which stand from top to bottom in `every`."""
    lines = split_lines(after)
    shift = 0
    places: list[tuple[int, int, str]] = []
    for hunk in every:
        length = len(split_lines(hunk.new_text))
        start = hunk.start + shift
        shift += length - (hunk.end - hunk.start)
        if hunk.hunk_id in taken_back:
            places.append((start, start + length, hunk.old_text))
    for start, end, old_text in reversed(places):
        lines[start:end] = [old_text]
    return "".join(lines)


def _told(hunks: tuple[AcceptedHunk, ...], before: str) -> str | None:
    """The text after the hunks; None where they do not stand in the text before."""
    lines = split_lines(before)
    out: list[str] = []
    at = 0
    for hunk in hunks:
        if hunk.start < at or "".join(lines[hunk.start : hunk.end]) != hunk.old_text:
            return None
        out += lines[at : hunk.start]
        out.append(hunk.new_text)
        at = hunk.end
    return "".join((*out, *lines[at:]))

"""The lines of one change to be picked one by one. Pure values."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from copilot_desktop.edits.change_sets import ChangeHunk
from copilot_desktop.edits.splitting import ChangedLine, Side, changed_lines
from copilot_desktop.text.lines import split_lines, without_ending
from copilot_desktop.values import dataclass


@dataclass(frozen=True, slots=True)
class PickRow:
    """A line of a change: `lines` are those that are picked with it, itself among them; none for an unchanged line.

    `number` is 1-based, in the file as it is now; None for a line that is to come.
    """

    side: Side | None
    text: str
    number: int | None
    lines: frozenset[ChangedLine] = frozenset()
    line: ChangedLine | None = None


def pick_rows(hunk: ChangeHunk) -> tuple[PickRow, ...]:
    """The lines of a change in the order in which they would stand in the file, unchanged ones between them."""
    old, new = split_lines(hunk.old_text), split_lines(hunk.new_text)
    groups = changed_lines(hunk)
    changed = {line for group in groups for line in group}
    rows: list[PickRow] = []
    at = 0
    for group in groups:
        every = frozenset(group)
        for line in group:
            if line.side is Side.OLD:
                rows += _unchanged(old, range(at, line.at), changed, hunk.start)
                at = max(at, line.at + 1)
                rows.append(PickRow(Side.OLD, without_ending(old[line.at]), hunk.start + line.at + 1, every, line))
            else:
                # Unchanged lines above an added one: as many as the new text has above it that no row shows yet.
                above = line.at - sum(row.side is not Side.OLD for row in rows)
                rows += _unchanged(old, range(at, at + above), changed, hunk.start)
                at += max(0, above)
                rows.append(PickRow(Side.NEW, without_ending(new[line.at]), None, every, line))
    rows += _unchanged(old, range(at, len(old)), changed, hunk.start)
    return tuple(rows)


def _unchanged(old: list[str], wanted: Iterable[int], changed: Collection[ChangedLine], start: int) -> list[PickRow]:
    return [
        PickRow(None, without_ending(old[at]), start + at + 1)
        for at in wanted
        if ChangedLine(Side.OLD, at) not in changed
    ]


def spoken(row: PickRow, picked: Collection[ChangedLine]) -> str:
    """A line for a screen reader."""
    text = row.text or "blank"
    if row.side is None:
        return f"unchanged line {row.number}: {text}"
    number = f" {row.number}" if row.number is not None else ""
    is_picked = row.line in picked
    return f"{'picked, ' if is_picked else 'not picked, '}{row.side.value} line{number}: {text}"

"""The lines of one change to be picked one by one. Pure values."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from copilot_desktop.edits.change_sets import ChangeHunk
from copilot_desktop.edits.splitting import ChangedLine, Side, changed_lines
from copilot_desktop.edits.word_picking import RewrittenLine, rewritten_line
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
    word: int | None = None
    """Of a row for words of the line above it: their number."""

    @property
    def can_be_picked(self) -> bool:
        """Whether it is a line or words that the change brings."""
        return self.line is not None or self.word is not None


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


def pair_at(rows: Sequence[PickRow], at: int) -> tuple[ChangedLine, ChangedLine] | None:
    """The removed line and the added one below it that row `at` is of; None where it is of none."""
    for above in (at, at - 1):
        pair = rows[above : above + 2] if above >= 0 else ()
        lines = [row.line for row in pair if row.line is not None]
        if len(lines) == len(pair) == 2 and (lines[0].side, lines[1].side) == (Side.OLD, Side.NEW):
            return lines[0], lines[1]
    return None


def rewritten_of(hunk: ChangeHunk, rows: Sequence[PickRow], at: int) -> RewrittenLine | None:
    """The pair that row `at` is of, with its words; None where no single ones can be picked."""
    pair = pair_at(rows, at)
    return None if pair is None else rewritten_line(hunk, *pair)


def word_rows(line: RewrittenLine) -> tuple[PickRow, ...]:
    """A row for each place where words differ."""
    return tuple(
        PickRow(None, f"{word.old.strip() or '(nothing)'} → {word.new.strip() or '(nothing)'}", None, word=number)
        for number, word in enumerate(line.words)
    )


def spoken(row: PickRow, picked: Collection[ChangedLine], words: Collection[int] = ()) -> str:
    """A line for a screen reader."""
    if row.word is not None:
        return f"{'picked' if row.word in words else 'not picked'}, words: {row.text}"
    text = row.text or "blank"
    if row.side is None:
        return f"unchanged line {row.number}: {text}"
    number = f" {row.number}" if row.number is not None else ""
    is_picked = row.line in picked
    return f"{'picked, ' if is_picked else 'not picked, '}{row.side.value} line{number}: {text}"

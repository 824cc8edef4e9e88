"""Single words of a line that a change rewrites: those that are picked are written, the others wait as a change of
their own on what the line says then.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import replace

from copilot_desktop.edits.change_sets import ChangeHunk, HunkState
from copilot_desktop.edits.review import ReviewState
from copilot_desktop.edits.splitting import ChangedLine, Cut, cut_above, exchanged, split
from copilot_desktop.errors import UsageError
from copilot_desktop.text.diff import WordChange, word_changes
from copilot_desktop.text.lines import split_lines, without_ending
from copilot_desktop.values import dataclass


@dataclass(frozen=True, slots=True)
class RewrittenLine:
    """A line of a change's `old_text` and the one of its `new_text` that takes its place, and what differs in them."""

    old: ChangedLine
    new: ChangedLine
    words: tuple[WordChange, ...]


def rewritten_line(hunk: ChangeHunk, old: ChangedLine, new: ChangedLine) -> RewrittenLine | None:
    """The words of two lines of a change; None where no single ones can be picked: there is one, or the ends differ."""
    one, other = split_lines(hunk.old_text)[old.at], split_lines(hunk.new_text)[new.at]
    if one[len(without_ending(one)) :] != other[len(without_ending(other)) :]:
        return None
    words = word_changes(one, other)
    return RewrittenLine(old, new, words) if len(words) > 1 else None


def with_words(hunk: ChangeHunk, line: RewrittenLine, picked: Collection[int]) -> str:
    """The old line with the words of these numbers as in the new one."""
    text = split_lines(hunk.old_text)[line.old.at]
    for number, word in reversed(list(enumerate(line.words))):
        if number in picked:
            text = text[: word.old_start] + word.new + text[word.old_end :]
    return text


def split_words(
    state: ReviewState, hunk_id: str, line: RewrittenLine, picked: Collection[int]
) -> tuple[ReviewState, tuple[str, ...], str]:
    """Put parts in the place of a hunk: the ids of all, and of the one that writes the picked words.

    The part with the other words stands on the line as it is then: until that is accepted it is in conflict. Raises
    UsageError, with nothing changed, where that cannot be.
    """
    hunk = state.hunk(hunk_id)[2]
    if not 0 < len(set(picked)) < len(line.words):
        raise UsageError("Pick some of the words, not all: else the line is to be picked.")
    old, new = split_lines(hunk.old_text), split_lines(hunk.new_text)
    below = Cut(line.old.at + 1, line.new.at + 1)
    cuts = [*cut_above(hunk, line.old)]
    if below != Cut(len(old), len(new)):
        cuts.append(below)
    ids: tuple[str, ...] = (hunk_id,)
    if cuts:
        state, ids = split(state, hunk_id, cuts)
    parts = [state.hunk(each)[2] for each in ids]
    mine = next(part for part in parts if part.old_text == old[line.old.at] and part.new_text == new[line.new.at])
    middle, mine = with_words(hunk, line, picked), replace(mine, written=None)
    first = replace(mine, hunk_id=uuid.uuid4().hex, new_text=middle, proposed_text=middle, edits=())
    rest = replace(mine, hunk_id=uuid.uuid4().hex, base_text=middle, proposed_text=mine.new_text, edits=())
    rest = replace(rest, state=HunkState.CONFLICT)
    state = exchanged(state, {mine.hunk_id}, (first, rest), mine.hunk_id)
    both = (first.hunk_id, rest.hunk_id)
    every = tuple(new_id for each in ids for new_id in (both if each == mine.hunk_id else (each,)))
    return state, every, first.hunk_id


def without_words(hunk: ChangeHunk, line: RewrittenLine, picked: Collection[int]) -> str:
    """The new text of a hunk in which the picked words stay as they are."""
    lines = split_lines(hunk.new_text)
    lines[line.new.at] = with_words(hunk, line, set(range(len(line.words))) - set(picked))
    return "".join(lines)

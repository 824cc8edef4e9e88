"""The prompt that sends comments: it stands in the conversation word for word as it goes out."""

from __future__ import annotations

from collections.abc import Sequence

from copilot_desktop.edits.change_sets import ChangeHunk
from copilot_desktop.edits.comments import HunkComment, comment_place, standing_at
from copilot_desktop.edits.told import user_delta
from copilot_desktop.text.lines import split_lines, without_ending

_QUOTED_LINES = 8
Commented = tuple[ChangeHunk, tuple[HunkComment, ...]]
"""A hunk with the comments on it that are sent."""


def comments_prompt(path: str, commented: Sequence[Commented], siblings: str = "") -> str:
    """What is asked about the commented hunks of a file: the comments, each with its lines, and the user's edits.

    `siblings`: what was decided about the others of the same proposal, which follows.
    """
    pieces = [f"Revise your change of {path}:"]
    for hunk, comments in commented:
        pieces += [_said(comment, hunk) for comment in sorted(comments, key=lambda each: _place(each, hunk))]
        delta = user_delta(hunk)
        if delta:
            pieces.append(f"There I have changed your proposal myself:\n```diff\n{delta}\n```")
    return "\n\n".join([*pieces, siblings] if siblings else pieces)


def is_in(comment: HunkComment, prompt: str) -> bool:
    """Whether a comment was sent with a prompt, as it reads now."""
    return bool(comment.text) and f"\n{comment.text}" in prompt


def _place(comment: HunkComment, hunk: ChangeHunk) -> tuple[int, float]:
    lines = standing_at(comment, hunk)
    return (-1 if lines is None else lines.start, comment.created_at)


def _said(comment: HunkComment, hunk: ChangeHunk) -> str:
    place = comment_place(comment, hunk)
    head = f"{place[0].upper()}{place[1:]}:"
    if standing_at(comment, hunk) is None:
        return f"{head}\n{comment.text}"
    lines = split_lines(comment.quoted)
    quoted = [f"> {without_ending(line)}" for line in lines[:_QUOTED_LINES]]
    if len(lines) > _QUOTED_LINES:
        quoted.append("> …")
    return "\n".join((head, *quoted, comment.text))

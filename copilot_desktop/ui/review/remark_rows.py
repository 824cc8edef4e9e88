"""What the user says of a hunk, as rows of the diff: comments below their lines, and why it was rejected. Pure."""

from __future__ import annotations

import textwrap

from copilot_desktop.edits.change_sets import ChangeHunk, Decision
from copilot_desktop.edits.comments import CommentSide, HunkComment, Remarks, standing_at
from copilot_desktop.text.lines import split_lines, without_ending
from copilot_desktop.ui.diff.values import Remark

_INDENT = "    "
_COLUMNS = 72


def remarks_of(hunk: ChangeHunk, remarks: Remarks) -> tuple[Remark, ...]:
    """The rows of a hunk; those of a comment stand below the last line that it is about."""
    found = []
    reason = remarks.reasons.get(hunk.hunk_id, "")
    if reason and hunk.decision is Decision.REJECTED:
        found.append(Remark("", _rows("Rejected because", reason)))
    for comment in remarks.of_hunk(hunk.hunk_id):
        lines = standing_at(comment, hunk)
        found.append(
            Remark(
                comment.comment_id,
                _rows(_label(comment, is_moved=lines is None and bool(comment.quoted)), comment.draft or comment.text),
                None if lines is None else lines.end - 1,
                comment.side is CommentSide.NEW,
            )
        )
    return tuple(found)


def _label(comment: HunkComment, *, is_moved: bool) -> str:
    parts = ["Comment"]
    if comment.draft is not None:
        parts.append("not saved yet")
    elif comment.answered_by:
        parts.append("answered")
    if is_moved:
        parts.append("its lines have changed")
    return ", ".join(parts)


def _rows(label: str, text: str) -> tuple[str, ...]:
    first, *others = [without_ending(line) for line in split_lines(text)] or [""]
    lines = [f"{label}: {first}", *(f"{_INDENT}{line}" for line in others)]
    # A row does not break: what is longer would end at the edge of the list.
    return tuple(row for line in lines for row in textwrap.wrap(line, _COLUMNS, subsequent_indent=_INDENT) or [line])

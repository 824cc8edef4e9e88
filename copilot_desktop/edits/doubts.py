"""What is uncertain about a change, in words: what was ignored to place it, or what it does to its file."""

from __future__ import annotations

from typing import Final

from copilot_desktop.edits.change_sets import ChangeHunk

PLAIN: Final = 0.95
"""Confidence from which on a change is plain."""
_SEARCHED = {"traces", "elisions", "likeness", "trailing_blanks", "line_endings", "indentation", "look_alikes"}
_SEARCHED |= {"trimmed", "blanks_inside"}
_WHOLE = {
    "write": "It replaces a file that is there already",
    "rename": "It takes the place of a file that is there already",
    "delete": "The file says something else than the model thought",
}
_SENTENCES = (
    "the file is no valid code afterwards",
    "so much code changes at once that this file was not checked to be valid",
    "more than 30 % of the file's lines are gone afterwards",
    "the file says something else than the model thought",
)


def is_doubtful(hunk: ChangeHunk) -> bool:
    """Whether a change is shown in amber."""
    # What it does to its file stays said when it has been looked at.
    return hunk.confidence < PLAIN or hunk.needs_look or any(map(_is_sentence, hunk.ignored.split("; ")))


def doubt_of(hunk: ChangeHunk) -> str:
    """Why a change is uncertain, without a full stop; empty where it is plain."""
    if not is_doubtful(hunk):
        return ""
    parts = [part for part in hunk.ignored.split("; ") if part]
    said = [part[0].upper() + part[1:] for part in parts if _is_sentence(part)]
    ignored = [part for part in parts if not _is_sentence(part)]
    if ignored and hunk.strategy in _SEARCHED:
        said.insert(0, f"Placed by ignoring {', '.join(ignored)}")
    elif ignored:
        said.insert(0, ", ".join(ignored)[0].upper() + ", ".join(ignored)[1:])
    return ". ".join(said) or _WHOLE.get(hunk.strategy.partition(":")[0], "Not quite certain")


def _is_sentence(part: str) -> bool:
    return part in _SENTENCES or part.startswith("replaces ")

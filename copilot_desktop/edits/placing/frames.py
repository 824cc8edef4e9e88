"""Whose indentation a block's new text has: that of its old text as the model wrote it, or the file's.

A model that quotes lines with another indentation than the file's mostly indents the new ones alike: they are shifted
with the old ones. Some write the new text as the file is indented, though: shifted once more it would be too deep.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from copilot_desktop.edits.placing.indentation import Frame, Indents, indent_of, width_of
from copilot_desktop.text.diff import diff_line_lists

_Vote = Literal["old", "file", "other"]
_OPENS = re.compile(r"(?:[:{(\[,\\=+\-*/%&|^<>?.]|\b(?:and|or|not|then|do|else|begin|in|is|return))$")
"""What a line ends with that goes on deeper on the next one."""
_GOES_ON = re.compile(r"(?:[.?:&|+*/%=<>)\]}{]|-(?!\w)|(?:and|or|is|in)\b)")
"""What a line begins with that belongs to the one above."""
_ASIDE = re.compile(r"\s*(?:#|//|/\*|--)")
_COMMENT = re.compile(r"\s*(?:#|//).*$")


def frame_of(pairs: Indents, old: Sequence[str], new: Sequence[str], *, is_code: bool = True) -> Frame:
    """Decide by the depths of the new text's first line, of its least deep one, and of lines that both texts have.

    `pairs` are (old line, model's indentation, file's) from top to bottom.
    """
    said = [line for line in new if line.strip()]
    if not said or all(width_of(model) == width_of(file) for _, model, file in pairs):
        return "old"
    # Directives and comments may stand anywhere.
    said = [line for line in said if not _ASIDE.match(line)] or said
    if any(model and file and ("\t" in model) != ("\t" in file) for _, model, file in pairs):
        return _of_kinds(pairs, said)
    depths = [width_of(indent_of(line)) for line in said]
    models, files = [width_of(model) for _, model, _ in pairs], [width_of(file) for _, _, file in pairs]
    first, least = _vote(models[0], files[0], depths[0]), _vote(min(models), min(files), min(depths))
    kept = _of_kept(pairs, old, new)
    if first == "old":
        return _of_single(models[0], files[0], said, depths, is_code=is_code) if len(pairs) == 1 else "old"
    if first == "file":
        # Below what is as deep as in the file a line may be new that is not.
        is_against = "old" in kept or (least == "old" and "file" not in kept)
        return "unclear" if is_against else "file"
    if first is None:
        return _of_steps(models, files, depths, kept)
    return _only(kept) or (least if least in ("old", "file") else "unclear")


def _vote(model: int, file: int, own: int) -> _Vote | None:
    """What a depth says; None where old text and file are as deep."""
    if model == file:
        return None
    return "old" if own == model else "file" if own == file else "other"


def _only(votes: set[_Vote]) -> Frame | None:
    """What votes say that do not contradict each other."""
    found = votes - {"other"}
    if len(found) != 1:
        return None
    return "old" if "old" in found else "file"


def _of_kinds(pairs: Indents, said: Sequence[str]) -> Frame:
    """Where the one has tabs and the other blanks: new lines that are indented by what the file is are as the file."""
    kinds = {"\t" in indent for line in said if (indent := indent_of(line))}
    if kinds != {any("\t" in file for _, _, file in pairs)} or indent_of(said[0]) == pairs[0][1]:
        return "old"
    first, least = indent_of(said[0]), min((indent_of(line) for line in said), key=width_of)
    is_files = first == pairs[0][2] or least == min((file for _, _, file in pairs), key=width_of)
    return "file" if is_files else "unclear"


def _of_kept(pairs: Indents, old: Sequence[str], new: Sequence[str]) -> set[_Vote]:
    """What the lines say that stand in both texts, indentation aside."""
    known = {index: (width_of(model), width_of(file)) for index, model, file in pairs}
    one, two = [line.strip() for line in old], [line.strip() for line in new]
    votes: set[_Vote] = set()
    at = shift = 0
    for end, after, next_shift in [
        *((each.old.start, each.old.end, each.new.end - each.old.end) for each in diff_line_lists(one, two)),
        (len(one), 0, 0),
    ]:
        for index in range(at, end):
            vote = _vote(*known[index], width_of(indent_of(new[index + shift]))) if index in known else None
            votes |= set() if vote is None else {vote}
        at, shift = after, next_shift
    return votes


def _of_single(model: int, file: int, said: Sequence[str], depths: Sequence[int], *, is_code: bool) -> Frame:
    """One old line that lost its indentation: that of several new ones the first may have lost its own alone.

    The second new line tells: as deep as the first or below what that opens, it is shifted with it.
    """
    if len(said) == 1 or model > file or depths[1] <= model:
        return "old"
    if not is_code:
        return "unclear" if depths[1] == file else "old"
    if _GOES_ON.match(said[1].lstrip()):
        return "old"
    opens = bool(_OPENS.search(_COMMENT.sub("", said[0]).rstrip()))
    is_beside = depths[1] == file and not opens
    is_below = opens and depths[1] > file and file in depths[2:] and model not in depths[1:]
    return "head" if is_beside or is_below else "old"


def _of_steps(models: Sequence[int], files: Sequence[int], depths: Sequence[int], kept: set[_Vote]) -> Frame:
    """Where the first lines are as deep as the file's: by the first level below the least deep one that differs."""
    for model, file, own in zip(*(sorted(set(each)) for each in (models, files, depths)), strict=False):
        vote = _vote(model, file, own)
        if vote == "file":
            return "unclear" if "old" in kept else "file"
        if vote is not None:
            return "old" if vote == "old" else _only(kept) or "unclear"
    return _only(kept) or ("unclear" if set(depths) & (set(files) - set(models)) else "old")

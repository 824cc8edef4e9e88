"""Changed files as one text, a unified diff as git writes it, of a size that one can read. On workers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from copilot_desktop.text.diff import unified_diff
from copilot_desktop.values import dataclass
from copilot_desktop.workspace.git.values import FileSides

_LEAST_CHARACTERS: Final = 400
"""Of a file of which less would fit nothing is shown."""


@dataclass(frozen=True, slots=True)
class DiffText:
    """`paths`: the files of which anything is shown; `left_out`: those of which nothing or not all is, for want of
    room. `added` and `removed` are lines of what was compared, shown or not."""

    text: str
    paths: tuple[str, ...]
    left_out: tuple[str, ...]
    added: int
    removed: int


def diff_text(sides: Sequence[FileSides], prefix: str, most_characters: int, bare: Callable[[str], str]) -> DiffText:
    """The diff, in which paths are told without `prefix`; at most about so many characters, cut between lines.

    `bare` gives the texts that are compared without what must not be cut: of a key of several lines no part could be
    told for what it is.
    """
    pieces: list[str] = []
    paths: list[str] = []
    left_out: list[str] = []
    room = most_characters
    for each in sides:
        path = each.change.path.removeprefix(prefix)
        piece = _of_file(each, prefix, bare) if room >= _LEAST_CHARACTERS else ""
        if len(piece) > room:
            lines = piece[:room].splitlines(keepends=True)[:-1]
            rest = piece.count("\n") - len(lines)
            piece = "".join((*lines, f"… ({rest:,} more lines of this file are left out)\n"))
            left_out.append(path)
        elif not piece:
            left_out.append(path)
            continue
        room -= len(piece)
        pieces.append(piece)
        paths.append(path)
        if each.change.old_path is not None:
            paths.append(each.change.old_path.removeprefix(prefix))
    return DiffText(
        _encodable("".join(pieces)),
        tuple(paths),
        tuple(left_out),
        sum(each.change.added or 0 for each in sides),
        sum(each.change.removed or 0 for each in sides),
    )


def _of_file(sides: FileSides, prefix: str, bare: Callable[[str], str]) -> str:
    change = sides.change
    path = change.path.removeprefix(prefix)
    old_path = None if change.old_path is None else change.old_path.removeprefix(prefix)
    if not sides.problem:
        old, new = (None if side.text is None else bare(side.text) for side in (sides.old, sides.new))
        made = unified_diff(path, old, new, old_path)
        if made:
            return made
    said = sides.problem or change.mode_words or "nothing differs in what is shown of its lines"
    return f"diff --git a/{old_path or path} b/{path}\n({change.kind}: {said})\n"


def _encodable(text: str) -> str:
    """Names whose bytes are no UTF-8 have signs in them that no request can carry."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")

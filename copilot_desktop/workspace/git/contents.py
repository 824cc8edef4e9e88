"""Both sides of a changed file: as bytes, as git keeps them, and as texts."""

from __future__ import annotations

import hashlib
from typing import Final

from copilot_desktop.errors import UndecodableError
from copilot_desktop.text.encodings import decode
from copilot_desktop.workspace.git.filtering import Filters, is_lfs_pointer
from copilot_desktop.workspace.git.repository import GitRepository, refusals_as_sentences
from copilot_desktop.workspace.git.values import (
    LINK_MODE,
    SUBMODULE_MODE,
    FileSides,
    GitChange,
    Nature,
    SideText,
)

SHOWN_BYTES: Final = 4 * 1024 * 1024
"""A diff of more is read by nobody, and would be long in coming."""
_NOTHING: Final = SideText(None)


def read_sides(repository: GitRepository, change: GitChange) -> FileSides:
    """Read both texts of a changed file. Raises RepositoryError where a side cannot be read at all."""
    old, new = side_bytes(repository, change, is_new=False), side_bytes(repository, change, is_new=True)
    if change.nature in (Nature.FILTERED, Nature.TOO_LARGE):
        return FileSides(change, _unread(old), _unread(new), change.note)
    problem = ""
    sides = []
    for data in (old, new):
        text, side_problem = _text(data)
        sides.append(text)
        problem = problem or side_problem
    if problem:
        return FileSides(change, _unread(old), _unread(new), problem)
    return FileSides(change, sides[0], sides[1])


def side_bytes(repository: GitRepository, change: GitChange, *, is_new: bool) -> bytes | None:
    """The bytes of one side as git keeps them, None for no file; of what only a program could tell those on disk."""
    mode = change.new_mode if is_new else change.old_mode
    name = change.new_id if is_new else change.old_id
    if not mode:
        return None
    if mode == SUBMODULE_MODE:
        return f"Subproject commit {name}\n".encode("ascii")
    if name:
        return repository.blob(name)
    with refusals_as_sentences(f"read {change.path}"):
        data = repository.disk_bytes(change.path, mode)
    if data is None or mode == LINK_MODE:
        return data
    kept = Filters(repository, change.path).to_git(data)
    return data if kept is None else kept


def nature_of(repository: GitRepository, change: GitChange) -> tuple[Nature, str]:
    """What a file is, and why its lines are not shown ("" where they are). Binary files are found by their bytes."""
    modes = {change.old_mode, change.new_mode} - {0}
    if SUBMODULE_MODE in modes:
        return Nature.SUBMODULE, ""
    if LINK_MODE in modes:
        return Nature.LINK, ""
    filters = Filters(repository, change.path)
    if filters.is_lfs:
        return Nature.LFS, ""
    if filters.program and not change.new_id and change.new_mode:
        said = f"It passes through the program “{filters.program}”, which is not run in order to look at a file."
        return Nature.FILTERED, said
    return Nature.TEXT, ""


def is_binary(repository: GitRepository, path: str, *sides: bytes | None) -> bool:
    """Whether git takes a file for binary: told so by its attributes, or by a NUL near its beginning."""
    told = repository.attributes.of(path, "diff")
    if told is not None and not isinstance(told, str):
        return told is False
    return any(side is not None and b"\0" in side[:8000] for side in sides)


def holds_pointer(*sides: bytes | None) -> bool:
    """Whether one of the sides is a pointer of LFS."""
    return any(side is not None and is_lfs_pointer(side) for side in sides)


def git_lines(data: bytes | None) -> list[bytes]:
    r"""A content as git cuts it into lines: at \n only."""
    lines = [line + b"\n" for line in (data or b"").split(b"\n")]
    last = lines.pop()[:-1]
    return [*lines, last] if last else lines


def _text(data: bytes | None) -> tuple[SideText, str]:
    if data is None:
        return _NOTHING, ""
    if len(data) > SHOWN_BYTES:
        return _NOTHING, f"It has {len(data) / 1024 / 1024:.0f} MB, too much to be compared here."
    try:
        text, text_format = decode(data)
    except UndecodableError:
        return _NOTHING, "It is not text, so there is nothing to compare line by line."
    return SideText(text, text_format, hashlib.sha256(data).hexdigest()), ""


def _unread(data: bytes | None) -> SideText:
    return _NOTHING if data is None else SideText("", None, hashlib.sha256(data).hexdigest())

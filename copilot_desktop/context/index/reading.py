"""Reads a file of the folder for the index, whatever it holds."""

from __future__ import annotations

import hashlib
import os
import stat
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from copilot_desktop.context.index.indexed_file import LIMIT_CHARACTERS, IndexedFile, indexed_file
from copilot_desktop.context.index.writing import Standing
from copilot_desktop.errors import CopilotError, TooLargeError, UndecodableError
from copilot_desktop.syntax.grammars import is_code
from copilot_desktop.text.encodings import decode
from copilot_desktop.text.visible_signs import shown_path, visible_text
from copilot_desktop.values import dataclass
from copilot_desktop.workspace.files import read_data
from copilot_desktop.workspace.paths import Workspace

_PORTION_S: Final = 0.05
"""What is read in so long is written together: it can be found from then on."""
_UNSURE_NS: Final = 2_000_000_000
"""A file written within so long before it was read may be written again without its time changing."""
_LIMIT_BYTES: Final = LIMIT_CHARACTERS * 4
_HASH_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class FileRead:
    """A file as it was read. `standing` is None where it is gone, `file` where it says what it said before;
    what was wrong with it then still is."""

    path: str
    standing: Standing | None = None
    file: IndexedFile | None = None
    characters: int = 0


def read_for_index(workspace: Workspace, path: str, known_hash: bytes) -> FileRead:
    """Read a file; `known_hash`: what the index has of it, or nothing. What cannot be read is told in `standing`."""
    place = workspace.root / path
    try:
        status = os.stat(place)
        if not stat.S_ISREG(status.st_mode):
            return FileRead(path)
    except PermissionError:
        # Its folder can be listed and not be entered.
        return _by_name(path, Standing(0, 0, b"", False, _said(path, f"This account may not read {path}.")))
    except (OSError, ValueError):
        return FileRead(path)
    is_sure = time.time_ns() - status.st_mtime_ns > _UNSURE_NS
    digest, text, problem = b"", "", ""
    try:
        data = read_data(workspace.resolve(path), path, _LIMIT_BYTES)
        digest = hashlib.blake2b(data, digest_size=_HASH_BYTES).digest()
        text = decode(data)[0] if digest != known_hash else ""
        if len(text) > LIMIT_CHARACTERS:
            text, problem = "", _too_large(path, status.st_size)
    except UndecodableError:
        # Mostly a picture or a program, whose name is all there is to find; of code somebody wants to know.
        problem = f"{path} is in no encoding that is known" if is_code(path) else ""
    except TooLargeError:
        problem = _too_large(path, status.st_size)
    except CopilotError as error:
        if not _is_file(place):
            return FileRead(path)  # gone, or a folder, since it was looked at
        # Rights may be given to it without its time changing.
        problem, is_sure = error.message, False
    standing = Standing(status.st_mtime_ns, status.st_size, digest, is_sure, _said(path, problem))
    if digest and digest == known_hash:
        return FileRead(path, standing, None, len(text))
    try:
        file = indexed_file(path, text)
        if not file.is_whole:
            problem = f"{shown_path(path)} is too tangled: it is found by its words alone."
            standing = standing._replace(problem=problem)
        return FileRead(path, standing, file, len(text))
    except Exception:  # noqa: BLE001 - border: worker; a text that a grammar trips over must not stop all the others
        return _by_name(path, standing._replace(problem=_said(path, f"{path} could not be taken apart")))


def _by_name(path: str, standing: Standing) -> FileRead:
    return FileRead(path, standing, indexed_file(path, ""))


def _too_large(path: str, size_bytes: int) -> str:
    return f"{path} is too large ({size_bytes / (1 << 20):,.1f} MB)"


def _said(path: str, problem: str) -> str:
    """A sentence in one line: a name may hold any sign, and be thousands of them long."""
    if not problem:
        return ""
    said = visible_text(problem.replace(path, shown_path(path))).text
    return f"{said} It is found by its name alone." if said.endswith(".") else f"{said}: it is found by its name alone."


def _is_file(place: Path) -> bool:
    try:
        return stat.S_ISREG(os.stat(place).st_mode)
    except (OSError, ValueError):
        return False


def read_here(workspace: Workspace, wanted: Iterable[tuple[str, bytes]]) -> Iterator[list[FileRead]]:
    """Read files, each with what the index has of it, in portions of time."""
    portion: list[FileRead] = []
    began = time.monotonic()
    for path, known_hash in wanted:
        portion.append(read_for_index(workspace, path, known_hash))
        if time.monotonic() - began > _PORTION_S:
            yield portion
            portion, began = [], time.monotonic()
    if portion:
        yield portion

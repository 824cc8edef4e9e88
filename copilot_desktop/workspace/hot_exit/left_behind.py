"""Unsaved texts of folders that are not there any more: without them nothing would ask for these texts again."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator
from pathlib import Path

from copilot_desktop.errors import CopilotError, EncodingError
from copilot_desktop.text.encodings import encode
from copilot_desktop.values import dataclass
from copilot_desktop.workspace.file_lock import try_lock
from copilot_desktop.workspace.file_operations import exists, free_path
from copilot_desktop.workspace.files import write_file
from copilot_desktop.workspace.hot_exit.place import SUFFIX, WITHOUT_FOLDER
from copilot_desktop.workspace.hot_exit.records import UnsavedText, read_unsaved
from copilot_desktop.workspace.paths import Workspace


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """A folder that is not there, the names of the texts kept for it, and where these stand."""

    folder: Path
    names: tuple[str, ...]
    places: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class WrittenOut:
    """The files that were written, and what kept the rest from being written."""

    files: tuple[Path, ...]
    problem: CopilotError | None = None


def left_behind(state_folder: Path) -> tuple[LeftBehind, ...]:
    """Each folder that is gone and has texts that no running program holds."""
    found: list[LeftBehind] = []
    for described in sorted((state_folder / "unsaved").glob("*/folder.json")):
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            folder = Path(json.loads(described.read_bytes())["root"])
            texts = () if folder.is_dir() else tuple(_texts(described.parent))
            if texts:
                names = tuple(_name(text) for _place, text in texts)
                found.append(LeftBehind(folder, names, tuple(place for place, _text in texts)))
    return tuple(found)


def is_without_folder(state_folder: Path) -> bool:
    """Whether a window without a folder has left a text that no running program holds."""
    with contextlib.suppress(OSError):
        return any(_texts(state_folder / "unsaved" / WITHOUT_FOLDER))
    return False


def write_out(left: LeftBehind, target: Path) -> WrittenOut:
    """Write the texts as files of another folder, under names that are free there; what is written is kept no more."""
    written: list[Path] = []
    try:
        workspace = Workspace(target)
        for place in left.places:
            text = read_unsaved(place.read_bytes())
            path = free_path(lambda each: exists(workspace, each), _name(text), is_folder=False)
            write_file(workspace, path, _bytes(text), expected_hash=None)
            written.append(workspace.root / path)
            place.unlink()
    except CopilotError as error:
        return WrittenOut(tuple(written), error)
    except OSError as error:
        message = f"An unsaved text could not be taken from where it is kept: {error.strerror}."
        return WrittenOut(tuple(written), CopilotError(message, advice="It is still there."))
    return WrittenOut(tuple(written))


def _texts(root: Path) -> Iterator[tuple[Path, UnsavedText]]:
    """The texts of programs that have ended."""
    for lock in sorted(root.glob("*/lock")):
        handle = os.open(lock, os.O_RDWR)
        try:
            is_free = try_lock(handle)
        finally:
            os.close(handle)
        for place in sorted(lock.parent.glob(f"*{SUFFIX}")) if is_free else ():
            with contextlib.suppress(CopilotError):  # damaged, or of a newer version: it stays where it is
                yield place, read_unsaved(place.read_bytes())


def _name(text: UnsavedText) -> str:
    """What its file is called; an untitled text is one of plain text."""
    path = text.header.path
    return path.rsplit("/", 1)[-1] if path is not None else f"{text.header.title}.txt"


def _bytes(text: UnsavedText) -> bytes:
    content = text.text.decode("utf-8", "surrogatepass")
    try:
        return encode(content, text.header.format)
    except EncodingError:
        return text.text

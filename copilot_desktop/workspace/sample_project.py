"""The sample project that comes with the program, and copying it to where the user wants it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Final

from copilot_desktop.errors import WriteError
from copilot_desktop.resource_files import resource_path
from copilot_desktop.text.ranges import LineRange
from copilot_desktop.values import dataclass

FOLDER_NAME: Final = "copilot-desktop-sample"
_TRIES: Final = 1000


@dataclass(frozen=True, slots=True)
class GuidedChange:
    """What the guide asks: a prompt about lines (0-based, half-open) of one of the sample's files."""

    path: str
    lines: LineRange
    prompt: str


def guided_change() -> GuidedChange:
    """The change that is prepared for the starter model."""
    table = json.loads(resource_path("guided_change.json").read_text(encoding="utf-8"))
    return GuidedChange(table["path"], LineRange(table["first_line"], table["last_line"] + 1), table["prompt"])


def copy_sample(parent: Path) -> Path:
    """Copy the sample into a new folder in `parent`; returns that. Nothing that is there is touched.

    Raises WriteError; then no part of it is left. Blocking.
    """
    made: Path | None = None
    try:
        made = _new_folder(parent)
        for source in sorted(resource_path("sample_project").iterdir()):
            with (made / source.name).open("xb") as file:
                file.write(source.read_bytes())
                file.flush()
                os.fsync(file.fileno())
    except OSError as error:
        if made is not None:
            _take_back(made)
        raise WriteError(
            f"The sample project could not be copied into {parent}: {error.strerror or error}.",
            advice="Choose another folder, one that you may write to.",
        ) from error
    return made


def _new_folder(parent: Path) -> Path:
    for number in range(1, _TRIES):
        folder = parent / (FOLDER_NAME if number == 1 else f"{FOLDER_NAME}-{number}")
        try:
            folder.mkdir()
        except FileExistsError:
            continue
        return folder
    raise FileExistsError(f"{FOLDER_NAME} and its numbers are all taken")


def _take_back(folder: Path) -> None:
    """Remove what was copied; what cannot be removed is the user's to see."""
    try:
        for each in folder.iterdir():
            each.unlink()
        folder.rmdir()
    except OSError:
        return

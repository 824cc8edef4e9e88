"""The system's trash: what is put there can be had back. Used on workers; Qt's QFile knows every system's own."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from PySide6.QtCore import QDir, QFile, QStandardPaths

from copilot_desktop.workspace.file_operations import move_place


def move_to_trash(place: Path) -> Path | None:
    """Put a file, folder or link into the trash; returns where it stands now, None when this place has no trash."""
    home = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.GenericDataLocation)
    if home:
        # A new account has no such folder yet, and Qt makes its trash inside of it only.
        QDir().mkpath(home)
    file = QFile(str(place))
    if not file.moveToTrash():
        return None
    return Path(file.fileName())


def take_from_trash(place: Path, target: Path) -> None:
    """Put back what `move_to_trash` gave. Raises FileExistsError when its name is taken, OSError when it is gone."""
    move_place(place, target)
    for note in (
        place.parent.parent / "info" / f"{place.name}.trashinfo",
        *((place.with_name(f"$I{place.name[2:]}"),) if place.name.startswith("$R") else ()),
    ):
        with contextlib.suppress(OSError):
            os.unlink(note)

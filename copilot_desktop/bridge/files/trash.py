"""The system's trash: what is put there can be had back. Used on workers; Qt's QFile knows every system's own."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from PySide6.QtCore import QDir, QFile, QStandardPaths

from copilot_desktop.bridge.files.outcomes import Progress, Trashed
from copilot_desktop.errors import MissingFileError, WriteError
from copilot_desktop.workspace.file_operations import move_place
from copilot_desktop.workspace.paths import Workspace


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


def put_in_trash(workspace: Workspace, path: str, progress: Progress) -> None:
    """Put a path of a workspace into the trash, or note that its place has none. Raises WorkspaceError."""
    place = workspace.resolve(path)
    if not os.path.lexists(place):
        raise MissingFileError(f"{path} is gone: another program has moved or deleted it.")
    if not os.access(place.parent, os.W_OK | os.X_OK):
        raise WriteError(
            f"This account may not delete {path}; nothing was changed.",
            advice="Check the permissions of its folder.",
        )
    put = move_to_trash(place)
    if put is None:
        progress.without_trash.append(path)
    else:
        progress.trashed.append(Trashed(path, put))

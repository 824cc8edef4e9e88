"""What the user has said of one opened folder, kept outside it: a small file of its own in the state folder, so that
nothing that stands in the folder can change it. Blocking: on workers."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from copilot_desktop.errors import NewerStoreError, StoreError, WriteError
from copilot_desktop.values import dataclass
from copilot_desktop.workspace.atomic_write import bytes_hash, make_private, write_private

_Kept = TypeVar("_Kept")


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of such files, in a subfolder. The words make its errors: `about` what is kept, `then` what holds while
    it is not known, `again` what the user can do."""

    subfolder: str
    version: int
    about: str
    then: str
    again: str


class FolderFile:
    """One folder's file of a kind, by the folder's real path. Raises StoreError for what the disk refuses."""

    def __init__(self, kind: Kind, state_folder: Path, root: Path) -> None:
        self._kind = kind
        self._place = _place_of(kind, state_folder, root)

    def load(self, read: Callable[[Mapping[str, Any]], _Kept]) -> _Kept | None:
        """What is kept, as `read` makes it of the values; None where nothing is.

        Raises NewerStoreError for a file of a newer version, StoreError for a damaged one; both stay as they are.
        """
        try:
            values = json.loads(self._place.read_bytes())
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            raise self._unreadable(str(error)) from error
        try:
            version = values["version"]
            if not isinstance(version, int):
                raise TypeError("its version is no number")
            if version > self._kind.version:
                raise NewerStoreError(
                    f"A newer version of the program has written {self._place}, which keeps {self._kind.about}. It was "
                    f"left untouched, and {self._kind.then}.",
                    advice="Start the newer version.",
                )
            return read(values)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise self._unreadable(str(error)) from error

    def put_aside(self) -> None:
        """Keep a damaged one as `.damaged`."""
        try:
            self._place.replace(self._place.with_suffix(".damaged"))
        except OSError as error:
            raise self._unreadable(str(error)) from error

    def save(self, values: Mapping[str, Any]) -> None:
        """Keep this instead."""
        try:
            make_private(self._place.parent)
            write_private(self._place, json.dumps({"version": self._kind.version, **values}).encode("ascii"))
        except (OSError, WriteError) as error:
            raise StoreError(
                f"It could not be kept {self._kind.about}, so it stays as it was.",
                advice=f"Check that the disk has space and {self._place.parent} can be written to.",
                detail=str(error),
            ) from error

    def _unreadable(self, detail: str) -> StoreError:
        return StoreError(
            f"It is not known {self._kind.about}, so {self._kind.then}: {self._place} is damaged or cannot be opened.",
            advice=self._kind.again,
            detail=detail,
        )


def follow_rename(kind: Kind, state_folder: Path, before: Path, root: Path) -> None:
    """Keep what is kept of a folder under its name of now, unless there is something already. Raises StoreError."""
    source, target = (_place_of(kind, state_folder, each) for each in (before, root))
    try:
        if source.exists() and not target.exists():
            source.replace(target)
    except OSError as error:
        raise StoreError(
            f"What is kept of the folder, {kind.about}, could not follow its new name: {kind.then}.",
            advice=kind.again,
            detail=str(error),
        ) from error


def _place_of(kind: Kind, state_folder: Path, root: Path) -> Path:
    return state_folder / kind.subfolder / f"{bytes_hash(os.fsencode(root))[:24]}.json"

"""Keeps what the user has said of a folder, in a file of its own, and what that was about. Blocking: on workers."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from copilot_desktop.errors import NewerStoreError, StoreError, WriteError
from copilot_desktop.workspace.atomic_write import bytes_hash, make_private, write_private
from copilot_desktop.workspace.folder_identity import FolderIdentity
from copilot_desktop.workspace.trust.values import Decision, Guarded, TrustRecord

VERSION: Final = 1


class TrustStore:
    """One file a folder. Raises StoreError for what the disk refuses."""

    def __init__(self, place: Path) -> None:
        self._place = place

    @classmethod
    def of(cls, state_folder: Path, root: Path) -> TrustStore:
        """That of a folder, by its real path."""
        return cls(_place_of(state_folder, root))

    def load(self) -> TrustRecord | None:
        """What is kept; None where nothing is.

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
            if version > VERSION:
                raise NewerStoreError(
                    f"A newer version of the program has written {self._place}, which keeps whether this folder is "
                    "trusted. It was left untouched, and the folder is restricted.",
                    advice="Start the newer version.",
                )
            return _record(values)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise self._unreadable(str(error)) from error

    def save(self, record: TrustRecord) -> None:
        """Keep this instead; a damaged file is put aside as `.damaged`. Raises NewerStoreError too."""
        try:
            self.load()
        except NewerStoreError:
            raise
        except StoreError:
            self._put_aside()
        try:
            make_private(self._place.parent)
            write_private(self._place, json.dumps(_values(record)).encode("ascii"))
        except (OSError, WriteError) as error:
            raise StoreError(
                "It could not be kept whether this folder is trusted, so it stays as it was.",
                advice=f"Check that the disk has space and {self._place.parent} can be written to.",
                detail=str(error),
            ) from error

    def _put_aside(self) -> None:
        try:
            self._place.replace(self._place.with_suffix(".damaged"))
        except OSError as error:
            raise self._unreadable(str(error)) from error

    def _unreadable(self, detail: str) -> StoreError:
        return StoreError(
            f"It is not known whether this folder is trusted, so it is restricted: {self._place} is damaged or cannot "
            "be opened.",
            advice="Trust the folder again, or keep it restricted.",
            detail=detail,
        )


def follow_rename(state_folder: Path, before: Path, root: Path) -> None:
    """Keep what is kept of a folder under its name of now, unless there is something already. Raises StoreError."""
    source, target = (_place_of(state_folder, each) for each in (before, root))
    try:
        if source.exists() and not target.exists():
            source.replace(target)
    except OSError as error:
        raise StoreError(
            "The trust in the folder could not follow its new name.",
            advice="It is restricted until it is trusted again.",
            detail=str(error),
        ) from error


def _place_of(state_folder: Path, root: Path) -> Path:
    return state_folder / "trust" / f"{bytes_hash(os.fsencode(root))[:24]}.json"


def _values(record: TrustRecord) -> dict[str, Any]:
    return {
        "version": VERSION,
        "root": record.root,
        "identity": list(record.identity),
        "decision": record.decision.value,
        "seen": {name: [each.digest, each.text] for name, each in record.seen.items()},
    }


def _record(values: Mapping[str, Any]) -> TrustRecord:
    device, inode, birth_ns = values["identity"]
    identity = FolderIdentity(int(device), int(inode), None if birth_ns is None else int(birth_ns))
    seen = {
        str(name): Guarded(str(digest), None if text is None else str(text))
        for name, (digest, text) in values["seen"].items()
    }
    return TrustRecord(str(values["root"]), identity, Decision(values["decision"]), seen)

"""Keeps what the user has said of a folder, in a file of its own, and what that was about. Blocking: on workers."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from copilot_desktop.errors import NewerStoreError, StoreError
from copilot_desktop.workspace import folder_file
from copilot_desktop.workspace.folder_file import FolderFile, Kind
from copilot_desktop.workspace.folder_identity import FolderIdentity
from copilot_desktop.workspace.trust.values import Decision, Guarded, TrustRecord

VERSION: Final = 1
_KIND: Final = Kind(
    "trust",
    VERSION,
    "whether this folder is trusted",
    "the folder is restricted",
    "Trust the folder again, or keep it restricted.",
)


class TrustStore:
    """One file a folder. Raises StoreError for what the disk refuses."""

    def __init__(self, state_folder: Path, root: Path) -> None:
        self._file = FolderFile(_KIND, state_folder, root)

    def load(self) -> TrustRecord | None:
        """What is kept; None where nothing is. Raises as `FolderFile.load`."""
        return self._file.load(_record)

    def save(self, record: TrustRecord) -> None:
        """Keep this instead; a damaged file is put aside as `.damaged`. Raises NewerStoreError too."""
        try:
            self.load()
        except NewerStoreError:
            raise
        except StoreError:
            self._file.put_aside()
        self._file.save(_values(record))


def follow_rename(state_folder: Path, before: Path, root: Path) -> None:
    """Keep the trust in a folder under its name of now. Raises StoreError."""
    folder_file.follow_rename(_KIND, state_folder, before, root)


def _values(record: TrustRecord) -> dict[str, Any]:
    return {
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

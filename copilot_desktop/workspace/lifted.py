"""The files that the user has let models see though they are behind the border: by name, file by file.

Kept in the state folder of the program, a file for each opened folder: nothing that stands in the folder, and no model,
can allow anything. Blocking: on workers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from copilot_desktop.errors import NewerStoreError, StoreError
from copilot_desktop.values import dataclass
from copilot_desktop.workspace import folder_file
from copilot_desktop.workspace.folder_file import FolderFile, Kind
from copilot_desktop.workspace.model_border import ModelBorder
from copilot_desktop.workspace.paths import Workspace

VERSION: Final = 1
_KIND: Final = Kind(
    "lifted", VERSION, "which files models may see", "none of them is given to a model", "Allow the files again."
)


@dataclass(frozen=True, slots=True)
class Lift:
    """`names`: those of the file, the one that was asked for first. `reason`: why it is behind the border.
    `conversation_id`: the only one that it is allowed in; "" for all of the folder."""

    names: tuple[str, ...]
    reason: str
    conversation_id: str = ""


class LiftStore:
    """What is allowed in one opened folder."""

    def __init__(self, state_folder: Path, root: Path) -> None:
        self._file = FolderFile(_KIND, state_folder, root)

    def load(self) -> tuple[Lift, ...]:
        """What is kept. Raises as `FolderFile.load`."""
        return self._file.load(_lifts) or ()

    def add(self, lift: Lift) -> tuple[Lift, ...]:
        """Allow a file. Raises StoreError."""
        return self._save([*(each for each in self._loaded() if not _is_same(each, lift)), lift])

    def remove(self, lift: Lift) -> tuple[Lift, ...]:
        """Allow it no longer. Raises StoreError."""
        return self._save(each for each in self._loaded() if not _is_same(each, lift))

    def names(self, conversation_id: str) -> frozenset[str]:
        """What models may see in a conversation; where that is not known nothing is allowed."""
        try:
            lifts = self.load()
        except StoreError:
            return frozenset()
        return names_of(lifts, conversation_id)

    def _loaded(self) -> tuple[Lift, ...]:
        try:
            return self.load()
        except NewerStoreError:
            raise
        except StoreError:
            # Nobody knows what was allowed: it is asked for again.
            self._file.put_aside()
            return ()

    def _save(self, lifts: Iterable[Lift]) -> tuple[Lift, ...]:
        kept = tuple(lifts)
        rows = [{"names": each.names, "reason": each.reason, "conversation": each.conversation_id} for each in kept]
        self._file.save({"lifted": rows})
        return kept


def names_of(lifts: Iterable[Lift], conversation_id: str) -> frozenset[str]:
    """All names that are allowed in a conversation."""
    return frozenset(name for each in lifts if each.conversation_id in ("", conversation_id) for name in each.names)


def lifted_border(workspace: Workspace, state_folder: Path, conversation_id: str = "") -> ModelBorder:
    """The border of a folder as the user has opened it."""
    return ModelBorder(workspace, lifted=LiftStore(state_folder, workspace.root).names(conversation_id))


def follow_rename(state_folder: Path, before: Path, root: Path) -> None:
    """Keep what is allowed in a folder under its name of now. Raises StoreError."""
    folder_file.follow_rename(_KIND, state_folder, before, root)


def _lifts(values: Mapping[str, Any]) -> tuple[Lift, ...]:
    return tuple(
        Lift(tuple(map(str, each["names"])), str(each["reason"]), str(each["conversation"]))
        for each in values["lifted"]
    )


def _is_same(one: Lift, other: Lift) -> bool:
    return one.names == other.names and one.conversation_id == other.conversation_id

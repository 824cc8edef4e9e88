"""The files that the user has let models see though they are behind the border: by name, file by file.

Kept in the state folder of the program, a file for each opened folder: nothing that stands in the folder, and no model,
can allow anything. Blocking: on workers.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from copilot_desktop.errors import NewerStoreError, StoreError, WriteError
from copilot_desktop.values import dataclass
from copilot_desktop.workspace.atomic_write import bytes_hash, make_private, write_private
from copilot_desktop.workspace.model_border import ModelBorder
from copilot_desktop.workspace.paths import Workspace

VERSION: Final = 1


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
        self._place = _place_of(state_folder, root)

    def load(self) -> tuple[Lift, ...]:
        """What is kept. Raises NewerStoreError for a file of a newer version, StoreError for a damaged one."""
        try:
            values = json.loads(self._place.read_bytes())
        except FileNotFoundError:
            return ()
        except (OSError, ValueError) as error:
            raise self._unreadable(str(error)) from error
        try:
            if int(values["version"]) > VERSION:
                raise NewerStoreError(
                    f"A newer version of the program has written {self._place}, which keeps the files that models may "
                    "see. It was left untouched, and none of them is given to a model.",
                    advice="Start the newer version.",
                )
            return tuple(
                Lift(tuple(map(str, each["names"])), str(each["reason"]), str(each["conversation"]))
                for each in values["lifted"]
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise self._unreadable(str(error)) from error

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
            try:
                self._place.replace(self._place.with_suffix(".damaged"))
            except OSError as error:
                raise self._unreadable(str(error)) from error
            return ()

    def _save(self, lifts: Iterable[Lift]) -> tuple[Lift, ...]:
        kept = tuple(lifts)
        rows = [{"names": each.names, "reason": each.reason, "conversation": each.conversation_id} for each in kept]
        try:
            make_private(self._place.parent)
            write_private(self._place, json.dumps({"version": VERSION, "lifted": rows}).encode("ascii"))
        except (OSError, WriteError) as error:
            raise StoreError(
                "It could not be kept which files models may see, so it stays as it was.",
                advice=f"Check that the disk has space and {self._place.parent} can be written to.",
                detail=str(error),
            ) from error
        return kept

    def _unreadable(self, detail: str) -> StoreError:
        return StoreError(
            f"It is not known which files models may see, so none is allowed: {self._place} is damaged or cannot be "
            "opened.",
            advice="Allow the files again.",
            detail=detail,
        )


def names_of(lifts: Iterable[Lift], conversation_id: str) -> frozenset[str]:
    """All names that are allowed in a conversation."""
    return frozenset(name for each in lifts if each.conversation_id in ("", conversation_id) for name in each.names)


def lifted_border(workspace: Workspace, state_folder: Path, conversation_id: str = "") -> ModelBorder:
    """The border of a folder as the user has opened it."""
    return ModelBorder(workspace, lifted=LiftStore(state_folder, workspace.root).names(conversation_id))


def follow_rename(state_folder: Path, before: Path, root: Path) -> None:
    """Keep what is kept of a folder under its name of now, unless there is something already. Raises StoreError."""
    source, target = (_place_of(state_folder, each) for each in (before, root))
    try:
        if source.exists() and not target.exists():
            source.replace(target)
    except OSError as error:
        raise StoreError(
            "The files that models may see could not follow the folder to its new name.",
            advice="Allow them again.",
            detail=str(error),
        ) from error


def _place_of(state_folder: Path, root: Path) -> Path:
    return state_folder / "lifted" / f"{bytes_hash(os.fsencode(root))[:24]}.json"


def _is_same(one: Lift, other: Lift) -> bool:
    return one.names == other.names and one.conversation_id == other.conversation_id

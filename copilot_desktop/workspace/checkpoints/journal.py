"""The step under way, as a file: there before the first file of the project is touched, gone after the last."""

from __future__ import annotations

import json
import os
import time
from dataclasses import asdict, field
from pathlib import Path
from typing import Any, Final

from copilot_desktop.errors import NewerStoreError, StoreError
from copilot_desktop.values import dataclass
from copilot_desktop.workspace.atomic_write import remove_file, write_private
from copilot_desktop.workspace.checkpoints.entries import NOTHING_KNOWN, About
from copilot_desktop.workspace.file_writes import told_of

VERSION: Final = 3
"""1 had no `about`, `left_folders`, `is_kept`; 2 no hot-exit copies."""


@dataclass(frozen=True, slots=True)
class Step:
    """One file of a plan. Hashes name objects of the store, None is "no file"; `mode`: permission bits before.

    `copy`: where it is the hot-exit copy of the file's unsaved text, its path below the folder of unsaved texts.
    """

    path: str
    before: str | None
    after: str | None
    mode: int | None
    temporary: str
    copy: str = ""

    @property
    def name(self) -> str:
        """What tells it from the others of its plan."""
        return self.copy or self.path

    @property
    def told(self) -> str:
        """What a sentence calls it."""
        return told_of(self.path, self.copy)


@dataclass(frozen=True, slots=True)
class Record:
    """A plan on its way (`phase`: staging, committing or undoing), or done.

    `folders` are those that the plan creates, `left_folders` those that go with it where they are empty then, the
    outermost first. `untouched` are the names of a step being
    taken back that it had not come to: what stands there is not ours. `is_kept`: the contents stay in the store.
    """

    checkpoint_id: str
    title: str
    created_at: float
    phase: str
    steps: tuple[Step, ...]
    folders: tuple[str, ...]
    untouched: tuple[str, ...] = ()
    about: About = field(default=NOTHING_KNOWN)
    left_folders: tuple[str, ...] = ()
    is_kept: bool = True

    @classmethod
    def begun(cls, title: str, about: About, left_folders: tuple[str, ...] = ()) -> Record:
        """One whose files are not known yet, under a name of its own: they sort by the time they were made."""
        name = f"{time.time_ns():020d}-{os.urandom(4).hex()}"
        return cls(name, title, time.time(), "staging", (), (), about=about, left_folders=left_folders)


class Journal:
    """The journal of one workspace; whoever uses it holds the workspace's lock. Raises OSError."""

    def __init__(self, place: Path) -> None:
        self._place = place

    def read(self) -> Record | None:
        """The step that was not brought to its end, or None. Raises StoreError, NewerStoreError."""
        return read_record(self._place)

    def write(self, record: Record) -> None:
        """Put a step on the disk, or its next phase."""
        about = {"about": record.about.as_fields()}
        fields = {"version": VERSION} | {name: getattr(record, name) for name in record.__slots__} | about
        fields["steps"] = [asdict(step) for step in record.steps]
        write_private(self._place, json.dumps(fields).encode())

    def remove(self) -> None:
        """The step is over."""
        remove_file(self._place)


def read_record(place: Path) -> Record | None:
    """A record of this or an earlier version, None where there is no such file."""
    try:
        fields: dict[str, Any] = json.loads(place.read_bytes())
        version = fields.pop("version")
        if version > VERSION:
            raise NewerStoreError(
                "A newer version of the program has written to this folder's undo store; it was left untouched.",
                advice="Start the newer version.",
            )
        steps = tuple(Step(**step) for step in fields.pop("steps"))
        lists = {name: tuple(fields.get(name, ())) for name in ("folders", "untouched", "left_folders")}
        about = About.from_fields(fields.pop("about")) if "about" in fields else NOTHING_KNOWN
        return Record(**fields | {"steps": steps, "about": about, **lists})
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError) as error:
        raise StoreError(
            "A record of this folder's undo store is damaged; nothing was written.", detail=f"{place.name}: {error}"
        ) from error

"""What the history tells of one step: when, what was asked for and of which model, which files and hunks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, field
from enum import StrEnum
from typing import Any, Final

from copilot_desktop.values import dataclass


class EntryKind(StrEnum):
    """What a step was."""

    ACCEPT = "accept"
    """Decisions of a review, be it in the window or by a script command."""
    UNDO = "undo"
    """A step taken back."""
    RESTORE = "restore"
    """An older state, put back."""
    SAVE = "save"
    """A tab written to its file."""
    DELETE = "delete"
    """Files deleted for good."""
    REPLACE = "replace"
    """Files that something else took the place of."""
    RENAME = "rename"
    """Files that the explorer gave other paths: their contents are named and need not be kept."""


@dataclass(frozen=True, slots=True)
class AcceptedHunk:
    """One decision as it was written: `old_text` stood in the lines from `start` (0-based) of the text before.

    `end` is exclusive; an empty range is an insertion. `decision` is the word of the review.
    """

    hunk_id: str
    start: int
    end: int
    old_text: str
    new_text: str
    decision: str = "accepted"


@dataclass(frozen=True, slots=True)
class FileAbout:
    """What is known of one file of a step beside its bytes. `old_path`: that of a file being renamed.

    `encoding` is the name of a Python codec, "" where it is not known.
    """

    old_path: str | None = None
    encoding: str = ""
    hunks: tuple[AcceptedHunk, ...] = ()


@dataclass(frozen=True, slots=True)
class About:
    """What a step was for. `decisions`: hunk id → decision, also of hunks that changed no file.

    `undoes` is the entry that it takes back.
    """

    kind: EntryKind = EntryKind.ACCEPT
    prompt: str = ""
    model: str = ""
    turn_id: str = ""
    change_set_id: str = ""
    decisions: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, FileAbout] = field(default_factory=dict)
    undoes: str = ""

    def as_fields(self) -> dict[str, Any]:
        """The same as JSON knows it."""
        fields = {name: getattr(self, name) for name in self.__slots__}
        return fields | {
            "kind": self.kind.value,
            "decisions": dict(self.decisions),
            "files": {path: asdict(each) for path, each in self.files.items()},
        }

    @classmethod
    def from_fields(cls, fields: Mapping[str, Any]) -> About:
        """The reverse of `as_fields`. Raises KeyError, TypeError, ValueError for anything else."""
        files = {
            path: FileAbout(each["old_path"], each["encoding"], hunks_from(each["hunks"]))
            for path, each in fields["files"].items()
        }
        return cls(**{**fields, "kind": EntryKind(fields["kind"]), "files": files})


NOTHING_KNOWN = About()
_UNDO: Final = "Undo: "
_REDO: Final = "Redo: "
_IN_TABS: Final = " more in unsaved tabs: "


def with_tabs(title: str, count: int, named: str) -> str:
    """The title of a step that changed other files in their tabs alone; the history keeps no more of those."""
    return f"{title}; {count}{_IN_TABS}{named}"


def hunks_from(fields: list[dict[str, Any]]) -> tuple[AcceptedHunk, ...]:
    """Hunks from what JSON knows of them."""
    return tuple(AcceptedHunk(**each) for each in fields)


@dataclass(frozen=True, slots=True)
class HistoryFile:
    """One file of an entry. `before` and `after` name contents (SHA-256, hex) and are None where there is no file.

    A renamed file is two of them: the new path, with `old_path`, and the old path with `after` None. `mode`: permission
    bits before, or those a new file was given.
    """

    path: str
    old_path: str | None
    before: str | None
    after: str | None
    mode: int | None = None
    encoding: str = ""
    hunks: tuple[AcceptedHunk, ...] = ()


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One step. `at` is seconds since 1970 (UTC); `folders` are those that it made, the outermost first.

    `is_kept`: whether the contents it needs were kept, so that it can be taken back.
    """

    entry_id: str
    at: float
    kind: EntryKind
    title: str
    prompt: str
    model: str
    turn_id: str
    change_set_id: str
    files: tuple[HistoryFile, ...]
    decisions: Mapping[str, str] = field(default_factory=dict)
    undoes: str = ""
    folders: tuple[str, ...] = ()
    is_kept: bool = True

    @property
    def done_and_tabs(self) -> tuple[str, str]:
        """What was done on disk, and the files that the same command changed in unsaved tabs, "" for none."""
        done, _sign, rest = self.title.rpartition("; ")
        _count, sign, named = rest.partition(_IN_TABS)
        return (done, named) if done and sign else (self.title, "")

    @property
    def undo_title(self) -> str:
        """What taking it back is called; of what was taken back itself: Redo."""
        done = self.done_and_tabs[0]
        return f"{_REDO}{done.removeprefix(_UNDO)}" if done.startswith(_UNDO) else f"{_UNDO}{done.removeprefix(_REDO)}"

    @property
    def contents(self) -> frozenset[str]:
        """The contents that it takes to have this step back: none of files that only got another name."""
        moved = {path for pair in self.moves for path in pair}
        names = {name for file in self.files if file.path not in moved for name in (file.before, file.after)}
        return frozenset(name for name in names if name is not None)

    @property
    def moves(self) -> tuple[tuple[str, str], ...]:
        """Old and new path of the files that only got another name: their content stayed what it was."""
        sources = {file.path: file.before for file in self.files if file.before is not None and file.after is None}
        return tuple(
            (file.old_path, file.path)
            for file in self.files
            if file.old_path is not None and file.before is None and sources.get(file.old_path) == file.after
        )

    def file(self, path: str) -> HistoryFile | None:
        """The file of a path, None where the step did not touch it."""
        return next((each for each in self.files if each.path == path), None)

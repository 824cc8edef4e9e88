"""How changed files are named, grouped and coloured. Pure."""

from __future__ import annotations

from enum import StrEnum
from typing import Final, NamedTuple

from copilot_desktop.workspace.git.values import ChangeKind, Comparison, ComparisonKind, GitChange, GitStatus, Nature

_SIGNS: Final = str.maketrans({"\n": "␊", "\r": "␍", "\t": "␉"})
TOKENS: Final = {
    ChangeKind.MODIFIED: "amber",
    ChangeKind.ADDED: "addf",
    ChangeKind.DELETED: "remf",
    ChangeKind.RENAMED: "accent",
    ChangeKind.RETYPED: "amber",
    ChangeKind.UNTRACKED: "addf",
    ChangeKind.CONFLICT: "conf",
}
"""The colour of a kind's letter, by its token."""


class Group(StrEnum):
    """Where a change stands."""

    CONFLICTS = "Conflicts"
    STAGED = "Staged"
    UNSTAGED = "Changes"
    UNTRACKED = "Untracked"
    BRANCH = "On the branch"


class ChangeRow(NamedTuple):
    """A row of the list: a file, or the head of its group where `change` is None."""

    group: Group
    change: GitChange | None = None
    files: int = 0

    @property
    def key(self) -> tuple[Group, str]:
        """What it is known by while the list changes."""
        return self.group, self.change.path if self.change is not None else ""


def rows_of(status: GitStatus) -> list[ChangeRow]:
    """All rows, group by group; groups without a file are left out."""
    groups = (
        (Group.CONFLICTS, status.conflicts),
        (Group.STAGED, status.staged),
        (Group.UNSTAGED, status.unstaged),
        (Group.UNTRACKED, status.untracked),
    )
    rows: list[ChangeRow] = []
    for group, changes in groups:
        if changes:
            rows.append(ChangeRow(group, None, len(changes)))
            rows += [ChangeRow(group, change) for change in changes]
    return rows


def compared_rows(comparison: Comparison, changes: tuple[GitChange, ...]) -> list[ChangeRow]:
    """The rows of one comparison, group by group."""
    usual = {
        ComparisonKind.WORKING: Group.UNSTAGED,
        ComparisonKind.INDEX: Group.STAGED,
        ComparisonKind.BRANCH: Group.BRANCH,
    }[comparison.kind]
    groups: dict[Group, list[ChangeRow]] = {}
    for change in changes:
        group = {ChangeKind.UNTRACKED: Group.UNTRACKED, ChangeKind.CONFLICT: Group.CONFLICTS}.get(change.kind, usual)
        groups.setdefault(group, []).append(ChangeRow(group, change))
    rows: list[ChangeRow] = []
    for group in (Group.CONFLICTS, usual, Group.UNTRACKED):
        if group in groups:
            rows += [ChangeRow(group, None, len(groups[group])), *groups[group]]
    return rows


def shown_path(path: str) -> str:
    """A path fit for one line, whatever bytes it has."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "replace").translate(_SIGNS)


def name_and_folder(change: GitChange) -> tuple[str, str]:
    """The name of a file, and the folder it is in; of a renamed one also the name it had."""
    folder, _slash, name = shown_path(change.path).rpartition("/")
    if change.old_path is None:
        return name, folder
    return name, f"← {shown_path(change.old_path)}"


def labels_of(change: GitChange) -> tuple[str, ...]:
    """What is to be known of a file beside its lines, in words."""
    found = [change.mode_words] if change.mode_words else []
    if change.nature is not Nature.TEXT:
        found.append(str(change.nature))
    return tuple(found)


def spoken_of(row: ChangeRow) -> str:
    """A row as a screen reader says it, and as its tip."""
    if row.change is None:
        return f"{row.group}: {row.files} {'file' if row.files == 1 else 'files'}"
    change = row.change
    words = [shown_path(change.path), str(change.kind)]
    if change.old_path is not None:
        words[1] += f" from {shown_path(change.old_path)}"
    if change.added is not None and change.removed is not None:
        words.append(f"{change.added} added, {change.removed} removed")
    return ", ".join([*words, *labels_of(change)]) + (f". {change.note}" if change.note else "")

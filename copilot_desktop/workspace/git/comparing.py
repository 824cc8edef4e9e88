"""Which files differ: between last commit, index and disk, and between a branch and its base.

libgit2 finds the files and counts lines as git does. Where it does not see a file as git does (LFS,
encodings of the working tree) both sides are read and counted here.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

import pygit2
from pygit2.enums import DeltaStatus, DiffFlag, DiffOption

from copilot_desktop.errors import RepositoryError
from copilot_desktop.workspace.git.contents import git_lines, holds_pointer, is_binary, nature_of, side_bytes
from copilot_desktop.workspace.git.filtering import Filters, is_marked_for_lfs
from copilot_desktop.workspace.git.lines import changed_lines
from copilot_desktop.workspace.git.renames import pair_renames
from copilot_desktop.workspace.git.repository import GitRepository, refusals_as_sentences
from copilot_desktop.workspace.git.values import (
    FOLDER_MODE,
    SUBMODULE_MODE,
    ChangeKind,
    Comparison,
    ComparisonKind,
    GitChange,
    GitStatus,
    Nature,
)

_DISK: Final = DiffOption.INCLUDE_TYPECHANGE
_UNTRACKED: Final = DiffOption.INCLUDE_UNTRACKED | DiffOption.RECURSE_UNTRACKED_DIRS
_COUNTED_BYTES: Final = 1_000_000
"""The lines of larger untracked files are not counted."""
_COUNTED_FILES: Final = 300
_COUNTED_IN_STATUS: Final = 1_000
"""After a checkout that was cut off there are 10,000: counting them takes a second, after every change, and nobody
reads it. Each is counted where it is looked at."""
_KINDS: Final = {
    DeltaStatus.ADDED: ChangeKind.ADDED,
    DeltaStatus.DELETED: ChangeKind.DELETED,
    DeltaStatus.MODIFIED: ChangeKind.MODIFIED,
    DeltaStatus.RENAMED: ChangeKind.RENAMED,
    DeltaStatus.COPIED: ChangeKind.ADDED,
    DeltaStatus.TYPECHANGE: ChangeKind.RETYPED,
}
_NO_FILE: Final = "0" * 40
_POINTER_LINES: Final = 8
"""A pointer of LFS has three lines, and few more with extensions."""
_POINTERS: Final = "Git LFS keeps this file: what is compared are its pointers."
_NO_PAIRS: Final[Mapping[str, str]] = MappingProxyType({})


def read_status(repository: GitRepository) -> GitStatus:
    """Everything that differs from the last commit. Raises RepositoryError."""
    with refusals_as_sentences("read what git says of this folder"):
        disk = repository.git.index.diff_to_workdir(_DISK | _UNTRACKED)
        return GitStatus(
            folder=str(repository.folder),
            prefix=repository.prefix,
            branch=repository.branch,
            commit_id=repository.head_id,
            staged=tuple(_staged(repository, _COUNTED_IN_STATUS)),
            unstaged=tuple(_changes(repository, disk, is_disk=True, most_counted=_COUNTED_IN_STATUS)),
            untracked=_untracked(repository, disk),
            conflicts=_conflicts(repository),
            git_folder=os.path.realpath(repository.git.path),
            operation=repository.operation,
            message=_prepared_message(repository),
        )


def changes_of(repository: GitRepository, comparison: Comparison) -> tuple[GitChange, ...]:
    """The files that differ between two sides, by path; untracked ones too where one side is the disk.

    Raises RepositoryError, also for a base that is none.
    """
    with refusals_as_sentences("compare"):
        if comparison.kind is ComparisonKind.INDEX:
            return _sorted(_staged(repository))
        disk = repository.git.index.diff_to_workdir(_DISK | _UNTRACKED)
        if comparison.kind is ComparisonKind.WORKING:
            found: Iterable[GitChange] = _changes(repository, disk, is_disk=True)
            return _sorted((*found, *_untracked(repository, disk), *_conflicts(repository)))
        fork = fork_commit(repository, comparison.base)
        tree = fork.peel(pygit2.Tree)
        if not comparison.with_disk:
            return _sorted(compared_trees(repository, tree, repository.git.head.peel(pygit2.Tree)))
        merged = repository.git.index.diff_to_tree(tree)
        merged.merge(disk)
        pairs = pair_renames(repository, merged, str(tree.id))
        return _sorted((*_changes(repository, merged, is_disk=True, pairs=pairs), *_untracked(repository, disk)))


def compared_trees(repository: GitRepository, old: pygit2.Tree | None, new: pygit2.Tree) -> Iterator[GitChange]:
    """The files that differ between two commits; None: before the first one."""
    diff = new.diff_to_tree(swap=True) if old is None else old.diff_to_tree(new)
    pairs = _NO_PAIRS if old is None else pair_renames(repository, diff, str(old.id), str(new.id))
    yield from _changes(repository, diff, is_disk=False, pairs=pairs)


def fork_commit(repository: GitRepository, base: str) -> pygit2.Commit:
    """The last commit that the branch has in common with a base. Raises RepositoryError."""
    git = repository.git
    if git.head_is_unborn:
        raise RepositoryError("There is no commit yet, so there is no branch to compare.")
    try:
        other = git.revparse_single(base).peel(pygit2.Commit)
    except (KeyError, ValueError, pygit2.GitError) as error:
        raise RepositoryError(
            f"There is no branch or commit called {base} here.", advice="Choose another base."
        ) from error
    found: object = git.get(_common(git, git.head.peel(pygit2.Commit).id, other.id))
    if not isinstance(found, pygit2.Commit):
        raise RepositoryError(
            f"The branch and {base} have no commit in common, so there is no place to compare from.",
            advice="Choose another base.",
        )
    return found


def _common(git: pygit2.Repository, one: pygit2.Oid, other: pygit2.Oid) -> str:
    """The last commit that two have in common; a name that no commit has where there is none."""
    found: object = git.merge_base(one, other)  # None as well, whatever the library's types say
    return str(found) if found is not None else _NO_FILE


def base_names(repository: GitRepository) -> tuple[str, ...]:
    """Branches that the current one may be compared with: first its upstream and the usual names, then the others."""
    with refusals_as_sentences("list the branches"):
        git = repository.git
        names = [os.fsdecode(name) for name in git.raw_listall_branches()]
        remote = [
            name
            for raw in git.raw_listall_references()
            if (name := os.fsdecode(raw)).startswith("refs/remotes/") and not name.endswith("/HEAD")
        ]
        here = repository.branch
        others = [name for name in names if name != here] + [name.removeprefix("refs/remotes/") for name in remote]
        upstream = git.branches.local[here].upstream if here is not None and here in names else None
        first = [upstream.shorthand] if upstream is not None else []
        first += [name for name in ("main", "master", "origin/main", "origin/master", "develop") if name in others]
        return tuple(dict.fromkeys([*first, *others]))


def _staged(repository: GitRepository, most_counted: int | None = None) -> Iterator[GitChange]:
    tree = repository.head_tree
    if tree is not None:
        diff = repository.git.index.diff_to_tree(tree)
        pairs = pair_renames(repository, diff, str(tree.id))
        yield from _changes(repository, diff, is_disk=False, pairs=pairs, most_counted=most_counted)
        return
    for number, entry in enumerate(repository.git.index):
        change = GitChange(str(entry.path), ChangeKind.ADDED, None, 0, int(entry.mode), "", str(entry.id))
        change = _with_nature(repository, change)
        yield _counted(repository, change) if most_counted is None or number < most_counted else change


def _changes(
    repository: GitRepository,
    diff: pygit2.Diff,
    *,
    is_disk: bool,
    pairs: Mapping[str, str] = _NO_PAIRS,
    most_counted: int | None = None,
) -> Iterator[GitChange]:
    """Differences of files that git knows, the first so many with their counts. `pairs`: new path → the old one of
    renamed files."""
    gone = {os.fsdecode(each.old_file.raw_path): each for each in diff.deltas if each.status == DeltaStatus.DELETED}
    joined = {new: old for new, old in pairs.items() if old in gone}
    sources = frozenset(joined.values())
    for number, delta in enumerate(diff.deltas):
        kind = _KINDS.get(DeltaStatus(delta.status))
        if kind is None or (kind is ChangeKind.DELETED and os.fsdecode(delta.old_file.raw_path) in sources):
            continue
        change = _change(repository, delta, kind, is_disk=is_disk)
        if kind is ChangeKind.ADDED and change.path in joined:
            yield _counted(repository, _with_nature(repository, _renamed(change, gone[joined[change.path]])))
            continue
        if change.nature is Nature.TEXT and _is_seen_alike(repository, change):
            is_counted = most_counted is None or number < most_counted
            yield _told_of_pointers(repository, _with_stats(change, diff[number]) if is_counted else change)
            continue
        if change.nature is Nature.SUBMODULE and change.old_id == change.new_id:
            submodule = _dirty_submodule(repository, change)
            if submodule is not None:
                yield submodule
            continue
        counted = _counted(repository, change)
        if counted.added == 0 == counted.removed and not counted.has_new_mode and counted.kind is ChangeKind.MODIFIED:
            # Its time stamp is new, its content is not: only the filter of the file could tell libgit2 so.
            continue
        yield counted


def _renamed(change: GitChange, source: pygit2.DiffDelta) -> GitChange:
    old = source.old_file
    return replace(
        change,
        kind=ChangeKind.RENAMED,
        old_path=os.fsdecode(old.raw_path),
        old_mode=int(old.mode),
        old_id=str(old.id),
    )


def _change(repository: GitRepository, delta: pygit2.DiffDelta, kind: ChangeKind, *, is_disk: bool) -> GitChange:
    old, new = delta.old_file, delta.new_file
    path, old_path = os.fsdecode(new.raw_path), os.fsdecode(old.raw_path)
    new_id = str(new.id)
    if (
        is_disk
        and int(new.mode) != SUBMODULE_MODE
        and (not new.flags & DiffFlag.VALID_ID or new.id not in repository.git)
    ):
        # libgit2 may have hashed the file; the repository does not hold that.
        new_id = ""
    change = GitChange(
        path,
        kind,
        old_path if kind is ChangeKind.RENAMED else None,
        0 if kind is ChangeKind.ADDED else int(old.mode),
        0 if kind is ChangeKind.DELETED else int(new.mode),
        "" if kind is ChangeKind.ADDED else str(old.id).replace(_NO_FILE, ""),
        "" if kind is ChangeKind.DELETED else new_id.replace(_NO_FILE, ""),
    )
    return _with_nature(repository, change)


def _with_nature(repository: GitRepository, change: GitChange) -> GitChange:
    nature, note = nature_of(repository, change)
    return replace(change, nature=nature, note=note) if nature is not change.nature or note else change


def _is_seen_alike(repository: GitRepository, change: GitChange) -> bool:
    """Whether libgit2 reads a file as git does."""
    return bool(change.new_id) or not change.new_mode or Filters(repository, change.path).is_plain


def _with_stats(change: GitChange, patch: pygit2.Patch | None) -> GitChange:
    if patch is None:
        return replace(change, added=0, removed=0)
    if patch.delta.is_binary:
        return replace(change, nature=Nature.BINARY, note="It is binary, so there are no lines to compare.")
    _context, added, removed = patch.line_stats
    return replace(change, added=added, removed=removed)


def _told_of_pointers(repository: GitRepository, change: GitChange) -> GitChange:
    """Where LFS is not there git compares its pointers as any text: the user is told that they are some."""
    is_small = max(change.added or 0, change.removed or 0) <= _POINTER_LINES
    if not is_small or change.nature is not Nature.TEXT or not is_marked_for_lfs(repository, change.path):
        return change
    sides = (side_bytes(repository, change, is_new=is_new) for is_new in (False, True))
    return replace(change, note=_POINTERS) if holds_pointer(*sides) else change


def _counted(repository: GitRepository, change: GitChange) -> GitChange:
    """The same with its lines counted here."""
    if change.nature is Nature.FILTERED:
        return change
    old, new = (side_bytes(repository, change, is_new=is_new) for is_new in (False, True))
    if change.nature in (Nature.TEXT, Nature.LFS) and is_binary(repository, change.path, old, new):
        if change.nature is Nature.TEXT:
            return replace(change, nature=Nature.BINARY, note="It is binary, so there are no lines to compare.")
        return change if old != new else replace(change, added=0, removed=0)
    if (change.nature is Nature.LFS or is_marked_for_lfs(repository, change.path)) and holds_pointer(old, new):
        change = replace(change, note=_POINTERS)
    added, removed = numstat(old, new)
    return replace(change, added=added, removed=removed)


def numstat(old: bytes | None, new: bytes | None) -> tuple[int, int]:
    """Lines added and removed between two contents, as `git diff --numstat` counts them."""
    found = changed_lines(git_lines(old), git_lines(new))
    return sum(len(each.new) for each in found), sum(len(each.old) for each in found)


def _dirty_submodule(repository: GitRepository, change: GitChange) -> GitChange | None:
    """A submodule whose commit is the same, with changes of its own; None where there are none that git counts."""
    try:
        inner = pygit2.Repository(str(repository.place(change.path)))
        is_dirty = len(inner.diff("HEAD", flags=_DISK)) > 0
    except (pygit2.GitError, KeyError):
        return None
    if not is_dirty:
        return None
    return replace(
        change, added=0, removed=0, note="The submodule has changes of its own that are not committed there."
    )


def _untracked(repository: GitRepository, diff: pygit2.Diff) -> tuple[GitChange, ...]:
    found = []
    for delta in diff.deltas:
        if delta.status != DeltaStatus.UNTRACKED:
            continue
        path, mode = os.fsdecode(delta.new_file.raw_path), int(delta.new_file.mode)
        if path.endswith("/") or mode in (FOLDER_MODE, SUBMODULE_MODE):
            note = "A repository of its own: git takes none of its files into this one."
            found.append(
                GitChange(path.rstrip("/"), ChangeKind.UNTRACKED, None, 0, mode, "", "", Nature.SUBMODULE, note=note)
            )
            continue
        change = _with_nature(repository, GitChange(path, ChangeKind.UNTRACKED, None, 0, mode))
        if len(found) < _COUNTED_FILES and delta.new_file.size < _COUNTED_BYTES:
            try:
                change = _counted(repository, change)
            except RepositoryError as error:
                # Gone meanwhile, or not ours to read.
                change = replace(change, note=error.message)
        found.append(change)
    return _sorted(found)


def _conflicts(repository: GitRepository) -> tuple[GitChange, ...]:
    conflicts = repository.git.index.conflicts
    found = []
    for ancestor, ours, theirs in conflicts or ():
        side = ours or theirs or ancestor
        if side is None:
            continue
        mode = int(ours.mode) if ours is not None else 0
        old_id = str(ours.id) if ours is not None else ""
        path = str(side.path)
        on_disk = int(side.mode) if os.path.lexists(repository.place(path)) else 0
        found.append(GitChange(path, ChangeKind.CONFLICT, None, mode, on_disk, old_id, ""))
    return _sorted(found)


def _prepared_message(repository: GitRepository) -> str:
    """What git will say of a merge under way, without its comments."""
    try:
        text = os.fsdecode(repository.git.raw_message)
    except (KeyError, pygit2.GitError, OSError):
        return ""
    return "\n".join(line for line in text.split("\n") if not line.startswith("#")).strip()


def _sorted(changes: Iterable[GitChange]) -> tuple[GitChange, ...]:
    return tuple(sorted(changes, key=lambda change: os.fsencode(change.path)))

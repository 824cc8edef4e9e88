"""What the next commit holds: files, hunks and single lines go into the index and out of it.

libgit2 writes the index under git's own lock. A file that passes through a program of the user's goes in by `git add`.
Nothing on disk is touched here, but the repository.
"""

from __future__ import annotations

import os
from collections.abc import Iterable

import pygit2
from pygit2.enums import FileMode

from copilot_desktop.errors import EncodingError, FileChangedError, RepositoryError
from copilot_desktop.text.encodings import encode
from copilot_desktop.workspace.git.contents import read_sides
from copilot_desktop.workspace.git.filtering import Filters
from copilot_desktop.workspace.git.picking import left_text, picked_text
from copilot_desktop.workspace.git.program import refuse_program, run_git
from copilot_desktop.workspace.git.repository import GitRepository, refusals_as_sentences
from copilot_desktop.workspace.git.values import (
    LINK_MODE,
    SUBMODULE_MODE,
    ChangeKind,
    FileSides,
    GitChange,
    Nature,
    PickedLines,
    SideText,
)


def stage_files(repository: GitRepository, changes: Iterable[GitChange]) -> None:
    """Put files into the index as they are on disk, changed, new or gone; all or none. Raises RepositoryError."""
    by_program = []
    with refusals_as_sentences("stage"):
        index = repository.git.index
        for change in changes:
            if change.kind is ChangeKind.UNTRACKED and change.nature is Nature.SUBMODULE:
                raise RepositoryError(
                    f"{change.path} is a repository of its own, so its files cannot be staged in this one.",
                    advice="“git submodule add” in a terminal makes a submodule of it.",
                )
            if not os.path.lexists(repository.place(change.path)):
                _take_out(index, change.path)
            elif program := _program_of(repository, change):
                refuse_program(repository, change.path, program)
                by_program.append(change.path)
            else:
                _put_in(repository, index, change)
        index.write()
    if by_program:
        run_git(repository, ("--literal-pathspecs", "add", "--", *by_program))


def unstage_files(repository: GitRepository, changes: Iterable[GitChange]) -> None:
    """Have the index say of files what the last commit says; the files stay as they are. Raises RepositoryError."""
    with refusals_as_sentences("unstage"):
        index, tree = repository.git.index, repository.head_tree
        for change in changes:
            for path in (change.path, change.old_path):
                if path is None:
                    continue
                entry = _entry_of(tree, path)
                if entry is None:
                    _take_out(index, path)
                else:
                    index.add(entry)
        index.write()


def stage_lines(repository: GitRepository, seen: FileSides, picked: PickedLines) -> None:
    """Put picked lines of a file into the index: `seen` compares index and disk.

    Raises FileChangedError where the file is not the one that was looked at, RepositoryError.
    """
    now = _as_seen(repository, seen)
    text = picked_text(now.old.text or "", now.new.text or "", picked)
    if now.new.text is None and not text:
        stage_files(repository, (now.change,))
        return
    _write_text(repository, now, text)


def unstage_lines(repository: GitRepository, seen: FileSides, picked: PickedLines) -> None:
    """Take picked lines out of the index again: `seen` compares the last commit and the index. Raises the same."""
    now = _as_seen(repository, seen)
    text = left_text(now.old.text or "", now.new.text or "", picked)
    if now.old.text is None and not text:
        unstage_files(repository, (now.change,))
        return
    _write_text(repository, now, text)


def refuse_unlike(seen: FileSides) -> None:
    """Raise RepositoryError for a file of which no single lines can be taken."""
    change = seen.change
    if change.nature is not Nature.TEXT or seen.problem or change.kind in (ChangeKind.CONFLICT, ChangeKind.RETYPED):
        raise RepositoryError(
            f"{change.path} can only be taken as a whole: it is no plain text on both sides.",
            advice="Stage, unstage or discard the file.",
        )
    one, other = seen.old.format, seen.new.format
    if one is None or other is None or not (seen.old.text and seen.new.text):
        return  # of an empty text nobody knows the encoding
    if (one.encoding, one.has_bom) != (other.encoding, other.has_bom):
        raise RepositoryError(
            f"The encoding of {change.path} has changed, so it can only be taken as a whole.",
            advice="Stage, unstage or discard the file.",
        )


def encoded(text: str, side: SideText, other: SideText) -> bytes:
    """A text in the bytes of its file."""
    text_format = side.format if side.text else other.format
    if text_format is None:
        return text.encode("utf-8")
    try:
        return encode(text, text_format)
    except EncodingError as error:
        raise RepositoryError(error.message, advice=error.advice) from error


def read_again(repository: GitRepository, seen: FileSides) -> FileSides:
    """The same file as it is now. Raises FileChangedError where that is not what was looked at."""
    now = read_sides(repository, seen.change)
    if (now.old.fingerprint, now.new.fingerprint) != (seen.old.fingerprint, seen.new.fingerprint):
        raise FileChangedError(
            f"{seen.change.path} has changed meanwhile, so nothing was done.", advice="Look at it once more."
        )
    return now


def _as_seen(repository: GitRepository, seen: FileSides) -> FileSides:
    refuse_unlike(seen)
    # The index may have changed, and the content that is named in `seen` would still be there.
    _refuse_other_entry(repository, seen.change)
    return read_again(repository, seen)


def _refuse_other_entry(repository: GitRepository, change: GitChange) -> None:
    """`change` names one content that is the index's: its old one where the other side is the disk, else its new."""
    named = change.old_id if not change.new_id and change.new_mode else change.new_id
    with refusals_as_sentences("read what is staged"):
        path = change.old_path if change.old_path is not None and named == change.old_id else change.path
        try:
            found = str(repository.git.index[path].id)
        except KeyError:
            found = ""
    is_gone = not change.new_mode and found in ("", change.old_id)
    if found != named and not is_gone:
        raise FileChangedError(
            f"What is staged of {change.path} has changed meanwhile, so nothing was done.",
            advice="Look at it once more.",
        )


def _write_text(repository: GitRepository, now: FileSides, text: str) -> None:
    change = now.change
    data = encoded(text, now.old, now.new) if now.old.text else encoded(text, now.new, now.old)
    with refusals_as_sentences("stage"):
        index = repository.git.index
        mode = change.old_mode or change.new_mode
        index.add(pygit2.IndexEntry(change.path, repository.git.create_blob(data), FileMode(mode)))
        index.write()


def _put_in(repository: GitRepository, index: pygit2.index.Index, change: GitChange) -> None:
    filters = Filters(repository, change.path)
    is_file = change.new_mode not in (LINK_MODE, SUBMODULE_MODE)
    if not is_file or filters.is_plain:
        index.add(change.path)
        return
    data = repository.disk_bytes(change.path, change.new_mode)
    kept = filters.to_git(data or b"")
    if kept is None:
        raise RepositoryError(f"{change.path} cannot be staged without the git program.")
    index.add(pygit2.IndexEntry(change.path, repository.git.create_blob(kept), FileMode(change.new_mode)))


def _program_of(repository: GitRepository, change: GitChange) -> str:
    if change.new_mode in (LINK_MODE, SUBMODULE_MODE):
        return ""
    return Filters(repository, change.path).program


def _take_out(index: pygit2.index.Index, path: str) -> None:
    conflicts = index.conflicts
    if conflicts is not None and path in conflicts:
        del conflicts[path]
    if path in index:
        index.remove(path)


def _entry_of(tree: pygit2.Tree | None, path: str) -> pygit2.IndexEntry | None:
    if tree is None:
        return None
    found: pygit2.Object = tree
    for name in path.split("/"):
        entry = _named(found, name)
        if entry is None:
            return None
        found = entry
    if isinstance(found, pygit2.Tree) or found.filemode is None:
        return None
    return pygit2.IndexEntry(path, found.id, FileMode(found.filemode))


def _named(tree: pygit2.Object, name: str) -> pygit2.Object | None:
    """What a folder of a commit has under a name; names that are no UTF-8 are found by their bytes."""
    if not isinstance(tree, pygit2.Tree):
        return None
    raw = os.fsencode(name)
    return next((entry for entry in tree if entry.raw_name == raw), None)

"""Real edits: the changes of files in a git history, as blocks of old and new lines."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from copilot_desktop.text.diff import diff_line_lists
from copilot_desktop.text.lines import split_lines

_SIZE_LIMIT = 200_000
_BLOCKS_LIMIT = 6


@dataclass(frozen=True, slots=True)
class OldNew:
    """Lines [start, start + len(old)) of the file before become `new`."""

    start: int
    old: tuple[str, ...]
    new: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RealEdit:
    """One file of one commit, and its change as blocks whose old lines stand in it once."""

    commit: str
    path: str
    before: str
    after: str
    blocks: tuple[OldNew, ...]


def real_edits(repository: Path, until: str = "HEAD", context: int = 3) -> Iterator[RealEdit]:
    """The edits of text files in a history up to a commit, newest first."""
    log = _git(repository, "log", until, "--no-merges", "--diff-filter=M", "--name-only", "--format=commit %H")
    commit = ""
    for line in log.splitlines():
        if line.startswith("commit "):
            commit = line.removeprefix("commit ")
        elif line.strip():
            before, after = _text(repository, f"{commit}~1:{line}"), _text(repository, f"{commit}:{line}")
            # A last newline that comes or goes cannot be said in most formats.
            if before and after and before != after and before.endswith("\n") and after.endswith("\n"):
                blocks = blocks_of(before, after, context)
                if blocks:
                    yield RealEdit(commit, line, before, after, blocks)


def blocks_of(before: str, after: str, context: int) -> tuple[OldNew, ...]:
    """The difference as blocks with so many lines of context, more where these stand in the file twice."""
    old, new = split_lines(before), split_lines(after)
    if any("\r" in line for line in old + new):
        return ()
    spans: list[tuple[int, int, int, int]] = []
    for change in diff_line_lists(old, new):
        start, end = _unique(old, max(0, change.old.start - context), min(len(old), change.old.end + context))
        new_start = change.new.start - (change.old.start - start)
        new_end = change.new.end + (end - change.old.end)
        if spans and start <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]), spans[-1][2], max(new_end, spans[-1][3]))
        else:
            spans.append((start, end, new_start, new_end))
    if not 0 < len(spans) <= _BLOCKS_LIMIT:
        return ()
    return tuple(OldNew(a, tuple(old[a:b]), tuple(new[c:d])) for a, b, c, d in spans)


def put(before: str, blocks: tuple[OldNew, ...]) -> str:
    """The text with blocks in place."""
    lines = split_lines(before)
    for block in reversed(blocks):
        lines[block.start : block.start + len(block.old)] = block.new
    return "".join(lines)


def _unique(lines: list[str], start: int, end: int) -> tuple[int, int]:
    """The span, grown until its text stands in the file once and has something to be found by."""
    text = "".join(lines)
    while start > 0 or end < len(lines):
        part = "".join(lines[start:end])
        if len("".join(part.split())) >= 10 and text.count(part) == 1:
            break
        start, end = max(0, start - 1), min(len(lines), end + 1)
    return start, end


def _git(repository: Path, *arguments: str) -> str:
    done = subprocess.run(["git", "-C", str(repository), *arguments], capture_output=True, check=True)
    return done.stdout.decode("utf-8", "replace")


def _text(repository: Path, name: str) -> str | None:
    done = subprocess.run(["git", "-C", str(repository), "show", name], capture_output=True, check=False)
    if done.returncode or b"\0" in done.stdout or len(done.stdout) > _SIZE_LIMIT:
        return None
    try:
        return done.stdout.decode()
    except UnicodeDecodeError:
        return None

"""Entries of the history as rows of its tables."""

from __future__ import annotations

import itertools
import json
from collections.abc import Collection
from typing import TYPE_CHECKING, Any, Final

from copilot_desktop.values import dataclass
from copilot_desktop.workspace.atomic_write import bytes_hash
from copilot_desktop.workspace.checkpoints.entries import EntryKind, HistoryEntry, HistoryFile, hunks_from
from copilot_desktop.workspace.checkpoints.journal import Record

if TYPE_CHECKING:
    import sqlite3

_ENTRY: Final = (
    "number, entry_id, at, kind, title, coalesce((SELECT text FROM prompts WHERE prompts.prompt_id = entries.prompt_id)"
    ", ''), model, turn_id, change_set_id, decisions, undoes, folders, is_kept"
)


@dataclass(frozen=True, slots=True)
class Went:
    """What became of a file. `path`: the one that it was left under, None where it was removed.

    `contents` (hashes) are those that the next steps found in it, up to the first one that wrote it. `is_written`:
    there was one.
    """

    path: str | None
    contents: tuple[str, ...] = ()
    is_written: bool = False


def insert(database: sqlite3.Connection, record: Record) -> int:
    """Put a record into the tables and return its number."""
    about = record.about
    prompt_id = None
    if about.prompt:
        prompt = _storable(about.prompt)
        prompt_hash = bytes_hash(prompt.encode())
        database.execute("INSERT OR IGNORE INTO prompts (hash, text) VALUES (?, ?)", (prompt_hash, prompt))
        (prompt_id,) = database.execute("SELECT prompt_id FROM prompts WHERE hash = ?", (prompt_hash,)).fetchone()
    title = _storable(record.title)
    row = (record.checkpoint_id, record.created_at, about.kind.value, title, prompt_id, about.model)
    ids = (about.turn_id, about.change_set_id, json.dumps(dict(about.decisions)), about.undoes)
    made = database.execute(
        "INSERT INTO entries (entry_id, at, kind, title, prompt_id, model, turn_id, change_set_id, decisions, undoes, "
        "folders, is_kept) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (*row, *ids, json.dumps(record.folders), record.is_kept),
    )
    number = made.lastrowid or 0
    files = about.as_fields()["files"]
    for position, step in enumerate(step for step in record.steps if not step.copy):
        known = files.get(step.path, {"old_path": None, "encoding": "", "hunks": ()})
        place = number, position, step.path
        database.execute(
            "INSERT INTO files VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *place,
                known["old_path"],
                step.before,
                step.after,
                step.mode,
                known["encoding"],
                json.dumps(known["hunks"]),
            ),
        )
    return number


def _storable(text: str) -> str:
    """A text as SQLite takes it: half a character, as a clipboard can hold it, is none."""
    return text.encode("utf-8", "replace").decode()


def numbers_of(database: sqlite3.Connection, path: str, last: int, limit: int) -> list[tuple[int]]:
    """The numbers of the entries about a file, the newest first: before it was renamed, under its old path."""
    found: set[int] = set()
    ends = {path: 2**62}
    waiting = [path]
    while waiting:
        name = waiting.pop()
        rows = database.execute(
            "SELECT entry, old_path FROM files WHERE path = ? AND entry <= ? ORDER BY entry DESC", (name, ends[name])
        )
        for number, old_path in rows:
            if number <= last:
                found.add(number)
            if old_path is not None and ends.get(old_path, 0) < number:
                ends[old_path] = number
                waiting.append(old_path)
    return [(number,) for number in sorted(found, reverse=True)[:limit]]


def numbers_with(
    database: sqlite3.Connection, words: str, last: int, limit: int, among: Collection[int] | None
) -> list[tuple[int]]:
    """The numbers of the entries that hold all words, the newest first; `among`: only these."""
    wanted = words.casefold().split()
    rows = database.execute(
        "SELECT number, title, model, coalesce((SELECT text FROM prompts WHERE prompts.prompt_id = entries.prompt_id)"
        ", ''), coalesce((SELECT group_concat(path, ' ') FROM files WHERE entry = number), '') "
        "FROM entries WHERE number <= ? ORDER BY number DESC",
        (last,),
    )
    found: list[tuple[int]] = []
    for number, *texts in rows:
        told = "\n".join(texts).casefold()
        if (among is None or number in among) and all(word in told for word in wanted):
            found.append((number,))
            if len(found) == limit:
                break
    return found


def paths_of(database: sqlite3.Connection) -> tuple[tuple[str, bool], ...]:
    """Every path, and whether its last step has left a file there, in order."""
    # Beside max(), SQLite gives the other columns of the same row.
    rows = database.execute("SELECT path, after_hash, max(entry) FROM files GROUP BY path ORDER BY path")
    return tuple((path, after is not None) for path, after, _entry in rows)


def followed(database: sqlite3.Connection, entry_id: str, *, before: bool) -> dict[str, Went]:
    """Where files went since right after a step, or right before it, by their path of then."""
    rows = database.execute(
        "SELECT entry, path, old_path, before_hash, after_hash FROM files "
        "WHERE entry >= (SELECT number FROM entries WHERE entry_id = ?) + ? ORDER BY entry, position",
        (entry_id, 0 if before else 1),
    )
    known: set[str] = set()
    written: set[str] = set()
    origins: dict[str, str] = {}
    found: dict[str, list[str]] = {}
    for _entry, group in itertools.groupby(rows, lambda row: row[0]):
        files = [row[1:] for row in group]
        targets = {old_path: (path, after) for path, old_path, _before, after in files if old_path is not None}
        arrived: dict[str, str] = {}
        for path, _old_path, before_hash, after_hash in files:
            if path not in known and before_hash is not None:
                origins[path] = path
            known.add(path)
            origin = origins.get(path)
            if origin is None:
                continue
            target, content = targets.get(path, (path, after_hash))
            if before_hash is not None and origin not in written:
                found.setdefault(origin, []).append(before_hash)
            if content != before_hash:
                written.add(origin)
            if after_hash is None:
                del origins[path]
                arrived |= {target: origin} if path in targets else {}
        origins |= arrived
    paths = {origin: path for path, origin in origins.items()}
    return {origin: Went(paths.get(origin), tuple(contents), origin in written) for origin, contents in found.items()}


def entry_of(database: sqlite3.Connection, number: int) -> HistoryEntry:
    """The entry of a number that is there."""
    row: Any = database.execute(f"SELECT {_ENTRY} FROM entries WHERE number = ?", (number,)).fetchone()  # noqa: S608
    _number, entry_id, at, kind, title, prompt, model, turn_id, change_set_id, decisions, undoes, folders, is_kept = row
    files = database.execute(
        "SELECT path, old_path, before_hash, after_hash, mode, encoding, hunks FROM files WHERE entry = ? "
        "ORDER BY position",
        (number,),
    )
    return HistoryEntry(
        entry_id=entry_id,
        at=at,
        kind=EntryKind(kind),
        title=title,
        prompt=prompt,
        model=model,
        turn_id=turn_id,
        change_set_id=change_set_id,
        files=tuple(
            HistoryFile(path, old_path, before, after, mode, encoding, hunks_from(json.loads(hunks)))
            for path, old_path, before, after, mode, encoding, hunks in files
        ),
        decisions=json.loads(decisions),
        undoes=undoes,
        folders=tuple(json.loads(folders)),
        is_kept=bool(is_kept),
    )

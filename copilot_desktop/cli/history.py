"""`history`: what the program has written into a folder, the newest step first."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from copilot_desktop.cli.folder_files import plain_path
from copilot_desktop.cli.output import Output
from copilot_desktop.settings.folders import program_folders
from copilot_desktop.text.diff import diff_line_lists
from copilot_desktop.text.lines import split_lines
from copilot_desktop.workspace.applying import Applier
from copilot_desktop.workspace.checkpoints.entries import EntryKind, HistoryEntry, HistoryFile
from copilot_desktop.workspace.checkpoints.history import History
from copilot_desktop.workspace.paths import Workspace

_AT_ONCE = 200


def run(arguments: argparse.Namespace, environ: Mapping[str, str], output: Output) -> int:
    """Show the time line; the exit code. Raises CopilotError."""
    applier = Applier(Workspace.at(Path(arguments.folder)), program_folders(environ).state)
    recovery = applier.recover()
    notes = [] if recovery is None else [recovery.message]
    for note in notes:
        output.note(note)
    path = None if arguments.file is None else plain_path(arguments.file)
    entries = _entries(applier.history, path, arguments.limit)
    if output.is_json:
        output.json({"entries": [_entry_json(entry, applier.history) for entry in entries], "notes": notes})
        return 0
    count = 0
    for count, entry in enumerate(entries, 1):  # noqa: B007 - looked at below
        output.text(_told(entry, applier.history))
    if not count:
        about = f"of {arguments.file} " if arguments.file else ""
        output.note(f"The history {about}is empty: what is accepted, saved or deleted here will stand in it.")
    return 0


def status_of(file: HistoryFile) -> str:
    """What a step did to a file."""
    if file.after is None:
        return "deleted"
    if file.old_path is not None:
        return "renamed"
    return "added" if file.before is None else "modified"


def _entries(history: History, path: str | None, limit: int | None) -> Iterator[HistoryEntry]:
    """One after the other, read in portions."""
    before, left = None, limit
    while left is None or left > 0:
        wanted = _AT_ONCE if left is None else min(_AT_ONCE, left)
        found = history.entries(path, limit=wanted, before=before)
        yield from found
        if len(found) < wanted:
            return
        before = found[-1].entry_id
        left = None if left is None else left - len(found)


def _is_kept(file: HistoryFile, entry: HistoryEntry, history: History) -> bool:
    if any(file.path in pair for pair in entry.moves):
        return True
    return all(history.has_content(name) for name in (file.before, file.after) if name is not None)


def _counts(file: HistoryFile) -> tuple[int, int] | None:
    """Lines added and removed, as far as the hunks are known."""
    changes = [
        change
        for hunk in file.hunks
        for change in diff_line_lists(split_lines(hunk.old_text), split_lines(hunk.new_text))
    ]
    return (sum(len(each.new) for each in changes), sum(len(each.old) for each in changes)) if file.hunks else None


def _entry_json(entry: HistoryEntry, history: History) -> dict[str, Any]:
    files = []
    for file in entry.files:
        told: dict[str, Any] = {"path": file.path, "status": status_of(file)}
        if file.old_path is not None:
            told["old_path"] = file.old_path
        counts = _counts(file)
        told["added"], told["removed"] = counts if counts is not None else (None, None)
        told["is_kept"] = _is_kept(file, entry, history)
        files.append(told)
    return {
        "id": entry.entry_id,
        "time": datetime.fromtimestamp(entry.at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "kind": entry.kind.value,
        "title": entry.title,
        "prompt": entry.prompt,
        "model": entry.model,
        "undoes": entry.undoes or None,
        "files": files,
    }


def _told(entry: HistoryEntry, history: History) -> str:
    """An entry as people read it: a line of its own for the id, what was asked, and each file."""
    when = datetime.fromtimestamp(entry.at).astimezone().strftime("%Y-%m-%d %H:%M:%S")
    # What is taken back or put back says so in its title.
    kind = "" if entry.kind in (EntryKind.UNDO, EntryKind.RESTORE) else f"{entry.kind.value}: "
    lines = [f"{entry.entry_id}  {when}  {kind}{entry.title}"]
    asked = " ".join(entry.prompt.split())
    if asked:
        asked = asked if len(asked) <= 100 else f"{asked[:99]}…"
        lines.append(f"    “{asked}”{f' ({entry.model})' if entry.model else ''}")
    for file in entry.files:
        counts = _counts(file)
        changed = f"  +{counts[0]} −{counts[1]}" if counts is not None else ""
        came = f"{file.old_path} → " if file.old_path is not None else ""
        kept = "" if _is_kept(file, entry, history) else "  (content no longer kept)"
        lines.append(f"    {status_of(file):<8}  {came}{file.path}{changed}{kept}")
    return "\n".join(lines) + "\n\n"

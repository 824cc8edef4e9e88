"""`restore`: takes a step of the history back, or puts an older state back; a dry run unless it is told to write."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from copilot_desktop.cli.folder_files import plain_path, said_of_other_names
from copilot_desktop.cli.keeping import naming_the_flag, size_limit
from copilot_desktop.cli.output import REFUSED, Output
from copilot_desktop.errors import UsageError
from copilot_desktop.settings.folders import program_folders
from copilot_desktop.text.diff import unified_diff
from copilot_desktop.workspace.applying import Applier
from copilot_desktop.workspace.checkpoints.comparing import ComparedFile, Comparer, conflict_sentence, hunks_to_keep
from copilot_desktop.workspace.checkpoints.entries import About, FileAbout
from copilot_desktop.workspace.checkpoints.restoring import RestorePlan, RestorePlanner, RestoreStatus
from copilot_desktop.workspace.paths import Workspace


def run(arguments: argparse.Namespace, environ: Mapping[str, str], output: Output) -> int:
    """Show what would be written, and write it where that is asked for; the exit code. Raises CopilotError."""
    workspace = Workspace.at(Path(arguments.folder))
    applier = Applier(workspace, program_folders(environ).state, size_limit(environ))
    recovery = applier.recover()
    notes = [] if recovery is None else [recovery.message]
    planner = RestorePlanner(workspace, applier.history)
    plan = _plan(planner, applier, arguments)
    files = [each for each in Comparer(applier.history, planner).plan(plan) if each.path in plan.written]
    failures = _failures(plan)
    if not plan.written and not failures:
        notes.append("Nothing to write: all of it is as wanted already.")
    hashes: Mapping[str, str | None] = {}
    step = None
    if arguments.write and failures:
        notes.append("Nothing was written. --file PATH takes one file alone.")
    elif arguments.write and plan.written:
        known = {path: FileAbout(hunks=hunks) for path, hunks in hunks_to_keep(files).items()}
        with naming_the_flag():
            result = applier.carry_out(plan, About(files=known), is_kept=not arguments.without_undo)
        hashes, step = result.hashes, result.checkpoint_id
        notes += said_of_other_names(workspace, [path for path, each in hashes.items() if each is not None])
    if not output.is_json:
        _show(files, failures, notes, hashes, output)
    output.json(
        {
            "title": plan.title,
            "files": [_file_json(each, plan) for each in files],
            "failures": failures,
            "notes": notes,
            "written": list(hashes),
            "id": step,
        }
    )
    return REFUSED if failures else 0


def _plan(planner: RestorePlanner, applier: Applier, arguments: argparse.Namespace) -> RestorePlan:
    before = arguments.to == "before"
    path = None if arguments.file is None else plain_path(arguments.file)
    if arguments.to is not None:
        if path is not None:
            return planner.file_to(arguments.id, path, before=before)
        return planner.everything_to(arguments.id, before=before)
    if path is None:
        return planner.undo(arguments.id)
    entry = applier.history.entry(arguments.id)
    pairs = [{each.path, each.old_path} for each in entry.files if each.old_path is not None]
    renamed = {name for pair in pairs if path in pair for name in pair}
    plan = planner.undo(arguments.id).only({path} | renamed)
    if not plan.files:
        named = ", ".join(each.path for each in entry.files)
        raise UsageError(f"This step did not touch {arguments.file}.", advice=f"It touched {named}.")
    return plan


def _failures(plan: RestorePlan) -> list[dict[str, str]]:
    found = []
    for file in plan.files:
        if file.status is RestoreStatus.CONFLICT:
            found.append({"path": file.path, "reason": "conflict", "message": conflict_sentence(file)})
        elif file.status is RestoreStatus.LOST:
            found.append({"path": file.path, "reason": "lost", "message": "Its content of then is no longer kept."})
    return found


def _file_json(file: ComparedFile, plan: RestorePlan) -> dict[str, Any]:
    is_merged = any(each.path == file.path and each.status is RestoreStatus.MERGED for each in plan.files)
    return {"path": file.path, "status": file.status, "is_merged": is_merged, "diff": _diff(file)}


def _diff(file: ComparedFile) -> str:
    if file.problem:
        return f"diff --git a/{file.old_path or file.path} b/{file.path}\n# {file.problem}\n"
    return unified_diff(file.path, file.before, file.after)


def _show(
    files: list[ComparedFile],
    failures: list[dict[str, str]],
    notes: list[str],
    hashes: Mapping[str, str | None],
    output: Output,
) -> None:
    for file in files:
        output.text(_diff(file))
    for failure in failures:
        output.note(f"Refused ({failure['reason']}), {failure['path']}: {failure['message']}")
    for note in notes:
        output.note(note)
    for path, left in hashes.items():
        output.note(f"{'Deleted' if left is None else 'Written'}: {path}")

"""A proposal on a folder: what it changes, as JSON or text, and the writing of it."""

from __future__ import annotations

import argparse
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from copilot_desktop.cli.folder_files import FolderFiles, said_of_other_names
from copilot_desktop.cli.keeping import naming_the_flag, size_limit
from copilot_desktop.cli.output import REFUSED, Output
from copilot_desktop.conversation.proposing import MadeProposal, without_path
from copilot_desktop.edits.change_sets import ChangeHunk, ChangeSet, Decision, FileChange, change_set_from
from copilot_desktop.edits.plan import PlannedFile, plan
from copilot_desktop.edits.proposal import Failure
from copilot_desktop.edits.review import ReviewState
from copilot_desktop.errors import CopilotError, EncodingError
from copilot_desktop.settings.folders import program_folders
from copilot_desktop.text.diff import unified_diff
from copilot_desktop.text.encodings import TextFormat, encode
from copilot_desktop.text.lines import LineEnding
from copilot_desktop.text.ranges import LineRange
from copilot_desktop.values import dataclass
from copilot_desktop.workspace.applying import Applier
from copilot_desktop.workspace.checkpoints.entries import About, AcceptedHunk, FileAbout
from copilot_desktop.workspace.checkpoints.history import place_of
from copilot_desktop.workspace.file_writes import FileWrite
from copilot_desktop.workspace.paths import Workspace

_NEW_FILE = TextFormat("utf-8", False, LineEnding.LF)


@dataclass(frozen=True, slots=True)
class Placed:
    """A proposal made into a change set, and what was written of it; `held_back` are the amber hunks that were not."""

    made: MadeProposal
    change_set: ChangeSet
    notes: tuple[str, ...] = ()
    written: tuple[str, ...] = ()
    held_back: int = 0

    def with_notes(self, notes: tuple[str, ...]) -> Placed:
        """The same, with sentences before its own."""
        return replace(self, notes=(*notes, *self.notes))

    @property
    def exit_code(self) -> int:
        """0 when all was placed, and written where that was asked for."""
        return REFUSED if self.made.proposal.failures or self.held_back else 0


def place(made: MadeProposal, files: FolderFiles, *, turn_id: str, title: str, model: str, prompt: str = "") -> Placed:
    """Make the change set, without files that could not be written in their encoding."""
    for path, text in made.proposal.files.items():
        if text is not None:
            try:
                encode(text, _format_of(path, made, files))
            except EncodingError as error:
                made = replace(made, proposal=without_path(made.proposal, path, error, made.files.get(path)))
    change_set = change_set_from(made.proposal, made.files, turn_id=turn_id, title=title, model=model, prompt=prompt)
    return Placed(made, change_set, made.proposal.notes)


def recovered(workspace: Workspace, environ: Mapping[str, str]) -> tuple[str, ...]:
    """Bring a write that a crash cut off to its end before the folder is read; the sentences about it."""
    try:
        state_folder = program_folders(environ).state
        if not place_of(workspace, state_folder).exists():
            return ()
        notice = Applier(workspace, state_folder).recover()
    except CopilotError as error:
        # Whoever only reads can go on; whoever writes is told again.
        return (f"{error.message} {error.advice}".strip(),)
    return () if notice is None else (notice.message,)


def saying_amber(placed: Placed) -> Placed:
    """Nothing is to be written: say which hunks `--write` alone would hold back."""
    notes = [
        f"{_needs_look(change, hunk, 'needs a look')} --write leaves it out; --write-amber writes it, too."
        for change in placed.change_set.files
        for hunk in change.hunks
        if hunk.needs_look
    ]
    return replace(placed, notes=(*placed.notes, *notes))


def write(placed: Placed, files: FolderFiles, environ: Mapping[str, str], chosen: argparse.Namespace) -> Placed:
    """Write what was placed in one step; amber hunks, and what cannot be kept, only when `chosen` says so.

    Raises WriteError, StoreError.
    """
    change_set = placed.change_set
    applier = Applier(files.workspace, program_folders(environ).state, size_limit(environ))
    recovery = applier.recover()
    notes = [] if recovery is None else [recovery.message]
    before = ReviewState().with_change_set(change_set, change_set.base_texts)
    wanted, held_back = [], 0
    for change in change_set.files:
        for hunk in change.hunks:
            if hunk.needs_look and not chosen.write_amber:
                held_back += 1
                said = _needs_look(change, hunk, "not written, since it needs a look")
                notes.append(f"{said} --write-amber writes it.")
            else:
                wanted.append(hunk.hunk_id)
    after = before.decide(wanted, Decision.ACCEPTED)
    writes = [_file_write(planned, placed.made, files) for planned in plan(before, after).files]
    touched = {file_write.path for file_write in writes}
    if writes:
        about = _about(change_set, wanted, placed.made, files)
        with naming_the_flag():
            applier.apply(writes, change_set.title, about, is_kept=not chosen.without_undo)
        notes += said_of_other_names(files.workspace, [each.path for each in writes if each.data is not None])
    return replace(
        placed,
        notes=(*placed.notes, *notes),
        written=tuple(change.path for change in change_set.files if change.path in touched),
        held_back=held_back,
    )


def files_json(placed: Placed) -> list[dict[str, Any]]:
    """The changed files as `apply --json` tells them."""
    return [_file_json(placed, change) for change in placed.change_set.files]


def failures_json(failures: tuple[Failure, ...]) -> list[dict[str, Any]]:
    """The refused blocks as `apply --json` tells them."""
    return [
        {
            "path": failure.path,
            "reason": failure.reason,
            "message": failure.message,
            "block": failure.block,
            "candidates": [list(candidate) for candidate in failure.candidates],
        }
        for failure in failures
    ]


def show(placed: Placed, output: Output) -> None:
    """The diffs on standard output; refused blocks, notes and what was written on standard error."""
    if output.is_json:
        return
    for change in placed.change_set.files:
        output.text(_diff(placed, change))
    for failure in placed.made.proposal.failures:
        output.note(f"Refused ({failure.reason}){f', {failure.path}' if failure.path else ''}: {failure.message}")
    for note in placed.notes:
        output.note(note)
    deleted = {change.path for change in placed.change_set.files if change.status == "deleted"}
    for path in placed.written:
        output.note(f"{'Deleted' if path in deleted else 'Written'}: {path}")


def _file_json(placed: Placed, change: FileChange) -> dict[str, Any]:
    hunks = [
        {
            "start": hunk.start,
            "end": hunk.end,
            "strategy": hunk.strategy,
            "confidence": hunk.confidence,
            "needs_look": hunk.needs_look,
        }
        for hunk in placed.made.proposal.hunks
        if hunk.path == change.path
    ]
    told: dict[str, Any] = {"path": change.path, "status": change.status}
    if change.old_path is not None:
        told["old_path"] = change.old_path
    return {**told, "diff": _diff(placed, change), "hunks": hunks}


def _diff(placed: Placed, change: FileChange) -> str:
    before = placed.made.files.get(change.old_path or change.path)
    after = placed.made.proposal.files[change.path]
    return unified_diff(change.path, before, after, change.old_path)


def _file_write(planned: PlannedFile, made: MadeProposal, files: FolderFiles) -> FileWrite:
    known = files.read.get(planned.path)
    data = None if planned.after is None else encode(planned.after, _format_of(planned.path, made, files))
    like = _renamed_from(planned.path, made) if known is None else None
    return FileWrite(planned.path, known.disk_hash if known else None, data, like)


def _about(change_set: ChangeSet, wanted: Collection[str], made: MadeProposal, files: FolderFiles) -> About:
    """What the history is told."""
    told = {}
    for change in change_set.files:
        hunks = tuple(
            AcceptedHunk(hunk.hunk_id, hunk.start, hunk.end, hunk.old_text, hunk.new_text)
            for hunk in change.hunks
            if hunk.hunk_id in wanted
        )
        told[change.path] = FileAbout(change.old_path, _format_of(change.path, made, files).encoding, hunks)
    return About(
        prompt=change_set.prompt,
        model=change_set.model,
        turn_id=change_set.turn_id,
        change_set_id=change_set.change_set_id,
        decisions=dict.fromkeys(wanted, Decision.ACCEPTED.value),
        files=told,
    )


def _format_of(path: str, made: MadeProposal, files: FolderFiles) -> TextFormat:
    """A renamed file keeps its encoding and byte order mark."""
    sources = (path, _renamed_from(path, made))
    return next((files.read[source].format for source in sources if source in files.read), _NEW_FILE)


def _renamed_from(path: str, made: MadeProposal) -> str | None:
    """The path a new file had before."""
    strategies = (hunk.strategy for hunk in made.proposal.hunks if hunk.path == path and path not in made.files)
    return next((name.removeprefix("rename:") for name in strategies if name.startswith("rename:")), None)


def _needs_look(change: FileChange, hunk: ChangeHunk, said: str) -> str:
    lines = LineRange(hunk.start, hunk.end).named()
    why = f": {hunk.ignored}" if hunk.ignored else ""
    return f"{change.path}, {lines}: {said}{why}."

"""Compared files as change sets: the diff of the review shows them, and the review takes over what conflicts."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from copilot_desktop.bridge.history.values import Shown
from copilot_desktop.edits.change_sets import (
    TAKES_BACK,
    WOULD_BE_WRITTEN,
    ChangeHunk,
    ChangeSet,
    Decision,
    FileChange,
    FileStatus,
)
from copilot_desktop.text.lines import count_lines
from copilot_desktop.workspace.checkpoints.comparing import ComparedFile
from copilot_desktop.workspace.checkpoints.entries import HistoryEntry

WHOLE: Final = ":whole"
"""What the id of a hunk ends with that is all of its file."""


def shown_files(files: Iterable[ComparedFile], title: str, strategy: str) -> Shown:
    """Files as they are shown: every hunk from what was before to what came after.

    `strategy` says what the hunks are. Those of what would be written are pending; all others are accepted, so that
    they can be taken back.
    """
    decision = Decision.PENDING if strategy == WOULD_BE_WRITTEN else Decision.ACCEPTED
    seen, unshown = [], []
    texts: dict[str, str | None] = {}
    for file in files:
        if file.problem:
            unshown.append(file)
        elif file.status != "unchanged":
            change = _change(file)
            hunks = tuple(_decided(hunk, strategy, decision) for hunk in _placed(change.hunks, decision))
            seen.append(replace(change, hunks=hunks))
            texts[file.path] = file.before if decision is Decision.PENDING else file.after
    return Shown(_change_set(title, seen, {}), texts, tuple(unshown))


def inverse_of(
    entry: HistoryEntry, files: Iterable[ComparedFile], title: str, hunk_ids: Collection[str] = ()
) -> ChangeSet:
    """What takes the files of a step back, as a proposal made from the texts the step left; `hunk_ids`: only these."""
    changes = []
    base: dict[str, str | None] = {}
    for file in files:
        if file.problem or file.status == "unchanged":
            continue
        changes.append(_inverse(file, hunk_ids))
        base[file.path] = file.after
        if file.old_path is not None:
            base[file.old_path] = None
    return _change_set(title, changes, base, entry.prompt, entry.model)


def _change_set(
    title: str, files: Iterable[FileChange], base: Mapping[str, str | None], prompt: str = "", model: str = ""
) -> ChangeSet:
    return ChangeSet(
        change_set_id=uuid.uuid4().hex,
        turn_id="",
        title=title,
        model=model,
        created_at=datetime.now(UTC),
        files=tuple(files),
        failures=(),
        notes=(),
        base_texts=base,
        prompt=prompt,
    )


def _placed(hunks: Iterable[ChangeHunk], decision: Decision) -> Iterator[ChangeHunk]:
    """Hunks in the lines before, from top to bottom; accepted ones stand in those after."""
    shift = 0
    for hunk in hunks:
        length = count_lines(hunk.new_text)
        if decision is Decision.PENDING:
            yield hunk
        else:
            yield replace(hunk, start=hunk.start + shift, end=hunk.start + shift + length)
        shift += length - (hunk.end - hunk.start)


def _decided(hunk: ChangeHunk, strategy: str, decision: Decision) -> ChangeHunk:
    return replace(hunk, strategy=strategy, decision=decision)


def _change(file: ComparedFile) -> FileChange:
    if file.status != "modified":
        status: FileStatus = "renamed" if file.old_path else "added" if file.before is None else "deleted"
        return FileChange(file.path, status, file.old_path, (_whole(file.path, file.before, file.after),))
    hunks = tuple(_hunk(each.hunk_id, each.start, each.end, each.old_text, each.new_text) for each in file.hunks)
    return FileChange(file.path, "modified", None, hunks)


def _inverse(file: ComparedFile, hunk_ids: Collection[str]) -> FileChange:
    if file.status != "modified":
        status: FileStatus = "renamed" if file.old_path else "deleted" if file.before is None else "added"
        # A renamed file goes back to its old name.
        path, old_path = (file.old_path, file.path) if file.old_path is not None else (file.path, None)
        return FileChange(path, status, old_path, (_whole("", file.after, file.before),))
    hunks, shift = [], 0
    for each in file.hunks:
        length = count_lines(each.new_text)
        start = each.start + shift
        shift += length - (each.end - each.start)
        if not hunk_ids or each.hunk_id in hunk_ids:
            hunks.append(_hunk("", start, start + length, each.new_text, each.old_text))
    return FileChange(file.path, "modified", None, tuple(hunks))


def _whole(path: str, before: str | None, after: str | None) -> ChangeHunk:
    return _hunk(f"{path}{WHOLE}" if path else "", 0, count_lines(before or ""), before or "", after or "")


def _hunk(hunk_id: str, start: int, end: int, old_text: str, new_text: str) -> ChangeHunk:
    return ChangeHunk(
        hunk_id=hunk_id or uuid.uuid4().hex,
        start=start,
        end=end,
        old_text=old_text,
        new_text=new_text,
        strategy=TAKES_BACK,
        confidence=1.0,
        base_text=old_text,
        proposed_text=new_text,
    )

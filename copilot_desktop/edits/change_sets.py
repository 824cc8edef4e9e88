"""A proposal on its way to the disk: files, hunks, what was decided about them.

Everything here is a frozen value; `review` makes new ones as the user decides and types.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final, Literal, cast

from copilot_desktop.edits.proposal import Failure, Hunk, Proposal
from copilot_desktop.text.diff import diff_line_lists
from copilot_desktop.text.lines import split_lines
from copilot_desktop.values import dataclass, unfrozen

FileStatus = Literal["added", "modified", "deleted", "renamed"]


class HunkState(StrEnum):
    """How a hunk stands to the file as it is now.

    COVERED: it is accepted, and so is one of another answer on its lines, which is to be taken back first. GONE: it is
    accepted, and others have taken what it says out of the file again, by a checkout for instance. It stays decided,
    and is accepted as before once that is back.
    """

    CLEAN = "clean"
    MOVED = "moved"
    CONFLICT = "conflict"
    ALREADY_THERE = "already_there"
    COVERED = "covered"
    GONE = "gone"


CLASHES: Final = (HunkState.CONFLICT, HunkState.COVERED)
"""States in which a hunk cannot be decided about by merging alone."""


class Decision(StrEnum):
    """What the user decided about a hunk."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


WRITTEN_BY_STEP: Final = "history:step"
CHANGED_SINCE: Final = "history:since"
WOULD_BE_WRITTEN: Final = "history:restore"
"""Strategies of hunks that the history shows: they are not in any review."""
TAKES_BACK: Final = "history"
"""Strategy of hunks that take back what a step of the history wrote."""

Pair = tuple[str, str]
"""Lines of a file, and what they are to become."""


@dataclass(frozen=True, slots=True)
class ChangeHunk:
    """Lines [start, end) of the file's current text (0-based).

    `base_text` are the lines it was made from and `proposed_text` is what the model wrote for them: both stay. Of now
    are `old_text` and `new_text`: the lines are those of `old_text` while the hunk is pending, rejected or gone (in a
    conflict, too: then `new_text` is the side that contradicts them), and of `new_text` once it is accepted or already
    there; accepting and taking back exchange the two. `edits` are the user's own proposals for it, the last one counts.
    `written` are the lines before and after it was accepted (None: no such file), None where nothing was written. A
    pending hunk has them where the user took what was accepted out by hand: it is accepted again when that is back.
    `taken_in` are lines above and below that an edit across the hunk's border has made part of it. `home` is the line
    where it would be had only decisions moved it, -1 while it is there. `is_strict`: another program or answer has made
    it a conflict, so that changes which only meet are one, whoever makes the next.

    `quoted` is the old text as the model wrote it, where it is not the file's.
    """

    hunk_id: str
    start: int
    end: int
    old_text: str
    new_text: str
    strategy: str
    confidence: float
    needs_look: bool = False
    ignored: str = ""
    state: HunkState = HunkState.CLEAN
    decision: Decision = Decision.PENDING
    quoted: str = ""
    base_text: str = ""
    proposed_text: str = ""
    edits: tuple[Pair, ...] = ()
    written: tuple[str | None, str | None] | None = None
    taken_in: tuple[str, str] = ("", "")
    home: int = -1
    is_strict: bool = False

    def moved_to(self, start: int, end: int, home: int, state: HunkState) -> ChangeHunk:
        """The hunk on other lines: Enter moves all that are below, and `replace` takes twenty times as long."""
        made = _Unfrozen()
        made.hunk_id = self.hunk_id
        made.start = start
        made.end = end
        made.old_text = self.old_text
        made.new_text = self.new_text
        made.strategy = self.strategy
        made.confidence = self.confidence
        made.needs_look = self.needs_look
        made.ignored = self.ignored
        made.state = state
        made.decision = self.decision
        made.quoted = self.quoted
        made.base_text = self.base_text
        made.proposed_text = self.proposed_text
        made.edits = self.edits
        made.written = self.written
        made.taken_in = self.taken_in
        made.home = home
        made.is_strict = self.is_strict
        made.__class__ = ChangeHunk
        return cast(ChangeHunk, made)

    @property
    def is_edited(self) -> bool:
        """Whether the user has changed what is proposed, or resolved a conflict."""
        return bool(self.edits)

    @property
    def pair(self) -> Pair:
        """The lines that what is proposed was made for, and what is proposed: merged with what stands there now."""
        if self.edits:
            return self.edits[-1]
        above, below = self.taken_in
        return above + self.base_text + below, above + self.proposed_text + below


_Unfrozen = unfrozen(ChangeHunk)


@dataclass(frozen=True, slots=True)
class FileChange:
    """The hunks of one file, from top to bottom. `old_path` is set for a renamed one.

    An added, deleted or renamed file is one hunk over its whole text. The lines of a renamed file's hunk are those of
    the old path until it is accepted. `replaced` is the text of a file that is there and goes when a renamed one takes
    its place: giving and taking are decided together.
    """

    path: str
    status: FileStatus
    old_path: str | None
    hunks: tuple[ChangeHunk, ...]
    replaced: str | None = None


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """What one answer wants to change. `base_texts` are the texts it was made from, None for a file that was absent.

    `prompt` is what was asked, "" where nothing was.
    """

    change_set_id: str
    turn_id: str
    title: str
    model: str
    created_at: datetime
    files: tuple[FileChange, ...]
    failures: tuple[Failure, ...]
    notes: tuple[str, ...]
    base_texts: Mapping[str, str | None] = field(default_factory=dict)
    prompt: str = ""


def change_set_from(
    proposal: Proposal, files: Mapping[str, str], *, turn_id: str, title: str, model: str, prompt: str = ""
) -> ChangeSet:
    """Make the change set of a proposal. `files` are the texts the proposal was made from."""
    renames = _renames(proposal)
    old_paths = set(renames.values())
    changes = []
    for path, after in proposal.files.items():
        if path in old_paths and after is None:
            continue
        change = _file_change(path, renames.get(path), after, proposal, files)
        if change.hunks:
            changes.append(change)
    base: dict[str, str | None] = {}
    for change in changes:
        base[change.path] = files.get(change.path)
        if change.old_path is not None:
            base[change.old_path] = files.get(change.old_path)
    return ChangeSet(
        change_set_id=uuid.uuid4().hex,
        turn_id=turn_id,
        title=title,
        model=model,
        created_at=datetime.now(UTC),
        files=tuple(changes),
        failures=proposal.failures,
        notes=proposal.notes,
        base_texts=base,
        prompt=prompt,
    )


def _renames(proposal: Proposal) -> dict[str, str]:
    """New path → old path, as the proposal's hunks name them by their strategy `rename:OLD`."""
    found = {}
    for hunk in proposal.hunks:
        kind, _, old_path = hunk.strategy.partition(":")
        if kind == "rename" and proposal.files.get(old_path, "") is None:
            found[hunk.path] = old_path
    return found


def _file_change(
    path: str, old_path: str | None, after: str | None, proposal: Proposal, files: Mapping[str, str]
) -> FileChange:
    hunks = [hunk for hunk in proposal.hunks if hunk.path == path]
    before = files.get(old_path if old_path is not None else path)
    if old_path is not None or before is None or after is None:
        status: FileStatus = "renamed" if old_path is not None else "added" if before is None else "deleted"
        if before is None and after is None:
            return FileChange(path, status, None, ())
        replaced = None if old_path is None else files.get(path)
        return FileChange(path, status, old_path, (_whole(hunks, before or "", after or ""),), replaced)
    base = split_lines(before)
    if after != _joined(base, hunks):
        # A text that cannot be told by hunks of whole lines: the difference of the texts says it as well.
        return FileChange(path, "modified", None, _from_diff(base, after, hunks))
    made = tuple(_from_hunk(base, hunk) for hunk in hunks if _changes_text(base, hunk))
    return FileChange(path, "modified", None, made)


def _changes_text(base: list[str], hunk: Hunk) -> bool:
    return "".join(base[hunk.start : hunk.end]) != hunk.new_text


def _joined(base: list[str], hunks: list[Hunk]) -> str | None:
    """The base with the hunks in place; None where they do not stand in order on whole lines."""
    out: list[str] = []
    at = 0
    for hunk in hunks:
        if not at <= hunk.start <= hunk.end <= len(base):
            return None
        out += base[at : hunk.start]
        out += split_lines(hunk.new_text)
        at = hunk.end
    out += base[at:]
    text = "".join(out)
    return text if split_lines(text) == out else None


def _whole(hunks: list[Hunk], before: str, after: str) -> ChangeHunk:
    return ChangeHunk(
        hunk_id=uuid.uuid4().hex,
        start=0,
        end=len(split_lines(before)),
        old_text=before,
        new_text=after,
        base_text=before,
        proposed_text=after,
        strategy=hunks[0].strategy if hunks else "file",
        confidence=min((hunk.confidence for hunk in hunks), default=1.0),
        needs_look=any(hunk.needs_look for hunk in hunks),
        ignored="; ".join(dict.fromkeys(hunk.ignored for hunk in hunks if hunk.ignored)),
        quoted="".join(hunk.quoted for hunk in hunks),
    )


def _from_hunk(base: list[str], hunk: Hunk) -> ChangeHunk:
    return ChangeHunk(
        hunk_id=uuid.uuid4().hex,
        start=hunk.start,
        end=hunk.end,
        old_text="".join(base[hunk.start : hunk.end]),
        new_text=hunk.new_text,
        base_text="".join(base[hunk.start : hunk.end]),
        proposed_text=hunk.new_text,
        strategy=hunk.strategy,
        confidence=hunk.confidence,
        needs_look=hunk.needs_look,
        ignored=hunk.ignored,
        quoted=hunk.quoted,
    )


def _from_diff(base: list[str], after: str, hunks: list[Hunk]) -> tuple[ChangeHunk, ...]:
    lines = split_lines(after)
    made = []
    for change in diff_line_lists(base, lines):
        start, end = change.old.start, change.old.end
        new_text = "".join(lines[change.new.start : change.new.end])
        near = [hunk for hunk in hunks if hunk.start <= end and start <= hunk.end] or hunks
        whole = _whole(near, "", "")
        made.append(
            _from_hunk(
                base,
                Hunk(
                    "",
                    start,
                    end,
                    new_text,
                    whole.strategy,
                    whole.confidence,
                    whole.needs_look,
                    whole.ignored,
                    whole.quoted,
                ),
            )
        )
    return tuple(made)

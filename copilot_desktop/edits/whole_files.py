"""Hunks over a whole file that is added, deleted or renamed: what must stand there, and what becomes of it.

None stands for a file that does not exist.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from copilot_desktop.edits.change_sets import ChangeHunk, Decision, FileChange, HunkState
from copilot_desktop.edits.changed_by import ChangedBy
from copilot_desktop.edits.merged_lines import merged
from copilot_desktop.edits.taken_in import is_written
from copilot_desktop.text.lined_text import LinedText
from copilot_desktop.text.lines import count_lines

Lined = Mapping[str, LinedText | None]
Expected = dict[str, str | None]


def says(lines: LinedText | None, text: str | None) -> bool:
    """Whether a file says this; None: whether there is none."""
    return lines is None if text is None else lines is not None and lines.is_text(text)


def place_of(change: FileChange, hunk: ChangeHunk) -> str:
    """The path whose lines a hunk is about: those of a renamed file are at its old path until it is accepted."""
    stands_new = is_written(hunk) or hunk.state is HunkState.ALREADY_THERE
    return change.path if change.old_path is None or stands_new else change.old_path


def accepted_texts(change: FileChange, hunk: ChangeHunk) -> Expected:
    """The texts that accepting a whole-file hunk leads to."""
    if change.old_path is not None:
        return {change.old_path: None, change.path: hunk.new_text}
    return {change.path: None if change.status == "deleted" and not hunk.new_text else hunk.new_text}


def taken_back_texts(change: FileChange, hunk: ChangeHunk, text: str) -> Expected:
    """The texts that taking an accepted whole-file hunk back leads to; `text` is what is left of the file."""
    if change.old_path is not None:
        return {change.old_path: text, change.path: change.replaced}
    was_there = hunk.written is not None and hunk.written[0] is not None
    return {change.path: text if text or was_there else None}


def accepted(change: FileChange, hunk: ChangeHunk, texts: Lined) -> ChangeHunk:
    """The hunk once it is written; `texts` are those of before."""
    now = texts.get(change.old_path or change.path)
    after = accepted_texts(change, hunk)[change.path]
    return replace(hunk, decision=Decision.ACCEPTED, written=(None if now is None else now.text, after))


def restated_whole(change: FileChange, hunk: ChangeHunk, texts: Lined, by: ChangedBy) -> ChangeHunk:
    """Return a whole-file hunk as it stands to the files as they are now.

    Of an accepted one nothing may be left: `by` tells whether it is undecided then, or gone.
    """
    was_written = hunk.decision is Decision.ACCEPTED and hunk.written is not None
    is_kept = hunk.state is HunkState.GONE or not by.opens(is_written=was_written)
    if was_written:
        found = _restated_accepted(change, hunk, texts)
        if found is not None:
            return _over_all(found, found.new_text)
        if not is_kept:
            hunk = replace(hunk, decision=Decision.PENDING)
    elif hunk.decision is Decision.PENDING and hunk.written is not None and _is_back(change, hunk, texts):
        found = _restated_accepted(change, replace(hunk, decision=Decision.ACCEPTED), texts)
        if found is not None:
            return _over_all(found, found.new_text)
    found = _restated_pending(change, hunk, texts)
    if found.state is not HunkState.ALREADY_THERE and found.decision is Decision.ACCEPTED:
        found = replace(found, state=HunkState.GONE) if is_kept else replace(found, decision=Decision.PENDING)
    return _over_all(found, found.new_text if found.state is HunkState.ALREADY_THERE else found.old_text)


def _over_all(hunk: ChangeHunk, text: str) -> ChangeHunk:
    end = count_lines(text)
    return hunk if (hunk.start, hunk.end) == (0, end) else replace(hunk, start=0, end=end)


def _restated_accepted(change: FileChange, hunk: ChangeHunk, texts: Lined) -> ChangeHunk | None:
    """What is left to take back; None for nothing."""
    before, after = hunk.written or (None, None)
    lines = texts.get(change.path)
    now = None if lines is None else lines.text
    if change.old_path is not None:
        old = texts.get(change.old_path)
        if old is not None and before is not None and old.is_text(before) and says(lines, change.replaced):
            return None
        is_in_the_way = old is not None
    else:
        if now == before:
            return None
        is_in_the_way = False
    text: str | None = before
    if now != after:
        # Of a file that came or went, and was changed since, nothing can be taken back in part.
        text = None if None in (before, after, now) else merged((after or "", before or ""), now or "", may_meet=False)
        is_in_the_way = is_in_the_way or text is None
    state = HunkState.CONFLICT if is_in_the_way else HunkState.CLEAN
    return replace(hunk, old_text=(before if is_in_the_way else text) or "", new_text=now or "", state=state)


def _is_back(change: FileChange, hunk: ChangeHunk, texts: Lined) -> bool:
    """Whether what the user had taken out by hand is there again."""
    is_moved = change.old_path is None or texts.get(change.old_path) is None
    return is_moved and says(texts.get(change.path), (hunk.written or ("", ""))[1])


def _restated_pending(change: FileChange, hunk: ChangeHunk, texts: Lined) -> ChangeHunk:
    base, proposed = hunk.pair
    there = texts.get(change.path)
    if change.old_path is not None:
        return _restated_rename(change, hunk, texts)
    clean = replace(hunk, state=HunkState.CLEAN)
    if there is None:
        if change.status == "added":
            return replace(clean, old_text="", new_text=proposed)
        return replace(hunk, old_text=base, new_text="", state=HunkState.ALREADY_THERE)
    now = there.text
    conflict = replace(hunk, old_text=now, new_text=proposed, state=HunkState.CONFLICT)
    if change.status == "deleted" and not proposed:
        return replace(clean, old_text=now, new_text="") if now == base else conflict
    if now == proposed:
        return replace(hunk, old_text=base, new_text=now, state=HunkState.ALREADY_THERE)
    if not hunk.edits:
        return conflict
    text = merged(hunk.pair, now, may_meet=False)
    return conflict if text is None else replace(clean, old_text=now, new_text=text)


def _restated_rename(change: FileChange, hunk: ChangeHunk, texts: Lined) -> ChangeHunk:
    _, proposed = hunk.pair
    there, lines = texts.get(change.path), texts.get(change.old_path or "")
    if lines is None:
        if says(there, proposed):
            return replace(hunk, new_text=proposed, state=HunkState.ALREADY_THERE)
        return replace(hunk, new_text=proposed, state=HunkState.CONFLICT)
    text = merged(hunk.pair, lines.text, may_meet=False)
    if text is None or not says(there, change.replaced):
        return replace(hunk, old_text=lines.text, new_text=proposed, state=HunkState.CONFLICT)
    return replace(hunk, old_text=lines.text, new_text=text, state=HunkState.CLEAN)


def why_unresolvable(change: FileChange, texts: Lined) -> str:
    """Why no text can resolve a conflict in a file, in a sentence; empty where one can."""
    if change.old_path is None:
        gone = change.status != "added" and texts.get(change.path) is None
        return f"{change.path} is gone, so there are no lines to put a text into." if gone else ""
    if texts.get(change.old_path) is None:
        return f"{change.old_path} is gone, so it cannot be renamed."
    if not says(texts.get(change.path), change.replaced):
        return f"There is another file at {change.path} by now, so nothing can be renamed to it."
    return ""

"""What the model hears of its proposals in the next turn: what the user decided and why, and what became of them."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import field

from copilot_desktop.edits.change_sets import ChangeHunk, ChangeSet, Decision, FileChange
from copilot_desktop.edits.comments import Remarks
from copilot_desktop.text.diff import diff_line_lists
from copilot_desktop.text.lines import split_lines, without_ending
from copilot_desktop.text.ranges import LineRange
from copilot_desktop.values import dataclass

_SHOWN_LINES = 12
"""Of a longer difference so many lines are told; the model has written the rest itself."""
_NAME_LETTERS = 60
_HEAD = "What became of the changes you proposed:"
_SIBLINGS_HEAD = "What I decided about your other changes of that answer:"
_MOST_SIBLINGS = 40
"""A prompt about one change names so many others, those of its file first; the rest is counted."""
_DECIDED = {Decision.ACCEPTED: "accepted", Decision.REJECTED: "rejected"}
_UNDECIDED = "not decided yet"


@dataclass(frozen=True, slots=True)
class ToTell:
    """What is to be told, and how each hunk in it stands; both empty where there is nothing new."""

    text: str = ""
    stances: Mapping[str, str] = field(default_factory=dict)


def to_tell(
    change_sets: Iterable[ChangeSet],
    turn_ids: Collection[str],
    under_way: Mapping[str, Decision],
    remarks: Remarks,
) -> ToTell:
    """What the turns of a conversation have not been told yet of what they proposed.

    `under_way`: decisions that are being written, by hunk; they count as made.
    """
    said: list[str] = []
    stances: dict[str, str] = {}
    for change_set in change_sets:
        if change_set.turn_id not in turn_ids:
            continue
        for change in change_set.files:
            for hunk in change.hunks:
                decision = under_way.get(hunk.hunk_id, hunk.decision)
                reason = remarks.reasons.get(hunk.hunk_id, "") if decision is Decision.REJECTED else ""
                is_news = decision is not Decision.PENDING or hunk.is_edited
                # One that is undecided again is told as well, where the model has heard of another decision.
                if not is_news and hunk.hunk_id not in remarks.told:
                    continue
                stance = stance_of(hunk, decision, reason)
                if remarks.told.get(hunk.hunk_id) != stance:
                    stances[hunk.hunk_id] = stance
                    said.append(_sentence(change, hunk, decision, reason))
    return ToTell("\n".join((_HEAD, *said)) if said else "", stances)


def siblings_told(
    change_set: ChangeSet, path: str, but: Collection[str], under_way: Mapping[str, Decision], remarks: Remarks
) -> ToTell:
    """What the user decided about the other changes of a proposal, for a prompt about some of a file.

    `but`: the hunks that the prompt is about. What the user has edited is shown for this file, and told of others,
    whose stances are not among those that are told for good.
    """
    said: list[str] = []
    stances: dict[str, str] = {}
    left: Counter[str] = Counter()
    for change in sorted(change_set.files, key=lambda each: each.path != path):
        for hunk in change.hunks:
            decision = under_way.get(hunk.hunk_id, hunk.decision)
            if hunk.hunk_id in but or (decision is Decision.PENDING and not hunk.is_edited):
                continue
            if len(said) < _MOST_SIBLINGS:
                reason = remarks.reasons.get(hunk.hunk_id, "") if decision is Decision.REJECTED else ""
                shows_edit = change.path == path
                said.append(_sentence(change, hunk, decision, reason, who="I", shows_edit=shows_edit))
                if shows_edit or not hunk.is_edited:
                    stances[hunk.hunk_id] = stance_of(hunk, decision, reason)
            else:
                left[_DECIDED.get(decision, _UNDECIDED)] += 1
    if left:
        counted = ", ".join(f"{count} {word}" for word, count in left.items())
        said.append(f"- and of {left.total()} more: {counted}.")
    return ToTell("\n".join((_SIBLINGS_HEAD, *said)) if said else "", stances)


def stance_of(hunk: ChangeHunk, decision: Decision, reason: str) -> str:
    """How a hunk stands, in short: the same for the same decision, reason and text of the user."""
    edited = hunk.pair[1] if hunk.is_edited else ""
    return hashlib.sha256("\0".join((decision.value, reason, edited)).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def user_delta(hunk: ChangeHunk) -> str:
    """What the user has changed in what was proposed, as the lines of a small diff; empty where nothing was."""
    if not hunk.is_edited:
        return ""
    above, below = hunk.taken_in
    old, new = split_lines(above + hunk.proposed_text + below), split_lines(hunk.pair[1])
    lines = []
    for change in diff_line_lists(old, new):
        lines += [f"-{without_ending(line)}" for line in old[change.old.start : change.old.end]]
        lines += [f"+{without_ending(line)}" for line in new[change.new.start : change.new.end]]
    return "\n".join(lines)


def place_in_file(change: FileChange, hunk: ChangeHunk) -> str:
    """A hunk's file and lines: “a.py, line 3”; of a whole file its path."""
    if change.status != "modified":
        return change.path
    return f"{change.path}, {LineRange(hunk.start, max(hunk.end, hunk.start + 1)).named()}"


def _sentence(
    change: FileChange,
    hunk: ChangeHunk,
    decision: Decision,
    reason: str,
    *,
    who: str = "The user",
    shows_edit: bool = True,
) -> str:
    """One entry of the list, with the edit of `who` below it."""
    decided = _DECIDED.get(decision, _UNDECIDED)
    words = f"- {place_in_file(change, hunk)}{_named_by(hunk)}: {decided}"
    if reason:
        words += f". Reason: {' '.join(reason.split())}"
    delta = user_delta(hunk)
    if not delta:
        return words if words.endswith((".", "!", "?")) else f"{words}."
    words = f"{words.removesuffix('.')}. {who} changed your proposal"
    if not shows_edit:
        return f"{words}."
    lines = delta.split("\n")
    if len(lines) > _SHOWN_LINES:
        lines = [*lines[:_SHOWN_LINES], f"… and {len(lines) - _SHOWN_LINES} more lines"]
    body = "\n".join(f"  {line}" for line in lines)
    return f"{words}:\n  ```diff\n{body}\n  ```"


def _named_by(hunk: ChangeHunk) -> str:
    """The first line that is new, else the first that goes, so that the model knows which of its changes is meant."""
    old, new = split_lines(hunk.base_text), split_lines(hunk.proposed_text)
    added = next((line.strip() for line in new if line not in old and line.strip()), "")
    line = added or next((line.strip() for line in old if line not in new and line.strip()), "")
    if not line or "`" in line:
        return ""
    return f" (`{line[:_NAME_LETTERS]}`)" if added else f" (`{line[:_NAME_LETTERS]}` removed)"

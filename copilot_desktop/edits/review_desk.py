"""A review taken apart, so that many hunks can be decided in one go and put together again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from copilot_desktop.edits.change_sets import CLASHES, ChangeHunk, ChangeSet, Decision, FileChange, HunkState
from copilot_desktop.edits.changed_by import ChangedBy
from copilot_desktop.edits.covering import covered
from copilot_desktop.edits.file_texts import FileTexts
from copilot_desktop.edits.outside_merges import contradicted
from copilot_desktop.edits.rebasing import Change, Splice, rebased, rebased_on_typing
from copilot_desktop.edits.taken_in import is_written
from copilot_desktop.edits.touched_hunks import ConflictSides, fits, restated, sides_of
from copilot_desktop.edits.ways_back import StepRecord, Swap, WayBack
from copilot_desktop.edits.whole_files import (
    Expected,
    accepted,
    accepted_texts,
    place_of,
    restated_whole,
    says,
    taken_back_texts,
    why_unresolvable,
)
from copilot_desktop.errors import UsageError
from copilot_desktop.text.diff import LineChange, diff_line_lists, diff_lines
from copilot_desktop.text.line_edits import LineEdit
from copilot_desktop.text.lined_text import LinedText
from copilot_desktop.text.lines import dominant_ending, split_lines
from copilot_desktop.text.ranges import LineRange


class ReviewDesk:
    """The hunks and texts of a review, to be changed; `change_sets` and `texts` are what came of it."""

    def __init__(
        self, change_sets: Sequence[ChangeSet], texts: FileTexts, order: Mapping[str, tuple[str, ...]]
    ) -> None:
        self._sets = change_sets
        self._order = order
        self._texts = texts.all_lined()
        self._gone = texts.all_gone()
        self._hunks = {hunk.hunk_id: hunk for each in change_sets for change in each.files for hunk in change.hunks}
        self._files = {hunk.hunk_id: change for each in change_sets for change in each.files for hunk in change.hunks}
        self.hunks: Mapping[str, ChangeHunk] = self._hunks
        """All hunks as they stand by now, by their ids."""
        self._stood = dict(self._hunks)
        self._record = StepRecord()

    def hunk(self, hunk_id: str) -> ChangeHunk:
        """A hunk as it stands by now. Raises UsageError for an unknown id."""
        if hunk_id not in self._hunks:
            raise UsageError("This change is no longer in the review.")
        return self._hunks[hunk_id]

    def put(self, hunk: ChangeHunk) -> None:
        """Put another hunk in the place of the one with its id."""
        self._hunks[hunk.hunk_id] = hunk

    def change_sets(self) -> tuple[ChangeSet, ...]:
        """The change sets as they stand now; parts nothing happened to are the same objects."""
        self._hunks.update({hunk.hunk_id: hunk for hunk in covered(self._hunks, self._files, self._order)})
        sets = []
        for change_set in self._sets:
            files = []
            for change in change_set.files:
                hunks = tuple(self._hunks[hunk.hunk_id] for hunk in change.hunks)
                is_same = all(map(_is, hunks, change.hunks))
                files.append(change if is_same else replace(change, hunks=hunks))
            is_same = all(map(_is, files, change_set.files))
            sets.append(change_set if is_same else replace(change_set, files=tuple(files)))
        return tuple(sets)

    def texts(self) -> FileTexts:
        """The texts as they are now."""
        return FileTexts(self._texts, self._gone)

    def decide(self, hunk_id: str, decision: Decision) -> None:
        """Set a hunk to a decision; the file's text follows. Raises UsageError where that cannot be."""
        hunk, change = self.hunk(hunk_id), self._files[hunk_id]
        was_accepted, is_accepted = hunk.decision is Decision.ACCEPTED, decision is Decision.ACCEPTED
        if was_accepted == is_accepted or hunk.state is HunkState.ALREADY_THERE:
            # Text that was there before is not ours: neither accepting nor undoing touches it.
            if hunk.decision is not decision:
                self.put(replace(hunk, decision=decision, written=None))
            return
        if hunk.state is HunkState.GONE:
            self._restate(replace(hunk, decision=decision, written=None, state=HunkState.CLEAN), change)
            return
        if hunk.state in CLASHES:
            is_gone = is_accepted and change.status == "modified" and self._texts.get(change.path) is None
            raise _of_no_file(change) if is_gone else _refusal(change, hunk, is_accepted)
        if change.status != "modified":
            self._set_whole(change, hunk, decision)
        elif is_accepted:
            lines = self._put_lines(change, hunk, hunk.old_text, hunk.new_text)
            end = hunk.start + len(split_lines(hunk.new_text))
            self.put(replace(hunk, end=end, decision=decision, written=(hunk.old_text, hunk.new_text)))
        else:
            lines = self._put_lines(change, hunk, hunk.new_text, hunk.old_text)
            end = hunk.start + len(split_lines(hunk.old_text))
            back = replace(hunk, decision=decision, written=None)
            self.put(restated(back, hunk.start, end, lines, may_meet=True))

    def take_back(self, hunk_id: str, text: str) -> None:
        """Put a text in the place of an accepted hunk's lines, which were edited since; it is pending then.

        What stood there becomes what is proposed. Raises UsageError for a hunk that is not accepted.
        """
        hunk, change = self.hunk(hunk_id), self._files[hunk_id]
        if not is_written(hunk):
            raise UsageError("This change is not accepted, so there is nothing to take back.")
        now = self.sides(hunk_id).yours
        back = replace(hunk, decision=Decision.PENDING, written=None, edits=(*hunk.edits, (text, now)))
        if change.status == "modified":
            if self._texts.get(change.path) is None:
                raise _gone(change.path)
            text = _ended(self._texts.get(change.path), hunk, text)
            lines = self._put_lines(change, hunk, now, text)
            back = replace(back, edits=(*hunk.edits, (text, now)))
            self.put(restated(back, hunk.start, hunk.start + len(split_lines(text)), lines, may_meet=True))
            return
        if change.old_path is not None and self._texts.get(change.old_path) is not None:
            raise UsageError(f"There is another file at {change.old_path} by now, so nothing was changed.")
        if self._texts.get(change.path) is None and change.status != "deleted":
            raise _gone(change.path)
        self.put(back)
        self._put_files(hunk_id, taken_back_texts(change, hunk, text))

    def step(self) -> WayBack | None:
        """What was decided here, to be undone to the letter; None where it exchanged no text."""
        self._hunks.update({hunk.hunk_id: hunk for hunk in covered(self._hunks, self._files, self._order)})
        return self._record.way_back(self._stood, self._hunks, self._texts)

    def go_back(self, step: WayBack, wanted: Mapping[str, Decision]) -> None:
        """Undo a step right after which everything stands: texts and hunks are again what they were before it.

        Hunks that came since, or that were edited, follow the text as they do everywhere else.
        """
        stood = {hunk_id: self._hunks[hunk_id] for hunk_id in step.pairs() if hunk_id in self._hunks}
        for swap in reversed(step.swaps):
            back = replace(swap, before=swap.after, after=swap.before)
            if swap.is_file:
                self.replace_text(swap.path, back.after, ChangedBy.OTHER_SET)
            else:
                self._swap(back)
        for hunk_id, pair in step.pairs().items():
            if hunk_id in step.decided:
                now = stood[hunk_id]
                self.put(replace(pair.before, decision=wanted[hunk_id], needs_look=now.needs_look))
            elif hunk_id in stood and (found := pair.back(stood[hunk_id])) is not None:
                self.put(found)

    def edit(self, hunk_id: str, text: str) -> None:
        """Propose another text for the lines of a hunk that is not accepted, also where they are in conflict.

        Raises UsageError where that cannot be.
        """
        hunk, change = self.hunk(hunk_id), self._files[hunk_id]
        if hunk.decision is Decision.ACCEPTED:
            raise UsageError("This change is accepted: undo it before you change it.")
        reason = why_unresolvable(change, self._texts)
        if reason:
            raise UsageError(reason, advice="Reject this change, or ask the model again.")
        now = self.sides(hunk_id).yours
        if change.status == "modified":
            text = _ended(self._texts.get(change.path), hunk, text)
        self._restate(replace(hunk, edits=(*hunk.edits, (now, text)), written=None), change)
        if self.hunk(hunk_id).state is HunkState.CONFLICT:
            raise UsageError("This text cannot stand there: the file's last line has no end.")

    def unedit(self, hunk_id: str, count: int) -> None:
        """Keep the first edits of a hunk that is not accepted, and forget the others."""
        hunk = self.hunk(hunk_id)
        if hunk.decision is Decision.ACCEPTED:
            raise UsageError("This change is accepted: undo that first.")
        if len(hunk.edits) > count:
            self._restate(replace(hunk, edits=hunk.edits[:count]), self._files[hunk_id])

    def sides(self, hunk_id: str) -> ConflictSides:
        """What a hunk was made from, what the file says now, and what it makes of it (of an accepted one: before)."""
        hunk, change = self.hunk(hunk_id), self._files[hunk_id]
        lines = self._texts.get(place_of(change, hunk))
        now = "" if lines is None else "".join(lines[hunk.start : hunk.end])
        if change.status != "modified":
            now = "" if lines is None else lines.text
        return sides_of(hunk, now)

    def replace_text(self, path: str, text: str | None, by: ChangedBy) -> None:
        """Put another text under the hunks of a path."""
        before = self._texts.get(path)
        if text is None:
            if before is not None:
                self._gone[path] = before
            self._texts[path] = None
            for hunk_id in self._order.get(path, ()):
                self.put(_without_file(self._hunks[hunk_id]))
        else:
            is_back = before is None
            before = before or self._gone.pop(path, None) or LinedText()
            lines = self._texts[path] = before.rewritten(text)
            stood = {hunk_id: self._hunks[hunk_id] for hunk_id in self._order.get(path, ())}
            self._rebase(path, Change(before, lines, _splices(diff_lines(before.text, text)), by), is_back=is_back)
            if by.is_whole:
                # What git contradicts of the whole file, for each change set, is in conflict.
                for change in (each for made in self._sets for each in made.files if each.path == path):
                    ids = [hunk.hunk_id for hunk in change.hunks if hunk.hunk_id in stood]
                    for hunk in contradicted(before, lines, [(stood[each], self._hunks[each]) for each in ids]):
                        self.put(hunk)
        self._restate_whole(path, by)

    def edit_lines(self, path: str, edits: Sequence[LineEdit]) -> bool:
        """Edit lines under the hunks of a path; False where that changes nothing."""
        before = lines = self._texts[path] or LinedText()
        splices = _splices(change for edit in edits for change in _changes(lines, edit))
        if not splices:
            return False
        for edit in reversed(edits):
            lines = lines.replaced(edit.lines.start, edit.lines.end, edit.text)
        self._texts[path] = lines
        hunks = [self._hunks[hunk_id] for hunk_id in self._order.get(path, ())]
        for hunk in rebased_on_typing(hunks, Change(before, lines, splices, ChangedBy.TYPING)):
            self.put(hunk)
        self._restate_whole(path, ChangedBy.TYPING)
        return True

    def _put_lines(self, change: FileChange, hunk: ChangeHunk, before: str, after: str) -> LinedText:
        """Exchange the lines of a hunk, and let the others follow."""
        lines = self._texts[change.path] or LinedText()
        start, end = hunk.start, hunk.end
        new_lines = split_lines(after)
        if "".join(lines[start:end]) != before or not fits(lines, start, end, new_lines):
            raise _refusal(change, hunk, hunk.decision is not Decision.ACCEPTED)
        swap = Swap(hunk.hunk_id, change.path, start, before, after)
        self._record.swap(swap)
        return self._swap(swap)

    def _swap(self, swap: Swap) -> LinedText:
        """Exchange lines, and let the hunks follow but for the one whose they are."""
        lines = self._texts[swap.path] or LinedText()
        old_lines, new_lines = split_lines(swap.before or ""), split_lines(swap.after or "")
        new = self._texts[swap.path] = lines.replaced(swap.start, swap.start + len(old_lines), swap.after or "")
        splices = tuple(
            Splice(swap.start + each.old.start, swap.start + each.old.end, len(each.new))
            for each in diff_line_lists(old_lines, new_lines)
        )
        self._rebase(swap.path, Change(lines, new, splices, ChangedBy.OTHER_SET), but=swap.hunk_id)
        self._restate_whole(swap.path, ChangedBy.OTHER_SET)
        return new

    def _set_whole(self, change: FileChange, hunk: ChangeHunk, decision: Decision) -> None:
        is_accepted = decision is Decision.ACCEPTED
        wanted: Expected
        if is_accepted:
            wanted, made = accepted_texts(change, hunk), accepted(change, hunk, self._texts)
        else:
            wanted, made = taken_back_texts(change, hunk, hunk.old_text), replace(hunk, decision=decision, written=None)
        self.put(made)
        self._put_files(hunk.hunk_id, wanted)

    def _put_files(self, hunk_id: str, wanted: Expected) -> None:
        """Exchange whole files."""
        for path, new in wanted.items():
            lines = self._texts.get(path)
            if not says(lines, new):
                self._record.swap(Swap(hunk_id, path, 0, None if lines is None else lines.text, new, is_file=True))
                for each in self._order.get(path, ()):
                    self._record.meets(each)
                self.replace_text(path, new, ChangedBy.OTHER_SET)

    def _rebase(self, path: str, change: Change, *, but: str = "", is_back: bool = False) -> None:
        is_after, is_whole = False, change.by.is_whole
        siblings = {hunk.hunk_id for hunk in self._files[but].hunks} if but else set()
        by_sibling = replace(change, by=ChangedBy.SIBLING) if but else change
        for hunk_id in self._order.get(path, ()):
            if hunk_id == but:
                is_after = True
                continue
            if but and _is_next_to(self._hunks[hunk_id], self._hunks[but], change.splices):
                self._record.meets(hunk_id)
            by = by_sibling if hunk_id in siblings else change
            hunk = rebased(self._hunks[hunk_id], by, is_after=is_after)
            if is_back or (is_whole and hunk.state in CLASHES):
                lenient = change.by.may_meet
                hunk = restated(hunk, hunk.start, hunk.end, change.after, may_meet=lenient, by=change.by)
            self.put(hunk)

    def _restate(self, hunk: ChangeHunk, change: FileChange) -> None:
        if change.status != "modified":
            self.put(restated_whole(change, hunk, self._texts, ChangedBy.TYPING))
            return
        lines = self._texts.get(change.path)
        if lines is not None:
            self.put(restated(hunk, hunk.start, hunk.end, lines, may_meet=True))
        else:
            self.put(_without_file(hunk))

    def _restate_whole(self, path: str, by: ChangedBy) -> None:
        """Say anew how added, deleted and renamed files of a path stand."""
        for hunk_id, change in self._files.items():
            if change.status != "modified" and path in (change.path, change.old_path):
                self._record.meets(hunk_id)
                self.put(restated_whole(change, self._hunks[hunk_id], self._texts, by))


def _without_file(hunk: ChangeHunk) -> ChangeHunk:
    """A line hunk whose file is not there."""
    return replace(hunk, state=HunkState.GONE if hunk.decision is Decision.ACCEPTED else HunkState.CONFLICT)


def _ended(lines: LinedText | None, hunk: ChangeHunk, text: str) -> str:
    """A text for the lines of a hunk, ended as the file's lines are where others follow."""
    if lines is None or not text or text.endswith(("\n", "\r")) or hunk.end >= len(lines):
        return text
    return text + dominant_ending("".join(lines[max(0, hunk.start - 1) : hunk.end + 1]))


def _gone(path: str) -> UsageError:
    return UsageError(f"{path} is gone, so there are no lines to put a text into.")


def _is_next_to(hunk: ChangeHunk, decided: ChangeHunk, splices: Sequence[Splice]) -> bool:
    """Whether a hunk is on lines that are exchanged for another one, or next to them: else the text just moves it."""
    start = min(decided.start, *(each.start for each in splices[:1]))
    end = max(decided.end, *(each.end for each in splices[-1:]))
    return start <= hunk.end and hunk.start <= end


def _is(one: object, other: object) -> bool:
    return one is other


def _splices(changes: Iterable[LineChange]) -> tuple[Splice, ...]:
    return tuple(Splice(each.old.start, each.old.end, len(each.new)) for each in changes)


def _changes(lines: LinedText, edit: LineEdit) -> list[LineChange]:
    """What an edit changes: it may hold lines it leaves as they are. Only `old` and the number of new lines count."""
    start = edit.lines.start
    return [
        LineChange(LineRange(start + change.old.start, start + change.old.end), change.new)
        for change in diff_line_lists(lines[start : edit.lines.end], split_lines(edit.text))
    ]


def _of_no_file(change: FileChange) -> UsageError:
    return UsageError(
        f"{change.path} is no longer there, so the change to it cannot be accepted. Nothing was written.",
        advice="Put the file back under its name, or reject the change.",
    )


def _refusal(change: FileChange, hunk: ChangeHunk, is_accept: bool) -> UsageError:
    where = f"{change.path}, line {hunk.start + 1}"
    if is_accept:
        return UsageError(
            f"This change cannot be accepted ({where}): the lines it replaces were changed in the meantime. "
            "Nothing was written.",
            advice="Keep yours, take the model's lines or both, or edit what is to stand there.",
        )
    return UsageError(
        f"This change cannot be undone by itself ({where}): its lines were edited after it was accepted, and both "
        "cannot be told apart. Your text is untouched.",
        advice="Look at the three sides in the review and choose what is to stand there.",
    )

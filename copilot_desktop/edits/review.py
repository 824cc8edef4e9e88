"""The state of all reviews: change sets, the files' texts, and where each hunk stands.

A `ReviewState` is never changed: every decision and every keystroke gives a new one, and undo is the previous one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field, replace

from copilot_desktop.edits.change_sets import ChangeHunk, ChangeSet, Decision, FileChange, HunkState
from copilot_desktop.edits.file_texts import FileTexts, file_texts
from copilot_desktop.edits.rebasing import Splice, looked_for, rebased
from copilot_desktop.errors import UsageError
from copilot_desktop.text.diff import LineChange, diff_line_lists, diff_lines
from copilot_desktop.text.line_edits import LineEdit
from copilot_desktop.text.lined_text import LinedText, Lines
from copilot_desktop.text.lines import count_lines, split_lines
from copilot_desktop.text.ranges import LineRange
from copilot_desktop.values import dataclass

Texts = Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class ReviewState:
    """Change sets and the texts their files have now (None: there is no such file).

    `order` keeps the line hunks of each path from top to bottom across change sets: two insertions at one line must
    keep their order whatever is decided first.
    """

    change_sets: tuple[ChangeSet, ...] = ()
    texts: FileTexts = field(default_factory=FileTexts)
    order: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def with_change_set(self, change_set: ChangeSet, texts: Texts) -> ReviewState:
        """Add a change set; `texts` are the files' texts now, to which its hunks are rebased."""
        base = dict(change_set.base_texts)
        base.update({path: text for path, text in texts.items() if path not in base})
        alone = _in_order(ReviewState((change_set,), file_texts(base)))
        current = self
        for path in base:
            # What the caller gives now is newer than what the review knew; a path it left out keeps that.
            now = texts[path] if path in texts else self.texts.get(path, base[path])
            alone = alone.text_changed(path, now)
            if path in self.texts:
                current = current.text_changed(path, now)
        merged = {path: [*current.order.get(path, ()), *ids] for path, ids in alone.order.items()}
        starts = {hunk.hunk_id: hunk.start for state in (current, alone) for hunk in state.hunks()}
        order = {path: tuple(sorted(ids, key=lambda hunk_id: starts[hunk_id])) for path, ids in merged.items()}
        return ReviewState(
            (*current.change_sets, *alone.change_sets),
            current.texts.merged(alone.texts),
            {**current.order, **order},
        )

    def without(self, change_set_id: str) -> ReviewState:
        """Forget a change set; texts stay as they are, and those no other change set needs are forgotten too."""
        kept = tuple(each for each in self.change_sets if each.change_set_id != change_set_id)
        ids = {hunk.hunk_id for each in kept for change in each.files for hunk in change.hunks}
        paths = {path for each in kept for path in each.base_texts}
        order = {path: tuple(each for each in hunk_ids if each in ids) for path, hunk_ids in self.order.items()}
        return ReviewState(
            kept,
            self.texts.only(paths),
            {path: hunk_ids for path, hunk_ids in order.items() if hunk_ids},
        )

    def decide(self, hunk_ids: Iterable[str], decision: Decision) -> ReviewState:
        """Set hunks to a decision: their files' texts change and the other hunks move along.

        Raises UsageError, with nothing changed, where one cannot be accepted (a conflict) or an accepted one cannot be
        taken back (its lines were edited since).
        """
        desk = _Desk(self)
        for hunk_id in hunk_ids:
            desk.decide(hunk_id, decision)
        return desk.state()

    def looked_at(self, hunk_ids: Iterable[str]) -> ReviewState:
        """Note that the user has looked at amber hunks: "accept all" takes them from now on."""
        desk = _Desk(self)
        for hunk_id in hunk_ids:
            desk.put(replace(desk.hunk(hunk_id), needs_look=False))
        return desk.state()

    def text_changed(self, path: str, text: str | None) -> ReviewState:
        """Follow a change of a file by anyone: typing, another program, git. None: the file is gone."""
        if path not in self.texts or _says(self.texts.lined(path), text):
            return self
        desk = _Desk(self)
        desk.replace_text(path, text, except_id="")
        return desk.state()

    def lines_edited(self, path: str, edits: Sequence[LineEdit]) -> ReviewState:
        """Follow edits of whole lines, which stand apart and from top to bottom in the file's lines before.

        It costs what the edits and the hunks cost, however large the file is.
        """
        if self.texts.lined(path) is None:
            return self
        desk = _Desk(self)
        return desk.state() if desk.edit_lines(path, edits) else self

    def hunks(self, path: str | None = None) -> tuple[ChangeHunk, ...]:
        """Every hunk, or those of one path, by change set and from top to bottom."""
        return tuple(
            hunk
            for change_set in self.change_sets
            for change in change_set.files
            if path is None or change.path == path
            for hunk in change.hunks
        )

    def pending(self, path: str | None = None) -> tuple[ChangeHunk, ...]:
        """The hunks that wait for a decision."""
        return tuple(hunk for hunk in self.hunks(path) if hunk.decision is Decision.PENDING)

    def hunk(self, hunk_id: str) -> tuple[ChangeSet, FileChange, ChangeHunk]:
        """Find a hunk with what it belongs to. Raises UsageError for an unknown id."""
        for change_set in self.change_sets:
            for change in change_set.files:
                for hunk in change.hunks:
                    if hunk.hunk_id == hunk_id:
                        return change_set, change, hunk
        raise UsageError("This change is no longer in the review.")


def _in_order(state: ReviewState) -> ReviewState:
    order: dict[str, tuple[str, ...]] = {}
    for change_set in state.change_sets:
        for change in change_set.files:
            if change.status == "modified":
                order[change.path] = (*order.get(change.path, ()), *(hunk.hunk_id for hunk in change.hunks))
    return replace(state, order=order)


class _Desk:
    """A review taken apart, so that many hunks can be decided in one go; `state` puts it together again."""

    def __init__(self, state: ReviewState) -> None:
        self._state = state
        self._texts = state.texts.all_lined()
        self._hunks = {hunk.hunk_id: hunk for hunk in state.hunks()}
        self._files = {
            hunk.hunk_id: change for each in state.change_sets for change in each.files for hunk in change.hunks
        }

    def hunk(self, hunk_id: str) -> ChangeHunk:
        if hunk_id not in self._hunks:
            raise UsageError("This change is no longer in the review.")
        return self._hunks[hunk_id]

    def put(self, hunk: ChangeHunk) -> None:
        self._hunks[hunk.hunk_id] = hunk

    def state(self) -> ReviewState:
        """The review as it stands now; parts nothing happened to are the same objects."""
        sets = []
        for change_set in self._state.change_sets:
            files = []
            for change in change_set.files:
                hunks = tuple(self._hunks[hunk.hunk_id] for hunk in change.hunks)
                files.append(change if hunks == change.hunks else replace(change, hunks=hunks))
            sets.append(replace(change_set, files=tuple(files)))
        return ReviewState(tuple(sets), FileTexts(self._texts), self._state.order)

    def decide(self, hunk_id: str, decision: Decision) -> None:
        hunk = self.hunk(hunk_id)
        change = self._files[hunk_id]
        was_accepted, is_accepted = hunk.decision is Decision.ACCEPTED, decision is Decision.ACCEPTED
        if was_accepted == is_accepted or hunk.state is HunkState.ALREADY_THERE:
            # Text that was there before is not ours: neither accepting nor undoing touches it.
            self.put(replace(hunk, decision=decision))
            return
        if hunk.state is HunkState.CONFLICT:
            raise _refusal(change, hunk, is_accepted)
        if change.status == "modified":
            self._splice(change, hunk, decision)
        else:
            self._set_whole(change, hunk, decision)

    def _splice(self, change: FileChange, hunk: ChangeHunk, decision: Decision) -> None:
        is_accepted = decision is Decision.ACCEPTED
        before, after = (hunk.old_text, hunk.new_text) if is_accepted else (hunk.new_text, hunk.old_text)
        lines = self._texts[change.path] or LinedText()
        start, end = hunk.start, hunk.end
        new_lines = split_lines(after)
        if "".join(lines[start:end]) != before or not _fits(lines, start, end, new_lines):
            raise _refusal(change, hunk, is_accepted)
        lines = self._texts[change.path] = lines.replaced(start, end, after)
        splice = Splice(start, end, len(new_lines))
        self.put(replace(hunk, end=start + len(new_lines), decision=decision))
        is_after = False
        for other_id in self._state.order.get(change.path, ()):
            if other_id == hunk.hunk_id:
                is_after = True
                continue
            other = self._hunks[other_id]
            self.put(rebased(other, [splice], lines, is_after=is_after, by_user=False))
        self._restate_whole(change.path, hunk.hunk_id)

    def _set_whole(self, change: FileChange, hunk: ChangeHunk, decision: Decision) -> None:
        is_accepted = decision is Decision.ACCEPTED
        if not self._stands(change, hunk, is_new=not is_accepted):
            raise _refusal(change, hunk, is_accepted)
        wanted = _expected(change, hunk, is_new=is_accepted)
        text = hunk.new_text if is_accepted else hunk.old_text
        self.put(replace(hunk, start=0, end=len(split_lines(text)), decision=decision))
        for path, new in wanted.items():
            self.replace_text(path, new, except_id=hunk.hunk_id)

    def _stands(self, change: FileChange, hunk: ChangeHunk, *, is_new: bool) -> bool:
        return all(_says(self._texts.get(path), text) for path, text in _expected(change, hunk, is_new=is_new).items())

    def replace_text(self, path: str, text: str | None, except_id: str) -> None:
        """Put another text under the hunks of a path."""
        before = self._texts.get(path)
        if text is None:
            self._texts[path] = None
            for hunk_id in self._state.order.get(path, ()):
                self.put(replace(self._hunks[hunk_id], start=0, end=0, state=HunkState.CONFLICT))
        elif before is None:
            lines = self._texts[path] = LinedText(text)
            for hunk_id in self._state.order.get(path, ()):
                self.put(looked_for(self._hunks[hunk_id], 0, len(lines), lines))
        else:
            lines = self._texts[path] = LinedText(text)
            self._rebase(path, diff_lines(before.text, text), lines)
        self._restate_whole(path, except_id)

    def edit_lines(self, path: str, edits: Sequence[LineEdit]) -> bool:
        """Edit lines under the hunks of a path; False where that changes nothing."""
        lines = self._texts[path] or LinedText()
        changes = [change for edit in edits for change in _changes(lines, edit)]
        if not changes:
            return False
        for edit in reversed(edits):
            lines = lines.replaced(edit.lines.start, edit.lines.end, edit.text)
        self._texts[path] = lines
        self._rebase(path, changes, lines)
        self._restate_whole(path, except_id="")
        return True

    def _rebase(self, path: str, changes: Sequence[LineChange], lines: Lines) -> None:
        splices = [Splice(change.old.start, change.old.end, len(change.new)) for change in changes]
        for hunk_id in self._state.order.get(path, ()):
            self.put(rebased(self._hunks[hunk_id], splices, lines))

    def _restate_whole(self, path: str, except_id: str) -> None:
        """Say anew how added, deleted and renamed files of a path stand."""
        for hunk_id, change in self._files.items():
            if hunk_id == except_id or change.status == "modified" or path not in (change.path, change.old_path):
                continue
            hunk = self._hunks[hunk_id]
            stands_new = hunk.decision is Decision.ACCEPTED or hunk.state is HunkState.ALREADY_THERE
            if self._stands(change, hunk, is_new=stands_new):
                state = hunk.state if hunk.state is HunkState.ALREADY_THERE else HunkState.CLEAN
                self.put(replace(hunk, state=state))
            elif not self._stands(change, hunk, is_new=not stands_new):
                self.put(replace(hunk, state=HunkState.CONFLICT))
            elif stands_new:
                end = count_lines(hunk.old_text)
                self.put(replace(hunk, end=end, state=HunkState.CLEAN, decision=Decision.PENDING))
            else:
                self.put(replace(hunk, end=count_lines(hunk.new_text), state=HunkState.ALREADY_THERE))


def _says(lines: LinedText | None, text: str | None) -> bool:
    return lines is None if text is None else lines is not None and lines.is_text(text)


def _changes(lines: LinedText, edit: LineEdit) -> list[LineChange]:
    """What an edit changes: it may hold lines it leaves as they are. Only `old` and the number of new lines count."""
    start = edit.lines.start
    return [
        LineChange(LineRange(start + change.old.start, start + change.old.end), change.new)
        for change in diff_line_lists(lines[start : edit.lines.end], split_lines(edit.text))
    ]


def _expected(change: FileChange, hunk: ChangeHunk, *, is_new: bool) -> dict[str, str | None]:
    """The texts of a whole-file change before or after it is accepted."""
    if change.status == "added":
        return {change.path: hunk.new_text if is_new else None}
    if change.status == "deleted":
        return {change.path: None if is_new else hunk.old_text}
    old_path = change.old_path or change.path
    if is_new:
        return {old_path: None, change.path: hunk.new_text}
    return {old_path: hunk.old_text, change.path: change.replaced}


def _fits(lines: Lines, start: int, end: int, new_lines: list[str]) -> bool:
    """Whether whole lines stay whole: nothing is joined to a line without an ending, and no \\r meets a \\n."""
    near = [*lines[max(0, start - 1) : start], *new_lines, *lines[end : end + 1]]
    return split_lines("".join(near)) == near


def _refusal(change: FileChange, hunk: ChangeHunk, is_accept: bool) -> UsageError:
    where = f"{change.path}, line {hunk.start + 1}"
    if is_accept:
        return UsageError(
            f"This change cannot be accepted ({where}): the lines it replaces were changed in the meantime. "
            "Nothing was written.",
            advice="Reject it, or ask the model again with the file as it is now.",
        )
    return UsageError(
        f"This change cannot be undone ({where}): its lines were edited after it was accepted. Your text is untouched.",
        advice="Undo your own edit first, or change the lines by hand.",
    )

"""The state of all reviews: change sets, the files' texts, and where each hunk stands.

A `ReviewState` is never changed: every decision and every keystroke gives a new one, and undo is the previous one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field, replace

from copilot_desktop.edits.change_sets import ChangeHunk, ChangeSet, Decision, FileChange
from copilot_desktop.edits.changed_by import ChangedBy
from copilot_desktop.edits.file_texts import FileTexts, file_texts
from copilot_desktop.edits.put_back import put_back
from copilot_desktop.edits.review_desk import ReviewDesk
from copilot_desktop.edits.stood import Stood, standing_again, with_stood
from copilot_desktop.edits.taken_in import turn_of
from copilot_desktop.edits.touched_hunks import ConflictSides
from copilot_desktop.edits.ways_back import WayBack, of_hunks, with_step
from copilot_desktop.edits.whole_files import says
from copilot_desktop.errors import UsageError
from copilot_desktop.text.line_edits import LineEdit
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
    steps: tuple[WayBack, ...] = ()
    stood: tuple[Stood, ...] = ()

    def with_change_set(self, change_set: ChangeSet, texts: Texts) -> ReviewState:
        """Add a change set; `texts` are the files' texts now, to which its hunks are rebased."""
        base = dict(change_set.base_texts)
        base.update({path: text for path, text in texts.items() if path not in base})
        alone = _in_order(ReviewState((change_set,), file_texts(base)))
        current = self
        for path in base:
            # What the caller gives now is newer than what the review knew; a path it left out keeps that.
            now = texts[path] if path in texts else self.texts.get(path, base[path])
            alone = alone.text_changed(path, now, by=ChangedBy.TYPING)
            if path in self.texts:
                current = current.text_changed(path, now, by=ChangedBy.TYPING)
        merged = {path: [*current.order.get(path, ()), *ids] for path, ids in alone.order.items()}
        turns = {hunk.hunk_id: turn_of(hunk) for state in (current, alone) for hunk in state.hunks()}
        order = {path: tuple(sorted(ids, key=lambda hunk_id: turns[hunk_id])) for path, ids in merged.items()}
        return ReviewState(
            (*current.change_sets, *alone.change_sets),
            current.texts.merged(alone.texts),
            {**current.order, **order},
            current.steps,
            current.stood,
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
            of_hunks(self.steps, ids),
            tuple(each for each in self.stood if each.path in paths),
        )

    def decide(self, hunk_ids: Iterable[str], decision: Decision) -> ReviewState:
        """Set hunks to a decision: their files' texts change and the other hunks move along.

        Where a file says what it said right after the last step, undoing this step brings back what was before it to
        the letter. Else what was typed into the lines of an accepted one stays when it is taken back. Raises
        UsageError, with nothing changed, where a conflict stands against it.
        """
        wanted = dict.fromkeys(hunk_ids, decision)
        for step in reversed(self.steps):
            undone = self.undone(step, wanted)
            if undone is not None:
                left = [hunk_id for hunk_id in wanted if hunk_id not in step.decided]
                return undone.decide(left, decision) if left else undone
        desk = self._desk()
        for hunk_id in wanted:
            desk.decide(hunk_id, decision)
        return self._after(desk, desk.step())

    def undone(self, step: WayBack, wanted: Mapping[str, Decision]) -> ReviewState | None:
        """The state right before a step, with its hunks decided as wanted; None where not all stands as it left it."""
        if not all(hunk_id in wanted for hunk_id in step.decided):
            return None
        desk = self._desk()
        if not step.undoes(wanted, desk.hunks, self.texts.all_lined()):
            return None
        desk.go_back(step, wanted)
        made = self._after(desk)
        return replace(made, steps=tuple(each for each in self.steps if each is not step))

    def sides(self, hunk_id: str) -> ConflictSides:
        """The base of a hunk, your lines as they are now, and its text. Raises UsageError for an unknown id."""
        return self._desk().sides(hunk_id)

    def resolved(self, hunk_id: str, text: str) -> ReviewState:
        """Resolve a conflict: the hunk proposes this text for the lines as they are now. Nothing is written.

        Raises UsageError, with nothing changed, where it is accepted or its file is gone.
        """
        desk = self._desk()
        desk.edit(hunk_id, text)
        return self._after(desk)

    def with_edits(self, hunk_id: str, count: int) -> ReviewState:
        """Forget all but the first edits of a hunk; 0: what the model wrote. Raises UsageError for an accepted one."""
        desk = self._desk()
        desk.unedit(hunk_id, count)
        return self._after(desk)

    def taken_back(self, hunk_id: str, text: str) -> ReviewState:
        """Take an accepted hunk back with this text in the place of its lines; it is pending then.

        What stood there becomes what is proposed, so that accepting brings it back. Raises UsageError, with nothing
        changed, where it is not accepted or its file is gone.
        """
        desk = self._desk()
        desk.take_back(hunk_id, text)
        return self._after(desk, desk.step())

    def looked_at(self, hunk_ids: Iterable[str]) -> ReviewState:
        """Note that the user has looked at amber hunks: "accept all" takes them from now on."""
        desk = self._desk()
        for hunk_id in hunk_ids:
            desk.put(replace(desk.hunk(hunk_id), needs_look=False))
        return self._after(desk)

    def text_changed(self, path: str, text: str | None, *, by: ChangedBy = ChangedBy.OUTSIDE) -> ReviewState:
        """Follow a change of a file: another program, git, or what was typed. None: the file is gone."""
        if path not in self.texts or says(self.texts.lined(path), text):
            return self
        desk = self._desk()
        desk.replace_text(path, text, by)
        made = self._put_back(desk, path, by)
        return self._standing(made, path) if by.is_whole else made

    def _standing(self, made: ReviewState, path: str) -> ReviewState:
        """The state after a whole file was written: with what stood on its text before, or stood on that of now."""
        ids = self.order.get(path, ())
        before, after = self._desk().hunks, made._desk()
        hunks = [tuple(each[hunk_id] for hunk_id in ids if hunk_id in each) for each in (before, after.hunks)]
        stood = with_stood(self.stood, path, self.texts.lined(path), *hunks)
        for hunk in standing_again(self.stood, path, made.texts.lined(path), after.hunks):
            after.put(hunk)
        return replace(made._after(after), stood=stood)

    def lines_edited(self, path: str, edits: Sequence[LineEdit]) -> ReviewState:
        """Follow what was typed: edits of whole lines, apart and from top to bottom, in the lines of before.

        It costs what the edits and the hunks cost, however large the file is.
        """
        if self.texts.lined(path) is None:
            return self
        desk = self._desk()
        return self._put_back(desk, path, ChangedBy.TYPING) if desk.edit_lines(path, edits) else self

    def hunks(self, path: str | None = None) -> tuple[ChangeHunk, ...]:
        """Every hunk, or those of one path, by change set and from top to bottom."""
        found: list[ChangeHunk] = []
        for change_set in self.change_sets:
            for change in change_set.files:
                if path is None or change.path == path:
                    found += change.hunks
        return tuple(found)

    def pending(self, path: str | None = None) -> tuple[ChangeHunk, ...]:
        """The hunks that wait for a decision."""
        pending = Decision.PENDING
        return tuple([hunk for hunk in self.hunks(path) if hunk.decision is pending])

    def hunk(self, hunk_id: str) -> tuple[ChangeSet, FileChange, ChangeHunk]:
        """Find a hunk with what it belongs to. Raises UsageError for an unknown id."""
        for change_set in self.change_sets:
            for change in change_set.files:
                for hunk in change.hunks:
                    if hunk.hunk_id == hunk_id:
                        return change_set, change, hunk
        raise UsageError("This change is no longer in the review.")

    def _desk(self) -> ReviewDesk:
        return ReviewDesk(self.change_sets, self.texts, self.order)

    def _put_back(self, desk: ReviewDesk, path: str, by: ChangedBy) -> ReviewState:
        for hunk in put_back(self.change_sets, path, desk.texts().lined(path), desk.hunks, by=by):
            desk.put(hunk)
        return self._after(desk)

    def _after(self, desk: ReviewDesk, step: WayBack | None = None) -> ReviewState:
        return ReviewState(desk.change_sets(), desk.texts(), self.order, with_step(self.steps, step), self.stood)


def _in_order(state: ReviewState) -> ReviewState:
    order: dict[str, tuple[str, ...]] = {}
    for change_set in state.change_sets:
        for change in change_set.files:
            if change.status == "modified":
                order[change.path] = (*order.get(change.path, ()), *(hunk.hunk_id for hunk in change.hunks))
    return replace(state, order=order)

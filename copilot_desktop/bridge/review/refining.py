"""Follow-up prompts about pending hunks: what is sent, the new version in the place of the old, and the way back.

A refinement is the versions of the hunks that one prompt in the text made, or of one hunk of any answer. It is
remembered as long as its change set is in the review, and kept with it over a restart.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass as plain_dataclass
from dataclasses import field, replace

from PySide6.QtCore import QObject, Signal

from copilot_desktop.bridge.chat.chips import FrozenContext, WithRules
from copilot_desktop.bridge.chat.running_turn import ProposalMade, TurnToRun
from copilot_desktop.bridge.chat.running_turns import RunningTurns
from copilot_desktop.bridge.review.controller import ReviewController
from copilot_desktop.bridge.review.events import ReviewChanged
from copilot_desktop.bridge.review.refined_values import KeptRefinement, Version
from copilot_desktop.conversation.turns import RefineRequest
from copilot_desktop.edits.change_sets import ChangeHunk, ChangeSet, Decision, FileChange, HunkState, change_set_from
from copilot_desktop.edits.refining import all_wait, only_hunks, plain_hunk, stand_apart, with_hunks, with_ids_from
from copilot_desktop.errors import UsageError
from copilot_desktop.text.ranges import LineRange
from copilot_desktop.values import dataclass

_WHOLE_FILE = "This change is about the whole file, so it cannot be refined in the text."
_KEPT = 20
"""So many are kept over a restart, the newest."""
_CROSSING = "Two of these changes are about the same lines. Accept or reject one of them first."


@plain_dataclass(slots=True, eq=False)
class Refinement:
    """Versions, the oldest first; `at` is the one that is shown, `hunk_ids` are its hunks.

    `is_in_place`: all of it came of a prompt in the text, which was about `asked_lines` of `asked_text`. `turn_ids` are
    the turns of follow-ups.
    """

    change_set_id: str
    path: str
    hunk_ids: tuple[str, ...]
    versions: list[Version]
    at: int = 0
    is_in_place: bool = False
    asked_lines: LineRange | None = None
    asked_text: str = ""
    turn_ids: list[str] = field(default_factory=list)

    @property
    def prompts(self) -> tuple[str, ...]:
        """What was asked for the version that is shown and those before it."""
        return tuple(version.prompt for version in self.versions[: self.at + 1])

    @property
    def kept(self) -> KeptRefinement:
        """What is kept of it."""
        return KeptRefinement(
            self.change_set_id,
            self.path,
            self.hunk_ids,
            tuple(self.versions),
            self.at,
            self.is_in_place,
            self.asked_lines,
            self.asked_text,
            tuple(self.turn_ids),
        )

    @classmethod
    def of_kept(cls, kept: KeptRefinement) -> Refinement:
        """The one that was kept."""
        return cls(
            kept.change_set_id,
            kept.path,
            kept.hunk_ids,
            list(kept.versions),
            kept.at,
            kept.is_in_place,
            kept.asked_lines,
            kept.asked_text,
            list(kept.turn_ids),
        )


@dataclass(frozen=True, slots=True)
class VersionTaken:
    """The answer of a turn took the place of what it was asked about; `hunk_ids` are its hunks."""

    turn_id: str
    prompt: str
    refine: RefineRequest
    hunk_ids: tuple[str, ...]


class HunkRefiner(QObject):
    """Those of a window. GUI thread only."""

    changed = Signal(object)
    """Carries one `Refinement`: another version of it is shown, or its hunks were decided about."""
    taken = Signal(object)
    """Carries one `VersionTaken`: an answer has brought another version."""

    def __init__(self, review: ReviewController, running: RunningTurns, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.with_rules: WithRules = lambda context, done: done(context)
        """Adds the rule files of the project to what is sent."""
        self._review = review
        self._running = running
        self._known: list[Refinement] = []
        self._asked: dict[str, tuple[RefineRequest, str]] = {}
        running.begun.connect(self._on_begun)
        review.keeper.versions_restored.connect(self._on_restored)
        self._on_restored(review.keeper.refinements)
        review.changed.connect(self._on_review_changed)

    def of_hunk(self, hunk_id: str, *, may_be_new: bool = False) -> Refinement:
        """The refinement of a pending hunk, which begins with the hunk as it is. Raises UsageError, with the reason.

        `may_be_new`: it may make a file.
        """
        self._review.catch_up()
        known = next((each for each in self._known if hunk_id in each.hunk_ids), None)
        if known is not None:
            return known
        change_set, change, hunk = self._review.state.hunk(hunk_id)
        if change.status != "modified" and not (may_be_new and change.status == "added"):
            raise UsageError(_WHOLE_FILE, advice="Say in the chat what is to be different.")
        return self._begin(change_set, change.path, (hunk,), change_set.title)

    def of_turn(self, turn_id: str, path: str, prompt: str, lines: LineRange) -> Refinement | None:
        """The refinement of all that a prompt in the text proposed for its file; None where nothing of it waits.

        `lines` are those that the prompt was about.
        """
        change_set = next((each for each in self._review.state.change_sets if each.turn_id == turn_id), None)
        if change_set is None:
            return None
        change = next((each for each in change_set.files if each.path == path and each.status == "modified"), None)
        hunks = () if change is None else tuple(hunk for hunk in change.hunks if _waits(hunk))
        if not hunks:
            return None
        made = self._begin(change_set, path, hunks, prompt)
        made.is_in_place, made.asked_lines = True, lines
        made.asked_text = self._review.state.texts.get(path) or ""
        self._write_down()
        return made

    def was_asked_for(self, hunk_id: str, lines: LineRange) -> bool:
        """Whether a hunk came of a prompt in the text about just these lines, and the text is as it was then."""
        return any(
            hunk_id in each.hunk_ids
            and each.is_in_place
            and each.asked_lines == lines
            and self._review.state.texts.get(each.path) == each.asked_text
            for each in self._known
        )

    def waiting(self, refinement: Refinement) -> tuple[ChangeHunk, ...]:
        """Its hunks that wait for a decision, as they stand now; one that is being carried out is made."""
        hunks, decided = self._review.state.pending(refinement.path), self._review.under_way()
        return tuple(hunk for hunk in hunks if hunk.hunk_id in refinement.hunk_ids and hunk.hunk_id not in decided)

    def can_step(self, refinement: Refinement, by: int) -> bool:
        """Whether there is a version before (-1) or after (1) the one that is shown, and nothing of it is decided."""
        is_there = 0 <= refinement.at + by < len(refinement.versions)
        return is_there and self._all_wait(refinement.hunk_ids)

    def show(self, refinement: Refinement, at: int) -> None:
        """Show another version in the place of the one that is shown."""
        if at == refinement.at or not self.can_step(refinement, at - refinement.at):
            return
        self._keep(refinement)
        version = refinement.versions[at].change_set
        before, refinement.hunk_ids = refinement.hunk_ids, _ids(version, refinement.path)
        refinement.at = at
        self._review.versions.put(before, version)
        self._write_down()
        self.changed.emit(refinement)

    def ask(self, refinement: Refinement, send: Callable[[FrozenContext], None], refuse: Callable[[str], None]) -> None:
        """Give `send` what a follow-up about the hunks that wait is sent with, as they are now."""
        self._review.when_settled(lambda: self._ask(self.waiting(refinement), refinement.path, send, refuse))

    def ask_for_comments(
        self, path: str, hunk_ids: Collection[str], send: Callable[[FrozenContext], None], refuse: Callable[[str], None]
    ) -> None:
        """The same about commented hunks of one file, and nothing else is to change. Raises UsageError."""
        for hunk_id in hunk_ids:
            self.of_hunk(hunk_id, may_be_new=True)

        def go_on() -> None:
            decided = self._review.under_way()
            hunks = self._review.state.pending(path)
            asked = tuple(hunk for hunk in hunks if hunk.hunk_id in hunk_ids and hunk.hunk_id not in decided)
            self._ask(asked, path, send, refuse, is_for_comments=True)

        self._review.when_settled(go_on)

    def _ask(
        self,
        waiting: Sequence[ChangeHunk],
        path: str,
        send: Callable[[FrozenContext], None],
        refuse: Callable[[str], None],
        *,
        is_for_comments: bool = False,
    ) -> None:
        text = self._review.state.texts.get(path)
        if text is None and any(_is_new(self._review.state.hunk(hunk.hunk_id)[1]) for hunk in waiting):
            text = ""
        waiting = [hunk for hunk in waiting if hunk.state is not HunkState.ALREADY_THERE]
        hunks = tuple(plain_hunk(path, hunk) for hunk in waiting)
        if text is None or not hunks:
            refuse("Nothing of this change waits for a decision any more.")
        elif not stand_apart(hunks):
            refuse(_CROSSING)
        else:
            from copilot_desktop.conversation.refining import items_of  # with the engine, which is there by then

            ids = tuple(hunk.hunk_id for hunk in waiting)
            refine = RefineRequest(path, text, hunks, ids, is_for_comments)
            self.with_rules(FrozenContext(items_of(refine), {path: with_hunks(text, hunks)}, refine), send)

    def take(self, made: ProposalMade, arriving: ChangeSet | None) -> dict[str, str] | None:
        """Put what a follow-up's answer proposes in the place of what it was about.

        Returns the ids of its hunks by those that they arrived with. None where it is no follow-up, or where what it
        was about has been decided about: then it is a proposal like others, but for an answer to comments, which may
        change nothing else.
        """
        refine, prompt = self._asked.pop(made.turn_id, (None, ""))
        ids = () if refine is None else refine.hunk_ids
        mine = [each for each in self._known if set(ids) & set(each.hunk_ids)]
        found = {hunk_id for each in mine for hunk_id in each.hunk_ids}
        if refine is None or not ids or not found.issuperset(ids) or not self._all_wait(ids):
            return {} if refine is not None and refine.is_for_comments else None
        change_set = self._review.change_set(mine[0].change_set_id)
        if change_set is None or refine.path not in made.proposal.files:
            return {}
        version, named = _version(made, change_set, refine, arriving)
        for refinement, part in _parts(mine, version, refine.path):
            self._put(refinement, part, ids, made.turn_id, prompt)
        self.taken.emit(VersionTaken(made.turn_id, prompt, refine, _ids(version, refine.path)))
        return named

    def _put(
        self, refinement: Refinement, version: ChangeSet, asked: Collection[str], turn_id: str, prompt: str
    ) -> None:
        """Show a version of hunks of a refinement; those of it that were not asked about stay."""
        self._keep(refinement)
        ids = tuple(each for each in refinement.hunk_ids if each in asked)
        if refinement.is_in_place:
            version = replace(version, prompt=f"{version.prompt}\n{prompt}")
        refinement.versions.append(Version(prompt, version))
        refinement.at = len(refinement.versions) - 1
        refinement.turn_ids.append(turn_id)
        others = tuple(each for each in refinement.hunk_ids if each not in ids)
        refinement.hunk_ids = (*_ids(version, refinement.path), *others)
        self._review.versions.put(ids, version)
        if self._all_wait(refinement.hunk_ids):
            # With those that were not asked about: stepping back and forth must not lose them.
            self._keep(refinement)
        self._write_down()
        self.changed.emit(refinement)

    def follow_ups(self, change_set: ChangeSet) -> dict[str, ChangeSet]:
        """The turns whose answers are versions of hunks of a change set, each with the part of it that it was about."""
        asked: dict[str, set[str]] = {}
        for each in self._known:
            if each.change_set_id == change_set.change_set_id:
                for turn_id in each.turn_ids:
                    asked.setdefault(turn_id, set()).update(each.hunk_ids)
        return {turn_id: only_hunks(change_set, ids, turn_id) for turn_id, ids in asked.items()}

    def _begin(self, change_set: ChangeSet, path: str, hunks: tuple[ChangeHunk, ...], prompt: str) -> Refinement:
        ids = tuple(hunk.hunk_id for hunk in hunks)
        now = self._review.versions.now(change_set.change_set_id, ids) or change_set
        made = Refinement(change_set.change_set_id, path, ids, [Version(prompt, now)])
        self._known.append(made)
        return made

    def _keep(self, refinement: Refinement) -> None:
        """Keep the version that is shown as it stands: its text may have been edited."""
        now = self._review.versions.now(refinement.change_set_id, refinement.hunk_ids)
        if now is not None and now.files:
            refinement.versions[refinement.at] = replace(refinement.versions[refinement.at], change_set=now)

    def _write_down(self) -> None:
        """Of one that has no other version there is nothing to be kept but the prompt that it came of."""
        told = [each for each in self._known if each.is_in_place or len(each.versions) > 1]
        self._review.keeper.take_refinements(tuple(each.kept for each in told[-_KEPT:]))

    def _on_restored(self, kept: tuple[KeptRefinement, ...]) -> None:
        known = {each.hunk_ids for each in self._known}
        self._known = [*(Refinement.of_kept(each) for each in kept if each.hunk_ids not in known), *self._known]

    def _all_wait(self, hunk_ids: tuple[str, ...]) -> bool:
        decided = self._review.under_way()
        return all_wait(self._review.state, hunk_ids) and decided.keys().isdisjoint(hunk_ids)

    def _on_begun(self, turn: TurnToRun) -> None:
        refine = turn.request.refine
        if refine is not None:
            self._asked[turn.request.turn_id] = refine, turn.request.prompt

    def _on_review_changed(self, changed: ReviewChanged) -> None:
        if not self._known:
            return
        touched = set(changed.hunk_ids)
        there = {each.change_set_id for each in self._review.state.change_sets}
        gone = [each for each in self._known if each.change_set_id not in there]
        self._known = [each for each in self._known if each.change_set_id in there]
        for turn_id, (refine, _) in list(self._asked.items()):
            if touched & set(refine.hunk_ids) and not self._all_wait(refine.hunk_ids):
                # An answer about a change that is decided about would be of no use.
                self._running.stop_turn(turn_id)
                self._asked.pop(turn_id, None)
        for each in (*gone, *self._known):
            if touched & set(each.hunk_ids):
                self.changed.emit(each)


def _is_new(change: FileChange) -> bool:
    return change.status == "added"


def _waits(hunk: ChangeHunk) -> bool:
    return hunk.decision is Decision.PENDING


def _ids(version: ChangeSet, path: str) -> tuple[str, ...]:
    return tuple(hunk.hunk_id for change in version.files if change.path == path for hunk in change.hunks)


def _parts(refinements: Sequence[Refinement], version: ChangeSet, path: str) -> list[tuple[Refinement, ChangeSet]]:
    """The version parted among the refinements whose hunks it replaces.

    A hunk that is new stands by the one above it; the first refinement has those above all.
    """
    hunks: dict[int, list[ChangeHunk]] = {at: [] for at in range(len(refinements))}
    owner = 0
    for hunk in (hunk for change in version.files if change.path == path for hunk in change.hunks):
        owner = next((at for at, each in enumerate(refinements) if hunk.hunk_id in each.hunk_ids), owner)
        hunks[owner].append(hunk)
    base = next((change for change in version.files if change.path == path), None)
    if base is None:
        return []
    return [
        (each, replace(version, files=(replace(base, hunks=tuple(hunks[at])),))) for at, each in enumerate(refinements)
    ]


def _version(
    made: ProposalMade, change_set: ChangeSet, refine: RefineRequest, arriving: ChangeSet | None
) -> tuple[ChangeSet, dict[str, str]]:
    """A proposal as a version of hunks of a change set, and their ids by those that it arrived with."""
    from copilot_desktop.edits.arriving import with_ids_of  # with the engine, which is there by then

    files = dict(made.files)
    if any(_is_new(change) for change in change_set.files if change.path == refine.path):
        # The file is still to be made: the answer was placed on what it would hold.
        files.pop(refine.path, None)
    new = change_set_from(
        made.proposal,
        files,
        turn_id=change_set.turn_id,
        title=change_set.title,
        model=made.model,
        prompt=change_set.prompt,
    )
    if arriving is not None:
        new = with_ids_of(new, arriving)
    hunks = [hunk for change in new.files if change.path == refine.path for hunk in change.hunks]
    named: dict[str, str] = {}
    taken: set[str] = set()
    for hunk in hunks:
        for old, hunk_id in zip(refine.hunks, refine.hunk_ids, strict=True):
            if hunk_id not in taken and hunk.start <= old.end and old.start <= hunk.end:
                named[hunk.hunk_id] = hunk_id
                taken.add(hunk_id)
                break
    version = replace(
        with_ids_from(new, named), change_set_id=change_set.change_set_id, created_at=change_set.created_at
    )
    return version, named

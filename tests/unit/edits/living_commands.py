"""Random commands of a window on several answers about one file: bulk decisions, resolutions, edits, single undos of
accepts in any order, U, and typing between them.

What is asked: U after a command gives back what was there before it, to the letter and never refused while nothing was
typed since; what stands at the end is what accepting the accepted ones alone leads to; and all taken back is the
user's own text.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from random import Random

from copilot_desktop.bridge.review.commands import Command, Step, carried_out, taken
from copilot_desktop.bridge.review.pending_review import PendingReview, from_parts, kind_of
from copilot_desktop.edits.change_sets import Decision, HunkState
from copilot_desktop.edits.pending.coding import Encoder, decode
from copilot_desktop.edits.review import ReviewState
from copilot_desktop.errors import UsageError
from copilot_desktop.text.line_edits import LineEdit
from copilot_desktop.text.lines import split_lines
from copilot_desktop.text.ranges import LineRange
from tests.unit.edits.living import PATH, add_cuts
from tests.unit.edits.living_cases import random_cuts, random_text
from tests.unit.edits.living_study import check_stand

TYPED = "typed "


@dataclass(frozen=True)
class Done:
    """A step, and the review and the order of its accepted hunks before it; None once something was typed since."""

    step: Step
    before: ReviewState | None
    order: tuple[str, ...]


def restarted(review: PendingReview) -> PendingReview:
    """What is kept of a review, as it is read again."""
    pieces: dict[str, str] = {}
    kept: dict[str, object] = {}
    for name, part in review.parts().items():
        encoded = Encoder().encode(part, pieces)
        pieces.update(encoded.fresh)
        kept[name] = decode(kind_of(name), encoded.json, pieces.__getitem__)
    return from_parts(kept)


@dataclass
class Window:
    """A review, the steps that U takes back, and its accepted hunks in the order in which they were accepted."""

    state: ReviewState
    start: ReviewState
    done: list[Done] = field(default_factory=list)
    order: tuple[str, ...] = ()
    typed: int = 0
    has_edits: bool = False

    def run(self, command: Command) -> None:
        """Carry a command out; it may be refused with nothing changed."""
        before = self.state
        try:
            command = command.after(before)
            self.state = carried_out(before, command)
        except UsageError:
            return
        self.done.append(Done(taken(command, None, before, self.state), before, self.order))
        self._put_in_order(command.targets)
        check_stand(self.state)

    def undo(self) -> None:
        """U."""
        while self.done and self.done[-1].step.is_taken_back(self.state):
            self.done.pop()
        if not self.done:
            return
        last = self.done.pop()
        title, before = last.step.command.title, last.before
        try:
            self.state = carried_out(self.state, last.step.command.undoing(last.step))
        except UsageError:
            assert before is None, f"U was refused: {title}"
            return
        check_stand(self.state)
        if before is None:
            self._put_in_order(last.step.command.before)
            return
        assert dict(self.state.texts) == dict(before.texts), f"U left another text: {title}"
        assert _decisions(self.state) == _decisions(before), f"U left other decisions: {title}"
        self.order = last.order

    def restart(self) -> None:
        """The program ends and begins again: all that is left is what the store keeps."""
        review = restarted(PendingReview(self.state, tuple(each.step for each in self.done)))
        assert review.state == replace(self.state, texts=review.state.texts)
        self.state = review.state
        self.done = [replace(each, step=step) for each, step in zip(self.done, review.done, strict=True)]

    def _put_in_order(self, hunk_ids: Iterable[str]) -> None:
        accepted = {hunk.hunk_id for hunk in self.state.hunks() if hunk.decision is Decision.ACCEPTED}
        new = [hunk_id for hunk_id in hunk_ids if hunk_id in accepted and hunk_id not in self.order]
        self.order = (*(hunk_id for hunk_id in self.order if hunk_id in accepted), *new)

    def type(self, at: int, *, is_kept: bool) -> None:
        """A line of its own above another one; `is_kept` False: it is deleted again at once."""
        self.typed += is_kept
        line = f"{TYPED}{self.typed}\n"
        self.state = self.state.lines_edited(PATH, [LineEdit(LineRange(at, at), line)])
        if is_kept:
            self.done = [replace(each, before=None) for each in self.done]
        else:
            self.state = self.state.lines_edited(PATH, [LineEdit(LineRange(at, at + 1), "")])


def commands(random: Random, *, is_unique: bool) -> str:
    """One case; the word says whether something was refused, and whether lines were typed that stay."""
    text = random_text(random, is_unique=is_unique)
    state = ReviewState()
    for who in ("first", "second", "third")[: random.randint(1, 3)]:
        cuts = random_cuts(random, text, who, is_unique=is_unique)
        state = add_cuts(state, text, cuts) if cuts else state
    if not state.hunks():
        return "no change"
    window = Window(state, state)
    types = random.random() < 0.5
    for _ in range(random.randint(3, 14)):
        _act(random, window, types=types)
    word = _compared(window)
    window.restart()
    # All is taken back: first what U knows, then what U could not.
    for _ in range(len(window.done)):
        window.undo()
    left = [hunk.hunk_id for hunk in window.state.hunks() if hunk.decision is Decision.ACCEPTED]
    for hunk_id in reversed(left):
        window.run(Command("undo accept", {hunk_id: Decision.PENDING}))
    stuck = any(hunk.decision is Decision.ACCEPTED for hunk in window.state.hunks())
    lines = [line for line in split_lines(window.state.texts[PATH] or "") if not line.startswith(TYPED)]
    if not stuck:
        assert "".join(lines) == text, "another text is left once all is taken back"
    assert not (stuck and not window.typed), "something cannot be taken back though nothing was typed"
    return f"{word}{', some told' if stuck else ''}"


def _act(random: Random, window: Window, *, types: bool) -> None:
    hunks = window.state.hunks()
    if random.random() < 0.15:
        window.restart()
    doing = random.random()
    if doing < 0.2:
        window.undo()
    elif doing < 0.3 and types:
        at = _between(random, window.state)
        if at is not None:
            window.type(at, is_kept=random.random() < 0.5)
    elif doing < 0.4:
        accepted = [hunk.hunk_id for hunk in hunks if hunk.decision is Decision.ACCEPTED]
        if accepted:
            window.run(Command("undo accept", {random.choice(accepted): Decision.PENDING}))
    elif doing < 0.5:
        hunk = random.choice(hunks)
        if hunk.decision is Decision.PENDING and hunk.state is not HunkState.ALREADY_THERE:
            new = f"{hunk.new_text}resolved\n" if hunk.new_text.endswith("\n") else "resolved\n"
            is_last = hunk.old_text != "" and not hunk.old_text.endswith("\n")
            window.has_edits = True
            edits = {hunk.hunk_id: new.removesuffix("\n") if is_last else new}
            window.run(Command("resolve", {hunk.hunk_id: Decision.ACCEPTED}, edits=edits))
    else:
        decision = random.choice((Decision.ACCEPTED, Decision.ACCEPTED, Decision.REJECTED))
        chosen = random.sample(hunks, random.randint(1, min(3, len(hunks))))
        is_open = [hunk.hunk_id for hunk in chosen if hunk.state is not HunkState.CONFLICT]
        if is_open:
            window.run(Command(str(decision), dict.fromkeys(is_open, decision)))


def _between(random: Random, state: ReviewState) -> int | None:
    """A line that no hunk is on or next to."""
    count = len(split_lines(state.texts[PATH] or ""))
    free = [at for at in range(count) if not any(hunk.start - 1 <= at <= hunk.end + 1 for hunk in state.hunks())]
    return random.choice(free) if free else None


def _compared(window: Window) -> str:
    """Whether the text is that which accepting alone leads to, in the order in which it was accepted."""
    if window.has_edits or window.typed:
        return "typed or edited"
    alone = window.start
    try:
        for hunk_id in window.order:
            alone = alone.decide([hunk_id], Decision.ACCEPTED)
    except UsageError:
        return "not compared"
    if alone.texts[PATH] == window.state.texts[PATH]:
        return "same text"
    every = (*alone.hunks(), *window.state.hunks())
    # Of two answers that put equal lines next to each other the one has brought what the other wants, or not.
    is_brought = any(hunk.decision is Decision.ACCEPTED and hunk.written is None for hunk in every)
    return "equal lines of two answers" if is_brought else "other text"


def _decisions(state: ReviewState) -> dict[str, Decision]:
    return {hunk.hunk_id: hunk.decision for hunk in state.hunks()}

"""Random walks of decisions, undos and edits: whatever the order, the same texts, and every one can be had back.

Each function checks one case, and says what it was.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

from copilot_desktop.edits.change_sets import CLASHES, Decision, HunkState
from copilot_desktop.edits.changed_by import ChangedBy
from copilot_desktop.edits.review import ReviewState
from copilot_desktop.edits.rewinding import decided
from copilot_desktop.errors import UsageError
from copilot_desktop.text.line_edits import LineEdit
from copilot_desktop.text.lines import split_lines
from copilot_desktop.text.merging import merge
from copilot_desktop.text.ranges import LineRange
from tests.unit.edits.living import PATH, Cut, add_cuts, whole_file, with_cuts
from tests.unit.edits.living_cases import random_cuts, random_text
from tests.unit.edits.living_study import check_stand, has_conflict, reject_all


@dataclass(frozen=True, slots=True)
class Typed:
    """What is typed at a line of the file, which is there once: above it, or in its place."""

    line: str
    text: str
    is_above: bool

    def cut(self, text: str) -> Cut:
        """Where that is in a text."""
        at = split_lines(text).index(self.line)
        return at, at if self.is_above else at + 1, self.text


def any_order(random: Random) -> str:
    """Decisions, undos, edited proposals and typing in any order lead where typing and then deciding leads."""
    text = random_text(random, is_unique=True)
    cuts = _some_cuts(random, text, "model")
    start = add_cuts(ReviewState(), text, cuts)
    typing = _typing(random, text, cuts)
    final = {hunk.hunk_id: random.choice(list(Decision)) for hunk in start.hunks()}
    straight, wanted = start, text
    for typed in typing:
        straight = _type(straight, typed)
        wanted = with_cuts(wanted, [typed.cut(wanted)])
    assert not has_conflict(straight), (text, cuts, typing)
    for hunk_id, decision in final.items():
        straight = straight.decide([hunk_id], decision)
    walked = _walk(random, start, typing)
    ids = list(final)
    random.shuffle(ids)
    for hunk_id in ids:
        walked = walked.decide([hunk_id], final[hunk_id])
    check_stand(walked)
    assert walked.texts == straight.texts, (text, cuts, typing)
    assert {hunk.hunk_id: hunk.decision for hunk in walked.hunks()} == final
    assert reject_all(walked).texts[PATH] == wanted
    return "any order"


def _some_cuts(random: Random, text: str, who: str) -> tuple[Cut, ...]:
    while True:
        cuts = random_cuts(random, text, who, is_unique=True)
        if cuts:
            return cuts


def _typing(random: Random, text: str, cuts: Sequence[Cut]) -> list[Typed]:
    """What can be typed with no hunk against it: in place of lines that stay, and above those away from changes."""
    lines = split_lines(text)
    stays = [at for at in range(len(lines)) if not any(start <= at < end for start, end, _ in cuts)]
    inner = [at for start, end, new in cuts for at in range(start, end) if lines[at] in split_lines(new)]
    far = [at for at in stays if not any(start <= at <= end for start, end, _ in cuts)]
    found: list[Typed] = []
    near: set[int] = set()
    for number in range(random.randint(1, 6)):
        at, is_above = random.choice(stays + inner or [0]), random.random() < 0.5
        if is_above:
            at = random.choice(far or [-1])
        if at < 0 or at not in stays + inner or at in near:
            continue
        # Lines typed over on both sides of an insertion would be one change around it.
        near |= {at - 1, at, at + 1}
        is_last = at == len(lines) - 1 and not is_above
        ending = "" if is_last and not lines[at].endswith("\n") else "\n"
        found.append(Typed(lines[at], f"typed {number}{ending}", is_above))
    return found


def _type(state: ReviewState, typed: Typed) -> ReviewState:
    start, end, new = typed.cut(state.texts[PATH] or "")
    return state.lines_edited(PATH, [LineEdit(LineRange(start, end), new)])


def _walk(random: Random, state: ReviewState, typing: Sequence[Typed]) -> ReviewState:
    ids = [hunk.hunk_id for hunk in state.hunks()]
    left = list(typing)
    for _ in range(len(left) + random.randint(0, 8)):
        if left and random.random() < 0.5:
            state = _type(state, left.pop(0))
            continue
        hunk_id = random.choice(ids)
        doing = random.choice((_decide, _decide, _edit, _contradict))
        state = doing(random, state, hunk_id)
        check_stand(state)
    for typed in left:
        state = _type(state, typed)
    return state


def _decide(random: Random, state: ReviewState, hunk_id: str) -> ReviewState:
    return state.decide([hunk_id], random.choice(list(Decision)))


def _edit(random: Random, state: ReviewState, hunk_id: str) -> ReviewState:
    """Edit a proposal, accept it perhaps, and take all of that back."""
    hunk = state.hunk(hunk_id)[2]
    if hunk.decision is Decision.ACCEPTED or hunk.state is HunkState.ALREADY_THERE:
        return state
    edited = state.resolved(hunk_id, "".join([*split_lines(hunk.new_text)[:1], "edited\n"]))
    if random.random() < 0.5:
        edited = edited.decide([hunk_id], Decision.ACCEPTED).decide([hunk_id], hunk.decision)
    return edited.with_edits(hunk_id, 0)


def _contradict(random: Random, state: ReviewState, hunk_id: str) -> ReviewState:
    """Type over all lines of a hunk, and have them back as they were."""
    hunk = state.hunk(hunk_id)[2]
    lines = split_lines(state.texts[PATH] or "")[hunk.start : hunk.end]
    if not lines or not lines[-1].endswith("\n"):
        return state
    over = LineEdit(LineRange(hunk.start, hunk.end), "contradiction\n")
    state = state.lines_edited(PATH, [over])
    at = state.texts.lined(PATH)
    assert at is not None
    return state.lines_edited(PATH, [LineEdit(LineRange(hunk.start, hunk.start + 1), "".join(lines))])


def two_change_sets(random: Random) -> str:
    """Two change sets on one file, also on the same lines: accepting one rebases the other; all can be taken back."""
    text = random_text(random, is_unique=True)
    cuts = [_some_cuts(random, text, who) for who in ("first", "second")]
    state = add_cuts(ReviewState(), text, cuts[0])
    first = [hunk.hunk_id for hunk in state.hunks()]
    state = add_cuts(state, text, cuts[1])
    second = [hunk.hunk_id for hunk in state.hunks()][len(first) :]
    check_stand(state)
    done = state.decide(first, Decision.ACCEPTED)
    check_stand(done)
    assert done.texts[PATH] == with_cuts(text, cuts[0])
    git = merge(text, done.texts[PATH] or "", with_cuts(text, cuts[1]))
    stood = [state]
    for hunk_id in first:
        stood.append(stood[-1].decide([hunk_id], Decision.ACCEPTED))
    order = list(first)
    for hunk_id in random.sample(second, len(second)):
        if stood[-1].hunk(hunk_id)[2].state is not HunkState.CONFLICT:
            stood.append(stood[-1].decide([hunk_id], Decision.ACCEPTED))
            check_stand(stood[-1])
            order.append(hunk_id)
    both = stood[-1]
    _check_exact_reverse(random, stood, order)
    if not git.conflicts and not has_conflict(done):
        assert both.texts[PATH] == git.text, (text, cuts)
    word = _in_any_order(random, both, state, order)
    if not git.conflicts and has_conflict(done):
        # One change across the border of two hunks of an answer: told, though the whole file could be merged.
        return f"{word}, conflict where git is clean"
    return word + (", conflict" if has_conflict(done) else "")


def _check_exact_reverse(random: Random, stood: Sequence[ReviewState], order: Sequence[str]) -> None:
    """What was accepted last is taken back first: each time all is what it was before, and nothing is refused."""
    state = stood[-1]
    for before, hunk_id in zip(reversed(stood[:-1]), reversed(order), strict=True):
        if random.random() < 0.3:
            at = random.randint(0, max(0, len(split_lines(state.texts[PATH] or "")) - 1))
            state = _to_and_fro(state, at)
        state = state.decide([hunk_id], Decision.PENDING)
        assert dict(state.texts) == dict(before.texts)
        assert state.hunks() == before.hunks()


def _to_and_fro(state: ReviewState, at: int) -> ReviewState:
    """A line is typed above another one, far from decisions or between them, and deleted again."""
    there = state.lines_edited(PATH, [LineEdit(LineRange(at, at), "typed\n")])
    return there.lines_edited(PATH, [LineEdit(LineRange(at, at + 1), "")])


def _in_any_order(random: Random, both: ReviewState, start: ReviewState, order: Sequence[str]) -> str:
    """Taken back in any order: what is left is what accepting the others alone leads to, and at last nothing.

    What would be in conflict without the one that is taken back is told, and stays accepted.
    """
    state, left, told = both, list(order), 0
    for hunk_id in random.sample(order, len(order)):
        try:
            state = decided(state, [hunk_id], Decision.PENDING)
        except UsageError:
            assert state.hunk(hunk_id)[2].state in CLASHES
            told += 1
            continue
        check_stand(state)
        # What stood there already was accepted without being written: it waits anew once that is gone.
        left = [each for each in left if state.hunk(each)[2].decision is Decision.ACCEPTED]
        alone = _accepted_alone(start, left)
        if alone is not None and alone.texts[PATH] != state.texts[PATH]:
            return "other text"
    if left:
        for hunk_id in reversed(left):
            # What stands on it is gone by now, or is taken back first.
            state = decided(state, [hunk_id], Decision.PENDING)
    assert state.texts == start.texts
    return "one told" if told else "all taken back"


def _accepted_alone(start: ReviewState, hunk_ids: Sequence[str]) -> ReviewState | None:
    for hunk_id in hunk_ids:
        if start.hunk(hunk_id)[2].state is HunkState.CONFLICT:
            return None
        start = start.decide([hunk_id], Decision.ACCEPTED)
    return start


def checkouts(random: Random) -> str:
    """Git takes a file to what it said before its answers, or to what another branch says, and back again: what is
    decided stays decided, nothing more waits, and all stands as it stood."""
    is_unique = random.random() < 0.5
    text = random_text(random, is_unique=is_unique)
    state = ReviewState()
    for who in ("first", "second")[: random.randint(1, 2)]:
        base = state.texts.get(PATH, text) or ""
        state = add_cuts(state, base, random_cuts(random, base, who, is_unique=is_unique))
        for hunk in random.sample(state.pending(), random.randint(0, len(state.pending()))):
            wanted = random.choice((Decision.ACCEPTED, Decision.ACCEPTED, Decision.REJECTED))
            if wanted is Decision.REJECTED or state.hunk(hunk.hunk_id)[2].state is not HunkState.CONFLICT:
                state = state.decide([hunk.hunk_id], wanted)
    if not state.hunks():
        return "no change"
    here = state.texts[PATH] or ""
    other = random.choice((text, with_cuts(text, random_cuts(random, text, "branch", is_unique=is_unique)), None))
    away = state.text_changed(PATH, other)
    if other is not None:
        check_stand(away)
    assert _decisions(away) == _decisions(state)
    back = away.text_changed(PATH, here)
    check_stand(back)
    assert _decisions(back) == _decisions(state)
    assert back.texts == state.texts
    assert back.hunks() == state.hunks()
    return "as it stood"


def _decisions(state: ReviewState) -> list[Decision]:
    return [hunk.decision for hunk in state.hunks()]


def whole_files(random: Random) -> str:
    """Files added, deleted and renamed: all or none of it, and what was typed since is never lost."""
    text = random_text(random, is_unique=True)
    kind: Callable[[str], ReviewState] = random.choice((_added, _deleted, _renamed, _replacing))
    state = kind(text)
    before = dict(state.texts)
    (hunk,) = state.hunks()
    accepted = state.decide([hunk.hunk_id], Decision.ACCEPTED)
    after = dict(accepted.texts)
    assert after != before
    assert dict(accepted.decide([hunk.hunk_id], Decision.PENDING).texts) == before
    assert dict(state.decide([hunk.hunk_id], Decision.REJECTED).texts) == before
    for start in (state, accepted):
        path = random.choice(sorted(start.texts))
        by = random.choice((ChangedBy.OUTSIDE, ChangedBy.TAKEN_BACK))
        changed = start.text_changed(path, _changed(random, start.texts[path]), by=by)
        now = dict(changed.texts)
        wanted = Decision.ACCEPTED if start is state else Decision.PENDING
        try:
            decided = changed.decide([hunk.hunk_id], wanted)
        except UsageError:
            assert changed.hunks()[0].state is HunkState.CONFLICT
        else:
            _check_nothing_lost(start, changed, decided)
        back = changed.text_changed(path, start.texts[path])
        assert dict(back.texts) == dict(start.texts)
        assert back.hunks() == start.hunks(), (kind, path)
        assert dict(changed.decide([hunk.hunk_id], changed.hunks()[0].decision).texts) == now
    return kind.__name__.strip("_")


def _changed(random: Random, text: str | None) -> str | None:
    if text is None:
        return "somebody's\n"
    if random.random() < 0.3:
        return None
    cuts = random_cuts(random, text, "other", is_unique=True)
    return with_cuts(text, cuts) if cuts else text + "more\n"


def _check_nothing_lost(start: ReviewState, changed: ReviewState, decided: ReviewState) -> None:
    """What somebody brought is in the texts after a decision as well, unless it is what was decided about."""
    brought = _lines(changed) - _lines(start)
    assert {line.rstrip() for line in brought} <= {line.rstrip() for line in _lines(decided)}


def _lines(state: ReviewState) -> set[str]:
    return {line for text in state.texts.values() for line in split_lines(text or "")}


def _added(text: str) -> ReviewState:
    return whole_file({}, "new.txt", text)


def _deleted(text: str) -> ReviewState:
    return whole_file({"old.txt": text}, "old.txt", None)


def _renamed(text: str) -> ReviewState:
    after = with_cuts(text, [(0, 1, "renamed\n")])
    return whole_file({"old.txt": text}, "new.txt", after, "old.txt")


def _replacing(text: str) -> ReviewState:
    return whole_file({"old.txt": text, "new.txt": "in the way\n"}, "new.txt", text, "old.txt")

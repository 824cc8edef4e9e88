"""What must hold of every random case of living hunks: each function checks one, and says what it was.

The sample of every run and the long study count the words they return.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from random import Random

from copilot_desktop.edits.change_sets import CLASHES, Decision, HunkState
from copilot_desktop.edits.review import ReviewState
from copilot_desktop.text.encodings import TextFormat, encode
from copilot_desktop.text.line_edits import LineEdit
from copilot_desktop.text.lines import LineEnding, split_lines
from copilot_desktop.text.merging import merge
from copilot_desktop.text.ranges import LineRange
from tests.unit.edits.living import PATH, Cut, add_cuts
from tests.unit.edits.living_cases import Case, random_case

FORMATS = ("utf-8", "utf-16-le", "utf-16-be", "latin-1")


def reject_all(state: ReviewState) -> ReviewState:
    return state.decide([hunk.hunk_id for hunk in state.hunks()], Decision.REJECTED)


def accept_all(state: ReviewState, random: Random) -> ReviewState:
    """Accept what is in no conflict, in any order, one by one."""
    ids = [hunk.hunk_id for hunk in state.hunks() if hunk.state is not HunkState.CONFLICT]
    random.shuffle(ids)
    for hunk_id in ids:
        state = state.decide([hunk_id], Decision.ACCEPTED)
    return state


def has_conflict(state: ReviewState) -> bool:
    return any(hunk.state in CLASHES for hunk in state.hunks())


def check_stand(state: ReviewState) -> None:
    """Every hunk stands on the lines it says, inside the text."""
    lines = split_lines(state.texts[PATH] or "")
    for hunk in state.hunks():
        assert 0 <= hunk.start <= hunk.end <= len(lines)
        is_accepted = hunk.decision is Decision.ACCEPTED and hunk.state is not HunkState.GONE
        is_new = is_accepted or hunk.state is HunkState.ALREADY_THERE
        text = hunk.new_text if is_new else hunk.old_text
        assert "".join(lines[hunk.start : hunk.end]) == text, hunk


def outside(random: Random, *, is_unique: bool) -> str:
    """Another program changes the file: all rejected is its text, all accepted git's merge, or a conflict is told."""
    case = random_case(random, is_unique=is_unique)
    state = add_cuts(ReviewState(), case.text, case.model).text_changed(PATH, case.now)
    check_stand(state)
    _check_bytes(random, reject_all(state).texts[PATH] or "", case.now)
    git = merge(case.text, case.now, case.after)
    accepted = accept_all(state, random)
    check_stand(accepted)
    ids = [hunk.hunk_id for hunk in accepted.hunks() if hunk.decision is Decision.ACCEPTED]
    random.shuffle(ids)
    assert accepted.decide(ids, Decision.PENDING).texts[PATH] == case.now
    if has_conflict(state):
        word = "conflict as git" if git.conflicts else "conflict where git is clean"
        assert not (is_unique and not git.conflicts), case
        return word
    assert not git.conflicts, case
    assert accepted.texts[PATH] == git.text, case
    return "clean as git"


def _check_bytes(random: Random, text: str, wanted: str) -> None:
    text_format = TextFormat(random.choice(FORMATS), random.random() < 0.5, LineEnding.LF)
    if text_format.encoding == "latin-1":
        text_format = TextFormat("latin-1", False, LineEnding.LF)
    assert encode(text, text_format) == encode(wanted, text_format)


def typing(random: Random, *, is_unique: bool) -> str:
    """The user types: a conflict is told only where a line is changed that a hunk changes, else both stand."""
    case = random_case(random, is_unique=is_unique)
    state = _typed(add_cuts(ReviewState(), case.text, case.model), case.other)
    assert state.texts[PATH] == case.now
    check_stand(state)
    assert reject_all(state).texts[PATH] == case.now
    git = merge(case.text, case.now, case.after)
    accepted = accept_all(state, random)
    check_stand(accepted)
    ids = [hunk.hunk_id for hunk in accepted.hunks() if hunk.decision is Decision.ACCEPTED]
    random.shuffle(ids)
    assert accepted.decide(ids, Decision.PENDING).texts[PATH] == case.now
    beside = _side_by_side(case)
    if has_conflict(state):
        assert git.conflicts or not is_unique, case
        assert not beside or not is_unique, case
        return "conflict as git" if git.conflicts else "conflict where git is clean"
    if is_unique:
        assert accepted.texts[PATH] in beside, case
    if not git.conflicts:
        assert accepted.texts[PATH] == git.text or not is_unique, case
        return "clean as git" if accepted.texts[PATH] == git.text else "clean, where lines are and not as git guesses"
    return "clean where changes only meet"


def _typed(state: ReviewState, cuts: Sequence[Cut]) -> ReviewState:
    """One cut after the other, as an editor tells it: with the lines around."""
    for start, end, new in sorted(cuts, reverse=True):
        lines = split_lines(state.texts[PATH] or "")
        first, last = max(0, start - 1), min(end + 1, len(lines))
        text = "".join([*lines[first:start], new, *lines[end:last]])
        state = state.lines_edited(PATH, [LineEdit(LineRange(first, last), text)])
    return state


def _side_by_side(case: Case) -> frozenset[str]:
    """The rule, told anew for a text that has no line twice: the texts it allows, none where both change a line.

    Changes stand side by side where they only meet; of two insertions in one place either may be first.
    """
    lines = split_lines(case.text)
    model = [each for cut in case.model for each in _changes(lines, cut)]
    other = [each for cut in case.other for each in _changes(lines, cut)]
    at_one = [[each for each in model if each[:2] == change[:2]] for change in other if change[0] == change[1]]
    found: set[str] = set()
    for ahead in product(*(range(len(each) + 1) for each in at_one)):
        # So many of the model's insertions stand before the other one in the same place.
        first = {each for few, count in zip(at_one, ahead, strict=True) for each in few[:count]}
        order = sorted(
            dict.fromkeys([*model, *other]),
            key=lambda each: (each[0], each[1], each not in first, each not in other),
        )
        text = _with(lines, order)
        if text is not None:
            found.add(text)
    return frozenset(found)


def _with(lines: list[str], changes: Sequence[Cut]) -> str | None:
    out: list[str] = []
    at = 0
    for start, end, text in changes:
        if start < at:
            return None
        out += [*lines[at:start], text]
        at = end
    return "".join([*out, *lines[at:]])


def _changes(lines: list[str], cut: Cut) -> list[Cut]:
    """What a cut really changes: lines that it leaves in place are none of it."""
    at, end, new = cut
    found: list[Cut] = []
    start, text = at, ""
    for line in split_lines(new):
        if line in lines[start:end]:
            kept = lines.index(line)
            found.append((start, kept, text))
            start, text = kept + 1, ""
        else:
            text += line
    found.append((start, end, text))
    return [each for each in found if each[0] < each[1] or each[2]]

"""U gives the review back as it was, however many decisions ago, and after a restart."""

from __future__ import annotations

from random import Random

from copilot_desktop.bridge.review.commands import MOST_STEPS, Command, Step, carried_out, taken, with_paths, with_step
from copilot_desktop.bridge.review.pending_review import PendingReview
from copilot_desktop.edits.change_sets import Decision, HunkState
from copilot_desktop.edits.moved_paths import moving, path_moved
from copilot_desktop.edits.review import ReviewState
from copilot_desktop.text.line_edits import LineEdit
from copilot_desktop.text.ranges import LineRange
from tests.unit.edits.living import PATH, add_cuts, whole_file
from tests.unit.edits.living_commands import restarted
from tests.unit.edits.test_following_renames import NEW, TEXT, with_rename

LONG = "".join(f"line {number}\n" for number in range(120))


def run(state: ReviewState, command: Command) -> tuple[ReviewState, Step]:
    command = command.after(state)
    after = carried_out(state, command)
    return after, taken(command, None, state, after)


def undone(state: ReviewState, step: Step) -> ReviewState:
    return carried_out(state, step.command.undoing(step))


def same(one: ReviewState, other: ReviewState) -> bool:
    """In all that can be seen and done."""
    return (one.change_sets, dict(one.texts), dict(one.order)) == (
        other.change_sets,
        dict(other.texts),
        dict(other.order),
    )


def test_hundreds_of_decisions_are_all_taken_back_to_the_letter_over_restarts() -> None:
    """Also those before the 200 of which it is known how to undo them alone; two answers are on the same lines."""
    random = Random(5)  # noqa: S311 - repeatable, not secret
    state = add_cuts(ReviewState(), LONG, [(at, at + 1, f"first {at}\nmore\n") for at in range(0, 118, 3)])
    state = add_cuts(state, LONG, [(at, at + 2, f"second {at}\n") for at in range(1, 117, 4)])
    before: list[ReviewState] = []
    done: tuple[Step, ...] = ()
    while len(done) < 230:
        hunk = random.choice(state.hunks())
        if hunk.state in (HunkState.CONFLICT, HunkState.COVERED):
            continue
        decision = random.choice([each for each in Decision if each is not hunk.decision])
        before.append(state)
        state, step = run(state, Command("", {hunk.hunk_id: decision}))
        done = with_step(done, step)
    for number, was in enumerate(reversed(before)):
        if number % 60 == 0:
            kept = restarted(PendingReview(state, done))
            state, done = kept.state, kept.done
        state, done = undone(state, done[-1]), done[:-1]
        assert same(state, was), number
    assert not done


def test_no_more_steps_are_kept_than_u_says_and_no_more_than_can_be_read_at_a_start() -> None:
    state = add_cuts(ReviewState(), LONG, [(at, at + 1, f"first {at}\n") for at in range(0, 118, 2)])
    ids = [hunk.hunk_id for hunk in state.hunks()]
    _, one = run(state, Command("", {ids[0]: Decision.REJECTED}))
    _, every = run(state, Command("", dict.fromkeys(ids, Decision.ACCEPTED)))
    done: tuple[Step, ...] = ()
    for _ in range(MOST_STEPS + 10):
        done = with_step(done, one)
    assert len(done) == MOST_STEPS
    for _ in range(400):
        done = with_step(done, every)
    # Each of these holds all hunks.
    assert 100 < len(done) < 400
    assert sum(0 if each.stood is None else each.stood.weight for each in done) <= 20_000


def test_files_added_deleted_and_renamed_are_given_back() -> None:
    cases = (
        whole_file({}, "new.txt", TEXT),
        whole_file({PATH: TEXT}, PATH, None),
        whole_file({PATH: TEXT}, NEW, TEXT.replace("4", "four"), PATH),
        with_rename(add_cuts(ReviewState(), TEXT, [(2, 3, "two\n"), (5, 6, "five\n")]), TEXT, f"above\n{TEXT}"),
    )
    for state in cases:
        after, step = run(state, Command("", {state.hunks()[-1].hunk_id: Decision.ACCEPTED}))
        kept = restarted(PendingReview(after, (step,)))
        assert same(undone(kept.state, kept.done[0]), state)


def test_what_happens_to_other_files_is_none_of_it() -> None:
    state = add_cuts(ReviewState(), TEXT, [(2, 3, "two\n"), (3, 4, "three\n")])
    after, step = run(state, Command("", {state.hunks()[0].hunk_id: Decision.ACCEPTED}))
    assert step.stood is not None
    other = after.with_change_set(whole_file({}, "new.txt", "new\n").change_sets[0], {"new.txt": None})
    other = other.text_changed("new.txt", "typed\n")
    assert step.stood.stands(other)
    assert undone(other, step).hunks(PATH) == state.hunks(PATH)
    assert undone(other, step).texts["new.txt"] == "typed\n"
    typed = after.lines_edited(PATH, [LineEdit(LineRange(9, 9), "typed\n")])
    assert not step.stood.stands(typed)
    assert undone(typed, step).texts[PATH] == "".join(
        [*TEXT.splitlines(True)[:9], "typed\n", *TEXT.splitlines(True)[9:]]
    )


def test_it_goes_along_with_a_file_that_is_renamed() -> None:
    state = add_cuts(ReviewState(), TEXT, [(2, 3, "two\nmore\n"), (7, 8, "seven\n")])
    after, step = run(state, Command("", {state.hunks()[0].hunk_id: Decision.ACCEPTED}))
    moved = path_moved(after, PATH, "in/b.txt")
    (step,) = with_paths((step,), moving(PATH, "in/b.txt"))
    assert step.stood is not None
    assert step.stood.stands(moved)
    assert same(undone(moved, step), path_moved(state, PATH, "in/b.txt"))

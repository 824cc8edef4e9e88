"""Versions of pending hunks: earlier and later changes put together, and one version in the place of another."""

from __future__ import annotations

import random
from datetime import UTC, datetime

import pytest

from copilot_desktop.edits import propose
from copilot_desktop.edits.change_sets import ChangeSet, Decision, HunkState, change_set_from
from copilot_desktop.edits.proposal import Hunk, Proposal
from copilot_desktop.edits.refining import composed, shown_lines, stand_apart, version_of, with_hunks, with_version
from copilot_desktop.edits.review import ReviewState
from copilot_desktop.text.lines import split_lines

BASE = "".join(f"{number}\n" for number in range(10))


def hunk(start: int, end: int, text: str, path: str = "a.py") -> Hunk:
    return Hunk(path, start, end, text, "search_replace", 1.0)


def placed(base: str, earlier: list[Hunk], later: list[Hunk]) -> list[tuple[int, int, str]]:
    """Where the changes stand in the base, after a check that they come to the same text."""
    made = [each.hunk for each in composed(base, earlier, later)]
    assert stand_apart(made)
    assert with_hunks(base, made) == with_hunks(with_hunks(base, earlier), later)
    return [(each.start, each.end, each.new_text) for each in made]


@pytest.mark.parametrize(
    ("earlier", "later", "wanted"),
    [
        ([hunk(5, 6, "five\n")], [hunk(5, 6, "FIVE\n")], [(5, 6, "FIVE\n")]),
        ([hunk(5, 6, "a\nb\nc\n")], [hunk(6, 7, "B\n")], [(5, 6, "a\nB\nc\n")]),
        ([hunk(5, 6, "a\nb\n")], [hunk(6, 8, "B\n")], [(5, 7, "a\nB\n")]),
        ([hunk(5, 5, "new\n")], [hunk(5, 6, "newer\n")], [(5, 5, "newer\n")]),
        ([hunk(5, 7, "")], [hunk(5, 5, "back\n")], [(5, 7, "back\n")]),
        ([hunk(5, 6, "five\n")], [hunk(0, 1, "zero\n")], [(0, 1, "zero\n"), (5, 6, "five\n")]),
        ([hunk(5, 6, "five\n")], [hunk(6, 7, "six\n")], [(5, 7, "five\nsix\n")]),
        ([hunk(2, 3, "a\nb\n"), hunk(5, 6, "c\n")], [hunk(3, 7, "all\n")], [(2, 6, "a\nall\n")]),
        ([hunk(2, 3, "a\n"), hunk(7, 8, "b\n")], [hunk(7, 8, "B\n")], [(2, 3, "a\n"), (7, 8, "B\n")]),
        ([hunk(5, 6, "five\n")], [hunk(5, 6, "5\n")], [(5, 6, "5\n")]),
    ],
)
def test_earlier_and_later_changes_become_changes_of_the_file(
    earlier: list[Hunk], later: list[Hunk], wanted: list[tuple[int, int, str]]
) -> None:
    assert placed(BASE, earlier, later) == wanted


def random_hunks(chance: random.Random, count: int, most: int) -> list[Hunk]:
    """Hunks that stand apart in a text of so many lines."""
    cuts = sorted(chance.sample(range(count + 1), 2 * chance.randint(1, min(most, (count + 1) // 2))))
    texts = ["".join(f"{chance.randint(100, 999)}\n" for _ in range(chance.randint(0, 3))) for _ in cuts[::2]]
    return [
        hunk(start, start if chance.random() < 0.2 else end, text)
        for start, end, text in zip(cuts[::2], cuts[1::2], texts, strict=True)
    ]


def test_random_changes_come_to_the_same_text() -> None:
    chance = random.Random(5)  # noqa: S311
    for _ in range(3_000):
        earlier = random_hunks(chance, 10, 3)
        after = split_lines(with_hunks(BASE, earlier))
        placed(BASE, earlier, random_hunks(chance, len(after), 3) if len(after) > 1 else [])


def test_near_changes_are_shown_with_the_lines_between_them_and_far_ones_alone() -> None:
    base = "".join(f"{number}\n" for number in range(60))
    near = shown_lines(base, [hunk(2, 3, "two\n2b\n"), hunk(5, 6, "five\n")])
    assert [(each.lines.start, each.lines.end, each.text) for each in near] == [(2, 7, "two\n2b\n3\n4\nfive\n")]
    assert near[0].before == "2\n3\n4\n5\n"
    far = shown_lines(base, [hunk(2, 3, "two\n"), hunk(50, 51, "fifty\n")])
    assert [each.before for each in far] == ["2\n", "50\n"]


def changed(text: str, *hunks: Hunk, change_set_id: str = "") -> ChangeSet:
    proposal = Proposal({"a.py": with_hunks(text, hunks)}, hunks)
    made = change_set_from(proposal, {"a.py": text}, turn_id="t", title="x", model="m")
    return ChangeSet(
        change_set_id or made.change_set_id, "t", "x", "m", datetime.now(UTC), made.files, (), (), {"a.py": text}
    )


def test_a_version_takes_the_place_of_another_and_leaves_the_rest() -> None:
    first = changed(BASE, hunk(2, 3, "two\n"), hunk(5, 6, "five\n"))
    state = ReviewState().with_change_set(first, {"a.py": BASE})
    two, five = state.hunks()
    other = changed(BASE, hunk(5, 7, "FIVE\n"), change_set_id=first.change_set_id)
    state = with_version(state, [five.hunk_id], other, {"a.py": f"above\n{BASE}"})
    assert [(each.hunk_id == two.hunk_id, each.start, each.new_text) for each in state.hunks()] == [
        (True, 3, "two\n"),
        (False, 6, "FIVE\n"),
    ]
    assert len(state.change_sets) == 1
    assert {each for ids in state.order.values() for each in ids} == {each.hunk_id for each in state.hunks()}
    state = state.decide([each.hunk_id for each in state.hunks()], Decision.ACCEPTED)
    assert state.texts["a.py"] == "above\n0\n1\ntwo\n3\n4\nFIVE\n7\n8\n9\n"


def test_what_was_accepted_stays_and_a_version_kept_before_is_fitted_to_it() -> None:
    first = changed(BASE, hunk(2, 3, "two\n2b\n"), hunk(5, 6, "five\n"))
    state = ReviewState().with_change_set(first, {"a.py": BASE})
    two, five = state.hunks()
    kept = version_of(state, first.change_set_id, [five.hunk_id])
    assert kept is not None
    state = state.decide([two.hunk_id], Decision.ACCEPTED)
    state = with_version(state, [two.hunk_id, five.hunk_id], kept, {})
    assert [(each.start, each.decision, each.state) for each in state.hunks()] == [
        (2, Decision.ACCEPTED, HunkState.CLEAN),
        (6, Decision.PENDING, HunkState.MOVED),
    ]


def test_composed_hunks_are_those_of_a_real_answer() -> None:
    answer = "a.py\n```\n<<<<<<< SEARCH\nfive\n=======\nfive and more\nlines\n>>>>>>> REPLACE\n```\n"
    earlier = [hunk(5, 6, "five\n")]
    proposal = propose(answer, {"a.py": with_hunks(BASE, earlier)})
    assert placed(BASE, earlier, list(proposal.hunks)) == [(5, 6, "five and more\nlines\n")]

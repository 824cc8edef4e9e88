"""Random cases of living hunks: some in every run, more than a hundred thousand in the long study."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial
from random import Random

import pytest

from tests.unit.edits.living_commands import commands
from tests.unit.edits.living_study import outside, typing
from tests.unit.edits.living_walks import any_order, checkouts, two_change_sets, whole_files

CHECKS: dict[str, tuple[Callable[[Random], str], int]] = {
    "another program, lines that repeat": (partial(outside, is_unique=False), 30_000),
    "another program, no line twice": (partial(outside, is_unique=True), 20_000),
    "typing, lines that repeat": (partial(typing, is_unique=False), 15_000),
    "typing, no line twice": (partial(typing, is_unique=True), 15_000),
    "any order": (any_order, 10_000),
    "two change sets": (two_change_sets, 10_000),
    "checkouts to and fro": (checkouts, 10_000),
    "whole files": (whole_files, 10_000),
    "commands and U, lines that repeat": (partial(commands, is_unique=False), 10_000),
    "commands and U, no line twice": (partial(commands, is_unique=True), 10_000),
}
SAMPLE = 60


def _study(name: str, cases: int, seed: int) -> Counter[str]:
    check, _ = CHECKS[name]
    seeds = Random(seed)  # noqa: S311 - repeatable, not secret
    found: Counter[str] = Counter()
    for number in range(cases):
        case = seeds.getrandbits(60)
        try:
            found[check(Random(case))] += 1  # noqa: S311
        except Exception as error:
            raise AssertionError(f"{name}: case {number}, Random({case}): {error}") from error
    return found


@pytest.mark.parametrize("name", CHECKS)
def test_a_sample_of_random_cases(name: str) -> None:
    found = _study(name, SAMPLE, 3)
    assert sum(found.values()) == SAMPLE
    assert not any("other text" in word for word in found)


@pytest.mark.parametrize("case", [489231666483993144, 151282065088897140, 153918808680865122])
def test_accepts_that_are_mixed_are_all_taken_back_or_it_is_told(case: int) -> None:
    """Cases that went wrong once: taking back a neighbour made a conflict look clean."""
    assert "other text" not in two_change_sets(Random(case))  # noqa: S311


@pytest.mark.parametrize(
    ("case", "is_unique"),
    [
        (244436806368284928, True),
        (512108490682925959, True),
        (896277926495394201, False),
        (324197698254021252, True),
        (926240434641609740, False),
        (805141291533776552, True),
        (229548922387696831, False),
    ],
)
def test_undo_gives_back_what_was_there_before_a_command(case: int, is_unique: bool) -> None:
    """Cases that went wrong once: accepts came back in another order, or one was refused; and a line that is put above
    others changed places with what replaces them."""
    assert "other text" not in commands(Random(case), is_unique=is_unique)  # noqa: S311


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("name", CHECKS)
def test_a_hundred_thousand_random_cases(name: str) -> None:
    cases = CHECKS[name][1]
    found = _study(name, cases, 2026)
    print(f"\n{name}: {cases:,} cases: " + ", ".join(f"{word} {count:,}" for word, count in found.most_common()))
    # Lines that repeat can be told apart in several ways: rarely we tell of a conflict where git guesses.
    assert found["conflict where git is clean"] <= cases // 200
    assert not any("other text" in word for word in found)

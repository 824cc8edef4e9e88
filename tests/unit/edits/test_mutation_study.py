"""A sample of the mutation study: real edits of this repository's history, damaged as models damage them.

The whole study runs with `-m long`; COPILOT_DESKTOP_HISTORY names another repository than this checkout's.
"""

from __future__ import annotations

import os
import subprocess
from collections import Counter
from pathlib import Path
from random import Random

import pytest

from tests.support.edit_damages import DAMAGES
from tests.support.edit_histories import RealEdit, blocks_of
from tests.support.edit_study import Outcome, misses, studied, table, tried
from tests.support.edit_writers import WRITERS

ROOT = Path(__file__).resolve().parents[3]
BEFORE = '''\
"""Shops."""

import os
import sys


class Cart:
    """What is bought, "so far"."""

    def __init__(self, owner):
        self.owner = owner
        self.items = []
        self.is_open = True

    def add(self, item, count=1):
        for number in range(count):
            self.items.append(item)
        return len(self.items)

    def total(self, rate=0.25):
        prices = [item.price for item in self.items]
        return sum(prices) * (1 + rate)


def main(arguments):
    cart = Cart(arguments[0])
    print("total:", cart.total())
    return os.EX_OK
'''


def edit(*changes: tuple[str, str]) -> RealEdit:
    after = BEFORE
    for old, new in changes:
        assert BEFORE.count(old) == 1
        after = after.replace(old, new)
    return RealEdit("0" * 40, "shop/cart.py", BEFORE, after, blocks_of(BEFORE, after, 3))


_UNTIL = "0204e2d"
EDITS = (
    edit(("self.items.append(item)", 'self.items.append((item, "new"))')),
    edit(("import sys\n", "import re\nimport sys\n"), ("return os.EX_OK", "return 0")),
    edit(
        (
            "        return sum(prices) * (1 + rate)\n",
            "        if not prices:\n            return 0\n        return sum(prices)\n",
        )
    ),
)


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("name", WRITERS)
def test_a_damaged_edit_is_never_applied_wrongly(name: str, damage: str) -> None:
    chance = Random(3)  # noqa: S311 - repeatable, not secret
    for each in EDITS:
        for _ in range(6):
            damaged = DAMAGES[damage](each, name, chance)
            if damaged is not None:
                found = tried(each, name, damage, damaged, chance)
                assert found.outcome == "right" or (found.outcome == "refused" and _may_refuse(name, damage)), (
                    found.told()
                )
                if damage != "cut off":
                    assert all(each.candidates or each.reason == "no_path" for each in found.proposal.failures)


def _may_refuse(name: str, damage: str) -> bool:
    return name == "lazy_edit" or damage in (
        "duplicated nearby",
        "missing name",
        "cut off",
        "stale context",
        "elided middle",
    )


def _history() -> tuple[Path, str]:
    """The repository, and the last commit that counts: of this one always the same, so that the cases are."""
    if "COPILOT_DESKTOP_HISTORY" in os.environ:
        return Path(os.environ["COPILOT_DESKTOP_HISTORY"]), "HEAD"
    if subprocess.run(["git", "-C", str(ROOT), "cat-file", "-e", _UNTIL], capture_output=True, check=False).returncode:
        pytest.skip("this is no checkout with its history")
    return ROOT, _UNTIL


@pytest.mark.parametrize(
    "cases", [pytest.param(250, id="sample"), pytest.param(6_000, marks=pytest.mark.long, id="whole")]
)
@pytest.mark.timeout(1800)
def test_real_edits_damaged_as_models_damage_them(cases: int) -> None:
    counts: Counter[tuple[str, str, Outcome]] = Counter()
    wrong = []
    repository, until = _history()
    for result in studied(repository, Random(1), cases, until):  # noqa: S311 - repeatable, not secret
        counts[result.format, result.damage, result.outcome] += 1
        wrong += [result.told()] if result.outcome == "wrong" else []
    print(table(counts))
    assert wrong == []
    # A few answers say nothing about a share of them.
    assert cases < 1_000 or misses(counts) == []

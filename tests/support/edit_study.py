"""The mutation study: tries damaged answers on the engine and counts what came of them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Literal, cast

from copilot_desktop.edits import FormatName, Proposal, propose
from copilot_desktop.text.diff import unified_diff
from tests.support.edit_damages import DAMAGES, Damaged
from tests.support.edit_histories import RealEdit, real_edits
from tests.support.edit_writers import BLOCK_FORMATS, WRITERS

Outcome = Literal["right", "refused", "wrong"]
Counts = Mapping[tuple[str, str, Outcome], int]
# Percent of the answers in block formats that must be applied rightly.
GOALS = {
    **dict.fromkeys(("clean", "wrong line numbers", "lost indentation", "tabs for blanks", "trailing blanks"), 98),
    **dict.fromkeys(("smart quotes", "CRLF file", "over-escaped", "chatter"), 98),
    **dict.fromkeys(("stale context", "elided middle", "old text moved"), 85),
}


@dataclass(frozen=True, slots=True)
class Result:
    """One answer and what came of it."""

    edit: RealEdit
    format: str
    damage: str
    damaged: Damaged
    proposal: Proposal
    outcome: Outcome

    def told(self) -> str:
        """As a person looks at it."""
        answer = (
            self.damaged.answer if isinstance(self.damaged.answer, str) else json.dumps(self.damaged.answer, indent=1)
        )
        failures = "\n".join(f"{each.reason}: {each.message}" for each in self.proposal.failures)
        after = {**self.damaged.files, **self.proposal.files}
        differing = "\n".join(
            unified_diff(path, text, after.get(path) or "") for path, text in self.damaged.right[0].items()
        )
        return (
            f"{'=' * 100}\n{self.outcome}: {self.format}, {self.damage}, {self.edit.commit[:10]} {self.edit.path}\n"
            f"{answer}\n--- right text and what came of it\n{differing}\n"
            f"--- failures\n{failures}\n{self.proposal.notes}"
        )


def studied(repository: Path, chance: Random, cases: int, until: str = "HEAD") -> Iterator[Result]:
    """Try so many answers; each edit of the history in each format, with a few damages of all, in turn."""
    edits = []
    for edit in real_edits(repository, until):
        edits.append(edit)
        if len(edits) * 12 >= cases:
            break
    made = 0
    while edits and made < cases:
        for edit in edits:
            for name in WRITERS:
                damage = chance.choice(list(DAMAGES))
                damaged = DAMAGES[damage](edit, name, chance)
                if damaged is None:
                    continue
                yield tried(edit, name, damage, damaged, chance)
                made += 1
                if made >= cases:
                    return


def tried(edit: RealEdit, name: str, damage: str, damaged: Damaged, chance: Random) -> Result:
    """Place one answer; the format is told, or found out."""
    told = name if name == "lazy_edit" or damage == "missing name" or chance.random() < 0.5 else None
    proposal = propose(damaged.answer, damaged.files, cast(FormatName | None, told), finished=damaged.finished)
    after = {path: text for path, text in {**damaged.files, **proposal.files}.items() if text is not None}
    if name == "lazy_edit" and _bare(after) in map(_bare, damaged.right) and not proposal.failures:
        # Shortened code keeps the file's own blanks at line ends.
        return Result(edit, name, damage, damaged, proposal, "right")
    if after in damaged.right and (not proposal.failures or damage == "cut off"):
        outcome: Outcome = "right"
    elif proposal.failures and _is_partly_right(after, damaged, proposal):
        outcome = "refused"
    else:
        outcome = "wrong"
    return Result(edit, name, damage, damaged, proposal, outcome)


def _bare(texts: Mapping[str, str]) -> dict[str, list[str]]:
    return {path: [line.rstrip() for line in text.split("\n")] for path, text in texts.items()}


def _is_partly_right(after: Mapping[str, str], damaged: Damaged, proposal: Proposal) -> bool:
    """Whether what was placed beside a refused block is right: each of its lines stands in a right text, or before."""
    known = {line for right in (*damaged.right, damaged.files) for text in right.values() for line in text.split("\n")}
    return all(line in known for text in after.values() for line in text.split("\n")) and bool(proposal.failures)


def table(counts: Counts) -> str:
    """Right / refused / wrong for each format and damage."""
    names = list(WRITERS)
    out = ["".join([f"{'':20}", *(f"{name:>22}" for name in names), f"{'blocks':>20}"])]
    for damage in DAMAGES:
        cells = []
        for name in names:
            right, refused, wrong = _cell(counts, [name], damage)
            cells.append(f"{f'{right}/{refused}/{wrong}' if right + refused + wrong else '–':>22}")
        right, refused, wrong = _cell(counts, BLOCK_FORMATS, damage)
        every = right + refused + wrong
        cells.append(f"{f'{100 * right / every:.1f} %' if every else '–':>20}")
        out.append("".join([f"{damage:20}", *cells]))
    return "\n".join(out)


def misses(counts: Counts) -> list[str]:
    """The goals that are not met, in words."""
    found = [f"{name}, {damage}: {n} applied wrongly" for (name, damage, what), n in counts.items() if what == "wrong"]
    for damage, goal in GOALS.items():
        right, refused, wrong = _cell(counts, BLOCK_FORMATS, damage)
        every = right + refused + wrong
        if every and 100 * right < goal * every:
            found.append(f"{damage}: {100 * right / every:.1f} % applied rightly, not {goal} %")
    return found


def _cell(counts: Counts, names: tuple[str, ...] | list[str], damage: str) -> tuple[int, int, int]:
    found = Counter({what: sum(counts.get((name, damage, what), 0) for name in names) for what in _OUTCOMES})
    return found["right"], found["refused"], found["wrong"]


_OUTCOMES: tuple[Outcome, ...] = ("right", "refused", "wrong")

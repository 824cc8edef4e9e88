"""A folder of many files and answers that change most of them: 300 changes in 40 files, by three turns."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from copilot_desktop.bridge.review.controller import ReviewController
from copilot_desktop.edits.change_sets import change_set_from
from copilot_desktop.edits.proposal import Hunk, Proposal
from copilot_desktop.edits.review import ReviewState

PROMPTS = ("Turn one: net prices", "Turn two: log it", "Turn three: rename")
FILES, CHANGES = 40, 300
_LINES = 8
"""Of a function."""
UNCERTAIN = (20, 3)
"""Number of the file and of the change that was placed with doubt."""


@dataclass(frozen=True)
class Pile:
    """`texts` by path, and by path the changes from top to bottom: the first line (0-based) and the new lines."""

    texts: Mapping[str, str]
    changes: Mapping[str, tuple[tuple[int, int, str], ...]]

    @property
    def paths(self) -> list[str]:
        """The files in the order of the review."""
        return list(self.texts)

    def turns(self) -> tuple[list[str], ...]:
        """The files of each turn."""
        return self.paths[:14], self.paths[14:27], self.paths[27:]

    def expected(self, path: str, accepted: Collection[int] | None = None) -> str:
        """The text once these changes are accepted; all for None."""
        lines = self.texts[path].splitlines(keepends=True)
        for number, (start, end, text) in reversed(list(enumerate(self.changes[path]))):
            if accepted is None or number in accepted:
                lines[start:end] = [text]
        return "".join(lines)

    def proposal(self, paths: Collection[str]) -> Proposal:
        """What one answer proposes."""
        hunks = []
        for path in paths:
            for number, (start, end, text) in enumerate(self.changes[path]):
                is_sure = (self.paths.index(path), number) != UNCERTAIN
                doubt = ("", 1.0, False) if is_sure else ("indentation", 0.9, True)
                hunks.append(Hunk(path, start, end, text, "exact", doubt[1], doubt[2], doubt[0]))
        return Proposal({path: self.expected(path) for path in paths}, tuple(hunks))


def make_pile(folder: Path) -> Pile:
    """Write the files."""
    texts, changes = {}, {}
    for number in range(FILES):
        path = f"src/{'shop' if number % 2 else 'billing/adapters'}/module_{number:02}.py"
        lines: list[str] = []
        for function in range(4):
            lines += [f"def handle_{function}(items):\n", f"    total = {number}\n", "    for item in items:\n"]
            lines += ["        total += item.price\n", "    log(total)\n", "    return total\n", "\n", "\n"]
        starts = [function * _LINES + line for function in range(4) for line in (1, 4)]
        changes[path] = tuple(
            (start, start + 2, f"    net = {start}\n    net += 1\n") if number == 0 and start == 2 * _LINES + 1
            else (start, start + 1, f"    changed({number}, {start})\n")
            for start in starts[: 8 if number % 2 == 0 else 7]
        )  # fmt: skip
        texts[path] = "".join(lines)
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(texts[path], newline="")
    return Pile(texts, changes)


def propose(pile: Pile, review: ReviewController) -> None:
    """Take all turns into a review."""
    for prompt, paths in zip(PROMPTS, pile.turns(), strict=True):
        review.add_proposal(pile.proposal(paths), pile.texts, prompt, prompt, "test-model", prompt=prompt)


def state_of(pile: Pile) -> ReviewState:
    """The review of it, without a window."""
    state = ReviewState()
    for prompt, paths in zip(PROMPTS, pile.turns(), strict=True):
        made = change_set_from(
            pile.proposal(paths), pile.texts, turn_id=prompt, title=prompt, model="test-model", prompt=prompt
        )
        state = state.with_change_set(made, {path: pile.texts[path] for path in paths})
    return state

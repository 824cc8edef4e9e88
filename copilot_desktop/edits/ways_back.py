"""What each decision did to texts and hunks, so that it can be undone to the letter without merging anything.

A step counts where its files say exactly what they said right after it: then what they said before is known, and how
its hunks stood. Which step that is the texts tell, not the order in which things were done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from copilot_desktop.edits.change_sets import ChangeHunk, Decision, HunkState
from copilot_desktop.text.lined_text import LinedText
from copilot_desktop.values import dataclass

KEPT_STEPS = 200
"""So many steps of a review are known; older ones are undone by merging."""

Texts = Mapping[str, LinedText | None]


@dataclass(frozen=True, slots=True)
class Swap:
    """Lines of a file from `start` on that a hunk made others; `is_file`: the whole of it, None for no such file."""

    hunk_id: str
    path: str
    start: int
    before: str | None
    after: str | None
    is_file: bool = False


@dataclass(frozen=True, slots=True)
class HunkPair:
    """A hunk right before a step and right after it."""

    before: ChangeHunk
    after: ChangeHunk

    def back(self, now: ChangeHunk) -> ChangeHunk | None:
        """The hunk as it is now, brought to where it was before; None where more has happened to it than a decision."""
        if now == self.after:
            return self.before
        if replace(now, decision=self.after.decision, needs_look=self.after.needs_look) != self.after:
            return None
        decision = now.decision
        if decision is Decision.ACCEPTED and self.before.state is not HunkState.ALREADY_THERE:
            # It was accepted since what it wanted stood there: that goes, and it is to be decided about.
            decision = self.before.decision
        return replace(self.before, decision=decision, needs_look=now.needs_look)


@dataclass(frozen=True, slots=True)
class WayBack:
    """One step: the hunks decided in it, what it did to the files in turn, and to the hunks on or next to their lines.

    `after` are the digests of the files' texts right after it, "" for no file.
    """

    decided: tuple[str, ...]
    swaps: tuple[Swap, ...]
    hunks: tuple[HunkPair, ...]
    after: Mapping[str, str]

    def pairs(self) -> dict[str, HunkPair]:
        """Its hunks by their ids."""
        return {pair.before.hunk_id: pair for pair in self.hunks}

    def pairs_decided(self) -> tuple[HunkPair, ...]:
        """Those of the hunks that were decided in it."""
        return tuple(pair for pair in self.hunks if pair.before.hunk_id in self.decided)

    def undoes(self, wanted: Mapping[str, Decision], hunks: Mapping[str, ChangeHunk], texts: Texts) -> bool:
        """Whether undoing it is what is wanted, and all stands as it left it."""
        pairs = self.pairs()
        for hunk_id in self.decided:
            if hunk_id not in wanted or hunk_id not in hunks:
                return False
            pair, now = pairs[hunk_id], hunks[hunk_id]
            if _is_accepted(wanted[hunk_id]) is not _is_accepted(pair.before.decision):
                return False
            if (now.decision, now.edits, now.written) != (pair.after.decision, pair.after.edits, pair.after.written):
                return False
        return self.stands_in(texts)

    def stands_in(self, texts: Texts) -> bool:
        """Whether its files say what they said right after it."""
        return all(path in texts and _digest(texts[path]) == digest for path, digest in self.after.items())

    def with_paths(self, moved: Callable[[str], str]) -> WayBack:
        """The step with the paths that its files have now."""
        swaps = tuple(replace(swap, path=moved(swap.path)) for swap in self.swaps)
        return replace(self, swaps=swaps, after={moved(path): each for path, each in self.after.items()})


class StepRecord:
    """Notes what is done to a review in one step."""

    def __init__(self) -> None:
        self._swaps: list[Swap] = []
        self._met: set[str] = set()

    def swap(self, swap: Swap) -> None:
        """A decision has exchanged text."""
        self._swaps.append(swap)

    def meets(self, hunk_id: str) -> None:
        """A hunk is on the lines exchanged or next to them: how it stands is not told by these lines alone."""
        self._met.add(hunk_id)

    def way_back(
        self, before: Mapping[str, ChangeHunk], after: Mapping[str, ChangeHunk], texts: Texts
    ) -> WayBack | None:
        """The step, with the hunks before it and after it; None where no text was exchanged."""
        if not self._swaps:
            return None
        decided = tuple(dict.fromkeys(swap.hunk_id for swap in self._swaps))
        noted = self._met.union(decided)
        pairs = tuple(HunkPair(before[hunk_id], after[hunk_id]) for hunk_id in after if hunk_id in noted)
        digests = {swap.path: _digest(texts[swap.path]) for swap in self._swaps}
        return WayBack(decided, tuple(self._swaps), pairs, digests)


def with_step(steps: tuple[WayBack, ...], step: WayBack | None) -> tuple[WayBack, ...]:
    """One step more; the oldest go."""
    return steps if step is None else (*steps, step)[-KEPT_STEPS:]


def of_hunks(steps: Iterable[WayBack], hunk_ids: set[str]) -> tuple[WayBack, ...]:
    """The steps that are about these hunks alone: what is forgotten cannot be decided about again."""
    return tuple(step for step in steps if hunk_ids.issuperset(step.decided))


def _digest(lines: LinedText | None) -> str:
    return "" if lines is None else lines.digest


def _is_accepted(decision: Decision) -> bool:
    return decision is Decision.ACCEPTED

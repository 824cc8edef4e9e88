"""Random texts, what a model makes of them and what others do to them meanwhile: whole lines, seeded.

Texts have line endings of all kinds, repeated lines, and a last line with or without an ending.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from copilot_desktop.text.lines import split_lines
from tests.unit.edits.living import Cut, with_cuts

_COMMON = ("", "}", "    pass", "end", "x = 1")
_ENDINGS = ("\n", "\r\n")


@dataclass(frozen=True, slots=True)
class Case:
    """A text, the model's cuts and those of somebody else, both in its lines, apart and from top to bottom."""

    text: str
    model: tuple[Cut, ...]
    other: tuple[Cut, ...]

    @property
    def after(self) -> str:
        """The text as the model wants it."""
        return with_cuts(self.text, self.model)

    @property
    def now(self) -> str:
        """The text as it is meanwhile."""
        return with_cuts(self.text, self.other)


def random_text(random: Random, *, is_unique: bool = False) -> str:
    """A text of 3 to 40 lines."""
    ending = random.choice((*_ENDINGS, None))
    lines = [line(random, f"line {number}", ending, is_unique) for number in range(random.randint(3, 40))]
    if random.random() < 0.3:
        lines[-1] = "the last line"
    return "".join(lines)


def line(random: Random, name: str, ending: str | None, is_unique: bool) -> str:
    """One line: a name of its own, or one that others have, too."""
    content = name if is_unique or random.random() < 0.6 else random.choice(_COMMON)
    return content + (ending or random.choice(_ENDINGS))


def random_cuts(random: Random, text: str, who: str, *, apart: int = 0, is_unique: bool = False) -> tuple[Cut, ...]:
    """One to three places where lines are replaced, deleted or added, so many lines apart; some keep lines inside."""
    lines = split_lines(text)
    cuts: list[Cut] = []
    at = random.randint(0, len(lines))
    at = random.choice((at, at // 2, 0))
    for number in range(random.randint(1, 3)):
        start = at
        end = min(start + random.choice((0, 1, 1, 2, 4)), len(lines))
        if start > len(lines) or (cuts and start == end == cuts[-1][1]):
            break
        kept = [each if random.random() < 0.4 else "" for each in lines[start:end]]
        new = [*kept]
        for _ in range(random.choice((0, 1, 1, 2))):
            spot = random.randint(0, len(new))
            new.insert(spot, line(random, f"{who} {number} {spot}", random.choice(_ENDINGS), is_unique))
        made = "".join(new)
        is_last = end == len(lines) and lines and not lines[-1].endswith("\n")
        if is_last:
            # The last line has no ending: so has what takes its place, and nothing is put behind it.
            made = made.removesuffix("\n").removesuffix("\r")
            if start == end:
                break
        if made != "".join(lines[start:end]) and not (is_last and not made):
            cuts.append((start, end, made))
        at = end + random.randint(apart, 6)
        if at > len(lines):
            break
    return tuple(cuts)


def random_case(random: Random, *, is_unique: bool = False) -> Case:
    """A text and cuts of both; both change something."""
    while True:
        text = random_text(random, is_unique=is_unique)
        model = random_cuts(random, text, "model", is_unique=is_unique)
        other = random_cuts(random, text, "other", apart=1, is_unique=is_unique)
        case = Case(text, model, other)
        if model and other and case.after != text and case.now != text:
            return case

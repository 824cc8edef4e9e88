"""Which function or class a change is about, by the syntax of its file as it is now."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from copilot_desktop.edits.change_sets import ChangeHunk
from copilot_desktop.text.lines import split_lines
from copilot_desktop.values import dataclass

if TYPE_CHECKING:
    from copilot_desktop.syntax.definitions import Definition

GROUPED_CHARACTERS = 1_000_000
"""Of larger files nobody waits for the functions: they are written by machines."""


@dataclass(frozen=True, slots=True)
class ChangedDefinition:
    """`names` are those it stands in, outermost first, and its own; `kind` is a word like function, class, method."""

    names: tuple[str, ...]
    kind: str

    @property
    def title(self) -> str:
        """Its name with those it stands in."""
        return ".".join(self.names)

    def holds(self, other: ChangedDefinition) -> bool:
        """Whether the other one is this one, or stands in it."""
        return other.names[: len(self.names)] == self.names


def changed_definitions(path: str, text: str, hunks: Iterable[ChangeHunk]) -> dict[str, ChangedDefinition]:
    """Of hunks in lines of this text the innermost definition that holds all their lines, by hunk id.

    One that reaches beyond a definition, and one in a language that is not known, is not in it. About 8 MB a second.
    """
    if len(text) > GROUPED_CHARACTERS:
        return {}
    # What reads code is not needed before there is something to review.
    from copilot_desktop.syntax.definitions import definitions

    known = [each for each in definitions(path, text) if each.kind != "heading"]
    if not known:
        return {}
    lines = split_lines(text)
    found: dict[str, ChangedDefinition] = {}
    around: list[Definition] = []
    at = 0
    for hunk in sorted(hunks, key=lambda each: (each.start, each.end)):
        while at < len(known) and known[at].lines.start <= hunk.start:
            around.append(known[at])
            at += 1
        # What ends above is over for all hunks below, too.
        around = [each for each in around if each.lines.end >= hunk.start]
        inside = [each for each in around if _holds(each, hunk, lines)]
        if inside:
            inner = min(inside, key=lambda each: (len(each.lines), -each.lines.start))
            found[hunk.hunk_id] = ChangedDefinition((*inner.outer, inner.name), inner.kind)
    return found


def _holds(definition: Definition, hunk: ChangeHunk, lines: list[str]) -> bool:
    start, end = definition.lines.start, definition.lines.end
    if hunk.start < hunk.end:
        return start <= hunk.start and hunk.end <= end
    if hunk.start == start:
        return False
    if hunk.start < end:
        return True
    # Lines put below the last one belong to it where they are indented more than its head.
    first = next((line for line in split_lines(hunk.new_text) if line.strip()), "")
    return _indent(first) > _indent(lines[start]) if first and start < len(lines) else False


def _indent(line: str) -> int:
    expanded = line.expandtabs(4)
    return len(expanded) - len(expanded.lstrip())

"""Whether a code block is a file of the project rewritten, by the lines that stand in both."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import pairwise

from copilot_desktop.edits.placing.left_out import is_shortened
from copilot_desktop.text.lines import split_lines


class KnownTexts:
    """The files, with what is counted of them once however many blocks are compared with them."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self.files = files
        self._counted: dict[str, _Counted] = {}

    def shares_most(self, path: str, new: str) -> bool:
        """Whether most lines of a file stand in a text."""
        return self._of(path).shares_most(_bare(new))

    def is_rewritten(self, path: str, new: str) -> bool:
        """Whether a text under a file's name is meant for it: the file rewritten, or shortened and saying so."""
        old, lines = self._of(path), _bare(new)
        return old.shares_most(lines) or old.is_as_long(lines) or is_shortened(lines, old.lines)

    def is_changed_part(self, path: str, new: str) -> bool:
        """Whether a text is a part of a file with some of its lines changed, and not just quoted."""
        return self._of(path).is_changed_part(_bare(new))

    def begins_with(self, path: str, start: Sequence[str]) -> bool:
        """Whether a file rewritten may begin with these lines: half of them stand in it."""
        lines = [bare for line in start if (bare := line.strip())]
        return bool(lines) and sum(line in self._of(path).lines for line in lines) * 2 >= len(lines)

    def has_line(self, line: str) -> bool:
        """Whether a line without the blanks around it stands in any of the files."""
        return any(line in self._of(path).lines for path in self.files)

    def stand_together(self, above: str, below: str) -> bool:
        """Whether two such lines follow each other in any of the files, blank ones aside."""
        return any((above, below) in self._of(path).pairs for path in self.files)

    def _of(self, path: str) -> _Counted:
        if path not in self._counted:
            self._counted[path] = _Counted(self.files[path])
        return self._counted[path]


def shares_most(new: str, old: str) -> bool:
    """Whether most lines of a text stand in another one."""
    return _Counted(old).shares_most(_bare(new))


class _Counted:
    """How often each line of a text stands in it, blank ones aside."""

    def __init__(self, text: str) -> None:
        bare = _bare(text)
        self._text = "\n".join(["", *bare, ""])
        self.lines = Counter(bare)
        self.count = self.lines.total()

    @cached_property
    def pairs(self) -> set[tuple[str, str]]:
        """Every line with the one below it."""
        bare = self._text.split("\n")[1:-1]
        return set(pairwise(bare))

    def shares_most(self, new: list[str]) -> bool:
        return self.count >= 2 and sum(self.lines.get(line, 0) for line in set(new)) >= 0.6 * self.count

    def is_as_long(self, new: list[str]) -> bool:
        """Whether a text is long enough to be another one rewritten: a short one of its own lines is an excerpt."""
        is_excerpt = sum(line in self.lines for line in new) >= 0.5 * len(new)
        is_rewrite = len(new) >= 5 and not is_excerpt
        return len(new) >= (0.3 if is_rewrite else 0.6) * self.count

    def is_changed_part(self, new: list[str]) -> bool:
        """Whether at least half of some lines are known, and more than one, but they do not stand together."""
        known = sum(line in self.lines for line in new)
        return known >= 2 and known * 2 >= len(new) and "\n".join(["", *new, ""]) not in self._text


def _bare(text: str) -> list[str]:
    return [bare for line in split_lines(text) if (bare := line.strip())]

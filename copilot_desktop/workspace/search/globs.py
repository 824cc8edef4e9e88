"""The globs that people write into fields: `*.py, src, !tests`; for ripgrep, and for paths that it does not see."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

from copilot_desktop.values import dataclass
from copilot_desktop.workspace.git.patterns import IgnorePatterns
from copilot_desktop.workspace.search.values import Field, SearchQuery

_MEANS_MORE = re.compile(r"[*?\[\]{},\\]")
_EXPANDED = 256
"""So many globs one may stand for by its braces."""


@dataclass(frozen=True, slots=True)
class Globs:
    """Globs by what they do, each anchored (`/src/*.py`) or for every depth (`**/*.py`)."""

    include: tuple[str, ...]
    exclude: tuple[str, ...]

    @classmethod
    def of(cls, query: SearchQuery) -> Globs:
        """Those of both fields; one with `!` in front does what the other field does."""
        parts = [(part, True) for part in split_globs(query.include)]
        parts += [(part, False) for part in split_globs(query.exclude)]
        include: list[str] = []
        exclude: list[str] = []
        for part, is_included in parts:
            glob = part.removeprefix("!")
            (include if is_included != part.startswith("!") else exclude).extend(_meant(glob))
        return cls(tuple(include), tuple(exclude))

    def arguments(self) -> list[str]:
        """For ripgrep, where the last one that fits counts. Git's own folder is never searched."""
        chosen = [f"--glob={glob}" for glob in self.include]
        return [*chosen, *(f"--glob=!{glob}" for glob in self.exclude), "--glob=!.git"]

    def field_of(self, glob: str) -> Field:
        """In which field a glob stands."""
        if any(glob in each for each in self.include):
            return Field.INCLUDE
        return Field.EXCLUDE if any(glob in each for each in self.exclude) else Field.NONE

    def fits(self, path: str) -> bool:
        """Whether a file is searched, as far as the globs go."""
        if self.exclude and IgnorePatterns("\n".join(self.exclude)).verdict(path, False):
            return False
        return not self.include or bool(IgnorePatterns("\n".join(self.include)).verdict(path, False))


def glob_of(path: str) -> str:
    """A glob for one file or folder; signs that mean something in globs are any sign there."""
    return f"./{_MEANS_MORE.sub('?', path)}"


def split_globs(text: str) -> Iterator[str]:
    """The globs between commas; those inside of braces and brackets belong to one."""
    depth, start = 0, 0
    for at, sign in enumerate(f"{text},"):
        if sign in "{[":
            depth += 1
        elif sign in "}]":
            depth = max(0, depth - 1)
        elif sign == "," and (depth == 0 or at == len(text)):
            part = text[start:at].strip()
            start = at + 1
            if part and part != "!":
                yield part


def _meant(glob: str) -> Iterator[str]:
    """What one stands for: braces resolved, a name at any depth, and whatever is in a folder of that name."""
    glob = glob.replace("\\", "/") if os.sep == "\\" else glob
    for each in without_braces(glob):
        plain = each.removeprefix("./").rstrip("/")
        if each.startswith("./"):
            plain = f"/{plain}"
        elif not plain.startswith(("/", "**/")):
            plain = f"**/{plain}"
        yield plain
        if not plain.endswith("**"):
            yield f"{plain}/**"


def without_braces(glob: str) -> list[str]:
    """`*.{js,ts}` as `*.js` and `*.ts`; one with a brace too few stays, and ripgrep says what is wrong with it."""
    done: list[str] = []
    waiting = [glob]
    while waiting and len(done) + len(waiting) <= _EXPANDED:
        each = waiting.pop(0)
        close = each.find("}")
        start = each.rfind("{", 0, close) if close >= 0 else -1
        if start < 0:
            done.append(each)
            continue
        waiting += [each[:start] + choice + each[close + 1 :] for choice in each[start + 1 : close].split(",")]
    return done + waiting

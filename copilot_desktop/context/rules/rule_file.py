"""One rule file: its text for the model, and when it applies. Reads the front matter of `.mdc` and `.copilot/rules`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

from copilot_desktop.values import dataclass
from copilot_desktop.workspace.git.patterns import IgnorePatterns
from copilot_desktop.workspace.search.globs import split_globs, without_braces

_KEY: Final = re.compile(r"([A-Za-z_-]+)[ \t]*:[ \t]*(.*)")
_TRUE: Final = ("true", "yes", "on")


@dataclass(frozen=True, slots=True)
class RuleFile:
    """A rule file as it was read. `globs`: it applies with files that fit one of them; `is_always`: with any prompt."""

    path: str
    text: str
    is_always: bool = True
    globs: tuple[str, ...] = ()
    description: str = ""

    def why(self, paths: Sequence[str]) -> str:
        """Why it applies to a prompt about these files; empty where it does not."""
        if self.is_always:
            return "it applies to every prompt"
        for glob in self.globs:
            fitting = next((path for path in paths if _fits(glob, path)), None)
            if fitting is not None:
                return f"{glob} fits {fitting}"
        return ""


@lru_cache(maxsize=256)
def read_rule(path: str, text: str) -> RuleFile:
    """The rule file of a path and its text: front matter counts only where other tools read it."""
    if not path.startswith((".cursor/rules/", ".copilot/rules/")):
        return RuleFile(path, text)
    values, body = _front_matter(text)
    globs = tuple(glob for said in values.get("globs", ()) for glob in split_globs(said))
    said = values.get("alwaysapply", ())
    is_always = any(each.lower() in _TRUE for each in said)
    if path.startswith(".copilot/rules/") and not globs and not said:
        is_always = True
    return RuleFile(path, body, is_always, globs, " ".join(values.get("description", ())))


def _front_matter(text: str) -> tuple[dict[str, list[str]], str]:
    """What stands between the two lines of dashes at its top, keys in lower case, and the rest.

    Cursor writes globs as they are (`globs: *.py,src/**`), which is no YAML; lists of both forms are read, too.
    """
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
    if lines[0].rstrip() != "---":
        return {}, text
    end = next((at for at, line in enumerate(lines[1:], 1) if line.rstrip() in ("---", "...")), None)
    if end is None:
        return {}, text
    values: dict[str, list[str]] = {}
    key = ""
    for line in lines[1:end]:
        named = _KEY.fullmatch(line.rstrip())
        if named is not None:
            key = named[1].lower()
            values[key] = list(_said(named[2]))
        elif key and line.strip().startswith("- "):
            values[key] += _said(line.strip()[2:])
    return values, "\n".join(lines[end + 1 :]).lstrip("\n")


def _said(value: str) -> Iterator[str]:
    value = value.strip()
    parts = split_globs(value[1:-1]) if value.startswith("[") and value.endswith("]") else (value,)
    for part in parts:
        bare = part.strip()
        if len(bare) > 1 and bare[0] == bare[-1] and bare[0] in "\"'":
            bare = bare[1:-1]
        if bare:
            yield bare


def _fits(glob: str, path: str) -> bool:
    """As `.gitignore` reads it: with a slash from the folder's top, else at any depth."""
    meant = (f"{each}**" if each.endswith("/") else each for each in without_braces(glob))
    return IgnorePatterns("\n".join(meant)).verdict(path, False) is True

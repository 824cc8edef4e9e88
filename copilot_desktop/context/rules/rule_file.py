"""One rule file: its text for the model, and when it applies. Front matter counts only where other tools read it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from copilot_desktop.context.rules.front_matter import front_matter
from copilot_desktop.values import dataclass
from copilot_desktop.workspace.git.patterns import IgnorePatterns
from copilot_desktop.workspace.search.globs import split_globs, without_braces

_TRUE: Final = ("true", "yes", "on")
_GLOBS: Final = {
    ".cursor/rules/": "globs",
    ".copilot/rules/": "globs",
    ".github/instructions/": "applyto",
    ".claude/rules/": "paths",
}
"""Where front matter is read, and what globs are called there."""
_ALWAYS_WITHOUT: Final = (".copilot/rules/", ".claude/rules/")
"""There a file that says nothing of when it applies always does."""
_EVERY_FILE: Final = ("*", "**", "**/*")
_SUFFIXES: Final = (".instructions.md", ".mdc", ".md")


@dataclass(frozen=True, slots=True)
class RuleFile:
    """A rule file as it was read. `globs`: it applies with files that fit one of them; `is_always`: with any prompt.

    One that is neither is asked for: by the model, from its `description`, or by the user, by its `name`.
    """

    path: str
    text: str
    is_always: bool = True
    globs: tuple[str, ...] = ()
    description: str = ""

    @property
    def name(self) -> str:
        """What the user calls it."""
        return name_of_rule(self.path)

    @property
    def can_be_named(self) -> bool:
        """Whether it applies to some prompts and not to others."""
        return not self.is_always and self.path.startswith(tuple(_GLOBS))

    def why(self, paths: Sequence[str]) -> str:
        """Why it applies to a prompt about these files; empty where it does not."""
        if self.is_always:
            return "it applies to every prompt"
        for glob in self.globs:
            fitting = next((path for path in paths if _fits(glob, path)), None)
            if fitting is not None:
                return f"{glob} fits {fitting}"
        return ""


def name_of_rule(path: str) -> str:
    """The name of a rule file without its folders and its suffix."""
    name = path.rsplit("/", 1)[-1]
    suffix = next((each for each in _SUFFIXES if name.endswith(each) and name != each), "")
    return name.removesuffix(suffix)


@lru_cache(maxsize=256)
def read_rule(path: str, text: str) -> RuleFile:
    """The rule file of a path and its text."""
    folder = next((each for each in _GLOBS if path.startswith(each)), None)
    if folder is None:
        return RuleFile(path, text)
    values, body = front_matter(text)
    globs = tuple(glob for said in values.get(_GLOBS[folder], ()) for glob in split_globs(said))
    said = values.get("alwaysapply", ())
    is_always = any(each.lower() in _TRUE for each in said)
    if folder in _ALWAYS_WITHOUT and not globs and not said:
        is_always = True
    if _GLOBS[folder] != "globs" and any(glob in _EVERY_FILE for glob in globs):
        is_always = True
    return RuleFile(path, body, is_always, globs, " ".join(values.get("description", ())))


def _fits(glob: str, path: str) -> bool:
    """As `.gitignore` reads it: with a slash from the folder's top, else at any depth."""
    meant = (f"{each}**" if each.endswith("/") else each for each in without_braces(glob))
    return IgnorePatterns("\n".join(meant)).verdict(path, False) is True

"""The patterns of ignore files, as git reads them: the last one that fits a path says whether it is ignored."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Iterator

from copilot_desktop.values import dataclass

_CLASSES = {
    "alnum": "a-zA-Z0-9", "alpha": "a-zA-Z", "blank": " \\t", "cntrl": "\\x00-\\x1f\\x7f", "digit": "0-9",
    "graph": "!-~", "lower": "a-z", "print": " -~", "punct": "!-/:-@\\[-`{-~", "space": " \\t-\\r", "upper": "A-Z",
    "xdigit": "0-9a-fA-F",
}  # fmt: skip
_NEVER = "(?!)"


@dataclass(frozen=True, slots=True)
class _Rule:
    """One line of an ignore file."""

    expression: str
    is_of_name: bool
    is_of_folders: bool
    ignores: bool


class IgnorePatterns:
    """The rules of one file; paths are those below its folder, with slashes."""

    def __init__(self, text: str, *, folds_case: bool = False) -> None:
        rules = list(_rules(text.removeprefix("\ufeff")))
        self._ignores = [rule.ignores for rule in rules]
        flags = re.DOTALL | re.IGNORECASE if folds_case else re.DOTALL
        self._folders = _Fitting(rules, flags)
        self._files = _Fitting([rule if not rule.is_of_folders else None for rule in rules], flags)

    def verdict(self, path: str, is_folder: bool) -> bool | None:
        """Whether a path is ignored; None where no rule fits. What its folders say is asked of them."""
        last = (self._folders if is_folder else self._files).last(path)
        return None if last < 0 else self._ignores[last]


class FolderPatterns:
    """The rules of the ignore files of a folder and of those below it; `read` gives those of one, which is asked once.

    Only folders that have rules are asked about a path: in thousands of nested ones hardly any has."""

    def __init__(self, read: Callable[[str], IgnorePatterns | None]) -> None:
        self._read = read
        self._chains: dict[str, tuple[tuple[str, IgnorePatterns], ...]] = {}

    def verdict(self, path: str, is_folder: bool) -> bool | None:
        """Whether a path is ignored, by the rules nearest to it that say something; None where none does."""
        for folder, patterns in self._chain(path.rpartition("/")[0]):
            said = patterns.verdict(path[len(folder) + 1 :] if folder else path, is_folder)
            if said is not None:
                return said
        return None

    def clear(self) -> None:
        """Forget what was read."""
        self._chains.clear()

    def _chain(self, folder: str) -> tuple[tuple[str, IgnorePatterns], ...]:
        """The rules that hold in a folder, the nearest first."""
        for each in unknown_above(folder, self._chains):
            above = self._chains[each.rpartition("/")[0]] if each else ()
            patterns = self._read(each)
            self._chains[each] = above if patterns is None else ((each, patterns), *above)
        return self._chains[folder]


def unknown_above(folder: str, known: Container[str]) -> list[str]:
    """A folder and those above it, up to the first that is known, the outermost first. No recursion: a tree may be
    nested deeper than that goes."""
    unknown: list[str] = []
    while folder not in known:
        unknown.append(folder)
        if not folder:
            break
        folder = folder.rpartition("/")[0]
    return unknown[::-1]


class _Fitting:
    """Finds the last of some rules that fits. Two expressions of all rules, the last first: trying one rule after the
    other would take a hundred times as long."""

    def __init__(self, rules: Iterable[_Rule | None], flags: int) -> None:
        numbered = [(number, rule) for number, rule in enumerate(rules) if rule is not None][::-1]
        self._of_names = [number for number, rule in numbered if rule.is_of_name]
        self._of_paths = [number for number, rule in numbered if not rule.is_of_name]
        self._names = _either((rule.expression for _number, rule in numbered if rule.is_of_name), flags)
        self._paths = _either((rule.expression for _number, rule in numbered if not rule.is_of_name), flags)

    def last(self, path: str) -> int:
        """The number of the last rule that fits; -1: none."""
        by_name = self._names.fullmatch(path.rpartition("/")[2]) if self._of_names else None
        by_path = self._paths.fullmatch(path) if self._of_paths else None
        return max(
            -1 if by_name is None else self._of_names[(by_name.lastindex or 1) - 1],
            -1 if by_path is None else self._of_paths[(by_path.lastindex or 1) - 1],
        )


def _either(expressions: Iterable[str], flags: int) -> re.Pattern[str]:
    return re.compile("|".join(f"({expression})" for expression in expressions), flags)


def _rules(text: str) -> Iterator[_Rule]:
    for line in text.split("\n"):
        pattern = _without_blanks(line.removesuffix("\r"))
        if not pattern or pattern.startswith("#"):
            continue
        ignores = not pattern.startswith("!")
        pattern = pattern if ignores else pattern[1:]
        is_of_folders = pattern.endswith("/")
        pattern = pattern.removesuffix("/")
        if not pattern:
            continue
        yield _Rule(_expression(pattern.removeprefix("/")), "/" not in pattern, is_of_folders, ignores)


def _without_blanks(line: str) -> str:
    """Without blanks at the end, unless a backslash keeps them."""
    end = len(line)
    while end and line[end - 1] == " " and not _is_escaped(line, end - 1):
        end -= 1
    return line[:end]


def _is_escaped(line: str, at: int) -> bool:
    return (at - len(line[:at].rstrip("\\"))) % 2 == 1


def _expression(pattern: str) -> str:
    """A pattern as a regular expression for a whole name or path.

    Atomic groups keep it from trying for ever: the first place where what stands between two stars fits is as good as
    any later one.
    """
    runs: list[list[str]] = [[]]
    for part in _split(pattern):
        if len(part) > 1 and not part.strip("*"):
            runs.append([])
        else:
            runs[-1].append(_part(part))
    first, *others = ("/".join(run) for run in runs)
    if not others:
        return first
    begin = f"{first}/" if first else ""
    between = "".join(f"(?>(?:[^/]+/)*?{run}/)" for run in others[:-1] if run)
    return begin + between + (f"(?:.*/)?{others[-1]}" if others[-1] else ".+")


def _split(pattern: str) -> Iterator[str]:
    """The parts between slashes; one in brackets stands for itself."""
    start = at = 0
    while at < len(pattern):
        if pattern[at] == "/":
            yield pattern[start:at]
            start = at + 1
        at = _class(pattern, at)[1] if pattern[at] == "[" else at + (2 if pattern[at] == "\\" else 1)
    yield pattern[start:]


def _part(pattern: str) -> str:
    """What fits one name of a path."""
    fixed, at = [""], 0
    while at < len(pattern):
        character = pattern[at]
        if character == "*":
            at += len(pattern[at:]) - len(pattern[at:].lstrip("*"))
            fixed.append("")
        elif character == "[":
            expression, at = _class(pattern, at)
            fixed[-1] += expression
        elif character == "\\":
            fixed[-1] += re.escape(pattern[at + 1]) if at + 1 < len(pattern) else _NEVER
            at += 2
        else:
            fixed[-1] += "[^/]" if character == "?" else re.escape(character)
            at += 1
    first, *others = fixed
    if not others:
        return first
    return first + "".join(f"(?>[^/]*?{each})" for each in others[:-1]) + f"[^/]*{others[-1]}"


def _class(pattern: str, start: int) -> tuple[str, int]:
    """The characters in brackets, and where the pattern goes on; without a closing bracket it fits nothing."""
    at = start + 1
    is_other = pattern[at : at + 1] in ("!", "^")
    at += is_other
    members: list[str] = []
    first = at
    while at < len(pattern) and (pattern[at] != "]" or at == first):
        named = re.compile(r"\[:(\w*):\]").match(pattern, at)
        if named is not None:
            if named[1] not in _CLASSES:
                return _NEVER, len(pattern)
            members.append(_CLASSES[named[1]])
            at = named.end()
            continue
        low, at = _member(pattern, at)
        if pattern[at : at + 1] == "-" and pattern[at + 1 : at + 2] not in ("", "]"):
            high, at = _member(pattern, at + 1)
            # Git has seen the first by itself before it sees that there is a range.
            members.append(f"{re.escape(low)}-{re.escape(high)}" if low <= high else re.escape(low))
        else:
            members.append(re.escape(low))
    if at >= len(pattern):
        return _NEVER, len(pattern)
    inside = "".join(members)
    if not inside:
        return ("[^/]" if is_other else _NEVER), at + 1
    return f"(?!/)[{'^' if is_other else ''}{inside}]", at + 1


def _member(pattern: str, at: int) -> tuple[str, int]:
    if pattern[at] == "\\" and at + 1 < len(pattern):
        return pattern[at + 1], at + 2
    return pattern[at], at + 1

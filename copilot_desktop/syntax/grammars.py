"""The grammars: which one reads a file, and which of its nodes define something. The table is resources/syntax.json."""

from __future__ import annotations

import functools
import importlib
import json
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from copilot_desktop.resource_files import resource_path
from copilot_desktop.values import dataclass

if TYPE_CHECKING:
    import tree_sitter


@dataclass(frozen=True, slots=True)
class Grammar:
    """One language. `definitions`: node type → kind; a kind with `!` counts only with a body, with `?` only where the
    value is a function."""

    name: str
    module: str
    function: str
    definitions: Mapping[str, str]


@functools.lru_cache(maxsize=64)
def grammar_of(path: str) -> Grammar | None:
    """The grammar of a file, by the ending of its name; None for a language without one."""
    return _by_suffix().get(PurePosixPath(path).suffix.lower())


def is_code(path: str) -> bool:
    """Whether a file is code of one language, and not a text that may hold any."""
    grammar = grammar_of(path)
    return grammar is not None and grammar.name != "markdown"


@functools.cache
def language_of(grammar: Grammar) -> tree_sitter.Language:
    """The loaded grammar; 5–20 ms the first time."""
    import tree_sitter

    return tree_sitter.Language(getattr(importlib.import_module(grammar.module), grammar.function)())


@functools.cache
def _by_suffix() -> Mapping[str, Grammar]:
    table = json.loads(resource_path("syntax.json").read_text(encoding="utf-8"))
    found: dict[str, Grammar] = {}
    for name, entry in table.items():
        made = _Frozen(entry["definitions"])
        grammar = Grammar(name, entry["module"], entry.get("function", "language"), made)
        found |= dict.fromkeys(entry["suffixes"], grammar)
    return found


class _Frozen(dict[str, str]):
    """Can be hashed, so that a grammar can: nothing changes it."""

    def __hash__(self) -> int:  # type: ignore[override]
        return id(self)

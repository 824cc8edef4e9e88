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


_MOST_STRAY = 5_000


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


def defining_nodes(grammar: Grammar, root: tree_sitter.Node) -> list[tree_sitter.Node]:
    """The nodes below one whose type may define something, outer ones before those in them.

    The grammar's own search finds them: to go through all nodes by hand takes ten times as long as to read the text.
    """
    import tree_sitter

    if root.type == "ERROR" and root.child_count > _MOST_STRAY:
        # Nothing of it was understood, and the search takes the square of it: eight seconds for 100 KB of minus signs.
        return []
    found = tree_sitter.QueryCursor(_query(grammar)).captures(root).get("it", [])
    return sorted(found, key=lambda node: (node.start_byte, -node.end_byte))


@functools.cache
def _query(grammar: Grammar) -> tree_sitter.Query:
    import tree_sitter

    language = language_of(grammar)
    known = [each for each in grammar.definitions if language.id_for_node_kind(each, True) is not None]
    return tree_sitter.Query(language, f"[{' '.join(f'({each})' for each in known)}] @it")


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

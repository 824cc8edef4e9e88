"""The grammars: which one reads a file, and which of its nodes define something. The table is resources/syntax.json."""

from __future__ import annotations

import functools
import importlib
import json
import time
from collections.abc import Callable, Mapping
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
_PIECE_BYTES = 65_536
_LEAST_S, _S_PER_BYTE = 0.3, 0.8e-6


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


def parsed_in_time(grammar: Grammar, data: bytes) -> tree_sitter.Tree | None:
    """A parsed text, whose nodes know no text of their own; None where it takes much longer than code of that length
    does. 2 MB of `a<a<a<` take C++ 16 s and 5.7 GB."""
    import tree_sitter

    is_over = _limit(len(data))
    try:
        # Only what is read in pieces can be stopped.
        return tree_sitter.Parser(language_of(grammar)).parse(
            lambda at, _point: data[at : at + _PIECE_BYTES], progress_callback=lambda _at, _has_error: is_over()
        )
    except ValueError:  # that is how it says that it was stopped
        return None


def _limit(size_bytes: int) -> Callable[[], bool]:
    """Tells whether this thread has worked too long since: more than twice as long as code of that length takes."""
    until_s = time.thread_time() + _LEAST_S + size_bytes * _S_PER_BYTE
    return lambda: time.thread_time() > until_s


def defining_nodes(grammar: Grammar, root: tree_sitter.Node) -> list[tree_sitter.Node]:
    """The nodes below one whose type may define something, outer ones before those in them.

    The grammar's own search finds them: to go through all nodes by hand takes ten times as long as to read the text.
    """
    import tree_sitter

    if root.type == "ERROR" and root.child_count > _MOST_STRAY:
        # Nothing of it was understood, and the search takes the square of it: eight seconds for 100 KB of minus signs.
        return []
    # Cannot be stopped: with a callback for that, tree-sitter 0.26.1 crashes on small texts.
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

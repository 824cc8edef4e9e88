"""Where a name stands in a text, and as what: defined there, given a value, used, or only in a comment or a string."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from copilot_desktop.syntax.definitions import LIMIT_CHARACTERS, definition_of, name_node
from copilot_desktop.syntax.grammars import Grammar, grammar_of, is_code, language_of
from copilot_desktop.values import dataclass

if TYPE_CHECKING:
    import tree_sitter

_MOST: Final = 2_000
"""Of one text; nobody reads more."""
_HIGHEST: Final = 6
"""So many nodes above a name are looked at."""
_GIVING: Final = ("left", "name", "pattern", "alias", "declarator", "parameter")
"""Fields of a node that hold what it gives a value to."""
_GATHERED: Final = re.compile(r"pattern|parameter|_list$|^tuple$|typed_|declarator|^identifier$|target")
"""Nodes between a name and the one that gives it its value."""
_USING: Final = re.compile(
    r"argument|call|attribute|member|subscript|index|import|field_|keyword|scoped|qualified|pair|binary|comparison|boolean"
)
"""Nodes whose `name` or `left` is no name that is made there."""

_MEMBER: Final = re.compile(r"^attribute$|member|field_expression|selector")


class Role(StrEnum):
    """What a name does at a place. BOUND: it gets a value, as a variable or a parameter. STORED: so does an attribute
    of that name (`self.name = …`). IMPORTED: it comes from elsewhere."""

    DEFINED = "definition"
    BOUND = "assignment"
    STORED = "attribute"
    IMPORTED = "import"
    USED = ""
    COMMENT = "comment"
    STRING = "string"


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One place: 0-based line and column in code points."""

    line: int
    column: int
    role: Role


def occurrences(path: str, text: str, name: str) -> tuple[Occurrence, ...]:
    """The places of a whole word in a text, from top to bottom; without a known language all of them are uses.

    8 MB a second: for a worker.
    """
    places = _places(text, name)
    grammar = grammar_of(path) if is_code(path) and len(text) <= LIMIT_CHARACTERS else None
    if grammar is None or not places:
        return tuple(Occurrence(line, column, Role.USED) for line, column, _at in places)
    import tree_sitter

    root = tree_sitter.Parser(language_of(grammar)).parse(text.encode("utf-8", "surrogatepass")).root_node
    found = []
    for line, column, at in places:
        node = root.descendant_for_byte_range(at, at + len(name.encode("utf-8", "surrogatepass")))
        role = Role.USED if node is None else _role(node, grammar, name)
        found.append(Occurrence(line, column, role))
    return tuple(found)


def _places(text: str, name: str) -> list[tuple[int, int, int]]:
    """Line, column and byte of each."""
    if not name:
        return []
    matches = list(_matches(text, name))
    starts = [0, *(found.end() for found in re.finditer(r"\r\n|\n|\r", text))] if matches else [0]
    places, counted, byte = [], 0, 0
    for at in matches:
        byte += len(text[counted:at].encode("utf-8", "surrogatepass"))
        counted = at
        line = bisect_right(starts, at) - 1
        places.append((line, at - starts[line], byte))
    return places


def _matches(text: str, name: str) -> Iterator[int]:
    wanted = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")
    for number, found in enumerate(wanted.finditer(text)):
        if number == _MOST:
            return
        yield found.start()


def _role(leaf: tree_sitter.Node, grammar: Grammar, name: str) -> Role:
    kind = leaf.type
    if "comment" in kind or (leaf.parent is not None and "comment" in leaf.parent.type):
        return Role.COMMENT
    if "identifier" not in kind and any(word in kind for word in ("string", "char", "text", "regex", "heredoc")):
        return Role.STRING
    node = leaf.parent
    for _each in range(_HIGHEST):
        if node is None:
            break
        if "import" in node.type or node.type == "use_declaration":
            return Role.IMPORTED
        if node.type in grammar.definitions and definition_of(node, grammar, (), False) is not None:
            named = name_node(node)
            if named is not None and named.start_byte <= leaf.start_byte and leaf.end_byte <= named.end_byte:
                return Role.DEFINED
        node = node.parent
    if (leaf.text or b"").decode("utf-8", "replace") != name:
        return Role.USED
    if _is_bound(leaf):
        return Role.BOUND
    parent = leaf.parent
    is_last = parent is not None and _MEMBER.search(parent.type) is not None and parent.end_byte == leaf.end_byte
    return Role.STORED if is_last and parent is not None and _is_bound(parent) else Role.USED


def _is_bound(leaf: tree_sitter.Node) -> bool:
    """Whether a name gets a value here: through patterns and lists up to what gives it."""
    child, node = leaf, leaf.parent
    for _each in range(_HIGHEST):
        if node is None or _USING.search(node.type):
            return False
        if "parameters" in node.type:
            return True
        if any(node.child_by_field_name(field) == child for field in _GIVING):
            return True
        if node.child_by_field_name("value") == child or not _GATHERED.search(node.type):
            return False
        child, node = node, node.parent
    return False

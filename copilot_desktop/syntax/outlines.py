"""The outline of a text: what it defines, as a tree, and which lines are the inside of each. Also of a fragment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field
from typing import TYPE_CHECKING, Final

from copilot_desktop.syntax.definitions import CLASSES, LIMIT_CHARACTERS, definition_of
from copilot_desktop.syntax.grammars import Grammar, defining_nodes, grammar_of, language_of
from copilot_desktop.syntax.python_depths import has_wrong_depth
from copilot_desktop.text.ranges import LineRange
from copilot_desktop.values import dataclass

if TYPE_CHECKING:
    import tree_sitter

# What makes a method that stands alone, without its class, readable; on the same lines.
_WRAPPINGS: Final = {
    "javascript": ("class Fragment {", "\n}"),
    "typescript": ("class Fragment {", "\n}"),
    "tsx": ("class Fragment {", "\n}"),
    "java": ("class Fragment {", "\n}"),
    "csharp": ("class Fragment {", "\n}"),
    "cpp": ("struct Fragment {", "\n};"),
    "rust": ("impl Fragment {", "\n}"),
    "php": ("<?php class Fragment {", "\n}"),
}
_OPENINGS: Final = {"php": "<?php "}
_FRAGMENT_LIMIT: Final = 200_000
"""Nobody writes more than this as a piece; what is no code takes long to read as such."""
_CHECKED_LIMIT: Final = 1_000_000
"""Texts that are no code take seconds to be read as such."""
_DEPTHS_LIMIT: Final = 200_000
"""To go through all statements of a text takes as long again."""
_WRAPPERS: Final = frozenset(
    {"decorated_definition", "export_statement", "template_declaration", "lexical_declaration", "variable_declaration"}
    | {"type_declaration"}
)


@dataclass(slots=True)
class Outlined:
    """A definition: all its lines, the first of them that is not its heading, and its end if a bracket or word ends it.

    `inner` are the lines between heading and end; None where it has no lines of its own.
    """

    name: str
    kind: str
    lines: LineRange
    inner: LineRange | None
    children: list[Outlined] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Outline:
    """The definitions at the top of a text; `is_broken` where the text is no valid code of its language."""

    roots: list[Outlined]
    is_broken: bool


def outline(path: str, text: str) -> Outline | None:
    """The outline of a file's text; None in a language that is not known, or for a text too large."""
    grammar = grammar_of(path)
    return None if grammar is None or len(text) > LIMIT_CHARACTERS else _outline(grammar, text)


def fragment_outline(path: str, text: str) -> Outline | None:
    """The outline of a piece of code, which may be methods without their class."""
    grammar = grammar_of(path)
    if grammar is None or len(text) > _FRAGMENT_LIMIT:
        return None
    opening = _OPENINGS.get(grammar.name, "")
    plain = _outline(grammar, text if text.lstrip().startswith("<?") else opening + text)
    if not plain.is_broken or grammar.name not in _WRAPPINGS:
        return plain
    before, after = _WRAPPINGS[grammar.name]
    wrapped = _outline(grammar, before + text + after)
    if wrapped.is_broken or not wrapped.roots:
        return plain
    return Outline(wrapped.roots[0].children, is_broken=False)


def is_broken(path: str, text: str) -> bool:
    """Whether a text is no valid code; False also in a language that is not known, or for a text too large."""
    grammar = grammar_of(path)
    if grammar is None or grammar.name == "markdown" or len(text) > _CHECKED_LIMIT:
        return False
    root = _parsed(grammar, text)
    is_python = grammar.name == "python" and len(text) <= _DEPTHS_LIMIT
    return root.has_error or (is_python and has_wrong_depth(root))


def _parsed(grammar: Grammar, text: str) -> tree_sitter.Node:
    import tree_sitter

    return tree_sitter.Parser(language_of(grammar)).parse(text.encode("utf-8", "surrogatepass")).root_node


def _outline(grammar: Grammar, text: str) -> Outline:
    root = _parsed(grammar, text)
    roots: list[Outlined] = []
    # What the next one stands in: where that ends, what it holds, and whether it is a class.
    around: list[tuple[int, list[Outlined], bool]] = []
    for node in defining_nodes(grammar, root):
        while around and node.end_byte > around[-1][0]:
            around.pop()
        _ends, siblings, is_in_class = around[-1] if around else (0, roots, False)
        found = definition_of(node, grammar, (), is_in_class)
        if found is not None and found.kind != "heading":
            outer = _outermost(node)
            made = Outlined(found.name, found.kind, LineRange(outer.start_point.row, _end(outer)), _inner(node))
            siblings.append(made)
            around.append((node.end_byte, made.children, found.kind in CLASSES))
    return Outline(roots, root.has_error)


def _outermost(node: tree_sitter.Node) -> tree_sitter.Node:
    while node.parent is not None and node.parent.type in _WRAPPERS:
        node = node.parent
    return node


def _end(node: tree_sitter.Node) -> int:
    last = node.end_point.row + (1 if node.end_point.column else 0)
    return max(last, node.start_point.row + 1)


def _inner(node: tree_sitter.Node) -> LineRange | None:
    body = _body(node)
    if body is not None and (body.text or b"")[:1] == b"{":
        start, end = body.start_point.row + 1, body.end_point.row
        return LineRange(start, end) if start <= end else None
    named = [child for child in node.children if "comment" not in child.type]
    has_end = bool(named) and named[-1].type == "end"
    heading = [child for child in named if child != body and child.type != "end"]
    if not heading:
        return None
    start = heading[-1].end_point.row + 1
    end = node.end_point.row if has_end else _end(node)
    return LineRange(start, end) if start < end or (has_end and start <= end) else None


def _body(node: tree_sitter.Node) -> tree_sitter.Node | None:
    """The node of a definition's inside: its field, or the block that ends it."""
    for holder in (node, node.child_by_field_name("value"), node.child_by_field_name("type")):
        body = holder.child_by_field_name("body") if holder is not None else None
        if body is not None:
            return body
    return next((each for each in _below(node, 4) if each.end_byte == node.end_byte and _is_block(each)), None)


def _below(node: tree_sitter.Node, depth: int) -> Iterator[tree_sitter.Node]:
    level = [node]
    for _ in range(depth):
        level = [child for each in level for child in each.children[-2:]]
        yield from level


def _is_block(node: tree_sitter.Node) -> bool:
    return node.child_count > 1 and node.children[0].type == "{"

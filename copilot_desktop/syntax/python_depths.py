"""Whether Python's statements are indented as their blocks are: the grammar reads them in any depth."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import tree_sitter

_CLAUSES: Final = frozenset({"elif_clause", "else_clause", "except_clause", "except_group_clause", "finally_clause"})
_HOLDERS: Final = frozenset(
    {"if_statement", "for_statement", "while_statement", "try_statement", "with_statement", "match_statement"}
    | {"function_definition", "class_definition", "decorated_definition", "case_clause", "block"}
    | _CLAUSES
)
"""What may have statements in it."""


def has_wrong_depth(module: tree_sitter.Node) -> bool:
    """Whether a statement is not as deep as the first one of its block, or a block no deeper than its head."""
    waiting = [module]
    while waiting:
        node = waiting.pop()
        is_wrong = _is_uneven(node) if node.type in ("module", "block") else _is_apart(node)
        if is_wrong:
            return True
        waiting += [each for each in node.named_children if each.type in _HOLDERS]
    return False


def _is_uneven(block: tree_sitter.Node) -> bool:
    """Whether the statements of a block that begin a line do not begin at one column, or there is none."""
    column = 0 if block.type == "module" else None
    row = -1
    for each in block.named_children:
        if each.type == "comment":
            continue
        start = each.start_point
        if start.row > row:
            if column is not None and start.column != column:
                return True
            column = start.column
        row = each.end_point.row
    # The grammar takes a block without statements as well, where they are not deep enough.
    return row < 0 and block.type == "block"


def _is_apart(statement: tree_sitter.Node) -> bool:
    """Whether a clause of a statement stands at another column than it, or what is in it no deeper."""
    column, row = statement.start_point.column, statement.start_point.row
    for each in statement.children:
        if each.type == "comment":
            continue
        start = each.start_point
        if start.row > row:
            if each.type == "block" and start.column <= column:
                return True
            if (each.type in _CLAUSES or statement.type == "decorated_definition") and start.column != column:
                return True
        row = each.end_point.row
    return False

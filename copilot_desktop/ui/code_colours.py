"""Colours for code in answers and diffs: Pygments' tokens mapped to the roles of look.md. No Qt."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING

from copilot_desktop.values import dataclass

if TYPE_CHECKING:
    from pygments.lexer import Lexer

# Beyond this a block is shown without colours: lexing would be felt.
_COLOURED_CHARACTERS = 60_000


@dataclass(frozen=True, slots=True)
class CodeRun:
    """Characters of one role: a token name of look.md, or empty for plain text."""

    text: str
    role: str = ""


def highlight(text: str, language: str, path: str = "") -> list[list[CodeRun]]:
    """The runs of every line; at least one line. The first call imports Pygments (17 ms)."""
    if len(text) > _COLOURED_CHARACTERS:
        return [[CodeRun(line)] if line else [] for line in text.split("\n")]
    return list(highlighted_lines(text, language, path))


def highlighted_lines(text: str, language: str, path: str = "") -> Iterator[list[CodeRun]]:
    """Yield the runs of one line after the other, so that a caller can stop and go on; at least one line."""
    lexer = _lexer(language.lower(), path)
    if lexer is None:
        yield from ([CodeRun(line)] if line else [] for line in text.split("\n"))
        return
    row: list[CodeRun] = []
    for kind, value in lexer.get_tokens(text):
        role = _role(str(kind))
        for at, piece in enumerate(value.split("\n")):
            if at:
                yield row
                row = []
            if not piece:
                continue
            if row and row[-1].role == role:
                row[-1] = CodeRun(row[-1].text + piece, role)
            else:
                row.append(CodeRun(piece, role))
    yield row


def warm() -> None:
    """Import Pygments and build its tables, so that the first code block is as quick as the others. For a worker."""
    highlight("x = 1", "python")


@cache
def _lexer(language: str, path: str) -> Lexer | None:
    """The lexer of a fence's language, else of its path.

    Pygments' own search asks every installed distribution for plugins, 20 ms for each name that it does not know; and
    a fence that is still arriving has several.
    """
    names = _names()
    file_name = path.replace("\\", "/").rpartition("/")[2].lower()
    suffix = file_name.rpartition(".")[2]
    found = names.get(language) or names.get(file_name) or (names.get(f"*.{suffix}") if "." in file_name else None)
    if found is None:
        return None
    from pygments.lexers import get_lexer_by_name

    return get_lexer_by_name(found, stripnl=False, ensurenl=False)


# Suffixes that several of Pygments' lexers claim: the one that is meant nearly always.
_SHARED = {"*.h": "c", "*.m": "objective-c", "*.sql": "sql", "*.pl": "perl", "*.inc": "php", "*.v": "verilog"}


@cache
def _names() -> Mapping[str, str]:
    """Aliases, file names and `*.suffix` in lower case, each with the alias Pygments finds the lexer by."""
    from pygments.lexers import LEXERS

    names: dict[str, str] = {}
    for _module, _name, aliases, patterns, _types in LEXERS.values():
        for known in (*aliases, *patterns):
            if aliases:
                names.setdefault(known.lower(), aliases[0])
    return names | _SHARED


_ROLES = (
    ("Token.Keyword.Constant", "nu"),
    ("Token.Keyword", "kw"),
    ("Token.Operator.Word", "kw"),
    ("Token.Literal.String.Doc", "st"),
    ("Token.Literal.String", "st"),
    ("Token.Literal.Number", "nu"),
    ("Token.Comment", "co"),
    ("Token.Name.Decorator", "nu"),
    ("Token.Name.Function", "df"),
    ("Token.Name.Class", "df"),
    ("Token.Name.Tag", "kw"),
    ("Token.Name.Attribute", "df"),
    ("Token.Generic.Deleted", "remf"),
    ("Token.Generic.Inserted", "addf"),
    ("Token.Generic.Heading", "df"),
)


@cache
def _role(kind: str) -> str:
    return next((role for prefix, role in _ROLES if kind.startswith(prefix)), "")

"""What the index knows of one file: its words in several lights, its pieces, its symbols and what it imports."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from copilot_desktop.context.index.calls import EVERYWHERE, called_names
from copilot_desktop.context.index.imports import imported
from copilot_desktop.context.index.pieces import pieces
from copilot_desktop.context.index.words import (
    counted_plain_terms,
    counted_stemmed_terms,
    plain_terms,
    stemmed_terms,
)
from copilot_desktop.syntax.definitions import Definition, definitions, known_definitions
from copilot_desktop.syntax.grammars import is_code
from copilot_desktop.text.lines import split_lines
from copilot_desktop.text.ranges import LineRange
from copilot_desktop.values import dataclass

LIMIT_CHARACTERS: Final = 2_000_000
"""Larger texts are data, or made by machines: they are found by their path alone."""
_SIGNATURE_CHARACTERS: Final = 200
_PATH_COUNTS: Final = 5
"""A word of the path says as much as so many inside."""
_NOTE: Final = re.compile(
    r'"""[\s\S]*?"""|/\*[\s\S]*?\*/|(?<![\w:])//[^\n]*|#[^\n]*|\'[^\'\n]{3,200}\'|"[^"\n]{3,200}"|`[^`\n]{3,200}`'
)
"""Comments and quoted texts, in most languages: what people say of the code."""


HEADING: Final = "heading"
"""The kind of what is no symbol of code."""


@dataclass(frozen=True, slots=True)
class Symbol:
    """Something that a file defines. `outer`: the names it stands in, joined by dots; `signature` its first line."""

    name: str
    kind: str
    lines: LineRange
    outer: str
    signature: str


@dataclass(frozen=True, slots=True)
class IndexedPiece:
    """Some lines of a file, what they define if anything, the terms they are found by, and the names they call."""

    lines: LineRange
    name: str
    terms: str
    calls: str


@dataclass(frozen=True, slots=True)
class IndexedFile:
    """A file read for the index. All terms are strings with blanks between them; `text_terms` are not stemmed."""

    path: str
    lines: int
    text_terms: str
    path_terms: str
    name_terms: str
    note_terms: str
    pieces: tuple[IndexedPiece, ...]
    symbols: tuple[Symbol, ...]
    imports: tuple[str, ...]
    is_whole: bool = True
    """Whether what it defines is known, if anything."""


def indexed_file(path: str, text: str) -> IndexedFile:
    """Read a text for the index; one that is too large or none gives its path alone. 3 to 5 MB a second."""
    bare = path.rpartition(".")[0] or path
    path_terms = stemmed_terms(bare)
    if not text or len(text) > LIMIT_CHARACTERS:
        return IndexedFile(path, 0, plain_terms(bare), path_terms, "", "", (), (), ())
    lines, known = split_lines(text), known_definitions(path, text)
    found = known or ()
    names = " ".join(each.name for each in found)
    return IndexedFile(
        path=path,
        lines=len(lines),
        text_terms=" ".join((*(plain_terms(bare),) * _PATH_COUNTS, counted_plain_terms(text))),
        path_terms=path_terms,
        name_terms=stemmed_terms(names),
        note_terms=counted_stemmed_terms("\n".join(_NOTE.findall(text))),
        pieces=tuple(_pieces(path, path_terms, lines, found)),
        symbols=tuple(_symbol(each, lines) for each in found),
        imports=imported(path, text),
        is_whole=known is not None,
    )


def symbols_of(path: str, text: str) -> tuple[Symbol, ...]:
    """The symbols of a text as the index would know them."""
    lines = split_lines(text)
    return tuple(_symbol(each, lines) for each in definitions(path, text))


def _pieces(path: str, path_terms: str, lines: Sequence[str], found: Sequence[Definition]) -> Iterable[IndexedPiece]:
    known, has_calls = EVERYWHERE.union(each.name for each in found), is_code(path)
    for piece in pieces(lines, found):
        named = stemmed_terms(piece.name)
        inside = "".join(lines[piece.lines.start : piece.lines.end])
        calls = called_names(inside, known) if has_calls else ""
        # What it is called says more of it than a word inside.
        yield IndexedPiece(piece.lines, piece.name, f"{path_terms} {named} {named} {stemmed_terms(inside)}", calls)


def _symbol(found: Definition, lines: Sequence[str]) -> Symbol:
    heading = next(
        (line for line in lines[found.lines.start : found.lines.end] if found.name in line), lines[found.lines.start]
    )
    return Symbol(
        found.name, found.kind, found.lines, ".".join(found.outer), heading.strip()[:_SIGNATURE_CHARACTERS].rstrip("{ ")
    )

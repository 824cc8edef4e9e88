"""Which language a file is in, from resources/languages.json: lexer, key words, colours of the lexer's styles."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any, NamedTuple

from copilot_desktop.resource_files import resource_path
from copilot_desktop.text.indentation import Indentation, read_indentation

_SHEBANG = r"^#!\s*\S*?([\w.+-]+?)[\d.]*(?:\s+(?:-\S+\s+)*([\w.+-]+?)[\d.]*)?(?:\s|$)"


class EditorLanguage(NamedTuple):
    """A language. `keywords` and `styles` are (number, words) and (style, token of the look).

    `block_comment` is what opens and what closes one, empty where the language has none. `quotes` are the signs
    that come in pairs of the same. `indentation` is what nearly all files of it have.
    """

    name: str
    lexer: str
    line_comment: str
    block_comment: tuple[str, str]
    quotes: str
    indentation: Indentation | None
    extensions: tuple[str, ...]
    file_names: tuple[str, ...]
    interpreters: tuple[str, ...]
    keywords: tuple[tuple[int, str], ...]
    styles: tuple[tuple[int, str], ...]
    properties: tuple[tuple[str, str], ...]


PLAIN_TEXT = EditorLanguage("Plain text", "", "", ("", ""), "", None, (), (), (), (), (), ())


@cache
def languages() -> tuple[EditorLanguage, ...]:
    """Every language known, in the order of the file."""
    return tuple(_language(number) for number in range(len(_data()["languages"])))


def language_for(path: str | None, first_line: str = "") -> EditorLanguage:
    """Find the language by file name, then extension (the longest that fits), then the first line's `#!`."""
    name = (path or "").replace("\\", "/").rsplit("/", 1)[-1].lower()
    if name:
        parts = name.split(".")
        wanted = [("names", name), *(("extensions", ".".join(parts[start:])) for start in range(1, len(parts)))]
        for key, value in wanted:
            for number, entry in enumerate(_data()["languages"]):
                if value in entry.get(key, "").split():
                    return _language(number)  # that one alone: all of them take longer than the file
    shebang = re.match(_SHEBANG, first_line)
    if shebang:
        called = shebang[2] if shebang[1] == "env" else shebang[1]
        for language in languages():
            if called in language.interpreters:
                return language
    if first_line.startswith("<?xml"):
        return next(language for language in languages() if language.name == "XML")
    return PLAIN_TEXT


@cache
def _data() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(resource_path("languages.json").read_text(encoding="utf-8"))
    return found


@cache
def _language(number: int) -> EditorLanguage:
    entry, styles = _data()["languages"][number], _data()["styles"]
    lexer = entry["lexer"]
    opening, _blank, closing = entry.get("block", "").partition(" ")
    return EditorLanguage(
        name=entry["name"],
        lexer=lexer,
        line_comment=entry.get("comment", ""),
        block_comment=(opening, closing),
        quotes=entry.get("quotes", "\"'"),
        indentation=read_indentation(entry.get("indent", "")),
        extensions=tuple(entry.get("extensions", "").split()),
        file_names=tuple(entry.get("names", "").split()),
        interpreters=tuple(entry.get("run", "").split()),
        keywords=tuple((int(number), words) for number, words in entry.get("keywords", {}).items()),
        styles=tuple(
            (int(style), token) for token, numbers in styles.get(lexer, {}).items() for style in numbers.split()
        ),
        properties=tuple(entry.get("properties", {}).items()),
    )

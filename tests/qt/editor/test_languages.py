"""Languages: found by name, extension and first line; each lexer exists and colours its key words."""

from __future__ import annotations

import pytest
from lexilla import create_lexer  # type: ignore[import-untyped]

from copilot_desktop.editor.languages import PLAIN_TEXT, EditorLanguage, language_for, languages
from copilot_desktop.editor.theme import EditorTheme
from tests.qt.editor.conftest import MakeView


@pytest.mark.parametrize(
    ("path", "first_line", "name"),
    [
        ("src/a.py", "", "Python"), ("a.test.tsx", "", "TypeScript"), ("Dockerfile", "", "Dockerfile"),
        ("x/Makefile", "", "Makefile"), ("CMakeLists.txt", "", "CMake"), ("run", "#!/usr/bin/env python3", "Python"),
        ("run", "#!/bin/sh -e", "Shell"), ("run", "#!/usr/bin/env -S node --x", "JavaScript"), ("a.RS", "", "Rust"),
        ("feed", '<?xml version="1.0"?>', "XML"), ("a.unknown", "", "Plain text"), ("notes", "hello", "Plain text"),
        (".gitignore", "", "Git ignore"), ("a.h", "", "C"), ("C:\\x\\a.go", "", "Go"),
    ],
)  # fmt: skip
def test_the_language_is_found(path: str, first_line: str, name: str) -> None:
    assert language_for(path, first_line).name == name


def test_there_are_many_and_none_fights_another() -> None:
    assert len(languages()) >= 30
    for part in ("extensions", "file_names", "interpreters"):
        claimed = [name for language in languages() for name in getattr(language, part)]
        assert len(claimed) == len(set(claimed)), part


@pytest.mark.parametrize("language", languages(), ids=lambda each: each.name)
def test_each_lexer_exists_and_its_tokens_too(language: EditorLanguage) -> None:
    lexer = create_lexer(language.lexer)
    assert lexer is not None
    assert {token for _style, token in language.styles} <= set(EditorTheme._fields)


@pytest.mark.parametrize(
    ("path", "text", "word", "token"),
    [
        ("a.py", "def f(): return 'x'  # c\n", "def", "kw"), ("a.py", "x = 'str'\n", "str", "st"),
        ("a.py", "class Basket: pass\n", "Basket", "df"), ("a.py", "x = 1  # note\n", "note", "co"),
        ("a.ts", "const a = 12;\n", "const", "kw"), ("a.ts", "const a = 12;\n", "12", "nu"),
        ("a.rs", "fn main() { let a = 1; }\n", "let", "kw"), ("a.go", 'var a = "s"\n', "s\"", "st"),
        ("a.sh", "if true; then echo; fi # c\n", "then", "kw"), ("a.yaml", "name: 1 # c\n", "name", "df"),
        ("a.json", '{"a": 12}\n', "12", "nu"), ("a.toml", "a = 12 # c\n", "# c", "co"),
        ("a.md", "# Title\n", "Title", "df"), ("a.sql", "select 1 -- c\n", "select", "kw"),
        ("a.css", "/* c */ a { color: red; }\n", "/* c", "co"), ("a.html", "<p>x</p> <!-- c -->\n", "p>x", "kw"),
        ("a.php", "<?php return 1; // c\n", "return", "kw"), ("a.rb", "def f; 1; end # c\n", "end", "kw"),
        ("a.lua", "local a = 1 -- c\n", "local", "kw"), ("Makefile", "# c\nall: x\n", "# c", "co"),
        ("a.ps1", "function f { } # c\n", "# c", "co"), ("CMakeLists.txt", "# c\nset(a 1)\n", "# c", "co"),
        ("a.java", "public class A {}\n", "public", "kw"), ("a.c", "int a; // c\n", "// c", "co"),
        ("a.hs", "module A where -- c\n", "where", "kw"), ("a.diff", "+new\n-old\n", "-old", "remf"),
        ("a.r", "x <- function(a) 1 # c\n", "function", "kw"), ("a.ini", "[s]\na=1\n; c\n", "; c", "co"),
    ],
)  # fmt: skip
def test_words_get_their_colour(
    make_view: MakeView, theme: EditorTheme, path: str, text: str, word: str, token: str
) -> None:
    view = make_view(text, path=path)
    view.code.colourise(0, -1)
    fore = view.code.styleFore(view.code.styleIndexAt(text.index(word)))
    colours = {name: getattr(theme, name) for name in EditorTheme.colour_names()}
    wanted = colours[token]
    assert f"#{fore & 255:02X}{fore >> 8 & 255:02X}{fore >> 16 & 255:02X}" == wanted


def test_an_unknown_file_is_plain(make_view: MakeView) -> None:
    assert make_view("x", path=None).language == PLAIN_TEXT

"""Definitions are found in every language of the table, with their lines and what they stand in."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copilot_desktop.resource_files import resource_path
from copilot_desktop.syntax.definitions import definitions
from copilot_desktop.text.ranges import LineRange

PYTHON = '''import os

@decorated
class Basket:
    """Holds items."""

    def total(self) -> int:
        def price(item):
            return item.price
        return sum(map(price, self.items))

async def main():
    pass
'''
SAMPLES = {
    "a.py": (PYTHON, ["class Basket", "method total", "function price", "function main"]),
    "a.js": (
        "function f() {}\nclass A { m() {} }\nconst g = () => 1, n = 3;\nexport default function h() {}\n",
        ["function f", "class A", "method m", "function g", "function h"],
    ),
    "a.ts": (
        "interface I { x: number }\ntype T = string;\nenum E { A }\nabstract class C { abstract m(): void; n() {} }\n",
        ["interface I", "type T", "enum E", "class C", "method m", "method n"],
    ),
    "a.tsx": ("export const App = () => <div/>;\nfunction B() { return <b/>; }\n", ["function App", "function B"]),
    "a.go": (
        "package p\ntype T struct{}\nfunc (t *T) M() {}\nfunc F() {}\n", ["type T", "method M", "function F"]
    ),
    "a.rs": (
        "struct S;\nimpl Show for S { fn show(&self) {} }\nmod m { fn f() {} }\ntrait T { fn g(&self); }\n",
        ["struct S", "impl Show for S", "method show", "module m", "function f", "trait T", "method g"],
    ),
    "A.java": (
        "class A { A() {} int m() { return 1; } enum E { X } }\ninterface I { void n(); }\n",
        ["class A", "method A", "method m", "enum E", "interface I", "method n"],
    ),
    "a.c": (
        "struct s { int x; };\nstruct s v;\nstatic char **f(int a) { return 0; }\n#define M(x) x\ntypedef int T;\n",
        ["struct s", "function f", "macro M", "type T"],
    ),
    "a.cpp": (
        "namespace n { class C { public: int m() { return 1; } }; }\nint n::g() { return 2; }\n",
        ["module n", "class C", "method m", "function n::g"],
    ),
    "a.cs": (
        "namespace N { class C { public int P { get; set; } void M() {} } }\n",
        ["module N", "class C", "property P", "method M"],
    ),
    "a.rb": (
        "module M\n  class C\n    def m; end\n    def self.s; end\n  end\nend\n",
        ["module M", "class C", "method m", "method s"],
    ),
    "a.php": ("<?php\nfunction f() {}\nclass C { function m() {} }\n", ["function f", "class C", "method m"]),
    "a.sh": ("f() { :; }\nfunction g { :; }\n", ["function f", "function g"]),
    "a.lua": ("function f() end\nlocal function g() end\n", ["function f", "function g"]),
    "a.md": (
        "# One\n\ntext\n\n## Two *words*\n\nThree\n=====\n", ["heading One", "heading Two *words*", "heading Three"]
    ),
}  # fmt: skip


@pytest.mark.parametrize("path", SAMPLES)
def test_definitions_of(path: str) -> None:
    text, expected = SAMPLES[path]
    assert [f"{each.kind} {each.name}" for each in definitions(path, text)] == expected


def test_every_language_of_the_table_has_a_sample() -> None:
    table = json.loads(resource_path("syntax.json").read_text())
    covered = {path[path.rindex(".") :] for path in SAMPLES}
    assert [name for name, entry in table.items() if not covered & set(entry["suffixes"])] == []


def test_a_definition_has_its_lines_with_decorators_and_what_it_stands_in() -> None:
    basket, total, price, main = definitions("shop/basket.py", PYTHON)
    assert basket.lines == LineRange(2, 10)
    assert total.lines == LineRange(6, 10)
    assert total.outer == ("Basket",)
    assert price.outer == ("Basket", "total")
    assert main.lines == LineRange(11, 13)


def test_other_languages_and_huge_texts_have_none() -> None:
    assert definitions("notes.txt", "def f(): pass") == ()
    assert definitions("a.py", "x = 1\n" * 1_000_000) == ()


def test_broken_code_gives_what_can_be_recognised() -> None:
    names = [
        each.name
        for each in definitions("a.py", "def f():\n    return 1 +\n\nclass C:\n    def m(self):\n        pass\n")
    ]
    assert names == ["f", "C", "m"]


@given(st.text(max_size=300))
def test_any_text_is_read(text: str) -> None:
    for path in ("a.py", "a.cpp", "a.rs", "a.md"):
        for found in definitions(path, text):
            assert 0 <= found.lines.start < found.lines.end <= text.count("\n") + 1


def test_deep_nesting_is_no_harm() -> None:
    assert definitions("a.js", "(" * 20_000 + ")" * 20_000) == ()

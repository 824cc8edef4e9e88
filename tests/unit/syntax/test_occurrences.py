"""What a name does at each of its places, in several languages."""

from __future__ import annotations

import pytest

from copilot_desktop.syntax.occurrences import Role, occurrences

PYTHON = '''\
from money import total, other as spare
LIMIT: int = 3
# total of it
def total(x, LIMIT=4, *args):
    """total in words"""
    total_ = x
    y = f"{x} x"
    for y in x:
        obj.total = x
    return obj.total(x=LIMIT)
class Shop:
    total: int
'''
SCRIPT = """\
import {total} from "./money";
const add = (a) => a; let {b, c: d} = total; function bar(a) { return a.bar + "bar" }
class Shop { bar() { this.bar(); this.b = 1; } }
"""
RUST = (
    "fn add(n: i32) -> i32 { let sum = n; sum }\nstruct Shop { n: i32 }\nimpl Shop { fn add(&self) { self.add() } }\n"
)


@pytest.mark.parametrize(
    ("path", "text", "name", "expected"),
    [
        (
            "a.py",
            PYTHON,
            "total",
            "0 import, 2 comment, 3 definition, 4 string, 8 attribute, 9 , 11 assignment",
        ),
        ("a.py", PYTHON, "LIMIT", "1 assignment, 3 assignment, 9 "),
        ("a.py", PYTHON, "x", "3 assignment, 5 , 6 , 6 string, 7 , 8 , 9 "),
        ("a.py", PYTHON, "y", "6 assignment, 7 assignment"),
        ("a.py", PYTHON, "args", "3 assignment"),
        ("a.ts", SCRIPT, "total", "0 import, 1 "),
        ("a.ts", SCRIPT, "b", "1 assignment, 2 attribute"),
        ("a.ts", SCRIPT, "add", "1 definition"),
        ("a.ts", SCRIPT, "bar", "1 definition, 1 , 1 string, 2 definition, 2 "),
        ("a.rs", RUST, "add", "0 definition, 2 definition, 2 "),
        ("a.rs", RUST, "sum", "0 assignment, 0 "),
        ("a.txt", "total and subtotal, total", "total", "0 , 0 "),
        ("a.py", "def broken(:\n  total = (", "total", "1 "),
    ],
)
def test_roles(path: str, text: str, name: str, expected: str) -> None:
    found = occurrences(path, text, name)
    assert ", ".join(f"{each.line} {each.role}" for each in found) == expected


def test_columns_are_code_points_whatever_stands_before() -> None:
    text = "x = '😀é'; total = 1\r\n\r\ntotal\rtotal"
    found = occurrences("a.py", text, "total")
    assert [(each.line, each.column) for each in found] == [(0, 10), (2, 0), (3, 0)]
    assert found[0].role is Role.BOUND


def test_no_name_is_nowhere() -> None:
    assert occurrences("a.py", "x = 1", "") == ()

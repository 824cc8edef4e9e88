"""Code that the grammar of Python reads, though its statements are not as deep as their blocks."""

from __future__ import annotations

import ast
from pathlib import Path
from random import Random

import pytest

from copilot_desktop.syntax.outlines import is_broken

ROOT = Path(__file__).resolve().parents[3]
_METHOD = "class A:\n    def f(self):\n        x = 1\n        return x\n"


@pytest.mark.parametrize(
    "text",
    [
        _METHOD.replace("        return", "    return", 1) + "\n        y = 2\n",
        _METHOD.replace("        return", "            return"),
        _METHOD.replace("        return", "      return"),
        _METHOD.replace("    def", "        def"),
        "def f():\nreturn 1\n",
        "    x = 1\n",
        "if a:\n    b\n  else:\n    c\n",
        "if a:\n    b\nelse:\nc\n",
        "@decorated\n  def f():\n    pass\n",
    ],
)
def test_a_statement_at_another_depth_than_its_block_is_no_valid_code(text: str) -> None:
    assert is_broken("a.py", text)


@pytest.mark.parametrize(
    "text",
    [
        _METHOD,
        "if a: b; c\nelse: d\n",
        "if a:\n  # said\n      # more\n    b\n# below\n    c\n",
        "x = [\n1,\n      2,\n]\nf(a,\n  b)\n",
        'def f():\n    """Says.\n\nAnd more.\n    """\n    return 1\n',
        "match a:\n    case 1:\n        b\n    case _: c\n",
        "async def f(\n    a,\n): return a\n",
        "if a:\n  b\nelse:\n        c\n",
    ],
)
def test_any_depth_that_python_takes_is_valid_code(text: str) -> None:
    ast.parse(text)
    assert not is_broken("a.py", text)


def test_python_itself_agrees_on_lines_that_were_moved() -> None:
    chance = Random(5)  # noqa: S311 - repeatable, not secret
    found = {True: 0, False: 0}
    for path in sorted((ROOT / "copilot_desktop" / "edits").glob("*.py"))[:20]:
        lines = path.read_text().split("\n")
        for _ in range(6):
            at = chance.choice([at for at, line in enumerate(lines) if line.strip()])
            bare = lines[at].lstrip()
            depth = max(0, len(lines[at]) - len(bare) + chance.choice([-4, -2, 2, 4, 8]))
            text = "\n".join([*lines[:at], " " * depth + bare, *lines[at + 1 :]])
            is_wrong = _is_invalid(text)
            assert is_broken(str(path), text) == is_wrong, (path, at)
            found[is_wrong] += 1
    assert min(found.values()) > 10


def _is_invalid(text: str) -> bool:
    try:
        ast.parse(text)
    except SyntaxError:
        return True
    return False

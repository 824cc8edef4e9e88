# ruff: noqa: E501 - tables of answers, each on a line
"""Adversarial answers of any size of which no two blocks are the same, and lines made for expressions that go back."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any


def floods(size: int) -> Iterator[tuple[str, Any]]:
    """Answers of about so many characters with a name each, for a file of `edit_loads.FILE` under the name a.py."""
    for name, piece in _NUMBERED.items():
        yield name, _many(piece, size)
    for name, line in _LINES.items():
        yield name, line * (size // len(line) + 1)
    for name, head, piece, tail in _FRAMED:
        yield name, head + _many(piece, size) + tail
    yield from _single(size)


def _many(piece: Callable[[int], str], size: int) -> str:
    out, length = [], 0
    for number in count():
        out.append(piece(number))
        length += len(out[-1])
        if length >= size:
            return "".join(out)
    return ""


def _pair(old: str, new: str) -> str:
    return f"a.py\n<<<<<<< SEARCH\n{old}=======\n{new}>>>>>>> REPLACE\n"


def _window(number: int) -> str:
    """Lines of the file, which stand in it over and over."""
    length = 1 + number % 40
    return "".join(f"x = {(number + at) % 7}\n" for at in range(length))


_LONG = "abcdefgh ijklmno = pqrstu(vwxyz) + " * 14
_NUMBERED: dict[str, Callable[[int], str]] = {
    "pairs of what stands everywhere, each with another text": lambda n: _pair("x = 1\n", f"y = {n}\n"),
    "windows that stand nowhere": lambda n: _pair(_window(n), f"y = {n}\n"),
    "pairs that stand nowhere": lambda n: _pair(f"not there {n}\nat all = {n}\n", "y\n"),
    "pairs that are like every line": lambda n: _pair(f"    return value__{n}\n", "y\n"),
    "pairs with long lines": lambda n: _pair(f"{_LONG}{n}\n", "y\n"),
    "pairs with other indentation": lambda n: _pair(f"   x = {n % 7}\n return value_{n}\n", f"{n}\n"),
    "pairs that stand once": lambda n: _pair(f"    return value_{n % 1000}\n", f"    return other_{n}\n"),
    "pairs that put the same": lambda n: _pair(f"    return value_{n % 1000}\n", "z = 0\nq = 1\n"),
    "pairs of what another wrote, each another": lambda n: _pair(f"    return value_{n + 7}\n", f"    return value_{n + 8}\n    return value_{n + 7}\n"),
    "new files": lambda n: f"f{n}.py\n```\nx = {n}\n```\n",
    "files that are not there": lambda n: f"*** Update File: g{n}.py\n@@\n-x\n+y\n",
    "whole files of one name": lambda n: f"a.py\n```\n{_window(n)}y = {n}\n```\n",
    "shortened code, each another": lambda n: f"a.py\n```\n# ... existing code ...\ndef f{n}():\n    pass\n```\n",
    "shortened code between lines of the file": lambda n: f"a.py\n```\n# ... existing code ...\n    return value_{n % 990}\ny = {n}\n    return value_{n % 990 + 1}\n# ... existing code ...\n```\n",
    "heredocs": lambda n: f"apply_patch <<'EOF'\n*** Begin Patch\n*** Update File: a.py\n@@ x = {n % 9}\n-    return value_{n}\n+y\n*** End Patch\nEOF\n",
    "formats in turn": lambda n: (f"f{n}.py\n```\nx = {n}\n```\n", _pair(f"x = {n}\n", "y\n"), f"--- /dev/null\n+++ b/h{n}.py\n@@ -0,0 +1 @@\n+x\n\n```\n```\n", f"*** Begin Patch\n*** Add File: p{n}.py\n+x\n*** End Patch\n")[n % 4],
}  # fmt: skip
_LINES = {
    "names that are nearly one": "a" + " " * 590 + "b\n```\nx\n```\n",
    "paths of many parts": "a/" * 150 + "\n```\nx\n```\n",
    "headings with blanks": "@@" + " " * 1_990 + "x\n",
    "headings with dots": "@@" + " ." * 900 + "x\n",
    "old names with blanks": "--- a" + " " * 900 + "x\n+++ a" + " " * 900 + "x\n",
    "git's names with blanks": "diff --git a" + " " * 1_900 + "x\n",
    "orders with blanks": "*** Update File: a" + " " * 900 + "x\n",
    "fences with blanks": "```python" + " " * 380 + "x\n",
    "comments of stars": "# " + "*" * 70 + "y" * 125 + "\n```\n",
    "words that may be left out": "# existing existing existing rest of the rest of the same as before unchanged unchanged x\n",
    "quotes": "`" * 3 + " `a` `" * 60 + "\n",
    "markers with much after them": "<<<<<<< SEARCH" + " " * 60 + "x\n",
    "lone returns": "a.py\r<<<<<<< SEARCH\rx = 1\r=======\ry\r>>>>>>> REPLACE\r",
}  # fmt: skip
_SEARCH, _END = "a.py\n<<<<<<< SEARCH\n", "=======\ny\n>>>>>>> REPLACE\n"
_PATCH = "*** Begin Patch\n*** Update File: a.py\n"
_FRAMED: tuple[tuple[str, str, Callable[[int], str], str], ...] = (
    ("many dividers in a pair", _SEARCH, lambda n: "=======\n", ">>>>>>> REPLACE\n"),
    ("dividers between lines", _SEARCH, lambda n: f"x = {n % 7}\n=======\n", ">>>>>>> REPLACE\n"),
    ("elisions above", _SEARCH, lambda n: "...\n", f"x = 1\n{_END}"),
    ("elisions below", f"{_SEARCH}x = 1\n", lambda n: "...\n", _END),
    ("elisions between lines that stand once", _SEARCH, lambda n: f"    return value_{n}\n...\n", _END),
    ("moves", _PATCH, lambda n: f"*** Move to: b{n}.py\n", "@@\n-x\n+y\n*** End Patch\n"),
    ("anchors in a patch", _PATCH, lambda n: f"@@ x = {n % 7}\n", "-x = 1\n+y\n*** End Patch\n"),
    ("chunks with anchors", _PATCH, lambda n: f"@@ x = {n % 7}\n-    return value_{n}\n+y\n", "*** End Patch\n"),
    ("chunks with beginnings of anchors", _PATCH, lambda n: f"@@ {'x = '[: 1 + n % 3]}\n-x = {n}\n+y\n", "*** End Patch\n"),
    ("index lines", "diff --git a/a.py b/a.py\n", lambda n: "index 0\n" if n < 60_000 else "@@ -1 +1 @@\n-x = 1\n+y\n", ""),
    ("hunks with numbers", "--- a.py\n+++ a.py\n", lambda n: f"@@ -{n},2 +{n},2 @@\n x = {n % 7}\n-    return value_{n % 1000}\n+y = {n}\n", ""),
    ("definitions, each another", "a.py\n````\n# ... existing code ...\n", lambda n: f"def f{n}():\n    pass\n", "````\n"),
    ("parts between lines of the file", "a.py\n````\n", lambda n: f"    return value_{n}\ny = {n}\n# ... existing code ...\n", "````\n"),
    ("a new file of brackets", "b.js\n````\n", lambda n: "({[", "\n````\n"),
    ("a new file of blocks in blocks", "b.py\n````\n", lambda n: f"{' ' * (n % 300)}if x:\n", "````\n"),
    ("a new file of strings", "b.js\n````\n", lambda n: "`${'\"", "\n````\n"),
)  # fmt: skip


def _single(size: int) -> Iterator[tuple[str, Any]]:
    yield "blanks between two words", f"{_SEARCH}a{' ' * size}b\n{_END}"
    yield "accents in the wrong order", f"{_SEARCH}a{chr(0x345) * (size // 4)}{chr(0x334) * (size // 4)}\n{_END}"
    yield "dots", f"{_SEARCH}{'.' * size}\n{_END}"
    yield "backslashes", f"{_SEARCH}{chr(92) * size}\n{_END}"
    yield "entities", f"{_SEARCH}{'&lt;' * (size // 4)}\n{_END}"
    yield "objects in objects", '{"a":' * (size // 5)
    yield (
        "strings in strings",
        json.dumps({"path": "a.py", "old_string": json.dumps("\\" * (size // 8)), "new_string": ""}),
    )
    yield (
        "arguments, each another",
        [{"path": "a.py", "old_string": f"value_{n}\n", "new_string": f"v{n}"} for n in range(size // 70)],
    )
    yield (
        "arguments of three lines",
        [
            {"path": "a.py", "old_string": f"= {n % 7}\n    return value_{n % 1000}\nx", "new_string": f"v{n}"}
            for n in range(size // 100)
        ],
    )
    yield (
        "arguments for files that are not there",
        [{"path": f"g{n}.py", "old_string": "x\n", "new_string": "y"} for n in range(size // 60)],
    )
    yield (
        "all places of a letter",
        [
            {"path": "a.py", "old_string": letter, "new_string": "Q" * 100, "replace_all": True}
            for letter in "xreturnvalue_ =0123456"
        ],
    )

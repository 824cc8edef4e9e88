"""Large and adversarial answers: what a parser could take long for."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from tests.support.edit_floods import floods

SIZE = 1_000_000


def adversarial(size: int = SIZE) -> Iterator[tuple[str, Any]]:
    """Answers of about so many characters with a name each, for a file of `FILE`."""
    for name, piece in _PIECES.items():
        yield name, (piece * (size // len(piece) + 1))[:size]
    for name, head, piece, tail in _FRAMED:
        yield name, head + piece * (size // len(piece)) + tail
    yield "a long line searched", "a.py\n<<<<<<< SEARCH\n" + "x" * size + "\n=======\ny\n>>>>>>> REPLACE\n"
    yield "JSON that is no arguments", "[" * size
    yield "arguments without end", '{"edits": [' + '{"old_string": "x", "new_string": "y"},' * (size // 40)
    pair = {"path": "a.py", "old_string": "x = 1\n", "new_string": "y"}
    yield "many tool arguments", [pair] * (size // 200)
    yield "escaped arguments", {**pair, "old_string": '\\n\\"' * (size // 4), "new_string": "\\" * size}
    yield from floods(size)
    yield "an operation", {"type": "update_file", "path": "a.py", "diff": "@@ x\n-x = 1\n+y\n" * (size // 15)}


FILE = "".join(f"x = {index % 7}\n    return value_{index}\n" for index in range(1_000))
_PIECES = {
    "heads": "<<<<<<< SEARCH\n",
    "heads and dividers": "<<<<<<< SEARCH\n=======\n",
    "dividers": "a.py\n<<<<<<< SEARCH\nx\n=======\n=======\n",
    "ends": ">>>>>>> REPLACE\n",
    "empty pairs": "<<<<<<< SEARCH\n=======\n>>>>>>> REPLACE\n",
    "pairs of what stands everywhere": "a.py\n<<<<<<< SEARCH\nx = 1\n=======\ny\n>>>>>>> REPLACE\n",
    "pairs of what is not there": "a.py\n<<<<<<< SEARCH\nnot there\nat all = 1\n=======\ny\n>>>>>>> REPLACE\n",
    "pairs of what another wrote": "a.py\n<<<<<<< SEARCH\n    return value_7\n=======\n    return value_8\n"
    "    return value_7\n>>>>>>> REPLACE\n",
    "pairs in pairs": "<<<<<<< SEARCH\n<<<<<<< SEARCH\n=======\n>>>>>>> REPLACE\n",
    "patch orders": "*** Begin Patch\n*** Update File: a.py\n",
    "anchors": "@@ x = 1\n",
    "patch chunks": "*** Update File: a.py\n@@ x = 1\n-x = 1\n+y\n",
    "headers": "--- a.py\n+++ a.py\n",
    "git headers": "diff --git a/a.py b/a.py\n",
    "hunks": "--- a.py\n+++ a.py\n@@ -1 +1 @@\n-x = 1\n+y\n",
    "dashes": "--- ",
    "at signs": "@",
    "fences": "```\n",
    "fences with names": "a.py\n```python\nx = 1\n```\n",
    "back ticks": "`",
    "blanks": " ",
    "newlines": "\n",
    "returns": "\r",
    "stars": "**a.py**: ",
    "left out": "a.py\n```\n# ... existing code ...\ndef f():\n    pass\n```\n",
    "names": "src/a.py/" * 20 + "\n",
    "quoted names": "`a`" * 100 + "\n",
    "NULs": "\0",
    "surrogates": "\ud800",
}
_FRAMED = (
    ("a long old text", "a.py\n<<<<<<< SEARCH\n", "x = 1\n", "=======\ny\n>>>>>>> REPLACE\n"),
    ("a long new text", "a.py\n<<<<<<< SEARCH\nx = 1\n=======\n", "x = 1\n", ">>>>>>> REPLACE\n"),
    ("a long chunk", "*** Begin Patch\n*** Update File: a.py\n@@\n", " x = 1\n", "*** End Patch\n"),
    ("a long hunk", "--- a.py\n+++ a.py\n@@ -1 +1 @@\n", " x = 1\n", "-x = 2\n"),
    ("a long file", "a.py\n````\n", "x = 1\n", "````\n"),
    ("elisions", "a.py\n<<<<<<< SEARCH\n", "x = 1\n...\n", "=======\n...\n>>>>>>> REPLACE\n"),
    ("numbered lines", "a.py\n<<<<<<< SEARCH\n", "1 | x\n", "=======\ny\n>>>>>>> REPLACE\n"),
    ("shortened code", "a.py\n````\n", "# ... existing code ...\nx = 1\n", "````\n"),
    ("definitions", "a.py\n````\n# ... existing code ...\n", "def f():\n    pass\n", "````\n"),
    ("brackets", "a.js\n````\n// ... existing code ...\n", "({[", "\n````\n"),
)


def many_blocks(count: int = 1_000, lines: int = 10_000, seed: int = 1) -> tuple[str, str, str]:
    """A text, an answer of search/replace blocks, half with one letter wrong in each line, and the right text."""
    chance = random.Random(seed)  # noqa: S311 - repeatable, not secret
    words = ["".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=chance.randint(3, 10))) for _ in range(3_000)]
    text = [
        "    " * chance.randint(0, 3)
        + f"{chance.choice(words)}_{chance.choice(words)} = {chance.choice(words)}({chance.choice(words)}_{index})\n"
        for index in range(lines)
    ]
    right, blocks = list(text), []
    for number in range(count):
        start = number * (lines // count) + 2
        old = text[start : start + 4]
        changed = old[1].replace("(", "_changed(", 1)
        right[start + 1] = changed
        if number % 2:
            old = [_altered(line, chance) for line in old]
        new = [old[0], changed, *old[2:]]
        blocks.append(f"<<<<<<< SEARCH\n{''.join(old)}=======\n{''.join(new)}>>>>>>> REPLACE\n")
    return "".join(text), f"a.txt\n```\n{''.join(blocks)}```\n", "".join(right)


def _altered(line: str, chance: random.Random) -> str:
    at = chance.randrange(len(line) - len(line.lstrip()), len(line) - 1)
    return line[:at] + ("q" if line[at] != "q" else "z") + line[at + 1 :]


def large_answer(lines: int = 50_000) -> tuple[str, str, str]:
    """A text of so many lines, an answer of 1 MB in blocks of five lines, and the right text."""
    text = [f"    value_{index} = compute({index * 7919 % 9973}, other_{index % 77})\n" for index in range(lines)]
    right, blocks, size = list(text), [], 0
    for number in range(lines // 11 - 1):
        start = number * 11 + 2
        old = text[start : start + 5]
        right[start + 2] = f"    changed_{number} = {number}\n"
        new = [*old[:2], right[start + 2], *old[3:]]
        blocks.append(f"<<<<<<< SEARCH\n{''.join(old)}=======\n{''.join(new)}>>>>>>> REPLACE\n")
        size += len(blocks[-1])
        if size > SIZE:
            break
    return "".join(text), f"a.txt\n```\n{''.join(blocks)}```\n", "".join(right)

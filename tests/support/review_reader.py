"""Reads the review of a running program as a screen reader does, accepts all of it, and prints what it read as JSON.

`/usr/bin/python3 review_reader.py`: run by the system's Python, which has pyatspi; no import of ours.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pyatspi  # type: ignore[import-not-found]

LIMIT_S = 60
LIST, DIFF = "Everything under review", "Proposed changes"


def walk(node: Any, depth: int = 0) -> Iterator[Any]:
    """A node and all below it; of long lists nothing."""
    yield node
    if depth > 40 or node.name in (LIST, DIFF):
        return
    for at in range(node.childCount):
        child = node.getChildAtIndex(at)
        if child is not None:
            yield from walk(child, depth + 1)


def found(what: str, is_it: Callable[[Any], bool]) -> Any:
    """The first node of the program that is so, once it is there."""
    end = time.time() + LIMIT_S
    while time.time() < end:
        with suppress(RuntimeError, LookupError):  # what is walked through may go meanwhile
            for application in pyatspi.Registry.getDesktop(0):
                for node in walk(application) if application is not None else ():
                    if is_it(node):
                        return node
        time.sleep(0.3)
    sys.exit(f"{what} was not found among {sorted({node.name for node in walk(application)})}")


def rows_of(node: Any) -> list[list[str]]:
    """Role and name of each row of a list."""
    rows = (node.getChildAtIndex(at) for at in range(node.childCount))
    return [[row.getRoleName(), row.name] for row in rows if row is not None]


def main() -> None:
    """Open the review by its button, read list and diff, press Accept all, read the list again."""
    # A busy machine may not answer within its usual second.
    pyatspi.Atspi.set_timeout(20_000, 20_000)
    button = found("the button", lambda node: node.name.startswith("Review: ") and node.getRoleName() == "push button")
    said = button.name
    button.queryAction().doAction(0)
    listed = found(LIST, lambda node: node.name == LIST and node.childCount > 0)
    read = {"button": said, "list": [listed.getRoleName(), listed.name], "rows": rows_of(listed)}
    diff = found(DIFF, lambda node: node.name == DIFF and node.childCount > 0)
    read["lines"] = [diff.getChildAtIndex(at).name for at in range(min(12, diff.childCount))]
    accept = found("Accept all", lambda node: node.name.startswith("Accept all: "))
    read["accept"] = accept.name
    accept.queryAction().doAction(0)
    done = found("the end", lambda node: node.name == LIST and ", all decided, " in node.getChildAtIndex(1).name)
    read["after"] = rows_of(done)
    print(json.dumps(read))


main()

"""Reads one's own changes in a running program as a screen reader does, and has the model review them.

`/usr/bin/python3 changes_reader.py`: run by the system's Python, which has pyatspi; no import of ours.
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


def walk(node: Any, depth: int = 0) -> Iterator[Any]:
    """A node and all below it; of lists nothing."""
    yield node
    if depth > 40 or node.getRoleName() == "list":
        return
    for at in range(node.childCount):
        child = node.getChildAtIndex(at)
        if child is not None:
            yield from walk(child, depth + 1)


def found(what: str, is_it: Callable[[Any], bool]) -> Any:
    """The first node of the program that is so, once it is there."""
    end = time.time() + LIMIT_S
    names: set[str] = set()
    while time.time() < end:
        with suppress(RuntimeError, LookupError):  # what is walked through may go meanwhile
            for application in pyatspi.Registry.getDesktop(0):
                for node in walk(application) if application is not None else ():
                    names.add(f"{node.getRoleName()}: {node.name}")
                    if is_it(node):
                        return node
        time.sleep(0.2)
    sys.exit(f"{what} was not found among {sorted(names)}")


def is_shown(node: Any) -> bool:
    """Whether it can be seen."""
    return bool(node.getState().contains(pyatspi.STATE_SHOWING))


def press(name: str, *, is_start: bool = False) -> str:
    """Press a button by its name, or by how it begins. Returns the name."""

    def is_it(node: Any) -> bool:
        is_named = node.name.startswith(name) if is_start else node.name == name
        return is_named and "Action" in pyatspi.listInterfaces(node) and is_shown(node)

    node = found(name, is_it)
    node.queryAction().doAction(0)
    return str(node.name)


def rows_of(name: str, least: int) -> list[list[str]]:
    """Role and name of each row of a list, once it has so many."""
    node = found(name, lambda each: each.name == name and each.getRoleName() == "list" and each.childCount >= least)
    rows = (node.getChildAtIndex(at) for at in range(node.childCount))
    return [[row.getRoleName(), row.name] for row in rows if row is not None]


def main() -> None:
    """Open the changes, read them, ask for findings and for a message."""
    # A busy machine may not answer within its usual second.
    pyatspi.Atspi.set_timeout(20_000, 20_000)
    read: dict[str, Any] = {"button": press("Changes: ", is_start=True), "files": rows_of("Changed files", 4)}
    press("Review my changes")
    read["diff"] = rows_of("My changes", 6)
    press("Review with the model")
    send = found("Send", lambda node: node.name.startswith("Send 1 file to ") and is_shown(node))
    read["send"] = send.name
    send.queryAction().doAction(0)
    read["findings"] = rows_of("Findings", 2)
    read["marked"] = rows_of("My changes", 8)
    read["buttons"] = [
        node.name
        for node in walk(found("the pane", lambda node: node.name == "Findings of the model"))
        if node.getRoleName() in ("push button", "button", "check box", "toggle button") and is_shown(node)
    ]
    press("Draft the message")
    press("Send 1 file to ", is_start=True)
    message = found("the message", lambda node: node.name == "Commit message")
    end = time.time() + 20
    while time.time() < end and not message.queryText().getText(0, -1):
        time.sleep(0.1)
    read["message"] = message.queryText().getText(0, -1)
    print(json.dumps(read))


main()

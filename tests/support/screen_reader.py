"""Reads a running program as a screen reader does, through AT-SPI, and prints what it found as JSON.

`/usr/bin/python3 screen_reader.py TEXT_NAME`: run by the system's Python, which has pyatspi; no import of ours.
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


def walk(node: Any) -> Iterator[Any]:
    """A node and all below it."""
    yield node
    for at in range(node.childCount):
        child = node.getChildAtIndex(at)
        if child is not None:
            yield from walk(child)


def find_text(name: str) -> tuple[Any, Any]:
    """The application and the text of this name, once both are there."""
    end = time.time() + LIMIT_S
    while time.time() < end:
        with suppress(RuntimeError, LookupError):  # what is walked through may go meanwhile
            for application in pyatspi.Registry.getDesktop(0):
                for node in walk(application) if application is not None else ():
                    if node.name == name and "Text" in pyatspi.listInterfaces(node) and "Send" in names(application):
                        return application, node
        time.sleep(0.3)
    sys.exit("no such text was found")


def controls(application: Any) -> list[list[Any]]:
    """Role and name of all that is there, and whether it is seen; once more where something goes meanwhile."""
    end = time.time() + LIMIT_S
    while time.time() < end:
        with suppress(RuntimeError, LookupError):
            return [
                [each.getRoleName(), each.name, each.getState().contains(pyatspi.STATE_SHOWING)]
                for each in walk(application)
            ]
    sys.exit("the controls change again and again")


def names(application: Any) -> set[str]:
    """The names in it."""
    return {node.name for node in walk(application)}


def wait_for(is_so: Callable[[], bool]) -> None:
    """Wait until it is so, or long enough."""
    end = time.time() + 10
    while not is_so() and time.time() < end:
        time.sleep(0.1)


def main() -> None:
    """Find, read, move, type, press."""
    # A busy machine may not answer within its usual second.
    pyatspi.Atspi.set_timeout(20_000, 20_000)
    application, node = find_text(sys.argv[1])
    text = node.queryText()
    found = {
        "text": text.getText(0, -1),
        "states": [pyatspi.stateToString(state) for state in node.getState().getStates()],
        "controls": controls(application),
    }
    text.setCaretOffset(4)
    wait_for(lambda: text.caretOffset == 4)
    found["caret"] = text.caretOffset
    node.queryEditableText().insertText(0, "# typed\n", 8)
    wait_for(lambda: text.getText(0, 7) == "# typed")
    found["typed"] = text.getText(0, -1)
    explorer = next(each for each in walk(application) if each.name == "Explorer" and each.getRoleName() == "check box")
    explorer.queryAction().doAction(0)
    wait_for(lambda: not explorer.getState().contains(pyatspi.STATE_CHECKED))
    found["explorer_is_shown"] = explorer.getState().contains(pyatspi.STATE_CHECKED)
    print(json.dumps(found))


main()

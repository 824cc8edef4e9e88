"""Reads the welcome page as a screen reader does, through AT-SPI, goes on to the settings, and prints what it found.

Run by the system's Python, which has pyatspi; no import of ours.
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


def find(is_wanted: Callable[[Any], bool], what: str) -> Any:
    """The first node like that in any program, once there is one."""
    end = time.time() + LIMIT_S
    while time.time() < end:
        with suppress(RuntimeError, LookupError):  # what is walked through may go meanwhile
            for application in pyatspi.Registry.getDesktop(0):
                for node in walk(application) if application is not None else ():
                    if is_wanted(node):
                        return node
        time.sleep(0.3)
    sys.exit(f"nothing was found: {what}")


def is_shown(node: Any, role: str, name: str) -> bool:
    """Whether it is a control of this role and name that can be used."""
    states = node.getState()
    usable = states.contains(pyatspi.STATE_SHOWING) and states.contains(pyatspi.STATE_SENSITIVE)
    return bool(node.name == name and node.getRoleName() == role and usable)


def main() -> None:
    """Wait for the page to be complete, read it, press its way to the settings."""
    # A busy machine may not answer within its usual second.
    pyatspi.Atspi.set_timeout(20_000, 20_000)
    sample = "Try it on a sample project…"
    find(lambda node: is_shown(node, "push button", sample), sample)
    find(lambda node: is_shown(node, "push button", "Use OpenAI"), "Use OpenAI")
    page = find(lambda node: node.name == "Welcome", "the page")
    found = {
        "controls": [
            [each.getRoleName(), each.name, each.description]
            for each in walk(page)
            if each.getState().contains(pyatspi.STATE_SHOWING)
        ]
    }
    settings = find(lambda node: is_shown(node, "push button", "Connect a model in Settings, Models"), "the button")
    settings.queryAction().doAction(0)
    find(lambda node: is_shown(node, "push button", "Add a model"), "the settings")
    print(json.dumps(found))


main()

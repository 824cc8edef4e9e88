"""Drives a running program through AT-SPI, as a screen reader does: commands come in as lines of JSON, answers go out.

Run by the system's Python, which has pyatspi; no import of ours. A command is a list: what to do, the name of a
control, and more by its kind. The answer is {"ok": value} or {"error": reason}.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import pyatspi  # type: ignore[import-not-found]

LIMIT_S = 60.0
PAUSE_S = 0.2


def walk(node: Any) -> Iterator[Any]:
    """A node and all below it that can be seen."""
    yield node
    for at in range(node.childCount):
        child = node.getChildAtIndex(at)
        if child is not None:
            yield from walk(child)


def shown(role: str = "") -> Iterator[Any]:
    """All controls on the screen, of one role where it is given."""
    for application in pyatspi.Registry.getDesktop(0):
        for node in walk(application) if application is not None else ():
            try:
                if (not role or node.getRoleName() == role) and node.getState().contains(pyatspi.STATE_SHOWING):
                    yield node
            except Exception:  # noqa: BLE001, S112 # border: a control that went away meanwhile
                continue


def find(name: str, role: str = "", limit_s: float = LIMIT_S) -> Any:
    """The control of this name, or whose name begins with it where it ends in `…`; waits until it is shown."""
    end = time.monotonic() + limit_s
    while True:
        for node in shown(role):
            if node.name == name or (name.endswith("…") and node.name.startswith(name[:-1])):
                return node
        if time.monotonic() > end:
            raise LookupError(f"no {role or 'control'} named “{name}” is shown")
        time.sleep(PAUSE_S)


def text_of(node: Any) -> str:
    """Its text, or its name where it has none."""
    if "Text" in pyatspi.listInterfaces(node):
        return str(node.queryText().getText(0, -1))
    return str(node.name)


def press(name: str, role: str = "") -> None:
    """Press it by its first action, once it can be pressed."""
    node, end = find(name, role), time.monotonic() + LIMIT_S
    while not node.getState().contains(pyatspi.STATE_ENABLED):
        if time.monotonic() > end:
            raise LookupError(f"“{name}” stays disabled")
        time.sleep(PAUSE_S)
    actions = node.queryAction()
    names = [actions.getName(at).lower() for at in range(actions.nActions)]
    wanted = next((at for at, each in enumerate(names) if each in ("press", "toggle")), 0)
    actions.doAction(wanted)


def write(name: str, text: str, role: str = "") -> None:
    """Replace its text."""
    find(name, role).queryEditableText().setTextContents(text)


def focus(name: str, role: str = "") -> None:
    """Give it the keyboard."""
    find(name, role).queryComponent().grabFocus()


def wait_text(name: str, part: str, role: str = "") -> str:
    """Wait until its text holds a part; returns all of it."""
    end = time.monotonic() + LIMIT_S
    while True:
        for node in shown(role):
            if node.name == name or (name.endswith("…") and node.name.startswith(name[:-1])):
                text = text_of(node)
                if part in text:
                    return text
        if time.monotonic() > end:
            raise LookupError(f"“{name}” does not say “{part}”")
        time.sleep(PAUSE_S)


def says(part: str, limit_s: float = LIMIT_S) -> str:
    """Wait until anything on the screen says it; returns the whole of what does."""
    end = time.monotonic() + limit_s
    while True:
        for node in shown():
            for text in (node.name, text_of(node)):
                if part in text:
                    return text
        if time.monotonic() > end:
            raise LookupError(f"nothing says “{part}”")
        time.sleep(PAUSE_S)


def listing() -> list[list[str]]:
    """Role and name of everything on the screen, for the log of a failure."""
    return [[node.getRoleName(), node.name] for node in shown() if node.name]


COMMANDS: dict[str, Callable[..., Any]] = {
    "find": lambda *given: find(*given).name,
    "press": press,
    "write": write,
    "focus": focus,
    "text": lambda *given: text_of(find(*given)),
    "wait_text": wait_text,
    "says": says,
    "listing": listing,
}


def main() -> None:
    """Answer every line until the input ends."""
    for line in sys.stdin:
        what, *given = json.loads(line)
        try:
            answer = {"ok": COMMANDS[what](*given)}
        except Exception as error:  # noqa: BLE001 # border: whatever the bus raises becomes the answer
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


main()
